//! `service.shop.workers=4..64:4`: one value of a scenario, and what to try in its place.
//!
//! ```text
//! axis  = path "=" items | "variant=" names
//! items = "[" item { "," item } "]" | item { "," item }
//! item  = from ".." to ":" step           8..64:8   10ms..100ms:10ms   `to` too, where it is met
//!       | "lin(" from "," to "," n ")"    n values in equal steps, to six digits
//!       | "log(" from "," to "," n ")"    n values in equal ratios, to three digits
//!       | anything else                   a value as an override takes it: 3, 250ms, { slots = 8 }
//! ```
//!
//! Commas in brackets and quotes part nothing. What is between two ends is written in the finest
//! unit of the two; between whole numbers without a unit it is whole. Values that are rounded to the
//! same are one, and what is listed twice is a fault.

mod progression;
mod split;

use std::collections::BTreeSet;
use std::ops::Range;

use super::diagnostic::{Code, Diagnostic, Refused};
use super::nearest::did_you_mean;
use super::overlay::{Override, WEIGHT_MAX};
use super::place::{Place, SourceId, trimmed};
use super::shortened::shortened;
use super::{BASE, Source, tree};
use crate::quantity::Measure;

/// Values on one axis at most.
const VALUES_MAX: usize = 1_000_000;
/// What axes are called in diagnostics.
const ARGUMENT: &str = "--vary";

/// One value of a scenario, and what to try in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    text: String,
    path: Range<usize>,
    values: Vec<String>,
}

/// A value and where in the argument it comes from.
type Placed = (Range<usize>, String);

impl Axis {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is varied: a path, or `variant`.
    pub fn path(&self) -> &str {
        &self.text[self.path.clone()]
    }

    /// The values, at least one, as an override takes them; or names of variants.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether the scenario's variants are what is varied.
    pub fn is_of_variants(&self) -> bool {
        self.path() == "variant"
    }

    /// How large each value is, in one unit; none where they are not all of one kind of quantity.
    pub fn sizes(&self) -> Option<Vec<f64>> {
        let measures: Vec<_> = self.values.iter().map(|it| Measure::parse(it).ok()).collect();
        let kind = measures.first()?.as_ref()?.kind;
        let size =
            |it: Option<Measure<'_>>| it.filter(|it| it.kind == kind).map(Measure::in_finest);
        measures.into_iter().map(size).collect()
    }

    /// That this axis is there twice.
    pub(crate) fn repeated(&self) -> Refused {
        let message = format!("there is an axis of `{}` already", shortened(self.path()));
        let fault = fault(Code::Duplicate, self.path.clone(), message);
        Refused::argument(ARGUMENT, &self.text, vec![fault])
    }

    /// The override that puts one of the values.
    pub(crate) fn assignment(&self, value: usize) -> String {
        format!("{}={}", self.path(), self.values[value])
    }

