//! What each construct of the format means, shown on scenarios whose outcome is known exactly:
//! constant arrivals, constant times.

#[path = "semantics/calls.rs"]
mod calls;
#[path = "semantics/faults.rs"]
mod faults;
#[path = "semantics/loads.rs"]
mod loads;
#[path = "semantics/policies.rs"]
mod policies;
#[path = "semantics/services.rs"]
mod services;

/// A scenario of 100 s without warm-up: one load of 1/s at `app`, and what `rest` says.
fn steady(rest: &str) -> String {
    format!(
        "format = 1\ntitle = \"test\"\nrun = {{ duration = \"100s\", replications = 1 }}\n\
         [load.users]\nto = \"app\"\nrate = \"1/s\"\narrivals = \"constant\"\n{rest}"
    )
}

/// The same, where `app` takes no time and makes one call to `db` with these policies.
fn calling(policies: &str, db: &str) -> String {
    steady(&format!(
        "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n{policies}\n\
         [service.db]\n{db}\n"
    ))
}

/// Asserts that two numbers agree to nine digits.
#[track_caller]
fn assert_close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{what}: {got}, not {want}");
}
