//! `rlm resume`: resumes a run that was interrupted or ended early.

use std::sync::Arc;

use rlm_cli_execution::stores;
use rlm_cli_execution::telemetry::CommandTelemetry;
use rlm_cli_execution::tools::{self, OfferedTools};
use rlm_cli_execution::{recording, retrieval, runtime, unfinished_run};
use rlm_cli_output::answer_file::AnswerFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::first_line::{FirstLine, ModelSource};
use rlm_cli_output::live::{self, Live};
use rlm_cli_output::places::Places;
use rlm_cli_output::progress::{Progress, ProgressKind};
use rlm_cli_output::run_result;
use rlm_cli_settings::args::{ContinuationArguments, ResumeArguments, ToolGrantArguments};
use rlm_cli_settings::cache::CacheSettings;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::model_bindings::ModelBindings;
use rlm_cli_settings::models;
use rlm_cli_settings::runner::{raised_limits, scheduling};
use rlm_core::{EffectsInDoubt, RunResult, RunnerBuilder};
use rlm_policy::Limits;
use rlm_retrieval::Retriever;
use rlm_runs::{ResumeOptions, UnfinishedRun};
use rlm_trace::{Journal, JournalOptions, JournalTexts, Record, RecordedRun, RunEnded, RunStarted};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// Runs `rlm resume`: resumes a run. Returns the exit code.
pub(crate) fn run(arguments: &ResumeArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let outcome = go_on(arguments, environment, console);
    if let (true, Err(failure)) = (arguments.onward.json, &outcome) {
        console.json(&run_result::failure_json(failure))?;
    }
    outcome
}

fn go_on(arguments: &ResumeArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    live::check(arguments.onward.progress.kind(), console)?;
    let store = stores::runs(environment)?;
    let found = store.find(&arguments.run)?;
    let unfinished = match &found.id {
        Some(id) => unfinished_run::resumed(&store, id)?,
        None => UnfinishedRun::open(&found.journal, JournalOptions::default())?,
    };
    let started = unfinished.started()?.clone();
    if let Some(ended) = unfinished.ended().filter(|ended| ended.outcome == "complete") {
        return say_complete(&started, ended, &arguments.onward, console);
    }
    let bindings = ModelBindings::from_recording(&started);
    let tools = Tools::start(&arguments.onward, &bindings, environment, console)?;
    let builder = builder(
        &bindings,
        &arguments.onward,
        &unfinished.limits()?,
        started.texts,
        environment,
    )?;
    let runner = tools
        .offered
        .offer_to(builder, &ToolGrantArguments::default())
        .build()?;
    let telemetry = CommandTelemetry::start(environment, console);
    let runner = telemetry.observe(runner);
    let context = recording::load_context(&started, &found.journal, &arguments.context, environment)?;
    let mut file = arguments.onward.output.as_deref().map(AnswerFile::open).transpose()?;
    let limits = raised_limits(&arguments.onward).over(&unfinished.limits()?);
    let (size, kind) = (context.text_size(), arguments.onward.progress.kind());
    if let Some(line) = FirstLine::new(&runner, &limits, ModelSource::Named, size, kind, console) {
        line.say_at_start(unfinished.journal());
    }
    let past = match arguments.onward.progress.kind() {
        ProgressKind::View => RecordedRun::read(&found.journal)?.records,
        _ => Vec::new(),
    };
    let onward = Continuation::begin(
        unfinished.journal(),
        past,
        &started,
        &context,
        &arguments.onward,
        &limits,
        environment,
        console,
    )?;
    let options = ResumeOptions {
        limits: raised_limits(&arguments.onward),
        cancel: onward.cancel.clone(),
        retriever: onward.retriever.clone(),
        effects_in_doubt: match arguments.redo_effects {
            true => EffectsInDoubt::Redone,
            false => EffectsInDoubt::Failed,
        },
    };
    let result = onward.carry_out(tools, rlm_runs::resume(&runner, unfinished, &context, options), console)?;
    run_result::show(&result, arguments.onward.json, file.as_mut(), console)?;
    Ok(result.outcome.exit_code())
}

/// The tools of a resumed or forked run, with the async runtime for them and the run.
pub(super) struct Tools {
    pub(super) offered: OfferedTools,
    runtime: Runtime,
}

