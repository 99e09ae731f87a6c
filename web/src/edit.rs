//! Changes of the scenario's text that keep all else as it was written.

use sim_core::scenario::shape::{Shape, Table};
use sim_core::scenario::{Setting, describe, parse};

use crate::protocol::{Facts, Struck};

/// The settings of a text; none where it cannot be read.
pub(crate) fn settings(text: &str) -> Vec<Setting> {
    parse(text).map_or_else(|_| Vec::new(), |it| it.settings())
}

thread_local! {
    /// The format, as the reader declares it.
    static FORMAT: Table = describe();
}

/// What a setting is, in the format's own words; nothing where the file itself names it.
pub(crate) fn doc(setting: &Setting) -> String {
    let doc = FORMAT.with(|it| it.key_at(&setting.path).map(|it| it.doc.clone()));
    doc.unwrap_or_default().replace(['`', '*'], "")
}

/// The least and the most that the format takes as a setting's whole number.
pub(crate) fn bounds(setting: &Setting) -> Option<(f64, f64)> {
    let shape = FORMAT.with(|it| it.key_at(&setting.path).map(|it| it.shape.clone()))?;
    of_shape(&shape)
}

fn of_shape(shape: &Shape) -> Option<(f64, f64)> {
    match shape {
        Shape::Count { least, most } => Some((*least as f64, *most as f64)),
        Shape::Number { least, most } => Some((*least, *most)),
        Shape::Either(all) => all.iter().find_map(of_shape),
        _ => None,
    }
}

/// The text with another number in a setting's place.
pub(crate) fn with_number(text: &str, setting: &Setting, number: f64) -> String {
    let mut text = text.to_owned();
    // The place is of the text that the settings were read from.
    if text.get(setting.place.clone()).is_some() {
        text.replace_range(setting.place.clone(), &format!("{number}{}", setting.unit));
    }
    text
}

/// What can break, with what it is called and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breakage {
    /// What people call it.
    pub(crate) name: &'static str,
    kind: &'static str,
    settings: &'static str,
}

const OF_SERVICES: [Breakage; 4] = [
    Breakage { name: "Kill one instance", kind: "kill", settings: "blast = \"1\"" },
    Breakage { name: "Kill all", kind: "kill", settings: "blast = \"all\"" },
    Breakage { name: "5 times as slow", kind: "slow", settings: "factor = 5" },
    Breakage { name: "Half of answers are errors", kind: "error", settings: "rate = \"50%\"" },
];
const OF_CALLS: [Breakage; 4] = [
    Breakage { name: "2 s slower", kind: "latency", settings: "add = \"2s\"" },
    Breakage { name: "Half of answers are errors", kind: "error", settings: "rate = \"50%\"" },
    Breakage { name: "Nothing comes back", kind: "blackhole", settings: "rate = \"100%\"" },
    Breakage { name: "Refused at once", kind: "refuse", settings: "rate = \"100%\"" },
];
const OF_LOADS: [Breakage; 2] = [
    Breakage { name: "3 times the load", kind: "surge", settings: "factor = 3" },
    Breakage { name: "10 times the load", kind: "surge", settings: "factor = 10" },
];

/// A part of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A load.
    Load(usize),
    /// A service.
    Service(usize),
    /// A call.
    Call(usize),
}

impl Part {
    /// Its name, as faults are aimed at it.
    pub(crate) fn name(self, facts: &Facts) -> String {
        match self {
            Self::Load(it) => facts.loads.get(it).map(|it| it.name.clone()),
            Self::Service(it) => facts.services.get(it).map(|it| it.name.clone()),
            Self::Call(it) => facts.calls.get(it).map(|it| target(&it.name)),
        }
        .unwrap_or_default()
    }

    /// What can happen to it.
    pub(crate) fn breakages(self) -> &'static [Breakage] {
        match self {
            Self::Load(_) => &OF_LOADS,
            Self::Service(_) => &OF_SERVICES,
            Self::Call(_) => &OF_CALLS,
        }
    }

    /// All parts.
    pub(crate) fn all(facts: &Facts) -> Vec<Self> {
        let services = (0..facts.services.len()).map(Self::Service);
        let calls = (0..facts.calls.len()).map(Self::Call);
        services.chain(calls).chain((0..facts.loads.len()).map(Self::Load)).collect()
    }

    /// Whether a fault strikes it.
    pub(crate) fn is_struck(self, on: &Struck, facts: &Facts) -> bool {
        match (self, on) {
            (Self::Load(it), Struck::Load(on)) | (Self::Service(it), Struck::Service(on)) => {
                it == *on
            }
            (Self::Call(it), Struck::Calls(on)) => on.contains(&it),
            (Self::Call(it), Struck::Pools(on)) => {
                facts.calls.get(it).and_then(|it| it.pool).is_some_and(|it| on.contains(&it))
            }
            _ => false,
        }
    }
}

