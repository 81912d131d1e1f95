//! Determines the settings of a runner from arguments, configuration files and the environment.

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::{ModelSpec, ProviderOrder};
use rlm_answer::Finalization;
use rlm_cli_output::failure::Failure;
use rlm_core::{BestEffort, Constrain, Guards, Recursion, Route, RunnerBuilder, Sampling};
use rlm_model::{ReasoningEffort, Tokens};
use rlm_policy::{Limits, OnLimit, PriceTable, Taint};
use rlm_prompt::{Compaction, ExecutionProfile, History};
use rlm_runs::RaisedLimits;
use rlm_scheduler::SchedulerSettings;
use rlm_trace::JournalTexts;
use sift_vm::RunAhead;

use crate::args::{
    AtLimit, AtMaxDepth, ContinuationArguments, Effort, HistoryArguments, OnOff, PresetName, RecursionArguments,
    RunnerArguments, Seconds, TextsArguments, TokenizerChoice, ToolArguments, WaitArguments,
};
use crate::cache::CacheSettings;
use crate::environment::Environment;
use crate::model_bindings::ModelBindings;
use crate::models::{self, Choice, FindServers};
use crate::prompts::PromptSettings;
use crate::{answer, limits};

/// The settings of a runner that answers questions.
#[derive(Debug, Clone)]
pub struct RunnerSettings {
    /// The root model; `None` for programs that run without one.
    pub root: Option<Choice>,
    /// The names of the models, and the environment variable with their key.
    pub models: ModelBindings,
    /// The limits of each run.
    pub limits: Limits,
    /// The settings of the reply cache.
    pub cache: CacheSettings,
    /// The texts that journals record.
    pub texts: JournalTexts,
    /// Whether programs can search the context.
    pub has_search: bool,
    /// The tools that programs may call.
    pub tools: ToolArguments,
    rules: Rules,
}

/// The settings of a runner other than models, limits, cache, tools and search.
#[derive(Debug, Clone)]
struct Rules {
    sampling: Sampling,
    prices: PriceTable,
    on_limit: OnLimit,
    best_effort: BestEffort,
    constrain: Constrain,
    recursion: Recursion,
    guards: Guards,
    finalization: Finalization,
    history: History,
    route: Route,
    baseline_threshold: u64,
    profile: Option<ExecutionProfile>,
    scheduling: SchedulerSettings,
    run_ahead: RunAhead,
    dedupe: bool,
    tokenizer: TokenizerChoice,
    prompts: PromptSettings,
    taint: Taint,
}

impl RunnerSettings {
    /// Creates the settings of a runner whose root model answers questions. `servers` finds the
    /// servers on this machine, if no model is named.
    ///
    /// # Errors
    /// [`Failure::NoModel`], [`Failure::Model`], [`Failure::Variable`], [`Failure::Prompt`],
    /// [`Failure::ReadInstructions`], [`Failure::ReadProgram`], [`Failure::Schema`].
    pub fn for_questions(
        arguments: &RunnerArguments,
        environment: &Environment,
        servers: FindServers<'_>,
    ) -> Result<Self, Failure> {
        let order = match (arguments.budget.max_cost, arguments.sizes.preset) {
            (Some(_), _) | (None, Some(PresetName::Enzu)) => ProviderOrder::OpenRouterFirst,
            (None, _) => ProviderOrder::Usual,
        };
        let root = models::choose(arguments.models.model.as_deref(), environment, order, servers)?;
        let limits = limits::for_run(arguments, root.spec(), environment)?;
        Self::lower(arguments, Some(root), limits, environment)
    }

    /// Creates the settings of a runner for programs that a user types. If `model` is given, it
    /// answers all calls of the programs.
    ///
    /// # Errors
    /// The errors of [`for_questions`](Self::for_questions).
    pub fn for_programs(
        arguments: &RunnerArguments,
        model: Option<&str>,
        environment: &Environment,
        servers: FindServers<'_>,
    ) -> Result<Self, Failure> {
        let root = models::choice_for_programs(model.or(arguments.models.model.as_deref()), environment, servers)?;
        let limits = limits::for_programs(arguments, environment)?;
        let mut settings = Self::lower(arguments, root, limits, environment)?;
        if model.is_some() {
            settings.models.sub_model = None;
            settings.models.recursive_model = None;
            settings.models.depth_model.clear();
        }
        Ok(settings)
    }

    /// Creates the settings of a runner whose model calls are answered from a recording. No model
    /// needs to be named.
    ///
    /// # Errors
    /// The errors of [`for_questions`](Self::for_questions).
    pub fn for_rehearsal(arguments: &RunnerArguments, environment: &Environment) -> Result<Self, Failure> {
        let limits = limits::for_run(arguments, &ModelSpec::Search, environment)?;
        Self::lower(arguments, None, limits, environment)
    }

    fn lower(
        arguments: &RunnerArguments,
        root: Option<Choice>,
        limits: Limits,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let name = root.as_ref().map(|choice| choice.spec().to_string());
        let texts = arguments.texts.which();
        let cache = CacheSettings::lower(&arguments.cache, texts, environment);
        Ok(Self {
            models: ModelBindings {
                cache: cache.place.stated(),
                ..ModelBindings::from_arguments(arguments, &name.unwrap_or_default())
            },
            root,
            limits,
            cache,
            texts,
            has_search: !arguments.search.no_search,
            tools: arguments.tools.clone(),
            rules: Rules::lower(arguments)?,
        })
    }

