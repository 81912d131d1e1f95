//! The entry point of the library.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use futures::Stream;
use rlm_core::block_on;

use crate::budgets::Limits;
use crate::contexts::Context;
use crate::journals::{JournalOptions, RecordedRun};
use crate::models::{Cache, Model, Tokenizer};
use crate::runs::{
    BatchAnswer, BatchOptions, BatchQuestion, Estimate, ForkOptions, ReplayError, ResumeOptions, RunError, RunOptions,
    RunResult, Runner, RunnerBuilder, UnfinishedRun,
};
use crate::sessions::Session;
use crate::tools::Tool;

/// Answers questions from contexts.
///
/// One `Rlm` serves many runs concurrently. They share its concurrency limit and its cache, and
/// each has its own budget. Settings must be set before the first run.
///
/// ```
/// # use rlm::{Context, FakeModel, Limits, Rlm};
/// let rlm = Rlm::new(FakeModel::new(["FINAL: 42"])).limits(Limits { steps: 10, ..Limits::default() });
/// let result = rlm.run_blocking("What is it?", &Context::from_text("It is 42."))?;
/// assert_eq!((result.answer.as_deref(), result.totals.turns), (Some("42"), 1));
/// # Ok::<(), rlm::RunError>(())
/// ```
pub struct Rlm {
    builder: RunnerBuilder,
    runner: OnceLock<Runner>,
}

impl Rlm {
    /// Creates the entry point from the root model, which also answers sub-calls unless
    /// [`sub_model`](Self::sub_model) sets another.
    #[must_use]
    pub fn new(model: impl Model + 'static) -> Self {
        Self::from_builder(Runner::builder(Arc::new(model)))
    }

    /// Creates the entry point from the settings of a runner. Use it for a shared root model:
    /// `Rlm::from_builder(Runner::builder(model))`.
    #[must_use]
    pub const fn from_builder(builder: RunnerBuilder) -> Self {
        Self {
            builder,
            runner: OnceLock::new(),
        }
    }

    /// Changes any setting, such as named models, prices, prompts, sampling or permissions.
    ///
    /// ```
    /// # use rlm::{Context, FakeModel, Rlm};
    /// # use rlm::runs::{AtMaxDepth, Recursion};
    /// let rlm = Rlm::new(FakeModel::new(["FINAL: 42"]))
    ///     .configure(|runner| runner.instructions("Answer with a number.").max_rejections(2));
    /// let result = rlm.run_blocking("What is it?", &Context::from_text("It is 42."))?;
    /// assert_eq!(result.answer.as_deref(), Some("42"));
    /// # Ok::<(), rlm::RunError>(())
    /// ```
    #[must_use]
    pub fn configure(self, change: impl FnOnce(RunnerBuilder) -> RunnerBuilder) -> Self {
        Self::from_builder(change(self.builder))
    }

    /// Sets the model that answers sub-calls.
    ///
    /// ```
    /// # use rlm::{Context, FakeModel, Rlm};
    /// let root = FakeModel::new(["```repl\nFINAL(llm_query('In one word: ' + P))\n```"]);
    /// let rlm = Rlm::new(root).sub_model(FakeModel::new([""; 0]).default_reply("rain"));
    /// let result = rlm.run_blocking("What was it like?", &Context::from_text("It poured for days."))?;
    /// assert_eq!(result.answer.as_deref(), Some("rain"));
    /// # Ok::<(), rlm::RunError>(())
    /// ```
    #[must_use]
    pub fn sub_model(self, model: impl Model + 'static) -> Self {
        self.configure(|runner| runner.sub_model(Arc::new(model)))
    }

    /// Adds a tool for programs, with the [default permission](crate::tools::ToolGrant::default).
    #[must_use]
    pub fn tool(self, tool: impl Tool + 'static) -> Self {
        self.configure(|runner| runner.tool(Arc::new(tool)))
    }

