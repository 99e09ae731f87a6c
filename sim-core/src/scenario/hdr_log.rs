//! `HdrHistogram` logs: intervals with their histograms, as `jHiccup`, `wrk2` and others write them.
//!
//! A line is `[Tag=NAME,]start,length,max,histogram`, the histogram in base64 in the compressed
//! encoding of version 2: zlib around a header of 40 bytes and counts as zigzag LEB128 numbers, of
//! which negative ones are runs of zeros. A recorded value is known to the width of its bucket; here
//! it is the middle of it.
//!
//! Source: <https://github.com/HdrHistogram/HdrHistogram>, `HistogramLogReader`, `AbstractHistogram`
//! and `ZigZagEncoding`, 2.1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::shortened::shortened;

const COMPRESSED: u32 = 0x1c84_9314;
const PLAIN: u32 = 0x1c84_9313;
/// Bytes of one histogram at most.
const HISTOGRAM_MAX: usize = 16 << 20;

/// A value and how often it was recorded.
pub(crate) type Recorded = (u64, u64);

/// All values of the intervals with this tag, or of those without, with how often; values may come
/// several times.
pub(crate) fn recorded(text: &str, tag: Option<&str>) -> Result<Vec<Recorded>, String> {
    let mut values = Vec::new();
    let mut others = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.starts_with('"') || line.trim().is_empty() {
            continue;
        }
        let Interval { tag: own, histogram } = interval(line)
            .ok_or_else(|| format!("line {} is no interval of an HdrHistogram log", index + 1))?;
        if own == tag {
            let read = decoded(histogram).and_then(|it| counts(&it));
            values.extend(read.map_err(|why| format!("line {}: {why}", index + 1))?);
        } else if let Some(other) = own.filter(|it| !others.contains(it)) {
            others.push(other);
        }
    }
    match (values.is_empty(), tag) {
        (false, _) => Ok(values),
        (true, None) if others.is_empty() => Err("it has no recorded values".to_owned()),
        (true, None) => Err(format!("its intervals are tagged: choose {}", tags(&others))),
        (true, Some(tag)) => {
            Err(format!("it has no values tagged `{}`; {}", shortened(tag), tags(&others)))
        }
    }
}

fn tags(others: &[&str]) -> String {
    if others.is_empty() {
        return "it has no tags".to_owned();
    }
    let shown = others.iter().take(20).map(|it| format!("tag={}", shortened(it)));
    shown.collect::<Vec<_>>().join(", ")
}

struct Interval<'t> {
    tag: Option<&'t str>,
    histogram: &'t str,
}

fn interval(line: &str) -> Option<Interval<'_>> {
    let (tag, rest) = match line.strip_prefix("Tag=") {
        Some(tagged) => tagged.split_once(',').map(|it| (Some(it.0), it.1))?,
        None => (None, line),
    };
    let mut cells = rest.split(',');
    let numbers = cells.by_ref().take(3).filter(|it| it.trim().parse::<f64>().is_ok()).count();
    let histogram = cells.next()?.trim();
    (numbers == 3 && cells.next().is_none()).then_some(Interval { tag, histogram })
}

/// Out of base64 and zlib.
fn decoded(histogram: &str) -> Result<Vec<u8>, String> {
    let bytes = STANDARD.decode(histogram).map_err(|_| "the histogram is not base64")?;
    let mut cursor = Cursor(&bytes);
    if cursor.number::<4>() != Some(u64::from(COMPRESSED)) {
        return Err("only compressed histograms of version 2 are read".to_owned());
    }
    let length = cursor.number::<4>().ok_or(TOO_SHORT)? as usize;
    let packed = cursor.0.get(..length).ok_or(TOO_SHORT)?;
    decompress_to_vec_zlib_with_limit(packed, HISTOGRAM_MAX)
        .map_err(|_| "the histogram cannot be unpacked".to_owned())
}

const TOO_SHORT: &str = "the histogram ends too early";

/// The values of a histogram that were recorded.
fn counts(bytes: &[u8]) -> Result<Vec<Recorded>, String> {
    let mut cursor = Cursor(bytes);
    let mut field = |bytes: usize| match bytes {
        4 => cursor.number::<4>(),
        _ => cursor.number::<8>(),
    };
    let mut header = || {
        let (cookie, length, _) = (field(4)?, field(4)?, field(4)?);
        let (digits, lowest, _, _) = (field(4)?, field(8)?, field(8)?, field(8)?);
        Some((cookie, length as usize, digits, lowest))
    };
    let (cookie, length, digits, lowest) = header().ok_or(TOO_SHORT)?;
    if cookie != u64::from(PLAIN) || digits > 5 || lowest == 0 {
        return Err("only histograms of version 2 are read".to_owned());
    }
    let buckets = Buckets::new(digits as u32, lowest);
    let mut cursor = Cursor(cursor.0.get(..length).ok_or(TOO_SHORT)?);
    let (mut index, mut values) = (0_u64, Vec::new());
    while !cursor.0.is_empty() {
        let count = cursor.zigzag().ok_or(TOO_SHORT)?;
        if count > 0 {
            let value = buckets.middle(index).ok_or("a recorded value is out of range")?;
            values.push((value, count.unsigned_abs()));
        }
        let step = if count < 0 { count.unsigned_abs() } else { 1 };
        index = index.saturating_add(step);
    }
    Ok(values)
}

