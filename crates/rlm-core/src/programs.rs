//! Programs without a root model, over a context, with all that a run's model has: a run whose turns are given.

use std::sync::Arc;

use rlm_calls::Note;
use rlm_context::Context;
use rlm_model::{CallId, ModelError, RunId, SourceRange};
use rlm_policy::{GrantId, Ledger, Limits, Remaining, Spend};
use rlm_prompt::Conversation;
use rlm_settings::ModelRoles;
use rlm_trace::{Change, Event, Journal, Prompts as RecordedPrompts, RunStarted, Totals, unreached};
use sift_syntax::Diagnostic;
use sift_text::{SourceId, Text};
use sift_vm::{Limit, RaisedError, Variable};
use tokio_util::sync::CancellationToken;

use crate::error::RunError;
use crate::result::RunResult;
use crate::run::Run;
use crate::runner::{RunOptions, Runner};

/// Programs that run one after the other and share their variables. Their calls are made as those of a run are, and written down as it
/// does: each program is a turn of a run that no root model is asked in, which can be traced and replayed like any other.
///
/// ```
/// use std::sync::Arc;
/// use rlm_adapters::FakeModel;
/// use rlm_context::Context;
/// use rlm_core::{RunOptions, Runner};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = FakeModel::new([""; 0]).rule("Whose code?", "the vault's");
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let context = Context::from_text("The vault code is 7-4-1.");
/// let mut programs = runner.programs("", &context, RunOptions::default())?;
/// programs.run("at = context.find('code')").await?;
/// let step = programs.run("print(at, llm_query('Whose code? ' + context[:at]))").await?;
/// assert_eq!(step.printed, "10 the vault's\n");
/// assert_eq!(programs.end().await?.totals.turns, 2);
/// # Ok::<(), rlm_core::RunError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Programs {
    run: Run,
    id: RunId,
    /// Ends all of them.
    cancel: CancellationToken,
    /// The last final answer.
    answer: Option<Text>,
}

/// What became of one of the programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramStep {
    /// What it printed; the value of its last line with it, where that is shown.
    pub printed: String,
    /// How it ended.
    pub end: StepEnd,
    /// The final answer, where this program gave it.
    pub answer: Option<String>,
    /// What else whoever gave it should know, a sentence each: what was read otherwise than written, sub-calls that failed and were not
    /// looked at, which limit it met.
    pub notes: Vec<String>,
    /// Units of fuel that it used.
    pub fuel: u64,
    /// Nominal bytes of live values at its end, at most.
    pub memory_bytes: u64,
}

/// How one of the programs ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepEnd {
    /// It ran to its last line, or gave the final answer.
    Done,
    /// It was refused before its first step.
    Refused(Vec<Diagnostic>),
    /// It raised what nothing caught.
    Raised(RaisedError),
    /// It met a limit of the machine.
    Limit(Limit),
    /// It was stopped since a model's server was out for too long.
    Outage(ModelError),
    /// It was cancelled, or its time was over.
    Stopped,
}

impl ProgramStep {
    /// What became of a program that never began.
    pub(crate) const fn not_run(end: StepEnd) -> Self {
        Self {
            printed: String::new(),
            end,
            answer: None,
            notes: Vec::new(),
            fuel: 0,
            memory_bytes: 0,
        }
    }
}

impl Runner {
    /// Makes ready for programs over a context. No root model is asked; sub-calls go to the sub-model, child runs to those of the runner,
    /// under its limits, of which that of turns is for child runs alone.
    ///
    /// # Errors
    /// [`RunError::Prompt`] where the sub-calls' prompt is broken, [`RunError::Journal`] where the journal can't be written,
    /// [`RunError::Context`] where a mapped file was changed.
    pub fn programs(&self, query: &str, context: &Context, options: RunOptions) -> Result<Programs, RunError> {
        let mut inputs = self.inputs_of(query, context, options, None)?;
        record_supplied_from(&mut inputs.started, 1);
        let started = inputs.started.clone();
        // Nobody is sent any messages.
        let mut run = self.with_conversation(query, context, inputs, Conversation::with_opening(Vec::new()))?;
        run.make_machine_at_once()?;
        Programs::begin(run, started)
    }
}

/// Says in a run's settings from which turn on its programs are given.
pub(crate) fn record_supplied_from(started: &mut RunStarted, turn: u32) {
    started.settings.insert("given_from".to_owned(), turn.into());
}

impl Programs {
    /// Begins with a run of which nothing is written.
    pub(crate) fn begin(mut run: Run, started: RunStarted) -> Result<Self, RunError> {
        let (id, cancel) = (started.run.clone(), run.dispatcher.cancel.clone());
        run.start(started)?;
        Ok(Self {
            run,
            id,
            cancel,
            answer: None,
        })
    }

    /// Runs a program to whatever end. What it bound stays bound for the next one.
    ///
    /// # Errors
    /// [`RunError::Machine`] where the machine was lost, [`RunError::Journal`] where what happens can't be written down,
    /// [`RunError::Context`] where a mapped file was changed; limits and raised exceptions are ends.
    pub async fn run(&mut self, source: &str) -> Result<ProgramStep, RunError> {
        self.run_until(source, self.cancel.child_token()).await
    }

