//! Going another way from a step of a recorded run on: what comes before it is taken from the journal and paid for by the other run.

use std::sync::Arc;
use std::time::SystemTime;

use rlm_context::Context;
use rlm_model::RunId;
use rlm_policy::{Limits, Spend};
use rlm_retrieval::Retriever;
use rlm_scheduler::SharedLedger;
use rlm_trace::{Change, Event, Forked, Journal, JournalOptions, RecordedRun, RunStarted, Template};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::ReplayError;
use super::models::{changes, courses, occurrences, own_models};
use super::recorded::{compare_context, limits_of, settings_of, started_of, with_quotes};
use super::resume::{RaisedLimits, retrieval};
use crate::constrain::Held;
use crate::error::RunError;
use crate::prompt::PromptName;
use crate::result::RunResult;
use crate::run::{Past, Purpose, Recorder, turn_of_root};
use crate::runner::{Begin, RunOptions, Runner, new_id};
use crate::settings::RunSettings;

/// How a run is forked.
#[derive(Debug, Default)]
pub struct ForkOptions {
    /// The first step of the root run that is taken anew, counted from 1; 0 counts as 1.
    pub at: u32,
    /// The new run's id; one is made where none is given.
    pub id: Option<RunId>,
    /// Where the new run writes what happens; kept in memory where none is given.
    pub journal: Option<Arc<Journal>>,
    /// What it may use from that step on where that is not what the other run could.
    pub limits: RaisedLimits,
    /// The templates that take the place of those of the same name from that step on.
    pub templates: Vec<Template>,
    /// Ends it when cancelled.
    pub cancel: CancellationToken,
    /// Answers the searches of its programs.
    pub retriever: Option<Arc<dyn Retriever>>,
}

impl Runner {
    /// Begins a new run that shares a recorded run's turns before a step, and goes its own way from there, with this runner's models: only
    /// what comes from that step on is asked and paid for. Its journal is whole: it needs the other one no more.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::{ContextAs, ContextSpec, LoadOptions, load};
    /// # use rlm_core::{ForkOptions, Runner};
    /// # use rlm_trace::RecordedRun;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let recorded = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
    /// let base = Some("../../examples/recorded".into());
    /// let options = LoadOptions { base, shown_as: ContextAs::Text, ..LoadOptions::default() };
    /// let context = load(&[ContextSpec::path("reviews/kettle.jsonl")], &options)?.context;
    ///
    /// // Another model takes the second step, with the variables of the first.
    /// let model = FakeModel::new(["", "```repl\nFINAL(f'{len(recs)} reviews')\n```"]);
    /// let runner = Runner::builder(Arc::new(model)).build()?;
    /// let forked = runner.fork(&recorded, &context, ForkOptions { at: 2, ..ForkOptions::default() }).await?;
    /// assert_eq!(forked.answer.as_deref(), Some("240 reviews"));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ReplayError::NoSuchStep`], [`ReplayError::SentBefore`], [`ReplayError::Tools`], [`ReplayError::Context`], [`ReplayError::Settings`],
    /// [`ReplayError::Prompts`]; and
    /// [`ReplayError::Run`] as for any run that begins.
    pub async fn fork(
        &self,
        recorded: &RecordedRun,
        context: &Context,
        options: ForkOptions,
    ) -> Result<RunResult, ReplayError> {
        let started = started_of(recorded)?;
        compare_context(recorded, started, context)?;
        let whole = with_quotes(recorded, context)?;
        let recorded = &*whole;
        let settings = settings_of(started)?;
        let context = &context.clone().with_without_text(settings.without_text.clone());
        let at = options.at.max(1);
        check_step(recorded, at)?;
        if let Some(from) = settings.given_from.filter(|from| at > *from) {
            return Err(ReplayError::Given { from });
        }
        check_prompts(&options.templates, at)?;
        let runner = own_models(self, started, &settings)?;
        self.settings.tools.compare(&settings.tools)?;

        let mut changes = changes_before(at, recorded);
        let mut limits = settings.limits.clone();
        for change in &changes {
            limits = limits_of(change)?.unwrap_or(limits);
        }
        let raised = options.limits.over(&limits);
        changes.push(Change {
            turn: at,
            limits: match serde_json::to_value(&raised) {
                Ok(Value::Object(object)) if raised != limits => Some(object),
                _ => None,
            },
            templates: options.templates,
            models: None,
        });
        let shared = SharedTurns {
            recorded,
            started,
            settings: &settings,
            before: at,
            changes,
        };
        let own = RunOptions {
            id: options.id,
            journal: options.journal,
            cancel: options.cancel.child_token(),
            retriever: options.retriever,
            ..RunOptions::default()
        };
        let begin = shared.begin(&runner, context, own, raised.seconds)?;
        let result = runner.begin(&started.question, context, begin).await?;
        Ok(runner.hand_over(result)?)
    }
}

