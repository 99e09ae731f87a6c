//! `stormglass test`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};
use sim_core::report::Report;
use sim_core::scenario::harmless;

use crate::baseline::{self, Baseline, Drift};
use crate::exit::Exit;
use crate::failure;
use crate::interrupt;
use crate::job::{Job, Wanted, threads};
use crate::output::Output;
use crate::progress::Progress;
use crate::render::tested::{Ending, Outcome, Tested, Unreadable, quoted};
use crate::render::{github, junit, markdown, tested_csv};
use crate::suite::{Reports, side_by_side};

/// Run scenarios and tell whether they show what they are expected to.
///
/// Runs every scenario in all its variants and judges its `[[expect]]` and `[steady]`. One line
/// for each that holds, and the evidence for each that does not.
///
/// A baseline keeps a scenario's numbers: `shop.baseline.json` beside `shop.toml`, written with
/// `--update-baseline`. Where there is one, numbers that moved since are told with the interval of
/// the difference, and are a failure. With the same file, seed, version and number of replications
/// they must be the same to the last bit; else the interval decides.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags are independent of each other")]
#[command(after_help = "Examples:\n  \
    stormglass test scenarios\n  \
    stormglass test shop.toml --replications 30\n  \
    stormglass test shop.toml --variant base --set service.shop.instances=6\n  \
    stormglass test scenarios --filter retry --fail-fast\n  \
    stormglass test scenarios --update-baseline\n  \
    stormglass test scenarios --junit verdicts.xml --github")]
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
    #[command(flatten)]
    wanted: Wanted,
    /// Keep baselines in this folder, each at its scenario's path, instead of beside the scenarios
    #[arg(long, value_name = "FOLDER")]
    baseline: Option<PathBuf>,
    /// Take the numbers as they are for the baseline; what moved is told and is no failure
    #[arg(long, conflicts_with_all = ["variant", "set"])]
    update_baseline: bool,
    /// Threads that run replications, instead of one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What to write: text for people, JSON, tidy CSV, or Markdown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the verdicts to this file too, as JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Put annotations for GitHub between the lines: what is not as expected, at its place
    #[arg(long)]
    github: bool,
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
    /// For spreadsheets.
    Csv,
    /// Tables for a pull request.
    Markdown,
}

/// Tests the scenarios side by side, also after one with faults, and tells them in order.
pub(crate) fn test(args: &TestArgs) -> anyhow::Result<Exit> {
    if args.github && args.format != Format::Text {
        bail!("annotations for GitHub go between lines of text: leave out --format or --github");
    }
    let files = scenarios(&args.paths)?;
    let subjects = subjects(&files, args)?;
    let mut junit = args.junit.as_deref().map(|it| Output::open(Some(it))).transpose()?;
    let threads = threads(args.threads)?;
    interrupt::listen()?;
    let jobs: Vec<_> = subjects.iter().filter_map(Subject::job).collect();
    let progress = Progress::new(jobs.iter().map(|it| it.runs()).sum(), args.quiet);
    let mut test =
        Test { args, progress: &progress, output: Output::open(None)?, all: Outcome::default() };
    let told = side_by_side(&jobs, &threads, &progress, |reports| test.tell(&subjects, reports));
    progress.finish();
    let exit = told?;
    test.write(junit.as_mut())?;
    if subjects.is_empty() {
        bail!("there is no scenario to test");
    }
    Ok(exit)
}

/// A file to test.
struct Subject {
    /// As it was named.
    name: String,
    /// Where its baseline is or will be.
    baseline: PathBuf,
    /// What there is to run, and its baseline if it has one.
    ready: anyhow::Result<(Job, Option<Baseline>)>,
}

impl Subject {
    fn job(&self) -> Option<&Job> {
        self.ready.as_ref().ok().map(|it| &it.0)
    }
}

/// All are read first: what is wrong with a baseline should not be told after an hour.
fn subjects(files: &[PathBuf], args: &TestArgs) -> anyhow::Result<Vec<Subject>> {
    let baselines = baseline::paths_of(files, args.baseline.as_deref())?;
    let subjects = files.iter().zip(baselines).filter_map(|it| subject(it.0, it.1, args));
    Ok(subjects.collect())
}

/// Nothing where it is filtered out.
fn subject(file: &Path, baseline: PathBuf, args: &TestArgs) -> Option<Subject> {
    let name = file.display().to_string();
    let has = |text: &str| args.filter.as_ref().is_none_or(|it| text.contains(it.as_str()));
    let job = Job::read(file, &args.wanted);
    // What cannot be read has no title.
    if !has(&name) && !job.as_ref().is_ok_and(|it| has(it.title())) {
        return None;
    }
    let ready = job.and_then(|job| {
        let kept = match Baseline::read(&baseline) {
            Err(_) if args.update_baseline => None,
            read => read?,
        };
        Ok((job, kept))
    });
    Some(Subject { name, baseline, ready })
}

