//! `rlm chat`: answers one question after the other, from standard input.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::Path;

use rlm_cli_execution::question_runner::{Question, QuestionRunner, now};
use rlm_cli_execution::runner;
use rlm_cli_execution::stored_session::StoredSession;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::run_result;
use rlm_cli_settings::args::{ChatArguments, JournalPlace};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_core::{RunError, RunResult};
use rlm_policy::Outcome;
use rlm_runs::{SessionHistory, SessionLimits};
use rlm_store::{SessionRecord, SessionStore, StoreError};
use tokio_util::sync::CancellationToken;

use super::session::from_anywhere;

/// The place in which a conversation is stored.
enum Memory {
    /// The conversation is kept in a stored session.
    Kept(Box<StoredSession>),
    /// The conversation is only in the memory of this process.
    Here(Box<SessionHistory>),
}

/// Runs `rlm chat`: answers questions until the input ends. Returns the exit code.
pub(crate) fn run(arguments: &ChatArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let names = from_anywhere(&arguments.context)?;
    let budget = arguments.runner.budget.shared();
    let mut memory = match &arguments.name {
        Some(name) => {
            begin_where_new(name, &names, arguments, environment)?;
            let opened = StoredSession::open(name, environment, console).map_err(|failure| match failure {
                Failure::Store(StoreError::NoSuchName { .. }) if Path::new(name).exists() => Failure::Usage {
                    detail: format!("no session is named `{name}`; to chat about the file: rlm chat --context {name}"),
                    command: "chat".to_owned(),
                },
                failure => failure,
            });
            Memory::Kept(Box::new(opened?))
        }
        None => Memory::Here(Box::new(SessionHistory::new(SessionLimits {
            max_cost_usd: budget.cost,
            max_tokens: budget.tokens,
            max_input_tokens: budget.input_tokens,
            max_output_tokens: budget.output_tokens,
            history_chars: None,
            persistent: arguments.persistent,
        }))),
    };
    let names = match &memory {
        Memory::Kept(conversation) => conversation.context(),
        Memory::Here(_) => names,
    };
    let asking = QuestionRunner::for_session(
        &names,
        &arguments.runner,
        arguments.shown.clone(),
        arguments.progress.kind(),
        environment,
        console,
    )?
    .in_session(memory.history());
    let is_watched = io::stdin().is_terminal();
    for line in prompted_lines(is_watched, console) {
        let question = line.map_err(|cause| Failure::StandardInput { cause })?;
        if question.trim().is_empty() {
            continue;
        }
        match memory.ask(&asking, question.trim()) {
            Ok(result) => {
                run_result::show(&result, false, None, console)?;
                if result.outcome == Outcome::Cancelled && !is_watched {
                    return Ok(Outcome::Cancelled.exit_code());
                }
            }
            Err(failure) => match failure.run_error() {
                Some(RunError::SessionBudgetExceeded(_)) | None => return Err(failure),
                // The next question may succeed.
                Some(_) => console.failure(&failure),
            },
        }
    }
    Ok(0)
}

impl Memory {
    fn history(&self) -> &SessionHistory {
        match self {
            Self::Kept(conversation) => conversation.history(),
            Self::Here(session) => session,
        }
    }

    fn ask(&mut self, asking: &QuestionRunner<'_>, question: &str) -> Result<RunResult, Failure> {
        let cancel = CancellationToken::new();
        match self {
            Self::Kept(conversation) => conversation.ask(asking, question, cancel),
            Self::Here(session) => asking.ask(Question {
                text: question,
                id: runner::new_id()?,
                journal: JournalPlace::Store,
                session: Some(session),
                metadata: serde_json::Map::new(),
                cancel,
            }),
        }
    }
}

/// Creates a session with this name if there is none and the arguments give a context.
fn begin_where_new(
    name: &str,
    context: &[String],
    arguments: &ChatArguments,
    environment: &Environment,
) -> Result<(), Failure> {
    if context.is_empty() {
        return Ok(());
    }
    let budget = arguments.runner.budget.shared();
    let record = SessionRecord {
        created: now(),
        max_cost_usd: budget.cost,
        max_tokens: budget.tokens,
        max_input_tokens: budget.input_tokens,
        max_output_tokens: budget.output_tokens,
        persistent: arguments.persistent,
        context: context.to_vec(),
        ..SessionRecord::default()
    };
    let store = SessionStore::open(folders::data(environment)?)?;
    match store.create(name, &record) {
        // The context of an existing session must be the same.
        Err(StoreError::NameTaken { .. }) if store.read(name)?.context == context => Ok(()),
        made => Ok(made?),
    }
}

/// Returns the lines of standard input. Shows a prompt before each line if a person types them.
fn prompted_lines(is_watched: bool, console: Console) -> impl Iterator<Item = io::Result<String>> {
    let mut lines = io::stdin().lock().lines();
    std::iter::from_fn(move || {
        if is_watched {
            console.say("ask:");
        }
        lines.next()
    })
}
