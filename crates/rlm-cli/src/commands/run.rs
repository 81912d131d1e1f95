//! `rlm run`: a question about files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rlm_core::RunOptions;
use rlm_model::RunId;
use rlm_policy::Outcome;
use rlm_store::RunStore;
use rlm_trace::{Journal, JournalOptions};
use tokio_util::sync::CancellationToken;

use crate::answer_file::AnswerFile;
use crate::arguments::{ProgressKind, RunArguments};
use crate::asked::Asked;
use crate::console::Console;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::journal::{Folder, forget_unbegun};
use crate::loading::Loading;
use crate::models::Choice;
use crate::progress::Progress;
use crate::{answering, context, execution, folders, report, retrieval, standard_input, task};

/// The exit code where nobody named a model and words were looked up instead.
const FALLBACK_EXIT: u8 = 3;

/// Answers the question. Returns the exit code.
pub(crate) fn run(arguments: &mut RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = task::apply(arguments).and_then(|()| answer(arguments, environment, console));
    if let (true, Err(failure)) = (arguments.json, &outcome) {
        console.json(&report::failure_as_json(failure))?;
    }
    outcome
}

fn answer(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let asked = Asked::of(&arguments.asked)?;
    let choice = answering::choose(&arguments.answering, environment, console)?;
    let runner = answering::runner(&arguments.answering, &choice, environment)?;
    let specs = context::parse(&asked.context)?;
    let loading = match arguments.progress {
        ProgressKind::Auto | ProgressKind::Live | ProgressKind::Lines => Loading::Shown,
        ProgressKind::Json | ProgressKind::None => Loading::Hidden,
    };
    let (loaded, input) = asked.load(
        &arguments.asked.context,
        arguments.answering.cache.cache.as_deref(),
        environment,
        loading,
    )?;
    context::warn(&loaded.warnings, console);
    let mut file = arguments.output.as_deref().map(AnswerFile::open).transpose()?;
    let id = answering::new_id()?;
    let journal = Arc::new(journal(arguments, &id, environment)?);
    let input = match (&input, journal.path()) {
        (Some(bytes), Some(journal)) => Some(standard_input::keep(bytes, journal)?),
        _ => None,
    };
    let progress = Progress::follow(&journal, arguments.progress, runner.limits().steps, console);
    let cancel = CancellationToken::new();
    let kept: Vec<PathBuf> = journal
        .path()
        .map(Path::to_owned)
        .into_iter()
        .chain(input.clone())
        .collect();
    let indexes = folders::index_cache(arguments.answering.cache.cache.as_deref(), environment);
    let speaker = progress.speaker(arguments.progress, console);
    let options = RunOptions {
        retriever: retrieval::retriever(&arguments.answering.search, &loaded.context, indexes, speaker),
        id: Some(id),
        journal: Some(journal),
        cancel: cancel.clone(),
        metadata: arguments.metadata.clone(),
        locations: match &arguments.asked.context.context_json {
            // A document of a JSON value has no file of its own.
            Some(_) => Vec::new(),
            None => context::locations(&loaded.context, &specs, &asked.context, input.as_deref()),
        },
    };
    let work = runner.run_with(&asked.question, &loaded.context, options);
    let result = execution::carry_out(execution::runtime()?, cancel, console, work);
    progress.end();
    let folder = match arguments.journal {
        Some(_) => Folder::OfTheUser,
        None => Folder::OfTheRun,
    };
    let result = result.inspect_err(|_| forget_unbegun(&kept, folder))?;
    report::show(&result, arguments.json, file.as_mut(), console)?;
    Ok(exit_code(&result.outcome, &choice))
}

/// An answer from a look-up that nobody asked for counts as partial.
const fn exit_code(outcome: &Outcome, choice: &Choice) -> u8 {
    match (outcome, choice) {
        (Outcome::Complete, Choice::Fallback) => FALLBACK_EXIT,
        (outcome, _) => outcome.exit_code(),
    }
}

/// Makes the journal. It is made when all else is known to be right, so that none is left behind empty.
fn journal(arguments: &RunArguments, id: &RunId, environment: &Environment) -> Result<Journal, Failure> {
    let options = JournalOptions::default();
    if arguments.no_journal {
        return Ok(Journal::in_memory(options));
    }
    match &arguments.journal {
        Some(path) => Ok(Journal::create(path, options)?),
        None => Ok(RunStore::open(folders::data(environment)?)?.create(id, options)?),
    }
}

#[cfg(test)]
mod tests {
    use rlm_adapters::ModelSpec;

    use super::*;

    #[test]
    fn a_look_up_that_nobody_asked_for_is_partial() {
        let asked_for = Choice::Named(ModelSpec::Extractive);
        assert_eq!(exit_code(&Outcome::Complete, &asked_for), 0);
        assert_eq!(exit_code(&Outcome::Complete, &Choice::Fallback), 3);
        assert_eq!(exit_code(&Outcome::Unable, &Choice::Fallback), 6);
    }
}
