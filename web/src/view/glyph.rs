//! Shapes that say what colours say too.

use yew::prelude::*;

use crate::protocol::Mark;

/// The glyph of a verdict.
pub(super) fn verdict(mark: Mark) -> Html {
    let word = word(mark);
    let shape = match mark {
        Mark::Pass => html! { <>
            <circle class="g-ok" cx="8" cy="8" r="7" />
            <path class="g-tick" d="M4.8 8.3l2.2 2.2 4.2-4.6" />
        </> },
        Mark::Fail | Mark::PassesAnyway => html! { <>
            <rect class="g-fail" x="1.5" y="1.5" width="13" height="13" rx="2" />
            <path class="g-cross" d="M5 5l6 6M11 5l-6 6" />
        </> },
        Mark::FailsAsStated => html! { <>
            <rect class="g-stated" x="2" y="2" width="12" height="12" rx="2" />
            <path class="g-cross stated" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />
        </> },
        Mark::Open => html! { <>
            <path class="g-open" d="M8 1.8L14.8 14H1.2z" />
            <path class="g-dash" d="M5.6 10.6h4.8" />
        </> },
        Mark::Skipped => html! { <circle class="g-skip" cx="8" cy="8" r="6" /> },
    };
    html! { <svg class="glyph" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label={word}>{ shape }</svg> }
}

/// The word for it.
pub(super) const fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Pass => "passes",
        Mark::Fail => "fails",
        Mark::FailsAsStated => "fails, as the file says",
        Mark::PassesAnyway => "passes, though the file says that it fails",
        Mark::Open => "undecided",
        Mark::Skipped => "skipped",
    }
}

/// What a breaker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaker {
    /// Lets all through.
    Closed,
    /// Lets some through.
    HalfOpen,
    /// Lets none through.
    Open,
}

/// The glyph of a breaker with its word, around a place.
pub(super) fn breaker(state: Breaker, x: f64, y: f64) -> Html {
    let (shape, word) = match state {
        Breaker::Closed => (
            html! { <><circle class="b-closed" r="7" /><path class="b-closed" d="M-7 0h14" /></> },
            "closed",
        ),
        Breaker::HalfOpen => (
            html! { <><circle class="b-half" r="7" /><path class="b-half fill" d="M0 -7a7 7 0 0 1 0 14z" /></> },
            "half-open",
        ),
        Breaker::Open => (
            html! { <><path class="b-open" d="M0 -10L10 0L0 10L-10 0z" /><path class="b-cross" d="M-3.4 -3.4l6.8 6.8M3.4 -3.4l-6.8 6.8" /></> },
            "open",
        ),
    };
    let class = if state == Breaker::Open { "t s k-fail-t b" } else { "t s k-ink3" };
    html! {
        <g class="breaker" transform={format!("translate({x:.1},{y:.1})")} data-state={word}>
            { shape }
            <text {class} y="22" text-anchor="middle">{ word }</text>
        </g>
    }
}
