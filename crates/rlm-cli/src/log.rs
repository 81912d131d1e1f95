//! Log lines on standard error, for whoever operates the program.
//!
//! A line of a run stands within spans that name it as its journal does: `run` (the run's id), `child` (the path of a child run), `step`, and
//! `call` (the call's id, and the model). No line holds a key, or anything of questions, contexts, programs and replies: these stand in the
//! journal alone, which its owner keeps.

use rlm_cli_output::console::Console;
use rlm_cli_settings::args::LogFormat;
use rlm_cli_settings::environment::Environment;
use tracing_subscriber::EnvFilter;

/// What is logged where a form is asked for and `RUST_LOG` says nothing.
const DEFAULT: &str = "info";

/// Starts the log, where `RUST_LOG` or `--log-format` asks for one.
pub(crate) fn start(format: Option<LogFormat>, environment: &Environment, console: Console) {
    let stated = environment.stated("RUST_LOG");
    let Some(filter) = stated.or_else(|| format.map(|_| DEFAULT.to_owned())) else {
        return;
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(|| rlm_cli_output::screen::BufferedStderr)
        .with_ansi(console.has_color());
    match format.unwrap_or(LogFormat::Text) {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}
