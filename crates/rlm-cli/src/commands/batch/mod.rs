//! `rlm batch`: answers many questions about the same files.

mod answers;
mod questions;
mod started_runs;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::{StreamExt as _, pin_mut};
use rlm_cli_execution::question::QuestionSource;
use rlm_cli_execution::telemetry::CommandTelemetry;
use rlm_cli_execution::{context, journal, retrieval, runner, runtime, standard_input, tools};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::first_line::FirstLine;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::places::Places;
use rlm_cli_output::progress::ProgressKind;
use rlm_cli_output::schemas::{self, OutputObject as _, value};
use rlm_cli_output::text::{counted, grouped, one_line};
use rlm_cli_output::{metrics, run_result, steps};
use rlm_cli_settings::args::{BatchArguments, RunnerArguments};
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::runner::RunnerSettings;
use rlm_core::{RunError, RunOptions, RunResult, Runner};
use rlm_model::RunId;
use rlm_policy::{Outcome, SharedBudget, Spend};
use rlm_retrieval::Retriever;
use rlm_runs::{BatchAnswer, BatchOptions, BatchQuestion, UnfinishedRun};
use rlm_trace::{Journal, JournalOptions, JournalTexts, TraceParent};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use self::answers::Answers;
use self::questions::Line;
use self::started_runs::{Leftover, StartedRuns};

/// The exit code of a batch in which a question has no complete answer.
const INCOMPLETE: u8 = 3;

/// Runs `rlm batch`: answers the questions of a file. Returns the exit code.
pub(crate) fn run(arguments: &BatchArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let lines = questions::read(&arguments.questions)?;
    if arguments.questions.as_os_str() == "-" && standard_input::is_named(&arguments.context.context) {
        return Err(Failure::StandardInputTwice);
    }
    let settings = runner::settings(&arguments.runner, environment, console)?;
    let runtime = runtime::runtime()?;
    let offered = runtime.block_on(tools::start(
        &settings.tools.offered,
        settings.models.api_key_env(),
        environment,
        console,
    ))?;
    let telemetry = CommandTelemetry::start(environment, console);
    let runner = telemetry.observe(runner::build(&settings, environment, &offered)?);
    let is_told = arguments.show_steps || !matches!(arguments.progress, ProgressKind::None | ProgressKind::Json);
    let loading = if is_told { Loading::Shown } else { Loading::Hidden };
    let asked = QuestionSource::for_context(arguments.context.with_paths(&arguments.paths));
    let (loaded, input) = asked.load(&arguments.context, &settings.cache.place, loading)?;
    context::warn(&loaded.warnings, console);
    let is_new = !arguments.output.exists();
    let mut results = Results::new(Answers::open(&arguments.output)?, lines.len(), is_told, console);
    let started = match arguments.no_journal {
        true => None,
        false => Some(StartedRuns::take(&arguments.output, is_new, environment)?),
    };
    let mut open = results.unanswered(lines, &arguments.questions)?;
    if !open.is_empty() {
        say_first_line(arguments, &settings, &runner, loaded.context.text_size(), console);
    }
    let left = match &started {
        Some(started) => started.left(&open, &results.answers, &runner, &loaded.context, console),
        None => Leftover::default(),
    };
    let unfinished = results.unfinished(left, &mut open)?;
    let speaker = move |text: &str| {
        if is_told {
            console.say(text);
        }
    };
    let indexes = settings.cache.place.indexes();
    let dispatcher = Dispatcher {
        retriever: retrieval::retriever(settings.has_search, &loaded.context, indexes, speaker),
        begun: started,
        records: JournalOptions {
            texts: settings.texts,
            ..JournalOptions::default()
        },
        unfinished: RefCell::new(unfinished),
        input,
        kept_input: RefCell::default(),
        locate: |kept: Option<&PathBuf>| match asked.context.as_slice() {
            [] => Vec::new(),
            _ => {
                let specs = context::parse(&asked.context).unwrap_or_default();
                context::locations(&loaded.context, &specs, &asked.context, kept.map(PathBuf::as_path))
            }
        },
        steps: (arguments.show_steps || arguments.progress == ProgressKind::Steps).then_some(console),
        trace_parent: telemetry.parent(),
        failure: RefCell::default(),
    };
    let cancel = CancellationToken::new();
    let options = BatchOptions {
        parallel: usize::from(arguments.parallel),
        budget: budget(&arguments.runner, results.tally.spent_before),
        cancel: cancel.clone(),
    };
    let work = dispatcher.answer_all(&runner, &open, &loaded.context, options, |line, run, answer| {
        results.add(line, run, answer)
    });
    let done = runtime::carry_out(runtime, cancel.clone(), console, work);
    done?;
    results.show(arguments.json)?;
    Ok(results.exit_code(cancel.is_cancelled()))
}

