//! Records the runs that were started for the questions of a batch. Their spending counts, and runs
//! of a killed process are resumed.

use std::collections::HashMap;
use std::path::Path;

use rlm_cli_execution::question_runner::holder;
use rlm_cli_execution::stores;
use rlm_cli_execution::unfinished_run;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_context::Context;
use rlm_core::Runner;
use rlm_model::RunId;
use rlm_policy::Spend;
use rlm_runs::UnfinishedRun;
use rlm_store::{Batch, BatchRun, BatchStore, RunStore};
use rlm_trace::{Journal, JournalOptions};

use super::answers::Answers;
use super::questions::Line;

/// The list of the runs that a batch has started, stored in the folder of batches.
pub(crate) struct StartedRuns {
    store: RunStore,
    batch: Batch,
}

/// The runs that earlier processes of a batch left unfinished.
#[derive(Default)]
pub(crate) struct Leftover {
    /// The run to resume for each question, or the error that prevents answering it again, keyed by
    /// the JSON of the question's id.
    pub(crate) runs: HashMap<String, Result<UnfinishedRun, Failure>>,
    /// The spending of the unfinished runs that are not resumed.
    pub(crate) spent: Spend,
}

impl StartedRuns {
    /// Opens the list of runs that belongs to an answers file. If the file is new, discards the
    /// list of an earlier file with the same path.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub(crate) fn take(answers: &Path, is_new: bool, environment: &Environment) -> Result<Self, Failure> {
        let folder = folders::data(environment)?;
        let batches = BatchStore::open(&folder)?;
        let answers = std::fs::canonicalize(answers).unwrap_or_else(|_| answers.to_owned());
        if is_new {
            batches.forget(&answers, holder())?;
        }
        Ok(Self {
            store: stores::runs(environment)?,
            batch: batches.take(&answers, holder())?,
        })
    }

    /// Begins a run for a question: creates its journal, and adds the run to the list before it
    /// starts.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub(crate) fn begin(&self, line: &Line, run: &RunId, options: JournalOptions) -> Result<Journal, Failure> {
        self.batch.begin(&BatchRun {
            id: line.id.clone(),
            run: run.clone(),
        })?;
        Ok(self.store.create(run, options)?)
    }

    /// Finds runs without an answer, whose process was killed or cancelled: for each question in
    /// `lines`, the last one. The batch resumes it instead of asking again.
    pub(crate) fn left(
        &self,
        lines: &[Line],
        answers: &Answers,
        runner: &Runner,
        context: &Context,
        console: Console,
    ) -> Leftover {
        let lines: HashMap<String, &Line> = lines.iter().map(|line| (line.id.to_string(), line)).collect();
        let mut left = Leftover::default();
        let untold = self
            .batch
            .runs()
            .iter()
            .rev()
            .filter(|begun| !answers.tells_of(&begun.run));
        for BatchRun { id, run } in untold {
            let id = id.to_string();
            let is_open = |line: &&&Line| !left.runs.contains_key(&id) && self.is_about(run, line);
            let found = match lines.get(&id).filter(is_open) {
                Some(_) => unfinished_run::open(run, &self.store, runner, context, console).transpose(),
                None => None,
            };
            match found {
                Some(found) => _ = left.runs.insert(id, found),
                None => left.spent = left.spent.plus(unfinished_run::spent(run, &self.store, console)),
            }
        }
        left
    }

    /// Returns `true` if a run answers the question of a line.
    fn is_about(&self, run: &RunId, line: &Line) -> bool {
        let started = self.store.entry(run.clone()).summary.started;
        started.is_some_and(|started| Some(started.question.as_str()) == line.question.as_deref().ok())
    }
}
