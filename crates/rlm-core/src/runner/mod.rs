//! The runner: models and settings for any number of runs.

mod builder;
mod inputs;
mod notes;
mod rendering;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rlm_answer::{AnswerChecks, AnswerForm};
use rlm_cache::Cache;
use rlm_calls::{Dispatcher, Occurrences, Recorder, Recording, RunTree, SearchSource, TreeParts, sources};
use rlm_context::Context;
use rlm_model::{GrammarWay, RunId};
use rlm_policy::{LimitReached, Limits, OnLimit, Outcome};
use rlm_prompt::{Conversation, ProgramForm, Prompts, SessionState, Turn};
use rlm_retrieval::Retriever;
use rlm_scheduler::{Scheduler, SharedLedger};
use rlm_settings::{Constrain, Constraint, LoopSettings, ModelRoles, RoleSettings, RunSettings, json_object};
use rlm_trace::{
    Change, Journal, JournalOptions, JournalTexts, JsonObject, Millis, OtherModels, RunStarted, TraceParent,
};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

pub use builder::RunnerBuilder;
pub use inputs::check_question;
pub(crate) use inputs::{RunInputs, new_id};

use inputs::count_at_start;
use notes::{cache_note, free_note};

use crate::blocking::block_on;
use crate::error::RunError;
use crate::result::RunResult;
use crate::run::{Run, carry_out_child};

/// The models, settings and limits with which questions are answered. Cheap to clone: clones share
/// scheduler and cache.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_policy::Limits;
/// let model = FakeModel::new(["```repl\nFINAL(P.count('late'))\n```", "```repl\nFINAL(P.count('early'))\n```"]);
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let context = Context::from_text("late, early, late");
/// let first = runner.run_blocking("How many are late?", &context, RunOptions::default())?;
///
/// // The same models, with less to spend.
/// let strict = runner.with_limits(Limits { steps: 2, ..runner.limits().clone() });
/// let second = strict.run_blocking("How many are early?", &context, RunOptions::default())?;
/// assert_eq!((first.answer.as_deref(), second.answer.as_deref()), (Some("2"), Some("1")));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
#[derive(Clone)]
pub struct Runner {
    pub(crate) roles: ModelRoles,
    pub(crate) settings: LoopSettings,
    pub(crate) prompts: Prompts,
    constrain: Constrain,
    scheduler: Scheduler,
    cache: Option<Arc<Cache>>,
    host: JsonObject,
    observer: Option<RunObserver>,
}

/// The options of one run.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_trace::{Journal, JournalOptions, RecordedRun};
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("journal.jsonl");
/// let options = RunOptions {
///     id: Some("nightly-7".parse()?),
///     journal: Some(Arc::new(Journal::create(&path, JournalOptions::default())?)),
///     ..RunOptions::default()
/// };
/// let runner = Runner::builder(Arc::new(FakeModel::new(["FINAL: 42"]))).build()?;
/// let result = runner.run_blocking("What is it?", &Context::from_text("It is 42."), options)?;
/// assert_eq!(result.run.to_string(), "nightly-7");
/// assert_eq!(result.journal.as_deref(), Some(path.as_path()));
/// assert!(RecordedRun::read(&path)?.records.len() > 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct RunOptions {
    /// The id of the run. `None` creates one.
    pub id: Option<RunId>,
    /// The journal that the run writes. `None` keeps one in memory.
    pub journal: Option<Arc<Journal>>,
    /// The token that ends the run when cancelled.
    pub cancel: CancellationToken,
    /// The location of each document of the context, in order. A later replay reads the documents
    /// from there. May be shorter than the context.
    pub locations: Vec<Option<String>>,
    /// Metadata of the caller, which the journal records with the settings.
    pub metadata: Map<String, Value>,
    /// The retriever that answers the searches of programs. Without one, programs are told to use
    /// `grep`.
    pub retriever: Option<Arc<dyn Retriever>>,
    /// The state of the session, if the run is a question of one.
    pub session: Option<SessionState>,
    /// The span of another service that starts the run, which becomes the parent of the run's spans.
    pub trace_parent: Option<TraceParent>,
}

