//! `stormglass completions`.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::Cli;
use crate::exit::Exit;
use crate::output::Output;

/// Write what a shell needs to complete commands and options.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass completions bash > ~/.local/share/bash-completion/completions/stormglass\n  \
    stormglass completions zsh > ~/.zfunc/_stormglass\n  \
    stormglass completions fish > ~/.config/fish/completions/stormglass.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script.
pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "stormglass", &mut script);
    Output::open(None)?.data(|out| out.write_all(&script))?;
    Ok(Exit::Success)
}
