//! A router between direct answers and runs with programs.

use rlm_context::Context;
use rlm_core::{
    AnswerMethod, BASELINE_THRESHOLD, Route, Routing, RoutingDecision, RunError, RunOptions, RunResult, Runner,
};
use rlm_prompt::ExecutionProfile;
use smol_str::SmolStr;

/// Answers questions about short contexts by one call, and others by a run with programs.
///
/// ```
/// use std::sync::Arc;
/// use rlm_adapters::FakeModel;
/// use rlm_context::Context;
/// use rlm_core::{AnswerMethod, Runner};
/// use rlm_prompt::ExecutionProfile;
/// use rlm_runs::SmartRouter;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = FakeModel::new(["7-4-1", "```repl\nFINAL(re.search(r'\\d-\\d-\\d', context).group())\n```"]);
/// let router = SmartRouter::new(Runner::builder(Arc::new(model)).build()?);
///
/// let short = Context::from_text("The vault code is 7-4-1.");
/// let answer = router.run("What is the code?", &short, None).await?;
/// assert_eq!((answer.output.as_deref(), answer.method), (Some("7-4-1"), AnswerMethod::Baseline));
///
/// let long = Context::from_text("Nothing here.\n".repeat(1_000) + "The vault code is 3-2-1.");
/// let answer = router.run("What is the code?", &long, ExecutionProfile::Hybrid).await?;
/// assert_eq!((answer.output.as_deref(), answer.method), (Some("3-2-1"), AnswerMethod::Rlm));
/// assert!(answer.reason.starts_with("the context has 14,024 characters"));
/// # Ok::<(), rlm_core::RunError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SmartRouter {
    runner: Runner,
    baseline_threshold: u64,
    default_profile: ExecutionProfile,
}

/// The result of a routed question.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RouterResult {
    /// The answer, whole or partial.
    pub output: Option<String>,
    /// How it was answered.
    pub method: AnswerMethod,
    /// The execution profile of the run.
    pub profile: ExecutionProfile,
    /// The number of input and output tokens of all calls that the cache did not answer.
    pub tokens_used: u64,
    /// The reason for the route, in a few words.
    pub reason: SmolStr,
    /// The result of the run.
    pub result: RunResult,
}

impl SmartRouter {
    /// Creates a router for a runner. Contexts of fewer than 8,000 characters are answered
    /// directly; runs have the profile [`ExecutionProfile::DeterministicFirst`], unless a question
    /// is asked with another.
    #[must_use]
    pub const fn new(runner: Runner) -> Self {
        Self {
            runner,
            baseline_threshold: BASELINE_THRESHOLD,
            default_profile: ExecutionProfile::DeterministicFirst,
        }
    }

    /// Sets the number of characters from which a context needs a run.
    #[must_use]
    pub const fn baseline_threshold(mut self, chars: u64) -> Self {
        self.baseline_threshold = chars;
        self
    }

    /// Sets the execution profile of questions that are asked without one.
    #[must_use]
    pub const fn default_profile(mut self, profile: ExecutionProfile) -> Self {
        self.default_profile = profile;
        self
    }

    /// Answers a question from a context. `profile` may be `None` for the default.
    ///
    /// # Errors
    /// As [`Runner::run`].
    pub async fn run(
        &self,
        question: &str,
        context: &Context,
        profile: impl Into<Option<ExecutionProfile>>,
    ) -> Result<RouterResult, RunError> {
        self.run_with(question, context, profile, RunOptions::default()).await
    }

    /// Answers a question with a journal, an id, a retriever or a cancellation token.
    ///
    /// # Errors
    /// As [`Runner::run`].
    pub async fn run_with(
        &self,
        question: &str,
        context: &Context,
        profile: impl Into<Option<ExecutionProfile>>,
        options: RunOptions,
    ) -> Result<RouterResult, RunError> {
        let profile = profile.into().unwrap_or(self.default_profile);
        let runner = self.runner.with_routing(Routing {
            route: Route::Auto,
            baseline_threshold: self.baseline_threshold,
            profile: Some(profile),
            routed: None,
        })?;
        let result = runner.run_with(question, context, options).await?;
        let routed = result.routed.clone().unwrap_or(RoutingDecision {
            method: AnswerMethod::Rlm,
            reason: String::new(),
        });
        Ok(RouterResult {
            output: result.answer.clone(),
            method: routed.method,
            profile,
            tokens_used: result.totals.usage().total().0,
            reason: routed.reason.into(),
            result,
        })
    }
}
