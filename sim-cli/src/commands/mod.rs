//! The commands, one file each.

mod ablate;
mod budget;
mod check;
mod compare;
mod completions;
mod drill;
mod explain;
mod fit;
mod format;
mod man;
mod mutate;
mod play;
mod recover;
mod run;
mod running;
mod schema;
mod size;
mod sweep;
mod test;
mod tracing;
mod why;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Parser, Subcommand};

use crate::exit::Exit;

/// Simulates how distributed systems behave under failure.
///
/// A scenario is a TOML file that describes load, services, the calls between them with their
/// policies (timeouts, retries, circuit breakers, bulkheads), and what breaks when. The same
/// scenario and seed give the same results, on any machine.
#[derive(Debug, Parser)]
#[command(name = "stormglass", version, arg_required_else_help = true, styles = STYLES)]
#[command(after_help = Exit::HELP)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run scenarios and report how they fared
    Run(run::RunArgs),
    /// Run scenarios and tell whether they show what they are expected to
    Test(test::TestArgs),
    /// Tell how variants of a scenario, or two scenarios, differ
    Compare(compare::CompareArgs),
    /// Tell what each resilience pattern of a scenario is worth
    Ablate(ablate::AblateArgs),
    /// Take policies away and tell which expectations notice
    Mutate(mutate::MutateArgs),
    /// Read scenarios with all their variants and tell what is wrong with them
    Check(check::CheckArgs),
    /// Tell what a scenario says, and what arithmetic says about it, without running it
    Explain(explain::ExplainArgs),
    /// Tell one request's story: what it waited for, and where its time went
    Why(why::WhyArgs),
    /// Restore the newest backups of a scenario's stores and tell how that went
    Drill(drill::DrillArgs),
    /// Vary a scenario over a grid and find what holds
    Sweep(sweep::SweepArgs),
    /// Strike disasters and tell whether targets are met, and at which cost
    Recover(recover::RecoverArgs),
    /// Size a pool by queueing theory
    Size(size::SizeArgs),
    /// Fit laws to measured times, and tell how far each is from them
    Fit(fit::FitArgs),
    /// Open the playground in the browser
    Play(play::PlayArgs),
    /// Tell what an objective allows, how fast it is spent, and when alerts on it fire
    Budget(budget::BudgetArgs),
    /// Write the file format as a JSON Schema for editors
    Schema(schema::SchemaArgs),
    /// Write what a shell needs to complete commands and options
    Completions(completions::CompletionsArgs),
    /// Write the manual page
    Man(man::ManArgs),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being done.
    pub(crate) fn run(&self) -> anyhow::Result<Exit> {
        match self {
            Self::Run(args) => run::run(args),
            Self::Test(args) => test::test(args),
            Self::Compare(args) => compare::compare(args),
            Self::Ablate(args) => ablate::ablate(args),
            Self::Mutate(args) => mutate::mutate(args),
            Self::Check(args) => check::check(args),
            Self::Explain(args) => explain::explain(args),
            Self::Why(args) => why::why(args),
            Self::Drill(args) => drill::drill(args),
            Self::Sweep(args) => sweep::sweep(args),
            Self::Recover(args) => recover::recover(args),
            Self::Size(args) => size::size(args),
            Self::Fit(args) => fit::fit(args),
            Self::Play(args) => play::play(args),
            Self::Budget(args) => budget::budget_of(args),
            Self::Schema(args) => schema::schema(args),
            Self::Completions(args) => completions::completions(args),
            Self::Man(args) => man::man(args),
        }
    }
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Cyan.on_default().bold())
    .usage(AnsiColor::Cyan.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Yellow.on_default());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