fn say_first_line(arguments: &BatchArguments, settings: &RunnerSettings, runner: &Runner, size: u64, console: Console) {
    let kind = match arguments.progress {
        _ if arguments.show_steps => ProgressKind::Steps,
        kind => kind,
    };
    let line = runner::first_line(settings, runner, runner.limits(), size, kind, console);
    line.iter().for_each(FirstLine::say);
}

/// Returns the shared budget of a batch, reduced by earlier spending.
fn budget(arguments: &RunnerArguments, spent: Spend) -> SharedBudget {
    let mut budget = SharedBudget::new(arguments.budget.shared());
    budget.spend(spent);
    budget
}

/// The results of a batch: the answers file, the counts, and the console for progress.
struct Results {
    answers: Answers,
    tally: Tally,
    is_told: bool,
    console: Console,
}

impl Results {
    fn new(answers: Answers, questions: usize, is_told: bool, console: Console) -> Self {
        Self {
            answers,
            tally: Tally {
                questions,
                ..Tally::default()
            },
            is_told,
            console,
        }
    }

    /// Returns the questions that have no answer yet. Invalid lines are answered by their error.
    fn unanswered(&mut self, lines: Vec<Line>, path: &Path) -> Result<Vec<Line>, Failure> {
        let mut open = Vec::new();
        for line in lines {
            match &line.question {
                _ if self.answers.holds(&line) => self.tally.before = self.tally.before.saturating_add(1),
                Ok(_) => open.push(line),
                Err(detail) => {
                    let failure = Failure::Question {
                        path: path.to_owned(),
                        number: line.number,
                        detail: detail.clone(),
                    };
                    self.console.warn(&failure.line());
                    self.fail(&line, &failure)?;
                }
            }
        }
        Ok(open)
    }

    /// Returns the unfinished runs to resume, keyed by the JSON of the question's id, and moves
    /// their questions to the front. Runs that can't be resumed are answered by their error.
    fn unfinished(&mut self, left: Leftover, open: &mut Vec<Line>) -> Result<HashMap<String, UnfinishedRun>, Failure> {
        self.tally.spent_before = self.answers.spent().plus(left.spent);
        let mut unfinished = HashMap::new();
        for (id, found) in left.runs {
            match found {
                Ok(run) => _ = unfinished.insert(id, run),
                Err(failure) => {
                    let Some(at) = open.iter().position(|line| key(line) == id) else {
                        continue;
                    };
                    let line = open.remove(at);
                    self.console.warn(&format!("{}: {}", line.id, failure.line()));
                    self.fail(&line, &failure)?;
                }
            }
        }
        open.sort_by_key(|line| !unfinished.contains_key(&key(line)));
        Ok(unfinished)
    }

    fn fail(&mut self, line: &Line, failure: &Failure) -> Result<(), Failure> {
        let shown = run_result::failure_json(failure);
        self.answers.add(&of_line(line, shown, None, Spend::default()))?;
        self.tally.incomplete = self.tally.incomplete.saturating_add(1);
        Ok(())
    }

    /// Adds the answer of a run to the results: counts it, reports it and appends it to the file.
    fn add(&mut self, line: &Line, run: Option<&RunId>, answer: BatchAnswer) -> Result<(), Failure> {
        let BatchAnswer { result, spent, .. } = answer;
        let shown = match &result {
            Ok(result) => run_result::json(result),
            Err(error) => run_result::run_error_json(error),
        };
        self.tally.count(&result, spent);
        if self.is_told {
            self.console.say(&told(line, &result, &self.tally));
        }
        // A cancelled run is resumed later, so it has no answer yet.
        if !matches!(&result, Ok(result) if result.outcome == Outcome::Cancelled) {
            // A run that the budget excluded has not started, or waits for a higher budget: its
            // journal counts its spending.
            let (run, spent) = match &result {
                Err(RunError::BatchBudgetExceeded(_)) => (None, Spend::default()),
                _ => (run, spent),
            };
            self.answers.add(&of_line(line, shown, run, spent))?;
        }
        Ok(())
    }

