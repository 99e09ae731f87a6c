//! The closed forms by name.

use serde::Serialize;

/// A closed form of a queue or pool, or of a system.
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
    /// [`super::availability::k_of_n`].
    #[serde(rename = "k of n")]
    Redundancy,
    /// [`super::availability::with_common_cause`].
    #[serde(rename = "beta factor")]
    CommonCause,
    /// [`super::repair::Redundant`].
    #[serde(rename = "birth and death")]
    Repair,
    /// [`super::repair::Coverage`].
    #[serde(rename = "imperfect coverage")]
    Coverage,
    /// [`super::availability::of_drains`].
    #[serde(rename = "renewal-reward")]
    Drain,
    /// [`super::availability::serial`].
    #[serde(rename = "product")]
    Serial,
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
            Self::Redundancy => "k of n",
            Self::CommonCause => "beta factor",
            Self::Repair => "birth and death",
            Self::Coverage => "imperfect coverage",
            Self::Drain => "renewal-reward",
            Self::Serial => "product",
        }
    }

    /// Who says so.
    pub const fn source(self) -> &'static str {
        match self {
            Self::ErlangB | Self::Mmc => "Erlang 1917",
            Self::Mmck => "Gross et al. 2008, section 2.4",
            Self::ErlangA => "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
            Self::Redundancy | Self::Serial => "Barlow and Proschan 1965",
            Self::CommonCause => "Fleming 1975; IEC 61508-6, annex D",
            Self::Repair => "Trivedi and Bobbio 2017, chapter 9",
            Self::Coverage => "Bouricius, Carter and Schneider 1969",
            Self::Drain => "Ross 1996, section 3.6",
            Self::LongestWait => "Gnedenko and Kovalenko 1968; Baccelli and Hebuterne 1981",
        }
    }
}