    /// Applies these settings to a runner builder, except for models, limits, cache and tools.
    /// `reader` is the name of the model that answers sub-calls.
    ///
    /// # Errors
    /// [`Failure::Tokenizer`].
    pub fn configure(&self, builder: RunnerBuilder, reader: &str) -> Result<RunnerBuilder, Failure> {
        let rules = self.rules.clone();
        let mut builder = builder
            .root_sampling(rules.sampling.clone())
            .sub_sampling(rules.sampling)
            .prices(rules.prices)
            .on_limit(rules.on_limit)
            .best_effort(rules.best_effort)
            .constrain(rules.constrain)
            .recursion(rules.recursion)
            .guards(rules.guards)
            .finalization(rules.finalization)
            .history(rules.history)
            .route(rules.route)
            .baseline_threshold(rules.baseline_threshold)
            .scheduling(rules.scheduling)
            .run_ahead(rules.run_ahead)
            .dedupe(rules.dedupe)
            .taint(rules.taint);
        if let Some(profile) = rules.profile {
            builder = builder.profile(profile);
        }
        // Texts are split into pieces for the model that reads them, so its tokenizer counts.
        if let Some(encoding) = rules.tokenizer.encoding(reader)? {
            builder = builder.tokenizer(Arc::new(encoding));
        }
        Ok(rules.prompts.apply(builder))
    }
}

impl Rules {
    fn lower(arguments: &RunnerArguments) -> Result<Self, Failure> {
        Ok(Self {
            sampling: Sampling {
                temperature: arguments.temperature,
                seed: arguments.seed,
                stop: arguments.stop.clone(),
                reasoning_effort: arguments.reasoning_effort.map(effort),
            },
            prices: models::prices(&arguments.models.prices.price)?,
            on_limit: match arguments.on_limit {
                AtLimit::Finalize => OnLimit::Finalize,
                AtLimit::Error => OnLimit::Error,
            },
            best_effort: BestEffort {
                grace_seconds: arguments.grace_seconds,
                reserve_percent: arguments.reserve_percent,
                ..BestEffort::default()
            },
            constrain: arguments.constrain.into(),
            recursion: recursion(&arguments.recursion),
            guards: answer::guards(&arguments.finals)?,
            finalization: answer::finalization(&arguments.finals)?,
            history: history(&arguments.history),
            route: arguments.routing.route.into(),
            baseline_threshold: arguments.routing.baseline_threshold,
            profile: arguments.routing.profile.map(Into::into),
            scheduling: scheduling(&arguments.calls.waiting),
            run_ahead: arguments.calls.run_ahead.into(),
            dedupe: arguments.calls.dedupe,
            tokenizer: arguments.calls.tokenizer,
            prompts: PromptSettings::lower(&arguments.prompts)?,
            taint: arguments.tools.taint.into(),
        })
    }
}

const fn effort(effort: Effort) -> ReasoningEffort {
    match effort {
        Effort::Minimal => ReasoningEffort::Minimal,
        Effort::Low => ReasoningEffort::Low,
        Effort::Medium => ReasoningEffort::Medium,
        Effort::High => ReasoningEffort::High,
    }
}

fn recursion(arguments: &RecursionArguments) -> Recursion {
    Recursion {
        recursive_subcalls: arguments.recursive_subcalls.map(|which| which == OnOff::On),
        at_max_depth: match arguments.at_max_depth {
            AtMaxDepth::Plain => rlm_core::AtMaxDepth::Plain,
            AtMaxDepth::Error => rlm_core::AtMaxDepth::Error,
        },
    }
}

fn history(arguments: &HistoryArguments) -> History {
    History {
        conversation: arguments.conversation_history == OnOff::On,
        compaction: arguments.compaction.then(|| Compaction {
            threshold_pct: arguments.compaction_threshold_pct,
            threshold_tokens: arguments.compaction_threshold_tokens,
            model_context_limit: arguments.compaction_model_context_limit,
            model_name: arguments.compaction_model_name.clone(),
        }),
        max_tokens: arguments.max_history_tokens,
    }
}

/// Returns the scheduler settings for waiting, retries and hedging of calls.
pub fn scheduling(waiting: &WaitArguments) -> SchedulerSettings {
    SchedulerSettings {
        longest_outage: Duration::from_secs(waiting.max_wait),
        max_attempts: waiting.max_attempts,
        call_timeout: waiting.call_timeout.map(Duration::from_secs),
        hedge: !waiting.no_hedge,
        ..SchedulerSettings::default()
    }
}

/// Returns the limits that the arguments raise for a resumed run.
pub fn raised_limits(arguments: &ContinuationArguments) -> RaisedLimits {
    RaisedLimits {
        steps: arguments.max_steps,
        child_steps: arguments.max_child_steps,
        subcalls: arguments.max_subcalls,
        tokens: arguments.max_tokens.map(Tokens),
        subcall_tokens: arguments.max_subcall_tokens.map(Tokens),
        input_tokens: arguments.max_input_tokens.map(Tokens),
        output_tokens: arguments.max_output_tokens.map(Tokens),
        cost: arguments.max_cost,
        seconds: arguments.max_seconds.map(|Seconds(seconds)| seconds),
        retries: arguments.max_retries,
    }
}

/// Checks that the journals of a session will contain the texts that the next question needs.
///
/// # Errors
/// [`Failure::SessionTexts`].
pub fn check_session_texts(arguments: TextsArguments) -> Result<(), Failure> {
    match arguments.which() {
        JournalTexts::Full => Ok(()),
        JournalTexts::References | JournalTexts::Digests => Err(Failure::SessionTexts),
    }
}
