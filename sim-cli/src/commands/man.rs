//! `stormglass man`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::Cli;
use crate::exit::Exit;
use crate::output::Output;

/// Write the manual page, or with a folder those of all commands.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass man | man -l -\n  \
    stormglass man --output ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write `stormglass.1`, and a page for each command, into this folder
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Writes the pages.
pub(crate) fn man(args: &ManArgs) -> anyhow::Result<Exit> {
    let mut root = Cli::command();
    root.build();
    let Some(folder) = &args.output else {
        let page = page(&root)?;
        Output::open(None)?.data(|out| out.write_all(&page))?;
        return Ok(Exit::Success);
    };
    let shown = folder.display().to_string();
    fs::create_dir_all(folder).with_context(|| format!("could not make the folder `{shown}`"))?;
    for command in std::iter::once(&root).chain(root.get_subcommands()) {
        let path = folder.join(format!("{}.1", name(command)));
        let page = page(command)?;
        fs::write(&path, page).with_context(|| format!("could not write `{}`", path.display()))?;
    }
    Ok(Exit::Success)
}

/// `stormglass`, `stormglass-run`.
fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    let title = name(command);
    Man::new(command.clone()).title(&title).render(&mut page).context("a page is text")?;
    Ok(page)
}
