//! A runtime for recursive language models: questions about more text than a model can read.
//!
//! A root model never sees the text. It sees its size and its names, and writes small programs that search, cut and count
//! the text and put sub-questions about pieces of it to other model calls. The programs are written in Sift, a language that
//! is spelled like Python and can touch nothing but the values it is given.
//!
//! ```
//! use rlm::{Context, FakeModel, Rlm};
//!
//! // Any model will do: here, one that answers by a script.
//! let model = FakeModel::new([
//!     "```repl\nreply = llm_query('Whose code is this? ' + context)\nprint(reply)\n```",
//!     "```repl\nFINAL(context[18:23])\n```",
//! ])
//! .rule("You are a sub-LLM", "the vault's");
//!
//! let context = Context::from_text("The vault code is 7-4-1.\n");
//! let result = Rlm::new(model).run_blocking("What is the vault code?", &context)?;
//!
//! assert_eq!(result.answer.as_deref(), Some("7-4-1"));
//! let cited = &result.citations[0];
//! assert_eq!((cited.line_start, cited.column_start, cited.quote.as_str()), (1, 19, "7-4-1"));
//! # Ok::<(), rlm::RunError>(())
//! ```
//!
//! What an embedder should know:
//!
//! - **An answer is one of several outcomes.** A limit may have ended the run ([`Outcome::Partial`] with a best-effort answer,
//!   [`Outcome::BudgetExceeded`] without one), a provider may have failed, somebody may have cancelled it. Look at
//!   [`RunResult::outcome`] before at [`RunResult::answer`]. A [`RunError`] means that there was no run to speak of.
//! - **Programs are the model's, and so is what they do.** They have no files, no network, no clock. Their fuel, memory,
//!   sub-calls, tokens and money are bounded by [`Limits`], and none of it can be caught or raised from within.
//! - **Programs search only where a retriever is given.** [`RunOptions::retriever`] takes any [`Retriever`];
//!   [`Bm25`] needs nothing but the context.
//! - **A run is its journal.** Give [`RunOptions::journal`] a file, and the run can be traced and [replayed](replay) from it.
//!   Without one it is kept in memory and gone with the result.
//! - **Questions that go on from each other are a [`Session`]**, with a budget for all of them; questions that are answered later, by whichever
//!   process takes them, can be kept in a [`JobStore`].
//! - **One [`Rlm`] serves many runs at once.** They share its concurrency and its cache; each has a budget of its own.

pub use rlm_adapters::{
    AnthropicModel, BaseUrl, CostBudget, DefaultModel, Endpoint, EndpointError, ExtractiveModel, FakeModel,
    GenericModel, GenericReply, Keys, MailboxModel, ModelEntry, ModelServer, ModelSpec, ModelTable, OllamaModel,
    OpenAiModel, ProviderName, ResolveOptions, ResponsesModel, ServiceAccount, SpecError, VertexModel, default_model,
    resolve,
};
pub use rlm_answer::{Citation, Finalization, Quote, SuccessCriteria, Verdict};
pub use rlm_cache::Cache;
pub use rlm_context::{Context, ContextError, ContextSpec, DEFAULT_SEPARATOR, LoadOptions, Loaded, load};
pub use rlm_core::{
    ApprovalRequest, Approve, AtMaxDepth, BestEffort, Constrain, Echo, EffectsInDoubt, FindModel, Guards, Method, Note,
    Recursion, Rejected, Route, Routed, RunError, RunEvent, RunEvents, RunOptions, RunResult, Runner, RunnerBuilder,
    Sampling,
};
pub use rlm_model::{
    BoxFuture, Call, CallId, Cost, Message, Model, ModelError, ModelErrorKind, ModelIdentity, Money, NamePattern,
    Price, Reply, Request, RunId, Tokens, Usage,
};
pub use rlm_policy::{
    CutBy, LimitReached, Limits, OnLimit, Outcome, Part, Preset, PriceTable, Purse, PurseEmpty, Spend, Taint, ToolGrant,
};
pub use rlm_prompt as prompt;
pub use rlm_prompt::{Carried, Compaction, Exchange, ExecutionProfile, History};
pub use rlm_retrieval::{Bm25, Bm25Options, Indexing};
pub use rlm_retrieval::{Hit, RetrievalError, Retriever, Retrieving};
pub use rlm_runs::{
    BatchAnswer, BatchLine, BatchOptions, Estimate, Extent, Fit, ForkOptions, RaisedLimits, ReplayError, ReplayReport,
    ResumeOptions, RouterResult, Session, SessionLimits, SessionRun, SmartRouter, UnfinishedRun, Way, WayEstimate,
    batch, can_take_up, estimate, fork, programs_after, record_again, replay, resume, take_up,
};
pub use rlm_store::{Holder, JobRecord, JobState, JobStore, Lease, StoreError, new_run_id};
#[cfg(feature = "tokens")]
pub use rlm_tokens::Encoding;
#[cfg(feature = "mcp")]
pub use rlm_tools::McpServer;
pub use rlm_tools::{
    Access, Arguments, CommandLine, CommandTool, FunctionTool, HidingTool, McpSelection, Reach, Tool, ToolDescription,
    ToolError,
};
#[cfg(feature = "web")]
pub use rlm_tools::{Exa, ResearchTool, SearchEngine, Sources, SourcesTool, WebResult};
pub use rlm_trace::{
    ContextBreakdown, Coverage, Covered, Event, Following, Journal, JournalOptions, JournalTexts, Millis, Record,
    RecordedRun, Totals, Trace, TraceKind, TraceStep, TraceUsage,
};
pub use sift_text::Tokenizer;

