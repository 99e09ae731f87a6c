//! What a trace tells, on scenarios whose every step is known.

use sim_core::experiment::{replicate, trace};
use sim_core::model::Model;
use sim_core::observe::Outcome;
use sim_core::observe::step::Step;
use sim_core::observe::story::{Activity, Story};
use sim_core::observe::trace::{Choice, Of, Trace, What};
use sim_core::policy::breaker::State;
use sim_core::policy::failure::Reason;
use sim_core::scenario::NoFiles;
use sim_core::time::{SimDuration, SimTime};
use sim_tests::{Story as File, plan};

const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

fn traced(model: &Model, seed: u64, choice: Choice) -> (Trace, SimTime) {
    let (trace, ending) = trace(model, seed, 0, choice, &mut |_| true).expect("nobody says stop");
    (trace, ending.at)
}

/// A shop that works 5 ms and calls a stock of one worker, 20 ms each; three requests at once.
fn shop(call: &str) -> (Vec<Story>, SimTime) {
    let text = format!(
        "format = 1\ntitle = \"t\"\nrun = {{ duration = \"1s\" }}\n\
         load.users = {{ to = \"shop\", arrivals = \"log(t.csv, column=t)\" }}\n\
         [service.shop]\nworkers = 9\ntime = \"5ms\"\n[[service.shop.call]]\nto = \"stock\"\n{call}\n\
         [service.stock]\nworkers = 1\ntime = \"20ms\"\n"
    );
    let files: sim_core::scenario::MemoryFiles =
        [("t.csv", "t\n0\n0.001\n0.002\n")].into_iter().collect();
    let plan = plan(&text, &files);
    let (trace, end) = traced(&plan.variants[0].1, 1, Choice::default());
    (trace.stories(end), end)
}

fn spent(story: &Story, on: Activity) -> SimDuration {
    let of = |it: &&sim_core::observe::story::Spent| it.on == on;
    story.spent().iter().filter(of).map(|it| it.time).fold(SimDuration::ZERO, |a, b| a + b)
}

#[test]
fn a_story_says_where_the_time_went() {
    let (stories, _) = shop("network = { latency = \"2ms\" }");
    assert_eq!(stories.len(), 3);
    for (nth, story) in (0_u64..).zip(&stories) {
        assert_eq!(story.request, nth + 1);
        assert_eq!(spent(story, Activity::Working), MS(25), "5 ms and 20 ms");
        assert_eq!(spent(story, Activity::Travelling), MS(2));
        assert_eq!(spent(story, Activity::Replying), MS(2));
        // Each comes a millisecond after the one before it, and finds it and all before it at work.
        assert_eq!(spent(story, Activity::Queued), MS(19 * nth));
        let took = story.ended().since(story.request().from);
        assert_eq!(took, MS(29 + 19 * nth), "nothing else takes time");
        assert_eq!(story.request().ended.map(|it| it.1), Some(Outcome::Full));
    }
}

#[test]
fn time_in_line_for_a_slot_is_told_with_the_slots_taken() {
    let (stories, _) =
        shop("policy = [\"bulkhead\"]\nbulkhead = { slots = 1, max_wait = \"30ms\" }");
    assert_eq!(spent(&stories[1], Activity::InLine), MS(19));
    let last = &stories[2];
    assert_eq!(spent(last, Activity::InLine), MS(30), "it gives up");
    assert_eq!(last.request().ended.map(|it| it.1), Some(Outcome::Failed(Reason::Bulkhead)));
    let call = &last.chapters[1];
    let turned = call.steps.iter().find(|it| matches!(it.step, Step::TurnedAway(_)));
    assert_eq!(turned.and_then(|it| it.taken).map(|it| it.1), Some(1), "the one slot is taken");
}

#[test]
fn work_that_goes_on_for_nobody_is_told_but_holds_nobody_up() {
    let (stories, _) = shop(
        "policy = [\"retry\", \"timeout\"]\ntimeout = \"10ms\"\n\
                             retry = { attempts = 2, delay = \"constant(3ms)\" }",
    );
    let first = &stories[0];
    let ended = first.ended();
    assert_eq!(ended.since(first.request().from), MS(5 + 10 + 3 + 10));
    assert_eq!(spent(first, Activity::BackingOff), MS(3));
    let attempts: Vec<_> = first.chapters[1].parts.iter().map(|it| &first.chapters[*it]).collect();
    assert_eq!(attempts.len(), 2);
    assert!(attempts.iter().all(|it| it.over > it.ended.map(|it| it.0)), "they were abandoned");
    assert!(attempts[1].over.is_some_and(|it| it > ended));
}

