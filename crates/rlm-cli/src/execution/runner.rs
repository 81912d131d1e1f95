//! From what was said about models, limits and records to what answers questions.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use rlm_adapters::{CostBudget, ModelSpec};
use rlm_core::{BestEffort, Runner, RunnerBuilder, Sampling};
use rlm_model::{Model, ReasoningEffort, RunId};
use rlm_policy::{Limits, OnLimit};
use rlm_store::new_run_id;

use crate::args::{AtLimit, Effort, RunnerArguments};
use crate::execution::runtime;
use crate::execution::tools::OfferedTools;
use crate::output::console::Console;
use crate::output::failure::Failure;
use crate::settings::environment::Environment;
use crate::settings::model_bindings::ModelBindings;
use crate::settings::models::{self, Audience, Choice};
use crate::settings::runner::{history, recursion};
use crate::settings::{answer, limits, prompts};

/// Chooses the root model, and says what the user should know of it.
///
/// # Errors
/// [`Failure::NoModel`], [`Failure::Model`].
pub(crate) fn choose(
    arguments: &RunnerArguments,
    environment: &Environment,
    console: Console,
) -> Result<Choice, Failure> {
    let budget = match arguments.budget.max_cost {
        Some(_) => CostBudget::Set,
        None => CostBudget::None,
    };
    let choice = models::choose(arguments.models.model.as_deref(), environment, budget, Audience::look())?;
    if choice == Choice::Fallback {
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
    Ok(choice)
}

/// Makes what answers questions.
///
/// # Errors
/// [`Failure::Model`], [`Failure::Variable`], [`Failure::Cache`], [`Failure::Prompt`], [`Failure::ReadInstructions`], [`Failure::Run`].
pub(crate) fn runner(
    arguments: &RunnerArguments,
    choice: &Choice,
    environment: &Environment,
    offered: &OfferedTools,
) -> Result<Runner, Failure> {
    let bindings = ModelBindings::of(arguments, &choice.spec().to_string());
    let root = models::make(choice.spec(), bindings.api_key_env(), environment)?;
    let limits = limits::of_run(arguments, choice.spec(), environment)?;
    runner_of(arguments, &bindings, root, limits, environment, offered)
}

/// Makes what runs programs without a root model: `model`, where one is given, answers all of their calls.
///
/// # Errors
/// As of [`runner`].
pub(crate) fn runner_of_programs(
    arguments: &RunnerArguments,
    model: Option<&str>,
    environment: &Environment,
    offered: &OfferedTools,
) -> Result<Runner, Failure> {
    let spec = models::spec_for_programs(model.or(arguments.models.model.as_deref()), environment)?;
    let mut bindings = ModelBindings::of(arguments, &spec.as_ref().map(ToString::to_string).unwrap_or_default());
    if model.is_some() {
        bindings.sub_model = None;
        bindings.recursive_model = None;
        bindings.depth_model.clear();
    }
    let root = match &spec {
        Some(spec) => models::make(spec, bindings.api_key_env(), environment)?,
        None => models::nobody(),
    };
    let limits = limits::of_programs(arguments, environment)?;
    runner_of(arguments, &bindings, root, limits, environment, offered)
}

fn runner_of(
    arguments: &RunnerArguments,
    bindings: &ModelBindings,
    root: Arc<dyn Model>,
    limits: Limits,
    environment: &Environment,
    offered: &OfferedTools,
) -> Result<Runner, Failure> {
    let (builder, reader) = bindings.builder(root, environment)?;
    let builder = builder
        .limits(limits)
        .cache(runtime::cache(&arguments.cache, arguments.texts.which(), environment)?);
    let builder = settled(builder, arguments, &reader.identity().model)?;
    Ok(offered.to(builder, &arguments.tools.granted).build()?)
}

/// Settles all that was said of how questions are answered beside by whom, within what and with which tools; `reader` is the name of the model
/// that answers sub-calls.
///
/// # Errors
/// As of [`runner`].
pub(crate) fn settled(
    builder: RunnerBuilder,
    arguments: &RunnerArguments,
    reader: &str,
) -> Result<RunnerBuilder, Failure> {
    let sampling = Sampling {
        temperature: arguments.temperature,
        seed: arguments.seed,
        stop: arguments.stop.clone(),
        reasoning_effort: arguments.reasoning_effort.map(effort),
    };
    let mut builder = builder
        .root_sampling(sampling.clone())
        .sub_sampling(sampling)
        .prices(models::prices(&arguments.models.prices.price)?)
        .on_limit(match arguments.on_limit {
            AtLimit::Finalize => OnLimit::Finalize,
            AtLimit::Error => OnLimit::Error,
        })
        .best_effort(BestEffort {
            grace_seconds: arguments.grace_seconds,
            reserve_percent: arguments.reserve_percent,
            ..BestEffort::default()
        })
        .constrain(arguments.constrain.into())
        .recursion(recursion(&arguments.recursion))
        .guards(answer::guards(&arguments.finals)?)
        .finalization(answer::finalization(&arguments.finals)?)
        .history(history(&arguments.history))
        .route(arguments.routing.route.into())
        .baseline_threshold(arguments.routing.baseline_threshold)
        .scheduling(runtime::scheduling(&arguments.calls.waiting))
        .run_ahead(arguments.calls.run_ahead.into())
        .dedupe(arguments.calls.dedupe);
    if let Some(profile) = arguments.routing.profile {
        builder = builder.profile(profile.into());
    }
    // Pieces of a text are cut for those that read them.
    if let Some(encoding) = arguments.calls.tokenizer.encoding(reader)? {
        builder = builder.tokenizer(Arc::new(encoding));
    }
    let builder = prompts::apply(&arguments.prompts, builder)?;
    Ok(builder.taint(arguments.tools.taint.into()))
}

const fn effort(effort: Effort) -> ReasoningEffort {
    match effort {
        Effort::Minimal => ReasoningEffort::Minimal,
        Effort::Low => ReasoningEffort::Low,
        Effort::Medium => ReasoningEffort::Medium,
        Effort::High => ReasoningEffort::High,
    }
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
