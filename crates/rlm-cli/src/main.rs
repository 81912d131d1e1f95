//! The binary `rlm`: answers questions about texts that exceed a model's context window.
//!
//! It reads arguments, environment and files, passes them to the library, and shows the results.
//! Standard output contains only the result, so that it can be piped. Everything else is on
//! standard error, and the exit code reports the outcome.

mod commands;
mod completion;
mod file_size_limit;
mod log;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::FromArgMatches;
use rlm_cli_execution::{service, stores};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{Arguments, Command, command_line};
use rlm_cli_settings::environment::Environment;

fn main() -> ExitCode {
    completion::complete_if_asked();
    file_size_limit::fail_beyond_limit();
    let console = Console::detect();
    let failed = |failure: &Failure| {
        console.failure(failure);
        ExitCode::from(failure.exit_code())
    };
    let words: Vec<OsString> = std::env::args_os().collect();
    let wanted = ErrorOutput::by(&words);
    let begun = Environment::load(env_file(&words).as_deref()).and_then(|environment| {
        let words = rlm_cli_settings::flags::with_stated_flags(words, &command_line(), &environment)?;
        Ok((environment, words))
    });
    let (environment, words) = match begun {
        Ok(begun) => begun,
        Err(failure) => {
            wanted.print(&failure, console);
            return failed(&failure);
        }
    };
    let given = command_line().try_get_matches_from(&words);
    let arguments = match given.and_then(|given| Arguments::from_arg_matches(&given)) {
        Ok(arguments) => arguments,
        Err(error) => return usage::show(error, &std::env::args_os().collect::<Vec<_>>()),
    };
    let console = if arguments.plain { Console::plain() } else { console };
    let console = console.with_quiet(arguments.quiet);
    log::start(arguments.log_format, &environment, console);
    let environment = match arguments.database_url {
        Some(url) => environment.with_database(url),
        None => environment,
    };
    match carry_out(arguments.command, &words, &environment, console) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            // The commands that print the object of a run have already done so.
            if let wanted @ ErrorOutput::Error = ErrorOutput::by(&words) {
                wanted.print(&failure, console);
            }
            failed(&failure)
        }
    }
}

/// Runs a command. Returns the exit code.
fn carry_out(command: Command, words: &[OsString], environment: &Environment, console: Console) -> Result<u8, Failure> {
    match command {
        Command::Batch(arguments) => commands::batch::run(&arguments, environment, console),
        Command::Bundle(arguments) => commands::bundle::run(&arguments, environment, console),
        Command::Cache { command } => commands::cache::run(&command, environment, console),
        Command::Call(arguments) => commands::call::run(&arguments, environment, console),
        Command::Chat(arguments) => commands::chat::run(&arguments, environment, console),
        Command::Check(arguments) => commands::check::run(&arguments, console),
        Command::Demo(arguments) => commands::demo::run(&arguments, environment, console),
        Command::Doctor(arguments) => commands::doctor::run(&arguments, environment, console),
        Command::Estimate(arguments) => commands::estimate::run(&arguments, environment, console),
        Command::Exec(arguments) => commands::exec::run(&arguments, environment, console),
        Command::Fmt(arguments) => commands::fmt::run(&arguments, console),
        Command::Init(arguments) => commands::init::run(&arguments, environment, console),
        Command::Man(arguments) => commands::man::run(&arguments, console),
        Command::Models(arguments) => commands::models::run(&arguments, environment, console),
        Command::Job { mut command } => commands::job::run(&mut command, words, environment, console),
        Command::Mcp(arguments) => service::mcp(&arguments, environment, console),
        Command::Serve(arguments) => service::run(&arguments, environment, console),
        Command::Database { command } => stores::database(&command, environment, console),
        Command::Keys { command } => service::keys(&command, environment, console),
        Command::Run(mut arguments) => commands::run::run(&mut arguments, environment, console),
        Command::Prompts { command } => commands::prompts::run(&command, environment, console),
        Command::Repl(arguments) => commands::repl::run(*arguments, environment, console),
        Command::Replay(arguments) => commands::replay::run(&arguments, environment, console),
        Command::Resume(arguments) => commands::resume::run(&arguments, environment, console),
        Command::Fork(arguments) => commands::fork::run(&arguments, environment, console),
        Command::Completions(arguments) => commands::completions::run(&arguments, console),
        Command::Version => commands::version::run(console),
        Command::Config { command } => commands::config::run(&command, environment, console),
        Command::Diff(arguments) => commands::diff::run(&arguments, environment, console),
        Command::Runs(arguments) => commands::runs::run(&arguments, environment, console),
        Command::Schema(arguments) => commands::schema::run(&arguments, console),
        Command::Session { command } => commands::session::run(&command, environment, console),
        Command::Report(arguments) => commands::report::run(&arguments, environment, console),
        Command::Test(arguments) => commands::test::run(&arguments, environment, console),
        Command::Record(arguments) => commands::record::run(&arguments, environment, console),
        Command::Watch(arguments) => commands::watch::run(&arguments, environment, console),
        Command::Trace(arguments) => commands::trace::run(&arguments, environment, console),
    }
}

/// The kind of JSON object that reports a failure on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorOutput {
    /// Nothing is printed, since JSON is not requested.
    Nothing,
    /// The failure is printed as the JSON object of a run, with an `error`.
    Run,
    /// The failure is printed as an object with only the error.
    Error,
}

impl ErrorOutput {
    fn by(words: &[OsString]) -> Self {
        let is_json = words.iter().any(|word| word == "--json" || word == "-j");
        let mut commands = words.iter().skip(1).filter_map(|word| word.to_str());
        match (is_json, commands.next(), commands.next()) {
            (false, ..) => Self::Nothing,
            (true, Some("run" | "ask" | "resume" | "fork"), _) | (true, Some("session"), Some("run")) => Self::Run,
            (true, ..) => Self::Error,
        }
    }

    /// Prints the JSON object of a failure to standard output, if one is requested.
    fn print(self, failure: &Failure, console: Console) {
        // A closed pipe needs no further report.
        let _ = match self {
            Self::Nothing => Ok(()),
            Self::Run => console.json(&rlm_cli_output::run_result::failure_json(failure)),
            Self::Error => console.json(&rlm_cli_output::schemas::Failed {
                error: rlm_cli_output::run_result::error_of(failure),
            }),
        };
    }
}

/// Returns the `.env` file that the command line names. Other errors of the command line are
/// reported later.
fn env_file(words: &[OsString]) -> Option<PathBuf> {
    let command = command_line().ignore_errors(true);
    let given = command.try_get_matches_from(words).ok()?;
    given.try_get_one::<PathBuf>("env_file").ok().flatten().cloned()
}
