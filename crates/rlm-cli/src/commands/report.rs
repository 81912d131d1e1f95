//! `rlm report`: writes a run as an HTML page.

use std::io::{self, Write as _};
use std::path::Path;

use rlm_cli_execution::{private_files, recording};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::text::one_line;
use rlm_cli_settings::args::ReportArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_context::Document;
use rlm_report::{Sources, render};
use rlm_store::RunStore;
use rlm_trace::RecordedRun;
use sift_text::SourceId;

/// Runs `rlm report`: writes a run as an HTML page. Returns the exit code.
pub(crate) fn run(arguments: &ReportArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = RunStore::open(folders::data(environment)?)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let page = match recording::same_context_again(&run, &found.journal, &arguments.context, environment) {
        Ok(context) => {
            let text = |source| context.document(SourceId(source)).map(Document::as_str);
            render(&run, &Sources::new(text))
        }
        Err(failure) if arguments.context.is_given() => return Err(failure),
        // A report without the context's text is still useful.
        Err(failure) => {
            console.warn(&format!("the report has no text of the context: {}", failure.line()));
            render(&run, &Sources::none(failure.to_string()))
        }
    };
    match &arguments.output {
        Some(path) => {
            write(path, &page).map_err(|cause| Failure::Report {
                path: path.clone(),
                cause,
            })?;
            let size = metrics::bytes(page.len() as u64);
            console.say(&format!("wrote {}, {size}", one_line(&path.to_string_lossy())));
        }
        None => console.result(&page)?,
    }
    Ok(0)
}

/// Writes the report page to a file. The page contains the texts of the journal, so the file is as
/// private.
fn write(path: &Path, page: &str) -> io::Result<()> {
    let mut file = private_files::file().create(true).truncate(true).open(path)?;
    file.write_all(page.as_bytes())
}
