//! `rlm run`: a question about files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rlm_adapters::{CostBudget, ModelSpec};
use rlm_core::{RunOptions, RunResult, Runner, Sampling};
use rlm_model::{ReasoningEffort, RunId};
use rlm_policy::{OnLimit, Outcome};
use rlm_store::{RunStore, new_run_id};
use rlm_trace::{Journal, JournalOptions};
use tokio_util::sync::CancellationToken;

use crate::arguments::{AtLimit, DepthModel, Effort, ProgressKind, RunArguments};
use crate::asked::Asked;
use crate::console::Console;
use crate::context;
use crate::environment::Environment;
use crate::execution;
use crate::failure::Failure;
use crate::limits;
use crate::loading::Loading;
use crate::models::{self, Audience, Choice};
use crate::progress::Progress;
use crate::{folders, report, retrieval, standard_input};

/// The exit code where nobody named a model and words were looked up instead.
const FALLBACK_EXIT: u8 = 3;

/// Answers the question. Returns the exit code.
pub(crate) fn run(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = answer(arguments, environment, console);
    if let (true, Err(failure)) = (arguments.json, &outcome) {
        console.json(&report::failure_as_json(failure))?;
    }
    outcome
}

fn answer(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let asked = Asked::of(&arguments.asked)?;
    let budget = match arguments.max_cost {
        Some(_) => CostBudget::Set,
        None => CostBudget::None,
    };
    let choice = models::choose(arguments.models.model.as_deref(), environment, budget, Audience::look())?;
    if choice == Choice::Fallback {
        console.warn(
            "no model is named, so words are looked up without one; for answers give --model openai:NAME and a key, or \
             LLM_BASE_URL",
        );
    }
    if let ModelSpec::Mailbox { folder } = choice.spec() {
        console.say(&format!(
            "waiting for replies in {}: answer NNNN.request.json by NNNN.reply.txt",
            folder.display()
        ));
    }
    let runner = runner(arguments, &choice, environment)?;
    let specs = context::parse(&asked.context)?;
    let loading = match arguments.progress {
        ProgressKind::Auto | ProgressKind::Live | ProgressKind::Lines => Loading::Shown,
        ProgressKind::Json | ProgressKind::None => Loading::Hidden,
    };
    let (loaded, input) = asked.load(&arguments.asked, arguments.cache.cache.as_deref(), environment, loading)?;
    context::warn(&loaded.warnings, console);
    let mut file = arguments.output.as_deref().map(AnswerFile::open).transpose()?;
    let id = new_id()?;
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
    let indexes = folders::index_cache(arguments.cache.cache.as_deref(), environment);
    let speaker = progress.speaker(arguments.progress, console);
    let options = RunOptions {
        retriever: retrieval::retriever(&arguments.search, &loaded.context, indexes, speaker),
        id: Some(id),
        journal: Some(journal),
        cancel: cancel.clone(),
        locations: match &arguments.asked.context_json {
            // A document of a JSON value has no file of its own.
            Some(_) => Vec::new(),
            None => context::locations(&loaded.context, &specs, &asked.context, input.as_deref()),
        },
    };
    let work = runner.run_with(&asked.question, &loaded.context, options);
    let result = execution::carry_out(execution::runtime()?, cancel, console, work);
    progress.end();
    let result = result.inspect_err(|_| forget_unbegun(&kept, arguments.journal.is_none()))?;
    show(&result, arguments, file.as_mut(), console)?;
    Ok(exit_code(&result.outcome, &choice))
}

/// An answer from a look-up that nobody asked for counts as partial.
const fn exit_code(outcome: &Outcome, choice: &Choice) -> u8 {
    match (outcome, choice) {
        (Outcome::Complete, Choice::Fallback) => FALLBACK_EXIT,
        (outcome, _) => outcome.exit_code(),
    }
}

/// The answer goes to standard output or to its file, everything else to standard error.
fn show(
    result: &RunResult,
    arguments: &RunArguments,
    file: Option<&mut AnswerFile>,
    console: Console,
) -> Result<(), Failure> {
    report::say(result, console);
    let kept = match (file, &result.answer) {
        (Some(file), Some(answer)) => file.write(answer),
        (Some(_), None) => Ok(()),
        (None, Some(answer)) if !arguments.json => return console.result_line(answer),
        (None, _) => Ok(()),
    };
    if arguments.json {
        console.json(&report::as_json(result))?;
    } else if let (Err(_), Some(answer)) = (&kept, &result.answer) {
        // The answer was paid for.
        console.result_line(answer)?;
    }
    kept
}

