//! Answers one or more questions about a context that is loaded once.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::stores;
use rlm_adapters::ModelSpec;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::{Failure, StoppedRun};
use rlm_cli_output::first_line::FirstLine;
use rlm_cli_output::live::Live;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::places::Places;
use rlm_cli_output::progress::{Progress, ProgressKind};
use rlm_cli_settings::args::{ContextArguments, JournalPlace, RunnerArguments, SharedContextArguments};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::models::Choice;
use rlm_cli_settings::runner::{RunnerSettings, check_session_texts};
use rlm_context::Loaded;
use rlm_core::{RunError, RunOptions, RunResult, Runner};
use rlm_model::RunId;
use rlm_policy::{BudgetSlice, Outcome, SharedBudget};
use rlm_retrieval::Retriever;
use rlm_runs::{AskOptions, ResumeOptions, SessionHistory, UnfinishedRun};
use rlm_store::Holder;
use rlm_trace::{Journal, JournalTexts, Millis, RecordedRun, Totals};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::journal::{self, forget_unbegun};
use crate::question::QuestionSource;
use crate::telemetry::CommandTelemetry;
use crate::tools::{self, OfferedTools};
use crate::{context, retrieval, runner, runtime, standard_input, unfinished_run};

/// The exit code if no model was configured and the answer comes from a keyword search instead.
const FALLBACK_EXIT: u8 = 3;

/// The runner that answers the questions of a command about one loaded context.
pub struct QuestionRunner<'a> {
    settings: RunnerSettings,
    /// The values of `--context`, which name the context's files.
    names: Vec<String>,
    offered: OfferedTools,
    runner: Runner,
    telemetry: CommandTelemetry,
    loaded: Loaded,
    /// The bytes of standard input, if it is part of the context.
    input: Option<Vec<u8>>,
    progress: ProgressKind,
    first_line: Option<FirstLine>,
    environment: &'a Environment,
    console: Console,
    /// The async runtime; `None` only during `drop`.
    runtime: Option<Runtime>,
}

/// A question to answer, with the options of its run.
pub struct Question<'q> {
    /// The text of the question.
    pub text: &'q str,
    /// The id of the run that answers the question.
    pub id: RunId,
    /// The location of the run's journal.
    pub journal: JournalPlace<'q>,
    /// The session to which the question belongs, if any.
    pub session: Option<&'q mut SessionHistory>,
    /// Metadata from the caller, which the journal records in its settings.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// The token that cancels the run.
    pub cancel: CancellationToken,
}

impl<'a> QuestionRunner<'a> {
    /// Creates the runner, and loads the context of the question. No model is called.
    ///
    /// # Errors
    /// [`Failure::NoModel`], [`Failure::Model`], [`Failure::Context`] and all other errors that can
    /// be found before a model is called.
    pub fn prepare(
        asked: &QuestionSource,
        arguments: &RunnerArguments,
        context: &ContextArguments,
        progress: ProgressKind,
        environment: &'a Environment,
        console: Console,
    ) -> Result<Self, Failure> {
        let settings = runner::settings(arguments, environment, console)?;
        let runtime = runtime::runtime()?;
        let offered = runtime.block_on(tools::start(
            &settings.tools.offered,
            settings.models.api_key_env(),
            environment,
            console,
        ))?;
        let telemetry = CommandTelemetry::start(environment, console);
        let runner = telemetry.observe(runner::build(&settings, environment, &offered)?);
        let loading = match progress {
            ProgressKind::Auto
            | ProgressKind::Live
            | ProgressKind::Plain
            | ProgressKind::Steps
            | ProgressKind::View => Loading::Shown,
            ProgressKind::Json | ProgressKind::None => Loading::Hidden,
        };
        let (loaded, input) = asked.load(context, &settings.cache.place, loading)?;
        let size = loaded.context.text_size();
        let first_line = runner::first_line(&settings, &runner, runner.limits(), size, progress, console);
        context::warn(&loaded.warnings, console);
        let searches = |choice: &Choice| *choice.spec() == ModelSpec::Search;
        if loaded.context.documents().is_empty() && settings.root.as_ref().is_some_and(searches) {
            return Err(Failure::NothingToSearch);
        }
        if !offered.is_empty() && settings.root.as_ref().is_some_and(searches) {
            console.warn("keyword search calls no tools; name a model with --model");
        }
        Ok(Self {
            settings,
            names: asked.context.clone(),
            offered,
            runner,
            telemetry,
            loaded,
            input,
            progress,
            first_line,
            environment,
            console,
            runtime: Some(runtime),
        })
    }

