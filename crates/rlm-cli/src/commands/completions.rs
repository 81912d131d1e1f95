//! `rlm completions`: prints the completion script of a shell.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{CompletionsArguments, command_line};

/// Runs `rlm completions`: prints the completion script of a shell. Returns the exit code.
pub(crate) fn run(arguments: &CompletionsArguments, console: Console) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command_line(), "rlm", &mut script);
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
