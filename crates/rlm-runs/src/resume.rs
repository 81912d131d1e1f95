//! Resumes a run whose process ended, or that was ended by a limit, an outage or a cancellation.
//!
//! The run is replayed from its first turn. Recorded events are compared and not written again, and
//! calls with recorded results are not sent. From the first call without a result on, the run
//! continues in the same journal.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rlm_calls::Purpose;
use rlm_context::Context;
use rlm_core::{EffectsInDoubt, ResultNote, RunError, RunResult, RunSettings, Runner, rerun::Rerun};
use rlm_model::{CallId, Money, RunPath, Tokens};
use rlm_policy::{Ledger, Limits};
use rlm_retrieval::Retriever;
use rlm_scheduler::SharedLedger;
use rlm_trace::{
    Change, DiscardExtent, Event, Journal, JournalOptions, Millis, RecordedRun, ReplayIndex, Resumed, RunEnded,
    RunStarted, Totals, discarded_lines, outcome,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::error::ReplayError;
use crate::models::{changes, overrides, same_models};
use crate::recorded::{compare_context, limits_of, settings_of, started_of, with_quotes};

/// A run that can be resumed: its journal, locked against other writers, and the recorded events.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_runs::{RaisedLimits, ResumeOptions, UnfinishedRun, resume};
/// # use rlm_policy::{Limits, OnLimit};
/// # use rlm_trace::{Journal, JournalOptions};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("journal.jsonl");
/// let context = Context::from_text("The vault code is 7-4-1.");
/// let journal = Some(Arc::new(Journal::create(&path, JournalOptions::default())?));
/// let model = FakeModel::new(["```repl\nat = P.find('code')\n```", "```repl\nFINAL(P[at + 8:at + 13])\n```"]);
/// let runner = Runner::builder(Arc::new(model))
///     .limits(Limits { steps: 1, ..Limits::default() })
///     .on_limit(OnLimit::Error)
///     .build()?;
/// // The only step does not answer.
/// assert!(runner.run_blocking("What is it?", &context, RunOptions { journal, ..RunOptions::default() }).is_err());
///
/// let run = UnfinishedRun::open(&path, JournalOptions::default())?;
/// assert_eq!(run.limits()?.steps, 1);
/// let limits = RaisedLimits { steps: Some(2), ..RaisedLimits::default() };
/// let options = ResumeOptions { limits, ..ResumeOptions::default() };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let result = resume(&runner, run, &context, options).await?;
/// assert_eq!((result.answer.as_deref(), result.totals.turns), (Some("7-4-1"), 2));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct UnfinishedRun {
    journal: Arc<Journal>,
    recorded: RecordedRun,
}

/// The options of a resumed run.
#[derive(Debug, Default)]
pub struct ResumeOptions {
    /// Limits that replace those of the journal.
    pub limits: RaisedLimits,
    /// Ends the run when cancelled.
    pub cancel: CancellationToken,
    /// Answers the searches of programs.
    pub retriever: Option<Arc<dyn Retriever>>,
    /// How to handle calls of tools with effects that were in flight when the process ended.
    pub effects_in_doubt: EffectsInDoubt,
}

/// Limits that replace those of a recorded run. `None` keeps the recorded limit. The limits include
/// what the run has already used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RaisedLimits {
    /// The maximum number of turns of the root run.
    pub steps: Option<u32>,
    /// The maximum number of turns of a child run.
    pub child_steps: Option<u32>,
    /// The maximum number of sub-calls of the whole tree of runs.
    pub subcalls: Option<u32>,
    /// The maximum number of tokens of the whole tree.
    pub tokens: Option<Tokens>,
    /// The maximum number of tokens of sub-calls and child runs.
    pub subcall_tokens: Option<Tokens>,
    /// The maximum number of input tokens of the whole tree.
    pub input_tokens: Option<Tokens>,
    /// The maximum number of output tokens of the whole tree.
    pub output_tokens: Option<Tokens>,
    /// The maximum cost of the whole tree.
    pub cost: Option<Money>,
    /// The maximum number of seconds of the run, summed over all processes that have executed it.
    /// `Some(None)` removes the limit.
    pub seconds: Option<Option<u64>>,
    /// The maximum number of retries.
    pub retries: Option<u32>,
}

