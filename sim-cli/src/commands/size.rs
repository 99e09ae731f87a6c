//! `stormglass size`.

use anyhow::bail;
use clap::Args;
use serde_json::json;
use sim_core::analytic::little;
use sim_core::analytic::sizing::smallest_pool;
use sim_core::quantity::{Rate, Share};
use sim_core::report::Unit;
use sim_core::time::SimDuration;

use super::format::Answer as Format;
use crate::exit::Exit;
use crate::explain::rejection::{Method, rejection};
use crate::output::Output;
use crate::render::figure::{exact, given, whole};
use crate::render::grid::{Grid, Tone};
use crate::render::style::{FAINT, STRONG, paint};
use crate::render::wrap::hanging;

/// Larger pools than this take a spreadsheet no further either.
const MOST_IN_USE: f64 = 1e7;

/// Size a pool by queueing theory.
///
/// Little's law gives the mean number of slots in use. Arrivals bunch, so a pool of that size
/// turns callers away; this tells how many, and how large a pool has to be.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass size --rate 500/s --latency 200ms\n  \
    stormglass size --rate 500/s --latency 200ms --max-wait 50ms --target 0.1%\n  \
    stormglass size --rate 6000/min --latency 1.5s --slots 160 --format json")]
pub(crate) struct SizeArgs {
    /// Calls that come, such as `500/s`
    #[arg(long)]
    rate: Rate,
    /// Mean time for which a call holds its slot, such as `200ms`
    #[arg(long, value_name = "TIME")]
    latency: SimDuration,
    /// How long a call waits for a slot before it is turned away
    #[arg(long, value_name = "TIME", default_value = "0s")]
    max_wait: SimDuration,
    /// Most calls that may be turned away; may be given again
    #[arg(long, value_name = "SHARE", default_values = ["1%", "0.1%"])]
    target: Vec<Share>,
    /// Also tell what a pool of this size does
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    slots: Option<u32>,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A pool's size, why it is of interest, and what it turns away.
#[derive(Clone, Debug)]
struct Pool {
    why: String,
    target: Option<f64>,
    slots: u32,
    rejection: f64,
}

/// Sizes the pool.
pub(crate) fn size(args: &SizeArgs) -> anyhow::Result<Exit> {
    let question = Question::of(args)?;
    let pools = question.pools(args)?;
    let mut output = Output::open(None)?;
    match args.format {
        Format::Table => output.text(&question.text(&pools, output.look().width))?,
        Format::Json => output.data(|out| writeln!(out, "{}", question.json(&pools)))?,
    }
    Ok(Exit::Success)
}

/// What is asked, in seconds.
#[derive(Clone, Copy, Debug)]
struct Question {
    rate: f64,
    latency: f64,
    max_wait: f64,
    in_use: f64,
}

impl Question {
    fn of(args: &SizeArgs) -> anyhow::Result<Self> {
        let (rate, latency) = (args.rate.per_sec(), args.latency.as_secs_f64());
        if rate <= 0.0 || latency <= 0.0 {
            bail!("the rate and the latency must be above zero");
        }
        let in_use = little::number(rate, latency);
        if in_use > MOST_IN_USE {
            bail!("{} calls at a time are more than this can size", whole(in_use as u64));
        }
        Ok(Self { rate, latency, max_wait: args.max_wait.as_secs_f64(), in_use })
    }

    fn pools(&self, args: &SizeArgs) -> anyhow::Result<Vec<Pool>> {
        let mut pools = vec![self.pool("Little's law", (self.in_use.ceil() as u32).max(1))];
        for target in &args.target {
            let target = target.fraction();
            let Some(size) = smallest_pool(self.rate, self.latency, self.max_wait, target) else {
                bail!("a target must be above 0 %");
            };
            let why = format!("for at most {}", given(target, Unit::Share));
            let target = Some(target);
            pools.push(Pool { why, target, slots: size.slots, rejection: size.rejection });
        }
        pools.extend(args.slots.map(|it| self.pool("as asked", it)));
        Ok(pools)
    }

    fn pool(&self, why: &str, slots: u32) -> Pool {
        let rejection = rejection(self.rate, self.latency, slots, self.max_wait);
        Pool { why: why.to_owned(), target: None, slots, rejection }
    }

    fn method(&self) -> Method {
        Method::of(self.max_wait)
    }

    fn text(&self, pools: &[Pool], width: usize) -> String {
        let [rate, latency, wait] = [
            given(self.rate, Unit::PerSecond).replace(' ', ""),
            given(self.latency, Unit::Seconds),
            given(self.max_wait, Unit::Seconds),
        ];
        let wait = if self.max_wait > 0.0 {
            format!("wait up to {wait} for one")
        } else {
            "never wait for one".to_owned()
        };
        let title = format!("{rate} calls hold a slot for {latency} on average, and {wait}");
        let in_use = exact(self.in_use, Unit::Count);
        let mut grid =
            Grid::new(["slots".to_owned(), "turned away".to_owned(), "in use".to_owned()]);
        for pool in pools {
            let carried = self.in_use * (1.0 - pool.rejection) / f64::from(pool.slots);
            let mut away: crate::render::grid::Cell = percent(pool.rejection).into();
            away.tone = if pool.target.is_none() && pool.rejection > 0.01 {
                Tone::Warn
            } else {
                Tone::Plain
            };
            let cells =
                vec![whole(u64::from(pool.slots)).into(), away, exact(carried, Unit::Share).into()];
            grid.row(&pool.why, cells);
        }
        format!(
            "{}\n{}\n\n{}\n{}",
            paint(STRONG, title),
            paint(
                FAINT,
                format!("{in_use} in use at a time, if none were turned away (Little's law)")
            ),
            grid.render(width),
            hanging("", 0, &paint(FAINT, self.method().in_words()), width),
        )
    }

    fn json(&self, pools: &[Pool]) -> serde_json::Value {
        let pools = pools.iter().map(|it| {
            json!({
                "why": it.why,
                "target": it.target,
                "slots": it.slots,
                "rejection": it.rejection,
            })
        });
        json!({
            "rate_per_s": self.rate,
            "latency_s": self.latency,
            "max_wait_s": self.max_wait,
            "in_use": self.in_use,
            "method": self.method().name(),
            "source": self.method().source(),
            "pools": pools.collect::<Vec<_>>(),
        })
    }
}

/// To four digits: sizes are compared by these.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = if percent >= 10.0 { 2 } else { 3 };
    if percent > 0.0 && percent < 0.001 {
        "< 0.001 %".to_owned()
    } else {
        format!("{percent:.decimals$} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(max_wait: f64) -> Vec<(u32, String)> {
        let question = Question { rate: 500.0, latency: 0.2, max_wait, in_use: 100.0 };
        let little = question.pool("", 100);
        let smallest =
            [0.01, 0.001].map(|target| smallest_pool(500.0, 0.2, max_wait, target).unwrap());
        let mut sizes = vec![(little.slots, percent(little.rejection))];
        sizes.extend(smallest.map(|it| (it.slots, percent(it.rejection))));
        sizes
    }

    #[test]
    fn littles_number_is_too_small() {
        let without: Vec<_> = sizes(0.0).into_iter().map(|it| it.0).collect();
        let with: Vec<_> = sizes(0.05).into_iter().map(|it| it.0).collect();
        assert_eq!((without, with), (vec![100, 117, 128], vec![100, 105, 112]));
        assert_eq!([sizes(0.0)[0].1.as_str(), sizes(0.05)[0].1.as_str()], ["7.570 %", "2.617 %"]);
    }
}
