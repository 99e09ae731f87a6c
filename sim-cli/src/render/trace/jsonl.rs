//! A trace as JSON Lines.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use sim_core::observe::step::Step;
use sim_core::observe::trace::{Of, What};

use super::{Traced, word};

/// Writes a line for each record.
pub(super) fn write(traced: &Traced<'_>, out: &mut dyn Write) -> io::Result<()> {
    for record in &traced.trace.records {
        let mut line = Map::new();
        line.insert("variant".to_owned(), traced.variant.into());
        line.insert("at".to_owned(), traced.seconds(record.at).into());
        match &record.what {
            What::Happened(entry) => {
                line.insert("happened".to_owned(), entry.in_words(traced.model).into());
            }
            What::Step { span, step, taken } => {
                line.extend(of_span(*span, traced));
                line.extend(of_step(*step, traced));
                if let Some((pool, taken)) = taken {
                    line.insert("pool".to_owned(), traced.model.pools[*pool].name.as_str().into());
                    line.insert("in_flight".to_owned(), (*taken).into());
                    line.insert("slots".to_owned(), traced.model.slots_of(*pool).into());
                }
            }
        }
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

type Entries = Vec<(String, Value)>;

fn of_span(number: u32, traced: &Traced<'_>) -> Entries {
    let span = &traced.trace.spans[number as usize];
    let (kind, class) = match span.of {
        Of::Request(class, _) => ("request", Some(traced.model.class_name(class))),
        Of::Attempt(..) => ("attempt", None),
        Of::Call(_) => ("call", None),
    };
    let mut entries = vec![
        ("request".to_owned(), span.request.into()),
        ("span".to_owned(), number.into()),
        ("parent".to_owned(), json!(span.parent)),
        ("kind".to_owned(), kind.into()),
        ("name".to_owned(), span.name(traced.model).into()),
    ];
    entries.extend(class.map(|it| ("class".to_owned(), it.into())));
    entries
}

fn of_step(step: Step, traced: &Traced<'_>) -> Entries {
    let mut entries = vec![("step".to_owned(), word::of_step(step).into())];
    entries.extend(word::outcome(step).map(|it| ("outcome".to_owned(), it.into())));
    match step {
        Step::Sent { op, to, .. } => {
            let instance = to.map(|it| traced.model.instance_name(it));
            entries.push(("operation".to_owned(), traced.model.ops[op].name.as_str().into()));
            entries.push(("instance".to_owned(), json!(instance)));
        }
        Step::BacksOff { delay, next } => {
            entries.push(("delay".to_owned(), delay.as_secs_f64().into()));
            entries.push(("try".to_owned(), next.into()));
        }
        _ => {}
    }
    entries
}
