//! Shapes for verdicts: shape before colour, and a word for who cannot see either.

use sim_core::report::{Outcome, Verdict};
use sim_plot::markup::{Element, el};

/// How a verdict is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    Pass,
    Fail,
    /// Not as the file says: it was said to fail.
    PassesAnyway,
    FailsAsStated,
    Undecided,
    Skipped,
}

impl Glyph {
    pub(super) const ALL: [Self; 6] = [
        Self::Pass,
        Self::Fail,
        Self::PassesAnyway,
        Self::FailsAsStated,
        Self::Undecided,
        Self::Skipped,
    ];

    pub(super) const fn of(verdict: &Verdict) -> Self {
        match (verdict.outcome, verdict.fails_here) {
            (Outcome::Pass, false) => Self::Pass,
            (Outcome::Pass, true) => Self::PassesAnyway,
            (Outcome::Fail, false) => Self::Fail,
            (Outcome::Fail, true) => Self::FailsAsStated,
            (Outcome::Inconclusive, _) => Self::Undecided,
            (Outcome::Skipped, _) => Self::Skipped,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Pass => "passes",
            Self::Fail => "fails",
            Self::PassesAnyway => "passes, though the file says it fails",
            Self::FailsAsStated => "fails, as the file says",
            Self::Undecided => "undecided",
            Self::Skipped => "no such thing here",
        }
    }

    /// The shape, so many pixels wide.
    pub(super) fn draw(self, pixels: u32) -> Element {
        let svg = el("svg").attr("width", pixels).attr("height", pixels);
        let svg = svg.attr("viewBox", "-8 -8 16 16").attr("role", "img");
        svg.attr("aria-label", self.word()).children(self.marks())
    }

    fn marks(self) -> Vec<Element> {
        const TICK: &str = "M-3.2,.2L-.9,2.6L3.4,-2.4";
        const CROSS: &str = "M-2.7,-2.7L2.7,2.7M2.7,-2.7L-2.7,2.7";
        match self {
            Self::Pass => {
                vec![el("circle").attr("r", 7).attr("fill", "var(--ok-soft)"), line(TICK, "ok-t")]
            }
            Self::Fail => vec![square("fail", "fail"), line(CROSS, "on-fail")],
            Self::PassesAnyway => vec![square("fail", "fail"), line(TICK, "on-fail")],
            Self::FailsAsStated => vec![square("surface", "fail-t"), line(CROSS, "fail-t")],
            Self::Undecided => {
                let triangle = line("M0,-7L7,5.6H-7Z", "inc-t").attr("stroke-linejoin", "round");
                vec![triangle, line("M-2.6,2.6H2.6", "inc-t")]
            }
            Self::Skipped => {
                let ring = el("circle").attr("r", 5.5).attr("fill", "none");
                let ring = ring.attr("stroke", "var(--line2)").attr("stroke-width", 1.4);
                vec![ring.attr("stroke-dasharray", "2 2")]
            }
        }
    }
}

fn square(fill: &str, stroke: &str) -> Element {
    let square = el("rect").attr("x", -6).attr("y", -6).attr("width", 12).attr("height", 12);
    let square = square.attr("rx", 2).attr("fill", format!("var(--{fill})"));
    square.attr("stroke", format!("var(--{stroke})")).attr("stroke-width", 1.4)
}

fn line(data: &str, color: &str) -> Element {
    let line = el("path").attr("d", data).attr("fill", "none").attr("stroke-width", 1.7);
    line.attr("stroke", format!("var(--{color})")).attr("stroke-linecap", "round")
}
