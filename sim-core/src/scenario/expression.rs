//! Expressions inside strings: `lognormal(p50=25ms, p99=120ms)`, `mix(95%: exp(2ms), 5%: 80ms)`.
//!
//! ```text
//! expression = call | word
//! call       = name "(" [ argument { "," argument } ] ")"
//! argument   = [ word "=" | word ":" ] expression
//! word       = any characters but blanks and  ( ) , = : '   or  ' anything '   or  20:00
//! ```
//!
//! What words and names mean is not known here.

use std::ops::Range;

use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, delimited, eof, opt, peek, separated, terminated};
use winnow::error::EmptyError;
use winnow::stream::LocatingSlice;
use winnow::token::{one_of, take_while};

use super::diagnostic::{Code, Diagnostic};
use super::place::Place;
use super::reader::{Read, Reader};
use super::shortened::shortened;
use super::tree::{Node, Value};
use crate::quantity::{self, QuantityError};
use crate::time::SimDuration;

/// Calls inside each other at most.
const DEPTH_MAX: usize = 8;
/// Bytes of one expression at most.
const LENGTH_MAX: usize = 16 << 10;

type Input<'t> = LocatingSlice<&'t str>;

/// A word or a call, and where it stands in the string.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression<'t> {
    pub(crate) form: Form<'t>,
    pub(crate) range: Range<usize>,
}

/// What an [`Expression`] is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form<'t> {
    /// `250ms`, `data/x.csv`.
    Word(&'t str),
    /// `exp(…)`.
    Call(&'t str, Vec<Argument<'t>>),
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument<'t> {
    pub(crate) label: Label<'t>,
    pub(crate) value: Expression<'t>,
}

/// What stands before an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Label<'t> {
    /// Nothing.
    None,
    /// `p50=`.
    Key(&'t str),
    /// `95%:`.
    Weight(&'t str),
}

impl<'t> Expression<'t> {
    /// Reads `text`; `Err` is the byte at which it stops being an expression.
    pub(crate) fn parse(text: &'t str) -> Result<Self, usize> {
        if let Some(offset) = too_deep(text) {
            return Err(offset);
        }
        delimited(multispace0, expression, multispace0)
            .parse(LocatingSlice::new(text))
            .map_err(|error| error.offset())
    }
}

/// Where the parentheses are nested too deep, or the text is too long.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX || offset >= LENGTH_MAX {
            return Some(offset);
        }
    }
    None
}

fn expression<'t>(input: &mut Input<'t>) -> Result<Expression<'t>, EmptyError> {
    (word, opt(arguments))
        .with_span()
        .map(|((word, arguments), range)| Expression {
            form: arguments.map_or(Form::Word(word), |it| Form::Call(word, it)),
            range,
        })
        .parse_next(input)
}

fn arguments<'t>(input: &mut Input<'t>) -> Result<Vec<Argument<'t>>, EmptyError> {
    delimited(('(', multispace0), separated(0.., argument, ','), (multispace0, ')'))
        .parse_next(input)
}

fn argument<'t>(input: &mut Input<'t>) -> Result<Argument<'t>, EmptyError> {
    let label = opt(terminated((word, preceded_by_blanks(['=', ':'])), multispace0));
    delimited(multispace0, (label, expression), multispace0)
        .map(|(label, value)| Argument { label: label.map_or(Label::None, labelled), value })
        .parse_next(input)
}

fn preceded_by_blanks<'t>(signs: [char; 2]) -> impl Parser<Input<'t>, char, EmptyError> {
    (multispace0, one_of(signs)).map(|it| it.1)
}

fn labelled((word, sign): (&str, char)) -> Label<'_> {
    if sign == '=' { Label::Key(word) } else { Label::Weight(word) }
}

fn word<'t>(input: &mut Input<'t>) -> Result<&'t str, EmptyError> {
    let bare = take_while(1.., |c: char| !c.is_whitespace() && !"(),=:'".contains(c));
    let quoted = delimited('\'', take_while(0.., |c| c != '\''), '\'');
    alt((time_of_day, bare, quoted)).parse_next(input)
}

/// `20:00` or `20:00:30`: the one word with a colon in it.
fn time_of_day<'t>(input: &mut Input<'t>) -> Result<&'t str, EmptyError> {
    let two = || take_while(2..=2, |c: char| c.is_ascii_digit());
    let end = peek(alt((eof.void(), one_of([' ', ',', ')']).void())));
    (two(), ':', two(), opt((':', two())), end).take().parse_next(input)
}

/// Hands `node`'s expression to `interpret`; faults of the grammar are told here.
pub(crate) fn read<T>(
    node: &Node,
    expected: &str,
    reader: &mut Reader<'_>,
    interpret: impl FnOnce(&Expression<'_>, &Context<'_>, &mut Reader<'_>) -> Option<T>,
) -> Option<T> {
    let text = match &node.value {
        Value::Text(text) => &text.value,
        // Most likely a time without its unit: told which may be meant.
        Value::Integer(_) | Value::Float(_) => return SimDuration::read(node, reader).and(None),
        _ => return reader.wrong_type(node, expected),
    };
    match Expression::parse(text) {
        Ok(expression) => interpret(&expression, &Context { node }, reader),
        Err(offset) => {
            let rest = text.get(offset..).and_then(|it| it.chars().next());
            let place = node.place_of(offset..offset + rest.map_or(0, char::len_utf8));
            let message = match rest {
                Some(_) => "the expression cannot be read from here on",
                None => "the expression ends too early",
            };
            reader.refuse_with(Code::BadExpression, place, message, format!("it takes {expected}"))
        }
    }
}

/// The string that an expression stands in.
pub(crate) struct Context<'n> {
    pub(crate) node: &'n Node,
}