    /// Sets the limits of each run.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        self.configure(|runner| runner.limits(limits))
    }

    /// Sets the tokenizer of programs, such as `Encoding` (feature `tokens`). By default, tokens
    /// are estimated.
    #[must_use]
    pub fn tokenizer(self, tokenizer: Arc<dyn Tokenizer>) -> Self {
        self.configure(|runner| runner.tokenizer(tokenizer))
    }

    /// Sets the cache of replies to sub-calls, so that equal requests are paid once.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm::models::Cache;
    /// # use rlm::{Context, FakeModel, Rlm};
    /// let program = "```repl\nFINAL(llm_query('In one word: ' + P))\n```";
    /// let rlm = Rlm::new(FakeModel::new([program; 2]))
    ///     .sub_model(FakeModel::new([""; 0]).default_reply("rain"))
    ///     .cache(Arc::new(Cache::memory()));
    /// let context = Context::from_text("It poured for days.");
    /// let first = rlm.run_blocking("What was it like?", &context)?;
    /// let second = rlm.run_blocking("What was it like?", &context)?;
    /// assert_eq!(second.answer, first.answer);
    /// assert_eq!((first.totals.sub.cached, second.totals.sub.cached), (0, 1));
    /// # Ok::<(), rlm::RunError>(())
    /// ```
    #[must_use]
    pub fn cache(self, cache: Arc<Cache>) -> Self {
        self.configure(|runner| runner.cache(cache))
    }

    /// Returns the runner with these settings, which the first call builds.
    ///
    /// # Errors
    /// [`RunError`] for an invalid setting, see [`RunnerBuilder::build`].
    pub fn runner(&self) -> Result<&Runner, RunError> {
        if let Some(runner) = self.runner.get() {
            return Ok(runner);
        }
        let runner = self.builder.clone().build()?;
        Ok(self.runner.get_or_init(|| runner))
    }

    /// Answers a question from a context.
    ///
    /// ```
    /// # use rlm::{Context, FakeModel, Outcome, Rlm};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]));
    /// let result = rlm.run("How many are late?", &Context::from_text("late, early, late")).await?;
    /// assert_eq!((result.outcome, result.answer.as_deref()), (Outcome::Complete, Some("2")));
    /// # Ok::<(), rlm::RunError>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`RunError`] if the run can't start or continue. Limits and failing providers are outcomes.
    pub async fn run(&self, question: &str, context: &Context) -> Result<RunResult, RunError> {
        self.runner()?.run(question, context).await
    }

    /// Answers a question with a journal, an id, a retriever or a cancellation token.
    ///
    /// # Errors
    /// See [`run`](Self::run).
    pub async fn run_with(
        &self,
        question: &str,
        context: &Context,
        options: RunOptions,
    ) -> Result<RunResult, RunError> {
        self.runner()?.run_with(question, context, options).await
    }

    /// Answers a question and blocks until it is done; works with and without an async runtime.
    ///
    /// # Errors
    /// See [`run`](Self::run); also [`RunError::Runtime`].
    pub fn run_blocking(&self, question: &str, context: &Context) -> Result<RunResult, RunError> {
        self.run_blocking_with(question, context, RunOptions::default())
    }

    /// Answers a question with options and blocks until it is done.
    ///
    /// # Errors
    /// See [`run_blocking`](Self::run_blocking).
    pub fn run_blocking_with(
        &self,
        question: &str,
        context: &Context,
        options: RunOptions,
    ) -> Result<RunResult, RunError> {
        self.runner()?.run_blocking(question, context, options)
    }

    /// Starts a conversation about a context. Each question builds on the earlier ones.
    #[must_use]
    pub fn session<'r>(&'r self, context: &'r Context) -> Session<'r> {
        Session::new(self, context)
    }

    /// Answers many questions about one context within one budget. Yields each answer as it
    /// completes. A failed question doesn't stop the others.
    ///
    /// ```
    /// # use futures::StreamExt as _;
    /// # use rlm::runs::{BatchOptions, BatchQuestion};
    /// # use rlm::{Context, FakeModel, Rlm};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let rlm = Rlm::new(FakeModel::new(["FINAL: Lisbon", "FINAL: Tagus"]));
    /// let context = Context::from_text("Lisbon lies on the Tagus.");
    /// let questions = ["Which capital?", "Which river?"].map(BatchQuestion::new);
    /// let options = BatchOptions { parallel: 1, ..BatchOptions::default() };
    /// let answers: Vec<_> = rlm.batch(questions, &context, options)?.collect().await;
    /// assert_eq!(answers.len(), 2);
    /// # Ok::<(), rlm::RunError>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`runner`](Self::runner); failing questions are items of the stream.
    pub fn batch<'r, Q>(
        &'r self,
        questions: Q,
        context: &'r Context,
        options: BatchOptions,
    ) -> Result<impl Stream<Item = BatchAnswer> + use<'r, Q>, RunError>
    where
        Q: IntoIterator<Item = BatchQuestion>,
        Q::IntoIter: ExactSizeIterator + 'r,
    {
        Ok(rlm_runs::batch(self.runner()?, questions, context, options))
    }

    /// Resumes the run of a journal that was interrupted or ended by a limit. Calls whose replies
    /// the journal contains are not sent again. The models, the tools and the context must be those
    /// of the run.
    ///
    /// # Errors
    /// [`ReplayError`] if the journal can't be read, or the run is complete or can't be resumed.
    pub async fn resume(&self, journal: impl AsRef<Path>, context: &Context) -> Result<RunResult, ReplayError> {
        let run = UnfinishedRun::open(journal, JournalOptions::default())?;
        self.resume_with(run, context, ResumeOptions::default()).await
    }

    /// Resumes a run with higher limits, a retriever or a cancellation token.
    ///
    /// # Errors
    /// See [`resume`](Self::resume).
    pub async fn resume_with(
        &self,
        run: UnfinishedRun,
        context: &Context,
        options: ResumeOptions,
    ) -> Result<RunResult, ReplayError> {
        rlm_runs::resume(self.runner()?, run, context, options).await
    }

    /// Resumes the run of a journal and blocks until it is done.
    ///
    /// # Errors
    /// See [`resume`](Self::resume); also [`RunError::Runtime`].
    pub fn resume_blocking(&self, journal: impl AsRef<Path>, context: &Context) -> Result<RunResult, ReplayError> {
        let run = UnfinishedRun::open(journal, JournalOptions::default())?;
        block_on(|| self.resume_with(run, context, ResumeOptions::default()))
    }

    /// Branches a recorded run at a step. Earlier turns are taken from the recording, later ones
    /// use these models.
    ///
    /// # Errors
    /// [`ReplayError`] if the run has no such step, or the context or the tools differ.
    pub async fn fork(
        &self,
        recorded: &RecordedRun,
        context: &Context,
        options: ForkOptions,
    ) -> Result<RunResult, ReplayError> {
        rlm_runs::fork(self.runner()?, recorded, context, options).await
    }

    /// Estimates the tokens and the cost of a question for each strategy. Sends nothing.
    ///
    /// ```
    /// # use rlm::runs::Strategy;
    /// # use rlm::{Context, FakeModel, Rlm};
    /// let context = Context::from_text("All work and no play makes a long text.\n".repeat(50_000));
    /// let estimate = Rlm::new(FakeModel::new([""; 0])).estimate("Who makes it?", &context)?;
    /// let tokens = |strategy| estimate.strategy(strategy).map(|estimate| estimate.usage.total().0);
    /// assert!(tokens(Strategy::Symbolic) < tokens(Strategy::Direct));
    /// # Ok::<(), rlm::RunError>(())
    /// ```
    ///
    /// # Errors
    /// See [`run`](Self::run); only errors at the start of a run are possible.
    pub fn estimate(&self, question: &str, context: &Context) -> Result<Estimate, RunError> {
        self.estimate_with(question, context, &RunOptions::default())
    }

    /// Estimates a run with these options. With a retriever, the prompts describe the search.
    ///
    /// # Errors
    /// See [`estimate`](Self::estimate).
    pub fn estimate_with(&self, question: &str, context: &Context, options: &RunOptions) -> Result<Estimate, RunError> {
        rlm_runs::estimate(self.runner()?, question, context, options)
    }
}