/// A function that is called with the journal of each run before the run writes to it, for example
/// to [subscribe](Journal::subscribe) to the journal.
pub type RunObserver = Arc<dyn Fn(&Arc<Journal>) + Send + Sync>;

impl Runner {
    /// Creates a runner from models, settings and prompts, to re-execute recorded runs. Otherwise
    /// use [`builder`](Self::builder). The maximum number of concurrent calls is taken from the
    /// limits.
    #[must_use]
    pub fn from_parts(
        roles: ModelRoles,
        settings: LoopSettings,
        prompts: Prompts,
        scheduling: rlm_scheduler::SchedulerSettings,
        cache: Option<Arc<Cache>>,
    ) -> Self {
        let scheduling = rlm_scheduler::SchedulerSettings {
            concurrency: usize::try_from(settings.limits.concurrency).unwrap_or(usize::MAX),
            ..scheduling
        };
        Self {
            roles,
            settings,
            prompts,
            constrain: Constrain::default(),
            scheduler: Scheduler::new(scheduling, cache.clone()),
            cache,
            host: JsonObject::new(),
            observer: None,
        }
    }

    /// Returns the limits of each run.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// Returns the settings of the loop, which apply to all runs.
    #[must_use]
    pub const fn settings(&self) -> &LoopSettings {
        &self.settings
    }

    /// Returns the models of this runner by role.
    #[must_use]
    pub const fn roles(&self) -> &ModelRoles {
        &self.roles
    }