/// A test under way.
struct Test<'a> {
    args: &'a TestArgs,
    progress: &'a Progress,
    output: Output,
    all: Outcome,
}

impl Test<'_> {
    /// Tells of each subject as soon as its report is there; how it all ends.
    fn tell(&mut self, subjects: &[Subject], reports: &mut Reports) -> anyhow::Result<Exit> {
        let mut exit = Exit::Success;
        for subject in subjects {
            let told = match &subject.ready {
                Err(error) => self.refused(subject, error)?,
                Ok((job, kept)) => match reports.next() {
                    None => return Ok(exit.worse(Exit::Interrupted)),
                    Some(report) => self.tested(subject, job, kept.as_ref(), report)?,
                },
            };
            exit = exit.worse(told);
            if self.args.fail_fast && exit != Exit::Success {
                break;
            }
        }
        Ok(exit)
    }

    fn tested(
        &mut self,
        subject: &Subject,
        job: &Job,
        kept: Option<&Baseline>,
        report: Report,
    ) -> anyhow::Result<Exit> {
        let drift = kept.map(|it| Drift::between(it, &report));
        let update = self.args.update_baseline;
        if drift.as_ref().is_some_and(|it| it.is_foreign() && !update) {
            let error = anyhow!(
                "`{}` has no number in common with `{}`: it is another scenario's baseline, or of \
                 other variants; write it anew with --update-baseline",
                subject.baseline.display(),
                subject.name,
            );
            return self.refused(subject, &error);
        }
        let new = update.then(|| Baseline::of(&report));
        let mut tested = Tested::of(subject.name.clone(), job, report, drift);
        if let Some(new) = new {
            new.write(&subject.baseline)?;
            tested.keep(new.len());
        } else {
            tested.accept = accept(&subject.name, self.args);
        }
        self.line(&tested.text(self.output.look().width), || github::annotations(&tested))?;
        let exit = status(tested.result);
        self.all.scenarios.push(tested);
        Ok(exit)
    }

    /// What cannot be tested is told on standard error too.
    fn refused(&mut self, subject: &Subject, error: &anyhow::Error) -> anyhow::Result<Exit> {
        let file = subject.name.clone();
        let unreadable = Unreadable { file, faults: failure::faults(error) };
        let line = format!("{:12}  {}\n", "unreadable", harmless(&subject.name));
        self.line(&line, || github::faults(&unreadable))?;
        self.all.unreadable.push(unreadable);
        Ok(self.progress.aside(|| failure::tell(error)))
    }

    /// Text for people, and what GitHub is told beside it.
    fn line(&mut self, text: &str, annotations: impl FnOnce() -> String) -> anyhow::Result<()> {
        if self.args.format != Format::Text {
            return Ok(());
        }
        let output = &mut self.output;
        self.progress.aside(|| {
            if self.args.github {
                output.text(&github::defused(text))?;
                return output.text(&annotations());
            }
            output.text(text)
        })
    }

    /// What is written when all is done.
    fn write(&mut self, junit: Option<&mut Output>) -> anyhow::Result<()> {
        let all = &self.all;
        match self.args.format {
            Format::Text => {}
            Format::Json => self.output.data(|out| {
                serde_json::to_writer(&mut *out, all)?;
                writeln!(out)
            })?,
            Format::Csv => self.output.data(|out| tested_csv::write(all, out))?,
            Format::Markdown => self.output.text(&markdown::tested(all))?,
        }
        junit.map_or(Ok(()), |it| it.data(|out| junit::write(all, out)))
    }
}

/// The command that takes the numbers of this test for the scenario's baseline.
fn accept(name: &str, args: &TestArgs) -> Option<String> {
    let Wanted { variant, seed, replications, precision, set } = &args.wanted;
    if !variant.is_empty() || !set.is_empty() || precision.is_some() {
        return None;
    }
    let mut command = format!("stormglass test {} --update-baseline", quoted(&harmless(name)));
    if let Some(folder) = &args.baseline {
        let folder = folder.display().to_string();
        command = format!("{command} --baseline {}", quoted(&harmless(&folder)));
    }
    for (flag, number) in [("seed", *seed), ("replications", replications.map(u64::from))] {
        command += &number.map_or(String::new(), |it| format!(" --{flag} {it}"));
    }
    Some(command)
}

fn status(ending: Ending) -> Exit {
    match ending {
        Ending::Ok => Exit::Success,
        Ending::Failed | Ending::Moved => Exit::Failed,
        Ending::Aborted => Exit::Aborted,
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
