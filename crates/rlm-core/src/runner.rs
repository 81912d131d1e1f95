//! The public way in: models and settings once, then runs.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rlm_cache::{Cache, CacheStatus};
use rlm_context::Context;
use rlm_model::{Model, RunId, RunPath};
use rlm_policy::{GrantId, LimitReached, Limits, OnLimit, Outcome, PriceTable};
use rlm_retrieval::Retriever;
use rlm_scheduler::{Fallback, Scheduler, SharedLedger};
use rlm_text::Tokenizer;
use rlm_trace::{CallClass, Journal, JournalOptions, Millis, ModelUse, RunStarted};
use rlm_vm::RunAhead;
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use crate::citation::Evidence;
use crate::constrain::{Constrain, Held};
use crate::error::{MAX_QUESTION_BYTES, RunError};
use crate::prompt::{Limited, ProgramForm, Prompts, Turn};
use crate::result::{Note, RunResult};
use crate::run::{
    Certain, Conversation, Desk, Occurrences, Retrieval, Run, Seat, Seats, Tree, counter, recorder, sources,
};
use crate::settings::{Echo, Recursion, RunSettings, Sampling};

/// The fuel of one slice of a program: about 10 ms, after which cancellation and the deadline are looked at.
pub(crate) const SLICE: u64 = 1_000_000;

/// Answers questions with given models under given limits. Cheap to clone; runs share its scheduler and cache.
#[derive(Clone)]
pub struct Runner {
    pub(crate) seats: Seats,
    pub(crate) limits: Limits,
    pub(crate) prompts: Prompts,
    pub(crate) scheduler: Scheduler,
    cache: Option<Arc<Cache>>,
    echo: Echo,
    pub(crate) run_ahead: RunAhead,
    on_limit: OnLimit,
    constrain: Constrain,
    recursion: Recursion,
    pub(crate) tokenizer: Option<Arc<dyn Tokenizer>>,
}

/// Collects what a [`Runner`] needs.
#[derive(Clone)]
pub struct RunnerBuilder {
    root: Arc<dyn Model>,
    sub: Option<Arc<dyn Model>>,
    named: BTreeMap<SmolStr, Arc<dyn Model>>,
    fallbacks: Vec<Arc<dyn Model>>,
    root_sampling: Sampling,
    sub_sampling: Sampling,
    limits: Limits,
    prices: Option<PriceTable>,
    prompts: Option<Prompts>,
    scheduler: rlm_scheduler::Settings,
    cache: Option<Arc<Cache>>,
    echo: Echo,
    run_ahead: RunAhead,
    on_limit: OnLimit,
    constrain: Constrain,
    recursion: Recursion,
    recursive: Option<Arc<dyn Model>>,
    by_depth: BTreeMap<u32, Arc<dyn Model>>,
    tokenizer: Option<Arc<dyn Tokenizer>>,
}

/// What one run has of its own.
#[derive(Debug, Default)]
pub struct RunOptions {
    /// Its id; one is made where none is given.
    pub id: Option<RunId>,
    /// Where it writes what happens; kept in memory where none is given.
    pub journal: Option<Arc<Journal>>,
    /// Ends it when cancelled.
    pub cancel: CancellationToken,
    /// Where each document of the context was read from, in their order, for whoever replays the run later; may be shorter.
    pub locations: Vec<Option<String>>,
    /// Answers the searches of its programs; where none is given, they are told to use `grep`.
    pub retriever: Option<Arc<dyn Retriever>>,
}

impl Runner {
    /// Begins with the root model, which also answers sub-calls unless another is given.
    #[must_use]
    pub fn builder(root: Arc<dyn Model>) -> RunnerBuilder {
        RunnerBuilder {
            root,
            sub: None,
            named: BTreeMap::new(),
            fallbacks: Vec::new(),
            root_sampling: Sampling::default(),
            sub_sampling: Sampling::default(),
            limits: Limits::default(),
            prices: None,
            prompts: None,
            scheduler: rlm_scheduler::Settings::default(),
            cache: None,
            echo: Echo::default(),
            run_ahead: RunAhead::default(),
            on_limit: OnLimit::default(),
            constrain: Constrain::default(),
            recursion: Recursion::default(),
            recursive: None,
            by_depth: BTreeMap::new(),
            tokenizer: None,
        }
    }

