//! From settings to a runner.

use std::io;
use std::time::SystemTime;

use rlm_adapters::ModelSpec;
use rlm_core::Runner;
use rlm_model::RunId;
use rlm_store::new_run_id;

use crate::execution::tools::OfferedTools;
use crate::output::console::Console;
use crate::output::failure::Failure;
use crate::settings::environment::Environment;
use crate::settings::models::{self, Choice};
use crate::settings::runner::RunnerSettings;

/// Says what the user should know of the root model.
pub(crate) fn announce(choice: &Choice, console: Console) {
    if *choice == Choice::Fallback {
        console.warn(
            "no model is named, so words are looked up without one; for answers give --model openai:NAME and a key, or \
             LLM_BASE_URL",
        );
    }
    if let ModelSpec::Mailbox { folder } = choice.spec() {
        console.say(&format!(
            "waiting for replies in {}: answer NNNN.request.json by NNNN.reply.txt",
            folder.display()
        ));
    }
}

/// Makes a runner, with its models and the tools that are offered.
///
/// # Errors
/// [`Failure::Model`], [`Failure::Cache`], [`Failure::Tokenizer`], [`Failure::Run`].
pub(crate) fn build(
    settings: &RunnerSettings,
    environment: &Environment,
    offered: &OfferedTools,
) -> Result<Runner, Failure> {
    let root = match &settings.root {
        Some(choice) => models::make(choice.spec(), settings.models.api_key_env(), environment)?,
        None => models::nobody(),
    };
    let (builder, reader) = settings.models.builder(root, environment)?;
    let builder = builder.limits(settings.limits.clone()).cache(settings.cache.open()?);
    let builder = settings.configure(builder, &reader.identity().model)?;
    Ok(offered.to(builder, &settings.tools.granted).build()?)
}

/// Names a new run.
///
/// # Errors
/// [`Failure::Start`], [`Failure::Store`].
pub(crate) fn new_id() -> Result<RunId, Failure> {
    let random = getrandom::u64().map_err(|error| Failure::Start {
        cause: io::Error::other(error.to_string()),
    })?;
    Ok(new_run_id(SystemTime::now(), random)?)
}
