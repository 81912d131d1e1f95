//! `rlm session`: manages conversations about files.

use std::path::{Path, PathBuf};

use rlm_cli_execution::question_runner::{QuestionRunner, holder, now};
use rlm_cli_execution::stored_session::{StoredSession, session_of};
use rlm_cli_execution::{context, question};
use rlm_cli_output::answer_file::AnswerFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{counted, grouped, one_line, shortened};
use rlm_cli_output::{metrics, run_result};
use rlm_cli_settings::args::{
    SessionCommand, SessionListArguments, SessionNewArguments, SessionRemoveArguments, SessionRunArguments,
    SessionSetArguments, SessionShowArguments,
};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_model::Tokens;
use rlm_runs::SessionHistory;
use rlm_store::{SessionRecord, SessionStore};
use tokio_util::sync::CancellationToken;

/// The maximum number of characters that a list shows of a context.
const CONTEXT_CHARS: usize = 60;

/// Runs a command of `rlm session`. Returns the exit code.
pub(crate) fn run(command: &SessionCommand, environment: &Environment, console: Console) -> Result<u8, Failure> {
    match command {
        SessionCommand::New(arguments) => new(arguments, environment, console),
        SessionCommand::Run(arguments) => {
            let outcome = ask(arguments, environment, console);
            if let (true, Err(failure)) = (arguments.json, &outcome) {
                console.json(&run_result::failure_json(failure))?;
            }
            outcome
        }
        SessionCommand::Set(arguments) => set(arguments, environment, console),
        SessionCommand::Show(arguments) => show(arguments, environment, console),
        SessionCommand::List(arguments) => list(arguments, environment, console),
        SessionCommand::Rm(arguments) => remove(arguments, environment),
    }
}

fn new(arguments: &SessionNewArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let record = SessionRecord {
        created: now(),
        title: None,
        max_cost_usd: arguments.limits.max_cost,
        max_tokens: arguments.limits.max_tokens.map(Tokens),
        max_input_tokens: arguments.limits.max_input_tokens.map(Tokens),
        max_output_tokens: arguments.limits.max_output_tokens.map(Tokens),
        history_chars: arguments.limits.history_chars,
        persistent: arguments.persistent,
        context: from_anywhere(&arguments.context)?,
        runs: Vec::new(),
    };
    SessionStore::open(folders::data(environment)?)?.create(&arguments.name, &record)?;
    console.say(&format!(
        "to ask: rlm session run {} \"…\", or rlm chat {}",
        arguments.name, arguments.name
    ));
    Ok(0)
}

/// Changes the limits of a session. What was spent before counts against the new ones.
fn set(arguments: &SessionSetArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let folder = folders::data(environment)?;
    let store = SessionStore::open(&folder)?;
    // No question of the session may run meanwhile, since it writes the record too.
    let _lease = store.lease(&arguments.name, holder())?;
    let record = store.read(&arguments.name)?;
    let record = SessionRecord {
        max_cost_usd: arguments.limits.max_cost.or(record.max_cost_usd),
        max_tokens: arguments.limits.max_tokens.map(Tokens).or(record.max_tokens),
        max_input_tokens: arguments
            .limits
            .max_input_tokens
            .map(Tokens)
            .or(record.max_input_tokens),
        max_output_tokens: arguments
            .limits
            .max_output_tokens
            .map(Tokens)
            .or(record.max_output_tokens),
        history_chars: arguments.limits.history_chars.or(record.history_chars),
        ..record
    };
    store.replace(&arguments.name, &record)?;
    console.say(&spent(&session_of(&record, environment, console)?));
    Ok(0)
}

/// Returns the context arguments with absolute paths, so that they are valid in any folder. Each
/// path must exist.
///
/// # Errors
/// [`Failure::Context`]; [`Failure::SessionInput`] for standard input, which can be read only once.
pub(crate) fn from_anywhere(names: &[String]) -> Result<Vec<String>, Failure> {
    let specs = context::parse(names)?;
    let here = std::env::current_dir().unwrap_or_default();
    let absolute = |name: &String| {
        let (given, path) = match name.split_once('=') {
            // A file's own name may contain `=`.
            Some((given, path)) if !Path::new(name).exists() => (format!("{given}="), path),
            _ => (String::new(), name.as_str()),
        };
        let path: PathBuf = here.join(path);
        format!("{given}{}", path.display())
    };
    if specs.iter().any(rlm_context::ContextSpec::is_standard_input) {
        return Err(Failure::SessionInput);
    }
    Ok(names.iter().map(absolute).collect())
}

fn ask(arguments: &SessionRunArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let question = question::read(arguments.question.as_deref(), arguments.question_file.as_deref(), &[])?;
    let mut conversation = StoredSession::open(&arguments.name, environment, console)?;
    let asking = QuestionRunner::for_session(
        &conversation.context(),
        &arguments.runner,
        arguments.shown.clone(),
        arguments.progress.kind(),
        environment,
        console,
    )?
    .in_session(conversation.history());
    let mut file = arguments.output.as_deref().map(AnswerFile::open).transpose()?;
    let result = conversation.ask(&asking, &question, CancellationToken::new())?;
    run_result::show(&result, arguments.json, file.as_mut(), console)?;
    Ok(asking.exit_code(&result.outcome))
}

