//! Closed forms of systems, where there are some.
//!
//! Long-run shares of independent parts multiply, whatever the laws; repairs that wait for a crew and
//! failovers by hand need exponential ones. Where nothing is said here, there is no closed form that
//! holds.

use crate::analytic::Formula;
use crate::analytic::availability::{k_of_mixed, k_of_n, of_drains, of_part};
use crate::analytic::repair::{Coverage, Redundant};
use crate::distribution::Distribution;
use crate::model::{Model, SystemId};
use crate::schema::system::{Canary, Deploy, Failover, Mode, System};

/// What a closed form says of a system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// What it says.
    pub value: f64,
    /// Which one.
    pub formula: Formula,
    /// What it takes for granted that does not quite hold; none where it is exact.
    pub doubt: Option<&'static str>,
}

const TOGETHER: &str = "failures that come together while traffic is moved are left out";
/// The number of different copies up to which all ways to fail are added up.
const MIXED_MAX: usize = 1_000;

/// The availability of a system with all that it depends on; `None` where no closed form holds.
pub fn availability(model: &Model, id: SystemId) -> Option<Expected> {
    let parts = &model.systems[id].parts;
    let mut product = own(&model.systems[parts[0]].own)?;
    for part in &parts[1..] {
        let next = own(&model.systems[*part].own)?;
        product.value *= next.value;
        product.formula = Formula::Serial;
        product.doubt = product.doubt.or(next.doubt);
    }
    Some(product)
}

/// The mean time to the first outage, s, from all in order on; `None` where no closed form holds.
pub fn first_outage(model: &Model, id: SystemId) -> Option<Expected> {
    let system = &model.systems[id];
    let whole = system.parts.len() == 1
        && system.own.failover.is_none()
        && system.own.common_cause.is_none()
        && system.own.deploy.is_none();
    let redundant = redundant(&system.own).filter(|_| whole)?;
    Some(Expected { value: redundant.first_failure(), formula: Formula::Repair, doubt: None })
}

/// The availability of a system by itself.
fn own(system: &System) -> Option<Expected> {
    let mut own = copies(system)?;
    if let Some(cause) = &system.common_cause {
        own.value *= of_part(cause.mtbf.mean_secs() / cause.share, cause.mttr.mean_secs());
        own.formula = Formula::CommonCause;
    }
    if let Some(deploy) = &system.deploy {
        own.value *= 1.0 - lost_by_deploys(deploy)?;
        own.formula = Formula::Serial;
    }
    own.value.is_finite().then_some(own)
}

fn copies(system: &System) -> Option<Expected> {
    let exact = |value, formula| Some(Expected { value, formula, doubt: None });
    if system.copies.is_empty() {
        return exact(1.0, Formula::Serial);
    }
    let failover = system.failover.as_ref();
    let matters = |it: &&Failover| it.coverage < 1.0 || !it.takes.is_zero();
    match failover.filter(matters) {
        None if crews_for_all(system) => exact(enough(system), Formula::Redundancy),
        None => exact(1.0 - redundant(system)?.unavailability(), Formula::Repair),
        Some(it) if it.takes.is_zero() => {
            let stands = it.stops_all && system.mode == Mode::ActiveActive;
            let redundant = redundant(system).filter(|_| stands)?;
            let coverage = Coverage { covered: it.coverage, by_hand: it.by_hand.mean_secs() };
            exact(1.0 - redundant.unavailability_with(coverage), Formula::Coverage)
        }
        Some(it) if it.coverage >= 1.0 && crews_for_all(system) => {
            let value = enough(system) - lost_by_moving(system, it)?;
            Some(Expected { value, formula: Formula::Drain, doubt: Some(TOGETHER) })
        }
        Some(_) => None,
    }
}

fn crews_for_all(system: &System) -> bool {
    system.crews.is_none_or(|it| it as usize >= system.copies.len())
}

/// How long a copy works until it fails by itself, s.
fn works(system: &System, mtbf: &Distribution) -> f64 {
    mtbf.mean_secs() / (1.0 - system.common_cause.as_ref().map_or(0.0, |it| it.share))
}

/// The share of time in which enough copies work.
fn enough(system: &System) -> f64 {
    let each = system.copies.iter();
    let each: Vec<f64> =
        each.map(|it| of_part(works(system, &it.mtbf), it.mttr.mean_secs())).collect();
    if each.iter().all(|it| it == &each[0]) {
        return k_of_n(system.needs, each.len() as u32, each[0]);
    }
    if each.len() > MIXED_MAX { f64::NAN } else { k_of_mixed(system.needs as usize, &each) }
}

/// The same as equal copies with exponential laws.
fn redundant(system: &System) -> Option<Redundant> {
    let first = system.copies.first()?;
    let exponential = |it: &Distribution| matches!(it, Distribution::Exponential(_));
    let equal = system.copies.iter().all(|it| it.mtbf == first.mtbf && it.mttr == first.mttr);
    let copies = system.copies.len() as u32;
    (equal && exponential(&first.mtbf) && exponential(&first.mttr)).then(|| Redundant {
        copies,
        needed: system.needs,
        failure: 1.0 / works(system, &first.mtbf),
        repair: 1.0 / first.mttr.mean_secs(),
        crews: system.crews.unwrap_or(copies),
    })
}

