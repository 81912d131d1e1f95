//! Help, the version, and errors of the command line.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use rlm_cli_output::console::{Console, Stream};
use rlm_cli_output::failure::Failure;
use rlm_cli_output::text::one_line;
use rlm_cli_settings::args::command_line;
use rlm_cli_settings::flags::in_plain_words;

use crate::ErrorOutput;

/// Prints help, the version, or the error of the arguments.
pub(crate) fn show(mut error: clap::Error, words: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return exit_code(&error);
    }
    name_commands_with_flag(&mut error, words);
    let console = Console::detect();
    let rendered = error.render();
    let shown = match console.has_color_on(Stream::Error) {
        true => rendered.ansi().to_string(),
        false => rendered.to_string(),
    };
    // A closed pipe needs no further report.
    let _ = std::io::stderr().write_all(in_plain_words(&shown).as_bytes());
    let text = in_plain_words(&rendered.to_string());
    // The error and its tip come before the usage.
    let said = text.split("\n\nUsage").next().unwrap_or_default();
    let said = said.split("\n\n").map(str::trim).collect::<Vec<_>>().join("; ");
    let command = words.get(1).map(|word| word.to_string_lossy()).unwrap_or_default();
    let failure = Failure::Usage {
        detail: one_line(said.strip_prefix("error: ").unwrap_or(&said)),
        command: command.into_owned(),
    };
    ErrorOutput::by(words).print(&failure, console);
    exit_code(&error)
}

fn exit_code(error: &clap::Error) -> ExitCode {
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Replaces the tip that an unknown flag may be a value, if the flag is one of another command: names
/// related commands, such as `rlm session run`.
fn name_commands_with_flag(error: &mut clap::Error, words: &[OsString]) {
    let flag = match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(flag))) => flag.clone(),
        _ => return,
    };
    let root = command_line();
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
    let Some(group) = words.find_map(|word| root.find_subcommand(word)) else {
        return;
    };
    let related = group.get_subcommands().filter(|command| has_flag(command, &flag));
    let names: Vec<String> = related
        .map(|command| format!("`rlm {} {}`", group.get_name(), command.get_name()))
        .collect();
    let is_known = root.get_subcommands().any(|command| has_flag(command, &flag));
    if !names.is_empty() {
        let tip = StyledStr::from(format!("'{flag}' is a flag of {}", names.join(", ")));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    } else if is_known {
        error.remove(ContextKind::Suggested);
    }
}

fn has_flag(command: &Command, flag: &str) -> bool {
    command.get_arguments().any(|arg| match flag.strip_prefix("--") {
        Some(name) => arg.get_long() == Some(name),
        None => arg.get_short().is_some_and(|short| flag == format!("-{short}")),
    })
}