impl RaisedLimits {
    /// Returns `limits` with the values that are set here.
    ///
    /// ```
    /// # use rlm_runs::RaisedLimits;
    /// # use rlm_policy::Limits;
    /// let raised = RaisedLimits { steps: Some(50), ..RaisedLimits::default() };
    /// let limits = raised.over(&Limits { steps: 20, subcalls: 7, ..Limits::default() });
    /// assert_eq!((limits.steps, limits.subcalls), (50, 7));
    /// ```
    #[must_use]
    pub fn over(&self, limits: &Limits) -> Limits {
        Limits {
            steps: self.steps.unwrap_or(limits.steps),
            child_steps: self.child_steps.unwrap_or(limits.child_steps),
            subcalls: self.subcalls.unwrap_or(limits.subcalls),
            tokens: self.tokens.or(limits.tokens),
            subcall_tokens: self.subcall_tokens.or(limits.subcall_tokens),
            input_tokens: self.input_tokens.or(limits.input_tokens),
            output_tokens: self.output_tokens.or(limits.output_tokens),
            cost: self.cost.or(limits.cost),
            seconds: self.seconds.unwrap_or(limits.seconds),
            retries: self.retries.unwrap_or(limits.retries),
            ..limits.clone()
        }
    }
}

impl UnfinishedRun {
    /// Opens and locks the journal of a run to resume it. A truncated last line is removed.
    ///
    /// # Errors
    /// [`ReplayError::Open`] if it can't be read or written, was altered, or is locked by another
    /// process; [`ReplayError::NoStart`] if it is empty.
    pub fn open(journal: impl AsRef<Path>, options: JournalOptions) -> Result<Self, ReplayError> {
        let (journal, recorded) = Journal::resume(journal, options)?;
        Self::of_journal(journal, recorded)
    }

    /// Returns the run of a journal that was opened to append to it.
    ///
    /// # Errors
    /// [`ReplayError::NoStart`] if it is empty.
    pub fn of_journal(journal: Journal, recorded: RecordedRun) -> Result<Self, ReplayError> {
        started_of(&recorded)?;
        Ok(Self {
            journal: Arc::new(journal),
            recorded,
        })
    }

    /// Returns the journal, for subscriptions to later events.
    #[must_use]
    pub const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Returns the contents that the journal had when it was opened.
    #[must_use]
    pub const fn recorded(&self) -> &RecordedRun {
        &self.recorded
    }

    /// Returns the start of the run.
    ///
    /// # Errors
    /// [`ReplayError::NoStart`], which can't occur after [`open`](Self::open).
    pub fn started(&self) -> Result<&RunStarted, ReplayError> {
        started_of(&self.recorded)
    }

    /// Returns the end of the run, if it has ended.
    #[must_use]
    pub fn ended(&self) -> Option<&RunEnded> {
        outcome(&self.recorded.records)
    }

    /// Returns the limits of the run: the original ones, or those of its last resumption.
    ///
    /// # Errors
    /// [`ReplayError::Settings`] if the journal's settings can't be read.
    pub fn limits(&self) -> Result<Limits, ReplayError> {
        let mut limits = settings_of(self.started()?)?.limits;
        for (change, _) in changes(&self.recorded) {
            limits = limits_of(&change)?.unwrap_or(limits);
        }
        Ok(limits)
    }

    /// Checks that the run can continue with these limits.
    ///
    /// # Errors
    /// [`ReplayError::Complete`], [`ReplayError::StillLimited`], [`ReplayError::ToolFailed`];
    /// [`ReplayError::Settings`] if the journal's settings can't be read.
    pub fn check_end(&self, limits: &RaisedLimits) -> Result<(), ReplayError> {
        let recorded = self.limits()?;
        check_end(&self.recorded, limits.over(&recorded) != recorded)
    }
}

