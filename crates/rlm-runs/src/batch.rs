//! Many questions about one context: one scheduler, one cache, one budget.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::stream::{self, Stream, StreamExt};
use rlm_context::Context;
use rlm_core::{RunError, RunOptions, RunResult, Runner};
use rlm_policy::{BudgetExhausted, BudgetSlice, SharedBudget, Spend};
use rlm_trace::{Journal, JournalOptions, Totals, TotalsFold};
use tokio_util::sync::CancellationToken;

use crate::resume::{RaisedLimits, ResumeOptions, UnfinishedRun};
use crate::resume_or_replay::resume_or_replay;

/// The default number of concurrent runs of a batch.
const USUAL_PARALLEL: usize = 4;

/// The options of a batch.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// The maximum number of concurrent runs, at least 1; default 4. Their calls share the runner's
    /// concurrency.
    pub parallel: usize,
    /// The budget of all runs together. Each run gets an equal slice of the rest and returns what
    /// it does not spend.
    pub budget: SharedBudget,
    /// Cancels the active runs and starts no others.
    pub cancel: CancellationToken,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            parallel: USUAL_PARALLEL,
            budget: SharedBudget::default(),
            cancel: CancellationToken::new(),
        }
    }
}

/// A question of a batch.
#[derive(Debug, Default)]
pub struct BatchQuestion {
    /// The question.
    pub question: String,
    /// The options of the question's run. The batch sets the cancellation token.
    pub options: RunOptions,
    /// A run of the question that an earlier process started: it is resumed within its original
    /// budget instead of starting a new one. Such questions come first, so that their budget is not
    /// given to others.
    pub unfinished: Option<UnfinishedRun>,
}

impl BatchQuestion {
    /// Creates a question with default options.
    #[must_use]
    pub fn new(question: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            ..Self::default()
        }
    }
}

/// The result of one question of a batch.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchAnswer {
    /// The index of the question, counted from 0.
    pub line: usize,
    /// The result of the question's run.
    pub result: Result<RunResult, RunError>,
    /// The spending of the question's run, also if it failed.
    pub spent: Spend,
}

/// Answers many questions from one context and yields each answer as it completes. A failed
/// question doesn't stop the others.
///
/// Questions are pulled one by one as runs complete. Each run gets a slice of the
/// [budget](BatchOptions::budget); if nothing is left, a question fails with
/// [`RunError::BatchBudgetExceeded`].
///
/// ```
/// # use std::sync::Arc;
/// # use futures::StreamExt as _;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::Runner;
/// # use rlm_model::Tokens;
/// # use rlm_policy::{BudgetSlice, SharedBudget};
/// # use rlm_runs::{BatchQuestion, BatchOptions, batch};
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = FakeModel::new(["```repl\nFINAL(lines(P)[0])\n```", "```repl\nFINAL(lines(P)[1])\n```"]);
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let context = Context::from_text("Lisbon\nTagus\n");
///
/// let questions = ["Which capital?", "Which river?"].map(BatchQuestion::new);
/// let budget = SharedBudget::new(BudgetSlice { tokens: Some(Tokens(1_000_000)), ..BudgetSlice::default() });
/// let options = BatchOptions { parallel: 1, budget, ..BatchOptions::default() };
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
    L: IntoIterator<Item = BatchQuestion>,
    L::IntoIter: ExactSizeIterator + 'r,
{
    let BatchOptions {
        parallel,
        budget,
        cancel,
    } = options;
    let parallel = parallel.max(1);
    let shared = Arc::new(Mutex::new(Shared { budget, running: 0 }));
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
            let mut state = lock(&shared);
            let taken = match &line.unfinished {
                Some(run) => state.budget.take_again(given_to(run)),
                None => {
                    let free = parallel.saturating_sub(state.running).max(1);
                    state.budget.take(free.min(behind.saturating_add(1)))
                }
            };
            state.running = state.running.saturating_add(1);
            drop(state);
            let (shared, cancel) = (Arc::clone(&shared), cancel.clone());
            async move {
                let (result, spent) = answer_line(runner, line, context, taken, cancel).await;
                let mut state = lock(&shared);
                state.running = state.running.saturating_sub(1);
                match taken {
                    Ok(slice) => state.budget.put_back(slice, spent),
                    Err(_) => state.budget.spend(spent),
                }
                drop(state);
                BatchAnswer {
                    line: number,
                    result,
                    spent,
                }
            }
        })
        .buffer_unordered(parallel)
}

