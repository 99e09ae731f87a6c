//! What a service turns away on purpose, though there might be a place for it.

mod utilisation;

pub use self::utilisation::{Shedder, Threshold};