    /// Returns what each run may use.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Answers a question from a context, with an id and a journal of its own in memory.
    ///
    /// # Errors
    /// [`RunError`] where the run can't begin or go on. A limit, a failing provider and a cancelled run are outcomes.
    pub async fn run(&self, question: &str, context: &Context) -> Result<RunResult, RunError> {
        self.run_with(question, context, RunOptions::default()).await
    }

    /// Answers a question from a context.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_with(
        &self,
        question: &str,
        context: &Context,
        options: RunOptions,
    ) -> Result<RunResult, RunError> {
        let id = match options.id {
            Some(id) => id,
            None => rlm_store::new_run_id(SystemTime::now(), random())?,
        };
        let journal = options
            .journal
            .unwrap_or_else(|| Arc::new(Journal::in_memory(JournalOptions::default())));
        let held = self.constrain.hold(&*self.seats.root.model).await?;
        let retrieval = Retrieval::of(options.retriever);
        let mut started = self.started(&id, question, context, &retrieval, held);
        for (source, location) in started.context.iter_mut().zip(options.locations) {
            source.location = location;
        }
        let begin = Begin {
            journal,
            // A run that fails stops its own calls and nobody else's.
            cancel: options.cancel.child_token(),
            ledger: SharedLedger::new(&self.limits),
            occurrences: Occurrences::default(),
            retrieval,
            held,
            started,
        };
        let mut result = self.begin(question, context, begin).await?;
        result.notes.extend(self.cache_note());
        let limit = match &result.outcome {
            Outcome::Timeout => Some(LimitReached::DeadlineExceeded {
                limit_seconds: self.limits.seconds.unwrap_or_default(),
                elapsed_seconds: self.limits.seconds.unwrap_or_default(),
            }),
            outcome => outcome.limit().cloned(),
        };
        match (self.on_limit, limit) {
            (OnLimit::Error, Some(limit)) => Err(RunError::Limit {
                limit,
                partial: Box::new(result),
            }),
            _ => Ok(result),
        }
    }

    /// Answers a question from a context and returns when that is done: for callers without an async runtime, and, since it
    /// works on a thread of its own, for those that have one but can't await.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`RunError::Runtime`].
    pub fn run_blocking(&self, question: &str, context: &Context, options: RunOptions) -> Result<RunResult, RunError> {
        std::thread::scope(|scope| {
            let run = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|source| RunError::Runtime { source })?;
                runtime.block_on(self.run_with(question, context, options))
            });
            run.join().unwrap_or_else(|_| {
                Err(RunError::Machine {
                    turn: 0,
                    detail: "the run's thread ended without a result".to_owned(),
                })
            })
        })
    }

    pub(crate) async fn begin(&self, question: &str, context: &Context, begin: Begin) -> Result<RunResult, RunError> {
        check(question, context)?;
        count_at_start(context).await;
        let limits = &self.limits;
        if let Some(most) = limits.context_chars {
            let chars = context
                .documents()
                .iter()
                .map(|document| document.chars())
                .fold(0, u64::saturating_add);
            if chars > most {
                return Err(RunError::ContextTooLong { chars, most });
            }
        }
        let (system, first) = self.opening(question, context, begin.retrieval.is_granted(), begin.held)?;
        let run = Run {
            question,
            context,
            prompts: &self.prompts,
            desk: Desk {
                tree: Arc::new(self.tree()),
                path: RunPath::default(),
                grant: GrantId::ROOT,
                context: context.clone(),
                scheduler: self.scheduler.clone(),
                ledger: begin.ledger,
                recorder: recorder(begin.journal),
                cancel: begin.cancel,
                seats: self.seats.clone(),
                sub_system: self.prompts.sub_system()?.into(),
                root_max_output: limits.root_max_output,
                held: begin.held,
                program_form: begin.held.map(Held::form),
                sub_max_output: limits.sub_max_output,
                retrieval: begin.retrieval,
                occurrences: begin.occurrences,
                replies: 0,
                evidence: Evidence::default(),
                last_root: None,
                certain: Certain::default(),
                early: HashMap::new(),
                early_children: HashMap::new(),
            },
            conversation: Conversation::new(system, first),
            machine: None,
            machine_settings: Some(self.machine_settings()),
            tokenizer: self.tokenizer.clone(),
            late_sources: Vec::new(),
            turn: 0,
            steps: limits.steps,
            on_limit: self.on_limit,
            shown_output: self.shown_output(),
            slice: SLICE,
            told_of_answer: false,
        };
        run.carry_out(begin.started).await
    }

    /// Returns what all runs of a tree have in common.
    pub(crate) fn tree(&self) -> Tree {
        Tree {
            prompts: self.prompts.clone(),
            limits: self.limits.clone(),
            recursion: self.recursion,
            machine: self.machine_settings(),
            tokenizer: self.tokenizer.clone(),
            on_limit: self.on_limit,
            slice: SLICE,
        }
    }

    /// Renders the messages that a run's conversation begins with: the system's and the user's.
    pub(crate) fn opening(
        &self,
        question: &str,
        context: &Context,
        search: bool,
        held: Option<Held>,
    ) -> Result<(String, String), RunError> {
        let limits = &self.limits;
        let system = self.prompts.root_system(Limited {
            subcalls: limits.granted_subcalls(),
            child_runs: limits.has_child_runs_below(0),
            shown_output: self.shown_output(),
            steps: limits.steps,
            search,
            programs: ProgramForm::of(held),
        })?;
        let turn = Turn {
            next: 1,
            steps: limits.steps,
        };
        Ok((system, self.prompts.root_first(question, context, turn)?))
    }

    fn shown_output(&self) -> usize {
        usize::try_from(self.limits.shown_output).unwrap_or(usize::MAX)
    }

    /// Returns what a machine may use.
    pub(crate) fn machine_settings(&self) -> rlm_vm::Settings {
        rlm_vm::Settings {
            fuel: self.limits.fuel,
            memory_bytes: usize::try_from(self.limits.memory).unwrap_or(usize::MAX),
            echo: match self.echo {
                Echo::On => rlm_vm::Echo::On,
                Echo::Off => rlm_vm::Echo::Off,
            },
            run_ahead: self.run_ahead,
            chunk_chars: usize::try_from(self.limits.chunk_chars).unwrap_or(usize::MAX),
            ..rlm_vm::Settings::default()
        }
    }

    /// Writes down what the run depends on.
    fn started(
        &self,
        id: &RunId,
        question: &str,
        context: &Context,
        retrieval: &Retrieval,
        held: Option<Held>,
    ) -> RunStarted {
        let Seats {
            root,
            sub,
            named,
            recursive,
            by_depth,
        } = &self.seats;
        let below = recursive.iter().chain(by_depth.values());
        let seats: Vec<&Seat> = [root, sub].into_iter().chain(named.values()).chain(below).collect();
        let classes = [CallClass::Root].into_iter().chain(std::iter::repeat(CallClass::Sub));
        let has_digests = context
            .documents()
            .iter()
            .all(|document| document.file_state().is_none());
        let settings = RunSettings {
            limits: self.limits.clone(),
            root: self.seats.root.sampling.clone(),
            sub: self.seats.sub.sampling.clone(),
            prices: seats.iter().map(|seat| seat.price).collect(),
            windows: match seats.iter().any(|seat| seat.window.is_some()) {
                true => seats.iter().map(|seat| seat.window).collect(),
                false => Vec::new(),
            },
            counters: match seats.iter().any(|seat| seat.counter.is_some()) {
                true => seats
                    .iter()
                    .map(|seat| Some(seat.counter.as_ref()?.name().to_owned()))
                    .collect(),
                false => Vec::new(),
            },
            on_limit: self.on_limit,
            constrained: held.map(|held| held.way),
            recursion: self.recursion,
            recursive_models: recursive.iter().map(|_| 0).chain(by_depth.keys().copied()).collect(),
            model_names: self.seats.named.keys().cloned().collect(),
            echo: self.echo,
            context: has_digests.then(|| context.digest().to_string()),
            form: (!has_digests).then(|| context.form_digest().to_string()),
            without_text: context.without_text().to_vec(),
            search: retrieval.is_granted(),
            tokenizer: self.tokenizer.as_ref().map(|tokenizer| tokenizer.name().to_owned()),
        };
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        RunStarted {
            run: id.clone(),
            rlm: env!("CARGO_PKG_VERSION").into(),
            started: u64::try_from(since_1970.as_millis()).ok().map(Millis),
            question: question.to_owned(),
            settings: settings.to_json(),
            models: classes
                .zip(&seats)
                .map(|(class, seat)| ModelUse {
                    class,
                    identity: seat.model.identity().clone(),
                })
                .collect(),
            context: sources(context),
            templates: self.prompts.templates().to_vec(),
        }
    }

    fn cache_note(&self) -> Option<Note> {
        let status = self.cache.as_ref()?.status();
        match &status {
            CacheStatus::Busy { .. } | CacheStatus::Failed { .. } => Some(Note {
                code: "cache_in_memory".into(),
                text: status.to_string(),
            }),
            CacheStatus::Memory | CacheStatus::Unopened { .. } | CacheStatus::Disk { .. } => None,
        }
    }
}

