//! The models of a recorded run: answered from the recording, or supplied again by the caller.

use std::collections::BTreeMap;
use std::sync::Arc;

use rlm_adapters::ReplayModel;
use rlm_calls::Override;
use rlm_core::{RunSettings, Runner, Sampling};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply};
use rlm_policy::{PriceTable, Spend};
use rlm_prompt::Prompts;
use rlm_scheduler::Sharing;
use rlm_settings::{LoopSettings, ModelResolver, ModelRole, ModelRoles, RoleSettings, Toolbox};
use rlm_trace::{Change, Event, JournalOptions, ModelUse, RecordedOutcome, RecordedRun, RunStarted, Times};

use crate::error::ReplayError;
use crate::recorded::limits_of;

/// Creates a runner whose models are replaced by the replies of a recorded run.
pub(crate) fn recording_runner(
    recorded: &RecordedRun,
    started: &RunStarted,
    settings: &RunSettings,
) -> Result<Runner, ReplayError> {
    let roles = Recordings::of(recorded)?.roles(&settings.into(), &started.models)?;
    // All replies are recorded, so speculative execution saves no time.
    let settings = loop_settings(settings, sift_vm::RunAhead::Off, &Toolbox::default())?;
    let prompts = Prompts::new(started.templates.iter().cloned())?;
    Ok(Runner::from_parts(roles, settings, prompts, once(), None))
}

/// Returns scheduler settings without retries, since a recorded outcome is that of all attempts.
pub(crate) fn once() -> rlm_scheduler::SchedulerSettings {
    rlm_scheduler::SchedulerSettings {
        max_attempts: 1,
        hedge: false,
        longest_outage: std::time::Duration::ZERO,
        sharing: Sharing::Nothing,
        ..rlm_scheduler::SchedulerSettings::default()
    }
}

/// Creates a runner that calls the models of `runner` with the settings of a recorded run. The
/// models must be the recorded ones.
pub(crate) fn same_models(
    runner: &Runner,
    started: &RunStarted,
    settings: &RunSettings,
) -> Result<Runner, ReplayError> {
    let given = runner.roles().in_order();
    let identities = |models: Vec<&ModelIdentity>| models.into_iter().map(named).collect::<Vec<_>>().join(", ");
    let now: Vec<&ModelIdentity> = given.iter().map(|role| role.model.identity()).collect();
    let then: Vec<&ModelIdentity> = started.models.iter().map(|used| &used.identity).collect();
    if now != then {
        return Err(ReplayError::OtherModel {
            recorded: identities(then),
            given: identities(now),
        });
    }
    let fallbacks = Arc::clone(&runner.roles().root.fallbacks);
    let mut roles = roles(
        &settings.into(),
        given.iter().map(|role| Arc::clone(&role.model)).collect(),
    )?;
    roles.found = runner.roles().found.clone();
    roles.all_mut().for_each(|role| role.fallbacks = Arc::clone(&fallbacks));
    let settings = loop_settings(settings, runner.settings().run_ahead, &runner.settings().tools)?;
    let prompts = Prompts::new(started.templates.iter().cloned())?;
    Ok(runner.with_parts(roles, settings, prompts))
}

/// Returns the name of a model with its server.
fn named(model: &ModelIdentity) -> String {
    match model.endpoint.as_str() {
        "" => model.to_string(),
        endpoint => format!("{model} at {endpoint}"),
    }
}

/// Creates a runner that calls its own models with the settings of a recorded run.
pub(crate) fn own_models(runner: &Runner, started: &RunStarted, settings: &RunSettings) -> Result<Runner, ReplayError> {
    let mut roles = runner.roles().clone();
    for role in roles.all_mut() {
        role.sampling = settings.sub.clone();
    }
    roles.root.sampling = settings.root.clone();
    for role in roles.recursive.iter_mut().chain(roles.by_depth.values_mut()) {
        role.sampling = settings.root.clone();
    }
    let mut settings = loop_settings(settings, runner.settings().run_ahead, &runner.settings().tools)?;
    settings.tools = settings.tools.with_grants_of(&runner.settings().tools);
    let prompts = Prompts::new(started.templates.iter().cloned())?;
    Ok(runner.with_parts(roles, settings, prompts))
}