#[test]
fn to_be_traced_changes_nothing() {
    for (file, variant) in [("checkout/checkout.toml", "base"), ("retry-storm/layers.toml", "base")]
    {
        let plan = File::open(file).plan(&[variant]);
        let model = &plan.variants[0].1;
        let untraced = replicate(model, plan.seed, 0, |_| true).expect("nobody says stop");
        let choice = Choice { every: 7, ..Choice::default() };
        let (_, ending) = trace(model, plan.seed, 0, choice, &mut |_| true).expect("it ends");
        assert_eq!(ending, untraced.ending, "{file}");
    }
}

#[test]
fn requests_are_chosen_and_the_rest_is_counted() {
    let text = "format = 1\ntitle = \"t\"\nrun = { duration = \"10s\" }\n\
        load.users = { to = \"shop\", rate = \"10/s\", arrivals = \"constant\" }\n\
        service.shop = { workers = 9, time = \"5ms\" }\n";
    let plan = plan(text, &NoFiles);
    let numbers = |choice| {
        let (trace, end) = traced(&plan.variants[0].1, 1, choice);
        (trace.stories(end).iter().map(|it| it.request).collect::<Vec<_>>(), trace.left_out)
    };
    let of = |requests, every| Choice { requests, every, ..Choice::default() };
    assert_eq!(numbers(of(3..=12, 4)), (vec![3, 7, 11], 0));
    let second = |it| SimTime::ZERO + SimDuration::from_secs(it);
    let late = Choice { from: second(9), to: second(10), ..Choice::default() };
    assert_eq!(numbers(late).0, (90..=99).collect::<Vec<_>>());
    let (kept, left_out) = numbers(Choice { most: 20, ..Choice::default() });
    assert!(!kept.is_empty() && kept.len() as u64 + left_out == 99, "{kept:?}, {left_out}");
    let named = Choice { name: "nothing is called so".to_owned(), ..Choice::default() };
    assert!(traced(&plan.variants[0].1, 1, named).0.records.is_empty());
}

/// The log of a slow dependency behind a bulkhead of 20 and a breaker around it, with numbers that go
/// together: at 50/s the eighth slot is taken 140 ms after the onset and the last one after 380 ms;
/// who waits 50 ms for a slot answers in 50 ms; the breaker opens on rejections alone, as no slow call
/// has ended; behind it a request takes its own work, and all slots come back.
#[test]
fn the_log_of_a_full_bulkhead_is_consistent() {
    let plan = File::open("bulkhead/trace.toml").plan(&["base"]);
    let model = &plan.variants[0].1;
    let onset = model.timeline.zero + SimDuration::from_secs(20);
    let (trace, end) = traced(model, plan.seed, Choice { from: onset, ..Choice::default() });
    let since = |at: SimTime| at.since(onset).as_secs_f64();
    let at_slot = |wanted: u32| {
        let found = trace.records.iter().find_map(|it| match it.what {
            What::Step { step: Step::HasSlot, taken: Some((_, taken)), .. } if taken == wanted => {
                Some(since(it.at))
            }
            _ => None,
        });
        found.expect("so many are taken")
    };
    assert!((at_slot(8) - 0.140).abs() < 0.005, "{}", at_slot(8));
    assert!((at_slot(20) - 0.380).abs() < 0.005, "{}", at_slot(20));
    let stories = trace.stories(end);
    let waited = stories.iter().find(|it| {
        it.chapters
            .iter()
            .flat_map(|it| &it.steps)
            .any(|it| it.step == Step::TurnedAway(Reason::Bulkhead))
    });
    let waited = waited.expect("one is turned away");
    let took = waited.ended().since(waited.request().from);
    assert!((MS(53)..=MS(54)).contains(&took), "50 ms in line and 3 ms of work: {took}");
    assert_eq!(waited.request().ended.map(|it| it.1), Some(Outcome::Degraded));
    let opened = trace.records.iter().find_map(|it| match &it.what {
        What::Happened(sim_core::observe::log::Entry::Breaker { to: State::Open, .. }) => {
            Some(it.at)
        }
        _ => None,
    });
    let opened = opened.expect("the breaker opens");
    assert!(since(opened) < 10.0, "before the first slow call ends: {}", since(opened));
    let is_page = |it: &&Story| match it.request().of {
        Of::Request(_, op) => model.ops[op].name == "home",
        _ => false,
    };
    let after = stories.iter().filter(is_page).find(|it| it.request().from > opened);
    let after = after.expect("pages are still asked for");
    assert_eq!(after.ended().since(after.request().from), MS(3), "its own work alone");
}
