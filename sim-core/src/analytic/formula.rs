//! The closed forms by name.

use serde::Serialize;

/// A closed form of a queue or pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Formula {
    /// [`super::erlang::erlang_b`].
    #[serde(rename = "Erlang B")]
    ErlangB,
    /// [`super::mmc`].
    #[serde(rename = "M/M/c")]
    Mmc,
    /// [`super::mmck`].
    #[serde(rename = "M/M/c/K")]
    Mmck,
    /// [`super::abandonment::deterministic`].
    #[serde(rename = "M/M/c+D")]
    LongestWait,
    /// [`super::abandonment::exponential`].
    #[serde(rename = "M/M/c+M")]
    ErlangA,
}

impl Formula {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ErlangB => "Erlang B",
            Self::Mmc => "M/M/c",
            Self::Mmck => "M/M/c/K",
            Self::LongestWait => "M/M/c+D",
            Self::ErlangA => "M/M/c+M",
        }
    }

    /// Who says so.
    pub const fn source(self) -> &'static str {
        match self {
            Self::ErlangB | Self::Mmc => "Erlang 1917",
            Self::Mmck => "Gross et al. 2008, section 2.4",
            Self::ErlangA => "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
            Self::LongestWait => "Gnedenko and Kovalenko 1968; Baccelli and Hebuterne 1981",
        }
    }
}
