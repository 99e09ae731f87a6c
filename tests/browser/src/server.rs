//! A file server as plain as they come: no special headers, and not at the root.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};

/// Where the site is put: it must not take the root for granted.
const UNDER: &str = "/some/where/";
/// The same without the program, as a browser sees it that cannot run it.
const IN_PART: &str = "/in/part/";

/// Serves a folder until the program ends; where it is to be found.
pub(crate) fn serve(folder: PathBuf) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            // A browser that goes away ends its own connection and nothing else.
            thread::spawn(move || answer(stream, &folder).is_ok());
        }
    });
    Ok(format!("http://{address}{UNDER}"))
}

fn answer(mut stream: TcpStream, folder: &Path) -> Result<()> {
    let mut line = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
    let in_part = path.strip_prefix(IN_PART).filter(|it| !it.ends_with(".wasm"));
    let content = path.strip_prefix(UNDER).or(in_part).and_then(|it| file(folder, it));
    let (status, kind, body) = match content {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not here".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body).context("the browser went away")
}

fn file(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let path = if path.is_empty() { "index.html" } else { path };
    let inside = Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
    let file = inside.then(|| folder.join(path))?;
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        _ => "text/plain",
    };
    Some((kind, std::fs::read(file).ok()?))
}