/// Answers a question within a slice of a shared budget. Also returns its spending, even if it
/// failed.
async fn answer_line(
    runner: &Runner,
    line: BatchQuestion,
    context: &Context,
    taken: Result<BudgetSlice, BudgetExhausted>,
    cancel: CancellationToken,
) -> (Result<RunResult, RunError>, Spend) {
    let BatchQuestion {
        question,
        options,
        unfinished,
    } = line;
    let options = RunOptions { cancel, ..options };
    match (taken, unfinished) {
        (Ok(slice), None) => run_within(runner, slice, &question, context, options).await,
        (Ok(slice), Some(run)) => resume_within(runner, slice, run, context, options).await,
        (Err(empty), run) => {
            let spent = run.map(|run| spent_in(&Totals::of(&run.recorded().records)));
            (Err(RunError::BatchBudgetExceeded(empty)), spent.unwrap_or_default())
        }
    }
}

/// Runs a question within a slice of a shared budget. Also returns its spending, even if it failed.
pub(crate) async fn run_within(
    runner: &Runner,
    slice: BudgetSlice,
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
        .with_limits(slice.within(runner.limits()))
        .run_with(question, context, options)
        .await;
    with_spend(result, &totals)
}

/// Resumes a run within a slice of a shared budget. Also returns its spending since its start, even
/// if it failed.
async fn resume_within(
    runner: &Runner,
    slice: BudgetSlice,
    run: UnfinishedRun,
    context: &Context,
    options: RunOptions,
) -> (Result<RunResult, RunError>, Spend) {
    let mut totals = TotalsFold::default();
    run.recorded().records.iter().for_each(|record| totals.add(record));
    let totals = adding_up(run.journal(), totals);
    let options = ResumeOptions {
        limits: RaisedLimits {
            cost: slice.cost,
            tokens: slice.tokens,
            input_tokens: slice.input_tokens,
            output_tokens: slice.output_tokens,
            ..RaisedLimits::default()
        },
        cancel: options.cancel,
        retriever: options.retriever,
        ..ResumeOptions::default()
    };
    let result = resume_or_replay(runner, run, context, options).await;
    with_spend(result.map_err(RunError::from), &totals)
}

/// Returns totals that start with `taken`, and to which later events of the journal are added.
fn adding_up(journal: &Journal, taken: TotalsFold) -> Arc<Mutex<TotalsFold>> {
    let totals = Arc::new(Mutex::new(taken));
    let adding = Arc::clone(&totals);
    journal.subscribe(move |record| {
        lock(&adding).add(record);
        ControlFlow::Continue(())
    });
    totals
}

/// Returns a result together with the spending of its run.
fn with_spend(result: Result<RunResult, RunError>, totals: &Mutex<TotalsFold>) -> (Result<RunResult, RunError>, Spend) {
    let spent = match &result {
        Ok(result) => result.spent,
        Err(RunError::Limit { partial, .. }) => partial.spent,
        Err(_) => spent_in(&lock(totals).totals()),
    };
    (result, spent)
}

/// Returns the original budget of a run according to its journal.
fn given_to(run: &UnfinishedRun) -> BudgetSlice {
    let limits = run.limits().ok();
    limits.map_or_else(BudgetSlice::default, |limits| BudgetSlice::whole(&limits))
}

/// The data shared by the runs of a batch.
struct Shared {
    budget: SharedBudget,
    running: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the spending of a run: its settled calls, and the reservations of its calls in doubt.
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
