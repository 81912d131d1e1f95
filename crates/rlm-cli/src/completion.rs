//! Completes command lines: shells call `rlm` with the variable [`VARIABLE`] set.
//!
//! Values that clap doesn't know are listed from where they are stored: runs, sessions, jobs, demos
//! and models.

use std::ffi::OsStr;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, ValueCompleter};
use clap_complete::env::CompleteEnv;
use rlm_cli_output::text::shortened;
use rlm_cli_settings::args::command_line;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_model::RunId;
use rlm_store::{JobStore, RunStore, SessionStore};

use crate::commands;

/// The environment variable with which a shell asks for completions.
pub(crate) const VARIABLE: &str = "RLM_COMPLETE";
/// The maximum number of runs and jobs that are offered.
const MOST: usize = 20;
/// The maximum number of characters shown of a question.
const QUESTION_CHARS: usize = 50;

/// Prints completions and exits, if a shell asks for them.
pub(crate) fn complete_if_asked() {
    CompleteEnv::with_factory(|| with_values(command_line()))
        .var(VARIABLE)
        .complete();
}

/// Adds completions of stored values to the arguments of a command and its subcommands.
fn with_values(command: Command) -> Command {
    let name = command.get_name().to_owned();
    command
        .mut_args(|arg| match values_of(&name, &arg) {
            Some(list) => arg.add(ArgValueCompleter::new(Stored(list))),
            None => arg,
        })
        .mut_subcommands(with_values)
}

/// Returns the function that lists the values of an argument.
fn values_of(command: &str, arg: &Arg) -> Option<List> {
    let value = arg.get_value_names()?.first()?.as_str();
    match (command, value) {
        ("demo", "NAME") => Some(demos),
        (_, "RUN|JOURNAL" | "A" | "B") => Some(runs),
        (_, "MODEL") => Some(models),
        (_, "JOB") => Some(jobs),
        ("run" | "set" | "show" | "rm" | "chat", "NAME") => Some(sessions),
        _ => None,
    }
}

/// Lists values, each with a description.
type List = fn(&Environment) -> Vec<(String, String)>;

struct Stored(List);

impl ValueCompleter for Stored {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Ok(environment) = Environment::load(None) else {
            return Vec::new();
        };
        let begun = current.to_string_lossy();
        let listed = (self.0)(&environment).into_iter();
        listed
            .filter(|(value, _)| value.starts_with(&*begun))
            .map(|(value, help)| CompletionCandidate::new(value).help(Some(help.into())))
            .collect()
    }
}

fn runs(environment: &Environment) -> Vec<(String, String)> {
    let mut listed = vec![("last".to_owned(), "the newest run".to_owned())];
    let store = folders::data(environment).and_then(|folder| Ok(RunStore::open(folder)?));
    let recorded = store.and_then(|store| {
        let ids = store.ids()?.into_iter().take(MOST);
        let described = |id: RunId| {
            let started = store.entry(id.clone()).summary.started;
            let question = started.map(|started| started.question).unwrap_or_default();
            (id.to_string(), shortened(&question, QUESTION_CHARS))
        };
        Ok(ids.map(described).collect::<Vec<_>>())
    });
    listed.extend(recorded.unwrap_or_default());
    listed
}

fn jobs(environment: &Environment) -> Vec<(String, String)> {
    let store = folders::data(environment).and_then(|folder| Ok(JobStore::open(folder)?));
    let listed = store.and_then(|store| {
        let ids = store.ids()?.into_iter().take(MOST);
        let described = |id: String| {
            let question = store.read(&id).map(|record| record.question).unwrap_or_default();
            (id, shortened(&question, QUESTION_CHARS))
        };
        Ok(ids.map(described).collect())
    });
    listed.unwrap_or_default()
}

fn sessions(environment: &Environment) -> Vec<(String, String)> {
    let store = folders::data(environment).and_then(|folder| Ok(SessionStore::open(folder)?));
    let names = store.and_then(|store| Ok(store.names()?)).unwrap_or_default();
    names.into_iter().map(|name| (name, String::new())).collect()
}

fn models(environment: &Environment) -> Vec<(String, String)> {
    let usable = commands::models::specs(environment).unwrap_or_default();
    let usable = usable.into_iter().map(|(spec, is_default)| {
        let help = if is_default { "the default" } else { "can be used here" };
        (spec.to_string(), help.to_owned())
    });
    let search = [("search".to_owned(), "no model: keyword search".to_owned())];
    usable.chain(search).collect()
}

fn demos(_: &Environment) -> Vec<(String, String)> {
    commands::demo::names().unwrap_or_default()
}