    fn parse(text: &str) -> Result<(Self, Vec<Placed>), Vec<Diagnostic>> {
        tree::check_size(text, SourceId::FILE)?;
        let Some(equals) = text.find('=') else {
            let message = "an axis is `path=values`";
            let fault = fault(Code::BadExpression, 0..text.len(), message);
            return Err(vec![fault.help("write it like `service.checkout.instances=1..8:1`")]);
        };
        let path = trimmed(text, 0..equals);
        let range = trimmed(text, equals + 1..text.len());
        let items = split::items(text, split::unbracketed(text, range).map_err(|it| vec![it])?);
        let items = items.map_err(|it| vec![it])?;
        let plain = text[path.clone()] == *"variant";
        let mut placed = Vec::new();
        let mut faults = Vec::new();
        for item in items {
            match values(text, &item, plain) {
                Ok(values) => placed.extend(values.into_iter().map(|it| (item.clone(), it))),
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(too_many(&placed));
        if faults.is_empty() {
            faults.extend(repetitions(&placed));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let values = placed.iter().map(|it| it.1.clone()).collect();
        Ok((Self { text: text.to_owned(), path, values }, placed))
    }
}

/// The values of one item; `plain` ones are names.
fn values(text: &str, item: &Range<usize>, plain: bool) -> Result<Vec<String>, Diagnostic> {
    if item.is_empty() {
        let message = "a value is missing here";
        return Err(fault(Code::BadExpression, item.clone(), message));
    }
    if plain {
        return Ok(vec![unquoted(&text[item.clone()]).to_owned()]);
    }
    let between = progression::values(text, item)?;
    Ok(between.unwrap_or_else(|| vec![text[item.clone()].to_owned()]))
}

fn unquoted(name: &str) -> &str {
    let inner = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(name)
}

fn too_many(placed: &[Placed]) -> Option<Diagnostic> {
    let (place, _) = placed.get(VALUES_MAX)?;
    let message = format!("an axis of {} values; at most {VALUES_MAX}", placed.len());
    Some(fault(Code::TooLarge, place.clone(), message))
}

fn repetitions(placed: &[Placed]) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let again = placed.iter().filter(|it| !seen.insert(&it.1));
    let told = again.map(|(place, value)| {
        let message = format!("`{}` is there already", shortened(value));
        fault(Code::Duplicate, place.clone(), message)
    });
    // More of them say no more.
    told.take(20).collect()
}

fn fault(code: Code, range: Range<usize>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, Place::new(SourceId::FILE, range), message)
}

impl Source {
    /// Reads an axis of this scenario: `service.checkout.instances=1..8:1`, or `variant=base,naive`.
    ///
    /// What the values mean is not looked at: [`Sweep::check_values`] does that.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or what is varied is not in this scenario.
    ///
    /// [`Sweep::check_values`]: crate::experiment::Sweep::check_values
    ///
    /// ```
    /// use sim_core::scenario::parse;
    ///
    /// let source = parse("service.shop = { workers = 8 }").expect("it is TOML");
    /// let values = |axis: &str| source.axis(axis).map(|it| it.values().to_vec());
    /// assert_eq!(values("service.shop.workers=2..8:2").unwrap(), ["2", "4", "6", "8"]);
    /// assert_eq!(values("service.shop.time=log(1ms, 1s, 4)").unwrap(), ["1ms", "10ms", "100ms", "1000ms"]);
    /// assert_eq!(values("service.shop.time=exp(5ms), 20ms").unwrap(), ["exp(5ms)", "20ms"]);
    /// assert!(values("service.shpo.workers=2,4").is_err());
    /// ```
    pub fn axis(&self, text: &str) -> Result<Axis, Refused> {
        let refused = |faults| Refused::argument(ARGUMENT, text, faults);
        let (axis, placed) = Axis::parse(text).map_err(refused)?;
        let faults = if axis.is_of_variants() {
            self.unknown_variants(&placed)
        } else {
            self.unreachable(&axis)
        };
        if faults.is_empty() { Ok(axis) } else { Err(refused(faults)) }
    }

    fn unknown_variants(&self, placed: &[Placed]) -> Vec<Diagnostic> {
        let mut names = vec![BASE.to_owned()];
        names.extend(self.variants());
        let unknown = placed.iter().filter(|it| !names.contains(&it.1));
        let told = unknown.map(|(place, name)| {
            let message = format!("unknown variant `{}`", shortened(name));
            let help = did_you_mean(name, names.iter().map(String::as_str));
            fault(Code::UnknownName, place.clone(), message).maybe_help(help)
        });
        told.collect()
    }

