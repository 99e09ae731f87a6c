//! What a scenario says, and what arithmetic says about it, without a run.
//!
//! [`flow`] sends the loads' mean rates down the call graph, [`needs`] holds pools against what
//! comes of it, [`advice`] tells what will go wrong; the rest is words and JSON.

pub(crate) mod advice;
pub(crate) mod fault;
pub(crate) mod flow;
pub(crate) mod json;
pub(crate) mod load;
pub(crate) mod needs;
pub(crate) mod network;
pub(crate) mod policy;
mod recovery;
pub(crate) mod rejection;
mod shed;
mod system;
pub(crate) mod text;