impl Tools {
    pub(super) fn start(
        arguments: &ContinuationArguments,
        bindings: &ModelBindings,
        environment: &Environment,
        console: Console,
    ) -> Result<Self, Failure> {
        let runtime = runtime::runtime()?;
        let api_key_env = arguments.api_key_env.as_deref().or(bindings.api_key_env());
        let offered = runtime.block_on(tools::start(&arguments.tools, api_key_env, environment, console))?;
        Ok(Self { offered, runtime })
    }
}

/// The environment of a resumed or forked run: its cancellation, search index and display.
pub(super) struct Continuation {
    pub(super) cancel: CancellationToken,
    pub(super) retriever: Option<Arc<dyn Retriever>>,
    progress: Progress,
    live: Live,
}

impl Continuation {
    /// Begins to display a continued run by following its journal. `past` contains the events that
    /// the journal already has.
    #[expect(clippy::too_many_arguments, reason = "a resumed run has as many inputs")]
    pub(super) fn begin(
        journal: &Journal,
        past: Vec<Record>,
        started: &RunStarted,
        context: &rlm_context::Context,
        arguments: &ContinuationArguments,
        limits: &Limits,
        environment: &Environment,
        console: Console,
    ) -> Result<Self, Failure> {
        let kind = arguments.progress.kind();
        let progress = Progress::follow(journal, kind, limits, Places::new(context).of_run(started), console);
        let cancel = CancellationToken::new();
        let live = match kind {
            ProgressKind::View => Live::show(journal, past, context, cancel.clone(), console)?,
            _ => Live::default(),
        };
        let has_search = started.settings.get("search").and_then(Value::as_bool) == Some(true);
        let recorded = ModelBindings::from_recording(started).cache;
        let indexes = CacheSettings::resumed(&arguments.cache, recorded.as_deref(), started.texts, environment)
            .place
            .indexes();
        let speaker = progress.speaker(kind, console);
        Ok(Self {
            cancel,
            retriever: retrieval::retriever(has_search, context, indexes, speaker),
            progress,
            live,
        })
    }

    pub(super) fn carry_out(
        self,
        tools: Tools,
        work: impl Future<Output = Result<RunResult, rlm_runs::ReplayError>>,
        console: Console,
    ) -> Result<RunResult, Failure> {
        let result = runtime::carry_out(tools.runtime, self.cancel, console, work);
        self.progress.end();
        self.live.end(&result);
        tools.offered.say_sources(console);
        Ok(result?)
    }
}

/// Creates a runner builder with the models and limits of a recorded run. `texts` says which texts
/// the journal records.
pub(super) fn builder(
    bindings: &ModelBindings,
    arguments: &ContinuationArguments,
    recorded: &Limits,
    texts: JournalTexts,
    environment: &Environment,
) -> Result<RunnerBuilder, Failure> {
    let mut bindings = bindings.clone();
    if let Some(variable) = &arguments.api_key_env {
        bindings.api_key_env = Some(variable.clone());
    }
    let root = models::make(
        &models::spec(&bindings.model, environment)?,
        bindings.api_key_env(),
        environment,
    )?;
    let (builder, _) = bindings.builder(root, environment)?;
    Ok(builder
        .limits(Limits {
            concurrency: arguments.concurrency.unwrap_or(recorded.concurrency),
            ..recorded.clone()
        })
        .run_ahead(arguments.run_ahead.into())
        .scheduling(scheduling(&arguments.waiting))
        .cache(CacheSettings::resumed(&arguments.cache, bindings.cache.as_deref(), texts, environment).open()?))
}

fn say_complete(
    started: &RunStarted,
    ended: &RunEnded,
    arguments: &ContinuationArguments,
    console: Console,
) -> Result<u8, Failure> {
    if arguments.json {
        return Err(rlm_runs::ReplayError::Complete.into());
    }
    // A placeholder for a withheld text is not an answer.
    let kept = ended.answer.as_ref().filter(|_| started.texts == JournalTexts::Full);
    if let Some(answer) = kept {
        console.result_line(answer)?;
    }
    let withheld = match (&ended.answer, kept) {
        (Some(_), None) => "; `rlm replay` recomputes its answer",
        (_, _) => "",
    };
    console.say(&format!(
        "run {} is already complete, nothing to resume{withheld}",
        started.run
    ));
    Ok(0)
}
