//! Re-executes the supplied programs of a recorded run, to compare them or to continue after one of
//! its steps with other programs.

use rlm_context::Context;
use rlm_core::{Programs, RunOptions, Runner, rerun::Rerun};
use rlm_model::RunPath;
use rlm_prompt::Prompts;
use rlm_settings::{ModelRoles, RoleSettings};
use rlm_trace::{Change, Event, ProgramEnd, RecordedRun, in_force};
use serde_json::Value;

use crate::error::ReplayError;
use crate::fork::{SharedTurns, changes_before, check_step};
use crate::models::{Recordings, loop_settings};
use crate::recorded::{compare_context, settings_of, started_of, with_quotes};

/// Opens a recorded run after one of its steps, so that the caller's programs continue with its
/// variables. The recorded programs run again with the replies of the journal, and no model is
/// called for them. Later programs use this runner's models, within its limits of tokens, cost and
/// calls. All other settings are those of the recorded run. A recorded tool that the runner lacks
/// fails when it is called. The journal of the new run is complete and does not need the recorded
/// one.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::{ContextAs, ContextSpec, LoadOptions, load};
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_runs::programs_after;
/// # use rlm_trace::RecordedRun;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let runner = Runner::builder(Arc::new(FakeModel::new([""; 0]))).build()?;
/// let recorded = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let base = Some("../../examples/recorded".into());
/// let options = LoadOptions { base, shown_as: ContextAs::Text, ..LoadOptions::default() };
/// let context = load(&[ContextSpec::path("reviews/kettle.jsonl")], &options)?.context;
///
/// let mut programs = programs_after(&runner, &recorded, 1, &context, RunOptions::default()).await?;
/// assert_eq!(programs.run("len(recs)").await?.printed.trim_end(), "240");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::NoSuchStep`], [`ReplayError::Context`], [`ReplayError::Settings`],
/// [`ReplayError::Prompts`], [`ReplayError::Tools`] if a tool has other parameters or effects than
/// the recorded one; and [`ReplayError::Run`] if the run differs from its journal.
pub async fn programs_after(
    runner: &Runner,
    recorded: &RecordedRun,
    step: u32,
    context: &Context,
    options: RunOptions,
) -> Result<Programs, ReplayError> {
    let started = started_of(recorded)?;
    compare_context(recorded, started, context)?;
    let whole = with_quotes(recorded, context)?;
    let recorded = &*whole;
    check_step(recorded, step)?;
    let settings = settings_of(started)?;
    let context = &context.clone().with_without_text(settings.without_text.clone());
    runner.settings().tools.compare_offered(&settings.tools)?;
    let next = step.saturating_add(1);

    let recordings = Recordings::of(recorded)?;
    let again = runner.with_parts(
        recordings.roles(&RoleSettings::from(&settings), &started.models)?,
        loop_settings(&settings, runner.settings().run_ahead, &runner.settings().tools)?,
        Prompts::new(started.templates.iter().cloned())?,
    );
    let shared = SharedTurns {
        recorded,
        started,
        settings: &settings,
        before: next,
        changes: changes_before(next, recorded),
    };
    // Programs supplied by the caller have no time limit.
    let rerun = shared.rerun(&again, context, options, None)?;
    let supplied = SuppliedPrograms {
        recorded,
        recordings,
        from: settings.given_from.map_or(next, |from| from.min(next)),
        before: next,
    };
    let mut programs = supplied.carry_out(&again, &started.question, context, rerun).await?;
    programs.switch_runner(runner)?;
    Ok(programs)
}

/// The supplied programs of a recorded run.
pub(crate) struct SuppliedPrograms<'r> {
    pub(crate) recorded: &'r RecordedRun,
    /// The models, answered from the recording.
    pub(crate) recordings: Recordings,
    /// The turn of the first supplied program. Earlier turns were taken by a root model.
    pub(crate) from: u32,
    /// The first turn that is not executed again.
    pub(crate) before: u32,
}

impl SuppliedPrograms<'_> {
    /// Executes the recorded run again, up to the turn before `before`.
    pub(crate) async fn carry_out(
        &self,
        runner: &Runner,
        question: &str,
        context: &Context,
        rerun: Rerun<'_>,
    ) -> Result<Programs, ReplayError> {
        let mut programs = runner.rerun_programs(question, context, rerun, self.from).await?;
        let steps = programs.turns();
        if steps.saturating_add(1) != self.from {
            return Err(ReplayError::NoSuchStep {
                at: self.from.saturating_sub(1),
                steps,
            });
        }
        for record in in_force(&self.recorded.records) {
            match &record.event {
                Event::Changed(change) if change.turn < self.before => {
                    programs.change(change, self.roles_of(change)?)?;
                }
                Event::ProgramChecked(program)
                    if program.run == RunPath::default() && (self.from..self.before).contains(&program.turn) =>
                {
                    let stopped_at = self.stopped_at(program.turn);
                    programs.run_again(&program.source, stopped_at).await?;
                }
                _ => {}
            }
        }
        Ok(programs)
    }

    fn roles_of(&self, change: &Change) -> Result<Option<ModelRoles>, ReplayError> {
        let Some(other) = &change.models else { return Ok(None) };
        let settings = serde_json::from_value(Value::Object(other.settings.clone()));
        let settings: RoleSettings = settings.map_err(|error| ReplayError::Settings {
            detail: error.to_string(),
        })?;
        self.recordings.roles(&settings, &other.models).map(Some)
    }

    /// Returns the fuel at which a program was stopped by the user, or `None` if it was not
    /// stopped.
    fn stopped_at(&self, turn: u32) -> Option<u64> {
        self.recorded.events().find_map(|event| match event {
            Event::ProgramRan(ran) if ran.run == RunPath::default() && ran.turn == turn => {
                (ran.end == ProgramEnd::Cancelled).then_some(ran.fuel)
            }
            _ => None,
        })
    }
}
