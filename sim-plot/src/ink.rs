//! What marks are, instead of the colours that they have.

use plotters::style::{Color, RGBColor, ShapeStyle};
use plotters_backend::BackendColor;

macro_rules! inks {
    ($($(#[$doc:meta])* $name:ident = $class:literal,)*) => {
        /// What a mark is. `style.css` has a class for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ink {
            $($(#[$doc])* $name,)*
        }

        impl Ink {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its class.
            pub const fn class(self) -> &'static str {
                match self {
                    $(Self::$name => $class,)*
                }
            }
        }
    };
}

inks! {
    /// The most important line, and names.
    Strong = "k-ink",
    /// What comes second.
    Second = "k-ink2",
    /// Ticks and units.
    Tick = "k-ink3",
    /// The grid.
    Grid = "k-line",
    /// Base lines and the borders of nodes.
    Border = "k-line2",
    /// The ground of a node.
    Ground = "k-surface",
    /// A time in which something is broken.
    Fault = "k-fault",
    /// Answered in full: area.
    Full = "k-full",
    /// Answered in full: edge, and lines.
    FullEdge = "k-full-l",
    /// Answered in full: text.
    FullText = "k-full-t",
    /// Answered with less: area.
    Degraded = "k-deg",
    /// Answered with less: edge.
    DegradedEdge = "k-deg-l",
    /// Answered with less: text.
    DegradedText = "k-deg-t",
    /// Text on that area.
    OnDegraded = "k-on-deg",
    /// Failed: area.
    Failed = "k-fail",
    /// Failed: edge.
    FailedEdge = "k-fail-l",
    /// Failed: text.
    FailedText = "k-fail-t",
    /// Failed on purpose: area.
    Refused = "k-fail2",
    /// Failed on purpose: edge and text.
    RefusedText = "k-fail2-t",
    /// Text on either area of failures.
    OnFailed = "k-on-fail",
    /// A limit that should not be passed.
    Limit = "k-limit",
    /// The run before.
    Ghost = "k-ghost",
    /// The interval around the most important line.
    StrongBand = "k-ink-band",
    /// The interval around a line of full answers.
    FullBand = "k-full-band",
    /// The interval around a line of degraded answers.
    DegradedBand = "k-deg-band",
    /// The interval around a line of failures on purpose.
    RefusedBand = "k-fail2-band",
}

impl Ink {
    /// The colour that stands for it on its way through `plotters`; our canvas turns it back.
    pub(crate) fn sentinel(self) -> RGBColor {
        let index = Self::ALL.iter().position(|it| *it == self);
        RGBColor(0, 0, index.expect("all inks are listed") as u8)
    }

    /// What a colour stands for.
    pub(crate) fn of(color: BackendColor) -> Self {
        Self::ALL[usize::from(color.rgb.2)]
    }

    /// For areas.
    pub(crate) fn filled(self) -> ShapeStyle {
        self.sentinel().filled()
    }

    /// For lines `width` grains wide.
    pub(crate) fn stroke(self, width: u32) -> ShapeStyle {
        self.sentinel().stroke_width(width)
    }

    /// The interval around a line of this ink.
    pub(crate) const fn band(self) -> Self {
        match self {
            Self::FullEdge | Self::FullText => Self::FullBand,
            Self::DegradedEdge | Self::DegradedText => Self::DegradedBand,
            Self::RefusedText => Self::RefusedBand,
            _ => Self::StrongBand,
        }
    }

    /// The ink of text beside a mark of this ink.
    pub(crate) const fn beside(self) -> Self {
        match self {
            Self::Full | Self::FullEdge => Self::FullText,
            Self::Degraded | Self::DegradedEdge => Self::DegradedText,
            Self::Failed | Self::FailedEdge | Self::Limit => Self::FailedText,
            Self::Refused => Self::RefusedText,
            other => other,
        }
    }

    /// The ink of text on an area of this ink.
    pub(crate) const fn on(self) -> Self {
        match self {
            Self::Degraded => Self::OnDegraded,
            Self::Failed | Self::Refused => Self::OnFailed,
            other => other.beside(),
        }
    }

    /// The ink of the edge of an area of this ink.
    pub(crate) const fn edge(self) -> Self {
        match self {
            Self::Full => Self::FullEdge,
            Self::Degraded => Self::DegradedEdge,
            Self::Failed => Self::FailedEdge,
            Self::Refused => Self::RefusedText,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_survive_the_way_through_plotters() {
        for ink in Ink::ALL {
            let RGBColor(r, g, b) = ink.sentinel();
            assert_eq!(Ink::of(BackendColor { alpha: 1.0, rgb: (r, g, b) }), *ink);
        }
    }

    #[test]
    fn the_style_has_a_class_for_each_ink() {
        for ink in Ink::ALL {
            let rule = format!(".{}{{", ink.class());
            assert!(crate::STYLE.contains(&rule), "no {rule}");
        }
    }
}
