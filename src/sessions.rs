//! Sessions: questions about one context that build on the earlier ones.
//!
//! A [`Session`] answers questions. Its [`SessionHistory`] contains the conversation, the programs'
//! memory and the spent amounts. It can be stored and restored, and works with another runner or
//! context per question.

use rlm_core::block_on;
#[doc(inline)]
pub use rlm_prompt::{Exchange, SessionState};
#[doc(inline)]
pub use rlm_runs::{AskOptions, SessionHistory, SessionLimits};

use crate::{Context, Rlm, RunError, RunResult};

/// A conversation about one context, started by [`Rlm::session`].
///
/// Each question starts from the questions and answers before it, and from the variables that
/// programs keep in `memory`. All questions share one budget.
///
/// ```
/// use rlm::sessions::SessionLimits;
/// use rlm::{Context, FakeModel, Rlm, Tokens};
///
/// let rlm = Rlm::new(FakeModel::new([
///     "```repl\nmemory['city'] = context[:6]\nFINAL(memory['city'])\n```",
///     "```repl\nFINAL(memory['city'].upper())\n```",
/// ]));
/// let context = Context::from_text("Lisbon lies on the Tagus.");
/// let limits = SessionLimits { max_tokens: Some(Tokens(200_000)), ..SessionLimits::default() };
///
/// let mut session = rlm.session(&context).with_limits(limits);
/// session.ask_blocking("Which city?")?;
/// let second = session.ask_blocking("And in capitals?")?;
/// assert_eq!(second.answer.as_deref(), Some("LISBON"));
/// assert_eq!(session.history().exchanges().len(), 2);
/// # Ok::<(), rlm::RunError>(())
/// ```
#[derive(Clone)]
pub struct Session<'r> {
    rlm: &'r Rlm,
    context: &'r Context,
    history: SessionHistory,
}

impl<'r> Session<'r> {
    pub(crate) fn new(rlm: &'r Rlm, context: &'r Context) -> Self {
        Self {
            rlm,
            context,
            history: SessionHistory::new(SessionLimits::default()),
        }
    }

    /// Sets the total budget of all questions; unlimited by default.
    #[must_use]
    pub fn with_limits(self, limits: SessionLimits) -> Self {
        Self {
            history: self.history.with_limits(limits),
            ..self
        }
    }

    /// Replaces the history and its budget by a restored one.
    #[must_use]
    pub fn with_history(self, history: SessionHistory) -> Self {
        Self { history, ..self }
    }

    /// Returns the history.
    #[must_use]
    pub const fn history(&self) -> &SessionHistory {
        &self.history
    }

    /// Ends the session and returns its history.
    #[must_use]
    pub fn into_history(self) -> SessionHistory {
        self.history
    }

    /// Answers a question that may refer to earlier ones.
    ///
    /// # Errors
    /// [`RunError::SessionBudgetExceeded`] if the rest of the session's budget is too small for an
    /// answer; otherwise see [`Rlm::run`].
    pub async fn ask(&mut self, question: &str) -> Result<RunResult, RunError> {
        self.ask_with(question, AskOptions::default()).await
    }

    /// Answers a question with its own limits, journal, id or cancellation token.
    ///
    /// # Errors
    /// See [`ask`](Self::ask).
    pub async fn ask_with(&mut self, question: &str, options: AskOptions) -> Result<RunResult, RunError> {
        let runner = self.rlm.runner()?;
        self.history.ask(runner, question, self.context, options).await
    }

    /// Answers a question and blocks until it is done; works with and without an async runtime.
    ///
    /// # Errors
    /// See [`ask`](Self::ask); also [`RunError::Runtime`].
    pub fn ask_blocking(&mut self, question: &str) -> Result<RunResult, RunError> {
        block_on(|| self.ask(question))
    }
}
