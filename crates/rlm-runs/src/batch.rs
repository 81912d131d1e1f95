//! Many questions about one context: one scheduler, one cache, one budget.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::stream::{self, Stream, StreamExt};
use rlm_context::Context;
use rlm_core::{RunError, RunOptions, RunResult, Runner};
use rlm_policy::{Part, Purse, PurseEmpty, Spend};
use rlm_trace::{Following, Journal, JournalOptions, Totals, TotalsFold};
use tokio_util::sync::CancellationToken;

use crate::resume::{RaisedLimits, ResumeOptions, UnfinishedRun};
use crate::take_up::take_up;

/// The runs of a batch that are under way at once where nothing is said.
const USUAL_PARALLEL: usize = 4;

/// How a batch is carried out.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// The runs that are under way at once, at least one; their calls share the runner's concurrency.
    pub parallel: usize,
    /// What all runs may use together. Each is given an equal part of what is left, and what it leaves goes back.
    pub purse: Purse,
    /// Ends the runs under way, and begins no more.
    pub cancel: CancellationToken,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            parallel: USUAL_PARALLEL,
            purse: Purse::default(),
            cancel: CancellationToken::new(),
        }
    }
}

/// A question of a batch.
#[derive(Debug, Default)]
pub struct BatchLine {
    /// The question.
    pub question: String,
    /// What its run has of its own. It is cancelled with the batch.
    pub options: RunOptions,
    /// A run of the question that a process before this one began: it is gone on with, within what it was given then, in the place of a new
    /// one. Such lines come first, so that nobody else is given what they may still spend.
    pub unfinished: Option<UnfinishedRun>,
}

/// What came of one question of a batch.
#[derive(Debug)]
pub struct BatchAnswer {
    /// Which question it was, from 0.
    pub line: usize,
    /// What came of it.
    pub result: Result<RunResult, RunError>,
    /// What its run counts for, whatever became of it.
    pub spent: Spend,
}

/// Answers many questions from one context, and hands out each answer as it ends. A question that fails stops no other.
///
/// Questions are taken one by one as there is room, so that what each needs may be made then. A run is begun with limits of its own,
/// cut from what is left of the [purse](BatchOptions::purse); one for which nothing is left fails with [`RunError::BatchBudgetExceeded`].
///
/// ```
/// # use std::sync::Arc;
/// # use futures::StreamExt as _;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::Runner;
/// # use rlm_model::Tokens;
/// # use rlm_policy::Purse;
/// # use rlm_runs::{BatchLine, BatchOptions, batch};
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = FakeModel::new(["```repl\nFINAL(lines(P)[0])\n```", "```repl\nFINAL(lines(P)[1])\n```"]);
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let context = Context::from_text("Lisbon\nTagus\n");
///
/// let questions = ["Which capital?", "Which river?"].map(|question| BatchLine {
///     question: question.to_owned(),
///     ..BatchLine::default()
/// });
/// let purse = Purse::new(None, Some(Tokens(1_000_000)));
/// let options = BatchOptions { parallel: 1, purse, ..BatchOptions::default() };
/// let answers: Vec<_> = batch(&runner, questions, &context, options).collect().await;
/// let second = answers[1].result.as_ref().map(|result| result.answer.as_deref());
/// assert_eq!((answers[1].line, second.ok()), (1, Some(Some("Tagus"))));
/// # Ok::<(), rlm_core::RunError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn batch<'r, L>(
    runner: &'r Runner,
    lines: L,
    context: &'r Context,
    options: BatchOptions,
) -> impl Stream<Item = BatchAnswer> + use<'r, L>
where
    L: IntoIterator<Item = BatchLine>,
    L::IntoIter: ExactSizeIterator + 'r,
{
    let BatchOptions {
        parallel,
        purse,
        cancel,
    } = options;
    let parallel = parallel.max(1);
    let shared = Arc::new(Mutex::new(Shared { purse, running: 0 }));
    let mut lines = lines.into_iter();
    let mut numbers = 0..lines.len();
    let stop = cancel.clone();
    let next = std::iter::from_fn(move || {
        if stop.is_cancelled() {
            return None;
        }
        Some((numbers.next()?, numbers.len(), lines.next()?))
    });
    stream::iter(next)
        .map(move |(number, behind, line)| {
            let mut constraint = lock(&shared);
            let taken = match &line.unfinished {
                Some(run) => constraint.purse.take_again(given_to(run)),
                None => {
                    let free = parallel.saturating_sub(constraint.running).max(1);
                    constraint.purse.take(free.min(behind.saturating_add(1)))
                }
            };
            constraint.running = constraint.running.saturating_add(1);
            drop(constraint);
            let (shared, cancel) = (Arc::clone(&shared), cancel.clone());
            async move {
                let (result, spent) = answer_line(runner, line, context, taken, cancel).await;
                let mut constraint = lock(&shared);
                constraint.running = constraint.running.saturating_sub(1);
                match taken {
                    Ok(part) => constraint.purse.put_back(part, spent),
                    Err(_) => constraint.purse.spend(spent),
                }
                drop(constraint);
                BatchAnswer {
                    line: number,
                    result,
                    spent,
                }
            }
        })
        .buffer_unordered(parallel)
}