    const fn exit_code(&self, is_cancelled: bool) -> u8 {
        match self.tally.incomplete {
            _ if is_cancelled => Outcome::Cancelled.exit_code(),
            0 => 0,
            _ => INCOMPLETE,
        }
    }

    fn show(&self, with_json: bool) -> Result<(), Failure> {
        if self.is_told {
            self.console.say(&self.tally.shown());
        }
        if with_json {
            self.console.json(&self.tally.json())?;
        }
        Ok(())
    }
}

/// The dispatcher of a batch, which prepares and runs its questions. Holds the data that all their
/// runs share.
struct Dispatcher<L> {
    retriever: Option<Arc<dyn Retriever>>,
    /// The runs that were begun for the batch. `None` if no journals are kept.
    begun: Option<StartedRuns>,
    /// The options for recording the journals of all runs.
    records: JournalOptions,
    /// The unfinished runs to resume, keyed by the JSON of the question's id.
    unfinished: RefCell<HashMap<String, UnfinishedRun>>,
    /// The bytes of standard input, until they are stored next to the first journal.
    input: Option<Vec<u8>>,
    kept_input: RefCell<Option<PathBuf>>,
    /// A function that locates the documents: it returns their paths, given the path of stored
    /// standard input.
    locate: L,
    /// The console that shows the steps of all runs; `None` to hide them.
    steps: Option<Console>,
    /// The span that started this process, if any.
    trace_parent: Option<TraceParent>,
    /// The error that prevented the creation of a journal. After it, no run is started.
    failure: RefCell<Option<Failure>>,
}