fn runner(arguments: &RunArguments, choice: &Choice, environment: &Environment) -> Result<Runner, Failure> {
    let api_key_env = arguments.calls.api_key_env.as_deref();
    let root = models::make(choice.spec(), api_key_env, environment)?;
    let sampling = Sampling {
        temperature: arguments.temperature,
        seed: arguments.seed,
        stop: arguments.stop.clone(),
        reasoning_effort: arguments.reasoning_effort.map(effort),
    };
    let mut builder = Runner::builder(Arc::clone(&root))
        .root_sampling(sampling.clone())
        .sub_sampling(sampling)
        .limits(limits::of_run(arguments, choice.spec(), environment)?)
        .prices(models::prices(&arguments.models.price)?)
        .on_limit(match arguments.on_limit {
            AtLimit::Finalize => OnLimit::Finalize,
            AtLimit::Error => OnLimit::Error,
        })
        .constrain(arguments.constrain.into())
        .recursion(arguments.recursion.recursion())
        .scheduling(execution::scheduling(&arguments.calls))
        .run_ahead(arguments.calls.run_ahead.into())
        .cache(execution::cache(&arguments.cache, environment)?);
    for text in &arguments.fallback_model {
        builder = builder.fallback_model(models::make(
            &models::spec(text, environment)?,
            api_key_env,
            environment,
        )?);
    }
    let mut reader = Arc::clone(&root);
    if let Some(text) = &arguments.models.sub_model {
        reader = models::make(&models::spec(text, environment)?, api_key_env, environment)?;
        builder = builder.sub_model(Arc::clone(&reader));
    }
    if let Some(text) = &arguments.recursion.recursive_model {
        builder = builder.recursive_model(models::make(
            &models::spec(text, environment)?,
            api_key_env,
            environment,
        )?);
    }
    for DepthModel { depth, model } in &arguments.recursion.depth_model {
        let model = models::make(&models::spec(model, environment)?, api_key_env, environment)?;
        builder = builder.model_at_depth(*depth, model);
    }
    // Pieces of a text are cut for those that read them.
    if let Some(encoding) = arguments.calls.tokenizer.encoding(&reader.identity().model) {
        builder = builder.tokenizer(Arc::new(encoding));
    }
    Ok(builder.build()?)
}

const fn effort(effort: Effort) -> ReasoningEffort {
    match effort {
        Effort::Minimal => ReasoningEffort::Minimal,
        Effort::Low => ReasoningEffort::Low,
        Effort::Medium => ReasoningEffort::Medium,
        Effort::High => ReasoningEffort::High,
    }
}

fn new_id() -> Result<RunId, Failure> {
    let random = getrandom::u64().map_err(|error| Failure::Start {
        cause: io::Error::other(error.to_string()),
    })?;
    Ok(new_run_id(SystemTime::now(), random)?)
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

/// Removes the files of a run that did not begin: an empty journal, the first of them, says nothing. Its folder goes too where it is the
/// run's own.
fn forget_unbegun(files: &[PathBuf], has_own_folder: bool) {
    let Some(journal) = files
        .first()
        .filter(|journal| journal.metadata().is_ok_and(|file| file.len() == 0))
    else {
        return;
    };
    // What can't be removed does no harm.
    for file in files {
        let _ = fs::remove_file(file);
    }
    if let (true, Some(folder)) = (has_own_folder, journal.parent()) {
        let _ = fs::remove_dir(folder);
    }
}

/// The file that the answer is written to. It is opened before anything is spent, and what it held stays until there is an
/// answer.
struct AnswerFile {
    path: PathBuf,
    file: File,
    is_new: bool,
    is_written: bool,
}

impl AnswerFile {
    fn open(path: &Path) -> Result<Self, Failure> {
        let is_new = !path.exists();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|cause| Failure::AnswerFile {
            path: path.to_owned(),
            cause,
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            is_new,
            is_written: false,
        })
    }

    fn write(&mut self, answer: &str) -> Result<(), Failure> {
        self.is_written = true;
        // Devices can't be cut, and need not be.
        let is_file = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        let cut = if is_file { self.file.set_len(0) } else { Ok(()) };
        let end = if answer.ends_with('\n') { "" } else { "\n" };
        let written = cut.and_then(|()| self.file.write_all(format!("{answer}{end}").as_bytes()));
        written.map_err(|cause| Failure::AnswerFile {
            path: self.path.clone(),
            cause,
        })
    }
}

impl Drop for AnswerFile {
    fn drop(&mut self) {
        if self.is_new && !self.is_written {
            // An empty file would look like an empty answer.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_that_nobody_asked_for_is_partial() {
        let asked_for = Choice::Named(ModelSpec::Extractive);
        assert_eq!(exit_code(&Outcome::Complete, &asked_for), 0);
        assert_eq!(exit_code(&Outcome::Complete, &Choice::Fallback), 3);
        assert_eq!(exit_code(&Outcome::Unable, &Choice::Fallback), 6);
    }
}
