//! Notifies a command or a URL that a job is done.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rlm_adapters::{BaseUrl, notify};
use rlm_cli_execution::runtime;
use rlm_cli_output::console::Console;
use rlm_cli_output::schemas::OutputObject as _;
use rlm_store::{JobRecord, JobStore};
use serde_json::Value;

use super::listing;

/// Notifies the command or the URL of a job (`--on-done`) that the job is done. Failures are reported,
/// and do not change the job.
pub(super) fn tell(id: &str, record: &JobRecord, store: &JobStore, console: Console) {
    let Some(whom) = record.on_done.as_deref().filter(|whom| !whom.trim().is_empty()) else {
        return;
    };
    let job = listing::json(id, record).object();
    let told = if whom.starts_with("http://") || whom.starts_with("https://") {
        post(whom, &job)
    } else {
        command(whom, id, &job, store)
    };
    if let Err(why) = told {
        console.warn(&format!("job {id} is done, but --on-done failed: {why}"));
    }
}

fn post(url: &str, job: &Value) -> Result<(), String> {
    let url: BaseUrl = url
        .parse()
        .map_err(|error: rlm_adapters::BaseUrlError| error.to_string())?;
    let runtime = runtime::runtime().map_err(|failure| failure.line())?;
    let told = runtime.block_on(notify(&url, job));
    runtime.shutdown_background();
    told.map_err(|error| error.to_string())
}

/// Runs the notification command of a job in the shell, in the folder where the job was submitted.
fn command(command: &str, id: &str, job: &Value, store: &JobStore) -> Result<(), String> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .env("RLM_JOB", id)
        .env("RLM_JOB_FOLDER", store.folder(id))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut input) = child.stdin.take() {
        // A command that does not read its input has closed the pipe.
        let _ = input.write_all(format!("{job}\n").as_bytes());
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{command}` failed with {status}")),
        Err(error) => Err(error.to_string()),
    }
}
