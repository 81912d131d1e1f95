//! `rlm bundle`: packs a recorded run into one file, for a bug report.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use rlm_cli_execution::stores;
use rlm_cli_execution::{private_files, recording};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::schemas::{self, OutputObject as _, value};
use rlm_cli_output::text::counted;
use rlm_cli_settings::args::BundleArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::keys;
use rlm_cli_settings::model_bindings::ModelBindings;
use rlm_model::SourceRange;
use rlm_trace::{Event, JournalTexts, RecordedRun};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::trace::{ContextText, Place};

/// Runs `rlm bundle`: packs a run's journal and the pieces of the context that its answers cite.
/// Returns the exit code.
pub(crate) fn run(arguments: &BundleArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = stores::runs(environment)?.find(&arguments.run)?;
    let journal = std::fs::read(&found.journal).map_err(|cause| unwritten(&found.journal, cause))?;
    let recorded = RecordedRun::read(&found.journal)?;
    let started = recording::started_of(&recorded)?;
    let place = Place {
        recorded: &recorded,
        journal: &found.journal,
        context: &arguments.context,
        environment,
    };
    let context = ContextText::of(&place);
    let cited = cited(&recorded);
    let bindings = ModelBindings::from_recording(started);
    let pieces = cited.iter().map(|range| schemas::CitedText {
        range: value(range),
        location: context.location(*range),
        // Texts that the journal withholds are not packed either.
        text: match started.texts {
            JournalTexts::Full => context.text(*range).map(|text| text.to_string()),
            JournalTexts::References | JournalTexts::Digests => None,
        },
    });
    let pieces = schemas::Bundled {
        run: started.run.to_string(),
        cited: pieces.collect(),
    };
    let pieces = pieces.object().to_string();
    let also = arguments.api_key_env.as_deref().or(bindings.api_key_env());
    if let Some(variable) = keys::key_within(&[&journal, pieces.as_bytes()], also, environment)? {
        return Err(Failure::KeyInOutput { variable });
    }
    pack(
        &arguments.output,
        &[("journal.jsonl", &journal), ("cited.json", pieces.as_bytes())],
    )
    .map_err(|cause| unwritten(&arguments.output, cause))?;
    console.say(&format!(
        "wrote {}: the journal of run {} ({}: question, paths, programs, their output, replies, and prompts without long pieces of the context) and {} \
         of the context that answers cite. It contains none of the API keys that are set here; review it before you share it",
        arguments.output.display(),
        started.run,
        metrics::bytes(journal.len() as u64),
        counted(cited.len(), "piece"),
    ));
    context.warn(console);
    Ok(0)
}

fn unwritten(path: &Path, cause: io::Error) -> Failure {
    Failure::Bundle {
        path: path.to_owned(),
        cause,
    }
}

/// Returns the ranges of the context that a run's answers cite or quote.
fn cited(recorded: &RecordedRun) -> BTreeSet<SourceRange> {
    let finals = recorded.events().filter_map(|event| match event {
        Event::Final(value) => Some(value),
        _ => None,
    });
    let ranges = finals.flat_map(|value| {
        let cut = value.citations.iter().map(|citation| citation.range);
        cut.chain(value.quotes.iter().filter_map(|quote| quote.range))
    });
    ranges.collect()
}

/// Packs named files into a new archive at a path.
fn pack(path: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
    // The archive is as private as its files.
    let mut archive = ZipWriter::new(private_files::file().create_new(true).open(path)?);
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default())?;
        archive.write_all(content)?;
    }
    archive.finish()?.sync_all()
}
