//! The whole state in the address: what was written, drawn and looked at, compressed.
//!
//! Whoever reads a link reads something from a stranger. It is limited in size before and after it is
//! unpacked, read into plain data, and its text goes nowhere but into the simulator and on the page
//! as text. The browser compresses; it does not unpack, as it knows no limit.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::{Deserialize, Serialize};

use crate::gallery;

/// Longer links are not read.
const LINK_MAX: usize = 256 << 10;
/// Nor what unpacks to more bytes.
const STATE_MAX: usize = 1 << 20;
/// What a link begins with, and the version of what follows.
const MARK: &str = "#1:";

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Shared {
    /// The scenario of the gallery that it began with, and whose files it reads.
    pub(crate) from: Option<String>,
    /// Its text, where it is another.
    pub(crate) text: Option<String>,
    /// Instead of its seed.
    pub(crate) seed: Option<u64>,
    /// Instead of its number of runs.
    pub(crate) runs: Option<u32>,
    /// The variant that is shown.
    pub(crate) a: usize,
    /// The variant beside it.
    pub(crate) b: Option<usize>,
    /// What is shown: `a`, `b` or `both`.
    pub(crate) show: String,
    /// Where the play head stands, s.
    pub(crate) at: f64,
    /// The stretch that is zoomed to, s.
    pub(crate) zoom: Option<(f64, f64)>,
    /// The version that made it.
    pub(crate) version: String,
}

/// Why a link cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It, or what it holds, is too long.
    TooLong,
    /// It is cut, or changed.
    Damaged,
    /// It names a scenario that is not there.
    Unknown,
}

impl Broken {
    /// In a sentence.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "This link holds more than a page should open.",
            Self::Damaged => "This link is damaged: a part of it may be missing.",
            Self::Unknown => "This link is of a scenario that is not in the gallery.",
        }
    }
}

/// What is to be compressed (zlib) for a link.
pub(crate) fn written(state: &Shared) -> String {
    serde_json::to_string(state).expect("plain data can be written")
}

/// The part of an address after its path, of what was compressed.
pub(crate) fn link(packed: &[u8]) -> String {
    format!("{MARK}{}", URL_SAFE_NO_PAD.encode(packed))
}

/// What a link holds; nothing where there is none.
///
/// # Errors
///
/// If it cannot be opened.
pub(crate) fn open(hash: &str) -> Result<Option<Shared>, Broken> {
    if hash.is_empty() || hash == "#" {
        return Ok(None);
    }
    if hash.len() > LINK_MAX {
        return Err(Broken::TooLong);
    }
    let packed = hash.strip_prefix(MARK).ok_or(Broken::Damaged)?;
    let packed = URL_SAFE_NO_PAD.decode(packed).map_err(|_| Broken::Damaged)?;
    let json = decompress_to_vec_zlib_with_limit(&packed, STATE_MAX).map_err(|it| {
        let full = it.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput;
        if full { Broken::TooLong } else { Broken::Damaged }
    })?;
    let state: Shared = serde_json::from_slice(&json).map_err(|_| Broken::Damaged)?;
    let known = state.from.as_deref().is_none_or(gallery::has);
    let some = state.text.is_some() || state.from.is_some();
    if known && some { Ok(Some(state)) } else { Err(Broken::Unknown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    use miniz_oxide::deflate::compress_to_vec_zlib;

    fn link(state: &Shared) -> String {
        super::link(&compress_to_vec_zlib(written(state).as_bytes(), 9))
    }

    fn state(text: &str) -> Shared {
        Shared {
            text: Some(text.to_owned()),
            seed: Some(7),
            at: 12.5,
            zoom: Some((1.0, 2.0)),
            show: "both".to_owned(),
            ..Shared::default()
        }
    }

    #[test]
    fn what_is_shared_is_opened() {
        let state = state("title = \"</script>\u{202e}\"");
        assert_eq!(open(&link(&state)), Ok(Some(state)));
        assert_eq!(open(""), Ok(None));
    }

    #[test]
    fn what_would_unpack_to_too_much_is_refused_before_it_does() {
        let bomb = link(&state(&"a".repeat(64 << 20)));
        assert!(bomb.len() < LINK_MAX, "{}", bomb.len());
        assert_eq!(open(&bomb), Err(Broken::TooLong));
        assert_eq!(open(&"#1:A".repeat(LINK_MAX)), Err(Broken::TooLong));
    }

    #[test]
    fn damaged_links_are_refused() {
        let whole = link(&state("format = 1"));
        for end in 2..whole.len() {
            assert!(open(&whole[..end]).is_err(), "cut at {end}");
        }
        for link in ["#x", "#1:", "#1:!!", "#1:AAAA", "#2:AAAA", "#<img src=x>"] {
            assert!(open(link).is_err(), "{link}");
        }
        let unknown = Shared { from: Some("../../etc/passwd".to_owned()), ..Shared::default() };
        assert_eq!(open(&link(&unknown)), Err(Broken::Unknown));
        assert_eq!(open(&link(&Shared::default())), Err(Broken::Unknown));
    }
}
