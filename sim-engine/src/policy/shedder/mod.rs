//! What a service turns away on purpose, though there might be a place for it.

mod codel;
mod utilisation;

pub use self::codel::Codel;
pub use self::utilisation::{Shedder, Threshold};
