//! `rlm completions`: prints the completion script of a shell.

use clap_complete::env::Shells;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::CompletionsArguments;

use crate::completion::VARIABLE;

/// Runs `rlm completions`: prints the completion script of a shell. Returns the exit code.
pub(crate) fn run(arguments: &CompletionsArguments, console: Console) -> Result<u8, Failure> {
    let shells = Shells::builtins();
    let name = arguments.shell.to_string();
    let mut script = Vec::new();
    if let Some(shell) = shells.completer(&name) {
        let written = shell.write_registration(VARIABLE, "rlm", "rlm", "rlm", &mut script);
        written.map_err(|cause| Failure::Output { cause })?;
    }
    console.result(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