/// Assigns models to their roles, in the order of the journal's list.
pub(crate) fn roles(settings: &RoleSettings, models: Vec<Arc<dyn Model>>) -> Result<ModelRoles, ReplayError> {
    let mut models = models.into_iter().enumerate();
    let mut next = |sampling: &Sampling| {
        let (index, model) = models.next().ok_or_else(|| ReplayError::Settings {
            detail: "a model is missing".to_owned(),
        })?;
        let counter = settings.counters.get(index).cloned().flatten();
        Ok::<_, ReplayError>(ModelRole {
            model,
            price: settings.prices.get(index).copied().flatten(),
            window: settings.windows.get(index).copied().flatten(),
            counter: counter.as_deref().map(tokenizer).transpose()?,
            fallbacks: Arc::default(),
            sampling: sampling.clone(),
        })
    };
    let (root, sub) = (next(&settings.root)?, next(&settings.sub)?);
    let mut named = BTreeMap::new();
    for name in &settings.model_names {
        named.insert(name.clone(), next(&settings.sub)?);
    }
    let (mut recursive, mut by_depth) = (None, BTreeMap::new());
    for depth in &settings.recursive_models {
        let role = next(&settings.root)?;
        match depth {
            0 => recursive = Some(role),
            depth => _ = by_depth.insert(*depth, role),
        }
    }
    Ok(ModelRoles {
        root,
        sub,
        recursive,
        by_depth,
        named,
        found: ModelResolver::default(),
    })
}

/// Returns the loop settings of a recorded run. Only its tools that are in `given` can be called.
pub(crate) fn loop_settings(
    settings: &RunSettings,
    run_ahead: sift_vm::RunAhead,
    given: &Toolbox,
) -> Result<LoopSettings, ReplayError> {
    Ok(LoopSettings {
        limits: settings.limits.clone(),
        on_limit: settings.on_limit,
        dedupe: settings.dedupe,
        best_effort: settings.best_effort,
        recursion: settings.recursion,
        history: settings.history.clone(),
        instructions: settings.instructions.clone(),
        routing: settings.routing.clone(),
        guards: settings.guards.clone(),
        finalization: settings.finalization.clone(),
        echo: settings.echo,
        run_ahead,
        tools: Toolbox::recorded(&settings.tools, settings.taint, given),
        tokenizer: settings.tokenizer.as_deref().map(tokenizer).transpose()?,
    })
}

/// Returns the changes during a recorded run, each with the spending on turns that were discarded
/// before it.
pub(crate) fn changes(recorded: &RecordedRun) -> Vec<(Change, Spend)> {
    let changes = recorded.events().flat_map(|event| match event {
        Event::RunStarted(started) => {
            let forked = started.forked.iter().flat_map(|forked| &forked.changes);
            forked.map(|change| (change.clone(), Spend::default())).collect()
        }
        Event::Resumed(resumed) => {
            let changed = resumed.change.iter();
            changed
                .map(|change| (change.clone(), spent_for(recorded, &resumed.taken_back)))
                .collect()
        }
        _ => Vec::new(),
    });
    changes.collect()
}

/// Returns the overrides of a re-execution, keyed by turn. `prompts` are those of the run's start.
pub(crate) fn overrides(
    changes: &[(Change, Spend)],
    prompts: &Prompts,
) -> Result<BTreeMap<u32, Override>, ReplayError> {
    let mut overrides: BTreeMap<u32, Override> = BTreeMap::new();
    let mut prompts = prompts.clone();
    for (change, spent) in changes {
        let course = overrides.entry(change.turn).or_default();
        course.spent = course.spent.plus(*spent);
        if let Some(limits) = limits_of(change)? {
            course.limits = Some(limits);
        }
        if !change.templates.is_empty() {
            prompts = prompts.with_templates(&change.templates)?;
            course.prompts = Some(prompts.clone());
        }
    }
    Ok(overrides)
}