/// Answers a question within a part of a purse. Returns what that took beside it, whatever became of it.
async fn answer_line(
    runner: &Runner,
    line: BatchLine,
    context: &Context,
    taken: Result<Part, PurseEmpty>,
    cancel: CancellationToken,
) -> (Result<RunResult, RunError>, Spend) {
    let BatchLine {
        question,
        options,
        unfinished,
    } = line;
    let options = RunOptions { cancel, ..options };
    match (taken, unfinished) {
        (Ok(part), None) => run_within(runner, part, &question, context, options).await,
        (Ok(part), Some(run)) => go_on_within(runner, part, run, context, options).await,
        (Err(empty), run) => {
            let spent = run.map(|run| spent_in(&Totals::of(&run.recorded().records)));
            (Err(RunError::BatchBudgetExceeded(empty)), spent.unwrap_or_default())
        }
    }
}

/// Runs within a part of a purse. Returns what that took beside its result, whatever became of it.
pub(crate) async fn run_within(
    runner: &Runner,
    part: Part,
    question: &str,
    context: &Context,
    options: RunOptions,
) -> (Result<RunResult, RunError>, Spend) {
    let journal = options
        .journal
        .unwrap_or_else(|| Arc::new(Journal::in_memory(JournalOptions::default())));
    let totals = adding_up(&journal, TotalsFold::default());
    let options = RunOptions {
        journal: Some(journal),
        ..options
    };
    let result = runner
        .with_limits(part.within(runner.limits()))
        .run_with(question, context, options)
        .await;
    with_spend(result, &totals)
}

/// Goes on with a run within a part of a purse. Returns what it took from its beginning beside its result, whatever became of it.
async fn go_on_within(
    runner: &Runner,
    part: Part,
    run: UnfinishedRun,
    context: &Context,
    options: RunOptions,
) -> (Result<RunResult, RunError>, Spend) {
    let mut totals = TotalsFold::default();
    run.recorded().records.iter().for_each(|record| totals.add(record));
    let totals = adding_up(run.journal(), totals);
    let options = ResumeOptions {
        limits: RaisedLimits {
            cost: part.cost,
            tokens: part.tokens,
            ..RaisedLimits::default()
        },
        cancel: options.cancel,
        retriever: options.retriever,
        ..ResumeOptions::default()
    };
    let result = take_up(runner, run, context, options).await;
    with_spend(result.map_err(RunError::from), &totals)
}

/// Adds up what a run takes from now on to what it has taken.
fn adding_up(journal: &Journal, taken: TotalsFold) -> Arc<Mutex<TotalsFold>> {
    let totals = Arc::new(Mutex::new(taken));
    let adding = Arc::clone(&totals);
    journal.subscribe(move |record| {
        lock(&adding).add(record);
        Following::On
    });
    totals
}

/// Returns what a run counts for beside its result.
fn with_spend(result: Result<RunResult, RunError>, totals: &Mutex<TotalsFold>) -> (Result<RunResult, RunError>, Spend) {
    let spent = match &result {
        Ok(result) => result.spent,
        Err(RunError::Limit { partial, .. }) => partial.spent,
        Err(_) => spent_in(&lock(totals).totals()),
    };
    (result, spent)
}

/// Returns what a run may use, as its journal says it.
fn given_to(run: &UnfinishedRun) -> Part {
    let limits = run.limits().ok();
    Part {
        cost: limits.as_ref().and_then(|limits| limits.cost),
        tokens: limits.as_ref().and_then(|limits| limits.tokens),
    }
}

/// What the runs of a batch share.
struct Shared {
    purse: Purse,
    running: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what counts of a run by its journal: settled calls, and those in doubt at what was reserved for them.
///
/// ```
/// # use rlm_runs::spent_in;
/// # use rlm_trace::{RecordedRun, Totals};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// let totals = Totals::of(&run.records);
/// assert_eq!(spent_in(&totals).tokens(), totals.usage().total());
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[must_use]
pub fn spent_in(totals: &Totals) -> Spend {
    let in_doubt = Spend {
        input_tokens: totals.in_doubt.tokens,
        ..Spend::of(0, &rlm_model::Usage::default(), totals.in_doubt.cost)
    };
    Spend::of(totals.sub.calls, &totals.usage(), totals.cost()).plus(in_doubt)
}