/// A call as faults are aimed at it: `caller -> name`, whatever operation makes it.
fn target(call: &str) -> String {
    let Some((from, name)) = call.split_once(" -> ") else { return call.to_owned() };
    format!("{} -> {name}", from.split('.').next().unwrap_or(from))
}

/// The text with one more fault, from `at` on for so many seconds.
pub(crate) fn with_fault(
    text: &str,
    (part, what): (Part, &Breakage),
    (at, lasts): (f64, f64),
    facts: &Facts,
) -> String {
    let taken: Vec<_> = facts.faults.iter().map(|it| it.name.as_str()).collect();
    let names = (1..).map(|it| format!("break-{it}"));
    let name = names.into_iter().find(|it| !taken.contains(&it.as_str())).unwrap_or_default();
    let seconds = |it: f64| format!("{}s", (it * 10.0).round() / 10.0);
    format!(
        "{}\n\n[[fault]]\nname = \"{name}\"\nkind = \"{}\"\non   = \"{}\"\n{}\nat   = \"{}\"\nfor  = \"{}\"\n",
        text.trim_end(),
        what.kind,
        part.name(facts),
        what.settings,
        seconds(at),
        seconds(lasts),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery;
    use crate::protocol::{CallFacts, LoadFacts, ServiceFacts};
    use sim_core::scenario::NoFiles;

    fn facts() -> Facts {
        let service = |name: &str| ServiceFacts {
            name: name.to_owned(),
            instances: 6,
            workers: None,
            queue: None,
        };
        let call = CallFacts {
            name: "checkout.buy -> fraud".to_owned(),
            from: 0,
            to: 1,
            layers: Vec::new(),
            pool: None,
            breakers: 0,
        };
        let load =
            LoadFacts { name: "shoppers".to_owned(), to: 0, deadline: None, note: String::new() };
        Facts {
            services: vec![service("checkout"), service("fraud")],
            calls: vec![call],
            loads: vec![load],
            ..Facts::default()
        }
    }

    #[test]
    fn whatever_breaks_is_a_scenario_again() {
        let text = gallery::text(gallery::FIRST);
        let facts = facts();
        for part in Part::all(&facts) {
            for what in part.breakages() {
                let broken = with_fault(&text, (part, what), (12.34, 60.0), &facts);
                let checked = parse(&broken).and_then(|it| it.check(None, &NoFiles));
                let checked = checked.unwrap_or_else(|it| panic!("{part:?} {what:?}: {it:?}"));
                assert!(checked.faults.iter().any(|it| it.name == "break-1"));
            }
        }
    }

    #[test]
    fn settings_of_the_library_have_words_and_bounds() {
        let mut without = Vec::new();
        for path in gallery::ALL {
            for setting in settings(&gallery::text(path)) {
                if doc(&setting).is_empty() {
                    without.push(format!("{path}: {}", setting.path));
                }
            }
        }
        assert!(without.is_empty(), "{without:#?}");
        let text = gallery::text(gallery::FIRST);
        let instances = settings(&text).into_iter().find(|it| it.key == "instances");
        let (least, most) = instances.and_then(|it| bounds(&it)).expect("instances have bounds");
        assert!(least == 1.0 && most >= 100.0, "{least} to {most}");
    }

    #[test]
    fn a_number_is_put_where_it_stood() {
        let text = gallery::text(gallery::FIRST);
        let all = settings(&text);
        let timeout = all.iter().find(|it| it.path == "service.checkout.call.fraud.timeout");
        let changed = with_number(&text, timeout.expect("fraud has a timeout"), 2.2);
        let lines = text.lines().zip(changed.lines()).filter(|it| it.0 != it.1);
        assert_eq!(lines.count(), 1, "nothing else has changed");
        assert!(changed.contains("\"2.2s\""));
    }
}
