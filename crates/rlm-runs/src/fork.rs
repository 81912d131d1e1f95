//! Forks a run from a step of a recorded one. Earlier turns are taken from the journal and were
//! paid by that run.

use std::sync::Arc;

use rlm_calls::Purpose;
use rlm_context::Context;
use rlm_core::{
    RunOptions, RunResult, RunSettings, Runner,
    rerun::{Rerun, new_run_id},
};
use rlm_model::RunId;
use rlm_policy::{Limits, Spend};
use rlm_prompt::PromptName;
use rlm_retrieval::Retriever;
use rlm_scheduler::SharedLedger;
use rlm_trace::{Change, Event, Forked, Journal, JournalOptions, RecordedRun, RunStarted, Template, TraceParent};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::error::ReplayError;
use crate::models::{changes, overrides, own_models};
use crate::recorded::{compare_context, limits_of, settings_of, started_of, with_quotes};
use crate::resume::RaisedLimits;

/// The options of a fork.
#[derive(Debug, Default)]
pub struct ForkOptions {
    /// The first step of the root run that is executed again, counted from 1; 0 counts as 1.
    pub at: u32,
    /// The id of the new run. `None` creates one.
    pub id: Option<RunId>,
    /// The journal of the new run. `None` keeps one in memory.
    pub journal: Option<Arc<Journal>>,
    /// Limits that replace those of the recorded run from step `at` on.
    pub limits: RaisedLimits,
    /// Templates that replace those of the same name from step `at` on.
    pub templates: Vec<Template>,
    /// Ends the run when cancelled.
    pub cancel: CancellationToken,
    /// Answers the searches of programs.
    pub retriever: Option<Arc<dyn Retriever>>,
    /// The span of another service that starts the new run.
    pub trace_parent: Option<TraceParent>,
}

/// Forks a recorded run: shares its turns before a step, and continues with this runner's models.
/// Only calls from that step on are sent and paid. The new journal is complete and does not need
/// the recorded one.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::{ContextAs, ContextSpec, LoadOptions, load};
/// # use rlm_core::Runner;
/// # use rlm_runs::{ForkOptions, fork};
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
/// let forked = fork(&runner, &recorded, &context, ForkOptions { at: 2, ..ForkOptions::default() }).await?;
/// assert_eq!(forked.answer.as_deref(), Some("240 reviews"));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::NoSuchStep`], [`ReplayError::SentBefore`], [`ReplayError::Tools`],
/// [`ReplayError::Context`], [`ReplayError::Settings`], [`ReplayError::Prompts`]; and
/// [`ReplayError::Run`] as for any run that can't start.
pub async fn fork(
    runner: &Runner,
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
    let own = own_models(runner, started, &settings)?;
    runner.settings().tools.compare(&settings.tools)?;

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
    let new = RunOptions {
        id: options.id,
        journal: options.journal,
        cancel: options.cancel.child_token(),
        retriever: options.retriever,
        trace_parent: options.trace_parent,
        ..RunOptions::default()
    };
    let rerun = shared.rerun(&own, context, new, raised.seconds)?;
    let result = own.rerun(&started.question, context, rerun).await?;
    Ok(own.hand_over(result)?)
}

/// Returns the changes of settings before a turn.
pub(crate) fn changes_before(turn: u32, recorded: &RecordedRun) -> Vec<Change> {
    let changes = changes(recorded).into_iter().map(|(change, _)| change);
    changes.filter(|change| change.turn < turn).collect()
}

/// The turns of a recorded run that a fork shares.
pub(crate) struct SharedTurns<'r> {
    pub(crate) recorded: &'r RecordedRun,
    pub(crate) started: &'r RunStarted,
    pub(crate) settings: &'r RunSettings,
    /// The first turn that is not shared.
    pub(crate) before: u32,
    /// The changes of settings in the shared turns and at the fork.
    pub(crate) changes: Vec<Change>,
}

impl<'r> SharedTurns<'r> {
    /// Returns the re-execution of the recorded run with a time limit of `seconds`, or `None` for
    /// no limit. Its other limits are those of the recorded run.
    ///
    /// # Errors
    /// [`ReplayError::Run`] if no id can be created, [`ReplayError::Prompts`],
    /// [`ReplayError::Settings`].
    pub(crate) fn rerun(
        self,
        runner: &Runner,
        context: &Context,
        own: RunOptions,
        seconds: Option<u64>,
    ) -> Result<Rerun<'r>, ReplayError> {
        let Self {
            recorded,
            started,
            settings,
            before,
            changes,
        } = self;
        let id = own.id.map_or_else(new_run_id, Ok)?;
        let journal = own
            .journal
            .unwrap_or_else(|| Arc::new(Journal::in_memory(JournalOptions::default())));
        let session = settings.session.clone();
        let own_start = runner.started(
            &id,
            &started.question,
            context,
            settings.search,
            settings.constrained,
            session.as_ref(),
        );
        // The spending of the other run doesn't count.
        let unpaid: Vec<(Change, Spend)> = changes
            .iter()
            .map(|change| (change.clone(), Spend::default()))
            .collect();
        Ok(Rerun {
            purpose: Purpose::Fork { at: before },
            recorded,
            overrides: overrides(&unpaid, runner.prompts())?,
            started: RunStarted {
                trace_parent: own.trace_parent,
                ..sharing(own_start, started, changes)
            },
            constrained: settings.constrained,
            session,
            search: settings.search,
            retriever: own.retriever,
            journal,
            notes: Vec::new(),
            ledger: SharedLedger::new(&Limits {
                seconds,
                ..settings.limits.clone()
            }),
            cancel: own.cancel,
        })
    }
}

/// Records in the start of a run which run it shares its first turns with, and the changes in
/// these.
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

/// Checks that no replaced prompt was already sent before the fork's step.
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

/// Checks that a recorded run has a step, so that it can be forked there.
///
/// ```
/// # use rlm_runs::{ReplayError, check_step};
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
