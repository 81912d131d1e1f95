//! `rlm report`: writes a run as an HTML page.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rlm_cli_execution::stores;
use rlm_cli_execution::{private_files, recording};
use rlm_cli_output::console::{Console, Stream};
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::text::one_line;
use rlm_cli_settings::args::ReportArguments;
use rlm_cli_settings::environment::Environment;
use rlm_context::Document;
use rlm_report::{Sources, render, render_private};
use rlm_trace::RecordedRun;
use sift_text::SourceId;

/// Runs `rlm report`: writes a run as an HTML page, and opens it in a browser if asked to. Returns
/// the exit code.
pub(crate) fn run(arguments: &ReportArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let run = RecordedRun::read(&found.journal)?;
    let page = if arguments.private {
        render_private(&run)
    } else {
        page(&run, &found.journal, arguments, environment, console)?
    };
    let path = match &arguments.output {
        Some(path) => path.clone(),
        None if arguments.open || Stream::Output.is_terminal() => beside(&found.journal),
        None => {
            console.result(&page)?;
            return Ok(0);
        }
    };
    write(&path, &page, arguments.private).map_err(|cause| Failure::Report {
        path: path.clone(),
        cause,
    })?;
    let size = metrics::bytes(page.len() as u64);
    let access = if arguments.private {
        ""
    } else {
        ", readable only by you"
    };
    console.say(&format!("wrote {}, {size}{access}", one_line(&path.to_string_lossy())));
    if arguments.open {
        open::that(&path).map_err(|_| Failure::OpenReport { path })?;
    }
    Ok(0)
}

/// Renders the page with the text of the context, or without it if the context is gone.
fn page(
    run: &RecordedRun,
    journal: &Path,
    arguments: &ReportArguments,
    environment: &Environment,
    console: Console,
) -> Result<String, Failure> {
    match recording::same_context_again(run, journal, &arguments.context, environment) {
        Ok(context) => {
            let text = |source| context.document(SourceId(source)).map(Document::as_str);
            Ok(render(run, &Sources::new(text)))
        }
        Err(failure) if arguments.context.is_given() => Err(failure),
        // A report without the context's text is still useful.
        Err(failure) => {
            console.warn(&format!("the report has no text of the context: {}", failure.line()));
            Ok(render(run, &Sources::none(failure.to_string())))
        }
    }
}

/// Returns the path of a report next to its journal: `report.html` in the folder of a stored run,
/// else the name of the journal with `.html`.
fn beside(journal: &Path) -> PathBuf {
    if journal.file_name().is_some_and(|name| name == "journal.jsonl") {
        journal.with_file_name("report.html")
    } else {
        journal.with_extension("html")
    }
}

/// Writes the report page to a file. A page with the texts of the journal is as private as it.
fn write(path: &Path, page: &str, is_private: bool) -> io::Result<()> {
    let mut options = if is_private {
        let mut options = OpenOptions::new();
        options.write(true);
        options
    } else {
        private_files::file()
    };
    let mut file = options.create(true).truncate(true).open(path)?;
    file.write_all(page.as_bytes())
}
