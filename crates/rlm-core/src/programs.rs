//! Programs without a root model, over a context, with all that a run's model has.

use std::sync::Arc;

use rlm_context::Context;
use rlm_model::{CallId, SourceRange};
use rlm_retrieval::Retriever;
use rlm_scheduler::SharedLedger;
use rlm_syntax::Diagnostic;
use rlm_text::SourceId;
use rlm_trace::{Event, Journal, JournalOptions, Prompts as RecordedPrompts, Times, unreached};
use rlm_vm::{Limit, Machine, RaisedError, Refusal};
use tokio_util::sync::CancellationToken;

use crate::error::RunError;
use crate::result::Note;
use crate::run::{Desk, ProgramEnd, Ran, Recorder, Retrieval, context_data, run_program};
use crate::runner::Runner;

/// Programs that run one after the other and share their variables. Their calls are made as those of a run are.
pub struct Programs {
    /// None only while a program runs, or after the machine was lost.
    machine: Option<Machine>,
    desk: Desk,
    journal: Arc<Journal>,
    context: Context,
    turn: u32,
}

/// What became of one of the programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramStep {
    /// What it printed.
    pub printed: String,
    /// How it ended.
    pub end: StepEnd,
    /// The final answer, where this program gave it.
    pub answer: Option<String>,
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
    /// It was cancelled, or its time was over.
    Stopped,
}

impl Runner {
    /// Makes ready for programs over a context. No root model is asked; sub-calls go to the sub-model, under the runner's limits.
    ///
    /// # Errors
    /// [`RunError::Prompt`] where the sub-calls' prompt is broken.
    pub fn programs(&self, query: &str, context: &Context, cancel: CancellationToken) -> Result<Programs, RunError> {
        let journal = Arc::new(Journal::in_memory(JournalOptions {
            times: Times::None,
            ..JournalOptions::default()
        }));
        let machine = self.settings.machine(context_data(context), query, 0)?;
        let tree = self.tree(
            context,
            SharedLedger::new(self.limits()),
            Recorder::new(Arc::clone(&journal)),
            None,
        )?;
        Ok(Programs {
            machine: Some(machine),
            desk: Desk::new(tree, self.seats.clone(), Retrieval::Refused, cancel),
            journal,
            context: context.clone(),
            turn: 0,
        })
    }
}

impl Programs {
    /// Lets a retriever answer the searches of programs, which are refused otherwise.
    #[must_use]
    pub fn with_retriever(mut self, retriever: Arc<dyn Retriever>) -> Self {
        self.desk.retrieval = Retrieval::By(retriever);
        self
    }

    /// Runs a program to whatever end. What it bound stays bound for the next one.
    ///
    /// # Errors
    /// [`RunError::Machine`] where the machine was lost; limits and raised exceptions are ends.
    pub async fn run(&mut self, source: &str) -> Result<ProgramStep, RunError> {
        self.turn = self.turn.saturating_add(1);
        let lost = || RunError::Machine {
            turn: self.turn,
            detail: "it was lost in an earlier program".to_owned(),
        };
        let mut machine = self.machine.take().ok_or_else(lost)?;
        let program = match machine.compile(source) {
            Ok(program) => program,
            Err(Refusal { diagnostics }) => {
                self.machine = Some(machine);
                return Ok(ProgramStep {
                    printed: String::new(),
                    end: StepEnd::Refused(diagnostics),
                    answer: None,
                });
            }
        };
        machine.set_budget(self.desk.budget());
        let ran = run_program(machine, program, &mut self.desk, self.turn).await?;
        let Ran {
            mut machine,
            report,
            end,
        } = ran;
        let (end, answer) = match end {
            ProgramEnd::Done => (StepEnd::Done, machine.ready_answer()),
            ProgramEnd::Final(answer) => (StepEnd::Done, Some(answer)),
            ProgramEnd::Raised(error) => (StepEnd::Raised(error), machine.ready_answer()),
            ProgramEnd::Limit(limit) => (StepEnd::Limit(limit), None),
            ProgramEnd::Stopped(_) => (StepEnd::Stopped, None),
        };
        self.machine = Some(machine);
        Ok(ProgramStep {
            printed: report.printed.text,
            end,
            answer: answer.map(|answer| answer.to_flat().unwrap_or_default().into_owned()),
        })
    }

    /// Returns the prompts of all calls that programs have made so far, in canonical order: programs in order, and within each as
    /// it made them.
    #[must_use]
    pub fn calls(&self) -> Vec<(CallId, String)> {
        let records = self.journal.records().unwrap_or_default();
        let prompts = RecordedPrompts::of(records.iter().map(|record| &**record));
        let resolve = |range: SourceRange| {
            let bytes = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
            Some(
                self.context
                    .document(SourceId(range.source))?
                    .as_str()
                    .get(bytes)?
                    .into(),
            )
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
        self.desk.tree.recorder.notes()
    }
}