/// How values are told apart: in each bucket, twice as wide as the one before, by as many steps.
struct Buckets {
    /// Logarithm of the finest step.
    unit: u32,
    /// Logarithm of half the steps of a bucket.
    half: u32,
}

impl Buckets {
    fn new(digits: u32, lowest: u64) -> Self {
        let steps: u64 = 2 * 10_u64.pow(digits);
        let half = steps.next_power_of_two().trailing_zeros().max(1) - 1;
        Self { unit: lowest.ilog2(), half }
    }

    /// The middle of the values that are counted at `index`.
    fn middle(&self, index: u64) -> Option<u64> {
        let steps = 1_u64 << self.half;
        let (bucket, step) = match (index >> self.half).checked_sub(1) {
            Some(bucket) => (u32::try_from(bucket).ok()?, (index & (steps - 1)) + steps),
            None => (0, index),
        };
        let shift = bucket.checked_add(self.unit).filter(|it| *it < 64 - self.half - 1)?;
        Some((step << shift) + ((1_u64 << shift) >> 1))
    }
}

/// What is left to read.
struct Cursor<'b>(&'b [u8]);

impl Cursor<'_> {
    /// So many bytes, the most significant first.
    fn number<const BYTES: usize>(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk::<BYTES>()?;
        self.0 = rest;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Seven bits a byte, the least significant first; the ninth byte holds eight. The lowest bit
    /// is the sign.
    fn zigzag(&mut self) -> Option<i64> {
        let mut number = 0_u64;
        for place in 0..9 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let more = place < 8 && byte & 0x80 != 0;
            let bits = if place < 8 { byte & 0x7f } else { *byte };
            number |= u64::from(bits) << (7 * place);
            if !more {
                break;
            }
        }
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The first interval of a log that jHiccup wrote, whose line says that its longest value is
    /// 2.769 ms; counted by `HdrHistogram` itself.
    const LINE: &str = "0.127,1.007,2.769,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=";

    #[test]
    fn reads_what_hdr_histogram_writes() {
        let text = format!(
            "#[Histogram log format version 1.2]\n\"StartTimestamp\",\"x\"\n{LINE}\nTag=A,{LINE}\n"
        );
        let values = recorded(&text, None).expect("a log");
        let highest = values.iter().map(|it| it.0).max().expect("some");
        // Two digits: the bucket is 16 384 ns wide.
        assert!((2_752_512..=2_768_896 + 16_384).contains(&highest), "{highest}");
        assert_eq!(recorded(&text, Some("A")), Ok(values));
        let unknown = recorded(&text, Some("B"));
        assert_eq!(unknown, Err("it has no values tagged `B`; tag=A".to_owned()));
    }

    #[test]
    fn buckets_are_as_wide_as_they_grow() {
        // Two digits: 256 steps, the upper half of which each further bucket repeats, twice as wide.
        let buckets = Buckets::new(2, 1);
        let middles = [0, 1, 255, 256, 257, 383, 384].map(|it| buckets.middle(it));
        assert_eq!(middles, [0, 1, 255, 257, 259, 511, 514].map(Some));
    }

    #[test]
    fn numbers_go_to_and_fro() {
        let read = |bytes: &[u8]| Cursor(bytes).zigzag();
        assert_eq!(
            [read(&[2]), read(&[1]), read(&[3]), read(&[0x80, 1])],
            [1, -1, -2, 64].map(Some)
        );
        assert_eq!(read(&[0xff; 9]), Some(i64::MIN));
        assert_eq!(read(&[0x80]), None);
    }

    #[test]
    fn bad_lines_are_told() {
        let cases = [
            ("0.1,1.0,2.0", "line 1 is no interval of an HdrHistogram log"),
            ("0.1,1.0,2.0,HIST!", "line 1: the histogram is not base64"),
            ("0.1,1.0,2.0,AAAA", "line 1: only compressed histograms of version 2 are read"),
            ("0.1,1.0,2.0,HISTFAAAAEV42pNp", "line 1: the histogram ends too early"),
            ("# nothing", "it has no recorded values"),
        ];
        for (text, why) in cases {
            assert_eq!(recorded(text, None), Err(why.to_owned()), "{text}");
        }
        let tagged = recorded(&format!("Tag=A,{LINE}"), None);
        assert_eq!(tagged, Err("its intervals are tagged: choose tag=A".to_owned()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), digits in 0u8..7) {
            let mut header = PLAIN.to_be_bytes().to_vec();
            header.extend([0, 0, 0, bytes.len() as u8, 0, 0, 0, 0, 0, 0, 0, digits]);
            header.extend(1_u64.to_be_bytes().iter().chain(&[0xff; 16]));
            header.extend(&bytes);
            let _ = counts(&header);
            let _ = counts(&bytes);
            let _ = decoded(&String::from_utf8_lossy(&bytes));
        }
    }
}
