//! `stormglass test`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use rayon::ThreadPool;
use sim_core::scenario::harmless;

use crate::exit::Exit;
use crate::failure;
use crate::interrupt;
use crate::job::{Job, Wanted, precision, threads};
use crate::output::Output;
use crate::progress::Progress;
use crate::render::junit;
use crate::render::tested::{Ending, Outcome, Tested};

/// Run scenarios and tell whether they show what they are expected to.
///
/// Runs every scenario in all its variants and judges its `[[expect]]` and `[steady]`. One line
/// for each that holds, and the evidence for each that does not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass test scenarios\n  \
    stormglass test shop.toml --replications 30\n  \
    stormglass test scenarios --filter retry --fail-fast\n  \
    stormglass test scenarios --junit verdicts.xml")]
pub(crate) struct TestArgs {
    /// Scenario files, or folders with such
    #[arg(value_name = "FILE|FOLDER", required = true)]
    paths: Vec<PathBuf>,
    /// Test only scenarios whose path or title has this text in it
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Stop after the first scenario that is not all as expected
    #[arg(long)]
    fail_fast: bool,
    /// Independent replications, instead of the scenarios' own numbers
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replications: Option<u32>,
    /// Add replications until the intervals of what is expected have half this width, such as 2%
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    precision: Option<f64>,
    /// Threads that run replications, instead of one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What to write: text for people, or JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the verdicts to this file too, as JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// No progress on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// What verdicts are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Tests the scenarios one after the other, also after one with faults.
pub(crate) fn test(args: &TestArgs) -> anyhow::Result<Exit> {
    let files = scenarios(&args.paths)?;
    let mut junit = args.junit.as_deref().map(|it| Output::open(Some(it))).transpose()?;
    let threads = threads(args.threads)?;
    interrupt::listen()?;
    let mut output = Output::open(None)?;
    let (mut exit, mut all) = (Exit::Success, Outcome::default());
    for file in &files {
        let Some(tested) = one(file, args, &threads).transpose() else { continue };
        if interrupt::requested() {
            exit = Exit::Interrupted;
            break;
        }
        let text = match &tested {
            Ok(tested) => tested.text(output.look().width),
            Err(_) => format!("{:12}  {}\n", "unreadable", harmless(&shown(file))),
        };
        if args.format == Format::Text {
            output.text(&text)?;
        }
        exit = exit.worse(all.add(file, tested));
        if args.fail_fast && exit != Exit::Success {
            break;
        }
    }
    write(&all, args, &mut output, junit.as_mut())?;
    let nothing = all.scenarios.is_empty() && all.unreadable.is_empty();
    if nothing && exit == Exit::Success {
        bail!("there is no scenario to test");
    }
    Ok(exit)
}

/// What is written when all is done.
fn write(
    all: &Outcome,
    args: &TestArgs,
    output: &mut Output,
    junit: Option<&mut Output>,
) -> anyhow::Result<()> {
    if args.format == Format::Json {
        output.data(|out| {
            serde_json::to_writer(&mut *out, all)?;
            writeln!(out)
        })?;
    }
    junit.map_or(Ok(()), |it| it.data(|out| junit::write(all, out)))
}

impl Outcome {
    /// Adds what became of a file; what is wrong with it is told.
    fn add(&mut self, file: &Path, tested: anyhow::Result<Tested>) -> Exit {
        match tested {
            Ok(tested) => {
                let exit = status(tested.result);
                self.scenarios.push(tested);
                exit
            }
            Err(error) => {
                self.unreadable.push(shown(file));
                failure::tell(&error)
            }
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// One scenario's verdicts; nothing where it is filtered out.
fn one(file: &Path, args: &TestArgs, threads: &ThreadPool) -> anyhow::Result<Option<Tested>> {
    let TestArgs { replications, precision, .. } = *args;
    let wanted = Wanted { set: &[], variant: &[], seed: None, replications, precision };
    let name = shown(file);
    let has = |text: &str| args.filter.as_ref().is_none_or(|it| text.contains(it.as_str()));
    let job = match Job::read(file, &wanted) {
        Ok(job) if has(&name) || has(job.title()) => job,
        // What cannot be read has no title.
        Err(error) if has(&name) => return Err(error),
        _ => return Ok(None),
    };
    let progress = Progress::new(job.runs(), args.quiet);
    let (report, _) = job.run(threads, &progress);
    progress.finish();
    Ok(Some(Tested::of(name, report)))
}

fn status(ending: Ending) -> Exit {
    match ending {
        Ending::Ok => Exit::Success,
        Ending::Failed => Exit::Failed,
        Ending::NotSteady => Exit::NotSteady,
        Ending::Inconclusive => Exit::Inconclusive,
    }
}

/// The files themselves, and those in the folders and below, in order.
fn scenarios(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            below(path, &mut files)
                .with_context(|| format!("could not list the folder `{}`", path.display()))?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Links to folders are not followed: they may lead in circles.
fn below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            below(&path, files)?;
        } else if path.extension().is_some_and(|it| it == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