    /// Creates the runner for the questions of a session, and loads the context that the session's
    /// arguments name.
    ///
    /// # Errors
    /// The errors of [`prepare`](Self::prepare), and [`Failure::SessionTexts`].
    pub fn for_session(
        names: &[String],
        arguments: &RunnerArguments,
        shown: SharedContextArguments,
        progress: ProgressKind,
        environment: &'a Environment,
        console: Console,
    ) -> Result<Self, Failure> {
        check_session_texts(arguments.texts)?;
        let asked = QuestionSource::for_context(names.to_vec());
        let context = ContextArguments::for_session(shown);
        Self::prepare(&asked, arguments, &context, progress, environment, console)
    }

    /// Returns this runner with a first line that names what is left of a session's budget.
    #[must_use]
    pub fn in_session(mut self, session: &SessionHistory) -> Self {
        let limits = session.limits_left(self.runner.limits());
        let size = self.loaded.context.text_size();
        self.first_line = runner::first_line(&self.settings, &self.runner, &limits, size, self.progress, self.console);
        self
    }

    /// Answers a question by a new run. Ctrl-C cancels the run.
    ///
    /// # Errors
    /// [`Failure::Run`], [`Failure::StoppedRun`], [`Failure::Store`], [`Failure::WriteJournal`].
    pub fn ask(&self, question: Question<'_>) -> Result<RunResult, Failure> {
        let (place, cancel) = (question.journal, question.cancel.clone());
        let texts = self.settings.texts;
        let journal = Arc::new(journal::create(place, &question.id, texts, self.environment)?);
        let input = match (&self.input, journal.path()) {
            (Some(bytes), Some(journal)) if texts == JournalTexts::Full => Some(standard_input::keep(bytes, journal)?),
            _ => None,
        };
        let kept: Vec<PathBuf> = journal
            .path()
            .map(Path::to_owned)
            .into_iter()
            .chain(input.clone())
            .collect();
        self.say_first_line(&journal);
        let limits = match &question.session {
            Some(session) => session.limits_left(self.runner.limits()),
            None => self.runner.limits().clone(),
        };
        let progress = Progress::follow(&journal, self.progress, &limits, self.places(), self.console);
        let live = self.live(&journal, &cancel)?;
        let run = question.id.clone();
        let options = RunOptions {
            retriever: self.retriever(&progress),
            id: Some(question.id),
            journal: Some(journal),
            cancel: cancel.clone(),
            metadata: question.metadata,
            trace_parent: self.telemetry.parent(),
            locations: match self.names.as_slice() {
                // The documents of a JSON value have no files.
                [] => Vec::new(),
                _ => {
                    let specs = context::parse(&self.names)?;
                    context::locations(&self.loaded.context, &specs, &self.names, input.as_deref())
                }
            },
            ..RunOptions::default()
        };
        let work = async {
            match question.session {
                Some(session) => {
                    let options = AskOptions {
                        run: options,
                        ..AskOptions::default()
                    };
                    session
                        .ask(&self.runner, question.text, &self.loaded.context, options)
                        .await
                }
                None => self.runner.run_with(question.text, &self.loaded.context, options).await,
            }
        };
        let result = self.carry_out(work, cancel, progress)?;
        live.end(&result);
        result.map_err(|error| {
            forget_unbegun(&kept, journal::folder(place));
            match kept.into_iter().next().filter(|journal| journal.exists()) {
                Some(journal) => stopped(run, journal, error),
                None => error.into(),
            }
        })
    }

    /// Opens an earlier run of the question whose process was killed, in order to resume it.
    /// Returns `None` if the question must be asked again.
    ///
    /// # Errors
    /// The errors of [`unfinished_run::open`].
    pub fn earlier(&self, run: &RunId) -> Result<Option<UnfinishedRun>, Failure> {
        let store = stores::runs(self.environment)?;
        unfinished_run::open(run, &store, &self.runner, &self.loaded.context, self.console)
    }

