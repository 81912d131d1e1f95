//! The binary `rlm`: questions about more text than a model can read.
//!
//! It reads arguments, environment and files, hands them to the library, and shows what comes back. Standard output holds
//! the result alone, so that it can be piped; everything else is said on standard error, and the exit code says how it went.

mod answer_file;
mod answering;
mod arguments;
mod asked;
mod asking;
mod batch;
mod commands;
mod configuration;
mod console;
mod context;
mod conversation;
mod earlier;
mod environment;
mod execution;
mod failure;
mod figures;
mod folders;
mod highlighting;
mod interrupt;
mod journal;
mod keys;
mod limits;
mod loading;
mod log;
mod means;
mod models;
mod outline;
mod program;
mod progress;
mod recorded;
mod report;
mod retrieval;
mod so_far;
mod standard_input;
mod state_file;
mod step_lines;
mod steps;
mod table;
mod task;
mod tools;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::FromArgMatches;
use rlm_policy::Outcome;

use crate::arguments::{Arguments, Command, command_line};
use crate::console::Console;
use crate::environment::Environment;
use crate::failure::Failure;

fn main() -> ExitCode {
    let console = Console::new();
    let failed = |failure: &Failure| {
        console.failure(failure);
        ExitCode::from(failure.exit_code())
    };
    let words: Vec<OsString> = std::env::args_os().collect();
    let environment = match Environment::load(env_file(&words).as_deref()) {
        Ok(environment) => environment,
        Err(failure) => return failed(&failure),
    };
    let words = match configuration::with_stated_flags(words, &command_line(), &environment) {
        Ok(words) => words,
        Err(failure) => return failed(&failure),
    };
    let given = command_line().try_get_matches_from(&words);
    let arguments = match given.and_then(|given| Arguments::from_arg_matches(&given)) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    log::start(arguments.log_format, &environment, console);
    let result = match arguments.command {
        Command::Batch(arguments) => commands::batch::run(&arguments, &environment, console),
        Command::Bundle(arguments) => commands::bundle::run(&arguments, &environment, console),
        Command::Cache { command } => commands::cache::run(&command, &environment, console),
        Command::Call(arguments) => commands::call::run(&arguments, &environment, console),
        Command::Chat(arguments) => commands::chat::run(&arguments, &environment, console),
        Command::Check(arguments) => commands::check::run(&arguments, console),
        Command::Doctor(arguments) => commands::doctor::run(&arguments, &environment, console),
        Command::Estimate(arguments) => commands::estimate::run(&arguments, &environment, console),
        Command::Exec(arguments) => commands::exec::run(&arguments, &environment, console),
        Command::Fmt(arguments) => commands::fmt::run(&arguments, console),
        Command::Init(arguments) => commands::init::run(&arguments, &environment, console),
        Command::Models(arguments) => commands::models::run(&arguments, &environment, console),
        Command::Job { mut command } => commands::job::run(&mut command, &words, &environment, console),
        Command::Run(mut arguments) => commands::run::run(&mut arguments, &environment, console),
        Command::Prompts { command } => commands::prompts::run(&command, &environment, console),
        Command::Replay(arguments) => commands::replay::run(&arguments, &environment, console),
        Command::Resume(arguments) => commands::resume::run(&arguments, &environment, console),
        Command::Fork(arguments) => commands::fork::run(&arguments, &environment, console),
        Command::Completions(arguments) => commands::completions::run(&arguments, console),
        Command::Config { command } => commands::config::run(&command, &environment, console),
        Command::Diff(arguments) => commands::diff::run(&arguments, &environment, console),
        Command::Runs(arguments) => commands::runs::run(&arguments, &environment, console),
        Command::Session { command } => commands::session::run(&command, &environment, console),
        Command::Report(arguments) => commands::report::run(&arguments, &environment, console),
        Command::Trace(arguments) => commands::trace::run(&arguments, &environment, console),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failed(&failure),
    }
}

/// Returns the file of variables that the command line names; what else is wrong with it is said later.
fn env_file(words: &[OsString]) -> Option<PathBuf> {
    let command = command_line().ignore_errors(true);
    let given = command.try_get_matches_from(words).ok()?;
    given.try_get_one::<PathBuf>("env_file").ok().flatten().cloned()
}

/// Shows help, the version, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is no reason to say more.
    let _ = error.print();
    let mut words = std::env::args().skip(1);
    if error.use_stderr() && words.next().is_some_and(|command| command == "run") && words.any(|word| word == "--json")
    {
        let text = error.to_string();
        let line = text.lines().next().unwrap_or_default();
        let message = line.strip_prefix("error: ").unwrap_or(line);
        let hint = Some("see `rlm run --help`");
        let object = report::error_as_json(Outcome::InvalidRequest.name(), "usage", message, hint);
        let _ = Console::new().json(&object);
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
