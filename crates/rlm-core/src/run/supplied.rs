//! Runs turns whose programs the caller supplies, without a root model.

use rlm_calls::{ProgramOutcome, Stop};
use rlm_model::RunId;
use rlm_trace::StepKind;
use sift_text::Text;
use sift_vm::Refusal;

use super::turn::{Execution, unnoticed};
use super::{Ending, Run};
use crate::error::RunError;
use crate::programs::{ProgramStep, StepEnd};
use crate::result::RunResult;

impl Run {
    /// Re-executes the turns before the first program that the caller supplies. The recorded end of
    /// the run, if it comes earlier, does not count.
    ///
    /// # Errors
    /// As [`carry_out`](Self::carry_out).
    pub(crate) async fn run_up_to(&mut self, turn: u32) -> Result<(), RunError> {
        self.supplied_from = Some(turn);
        if turn > 1 {
            self.turns().await?;
        }
        // A direct answer needed no machine. If the run is cancelled there is none, and the next
        // program fails.
        self.make_machine().await.map(drop)
    }

    /// Ends a run of supplied programs, with the answer of a program if there is one.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub(crate) async fn end_supplied(self, id: RunId, answer: Option<Text>) -> Result<RunResult, RunError> {
        let ending = answer.map_or(Ending::HandedOver, Ending::Answer);
        self.finish(id, ending).await
    }

    /// Runs a supplied program in its own turn, which doesn't count against limits. Returns the
    /// result of the program, and its answer if it gave one.
    ///
    /// # Errors
    /// [`RunError::Machine`], [`RunError::Journal`], [`RunError::Context`].
    pub(crate) async fn run_supplied(&mut self, source: &str) -> Result<(ProgramStep, Option<Text>), RunError> {
        self.tree.recorder.forget_outage();
        self.count_turn(StepKind::GivenProgram)?;
        if self.make_machine().await?.is_some() {
            return Ok((ProgramStep::not_run(StepEnd::Stopped), None));
        }
        let ready_before = self.ready_answer();
        let (warnings, report, end, cut) = match self.execute(source).await? {
            Execution::Refused(Refusal { diagnostics }) => {
                return Ok((ProgramStep::not_run(StepEnd::Refused(diagnostics)), None));
            }
            Execution::Ran {
                warnings,
                report,
                end,
                cut,
            } => (warnings, report, end, cut),
        };
        let unnoticed = unnoticed(&report).map(|remark| remark.to_string());
        let mut notes: Vec<String> = warnings.into_iter().chain(cut).chain(unnoticed).collect();
        if let ProgramOutcome::Limit(limit) = &end {
            notes.push(self.meet_limit(*limit, report.fuel)?);
        }
        // An answer that was ready before was not set by this program.
        let ready = self
            .ready_answer()
            .filter(|answer| ready_before.as_ref() != Some(answer));
        let (end, answer) = match end {
            ProgramOutcome::Final(answer) => (StepEnd::Done, Some(answer)),
            ProgramOutcome::Done => (StepEnd::Done, ready),
            ProgramOutcome::Raised(error) => (StepEnd::Raised(error), ready),
            ProgramOutcome::Limit(limit) => (StepEnd::Limit(limit), None),
            ProgramOutcome::Stopped(Stop::Outage(outage)) => (StepEnd::Outage(outage.error), None),
            ProgramOutcome::Stopped(Stop::Cancelled | Stop::Limit(_)) => (StepEnd::Stopped, None),
        };
        let step = ProgramStep {
            printed: report.printed.text,
            end,
            answer: answer
                .as_ref()
                .map(|answer| answer.to_flat().unwrap_or_default().into_owned()),
            notes,
            fuel: report.fuel,
            memory_bytes: report.memory_bytes,
        };
        Ok((step, answer))
    }
}
