//! Runs programs that the caller supplies over a context, without a root model.

use std::sync::Arc;

use rlm_calls::ResultNote;
use rlm_context::Context;
use rlm_model::{CallId, ModelError, RunId, SourceRange};
use rlm_policy::{GrantId, Ledger, Limits, Remaining, Spend};
use rlm_prompt::Conversation;
use rlm_settings::ModelRoles;
use rlm_trace::{Change, Event, Journal, RecordedPrompts, RunStarted, Totals, unreached};
use sift_syntax::Diagnostic;
use sift_text::{SourceId, Text};
use sift_vm::{Limit, RaisedError, Variable};
use tokio_util::sync::CancellationToken;

use crate::error::RunError;
use crate::result::RunResult;
use crate::run::Run;
use crate::runner::{RunOptions, Runner};

/// A run whose programs are supplied by the caller, one after the other, with shared variables.
/// Each program is a turn of a run without a root model. Its calls are made and recorded as in any
/// other run, which can be traced and replayed.
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
    /// The token that ends the run when cancelled.
    cancel: CancellationToken,
    /// The most recent final answer that a program gave.
    answer: Option<Text>,
}

/// The result of one program that the caller supplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramStep {
    /// The text that the program printed, followed by the value of its last line if echo is on.
    pub printed: String,
    /// The way in which the program ended.
    pub end: StepEnd,
    /// The final answer, if this program gave one.
    pub answer: Option<String>,
    /// Notes for the caller, a sentence each. They report compiler warnings, failed sub-calls whose
    /// replies were not used, and the limit that the program reached.
    pub notes: Vec<String>,
    /// The units of fuel (executed work) that the program used.
    pub fuel: u64,
    /// The maximum nominal bytes of live values up to the end of the program.
    pub memory_bytes: u64,
}

/// The way in which a supplied program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepEnd {
    /// The program ran to its last line, or gave the final answer.
    Done,
    /// The compiler rejected the program.
    Refused(Vec<Diagnostic>),
    /// The program raised an uncaught exception.
    Raised(RaisedError),
    /// The program reached a limit of the virtual machine, such as fuel or memory.
    Limit(Limit),
    /// An outage of a model's server stopped the program.
    Outage(ModelError),
    /// The program was cancelled, or the run was out of time.
    Stopped,
}

impl ProgramStep {
    /// Returns the step of a program that never started.
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
    /// Starts a run for programs over a context. No root model is called; sub-calls and child runs
    /// use the models of the runner, within its limits. The limit of turns applies only to child
    /// runs.
    ///
    /// # Errors
    /// [`RunError::ContextTooLong`], [`RunError::Prompt`] if the prompt of sub-calls is invalid,
    /// [`RunError::Journal`] if the journal can't be written, [`RunError::Context`] if a mapped file
    /// was changed.
    pub fn programs(&self, query: &str, context: &Context, options: RunOptions) -> Result<Programs, RunError> {
        self.check_context(context)?;
        let mut inputs = self.inputs_of(query, context, options, None)?;
        record_supplied_from(&mut inputs.started, 1);
        let started = inputs.started.clone();
        // No root model is called, so there are no first messages.
        let mut run = self.with_conversation(query, context, inputs, Conversation::with_opening(Vec::new()))?;
        run.make_machine_at_once()?;
        Programs::begin(run, started)
    }
}

/// Records in the settings of a run's first event the turn from which on the caller supplies the
/// programs.
pub(crate) fn record_supplied_from(started: &mut RunStarted, turn: u32) {
    started.settings.insert("given_from".to_owned(), turn.into());
}

impl Programs {
    /// Starts a run and writes its first event.
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

    /// Runs a program to its end. Its variables stay bound for the next program.
    ///
    /// # Errors
    /// [`RunError::Machine`] if the machine was lost, [`RunError::Journal`] if an event can't be
    /// written, [`RunError::Context`] if a mapped file was changed. Limits and raised exceptions
    /// are ends, not errors.
    pub async fn run(&mut self, source: &str) -> Result<ProgramStep, RunError> {
        self.run_until(source, self.cancel.child_token()).await
    }

    /// Runs a program until it ends or `cancel` is cancelled. Its variables stay bound, also if it
    /// is cancelled. The token applies only to this program.
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

    /// Ends the run. Records its outcome with the last final answer of a program, if any, and its
    /// citations.
    pub async fn end(mut self) -> Result<RunResult, RunError> {
        self.run.dispatcher.cancel = self.cancel;
        self.run.end_supplied(self.id, self.answer).await
    }

    /// Switches to the models and limits of another runner from the next program on. The spending
    /// so far counts against the new limits of tokens, cost and calls. The change is recorded.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub fn switch_runner(&mut self, runner: &Runner) -> Result<(), RunError> {
        self.change(
            &runner.change_to(self.run.turn.saturating_add(1)),
            Some(runner.roles.clone()),
        )
    }

    /// Applies a recorded change of models or limits. `roles` are the models that the change names,
    /// if any.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub fn change(&mut self, change: &Change, roles: Option<ModelRoles>) -> Result<(), RunError> {
        self.run.record(Event::Changed(Box::new(change.clone())))?;
        if let Some(roles) = roles {
            self.run.dispatcher.roles = roles;
        }
        if let Some(limits) = change.limits.clone()
            // Limits that can't be parsed were written by another release. A replay does not need
            // them.
            && let Ok(limits) = serde_json::from_value::<Limits>(serde_json::Value::Object(limits))
        {
            self.run
                .dispatcher
                .tree
                .ledger
                .continue_with(&limits, &Spend::default());
        }
        Ok(())
    }

    /// Re-executes the turns before the first program that the caller supplies.
    pub(crate) async fn run_up_to(&mut self, turn: u32) -> Result<(), RunError> {
        self.run.run_up_to(turn).await
    }

    /// Re-executes a program of a recorded run. `stopped_at` is the fuel at which the user
    /// cancelled the program, if any.
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

    /// Returns the journal of the run.
    #[must_use]
    pub fn journal(&self) -> &Arc<Journal> {
        self.run.dispatcher.tree.recorder.journal()
    }

    /// Returns the number of programs run so far, including those of the root model of a resumed
    /// run.
    #[must_use]
    pub const fn turns(&self) -> u32 {
        self.run.turn
    }

    /// Returns the variables that programs have bound, by name.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        self.run.variables()
    }

    /// Returns the `str` form of a variable, or `None` if the name is unbound or the text would be
    /// too large. Has no side effects.
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

    /// Returns the remaining budget of the run.
    #[must_use]
    pub fn left(&self) -> Option<Remaining> {
        self.run.dispatcher.tree.ledger.left(GrantId::ROOT)
    }

    /// Returns the spending that counts against the limits.
    #[must_use]
    pub fn spent(&self) -> Spend {
        self.run.dispatcher.tree.ledger.read(Ledger::spent)
    }

    /// Returns the run's totals of calls, tokens and cost so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.run.dispatcher.tree.recorder.totals()
    }

    /// Returns the prompts of all calls of programs so far, in program order. Empty if the journal
    /// is in a file.
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

    /// Returns the notes of the run so far.
    #[must_use]
    pub fn notes(&self) -> Vec<ResultNote> {
        self.run.dispatcher.tree.recorder.notes()
    }
}
