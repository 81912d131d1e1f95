//! `rlm run`: a question about files.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rlm_adapters::ModelSpec;
use rlm_context::{Loaded, Map, Newlines};
use rlm_core::{MAX_QUESTION_BYTES, RunError, RunOptions, RunResult, Runner, Sampling};
use rlm_model::{ReasoningEffort, RunId, Tokens};
use rlm_policy::{Limits, Outcome, PriceTable};
use rlm_store::{RunStore, new_run_id};
use rlm_trace::{Journal, JournalOptions};
use tokio_util::sync::CancellationToken;

use crate::arguments::{Effort, RunArguments, Seconds};
use crate::console::Console;
use crate::context::{self, Reading};
use crate::environment::Environment;
use crate::execution;
use crate::failure::Failure;
use crate::models::{self, Audience, Choice};
use crate::progress::Progress;
use crate::{folders, report};

/// The exit code where nobody named a model and words were looked up instead.
const FALLBACK_EXIT: u8 = 3;

/// The most bytes of a question's file that are read: far more than a question may have, so that its length can be said.
const MOST_READ: u64 = 16 << 20;

/// Answers the question. Returns the exit code.
pub(crate) fn run(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = answer(arguments, environment, console);
    if let (true, Err(failure)) = (arguments.json, &outcome) {
        console.json(&report::failure_as_json(failure))?;
    }
    outcome
}

fn answer(arguments: &RunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let asked = Asked::of(arguments)?;
    let choice = models::choose(arguments.model.as_deref(), environment, Audience::look())?;
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
    let loaded = load(&asked, arguments, environment)?;
    context::warn(&loaded.warnings, console);
    let mut file = arguments.output.as_deref().map(AnswerFile::open).transpose()?;
    let id = new_id()?;
    let journal = Arc::new(journal(arguments, &id, environment)?);
    let progress = Progress::follow(&journal, arguments.progress, runner.limits().steps, console);
    let cancel = CancellationToken::new();
    let options = RunOptions {
        id: Some(id),
        journal: Some(journal),
        cancel: cancel.clone(),
        locations: match &arguments.context_json {
            // A document of a JSON value has no file of its own.
            Some(_) => Vec::new(),
            None => context::locations(&loaded.context, &specs, &asked.context),
        },
    };
    let work = runner.run_with(&asked.question, &loaded.context, options);
    let result = execution::carry_out(execution::runtime()?, cancel, console, work);
    progress.end();
    let result = result?;
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

/// What is asked, of what.
struct Asked {
    question: String,
    context: Vec<String>,
}

impl Asked {
    /// Reads the question, and checks what can be checked before any file is opened.
    fn of(arguments: &RunArguments) -> Result<Self, Failure> {
        let mut context = arguments.context.clone();
        let question = match (&arguments.question, &arguments.question_file) {
            (Some(question), _) => question.clone(),
            (None, Some(path)) => read_question(path, &context)?,
            (None, None) => question_after(&mut context).ok_or(RunError::EmptyQuestion)?,
        };
        if question.trim().is_empty() {
            return Err(RunError::EmptyQuestion.into());
        }
        if question.len() > MAX_QUESTION_BYTES {
            return Err(RunError::QuestionTooLong { bytes: question.len() }.into());
        }
        Ok(Self { question, context })
    }
}

/// In `rlm run --context a.md "Who signed it?"` the option takes the question for a path: the last value is the question if it
/// has blanks and nothing is there.
fn question_after(context: &mut Vec<String>) -> Option<String> {
    let last = context.last()?;
    let is_question = context.len() > 1 && last.contains(char::is_whitespace) && !Path::new(last).exists();
    is_question.then(|| context.pop()).flatten()
}

fn read_question(path: &Path, context: &[String]) -> Result<String, Failure> {
    let error = |cause| Failure::ReadQuestion {
        path: path.to_owned(),
        cause,
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        if context
            .iter()
            .any(|argument| argument == "-" || argument.ends_with("=-"))
        {
            return Err(Failure::StandardInputTwice);
        }
        std::io::stdin()
            .lock()
            .take(MOST_READ)
            .read_to_end(&mut bytes)
            .map_err(error)?;
    } else {
        let file = File::open(path).map_err(error)?;
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        if length > MOST_READ {
            return Err(RunError::QuestionTooLong {
                bytes: usize::try_from(length).unwrap_or(usize::MAX),
            }
            .into());
        }
        file.take(MOST_READ).read_to_end(&mut bytes).map_err(error)?;
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn load(asked: &Asked, arguments: &RunArguments, environment: &Environment) -> Result<Loaded, Failure> {
    let map = if arguments.map { Map::TRUSTED } else { Map::Never };
    let cache = folders::extraction_cache(arguments.cache.cache.as_deref(), environment);
    let reading = Reading::new(&arguments.shown, cache, Newlines::AsTheyAre, map);
    match &arguments.context_json {
        Some(path) => context::load_value(path, reading),
        None => context::load_arguments(&asked.context, reading),
    }
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
    let mut prices = PriceTable::built_in().map_err(RunError::from)?;
    for price in &arguments.price {
        prices.set(price.clone());
    }
    let mut builder = Runner::builder(root)
        .root_sampling(sampling.clone())
        .sub_sampling(sampling)
        .limits(limits(arguments, choice))
        .prices(prices)
        .run_ahead(arguments.calls.run_ahead.into())
        .cache(execution::cache(folders::cache(
            arguments.cache.cache.as_deref(),
            environment,
        ))?);
    if let Some(text) = &arguments.sub_model {
        builder = builder.sub_model(models::make(&text.parse()?, api_key_env, environment)?);
    }
    Ok(builder.build()?)
}

fn limits(arguments: &RunArguments, choice: &Choice) -> Limits {
    let defaults = Limits::default();
    Limits {
        steps: arguments.max_steps,
        subcalls: arguments.max_subcalls,
        cost: arguments.max_cost,
        tokens: arguments.max_tokens.map(Tokens),
        seconds: match (arguments.max_seconds, choice.spec()) {
            (Some(Seconds(seconds)), _) => seconds,
            (None, ModelSpec::Mailbox { .. }) => None,
            (None, _) => defaults.seconds,
        },
        root_max_output: Tokens(arguments.max_output),
        sub_max_output: Tokens(arguments.sub_max_output),
        concurrency: arguments.calls.concurrency,
        ..defaults
    }
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

    #[test]
    fn the_last_value_of_the_context_may_be_the_question() {
        let taken = |values: &[&str]| {
            let mut context: Vec<String> = values.iter().map(ToString::to_string).collect();
            (question_after(&mut context), context.len())
        };
        assert_eq!(
            taken(&["Cargo.toml", "Who wrote it?"]),
            (Some("Who wrote it?".to_owned()), 1)
        );
        assert_eq!(taken(&["Who wrote it?"]), (None, 1), "then there is no context");
        assert_eq!(
            taken(&["Cargo.toml", "missing.txt"]),
            (None, 2),
            "a file that is not there is a mistake"
        );
    }
}
