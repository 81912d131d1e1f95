//! Turns whose programs are given by whoever carries the run out: nobody is asked for them, and nothing is said of them to a model.

use rlm_calls::{ProgramEnd, Stop};
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
    /// Carries the run to the turn from which on programs are given. What ended it before does not: whoever goes on has seen that end.
    ///
    /// # Errors
    /// As [`carry_out`](Self::carry_out).
    pub(crate) async fn run_up_to(&mut self, turn: u32) -> Result<(), RunError> {
        self.supplied_from = Some(turn);
        if turn > 1 {
            self.turns().await?;
        }
        // A direct answer needed none. One that is stopped has none either, and says so when a program is to run.
        self.make_machine().await.map(drop)
    }

    /// Ends the run with the answer that the programs gave, where one did.
    ///
    /// # Errors
    /// [`RunError::Journal`].
    pub(crate) async fn end_supplied(self, id: RunId, answer: Option<Text>) -> Result<RunResult, RunError> {
        let ending = answer.map_or(Ending::HandedOver, Ending::Answer);
        self.finish(id, ending).await
    }

    /// Runs a program that was given, in a turn of its own, which is none of those that a limit counts. Returns what became of it, and
    /// the answer that it gave.
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
        if let ProgramEnd::Limit(limit) = &end {
            notes.push(self.meet_limit(*limit, report.fuel)?);
        }
        // One that was ready before is no news.
        let ready = self
            .ready_answer()
            .filter(|answer| ready_before.as_ref() != Some(answer));
        let (end, answer) = match end {
            ProgramEnd::Final(answer) => (StepEnd::Done, Some(answer)),
            ProgramEnd::Done => (StepEnd::Done, ready),
            ProgramEnd::Raised(error) => (StepEnd::Raised(error), ready),
            ProgramEnd::Limit(limit) => (StepEnd::Limit(limit), None),
            ProgramEnd::Stopped(Stop::Outage(outage)) => (StepEnd::Outage(outage.error), None),
            ProgramEnd::Stopped(Stop::Cancelled | Stop::Limit(_)) => (StepEnd::Stopped, None),
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
