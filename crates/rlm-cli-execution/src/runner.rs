//! Creates runners from command-line arguments and settings.

use std::io;
use std::time::SystemTime;

use rlm_adapters::ModelSpec;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::first_line::{FirstLine, ModelSource};
use rlm_cli_output::progress::ProgressKind;
use rlm_cli_settings::args::RunnerArguments;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::models::{self, Choice};
use rlm_cli_settings::runner::RunnerSettings;
use rlm_core::Runner;
use rlm_model::RunId;
use rlm_policy::Limits;
use rlm_store::new_run_id;

use crate::local_models;
use crate::tools::OfferedTools;

/// Converts arguments to the settings of a runner that answers questions. Reports the folder of a
/// mailbox model.
///
/// # Errors
/// The errors of [`RunnerSettings::for_questions`].
pub fn settings(
    arguments: &RunnerArguments,
    environment: &Environment,
    console: Console,
) -> Result<RunnerSettings, Failure> {
    let settings = RunnerSettings::for_questions(arguments, environment, &|| local_models::find(environment))?;
    if let Some(choice) = &settings.root {
        announce(choice, console);
    }
    Ok(settings)
}

fn announce(choice: &Choice, console: Console) {
    if let ModelSpec::Mailbox { folder } = choice.spec() {
        console.say(&format!(
            "waiting for replies in {}: reply to NNNN.request.json in NNNN.reply.txt",
            folder.display()
        ));
    }
}

/// Creates a runner from its settings, with its models and the offered tools.
///
/// # Errors
/// [`Failure::Model`], [`Failure::Cache`], [`Failure::Tokenizer`], [`Failure::Run`].
pub fn build(settings: &RunnerSettings, environment: &Environment, offered: &OfferedTools) -> Result<Runner, Failure> {
    let root = match &settings.root {
        Some(choice) => models::make(choice.spec(), settings.models.api_key_env(), environment)?,
        None => models::nobody(),
    };
    let (builder, reader) = settings.models.builder(root, environment)?;
    let builder = builder.limits(settings.limits.clone()).cache(settings.cache.open()?);
    let builder = settings.configure(builder, &reader.identity().model)?;
    Ok(offered.offer_to(builder, &settings.tools.granted).build()?)
}

/// Returns the first line of a run about a context of `size` bytes; `None` if none is shown.
pub fn first_line(
    settings: &RunnerSettings,
    runner: &Runner,
    limits: &Limits,
    size: u64,
    kind: ProgressKind,
    console: Console,
) -> Option<FirstLine> {
    let source = settings.root.as_ref().map_or(ModelSource::Named, Choice::source);
    FirstLine::new(runner, limits, source, size, kind, console)
}

/// Creates a random id for a new run.
///
/// # Errors
/// [`Failure::Start`], [`Failure::Store`].
pub fn new_id() -> Result<RunId, Failure> {
    let random = getrandom::u64().map_err(|error| Failure::Start {
        cause: io::Error::other(error.to_string()),
    })?;
    Ok(new_run_id(SystemTime::now(), random)?)
}
