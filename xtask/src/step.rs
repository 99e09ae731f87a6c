//! Running other programs.

use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Runs a program and fails if it does.
pub(crate) fn run(program: &str, args: &[&str]) -> Result<()> {
    run_with(program, args, &[])
}

/// The same, with environment variables.
pub(crate) fn run_with(program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<()> {
    let line = format!("{program} {}", args.join(" "));
    eprintln!("\n▸ {line}");
    let mut command = Command::new(program);
    let status = command.args(args).envs(env.iter().copied()).status();
    let status = status.with_context(|| format!("could not start `{program}`"))?;
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(())
}

/// What a program prints.
pub(crate) fn output(program: &str, args: &[&str]) -> Result<String> {
    let (status, text) = ending(program, args)?;
    ensure!(status.success(), "`{program} {}` failed: {status}", args.join(" "));
    Ok(text)
}

/// How a program ends, and what it prints; what it has to complain of is shown.
pub(crate) fn ending(program: &str, args: &[&str]) -> Result<(ExitStatus, String)> {
    let output = Command::new(program).args(args).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("could not start `{program}`"))?;
    let text = String::from_utf8(output.stdout);
    Ok((output.status, text.with_context(|| format!("`{program}` printed no text"))?))
}

/// Whether a program is there.
pub(crate) fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|it| it.status.success())
}

/// Runs a program that asks the network, again after a pause if it fails.
pub(crate) fn run_patiently(program: &str, args: &[&str]) -> Result<()> {
    for pause in [5, 20] {
        if run(program, args).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(pause));
    }
    run(program, args)
}