/// What a run begins with besides its question and its context.
pub(crate) struct Begin {
    pub(crate) journal: Arc<Journal>,
    pub(crate) cancel: CancellationToken,
    pub(crate) ledger: SharedLedger,
    pub(crate) occurrences: Occurrences,
    pub(crate) retrieval: Retrieval,
    /// How the root model is held to the language.
    pub(crate) held: Option<Held>,
    /// What the run depends on.
    pub(crate) started: RunStarted,
}

pub(crate) fn check(question: &str, context: &Context) -> Result<(), RunError> {
    if question.trim().is_empty() {
        return Err(RunError::EmptyQuestion);
    }
    if question.len() > MAX_QUESTION_BYTES {
        return Err(RunError::QuestionTooLong { bytes: question.len() });
    }
    if context.is_empty() {
        return Err(RunError::EmptyContext);
    }
    Ok(())
}

/// Waits, on a thread that may, for what the first message says of mapped files.
async fn count_at_start(context: &Context) {
    let has_more = |document| context.is_counted_at_start(document) && !document.is_counted();
    if context.documents().iter().any(has_more) {
        let context = context.clone();
        // If that thread is lost, whoever needs the counts counts.
        let _ = tokio::task::spawn_blocking(move || context.count_at_start()).await;
    }
    context.digest_ahead();
}