fn show(arguments: &SessionShowArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let folder = folders::data(environment)?;
    let record = SessionStore::open(&folder)?.read(&arguments.name)?;
    let session = session_of(&record, environment, console)?;
    if arguments.json {
        console.json(&json(&arguments.name, &record, &session))?;
        return Ok(0);
    }
    let mut shown = String::new();
    for exchange in session.exchanges() {
        shown.push_str(&format!(
            "> {}\n{}\n\n",
            exchange.question.trim(),
            exchange.answer.trim()
        ));
    }
    console.result(&shown)?;
    let memory = session.memory().iter().map(|item| ("memory", item));
    let variables = session.variables().iter().map(|item| ("variable", item));
    for (kind, (key, value)) in memory.chain(variables) {
        console.say(&format!(
            "{kind}: {}: {}",
            one_line(key),
            shortened(&value.to_string(), 200)
        ));
    }
    console.say(&format!(
        "{}, {}",
        counted(session.runs().len() as u64, "run"),
        spent(&session)
    ));
    Ok(0)
}

/// Formats the spending of a session: `7,000 tokens in, 500 out, $0.0075 of $0.05`.
fn spent(session: &SessionHistory) -> String {
    let (spent, limits) = (session.spent(), session.limits());
    let of = |most: Option<Tokens>| most.map_or_else(String::new, |most| format!(" of {}", grouped(most.0)));
    let of_tokens = limits.max_tokens.map_or_else(String::new, |most| {
        format!(", {} of {} tokens", grouped(spent.tokens().0), grouped(most.0))
    });
    let of_cost = limits
        .max_cost_usd
        .map_or_else(String::new, |most| format!(" of {most}"));
    format!(
        "{}{} tokens in, {}{} out{of_tokens}, {}{of_cost}",
        grouped(spent.input_tokens.0),
        of(limits.max_input_tokens),
        grouped(spent.output_tokens.0),
        of(limits.max_output_tokens),
        metrics::cost(spent.total_cost())
    )
}

fn json(name: &str, record: &SessionRecord, session: &SessionHistory) -> schemas::Session {
    let spent = session.spent();
    let max_cost = record.max_cost_usd.map(rlm_model::Cost::Known);
    schemas::Session {
        session: name.to_owned(),
        created: record.created.0,
        context: record.context.clone(),
        max_cost: max_cost.and_then(run_result::dollars),
        max_tokens: record.max_tokens.map(|tokens| tokens.0),
        max_input_tokens: record.max_input_tokens.map(|tokens| tokens.0),
        max_output_tokens: record.max_output_tokens.map(|tokens| tokens.0),
        spent: schemas::SessionSpent {
            input: spent.input_tokens.0,
            output: spent.output_tokens.0,
            cost: run_result::dollars(spent.total_cost()),
        },
        exchanges: session.exchanges().iter().map(value).collect(),
        memory: value(session.memory()),
        variables: record.persistent.then(|| value(session.variables())),
        runs: record.runs.iter().map(ToString::to_string).collect(),
    }
}

fn list(arguments: &SessionListArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let folder = folders::data(environment)?;
    let store = SessionStore::open(&folder)?;
    let mut sessions = Vec::new();
    for name in store.names()? {
        match store.read(&name) {
            Ok(record) => sessions.push((name, record)),
            Err(error) => console.warn(&error.to_string()),
        }
    }
    if arguments.json {
        let rows = sessions.into_iter().map(|(name, record)| schemas::SessionSummary {
            session: name,
            created: record.created.0,
            context: record.context,
            runs: record.runs.iter().map(ToString::to_string).collect(),
        });
        console.json(&schemas::Sessions {
            sessions: rows.collect(),
        })?;
        return Ok(0);
    }
    if sessions.is_empty() {
        console.say("no sessions yet; create one with `rlm session new NAME --context …`");
        return Ok(0);
    }
    let mut rows = vec![["SESSION", "RUNS", "LIMIT", "CONTEXT"].map(str::to_owned)];
    rows.extend(sessions.iter().map(|(name, record)| {
        [
            name.clone(),
            grouped(record.runs.len() as u64),
            limits_of(record),
            shortened(&record.context.join(" "), CONTEXT_CHARS),
        ]
    }));
    console.result(&table(&rows, [Align::Left, Align::Right, Align::Left, Align::Left]))?;
    Ok(0)
}

/// Formats the budget of a session: `$2, 9,000 tokens, 1,200 out`, or `-` for none.
fn limits_of(record: &SessionRecord) -> String {
    let tokens = |most: Option<Tokens>, unit: &str| most.map(|most| format!("{} {unit}", grouped(most.0)));
    let limits = [
        record.max_cost_usd.map(|most| most.to_string()),
        tokens(record.max_tokens, "tokens"),
        tokens(record.max_input_tokens, "in"),
        tokens(record.max_output_tokens, "out"),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    if limits.is_empty() {
        "-".to_owned()
    } else {
        limits.join(", ")
    }
}

fn remove(arguments: &SessionRemoveArguments, environment: &Environment) -> Result<u8, Failure> {
    let store = SessionStore::open(folders::data(environment)?)?;
    for name in &arguments.names {
        store.remove(name, holder())?;
    }
    Ok(0)
}
