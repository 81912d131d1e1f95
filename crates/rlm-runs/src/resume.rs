//! Going on with a run whose process ended, or that was ended by a limit, an outage, or a person.
//!
//! The run is carried out again from its first turn, as in a replay: what its programs come to that the journal holds is compared with it and
//! not written again, and calls whose ends it holds are not sent. From the first call without one it goes on, in the same journal: it is the
//! same run, and whoever looks for it finds all of it in one place.

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
    Change, Event, Journal, JournalOptions, Millis, RecordedRun, ReplayIndex, Resumed, RunEnded, RunStarted, TakenBack,
    Totals, outcome, taken_back,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::error::ReplayError;
use crate::models::{changes, overrides, same_models};
use crate::recorded::{compare_context, limits_of, settings_of, started_of, with_quotes};

/// A run that can be gone on with: its journal, which nobody else can write to meanwhile, and what it holds.
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

/// How a run is gone on with.
#[derive(Debug, Default)]
pub struct ResumeOptions {
    /// What it may use from now on where that is not what it began with.
    pub limits: RaisedLimits,
    /// Ends it when cancelled.
    pub cancel: CancellationToken,
    /// Answers the searches of its programs.
    pub retriever: Option<Arc<dyn Retriever>>,
    /// How to handle calls of tools with effects that were under way when the process ended.
    pub effects_in_doubt: EffectsInDoubt,
}

/// Limits that take the place of those of a recorded run. What is left out stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RaisedLimits {
    /// The turns of the root run, those that it has taken included.
    pub steps: Option<u32>,
    /// The turns of a child run.
    pub child_steps: Option<u32>,
    /// The sub-calls of the whole tree of runs, those that were made included.
    pub subcalls: Option<u32>,
    /// The tokens of the whole tree, those that were used included.
    pub tokens: Option<Tokens>,
    /// The tokens of sub-calls and child runs, those that were used included.
    pub subcall_tokens: Option<Tokens>,
    /// The output tokens of the whole tree, those that were used included.
    pub output_tokens: Option<Tokens>,
    /// The cost of the whole tree, what was spent included.
    pub cost: Option<Money>,
    /// The seconds, those included that it has taken while its processes lived; inside, none for no limit.
    pub seconds: Option<Option<u64>>,
    /// The attempts that may be made again.
    pub retries: Option<u32>,
}

impl RaisedLimits {
    /// Returns limits with these in their place.
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
            output_tokens: self.output_tokens.or(limits.output_tokens),
            cost: self.cost.or(limits.cost),
            seconds: self.seconds.unwrap_or(limits.seconds),
            retries: self.retries.unwrap_or(limits.retries),
            ..limits.clone()
        }
    }
}

impl UnfinishedRun {
    /// Opens a run's journal to go on with it. A torn last line is cut off.
    ///
    /// # Errors
    /// [`ReplayError::Open`] where it can't be read or written, was altered, or belongs to a process that lives;
    /// [`ReplayError::NoStart`] where it holds nothing.
    pub fn open(journal: impl AsRef<Path>, options: JournalOptions) -> Result<Self, ReplayError> {
        let (journal, recorded) = Journal::resume(journal, options)?;
        started_of(&recorded)?;
        Ok(Self {
            journal: Arc::new(journal),
            recorded,
        })
    }

    /// Returns the journal, to follow what is written to it from now on.
    #[must_use]
    pub const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Returns what the journal held when it was opened.
    #[must_use]
    pub const fn recorded(&self) -> &RecordedRun {
        &self.recorded
    }

    /// Returns how the run began.
    ///
    /// # Errors
    /// None that [`open`](Self::open) has not told.
    pub fn started(&self) -> Result<&RunStarted, ReplayError> {
        started_of(&self.recorded)
    }

    /// Returns how the run ended, where it did.
    #[must_use]
    pub fn ended(&self) -> Option<&RunEnded> {
        outcome(&self.recorded.records)
    }

    /// Returns what the run may use: as it began, or as it was gone on with last.
    ///
    /// # Errors
    /// [`ReplayError::Settings`] where the journal's settings can't be read.
    pub fn limits(&self) -> Result<Limits, ReplayError> {
        let mut limits = settings_of(self.started()?)?.limits;
        for (change, _) in changes(&self.recorded) {
            limits = limits_of(&change)?.unwrap_or(limits);
        }
        Ok(limits)
    }
}

/// Goes on with a run: its question, settings, prompts and prices are those of its journal, its models must be those that this runner has,
/// and the context must be the same.
///
/// A call whose end the journal holds is not sent again. Calls that were in flight when the process ended are in doubt: what was reserved
/// for them counts as spent, and they are sent again when the run comes to them. So are calls of tools that only look; what becomes of
/// those with effects, the options say. The tools must be those of the run, and are granted what they were.
///
/// # Errors
/// [`ReplayError::Complete`], [`ReplayError::StillLimited`], [`ReplayError::OtherModel`], [`ReplayError::Tools`], [`ReplayError::Context`],
/// [`ReplayError::Settings`]: nothing is written then. [`ReplayError::Run`] where the run can't go on, as for a run that begins; among them
/// that it goes otherwise than its journal says.
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

/// Checks that there is something to go on with.
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

/// Says what going on with a run takes back and changes.
fn going_on(recorded: &RecordedRun, limits: &Limits, is_raised: bool) -> Resumed {
    let extent = match is_raised {
        true => TakenBack::Limits,
        false => TakenBack::EndsAlone,
    };
    let taken_back = taken_back(&recorded.records, extent);
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
                // Limits always have a JSON form.
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
            "call {one} was in flight when the run was interrupted: what was reserved for it counts as spent"
        )),
        [first, ..] => Some(format!(
            "{} calls were in flight when the run was interrupted, {first} first: what was reserved for them counts as spent",
            in_doubt.len()
        )),
    }
}

/// Opens the book of a run that goes on: under the limits that it began with, since they are raised where it was then, but for the
/// time, which is one clock's.
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