/// Returns a number that differs from run to run; only ids are made of it.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl RunnerBuilder {
    /// Sets the model that answers sub-calls.
    #[must_use]
    pub fn sub_model(mut self, model: Arc<dyn Model>) -> Self {
        self.sub = Some(model);
        self
    }

    /// Adds a model that programs may ask for by name.
    #[must_use]
    pub fn named_model(mut self, name: impl Into<SmolStr>, model: Arc<dyn Model>) -> Self {
        self.named.insert(name.into(), model);
        self
    }

    /// Adds a model that is asked in the place of any other that fails for good; the first one first.
    #[must_use]
    pub fn fallback_model(mut self, model: Arc<dyn Model>) -> Self {
        self.fallbacks.push(model);
        self
    }

    /// Sets how the root model is sampled.
    #[must_use]
    pub fn root_sampling(mut self, sampling: Sampling) -> Self {
        self.root_sampling = sampling;
        self
    }

    /// Sets how sub-models are sampled.
    #[must_use]
    pub fn sub_sampling(mut self, sampling: Sampling) -> Self {
        self.sub_sampling = sampling;
        self
    }

    /// Sets what each run may use.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what models cost; the built-in table where none is given.
    #[must_use]
    pub fn prices(mut self, prices: PriceTable) -> Self {
        self.prices = Some(prices);
        self
    }

    /// Sets the prompts; the built-in ones where none are given.
    #[must_use]
    pub fn prompts(mut self, prompts: Prompts) -> Self {
        self.prompts = Some(prompts);
        self
    }

    /// Sets how calls are made; the number of calls at once is that of the limits.
    #[must_use]
    pub fn scheduling(mut self, settings: rlm_scheduler::Settings) -> Self {
        self.scheduler = settings;
        self
    }

    /// Sets where replies to sub-calls are kept.
    #[must_use]
    pub fn cache(mut self, cache: Arc<Cache>) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Sets whether the value of a program's last line is shown.
    #[must_use]
    pub const fn echo(mut self, echo: Echo) -> Self {
        self.echo = echo;
        self
    }

    /// Sets whether calls leave before a program comes to them.
    #[must_use]
    pub const fn run_ahead(mut self, run_ahead: RunAhead) -> Self {
        self.run_ahead = run_ahead;
        self
    }

    /// Sets what becomes of a run that a limit ends.
    #[must_use]
    pub const fn on_limit(mut self, on_limit: OnLimit) -> Self {
        self.on_limit = on_limit;
        self
    }

    /// Sets whether the root model is held to the language while it writes its programs.
    #[must_use]
    pub const fn constrain(mut self, constrain: Constrain) -> Self {
        self.constrain = constrain;
        self
    }

    /// Sets how runs start child runs.
    #[must_use]
    pub const fn recursion(mut self, recursion: Recursion) -> Self {
        self.recursion = recursion;
        self
    }

    /// Sets the model that writes the programs of child runs; the sub-model where none is given.
    #[must_use]
    pub fn recursive_model(mut self, model: Arc<dyn Model>) -> Self {
        self.recursive = Some(model);
        self
    }

    /// Sets the model that writes the programs of the child runs `depth` levels below the root run, in the place of the recursive
    /// model.
    #[must_use]
    pub fn model_at_depth(mut self, depth: u32, model: Arc<dyn Model>) -> Self {
        self.by_depth.insert(depth.max(1), model);
        self
    }

    /// Sets what programs count and cut texts by when they ask for tokens; these are estimated where nothing is set.
    #[must_use]
    pub fn tokenizer(mut self, tokenizer: Arc<dyn Tokenizer>) -> Self {
        self.tokenizer = Some(tokenizer);
        self
    }

    /// Makes the runner.
    ///
    /// # Errors
    /// [`RunError::Prompt`] and [`RunError::Prices`] where what is built in is broken, which tests keep from happening.
    pub fn build(self) -> Result<Runner, RunError> {
        let prices = self.prices.map_or_else(PriceTable::built_in, Ok)?;
        let prompts = self.prompts.map_or_else(Prompts::built_in, Ok)?;
        let fallbacks: Arc<[Fallback]> = self
            .fallbacks
            .into_iter()
            .map(|model| Fallback {
                price: prices.price_of(&*model),
                model,
            })
            .collect();
        let seat = |model: Arc<dyn Model>, sampling: &Sampling| Seat {
            price: prices.price_of(&*model),
            window: prices.window_of(&*model),
            counter: counter(model.identity(), &self.limits),
            fallbacks: Arc::clone(&fallbacks),
            sampling: sampling.clone(),
            model,
        };
        let sub = self.sub.unwrap_or_else(|| Arc::clone(&self.root));
        let named = self
            .named
            .into_iter()
            .map(|(name, model)| (name, seat(model, &self.sub_sampling)));
        let seats = Seats {
            named: named.collect(),
            recursive: self.recursive.map(|model| seat(model, &self.root_sampling)),
            by_depth: self
                .by_depth
                .into_iter()
                .map(|(depth, model)| (depth, seat(model, &self.root_sampling)))
                .collect(),
            root: seat(self.root, &self.root_sampling),
            sub: seat(sub, &self.sub_sampling),
        };
        Ok(Runner::of(
            seats,
            self.limits,
            prompts,
            self.scheduler,
            self.cache,
            self.echo,
            self.run_ahead,
        )
        .at_limits(self.on_limit)
        .constrained(self.constrain)
        .with_recursion(self.recursion)
        .with_tokenizer(self.tokenizer))
    }
}