    /// Runs a program until it ends, or until `cancel` stops it: what it bound by then stays bound, and the next one has a token of its own.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner, StepEnd};
    /// # use tokio_util::sync::CancellationToken;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
    /// let mut programs = runner.programs("", &Context::from_text("a b c"), RunOptions::default())?;
    /// programs.run("words = P.split()").await?;
    ///
    /// let cancel = CancellationToken::new();
    /// cancel.cancel(); // by Ctrl-C, say
    /// let stopped = programs.run_until("while True: pass", cancel).await?;
    /// assert_eq!(stopped.end, StepEnd::Stopped);
    /// assert_eq!(programs.run("len(words)").await?.printed.trim_end(), "3");
    /// # Ok::<(), rlm_core::RunError>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn run_until(&mut self, source: &str, cancel: CancellationToken) -> Result<ProgramStep, RunError> {
        self.run.dispatcher.cancel = cancel;
        let (step, answer) = self.run.run_supplied(source).await?;
        if answer.is_some() {
            self.answer = answer;
        }
        Ok(step)
    }

    /// Ends the run: writes its outcome, with the last final answer that a program gave, where one did, and its citations.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub async fn end(mut self) -> Result<RunResult, RunError> {
        self.run.dispatcher.cancel = self.cancel;
        self.run.end_supplied(self.id, self.answer).await
    }

    /// Lets the calls from the next program on go to the models of another runner, within its limits of tokens, cost and calls, of which
    /// what was spent so far is used. The journal says so.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub fn go_on_with(&mut self, runner: &Runner) -> Result<(), RunError> {
        self.change(
            &runner.change_to(self.run.turn.saturating_add(1)),
            Some(runner.roles.clone()),
        )
    }

    /// Applies a change that a journal records; `roles` are the models that it names, if it names any.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub fn change(&mut self, change: &Change, roles: Option<ModelRoles>) -> Result<(), RunError> {
        self.run.record(Event::Changed(Box::new(change.clone())))?;
        if let Some(roles) = roles {
            self.run.dispatcher.roles = roles;
        }
        if let Some(limits) = change.limits.clone()
            // One that can't be read was written by another release; its limits are not held against what is replayed.
            && let Ok(limits) = serde_json::from_value::<Limits>(serde_json::Value::Object(limits))
        {
            self.run.dispatcher.tree.ledger.go_on(&limits, &Spend::default());
        }
        Ok(())
    }

    /// Carries a run that began otherwise to the turn from which on programs are given.
    pub(crate) async fn run_up_to(&mut self, turn: u32) -> Result<(), RunError> {
        self.run.run_up_to(turn).await
    }

    /// Runs a program of a recorded run. `stopped_at` is the fuel that it had used when it was stopped, if it was.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub async fn run_again(&mut self, source: &str, stopped_at: Option<u64>) -> Result<(), RunError> {
        self.run.stops_at = stopped_at;
        let ran = self.run(source).await;
        self.run.stops_at = None;
        ran.map(drop)
    }

    /// Returns the run's id.
    #[must_use]
    pub const fn id(&self) -> &RunId {
        &self.id
    }

    /// Returns the journal that is written.
    #[must_use]
    pub fn journal(&self) -> &Arc<Journal> {
        self.run.dispatcher.tree.recorder.journal()
    }

    /// Returns how many programs there were, those of a root model included whose run was gone on with.
    #[must_use]
    pub const fn turns(&self) -> u32 {
        self.run.turn
    }

    /// Returns the variables that programs have bound, by name.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        self.run.variables()
    }

    /// Returns `str` of a variable; none if nothing binds the name, or its text would be too large. To look changes nothing.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
    /// let mut programs = runner.programs("", &Context::from_text("a b c"), RunOptions::default())?;
    /// programs.run("words = P.split()").await?;
    /// let text = programs.look_at("words").expect("it is bound");
    /// assert_eq!(text.to_flat().as_deref(), Ok("['a', 'b', 'c']"));
    /// assert!(programs.look_at("sentences").is_none());
    /// # Ok::<(), rlm_core::RunError>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn look_at(&mut self, name: &str) -> Option<Text> {
        self.run.look_at(name)
    }

    /// Returns what the run may still use.
    #[must_use]
    pub fn left(&self) -> Option<Remaining> {
        self.run.dispatcher.tree.ledger.left(GrantId::ROOT)
    }

    /// Returns what is counted against its limits.
    #[must_use]
    pub fn spent(&self) -> Spend {
        self.run.dispatcher.tree.ledger.read(Ledger::spent)
    }

    /// Returns what it took so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.run.dispatcher.tree.recorder.totals()
    }

    /// Returns the prompts of all calls that programs have made so far, in canonical order: programs in order, and within each as
    /// it made them. None are known of a journal in a file.
    #[must_use]
    pub fn calls(&self) -> Vec<(CallId, String)> {
        let records = self.journal().records().unwrap_or_default();
        let prompts = RecordedPrompts::of(records.iter().map(|record| &**record));
        let resolve = |range: SourceRange| {
            let bytes = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
            let context = &self.run.dispatcher.tree.context;
            Some(context.document(SourceId(range.source))?.as_str().get(bytes)?.into())
        };
        let unreached = unreached(records.iter().map(|record| &**record));
        let issued = records.iter().filter_map(|record| match &record.event {
            Event::Issued(call) => Some(&call.id).filter(|id| !unreached.contains(id)),
            _ => None,
        });
        let mut calls: Vec<(CallId, String)> = issued
            .filter_map(|id| {
                let request = prompts.request(id, &resolve).ok()?;
                Some((id.clone(), request.messages.last()?.content()))
            })
            .collect();
        calls.sort_by(|(a, _), (b, _)| a.cmp(b));
        calls
    }

    /// Returns what a person should know about how they went so far.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        self.run.dispatcher.tree.recorder.notes()
    }
}