    /// Why the path leads nowhere.
    fn unreachable(&self, axis: &Axis) -> Vec<Diagnostic> {
        if axis.path() == "seed" {
            let message = "all points of a sweep share their random numbers";
            let fault = fault(Code::Conflict, axis.path.clone(), message);
            return vec![fault.help("for independent runs of each point ask for replications")];
        }
        let start = axis.path.start;
        let place_of = |range: Range<usize>| {
            Place::new(SourceId::FILE, start + range.start..start + range.end)
        };
        let value = tree::bare_text(&axis.values[0], 0..axis.values[0].len(), SourceId::FILE);
        let put = Override::new(axis.path(), place_of, value).map_err(|it| vec![it]);
        let applied = put.and_then(|it| it.apply(&mut self.tree.clone(), &mut { WEIGHT_MAX }));
        applied.err().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use proptest::prelude::*;

    fn read(items: &str) -> Vec<String> {
        let text = format!("a.b={items}");
        Axis::parse(&text).unwrap_or_else(|it| panic!("{items}: {it:?}")).0.values
    }

    /// The first fault: what it marks and says.
    fn first_fault(text: &str) -> (String, String) {
        let fault = Axis::parse(text).map(|it| it.0.values).expect_err(text).swap_remove(0);
        (text[fault.span].to_owned(), fault.message)
    }

    #[test]
    fn commas_part_values_but_not_in_brackets_and_quotes() {
        #[rustfmt::skip]
        let cases: [(&str, &[&str]); 8] = [
            ("8,16,32", &["8", "16", "32"]),
            (" 8 , 16 ", &["8", "16"]),
            ("none,{ attempts = 3 },{ attempts = 3, delay = \"full_jitter(1ms, 9ms)\" }",
             &["none", "{ attempts = 3 }", "{ attempts = 3, delay = \"full_jitter(1ms, 9ms)\" }"]),
            ("[{ slots = 8, max_wait = \"0s\" },\"none\"]", &["{ slots = 8, max_wait = \"0s\" }", "\"none\""]),
            ("[[\"retry\",\"timeout\"],[\"timeout\"]]", &["[\"retry\",\"timeout\"]", "[\"timeout\"]"]),
            ("[\"retry\",\"timeout\"],[\"timeout\"]", &["[\"retry\",\"timeout\"]", "[\"timeout\"]"]),
            ("uniform(1s..5s),exp(2s)", &["uniform(1s..5s)", "exp(2s)"]),
            ("\"a, \\\" b\",'c,\"d'", &["\"a, \\\" b\"", "'c,\"d'"]),
        ];
        for (items, want) in cases {
            assert_eq!(read(items), want, "{items}");
        }
    }

    #[test]
    fn what_is_between_two_ends_is_counted_out() {
        #[rustfmt::skip]
        let cases: [(&str, &[&str]); 15] = [
            ("4..16:4", &["4", "8", "12", "16"]),
            ("4..17:4", &["4", "8", "12", "16"]),
            ("1..3:1,8,16", &["1", "2", "3", "8", "16"]),
            ("10ms..30ms:10ms", &["10ms", "20ms", "30ms"]),
            ("0.5s..1.1s:300ms", &["500ms", "800ms", "1100ms"]),
            ("1h..2h:30min", &["60min", "90min", "120min"]),
            ("0.1%..0.3%:0.1%", &["0.1%", "0.2%", "0.3%"]),
            ("100/s..9000/min:25/s", &["6000/min", "7500/min", "9000/min"]),
            ("lin(100/s, 900/s, 3)", &["100/s", "500/s", "900/s"]),
            ("lin(900/s, 100/s, 3)", &["900/s", "500/s", "100/s"]),
            ("lin(0s,1s,4)", &["0s", "0.333333s", "0.666667s", "1s"]),
            ("lin(1, 4, 3)", &["1", "2", "4"]),
            ("log(10ms, 2s, 4)", &["10ms", "58.5ms", "342ms", "2000ms"]),
            ("log(1, 8, 13)", &["1", "2", "3", "4", "5", "6", "7", "8"]),
            ("log(1.0, 2, 3)", &["1", "1.41", "2"]),
        ];
        for (items, want) in cases {
            assert_eq!(read(items), want, "{items}");
        }
        assert_eq!(read("1..1000000:1").len(), VALUES_MAX);
    }

    #[test]
    fn what_cannot_be_read_is_marked() {
        #[rustfmt::skip]
        let cases = [
            ("a.b", "a.b", "an axis is `path=values`"),
            ("a.b=", "", "a value is missing here"),
            ("a.b=8,,16", "", "a value is missing here"),
            ("a.b=8,16,", "", "a value is missing here"),
            ("a.b=[8,16", "[", "this bracket is not closed"),
            ("a.b=8,16]", "]", "this bracket was not opened"),
            ("a.b={ x = (1] }", "]", "this bracket was not opened"),
            ("a.b=\"8", "\"", "this quote is not closed"),
            ("a.b=1,2,1", "1", "`1` is there already"),
            ("a.b=4..64", "4..64", "a range needs its step"),
            ("a.b=4..64:0", "0", "a step of zero leads nowhere"),
            ("a.b=64..4:4", "64..4:4", "this range goes down"),
            ("a.b=4..64s:4", "64s", "`64s` is a time, but `4` a number"),
            ("a.b=x..64:4", "x", "`x` is not a number"),
            ("a.b=1..1000001:1", "1..1000001:1", "1000001 values; at most 1000000"),
            ("a.b=lin(1,2)", "lin(1,2)", "this takes two ends and a number of values"),
            ("a.b=lin(1,2,1)", "1", "`1` is no number of values from 2 to 1000000"),
            ("a.b=log(0ms,2ms,5)", "0ms", "equal ratios begin above zero"),
            ("a.b=log(1,2s,5)", "2s", "`2s` is a time, but `1` a number"),
            ("a.b=lin(1KiB,2kB,5)", "1KiB", "`1KiB` is no whole number of kB"),
            ("a.b=lin(99999999999999999999999999999d,2ns,5)", "99999999999999999999999999999d", "this is too large"),
        ];
        for (text, marked, message) in cases {
            let (at, told) = first_fault(text);
            assert_eq!((at.as_str(), told.as_str()), (marked, message), "{text}");
        }
    }

    #[test]
    fn sizes_are_in_one_unit_or_none() {
        let sizes = |items: &str| Axis::parse(&format!("a={items}")).expect("valid").0.sizes();
        assert_eq!(sizes("8,16,4"), Some(vec![8.0, 16.0, 4.0]));
        assert_eq!(sizes("1s,500ms"), Some(vec![1e9, 5e8]));
        assert_eq!(sizes("120/min,1/s"), Some(vec![172_800.0, 86_400.0]));
        assert_eq!(sizes("8,500ms"), None);
        assert_eq!(sizes("none,8"), None);
    }

    #[test]
    fn what_is_varied_is_there() {
        let source = parse("[service.shop]\nworkers = 8\n[variant.bare]\n").expect("it is TOML");
        #[rustfmt::skip]
        let cases = [
            ("service.shpo.workers=1,2", "shpo", "there is no service `shpo`", Some("did you mean `shop`?")),
            ("shop.workers=1,2", "shop", "no path begins with `shop`", None),
            ("service.=1,2", "", "this path ends too early: a name is missing", None),
            ("seed=1,2", "seed", "all points of a sweep share their random numbers", None),
            ("variant=base,bar", "bar", "unknown variant `bar`", Some("did you mean `bare`?")),
        ];
        for (text, marked, message, help) in cases {
            let fault = source.axis(text).expect_err(text).diagnostics.swap_remove(0);
            assert_eq!((&text[fault.span], &*fault.message), (marked, message), "{text}");
            assert!(help.is_none() || fault.help.as_deref() == help, "{text}: {:?}", fault.help);
        }
        let axis = source.axis("variant=\"bare\", base").expect("both are there");
        assert_eq!(
            (axis.values(), axis.is_of_variants()),
            (&["bare".to_owned(), BASE.to_owned()][..], true)
        );
    }

    proptest! {
        #[test]
        fn values_survive(values in prop::collection::btree_set("[a-z0-9]{1,6}|\\{ x = \\[1,2\\], y = \"a,b\" \\}", 1..20)) {
            let values: Vec<_> = values.into_iter().collect();
            for text in [format!("a.b=[{}]", values.join(",")), format!("a.b= {} ", values.join(" , "))] {
                prop_assert_eq!(&Axis::parse(&text).expect("a list").0.values, &values);
            }
        }

        #[test]
        fn steps_are_exact(from in 0_u64..1_000, step in 1_u64..50, count in 1_u64..200) {
            let to = from + (count - 1) * step;
            let values = read(&format!("{}.{:03}s..{}ms:{step}ms", from / 1000, from % 1000, to));
            let want: Vec<_> = (0..count).map(|it| format!("{}ms", from + it * step)).collect();
            prop_assert_eq!(values, want);
        }

        #[test]
        fn what_was_read_reads_as_itself(items in "(lin|log)\\([1-9][0-9]{0,3}(\\.[0-9])?ms, [1-9]s, [2-9][0-9]?\\)") {
            let values = read(&items);
            prop_assert_eq!(read(&format!("[{}]", values.join(","))), values);
        }

        #[test]
        fn no_text_makes_it_panic(text in "(a=)?[-0-9.:,a-z%/(){}\\[\\]\"'\\\\ =]{0,30}|\\PC{0,60}") {
            let source = parse("[service.shop]\nworkers = 8\n").expect("it is TOML");
            if let Err(refused) = source.axis(&text) {
                for fault in &refused.diagnostics {
                    prop_assert!(text.get(fault.span.clone()).is_some(), "{:?}", fault);
                }
            }
        }
    }
}
