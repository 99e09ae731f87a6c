//! A web server's access log in the Common Log Format, or the Combined one, which begins as it does:
//! `host ident user [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 2326`.
//!
//! Source: Apache HTTP Server 2.4, "Log Files"; nginx writes the same.

use super::shortened::shortened;
use super::stamp;

/// The time stamps of all lines, ns, in the file's order; empty lines are no lines.
pub(crate) fn stamps(text: &str, rows_max: usize) -> Result<Vec<i128>, String> {
    let mut stamps = Vec::new();
    let lines = text.lines().enumerate().filter(|it| !it.1.trim().is_empty());
    for (index, line) in lines {
        if stamps.len() >= rows_max {
            return Err(format!("it has more lines than the {rows_max} that are still allowed"));
        }
        let stamp = stamp_of(line).ok_or_else(|| {
            let shown = shortened(line);
            format!("line {}: `{shown}` has no [17/May/2015:10:05:03 +0000]", index + 1)
        })?;
        stamps.push(stamp);
    }
    if stamps.is_empty() { Err("it has no lines".to_owned()) } else { Ok(stamps) }
}

/// What stands between the first brackets.
fn stamp_of(line: &str) -> Option<i128> {
    let (_, rest) = line.split_once('[')?;
    let (stamp, _) = rest.split_once(']')?;
    stamp::parse(stamp, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_time_in_brackets() {
        let text = "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 2326\n\n\
                    ::1 - - [10/Oct/2000:13:55:37 -0700] \"GET [x] HTTP/1.0\" 200 1 \"-\" \"-\"\n";
        let second = 971_211_336_000_000_000;
        assert_eq!(stamps(text, 10), Ok(vec![second, second + 1_000_000_000]));
        let more = "it has more lines than the 1 that are still allowed";
        assert_eq!(stamps(text, 1), Err(more.to_owned()));
    }

    #[test]
    fn lines_without_a_time_are_told() {
        let error = stamps("a [10/Oct/2000:13:55:36 -0700]\nGET /\n", 10).expect_err("no time");
        assert_eq!(error, "line 2: `GET /` has no [17/May/2015:10:05:03 +0000]");
        assert_eq!(stamps("\n", 10), Err("it has no lines".to_owned()));
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "[]\\[0-9A-Za-z/:+ \n\"é-]{0,60}") {
            let _ = stamps(&text, 100);
        }
    }
}
