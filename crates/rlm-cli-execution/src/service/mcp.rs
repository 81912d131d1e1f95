//! Serves the tools of `rlm mcp` over standard input and output.

use std::sync::Arc;
use std::time::Duration;

use crate::stores;
use futures::FutureExt as _;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::progress::ProgressKind;
use rlm_cli_settings::args::McpArguments;
use rlm_cli_settings::environment::Environment;
use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_mcp_server::{ActiveRun, Documents, Question, RunService, ToolError, serve};
use rlm_store::RunStore;
use rlm_trace::{JournalOptions, JournalTexts};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::documents;
use crate::journal::{Folder, forget_unbegun};
use crate::telemetry::CommandTelemetry;
use crate::{retrieval, runner, runtime, standard_input, tools};

/// The maximum number of runs at the same time.
const MAX_RUNS: u32 = 16;
/// The time that cancelled runs have to end after the client is gone.
const GRACE: Duration = Duration::from_secs(10);

/// Runs `rlm mcp`: serves the client until standard input closes. Returns the exit code.
///
/// # Errors
/// [`Failure`] if the settings are invalid, a file can't be read, or the client does not speak MCP.
pub fn run(arguments: &McpArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let settings = runner::settings(&arguments.runner, environment, console)?;
    let runtime = runtime::runtime()?;
    let key = settings.models.api_key_env();
    let offered = runtime.block_on(tools::start(&settings.tools.offered, key, environment, console))?;
    let telemetry = CommandTelemetry::start(environment, console);
    let runner = telemetry.observe(runner::build(&settings, environment, &offered)?);
    let documents = documents::load(&arguments.paths, &arguments.context, &settings, "mcp", console)?;
    let size = documents.context().text_size();
    let first = runner::first_line(&settings, &runner, runner.limits(), size, ProgressKind::Plain, console);
    if let Some(line) = first {
        line.say();
    }
    let stop = CancellationToken::new();
    let runs = Arc::new(LocalRuns {
        runner,
        documents: documents.clone(),
        store: stores::runs(environment)?,
        texts: settings.texts,
        has_search: settings.has_search,
        permits: Arc::new(Semaphore::new(MAX_RUNS as usize)),
        cancel: CancellationToken::new(),
    });
    let work = async {
        let streams = (tokio::io::stdin(), tokio::io::stdout());
        let served = serve(Arc::clone(&runs), documents, streams, stop.clone()).await;
        runs.end().await;
        served
    };
    let served = runtime::carry_out_on(&runtime, stop.clone(), console, work);
    // A read of standard input can't be cancelled, and must not keep the process.
    runtime.shutdown_background();
    served.map(|()| 0).map_err(|error| Failure::Serve {
        detail: error.to_string(),
        hint: "start `rlm mcp` from an MCP client: see docs/serving.md",
    })
}

/// The runs of this process, with their journals in the folder of runs.
struct LocalRuns {
    runner: Runner,
    documents: Documents,
    store: RunStore,
    texts: JournalTexts,
    has_search: bool,
    /// A permit for each run that may be active at the same time.
    permits: Arc<Semaphore>,
    cancel: CancellationToken,
}

impl LocalRuns {
    /// Cancels all runs, and waits until their journals have ended.
    async fn end(&self) {
        self.cancel.cancel();
        // The journal of a run that takes longer can be resumed, like that of a killed process.
        let _ = timeout(GRACE, self.permits.acquire_many(MAX_RUNS)).await;
    }
}

impl RunService for LocalRuns {
    fn runner(&self) -> &Runner {
        &self.runner
    }

    fn runs(&self) -> &RunStore {
        &self.store
    }

    async fn start(&self, question: Question) -> Result<ActiveRun, ToolError> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().map_err(|_| {
            ToolError::new(
                "too_many_runs",
                format!("{MAX_RUNS} runs are active"),
                "try again when one has ended",
            )
        })?;
        let id = runner::new_id().map_err(|failure| unstored(&failure))?;
        let options = JournalOptions {
            texts: self.texts,
            ..JournalOptions::default()
        };
        let journal = self.store.create(&id, options).map_err(|error| unstored(&error))?;
        let mut files: Vec<_> = journal.path().map(ToOwned::to_owned).into_iter().collect();
        let (context, locations, retriever) = match question.text {
            None => {
                let documents = &self.documents;
                (
                    documents.context().clone(),
                    documents.locations(),
                    documents.retriever(),
                )
            }
            Some(text) => {
                // Kept beside the journal, so that the run can be replayed.
                if let (JournalTexts::Full, Some(path)) = (self.texts, journal.path()) {
                    let kept = standard_input::keep(text.as_bytes(), path);
                    files.push(kept.map_err(|failure| unstored(&failure))?);
                }
                let kept = files.get(1).map(|path| path.display().to_string());
                let context = Context::from_text(text);
                let retriever = retrieval::retriever(self.has_search, &context, None, |_| {});
                (context, vec![kept], retriever)
            }
        };
        let (journal, cancel) = (Arc::new(journal), self.cancel.child_token());
        let options = RunOptions {
            id: Some(id.clone()),
            journal: Some(Arc::clone(&journal)),
            cancel: cancel.clone(),
            locations,
            retriever,
            ..RunOptions::default()
        };
        let (runner, task) = (self.runner.clone(), question.task);
        let run = tokio::spawn(async move {
            let end = runner.run_task(&task, &context, options).await;
            if end.is_err() {
                forget_unbegun(&files, Folder::OfTheRun);
            }
            drop(permit);
            Arc::new(end)
        });
        Ok(ActiveRun {
            id,
            journal,
            cancel,
            ended: async move { run.await.ok() }.boxed(),
        })
    }
}

fn unstored(cause: &dyn std::fmt::Display) -> ToolError {
    ToolError::new("store", cause.to_string(), "check the folder of runs: `rlm doctor`")
}
