//! What a build without the HTTP service says of `rlm serve` and `rlm keys`.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::{KeysCommand, ServeArguments};
use rlm_cli_settings::environment::Environment;

/// Explains that this build has no service.
///
/// # Errors
/// Always.
pub fn run(_: &ServeArguments, _: &Environment, _: Console) -> Result<u8, Failure> {
    Err(not_here())
}

/// Explains that this build has no service.
///
/// # Errors
/// Always.
pub fn keys(_: &KeysCommand, _: &Environment, _: Console) -> Result<u8, Failure> {
    Err(not_here())
}

fn not_here() -> Failure {
    Failure::Serve {
        detail: "this build has no HTTP service".to_owned(),
        hint: "build rlm with `--features serve`, or `--features full` for everything",
    }
}
