//! `rlm schema`: prints the JSON Schemas of the commands' output.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas;
use rlm_cli_output::table::{Align, table};
use rlm_cli_settings::args::SchemaArguments;

/// Runs `rlm schema`: prints a JSON Schema, or lists all. Returns the exit code.
pub(crate) fn run(arguments: &SchemaArguments, console: Console) -> Result<u8, Failure> {
    let wanted = arguments.name.as_deref();
    match schemas::ALL.iter().find(|form| wanted == Some(form.name)) {
        Some(form) => console.result_line(form.schema.trim_end())?,
        None => {
            let rows: Vec<_> = schemas::ALL
                .iter()
                .map(|form| [form.name.to_owned(), form.about.to_owned()])
                .collect();
            console.result(&table(&rows, [Align::Left; 2]))?;
        }
    }
    Ok(0)
}
