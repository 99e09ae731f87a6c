//! What was expected, and what became of it.

use sim_plot::figure::counted;
use sim_plot::interval::{self, Interval, Side, dots, strip};
use yew::prelude::*;

use super::{Link, glyph, markup};
use crate::app::{App, Msg, Show};
use crate::protocol::{Mark, Outcome, Verdict};

/// How many hold, fail and are undecided, in words.
pub(super) fn summary(app: &App) -> String {
    let Some(outcome) = app.shown().and_then(|it| it.outcome.as_ref()) else {
        return String::new();
    };
    told(outcome)
}

fn told(outcome: &Outcome) -> String {
    let count =
        |wanted: &[Mark]| outcome.verdicts.iter().filter(|it| wanted.contains(&it.mark)).count();
    let held = count(&[Mark::Pass, Mark::FailsAsStated]);
    let broken = count(&[Mark::Fail, Mark::PassesAnyway]);
    let open = count(&[Mark::Open]);
    let mut words = vec![format!("{held} hold")];
    if broken > 0 {
        words.push(format!("{broken} fail"));
    }
    if open > 0 {
        words.push(format!("{open} undecided"));
    }
    words.join(", ")
}

pub(super) fn verdicts(app: &App, link: &Link) -> Html {
    let Some(variant) = app.shown() else { return html! { <section class="verd"></section> } };
    let remark = app.remark.iter().map(|it| html! { <p class="warn" role="alert">{ it }</p> });
    let Some(outcome) = &variant.outcome else {
        return html! { <section class="verd" aria-label="Verdicts"><div class="sh"><h2>{ "Verdicts" }</h2></div>{ for remark }<p class="lead">{ "After the first run." }</p></section> };
    };
    let other = app.beside().filter(|_| app.show != Show::B).and_then(|it| it.outcome.as_ref());
    let stopped = outcome.stopped.iter().map(|(limit, at)| html! {
        <p class="warn">{ format!("A run was stopped at {} by {limit}: from there on nothing is known.", sim_plot::instant(*at)) }</p>
    });
    if outcome.verdicts.is_empty() {
        return html! {
            <section class="verd" aria-label="Verdicts">
                <div class="sh"><h2>{ "Nothing is expected" }</h2></div>
                { for remark }{ for stopped }
                <p class="lead">{ "An [[expect]] in the text says what must hold: " }<code>{ "that = \"shoppers.error_rate < 0.1%\"" }</code></p>
                { happened(outcome) }
            </section>
        };
    }
    let other_name = app.beside().filter(|_| other.is_some()).map(|it| it.facts.name.clone());
    let now = app.at();
    let mut groups: Vec<(String, Vec<(usize, &Verdict)>)> = Vec::new();
    for (index, verdict) in outcome.verdicts.iter().enumerate() {
        let name = if verdict.steady {
            format!("steady, {}", verdict.during)
        } else {
            verdict.during.clone()
        };
        match groups.iter_mut().find(|it| it.0 == name) {
            Some(group) => group.1.push((index, verdict)),
            None => groups.push((name, vec![(index, verdict)])),
        }
    }
    let is_now = |name: &str| {
        outcome
            .phases
            .iter()
            .any(|it| it.0 == name && it.0 != "always" && (it.1..it.2).contains(&now))
    };
    html! {
        <section class="verd" aria-label="Verdicts">
            <div class="sh">
                <h2 id="verdicts">{ told(outcome) }</h2>
                <span class="keys">{ &variant.facts.name }{ for other_name.iter().map(|it| html! { <span>{ format!(" | {it}") }</span> }) }</span>
            </div>
            { for remark }{ for stopped }
            <div class="wrap"><table>
                <thead class="vh"><tr><th>{ "verdict" }</th><th>{ "statement" }</th><th>{ "against the limit" }</th><th>{ "seen" }</th><th>{ "other variant" }</th></tr></thead>
                { for groups.iter().map(|(name, rows)| html! {
                    <tbody key={name.clone()}>
                        <tr class="grp"><th scope="rowgroup" colspan="5">{ name }{ if is_now(name) { html! { <em>{ " now" }</em> } } else { html! {} } }</th></tr>
                        { for rows.iter().map(|(index, it)| row(app, link, it, other.and_then(|other| other.verdicts.get(*index)))) }
                    </tbody>
                }) }
            </table></div>
            { happened(outcome) }
        </section>
    }
}

fn row(app: &App, link: &Link, verdict: &Verdict, other: Option<&Verdict>) -> Html {
    let other = other.filter(|it| it.statement == verdict.statement);
    let title = verdict.because.clone().unwrap_or_else(|| verdict.more.clone());
    // While more runs are coming nobody need ask for them.
    let open = verdict.mark == Mark::Open && app.run.done.is_some();
    let needs = open.then(|| undecided(app, link, verdict));
    html! {
        <>
        <tr class={if verdict.mark == Mark::Open { "und" } else { "" }} {title}>
            <td class="g">{ glyph::verdict(verdict.mark) }</td>
            <td><code>{ &verdict.statement }</code></td>
            <td class="s">{ against(verdict) }</td>
            <td class="v"><b>{ &verdict.seen }</b></td>
            <td class="g b">{ for other.map(|it| glyph::verdict(it.mark)) }</td>
        </tr>
        { for needs }
        </>
    }
}

fn undecided(app: &App, link: &Link, verdict: &Verdict) -> Html {
    let runs = app.shown().and_then(|it| it.outcome.as_ref()).map_or(0, |it| it.replications);
    let needs = verdict.needs.map(|needs| needs.min(u64::from(crate::worker::MOST_RUNS)) as u32);
    let button = needs.map(|needs| html! {
        <button class="lk" onclick={link.callback(move |_| Msg::Runs(Some(needs)))}>{ format!("Run {needs}") }</button>
    });
    let about = needs.map_or_else(String::new, |it| format!(" About {it} would decide. "));
    html! { <tr class="why"><td></td><td colspan="4">{ format!("Undecided at {}.{about}", counted(u64::from(runs), "run")) }{ for button }</td></tr> }
}

/// The picture of it.
fn against(verdict: &Verdict) -> Html {
    if verdict.mark == Mark::Skipped {
        return html! {};
    }
    if let Some((holds, of)) = verdict.runs {
        return markup(dots(holds, of).as_str());
    }
    let Some((estimate, half_width, bound, above)) = verdict.interval else { return html! {} };
    let side = match verdict.mark {
        Mark::Pass | Mark::PassesAnyway => interval::Verdict::Pass,
        Mark::Fail | Mark::FailsAsStated => interval::Verdict::Fail,
        Mark::Open | Mark::Skipped => interval::Verdict::Open,
    };
    let reach = [bound, (estimate - bound).abs()].into_iter().find(|it| *it > 1e-12).unwrap_or(1.0);
    let passes = if above { Side::Above } else { Side::Below };
    let drawn = strip(&Interval { estimate, half_width, bound, reach, passes, verdict: side });
    markup(drawn.as_str())
}

/// What happened in the first run.
fn happened(outcome: &Outcome) -> Html {
    if outcome.log.is_empty() {
        return html! {};
    }
    html! {
        <details class="log">
            <summary>{ "In the first run" }<span>{ format!("{} events", outcome.log.len()) }</span></summary>
            <ol>{ for outcome.log.iter().take(60).map(|(at, text)| html! { <li><time>{ sim_plot::instant((at * 10.0).round() / 10.0) }</time>{ text }</li> }) }</ol>
        </details>
    }
}
