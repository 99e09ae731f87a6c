//! `stormglass play`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;

use crate::exit::Exit;
use crate::interrupt;
use crate::output;

/// The built playground: paths and contents; nothing where it was not built.
const SITE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// Longer requests are no browser's.
const REQUEST_MAX: u64 = 64 << 10;
/// Who says nothing for so long is not waited for.
const SILENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether somebody wants to stop.
const PAUSE: Duration = Duration::from_millis(50);

/// Open the playground in the browser.
///
/// Serves the page from this program, to this machine only, until it is interrupted. The page runs
/// the same engine and gives the same reports.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass play\n  \
    stormglass play --port 8080 --no-open")]
pub(crate) struct PlayArgs {
    /// The port to listen on, instead of one that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Only say where it is; open no browser
    #[arg(long)]
    no_open: bool,
}

/// Serves the playground until somebody interrupts.
pub(crate) fn play(args: &PlayArgs) -> anyhow::Result<Exit> {
    if SITE.is_empty() {
        bail!(
            "the playground is not part of this program: build it with `cargo xtask web`, then build \
             stormglass again"
        );
    }
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)));
    let listener = listener.with_context(|| format!("could not listen on port {}", args.port))?;
    listener.set_nonblocking(true)?;
    interrupt::listen()?;
    let address = format!("http://{}/", listener.local_addr()?);
    output::remark(&format!("playground at {address}, until you press Ctrl+C\n"));
    if !args.no_open
        && let Err(error) = open::that_detached(&address)
    {
        output::remark(&format!(
            "no browser could be opened ({error}): open the address by hand\n"
        ));
    }
    while !interrupt::requested() {
        match listener.accept() {
            // A browser that goes away ends its own connection and nothing else.
            Ok((stream, _)) => drop(thread::spawn(move || answer(stream).is_ok())),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(error) => return Err(error).context("could not listen any more"),
        }
    }
    Ok(Exit::Success)
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(SILENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?.take(REQUEST_MAX)).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut host = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            value.trim().clone_into(&mut host);
        }
    }
    let (status, kind, body) = respond(&first, &host);
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len(),
    )?;
    stream.write_all(body)
}

/// What a request is answered with. Hosts that are not this machine's are not answered: a page from
/// elsewhere whose name leads here has no business with it.
fn respond(request: &str, host: &str) -> (&'static str, &'static str, &'static [u8]) {
    let name = host.rsplit_once(':').map_or(host, |it| it.0);
    if !matches!(name, "127.0.0.1" | "localhost") {
        return ("403 Forbidden", "text/plain", b"not here");
    }
    let mut words = request.split(' ');
    let (method, path) = (words.next(), words.next().unwrap_or_default());
    if method != Some("GET") {
        return ("405 Method Not Allowed", "text/plain", b"only GET");
    }
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match SITE.iter().find(|it| it.0 == path) {
        Some(&(name, content)) => ("200 OK", kind(name), content),
        None => ("404 Not Found", "text/plain", b"not here"),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|it| it.1) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_only_what_is_there_is_answered() {
        let status = |request, host| respond(request, host).0;
        assert_eq!(status("GET / HTTP/1.1", "evil.example"), "403 Forbidden");
        assert_eq!(status("GET / HTTP/1.1", ""), "403 Forbidden");
        assert_eq!(status("POST / HTTP/1.1", "localhost:1"), "405 Method Not Allowed");
        assert_eq!(status("GET /../Cargo.toml HTTP/1.1", "127.0.0.1:1"), "404 Not Found");
        let here = if SITE.is_empty() { "404 Not Found" } else { "200 OK" };
        assert_eq!(status("GET /?x HTTP/1.1", "127.0.0.1:8080"), here);
        assert_eq!(status("", "localhost"), "405 Method Not Allowed");
    }
}
