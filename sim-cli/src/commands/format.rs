//! What commands write: one choice for each set of forms that several of them share. A command with a
//! set of its own says it beside its arguments.

use clap::ValueEnum;

/// An answer to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answer {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// An answer that people show to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Summary {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// Tables for a pull request.
    Markdown,
}

/// All numbers of runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// Tables for a pull request.
    Markdown,
}
