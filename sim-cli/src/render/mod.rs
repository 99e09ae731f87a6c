//! Results as text and data.
//!
//! Numbers come with their intervals and limits; what is well is said in few words. Text is
//! written with colours and Unicode; [`look`] takes away what the place it goes to cannot show.

pub(crate) mod ablation;
pub(crate) mod aborts;
pub(crate) mod architectures;
pub(crate) mod change;
pub(crate) mod chart;
pub(crate) mod comebacks;
pub(crate) mod comparison;
pub(crate) mod csv;
pub(crate) mod diagnostic;
pub(crate) mod disasters;
pub(crate) mod drift;
pub(crate) mod findings;
pub(crate) mod footer;
pub(crate) mod github;
pub(crate) mod grid;
pub(crate) mod html;
pub(crate) mod instant;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod limits;
pub(crate) mod log;
pub(crate) mod look;
pub(crate) mod markdown;
pub(crate) mod metrics;
pub(crate) mod modes;
pub(crate) mod mutation;
pub(crate) mod points;
pub(crate) mod points_csv;
pub(crate) mod points_jsonl;
pub(crate) mod precision;
pub(crate) mod provenance;
pub(crate) mod report;
pub(crate) mod series;
pub(crate) mod stages;
pub(crate) mod stopped;
pub(crate) mod story;
pub(crate) mod style;
pub(crate) mod summary;
pub(crate) mod tested;
pub(crate) mod tested_csv;
pub(crate) mod theory;
pub(crate) mod trace;
pub(crate) mod unsettled;
pub(crate) mod verdict;
pub(crate) mod wrap;

pub(crate) use sim_plot::{figure, stretch};