use std::sync::{Arc, OnceLock};

/// Every option of a run: how the library sets it, its flag of `rlm run`, and its key in `rlm.toml`.
///
#[doc = include_str!("options.md")]
pub mod options {}

/// Answers questions from contexts: a [`Runner`] with as little as possible to say before the first question.
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
    /// Takes the root model, which also answers sub-calls unless [`sub_model`](Self::sub_model) gives another.
    #[must_use]
    pub fn new(model: impl Model + 'static) -> Self {
        Self::of(Runner::builder(Arc::new(model)))
    }

    /// Takes all settings of a runner, such as models by name, prices, prompts and sampling.
    #[must_use]
    pub const fn of(builder: RunnerBuilder) -> Self {
        Self {
            builder,
            runner: OnceLock::new(),
        }
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
        Self::of(self.builder.sub_model(Arc::new(model)))
    }

    /// Sets what each run may use.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self::of(self.builder.limits(limits))
    }

    /// Sets what programs count and cut texts by when they ask for tokens, such as `Encoding` (with the feature `tokens`); these are estimated where
    /// nothing is set.
    #[must_use]
    pub fn tokenizer(self, tokenizer: Arc<dyn Tokenizer>) -> Self {
        Self::of(self.builder.tokenizer(tokenizer))
    }

    /// Sets where replies to sub-calls are kept, so that equal ones are not paid twice.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm::{Cache, Context, FakeModel, Rlm};
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
        Self::of(self.builder.cache(cache))
    }

    /// Returns the runner that these settings make.
    ///
    /// # Errors
    /// [`RunError`] where a built-in table or prompt is broken.
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
    /// [`RunError`] where the run can't begin or go on; limits and failing providers are outcomes.
    pub async fn run(&self, question: &str, context: &Context) -> Result<RunResult, RunError> {
        self.runner()?.run(question, context).await
    }

    /// Answers a question from a context, with a journal, an id, or a way to cancel it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm::{Context, FakeModel, Journal, JournalOptions, RecordedRun, Rlm, RunOptions, replay};
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("journal.jsonl");
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]));
    /// let context = Context::from_text("late, early, late");
    /// let journal = Arc::new(Journal::create(&path, JournalOptions::default())?);
    /// let options = RunOptions { journal: Some(journal), ..RunOptions::default() };
    /// rlm.run_with("How many are late?", &context, options).await?;
    ///
    /// // Some day, without a model:
    /// let report = replay(&RecordedRun::read(&path)?, &context).await?;
    /// assert_eq!(report.answer.as_deref(), Some("2"));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_with(
        &self,
        question: &str,
        context: &Context,
        options: RunOptions,
    ) -> Result<RunResult, RunError> {
        self.runner()?.run_with(question, context, options).await
    }

    /// Answers a question from a context, for callers without an async runtime.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`RunError::Runtime`].
    pub fn run_blocking(&self, question: &str, context: &Context) -> Result<RunResult, RunError> {
        self.runner()?.run_blocking(question, context, RunOptions::default())
    }

    /// Estimates what a question would take and cost. Nothing is sent.
    ///
    /// ```
    /// # use rlm::{Context, FakeModel, Rlm, Way};
    /// let context = Context::from_text("All work and no play makes a long text.\n".repeat(50_000));
    /// let estimate = Rlm::new(FakeModel::new([""; 0])).estimate("Who makes it?", &context)?;
    /// let tokens = |way| estimate.of(way).map(|estimate| estimate.usage.total().0);
    /// assert!(tokens(Way::Symbolic) < tokens(Way::Direct));
    /// # Ok::<(), rlm::RunError>(())
    /// ```
    ///
    /// # Errors
    /// As [`run`](Self::run), where the run could not begin.
    pub fn estimate(&self, question: &str, context: &Context) -> Result<Estimate, RunError> {
        self.estimate_with(question, context, &RunOptions::default())
    }

    /// Estimates what a run with these options would take and cost: one whose programs can search is told so. Nothing is sent.
    ///
    /// # Errors
    /// As [`run`](Self::run), where the run could not begin.
    pub fn estimate_with(&self, question: &str, context: &Context, options: &RunOptions) -> Result<Estimate, RunError> {
        rlm_runs::estimate(self.runner()?, question, context, options)
    }
}

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The Rust of the book.
#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
struct EmbeddingChapter;
