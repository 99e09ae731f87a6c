//! The words for steps, activities and outcomes.

use sim_core::observe::Outcome;
use sim_core::observe::step::Step;
use sim_core::observe::story::Activity;

/// `working`, `back_off`: what a step is called in data.
pub(super) const fn of_step(step: Step) -> &'static str {
    match step {
        Step::Sent { .. } => "sent",
        Step::Lost => "lost",
        Step::AtDoor => "at_door",
        Step::Queued => "queued",
        Step::Working => "working",
        Step::WorkDone => "work_done",
        Step::Committing => "committing",
        Step::Replying(_) => "replying",
        Step::RepliedBy(_) => "replied_early",
        Step::Answered(_) => "answered",
        Step::Over => "over",
        Step::Called { .. } => "called",
        Step::InLine => "in_line",
        Step::HasSlot => "slot_taken",
        Step::SlotBack => "slot_returned",
        Step::TurnedAway(_) => "turned_away",
        Step::TimedOut => "timed_out",
        Step::BacksOff { .. } => "back_off",
        Step::BudgetSpent => "budget_spent",
        Step::FellBack => "fell_back",
        Step::Ended(_) => "ended",
    }
}

/// What an activity is called.
pub(super) const fn of_activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Travelling => "on the way",
        Activity::Lost => "lost",
        Activity::AtDoor => "at the door",
        Activity::Queued => "queued",
        Activity::Working => "working",
        Activity::Committing => "waiting for standbys",
        Activity::Replying => "reply on the way",
        Activity::InLine => "in line for a slot",
        Activity::BackingOff => "backing off",
    }
}

/// `full`, `degraded`, or the reason of a failure.
pub(super) const fn of_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Full => "full",
        Outcome::Degraded => "degraded",
        Outcome::Failed(reason) => reason.name(),
    }
}

/// How a step came out, if it says so.
pub(super) const fn outcome(step: Step) -> Option<&'static str> {
    match step {
        Step::Replying(it) | Step::Answered(it) | Step::Ended(it) => Some(of_outcome(it)),
        Step::TurnedAway(reason) => Some(reason.name()),
        _ => None,
    }
}