    pub(crate) const fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }

    /// Returns the prompts of this runner.
    #[must_use]
    pub const fn prompts(&self) -> &Prompts {
        &self.prompts
    }

    /// Returns the runner with other limits. Both share the scheduler, including its maximum number
    /// of concurrent calls, and the cache.
    #[must_use]
    pub fn with_limits(&self, limits: Limits) -> Self {
        let mut runner = self.clone();
        runner.roles.count_for(&limits);
        runner.settings.limits = limits;
        runner
    }

    /// Returns the runner with an observer of its runs. Replays of recorded runs are not observed.
    ///
    /// ```
    /// # use std::sync::{Arc, Mutex};
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use std::ops::ControlFlow;
    /// let kinds = Arc::new(Mutex::new(Vec::new()));
    /// let seen = Arc::clone(&kinds);
    /// let runner = Runner::builder(Arc::new(FakeModel::new(["FINAL: 42"]))).build()?.observed(Arc::new(move |journal| {
    ///     let seen = Arc::clone(&seen);
    ///     journal.subscribe(move |record| {
    ///         seen.lock().unwrap().push(record.event.kind().to_owned());
    ///         ControlFlow::Continue(())
    ///     });
    /// }));
    /// runner.run_blocking("What is it?", &Context::from_text("It is 42."), RunOptions::default())?;
    /// assert_eq!(kinds.lock().unwrap().last().map(String::as_str), Some("outcome"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn observed(&self, observer: RunObserver) -> Self {
        Self {
            observer: Some(observer),
            ..self.clone()
        }
    }

    /// Returns the runner for the runs of one tenant, which share cached replies with no other tenant.
    /// Both share the queues of the models, and the maximum number of concurrent calls.
    #[must_use]
    pub fn scoped(&self, tenant: &str) -> Self {
        Self {
            scheduler: self.scheduler.scoped(tenant),
            ..self.clone()
        }
    }

    /// Answers a question from a context, with a new id and a journal in memory.
    ///
    /// # Errors
    /// [`RunError`] if the run can't start or continue. A limit, a failing provider and a
    /// cancellation are outcomes, not errors.
    pub async fn run(&self, question: &str, context: &Context) -> Result<RunResult, RunError> {
        self.run_with(question, context, RunOptions::default()).await
    }

    /// Answers a question from a context.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_policy::Outcome;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let runner = Runner::builder(Arc::new(FakeModel::new(["FINAL: 42"]))).build()?;
    /// let options = RunOptions::default();
    /// options.cancel.cancel(); // as by whoever holds a clone of the token, at any time
    /// let result = runner.run_with("What is it?", &Context::from_text("It is 42."), options).await?;
    /// assert_eq!((result.outcome, result.answer), (Outcome::Cancelled, None));
    /// # Ok::<(), rlm_core::RunError>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_with(
        &self,
        question: &str,
        context: &Context,
        options: RunOptions,
    ) -> Result<RunResult, RunError> {
        let finds_elsewhere =
            options.session.is_some() || options.retriever.is_some() || !self.settings.tools.is_empty();
        check_question(question, context, finds_elsewhere)?;
        self.check_prices()?;
        count_at_start(context).await;
        let runner = self.routed(question, context, options.session.as_ref())?;
        runner.carry_out(question, context, options).await
    }

    /// Rejects a cost limit if the price of a model that the run may call is unknown.
    fn check_prices(&self) -> Result<(), RunError> {
        let limits = self.limits();
        let Some(limit) = limits.cost else { return Ok(()) };
        let roles = &self.roles;
        let has_subcalls = limits.granted_subcalls() > 0;
        let has_child_runs = has_subcalls && limits.has_child_runs_below(0);
        let of_subcalls = [&roles.sub]
            .into_iter()
            .chain(roles.named.values())
            .filter(|_| has_subcalls);
        let of_child_runs = roles
            .recursive
            .iter()
            .chain(roles.by_depth.values())
            .filter(|_| has_child_runs);
        let called = [&roles.root].into_iter().chain(of_subcalls).chain(of_child_runs);
        let priced = called.map(|role| (&role.model, role.price));
        let fallbacks = roles
            .root
            .fallbacks
            .iter()
            .map(|fallback| (&fallback.model, fallback.price));
        match priced.chain(fallbacks).find(|(_, price)| price.is_none()) {
            Some((model, _)) => Err(RunError::PriceUnknown {
                model: model.identity().clone(),
                limit,
            }),
            None => Ok(()),
        }
    }

    async fn carry_out(&self, question: &str, context: &Context, options: RunOptions) -> Result<RunResult, RunError> {
        let constraint = self.constrain.resolve(&*self.roles.root.model).await?;
        let inputs = self.inputs_of(question, context, options, constraint)?;
        self.hand_over(self.begin(question, context, inputs).await?)
    }

    /// Returns the inputs of a new run: ledger, journal, constraint and first event.
    pub(crate) fn inputs_of(
        &self,
        question: &str,
        context: &Context,
        options: RunOptions,
        constraint: Option<Constraint>,
    ) -> Result<RunInputs, RunError> {
        let id = match options.id {
            Some(id) => id,
            None => new_id(SystemTime::now())?,
        };
        let journal = options
            .journal
            .unwrap_or_else(|| Arc::new(Journal::in_memory(JournalOptions::default())));
        let search = SearchSource::of(options.retriever);
        let mut started = self.started(
            &id,
            question,
            context,
            search.is_enabled(),
            constraint.map(|constraint| constraint.way),
            options.session.as_ref(),
        );
        for (source, location) in started.context.iter_mut().zip(options.locations) {
            source.location = location;
        }
        if !options.metadata.is_empty() {
            let metadata = Value::Object(options.metadata);
            started.settings.insert("metadata".to_owned(), metadata);
        }
        started.trace_parent = options.trace_parent;
        let session = options.session.map(Arc::new);
        Ok(RunInputs {
            recorder: Recorder::new(journal),
            recording: None,
            // A failing run cancels only its own calls.
            cancel: options.cancel.child_token(),
            ledger: SharedLedger::new(self.limits()),
            occurrences: Occurrences::default(),
            search,
            constraint,
            session,
            started,
        })
    }

    /// Returns the result of a run with the notes of this runner added.
    ///
    /// # Errors
    /// [`RunError::Limit`] if a limit ended the run and limits are errors for this runner.
    pub fn hand_over(&self, mut result: RunResult) -> Result<RunResult, RunError> {
        result.notes.extend(self.cache.as_deref().and_then(cache_note));
        result.notes.extend(free_note(self.limits(), &self.roles));
        let limit = match &result.outcome {
            Outcome::Timeout => Some(LimitReached::DeadlineExceeded {
                limit_seconds: self.limits().seconds.unwrap_or_default(),
                elapsed_seconds: self.limits().seconds.unwrap_or_default(),
            }),
            outcome => outcome.limit().cloned(),
        };
        match (self.settings.on_limit, limit) {
            (OnLimit::Error, Some(limit)) => Err(RunError::Limit {
                limit,
                partial: Box::new(result),
            }),
            _ => Ok(result),
        }
    }

    /// Answers a question from a context and blocks until it is done. Uses a separate thread, so
    /// that it works inside and outside of an async runtime.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`RunError::Runtime`].
    pub fn run_blocking(&self, question: &str, context: &Context, options: RunOptions) -> Result<RunResult, RunError> {
        block_on(|| self.run_with(question, context, options))
    }

    pub(crate) async fn begin(
        &self,
        question: &str,
        context: &Context,
        inputs: RunInputs,
    ) -> Result<RunResult, RunError> {
        check_question(
            question,
            context,
            inputs.session.is_some() || inputs.search.is_enabled() || !self.settings.tools.is_empty(),
        )?;
        count_at_start(context).await;
        self.check_context(context)?;
        let started = inputs.started.clone();
        let is_replay = inputs.recording.as_ref().is_some_and(|recording| recording.is_replay());
        if let Some(observer) = self.observer.as_ref().filter(|_| !is_replay) {
            observer(inputs.recorder.journal());
        }
        self.prepare(question, context, inputs)?.carry_out(started).await
    }

    /// Checks that a context is not longer than its limit. Blocks until mapped files are read, if
    /// there is a limit.
    pub(crate) fn check_context(&self, context: &Context) -> Result<(), RunError> {
        let Some(most) = self.limits().context_chars else {
            return Ok(());
        };
        let chars = context
            .documents()
            .iter()
            .map(|document| document.chars())
            .fold(0, u64::saturating_add);
        if chars > most {
            return Err(RunError::ContextTooLong { chars, most });
        }
        Ok(())
    }

    /// Creates a run with its first messages.
    pub(crate) fn prepare(&self, question: &str, context: &Context, inputs: RunInputs) -> Result<Run, RunError> {
        let opener = self.runner_for_opening(inputs.recording.as_deref());
        let (system, first) = opener.opening(
            question,
            context,
            inputs.search.is_enabled(),
            inputs.constraint.map(|constraint| constraint.way),
        )?;
        let first = match &inputs.session {
            Some(session) => format!("{}\n\n{first}", opener.prompts.session(session)?),
            None => first,
        };
        self.with_conversation(question, context, inputs, Conversation::new(system, first))
    }

    /// Creates a run that continues a given conversation.
    pub(crate) fn with_conversation(
        &self,
        question: &str,
        context: &Context,
        inputs: RunInputs,
        conversation: Conversation,
    ) -> Result<Run, RunError> {
        let tree = self.tree(context, inputs.ledger, inputs.recorder, inputs.recording)?;
        let mut dispatcher = Dispatcher::new(tree, self.roles.clone(), inputs.search, inputs.cancel, carry_out_child);
        dispatcher.constraint = inputs.constraint;
        dispatcher.session.clone_from(&inputs.session);
        dispatcher.occurrences = inputs.occurrences;
        let mut run = Run::new(question, dispatcher, conversation, self.limits().steps);
        run.session = inputs.session;
        Ok(run)
    }

    /// Returns the runner that renders the first messages of a run. For a fork at the first turn,
    /// the returned runner has the fork's prompts.
    fn runner_for_opening(&self, recording: Option<&Recording>) -> Cow<'_, Self> {
        let change = recording.and_then(|recording| recording.override_at(1));
        match change.and_then(|change| change.prompts.clone()) {
            Some(prompts) => Cow::Owned(Self {
                prompts,
                ..self.clone()
            }),
            None => Cow::Borrowed(self),
        }
    }

    /// Creates the data that the runs of a tree (a root run and its child runs) share.
    pub(crate) fn tree(
        &self,
        context: &Context,
        ledger: SharedLedger,
        recorder: Recorder,
        recording: Option<Arc<Recording>>,
    ) -> Result<Arc<RunTree>, RunError> {
        let tree = RunTree::new(TreeParts {
            context: context.clone(),
            settings: self.settings.clone(),
            prompts: self.prompts.clone(),
            checks: AnswerChecks::new(&self.settings.finalization)?,
            scheduler: self.scheduler.clone(),
            ledger,
            recorder,
            recording,
        })?;
        Ok(Arc::new(tree))
    }

    /// Returns a runner with other models, settings and prompts. Both runners share scheduler and
    /// cache.
    #[must_use]
    pub fn with_parts(&self, roles: ModelRoles, settings: LoopSettings, prompts: Prompts) -> Self {
        Self {
            roles,
            settings,
            prompts,
            ..self.clone()
        }
    }

    /// Renders the first messages of a run: the system message and the user's.
    ///
    /// # Errors
    /// [`RunError::Prompt`].
    pub fn opening(
        &self,
        question: &str,
        context: &Context,
        search: bool,
        constrained: Option<GrammarWay>,
    ) -> Result<(String, String), RunError> {
        let limits = self.limits();
        let limited = self
            .settings
            .limited(limits, search, ProgramForm::for_grammar(constrained));
        let system = self.settings.root_system(&self.prompts, limited)?;
        let turn = Turn {
            // A direct answer takes a turn before the programs.
            next: 1 + u32::from(self.settings.routing.is_direct()),
            steps: limits.steps,
        };
        let first = self.prompts.root_first(question, context, turn)?;
        Ok((system, self.with_rules(first)?))
    }

    /// Appends the answer rules to a message.
    pub(crate) fn with_rules(&self, message: String) -> Result<String, RunError> {
        let rules = self
            .prompts
            .answer_rules(&self.settings.finalization, AnswerForm::Program)?;
        Ok(match rules {
            Some(rules) => format!("{message}\n\n{rules}"),
            None => message,
        })
    }

    /// Returns the first event of a run's journal, which holds all data that the run depends on.
    #[must_use]
    pub fn started(
        &self,
        id: &RunId,
        question: &str,
        context: &Context,
        search: bool,
        constrained: Option<GrammarWay>,
        session: Option<&SessionState>,
    ) -> RunStarted {
        let settings = RunSettings::new(&self.settings, &self.roles, context, search, constrained, session);
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        RunStarted {
            run: id.clone(),
            rlm: env!("CARGO_PKG_VERSION").into(),
            started: u64::try_from(since_1970.as_millis()).ok().map(Millis),
            question: question.to_owned(),
            settings: settings.to_json(),
            models: self.roles.used(),
            context: sources(context),
            templates: self.prompts.templates().to_vec(),
            host: self.host.clone(),
            forked: None,
            // The journal sets this field when it writes the event.
            texts: JournalTexts::default(),
            trace_parent: None,
        }
    }

    /// Returns the change event for a run that uses this runner's models and limits from a turn on.
    pub(crate) fn change_to(&self, turn: u32) -> Change {
        Change {
            turn,
            limits: Some(json_object(self.limits())),
            templates: Vec::new(),
            models: Some(Box::new(OtherModels {
                models: self.roles.used(),
                settings: json_object(&RoleSettings::of(&self.roles)),
            })),
        }
    }
}