impl Context<'_> {
    pub(crate) fn place(&self, expression: &Expression<'_>) -> Place {
        self.node.place_of(expression.range.clone())
    }

    /// A word that is a quantity.
    pub(crate) fn quantity<T>(
        &self,
        expression: &Expression<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<T>
    where
        T: std::str::FromStr<Err = QuantityError>,
    {
        self.word(expression, reader, str::parse)
    }

    /// A word that is a plain number.
    pub(crate) fn number(
        &self,
        expression: &Expression<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<f64> {
        self.word(expression, reader, quantity::number)
    }

    /// A word as it stands.
    pub(crate) fn name<'t>(
        &self,
        expression: &Expression<'t>,
        reader: &mut Reader<'_>,
    ) -> Option<&'t str> {
        match expression.form {
            Form::Word(word) => Some(word),
            Form::Call(name, _) => {
                let message = format!("`{}(…)` cannot stand here", shortened(name));
                reader.refuse(Code::BadExpression, self.place(expression), message)
            }
        }
    }

    fn word<T>(
        &self,
        expression: &Expression<'_>,
        reader: &mut Reader<'_>,
        parse: impl FnOnce(&str) -> Result<T, QuantityError>,
    ) -> Option<T> {
        match parse(self.name(expression, reader)?) {
            Ok(value) => Some(value),
            Err(QuantityError { message, help }) => {
                let place = self.place(expression);
                reader.tell(Diagnostic::new(Code::BadQuantity, place, message).maybe_help(help));
                None
            }
        }
    }
}

/// The arguments of one call, taken one by one; what is left over at the end is a fault.
pub(crate) struct Arguments<'e, 't> {
    pub(crate) name: &'t str,
    pub(crate) context: &'e Context<'e>,
    place: Place,
    left: Vec<&'e Argument<'t>>,
}

impl<'e, 't> Arguments<'e, 't> {
    pub(crate) fn new(
        name: &'t str,
        arguments: &'e [Argument<'t>],
        context: &'e Context<'e>,
        place: Place,
    ) -> Self {
        Self { name, context, place, left: arguments.iter().collect() }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// The value of `key=`, if given.
    pub(crate) fn key(&mut self, key: &str) -> Option<&'e Expression<'t>> {
        self.take(|label| label == Label::Key(key)).map(|it| &it.value)
    }

    /// The first value without a label, if given.
    pub(crate) fn plain(&mut self) -> Option<&'e Expression<'t>> {
        self.take(|label| label == Label::None).map(|it| &it.value)
    }

    /// All that are left.
    pub(crate) fn rest(&mut self) -> Vec<&'e Argument<'t>> {
        std::mem::take(&mut self.left)
    }

    /// Those with a key that `wanted` takes.
    pub(crate) fn keys(
        &mut self,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<(&'t str, &'e Expression<'t>)> {
        let mut found = Vec::new();
        self.left.retain(|argument| match argument.label {
            Label::Key(key) if wanted(key) => {
                found.push((key, &argument.value));
                false
            }
            _ => true,
        });
        found
    }

    /// Tells that the call needs other arguments, with its form.
    pub(crate) fn refuse<T>(&self, form: &str, reader: &mut Reader<'_>) -> Option<T> {
        let message = format!("`{}` has not the arguments that it needs", self.name);
        reader.refuse_with(Code::BadExpression, self.place, message, format!("write {form}"))
    }

    /// Tells every argument that was not taken.
    pub(crate) fn finish(&self, form: &str, reader: &mut Reader<'_>) -> Option<()> {
        let [first, ..] = self.left.as_slice() else { return Some(()) };
        let what = match first.label {
            Label::Key(key) => format!("`{}=`", shortened(key)),
            Label::Weight(weight) => format!("`{}:`", shortened(weight)),
            Label::None => "this argument".to_owned(),
        };
        let message = format!("`{}` does not take {what}", self.name);
        let place = self.context.place(&first.value);
        reader.refuse_with(Code::BadExpression, place, message, format!("write {form}"))
    }

    fn take(&mut self, wanted: impl Fn(Label<'t>) -> bool) -> Option<&'e Argument<'t>> {
        let index = self.left.iter().position(|argument| wanted(argument.label))?;
        Some(self.left.remove(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_calls_inside_calls() {
        let text = " mix( 95% : exp(2ms), 5%: 'a (b).csv') ";
        let parsed = Expression::parse(text).expect(text);
        let Form::Call("mix", arguments) = &parsed.form else { panic!("{parsed:?}") };
        assert_eq!(arguments[0].label, Label::Weight("95%"));
        assert_eq!(&text[arguments[0].value.range.clone()], "exp(2ms)");
        assert_eq!(arguments[1].value.form, Form::Word("a (b).csv"));
        assert_eq!(Expression::parse("f()").map(|it| it.form), Ok(Form::Call("f", vec![])));
        assert_eq!(Expression::parse("1s..5s").map(|it| it.form), Ok(Form::Word("1s..5s")));
    }

    #[test]
    fn says_where_a_text_stops_being_an_expression() {
        let cases = [("", 0), ("f(a", 3), ("f(a,)", 4), ("a b", 2), ("f(=3)", 2), ("f(a) x", 5)];
        for (text, offset) in cases {
            let found = Expression::parse(text).expect_err(text);
            assert!(found.abs_diff(offset) <= 3, "{text}: {found}");
        }
        assert_eq!(Expression::parse(&"f(".repeat(9_000)), Err(17));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z0-9%.()=:, 'é]{0,40}") {
            let _ = Expression::parse(&text);
        }
    }
}
