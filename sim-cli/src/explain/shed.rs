//! What a service turns away on purpose, in words.

use sim_core::report::Unit;
use sim_core::schema::{Shed, ShedTier};

use crate::render::figure::given;
use crate::render::instant::span;

/// Whom, when, and with which status.
pub(crate) fn in_words(shed: &Shed) -> String {
    let tiers: Vec<_> = shed.tiers.iter().map(tier).collect();
    let lag = if shed.lag.is_zero() {
        String::new()
    } else {
        format!(
            "; it knows its utilisation as the mean of the last {}",
            span(shed.lag.as_secs_f64())
        )
    };
    format!("sheds {}, with status {}{lag}", tiers.join(", "), shed.reply)
}

fn tier(tier: &ShedTier) -> String {
    let whom = if tier.drop.is_empty() { "all".to_owned() } else { tier.drop.join(" and ") };
    let share = |it| given(it, Unit::Share);
    let (at, until) = (tier.threshold.at, tier.threshold.until);
    let until = if until < at { format!(" until below {}", share(until)) } else { String::new() };
    format!("{whom} from {} of workers on{until}", share(at))
}