/// The share of the traffic that is lost while it is moved from copies that failed; nothing is, where
/// no other copy is left to move it to.
fn lost_by_moving(system: &System, failover: &Failover) -> Option<f64> {
    let all: f64 = system.copies.iter().map(|it| it.traffic).sum();
    let redundant = system.copies.len() > system.needs as usize;
    let carries = system.copies.len().min(match system.mode {
        Mode::ActiveActive => usize::MAX,
        Mode::ActivePassive => system.needs as usize,
    });
    let of_copy = |it: &crate::schema::system::Component| {
        let cycle = works(system, &it.mtbf) + it.mttr.mean_secs();
        let share = match system.mode {
            Mode::ActiveActive => it.traffic / all,
            Mode::ActivePassive => 1.0 / carries as f64,
        };
        // Whichever is sooner: it is moved, or mended.
        let lasts = failover.takes.mean_secs().min(it.mttr.mean_secs());
        of_drains(1.0, share, lasts, cycle)
    };
    let equal = system.copies.iter().all(|it| it.mtbf == system.copies[0].mtbf);
    // Which copies are active changes; that matters not if they are equal.
    let known = redundant && (system.mode == Mode::ActiveActive || equal);
    known.then(|| system.copies.iter().take(carries).map(of_copy).sum())
}

/// The share of requests that bad deploys fail; `None` where it depends on more than means.
fn lost_by_deploys(deploy: &Deploy) -> Option<f64> {
    let (detect, rollback) = (deploy.detect.mean_secs(), deploy.rollback.mean_secs());
    let reached = match deploy.canary {
        None => detect + rollback,
        Some(Canary { share, lasts }) => {
            let Distribution::Constant(_) = deploy.detect else { return None };
            let lasts = lasts.as_secs_f64();
            if detect <= lasts {
                share * (detect + rollback)
            } else {
                share * lasts + detect - lasts + rollback
            }
        }
    };
    Some(deploy.bad * deploy.impact * reached / deploy.every.mean_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::scenario::{NoFiles, parse};

    /// What is expected of the last system of a text.
    fn expected(text: &str) -> Option<(f64, Formula)> {
        let head = "format = 1\ntitle = \"t\"\nrun = { duration = \"100y\" }\n";
        let source = parse(&format!("{head}{text}")).expect("it is TOML");
        let model = compile(&source.check(None, &NoFiles).expect("it is right"));
        let last = model.systems.ids().last().expect("there is one");
        availability(&model, last).map(|it| (it.value, it.formula))
    }

    #[test]
    fn known_values() {
        const PAIR: &str = "[system.s]\ncopies = 2\nmtbf = \"exp(720h)\"\nmttr = \"exp(4h)\"\n";
        const THREE: &str = "availability = \"99.9%\"\nmttr = \"exp(1h)\"\n";
        let by_hand = "failover = { coverage = \"95%\", by_hand = \"exp(1h)\", stops = \"all\" }";
        let drain = "mttr = \"1h\"\navailability = \"99.9%\"\nfailover = { takes = \"2m\" }";
        #[rustfmt::skip]
        let cases = [
            ("rec-A4", format!("[system.s]\ncopies = 2\n{THREE}"), 1e-6, Formula::Redundancy),
            ("rec-A10", format!("{PAIR}crews = 1"), 6.104_633_417e-5, Formula::Repair),
            ("rec-A11", PAIR.to_owned(), 3.052_409_878e-5, Formula::Redundancy),
            ("rec-A13", format!("{PAIR}crews = 1\n{by_hand}"), 1.983_733_386e-4, Formula::Coverage),
            ("half an hour of two minutes", format!("[system.s]\ncopies = 2\n{drain}"),
                1e-6 + 120.0 / 3_600.0 / 1_000.0, Formula::Drain),
            ("in a row", format!("[system.a]\n{THREE}[system.s]\n{THREE}depends_on = [\"a\"]"),
                1.0 - 0.999 * 0.999, Formula::Serial),
            ("rec-E8", "[system.s]\ndeploy = { every = \"730h\", bad = \"100%\", detect = \"5m\" }"
                .to_owned(), 5.0 / 43_800.0, Formula::Serial),
        ];
        for (id, text, want, formula) in cases {
            let (value, by) = expected(&text).unwrap_or_else(|| panic!("{id}: no closed form"));
            assert!((1.0 - value - want).abs() < 1e-9 * want + 1e-15, "{id}: {}", 1.0 - value);
            assert_eq!(by, formula, "{id}");
        }
        let common = format!("[system.s]\ncopies = 2\n{THREE}common_cause = \"10%\"");
        let (value, formula) = expected(&common).expect("a closed form");
        // What the beta factor leaves out: a copy that is down for one cause cannot fail of another.
        assert!((value - 0.999_899_19).abs() < 2e-7, "{value}");
        assert_eq!(formula, Formula::CommonCause);
    }

    #[test]
    fn where_laws_matter_nothing_is_said() {
        let crews = "[system.s]\ncopies = 2\ncrews = 1\nmtbf = \"exp(720h)\"\nmttr = \"4h\"";
        assert_eq!(expected(crews), None);
    }
}
