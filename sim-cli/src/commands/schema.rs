//! `stormglass schema`.

use clap::Args;
use sim_core::scenario::json_schema;

use crate::exit::Exit;
use crate::output::Output;

/// Write the file format as a JSON Schema, by which editors complete and check scenarios.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    stormglass schema > stormglass.schema.json\n\n\
    Editors with Taplo (VS Code: Even Better TOML) take the schema from the first line of a \
    scenario:\n  \
    #:schema ./stormglass.schema.json")]
pub(crate) struct SchemaArgs {}

/// Writes the schema.
pub(crate) fn schema(_: &SchemaArgs) -> anyhow::Result<Exit> {
    Output::open(None)?.data(|out| {
        serde_json::to_writer_pretty(&mut *out, &json_schema())?;
        writeln!(out)
    })?;
    Ok(Exit::Success)
}
