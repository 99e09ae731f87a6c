//! Charts as SVG: plain data in, markup out. No files, no clock, no fonts; the same data give the
//! same bytes, natively and in WebAssembly, in a window or in a worker.
//!
//! Drawn with `plotters` on a canvas of our own, which writes what a mark *is* (its [`Ink`]) where
//! other canvases write a colour: [`STYLE`] says how that looks, in light and in dark, on screen and
//! in print. All charts of a page share a [`TimeLine`], so that a cause stands above its effect.
//!
//! | I want to show | it is in |
//! |---|---|
//! | parts of a whole over time | [`stack`] |
//! | numbers over time, with their intervals and limits | [`lines`] |
//! | states over time | [`strip`] |
//! | an estimate against its bound | [`interval`] |
//! | spans of many runs against their target | [`cumulative`] |
//! | what became of a disaster | [`disaster`] |
//! | steps one below the other | [`gantt`] |
//! | who calls whom | [`topology`] |
//! | a span from milliseconds to years | [`stretch`] |
//! | a number with its unit and interval | [`figure`] |
//!
//! Anything with text in it goes through [`markup`], which escapes it: scenario files come from
//! anywhere.
#![forbid(unsafe_code)]

pub mod axis;
mod canvas;
pub mod cumulative;
pub mod disaster;
pub mod figure;
mod frame;
pub mod gantt;
mod ink;
mod instant;
pub mod interval;
mod label;
pub mod lines;
pub mod markup;
pub mod stack;
pub mod stretch;
pub mod strip;
pub mod thin;
mod tick;
mod time_line;
pub mod topology;
mod width;

pub use frame::Frame;
pub use ink::Ink;
pub use instant::instant;
pub use time_line::{Fault, TimeLine, Windows};

/// The look of all charts: colours by token for light and dark, and the classes that [`Ink`] names.
pub const STYLE: &str = include_str!("style.css");
