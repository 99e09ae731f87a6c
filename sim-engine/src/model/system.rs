//! Systems with their parts by id.

use super::SystemId;
use crate::schema::system;

/// A system, with all that it takes to work.
#[derive(Clone, Debug)]
pub struct System {
    /// What it is by itself.
    pub own: system::System,
    /// Itself and all systems that it depends on, also by way of others, each once.
    pub parts: Vec<SystemId>,
}