/// Resumes a run. Question, settings, prompts and prices come from its journal; the models and
/// tools of the runner and the context must be those of the run.
///
/// Calls whose results the journal holds are not sent again. Calls that were in flight when the
/// process ended are in doubt: their reservation counts as spent, and they are sent again when the
/// run reaches them. Calls of tools without effects are repeated, too;
/// [`ResumeOptions::effects_in_doubt`] decides on the others. Tools keep their permissions.
///
/// # Errors
/// [`ReplayError::Complete`], [`ReplayError::StillLimited`], [`ReplayError::OtherModel`],
/// [`ReplayError::Tools`], [`ReplayError::Context`], [`ReplayError::Settings`]: nothing is written.
/// [`ReplayError::Run`] if the run can't continue, or differs from its journal.
pub async fn resume(
    runner: &Runner,
    run: UnfinishedRun,
    context: &Context,
    options: ResumeOptions,
) -> Result<RunResult, ReplayError> {
    let limits = run.limits()?;
    let UnfinishedRun { journal, recorded } = run;
    let started = started_of(&recorded)?.clone();
    compare_context(&recorded, &started, context)?;
    let mut recorded = with_quotes(&recorded, context)?.into_owned();
    let settings = settings_of(&started)?;
    let context = &context.clone().with_without_text(settings.without_text.clone());
    if let Some(from) = settings.given_from {
        return Err(ReplayError::Given { from });
    }
    let own = same_models(runner, &started, &settings)?;
    runner.settings().tools.compare(&settings.tools)?;
    let raised = options.limits.over(&limits);
    check_end(&recorded, limits != raised)?;

    let resumed = going_on(&recorded, &raised, limits != raised);
    let note = in_doubt_note(&resumed.in_doubt);
    let record = journal
        .write(Event::Resumed(Box::new(resumed)))
        .map_err(RunError::from)?;
    recorded.records.push((*record).clone());
    let note = note.map(|text| ResultNote {
        code: "calls_in_doubt".into(),
        text,
    });
    let rerun = Rerun {
        purpose: Purpose::Resume(options.effects_in_doubt),
        recorded: &recorded,
        overrides: overrides(&changes(&recorded), own.prompts())?,
        constrained: settings.constrained,
        session: settings.session.clone(),
        search: settings.search,
        retriever: options.retriever,
        journal,
        notes: note.into_iter().collect(),
        ledger: ledger(&recorded, &settings, &raised),
        cancel: options.cancel.child_token(),
        started: started.clone(),
    };
    let result = own.rerun(&started.question, context, rerun).await?;
    Ok(own.hand_over(result)?)
}

/// Checks that the end of a run, if any, allows resuming it.
pub(crate) fn check_end(recorded: &RecordedRun, is_raised: bool) -> Result<(), ReplayError> {
    let Some(ended) = outcome(&recorded.records) else {
        return Ok(());
    };
    let detail = || ended.message.clone().unwrap_or_else(|| ended.outcome.to_string());
    match ended.outcome.as_str() {
        "complete" => Err(ReplayError::Complete),
        "tool_error" => Err(ReplayError::ToolFailed { detail: detail() }),
        "partial" | "budget_exceeded" | "timeout" if !is_raised => Err(ReplayError::StillLimited { detail: detail() }),
        _ => Ok(()),
    }
}

/// Returns the event of a resumption, with the discarded lines and the change of settings.
fn going_on(recorded: &RecordedRun, limits: &Limits, is_raised: bool) -> Resumed {
    let extent = match is_raised {
        true => DiscardExtent::Limits,
        false => DiscardExtent::EndsAlone,
    };
    let taken_back = discarded_lines(&recorded.records, extent);
    let left: Vec<_> = recorded
        .records
        .iter()
        .filter(|record| !taken_back.contains(&record.line))
        .collect();
    let in_doubt = ReplayIndex::of(left.iter().copied()).in_doubt().cloned().collect();
    let turns = rlm_trace::in_force(left)
        .into_iter()
        .filter_map(|record| match &record.event {
            Event::TurnStarted(turn) if turn.run == RunPath::default() => Some(turn.turn),
            _ => None,
        });
    let next = turns.max().unwrap_or_default().saturating_add(1);
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Resumed {
        rlm: env!("CARGO_PKG_VERSION").into(),
        started: u64::try_from(since_1970.as_millis()).ok().map(Millis),
        in_doubt,
        taken_back,
        change: is_raised.then(|| Change {
            turn: next,
            limits: match serde_json::to_value(limits) {
                Ok(Value::Object(limits)) => Some(limits),
                // Limits can always be serialized as JSON.
                Ok(_) | Err(_) => None,
            },
            templates: Vec::new(),
            models: None,
        }),
    }
}

fn in_doubt_note(in_doubt: &[CallId]) -> Option<String> {
    match in_doubt {
        [] => None,
        [one] => Some(format!(
            "call {one} was in flight when the run was interrupted: its reserved amount counts as spent"
        )),
        [first, ..] => Some(format!(
            "{} calls, from {first} on, were in flight when the run was interrupted: their reserved amounts count as spent",
            in_doubt.len()
        )),
    }
}

/// Creates the ledger of a resumed run. It starts with the original limits, which are raised at the
/// turn where the run continues. Only the time limit is the new one from the start.
fn ledger(recorded: &RecordedRun, settings: &RunSettings, raised: &Limits) -> SharedLedger {
    let mut ledger = Ledger::new(&Limits {
        seconds: raised.seconds,
        ..settings.limits.clone()
    });
    let mut elapsed = Duration::ZERO;
    if let Some(Millis(millis)) = Totals::of(&recorded.records).elapsed {
        elapsed = Duration::from_millis(millis);
    }
    for event in recorded.events() {
        if matches!(event, Event::AttemptFailed(failed) if failed.wait.is_some()) {
            let _ = ledger.take_retry();
        }
    }
    SharedLedger::resumed(ledger, elapsed)
}
