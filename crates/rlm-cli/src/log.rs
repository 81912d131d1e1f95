//! Log lines on standard error, for operators.
//!
//! The lines of a run are within spans that have the journal's names: `run` (the run's id), `child`
//! (the path of a child run), `step`, and `call` (the call's id, and the model). No line contains a
//! key, or text of questions, contexts, programs and replies: only the journal contains these.

use rlm_cli_output::console::Console;
use rlm_cli_settings::args::LogFormat;
use rlm_cli_settings::environment::Environment;
use tracing_subscriber::EnvFilter;

/// The default filter of the log, if `--log-format` enables it.
const DEFAULT: &str = "info";

/// Starts the log, if `RUST_LOG` or `--log-format` enables it.
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