impl Runner {
    pub(crate) fn of(
        seats: Seats,
        limits: Limits,
        prompts: Prompts,
        scheduling: rlm_scheduler::Settings,
        cache: Option<Arc<Cache>>,
        echo: Echo,
        run_ahead: RunAhead,
    ) -> Self {
        let scheduling = rlm_scheduler::Settings {
            concurrency: usize::try_from(limits.concurrency).unwrap_or(usize::MAX),
            ..scheduling
        };
        Self {
            seats,
            limits,
            prompts,
            scheduler: Scheduler::new(scheduling, cache.clone()),
            cache,
            echo,
            run_ahead,
            on_limit: OnLimit::default(),
            constrain: Constrain::default(),
            recursion: Recursion::default(),
            tokenizer: None,
        }
    }

    pub(crate) const fn at_limits(mut self, on_limit: OnLimit) -> Self {
        self.on_limit = on_limit;
        self
    }

    const fn constrained(mut self, constrain: Constrain) -> Self {
        self.constrain = constrain;
        self
    }

    pub(crate) const fn with_recursion(mut self, recursion: Recursion) -> Self {
        self.recursion = recursion;
        self
    }

    pub(crate) fn with_tokenizer(mut self, tokenizer: Option<Arc<dyn Tokenizer>>) -> Self {
        self.tokenizer = tokenizer;
        self
    }
}
