//! The scenario file.
pub mod schema;