/// Returns what became otherwise in the turns of a run before one.
pub(super) fn changes_before(turn: u32, recorded: &RecordedRun) -> Vec<Change> {
    let changes = changes(recorded).into_iter().map(|(change, _)| change);
    changes.filter(|change| change.turn < turn).collect()
}

/// The turns of a recorded run that another one shares.
pub(super) struct SharedTurns<'r> {
    pub(super) recorded: &'r RecordedRun,
    pub(super) started: &'r RunStarted,
    pub(super) settings: &'r RunSettings,
    /// The first turn that is not shared.
    pub(super) before: u32,
    /// What became otherwise in them, and what does from then on.
    pub(super) changes: Vec<Change>,
}

impl SharedTurns<'_> {
    /// Makes the beginning of the other run, which has so many seconds; the rest of its budget is what this one could use.
    ///
    /// # Errors
    /// [`ReplayError::Run`] where no id can be made, [`ReplayError::Prompts`], [`ReplayError::Settings`].
    pub(super) fn begin(
        self,
        runner: &Runner,
        context: &Context,
        own: RunOptions,
        seconds: Option<u64>,
    ) -> Result<Begin, ReplayError> {
        let Self {
            recorded,
            started,
            settings,
            before,
            changes,
        } = self;
        let id = match own.id {
            Some(id) => id,
            None => new_id(SystemTime::now()).map_err(RunError::from)?,
        };
        let journal = own
            .journal
            .unwrap_or_else(|| Arc::new(Journal::in_memory(JournalOptions::default())));
        let held = settings.constrained.map(|way| Held { way, required: false });
        let retrieval = retrieval(recorded, settings.search, own.retriever);
        let carried = settings.carried.as_ref();
        let own_start = runner.started(&id, &started.question, context, &retrieval, held, carried);
        // What the other run spent is the other run's.
        let unpaid: Vec<(Change, Spend)> = changes
            .iter()
            .map(|change| (change.clone(), Spend::default()))
            .collect();
        let past = Past::of(
            Purpose::Fork { at: before },
            recorded,
            courses(&unpaid, &runner.prompts)?,
        );
        Ok(Begin {
            recorder: Recorder::new(journal),
            past: Some(Arc::new(past)),
            carried: settings.carried.clone().map(Arc::new),
            cancel: own.cancel,
            ledger: SharedLedger::new(&Limits {
                seconds,
                ..settings.limits.clone()
            }),
            occurrences: occurrences(recorded, |id| turn_of_root(id) < before),
            retrieval,
            held,
            started: sharing(own_start, started, changes),
        })
    }
}

/// Says of a run that it shares its first turns with one that began otherwise, with what is otherwise in these.
fn sharing(mut own: RunStarted, other: &RunStarted, changes: Vec<Change>) -> RunStarted {
    for (source, then) in own.context.iter_mut().zip(&other.context) {
        source.location.clone_from(&then.location);
    }
    if let Some(metadata) = other.settings.get("metadata") {
        own.settings.insert("metadata".to_owned(), metadata.clone());
    }
    own.forked = Some(Box::new(Forked {
        run: other.run.clone(),
        changes,
    }));
    own
}

/// Checks that the messages of prompts are not sent before the step from which they are to be told otherwise.
fn check_prompts(templates: &[Template], at: u32) -> Result<(), ReplayError> {
    let is_first = |template: &&Template| PromptName::find(&template.name).is_some_and(PromptName::is_sent_once);
    match templates.iter().find(is_first) {
        Some(template) if at > 1 => Err(ReplayError::SentBefore {
            name: template.name.clone(),
            at,
        }),
        _ => Ok(()),
    }
}

/// Checks that a recorded run came to a step, at which it can be forked then.
///
/// ```
/// # use rlm_core::{ReplayError, check_step};
/// # use rlm_trace::RecordedRun;
/// let recorded = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// check_step(&recorded, 2)?;
/// assert!(matches!(check_step(&recorded, 9), Err(ReplayError::NoSuchStep { at: 9, steps: 2 })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::NoSuchStep`].
pub fn check_step(recorded: &RecordedRun, at: u32) -> Result<(), ReplayError> {
    let turns = recorded.events().filter_map(|event| match event {
        Event::TurnStarted(turn) if turn.run.depth() == 0 => Some(turn.turn),
        _ => None,
    });
    let steps = turns.max().unwrap_or_default();
    match at <= steps {
        true => Ok(()),
        false => Err(ReplayError::NoSuchStep { at, steps }),
    }
}
