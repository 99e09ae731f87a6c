//! How the program ends.

use std::process::ExitCode;

/// The exit status; one table for all commands.
///
/// The numbers between are kept: 1 for an expectation that failed, 3 for an aborted run, 4 for one
/// that was not steady, 5 for an undecided one, 6 to 9 for sweeps, 75 for a failure that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, and nothing to object to.
    Success = 0,
    /// Bad usage, or something wrong with a scenario.
    BadInput = 2,
    /// Reading or writing failed.
    InputOutput = 74,
    /// Stopped by a signal; what was finished has been reported.
    Interrupted = 130,
}

impl Exit {
    /// All of them with their meanings, for the help.
    pub(crate) const HELP: &'static str = "Exit status:\n  \
        0    done\n  \
        2    bad usage, or something wrong with a scenario\n  \
        74   reading or writing failed\n  \
        130  interrupted; what was finished has been reported";

    /// The worse of two: what is told when several files were looked at.
    #[must_use]
    pub(crate) fn worse(self, other: Self) -> Self {
        if other as u8 > self as u8 { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