/// Returns the spending on calls whose replies were discarded.
fn spent_for(recorded: &RecordedRun, taken_back: &[u64]) -> Spend {
    let settled = recorded
        .records
        .iter()
        .filter(|record| taken_back.contains(&record.line));
    let spends = settled.filter_map(|record| match &record.event {
        Event::Settled(settled) => match &settled.outcome {
            RecordedOutcome::Reply(reply) if !settled.cached => Some(Spend::of(0, &reply.usage, settled.cost)),
            _ => None,
        },
        _ => None,
    });
    spends.fold(Spend::default(), Spend::plus)
}

/// Returns options for journals without times, which differ from run to run and are not compared.
pub(crate) fn without_times() -> JournalOptions {
    JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }
}

/// Returns the tokenizer with the name in a journal.
fn tokenizer(name: &str) -> Result<Arc<dyn sift_text::Tokenizer>, ReplayError> {
    let encoding: Result<rlm_tokens::Encoding, _> = name.parse();
    encoding
        .map(|encoding| Arc::new(encoding) as Arc<dyn sift_text::Tokenizer>)
        .map_err(|error| ReplayError::Settings {
            detail: format!("tokenizer {name}: {error}"),
        })
}

/// The recorded replies of a run, which replace its models; `None` if it made no call.
pub(crate) struct Recordings(Option<Arc<ReplayModel>>);

impl Recordings {
    pub(crate) fn of(recorded: &RecordedRun) -> Result<Self, ReplayError> {
        match ReplayModel::of(recorded.clone()) {
            Ok(model) => Ok(Self(Some(Arc::new(model)))),
            // A run may end before its first call, at a limit or by cancellation.
            Err(rlm_adapters::RecordingError::NoCalls) => Ok(Self(None)),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the roles of a run's models, each of which is answered from the recording.
    pub(crate) fn roles(&self, settings: &RoleSettings, models: &[ModelUse]) -> Result<ModelRoles, ReplayError> {
        let models = models.iter().map(|used| {
            let recording = RecordedModel {
                identity: used.identity.clone(),
                model: self.0.clone(),
            };
            Arc::new(recording) as Arc<dyn Model>
        });
        let mut roles = roles(settings, models.collect())?;
        roles.found = self.found(settings)?;
        Ok(roles)
    }

    /// Returns the models that programs looked up by name, answered from the recording. Journals
    /// don't hold their prices, so those of the built-in table are used.
    fn found(&self, settings: &RoleSettings) -> Result<ModelResolver, ReplayError> {
        if settings.found_models.is_empty() {
            return Ok(ModelResolver::default());
        }
        let prices = PriceTable::built_in().map_err(|error| ReplayError::Settings {
            detail: error.to_string(),
        })?;
        let (model, sampling) = (self.0.clone(), settings.sub.clone());
        let find = move |name: &str| {
            let (adapter, name) = name.split_once(':').unwrap_or(("", name));
            let recording = RecordedModel {
                identity: ModelIdentity::new(adapter, "", name),
                model: model.clone(),
            };
            ModelRole {
                price: prices.price_of(&recording),
                window: prices.window_of(&recording),
                counter: None,
                fallbacks: Arc::default(),
                sampling: sampling.clone(),
                model: Arc::new(recording),
            }
        };
        Ok(ModelResolver::new(settings.found_models.clone(), find))
    }
}

/// A model of a recorded run that is answered from the recording.
struct RecordedModel {
    identity: ModelIdentity,
    model: Option<Arc<ReplayModel>>,
}

impl Model for RecordedModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        None
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        match &self.model {
            Some(model) => model.complete(call),
            None => Box::pin(std::future::ready(Err(ModelError::new(
                ModelErrorKind::NoReply,
                format!("replay: call {} is not in the recording", call.id),
            )))),
        }
    }
}