impl<L: Fn(Option<&PathBuf>) -> Vec<Option<String>>> Dispatcher<L> {
    /// Answers the questions, and passes each answer to the caller as soon as it is complete.
    async fn answer_all(
        &self,
        runner: &Runner,
        lines: &[Line],
        context: &rlm_context::Context,
        options: BatchOptions,
        mut end: impl FnMut(&Line, Option<&RunId>, BatchAnswer) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let cancel = options.cancel.clone();
        let runs: RefCell<Vec<Option<LineRun>>> = RefCell::new(vec![None; lines.len()]);
        let begin = lines.iter().enumerate().map(|(number, line)| {
            let made = self.line(line).unwrap_or_else(|failure| {
                cancel.cancel();
                self.failure.borrow_mut().get_or_insert(failure);
                BatchQuestion::default()
            });
            if let Some(slot) = runs.borrow_mut().get_mut(number) {
                let journal = made.options.journal.as_ref().and_then(|journal| journal.path());
                let id = match &made.unfinished {
                    Some(run) => run.started().ok().map(|started| started.run.clone()),
                    None => made.options.id.clone(),
                };
                *slot = id.map(|id| LineRun {
                    id,
                    journal: journal.map(ToOwned::to_owned),
                });
            }
            made
        });
        let answers = rlm_runs::batch(runner, begin, context, options);
        pin_mut!(answers);
        while let Some(answer) = answers.next().await {
            let Some(line) = lines.get(answer.line) else { continue };
            let run = runs.borrow_mut().get_mut(answer.line).and_then(Option::take);
            if let (true, Some(run)) = (answer.result.is_err(), &run) {
                journal::forget_unbegun(run.journal.as_slice(), journal::Folder::OfTheRun);
            }
            if self.failure.borrow().is_none() {
                end(line, run.as_ref().map(|run| &run.id), answer)?;
            }
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Prepares the question of a line as a new run, or with the unfinished run to resume.
    fn line(&self, line: &Line) -> Result<BatchQuestion, Failure> {
        let question = line.question.clone().unwrap_or_default();
        if let Some(run) = self.unfinished.borrow_mut().remove(&key(line)) {
            self.show_steps(run.journal(), line);
            return Ok(BatchQuestion {
                question,
                options: RunOptions {
                    retriever: self.retriever.clone(),
                    ..RunOptions::default()
                },
                unfinished: Some(run),
            });
        }
        let id = runner::new_id()?;
        let journal = match &self.begun {
            Some(begun) => begun.begin(line, &id, self.records)?,
            None => Journal::in_memory(self.records),
        };
        self.show_steps(&journal, line);
        let mut kept = self.kept_input.borrow_mut();
        let keeps_input = self.records.texts == JournalTexts::Full;
        if let (true, Some(input), Some(path), None) = (keeps_input, &self.input, journal.path(), &*kept) {
            *kept = Some(standard_input::keep(input, path)?);
        }
        let options = RunOptions {
            id: Some(id),
            journal: Some(Arc::new(journal)),
            locations: (self.locate)(kept.as_ref()),
            retriever: self.retriever.clone(),
            trace_parent: self.trace_parent,
            ..RunOptions::default()
        };
        Ok(BatchQuestion {
            question,
            options,
            ..BatchQuestion::default()
        })
    }
}

impl<L> Dispatcher<L> {
    fn show_steps(&self, journal: &Journal, line: &Line) {
        if let Some(console) = self.steps {
            steps::follow(
                journal,
                &format!("{} ", one_line(&key(line))),
                Places::default(),
                console,
            );
        }
    }
}

/// The run that answers a line of the questions file.
#[derive(Clone)]
struct LineRun {
    id: RunId,
    /// The path of the run's new journal. `None` if the run has no journal, or is resumed in an
    /// existing one.
    journal: Option<PathBuf>,
}

/// Returns the key under which a question's data is stored: the JSON of its id.
fn key(line: &Line) -> String {
    line.id.to_string()
}

/// The counts of answered and failed questions of a batch so far, and the spending.
#[derive(Debug, Default)]
struct Tally {
    questions: usize,
    before: usize,
    complete: usize,
    incomplete: usize,
    spent_before: Spend,
    spent: Spend,
}

impl Tally {
    fn count(&mut self, result: &Result<RunResult, RunError>, spent: Spend) {
        self.spent = self.spent.plus(spent);
        match result {
            Ok(result) if result.outcome == Outcome::Complete => self.complete = self.complete.saturating_add(1),
            _ => self.incomplete = self.incomplete.saturating_add(1),
        }
    }

    const fn done(&self) -> usize {
        self.before
            .saturating_add(self.complete)
            .saturating_add(self.incomplete)
    }

    fn shown(&self) -> String {
        let mut parts = vec![
            counted(self.questions as u64, "question"),
            format!("{} complete", grouped(self.complete as u64)),
        ];
        if self.incomplete > 0 {
            parts.push(format!("{} without a complete answer", grouped(self.incomplete as u64)));
        }
        if self.before > 0 {
            parts.push(format!("{} already answered", grouped(self.before as u64)));
        }
        parts.push(format!(
            "about {} tokens in, {} out",
            grouped(self.spent.input_tokens.0),
            grouped(self.spent.output_tokens.0)
        ));
        parts.push(metrics::cost(self.spent.total_cost()));
        parts.join(", ")
    }

    fn json(&self) -> schemas::Batch {
        schemas::Batch {
            questions: self.questions,
            complete: self.complete,
            incomplete: self.incomplete,
            answered_before: self.before,
            usage: schemas::BatchUsage {
                input: self.spent.input_tokens.0,
                output: self.spent.output_tokens.0,
            },
            cost: run_result::dollars(self.spent.total_cost()),
            cost_with_before: run_result::dollars(self.spent.plus(self.spent_before).total_cost()),
        }
    }
}

/// Returns the answer of a questions-file line as JSON: the id and the question, then the run's
/// result, then its spending.
fn of_line(line: &Line, shown: schemas::Run, run: Option<&RunId>, spent: Spend) -> Value {
    let shown = schemas::Run {
        // A failed run's result does not contain the id.
        run: run.map(ToString::to_string).or(shown.run),
        ..shown
    };
    let line = schemas::BatchLine {
        id: line.id.clone(),
        question: line.question.clone().ok(),
        run: shown,
        spent: value(&spent),
    };
    line.object()
}

/// Formats the progress line that reports an answer: `[3/10] "q7": complete, 2 steps, …`.
fn told(line: &Line, result: &Result<RunResult, RunError>, tally: &Tally) -> String {
    let what = match result {
        Ok(result) => {
            let figures = metrics::totals(&result.totals);
            match (&result.outcome, &result.message) {
                (Outcome::Complete, _) | (_, None) => format!("{}, {figures}", result.outcome.name()),
                (outcome, Some(message)) => format!("{}: {message}, {figures}", outcome.name()),
            }
        }
        Err(error) => format!("{}: {error}", error.outcome().name()),
    };
    one_line(&format!("[{}/{}] {}: {what}", tally.done(), tally.questions, line.id))
}
