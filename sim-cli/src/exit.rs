//! How the program ends.

use std::process::ExitCode;

/// The exit status; one table for all commands.
///
/// The numbers between are kept: 6 to 8 for sweeps in parts, 75 for a failure that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, and nothing to object to.
    Success = 0,
    /// An expectation failed or did not notice what it should, or a number moved from its baseline.
    Failed = 1,
    /// Bad usage, or something wrong with a scenario.
    BadInput = 2,
    /// An `[[abort]]` came about.
    Aborted = 3,
    /// What is said to be steady was not, before anything broke.
    NotSteady = 4,
    /// The replications cannot tell whether an expectation holds.
    Inconclusive = 5,
    /// No point of a sweep holds what it must.
    Infeasible = 9,
    /// Reading or writing failed.
    InputOutput = 74,
    /// Stopped by a signal; what was finished has been reported.
    Interrupted = 130,
}

impl Exit {
    /// All of them with their meanings, for the help.
    pub(crate) const HELP: &'static str = "Exit status:\n  \
        0    done; tested: all as expected\n  \
        1    tested: an expectation failed, or a number moved from its baseline; mutated: none
             noticed\n  \
        2    bad usage, or something wrong with a scenario\n  \
        3    an [[abort]] ended a run or its faults\n  \
        4    tested: not steady before the first fault\n  \
        5    tested, swept: more replications are needed to tell\n  \
        9    swept: no point holds what --where asks\n  \
        74   reading or writing failed\n  \
        130  interrupted; what was finished has been reported";

    /// The worse of two: what is told when several files were looked at.
    #[must_use]
    pub(crate) fn worse(self, other: Self) -> Self {
        if other.gravity() > self.gravity() { other } else { self }
    }

    fn gravity(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Inconclusive => 1,
            Self::NotSteady => 2,
            Self::Aborted => 3,
            Self::Failed | Self::Infeasible => 4,
            Self::BadInput => 5,
            Self::InputOutput => 6,
            Self::Interrupted => 7,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
