//! What a build without the services says of `rlm serve`, `rlm keys` and `rlm mcp`.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::environment::Environment;

/// Explains that this build has no HTTP service.
///
/// # Errors
/// Always.
#[cfg(not(feature = "serve"))]
pub fn run(_: &rlm_cli_settings::args::ServeArguments, _: &Environment, _: Console) -> Result<u8, Failure> {
    Err(no_service())
}

/// Explains that this build has no HTTP service.
///
/// # Errors
/// Always.
#[cfg(not(feature = "serve"))]
pub fn keys(_: &rlm_cli_settings::args::KeysCommand, _: &Environment, _: Console) -> Result<u8, Failure> {
    Err(no_service())
}

/// Explains that this build has no MCP server.
///
/// # Errors
/// Always.
#[cfg(not(feature = "mcp-server"))]
pub fn mcp(_: &rlm_cli_settings::args::McpArguments, _: &Environment, _: Console) -> Result<u8, Failure> {
    Err(Failure::Serve {
        detail: "this build has no MCP server".to_owned(),
        hint: "build rlm with `--features mcp-server`, or `--features full` for everything",
    })
}

#[cfg(not(feature = "serve"))]
fn no_service() -> Failure {
    Failure::Serve {
        detail: "this build has no HTTP service".to_owned(),
        hint: "build rlm with `--features serve`, or `--features full` for everything",
    }
}
