//! `rlm version`: prints the version.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::command_line;

/// Runs `rlm version`: prints the same line as `rlm --version`. Returns the exit code.
pub(crate) fn run(console: Console) -> Result<u8, Failure> {
    console.result(&command_line().render_version())?;
    Ok(0)
}