    /// Subtracts the spending of earlier runs of the question from the budget. None of these runs
    /// is resumed.
    ///
    /// # Errors
    /// [`Failure::QuestionBudget`] if nothing is left of the budget, [`Failure::Store`].
    pub fn after(mut self, runs: &[RunId]) -> Result<Self, Failure> {
        let store = stores::runs(self.environment)?;
        let limits = self.runner.limits();
        let mut budget = SharedBudget::new(BudgetSlice::whole(limits));
        for run in runs {
            budget.spend(unfinished_run::spent(run, &store, self.console));
        }
        let left = budget.take(1).map_err(|empty| Failure::QuestionBudget { empty })?;
        self.runner = self.runner.with_limits(left.within(limits));
        Ok(self)
    }

    /// Resumes a run whose process was killed, with the same journal. Ctrl-C cancels the run.
    ///
    /// # Errors
    /// [`Failure::Replay`].
    pub fn go_on(&self, run: UnfinishedRun, cancel: CancellationToken) -> Result<RunResult, Failure> {
        self.say_first_line(run.journal());
        let progress = Progress::follow(
            run.journal(),
            self.progress,
            self.runner.limits(),
            self.places(),
            self.console,
        );
        let options = ResumeOptions {
            cancel: cancel.clone(),
            retriever: self.retriever(&progress),
            ..ResumeOptions::default()
        };
        let work = rlm_runs::resume_or_replay(&self.runner, run, &self.loaded.context, options);
        Ok(self.carry_out(work, cancel, progress)??)
    }

    /// Returns `true` if the default folder of runs contains a journal of this run.
    pub fn has_journal(&self, id: &RunId) -> bool {
        let store = stores::runs(self.environment);
        store.is_ok_and(|store| store.journal(id).is_ok_and(|path| path.exists()))
    }

    /// Returns the exit code of a process that asked one question. An answer from keyword search,
    /// the fallback without a model, counts as partial.
    pub const fn exit_code(&self, outcome: &Outcome) -> u8 {
        match (outcome, &self.settings.root) {
            (Outcome::Complete, Some(Choice::Fallback)) => FALLBACK_EXIT,
            (outcome, _) => outcome.exit_code(),
        }
    }

    fn places(&self) -> Places {
        Places::new(&self.loaded.context)
    }

    fn retriever(&self, progress: &Progress) -> Option<Arc<dyn Retriever>> {
        let speaker = progress.speaker(self.progress, self.console);
        let indexes = self.settings.cache.place.indexes();
        retrieval::retriever(self.settings.has_search, &self.loaded.context, indexes, speaker)
    }

    /// Writes the first line when a run starts, once for all questions.
    fn say_first_line(&self, journal: &Journal) {
        if let Some(line) = &self.first_line {
            line.say_at_start(journal);
        }
    }

    /// Opens the full-screen view of the run, if `--tui` asks for it.
    fn live(&self, journal: &Journal, cancel: &CancellationToken) -> Result<Live, Failure> {
        match self.progress {
            ProgressKind::View => Live::show(journal, Vec::new(), &self.loaded.context, cancel.clone(), self.console),
            _ => Ok(Live::default()),
        }
    }

    fn carry_out<T>(
        &self,
        work: impl Future<Output = T>,
        cancel: CancellationToken,
        progress: Progress,
    ) -> Result<T, Failure> {
        let Some(runtime) = &self.runtime else {
            let cause = io::Error::other("the async runtime has been shut down");
            return Err(Failure::Start { cause });
        };
        let result = runtime::carry_out_on(runtime, cancel, self.console, work);
        progress.end();
        self.offered.say_sources(self.console);
        Ok(result)
    }
}

impl Drop for QuestionRunner<'_> {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // No task that is still running has a result that matters.
            runtime.shutdown_background();
        }
    }
}

/// Creates the error of a run that failed after its journal had begun.
fn stopped(run: RunId, journal: PathBuf, error: RunError) -> Failure {
    // The totals only complete the report of the error, so a journal that can't be read has none.
    let totals = RecordedRun::read(&journal).map_or_else(|_| Totals::default(), |run| Totals::of(&run.records));
    Failure::StoppedRun(Box::new(StoppedRun {
        run,
        journal,
        totals,
        error,
    }))
}

/// Returns the current time, in milliseconds since 1970.
pub fn now() -> Millis {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// Returns the identification of this process as the holder of a lease.
pub fn holder() -> Holder {
    Holder {
        process: std::process::id(),
        since: now(),
    }
}
