//! The history of a session: questions, answers, variables and spending, from which the next
//! question starts.

use rlm_context::Context;
use rlm_core::{RunError, RunOptions, RunResult, Runner};
use rlm_model::{Money, RunId, Tokens};
use rlm_policy::{BudgetExhausted, BudgetSlice, LimitReached, Limits, Outcome, SharedBudget, Spend};
use rlm_prompt::{Exchange, SessionState};
use rlm_trace::{JsonObject, Summary};
use serde::{Deserialize, Serialize};

use crate::batch::{run_within, spent_in};

/// The default of [`SessionLimits::history_chars`].
pub const HISTORY_CHARS: usize = 8_000;

/// The budget of a session, and how much of it later questions see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionLimits {
    /// The maximum cost of all questions. `None` means no limit.
    pub max_cost_usd: Option<Money>,
    /// The maximum number of tokens of all questions, input and output. `None` means no limit.
    pub max_tokens: Option<Tokens>,
    /// The maximum number of input tokens of all questions. `None` means no limit.
    pub max_input_tokens: Option<Tokens>,
    /// The maximum number of output tokens of all questions. `None` means no limit.
    pub max_output_tokens: Option<Tokens>,
    /// The maximum number of characters of earlier questions and answers in a prompt; the newest are
    /// kept. `None` means [`HISTORY_CHARS`].
    pub history_chars: Option<u32>,
    /// Whether the variables that programs set are still set in the next question, as far as JSON
    /// can represent them (`persistent` in other runtimes). `memory` is kept in any case.
    pub persistent: bool,
}

impl SessionLimits {
    const fn budget(&self) -> BudgetSlice {
        BudgetSlice {
            cost: self.max_cost_usd,
            tokens: self.max_tokens,
            input_tokens: self.max_input_tokens,
            output_tokens: self.max_output_tokens,
        }
    }
}

/// The options of one question of a session.
#[derive(Debug, Default)]
pub struct AskOptions {
    /// The maximum number of tokens of the question, input and output. `None` means the runner's
    /// limit. The rest of the session's budget applies as well.
    pub tokens: Option<Tokens>,
    /// The maximum number of output tokens of the question (`tokens=` in enzu). `None` means the
    /// runner's limit. The rest of the session's budget applies as well.
    pub output_tokens: Option<Tokens>,
    /// The maximum number of turns. `None` means the runner's limit.
    pub max_steps: Option<u32>,
    /// The options of its run. The session sets [`RunOptions::session`].
    pub run: RunOptions,
}

/// The history of a session: its questions and answers, the variables that programs keep in
/// `memory`, its runs and their spending. Each question may have its own runner and context.
///
/// ```
/// use std::sync::Arc;
/// use rlm_adapters::FakeModel;
/// use rlm_context::Context;
/// use rlm_core::Runner;
/// use rlm_runs::{SessionHistory, SessionLimits, AskOptions};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = FakeModel::new([
///     "```repl\nmemory['city'] = context[:6]\nFINAL(memory['city'])\n```",
///     "```repl\nFINAL(memory['city'].upper())\n```",
/// ]);
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let context = Context::from_text("Lisbon lies on the Tagus.");
/// let mut session = SessionHistory::new(SessionLimits::default());
/// session.ask(&runner, "Which city?", &context, AskOptions::default()).await?;
/// let second = session.ask(&runner, "And in capitals?", &context, AskOptions::default()).await?;
/// assert_eq!(second.answer.as_deref(), Some("LISBON"));
/// assert_eq!(session.exchanges().len(), 2);
/// # Ok::<(), rlm_core::RunError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SessionHistory {
    limits: SessionLimits,
    budget: SharedBudget,
    exchanges: Vec<Exchange>,
    memory: JsonObject,
    variables: JsonObject,
    runs: Vec<RunId>,
}

impl SessionHistory {
    /// Starts an empty session.
    #[must_use]
    pub fn new(limits: SessionLimits) -> Self {
        Self {
            limits,
            budget: SharedBudget::new(limits.budget()),
            exchanges: Vec::new(),
            memory: JsonObject::new(),
            variables: JsonObject::new(),
            runs: Vec::new(),
        }
    }

    /// Restores a session from the journals of its runs, in order.
    ///
    /// ```
    /// # use rlm_runs::{SessionHistory, SessionLimits};
    /// # use rlm_trace::{RecordedRun, Summary};
    /// let runs = ["minutes.jsonl", "reviews.jsonl"].map(|name| format!("../../examples/recorded/{name}"));
    /// let mut summaries = Vec::new();
    /// for journal in runs {
    ///     summaries.push(Summary::of(&RecordedRun::read(journal)?.records));
    /// }
    /// let session = SessionHistory::from_runs(SessionLimits::default(), &summaries);
    /// assert_eq!((session.runs().len(), session.exchanges().len()), (2, 2));
    /// # Ok::<(), rlm_trace::ReadError>(())
    /// ```
    pub fn from_runs<'s>(limits: SessionLimits, runs: impl IntoIterator<Item = &'s Summary>) -> Self {
        let mut session = Self::new(limits);
        for run in runs {
            session.budget.spend(spent_in(&run.totals));
            let Some(started) = &run.started else { continue };
            session.runs.push(started.run.clone());
            let Some(ended) = &run.ended else { continue };
            session.add(&started.question, ended.answer.as_deref());
            session.keep(ended.memory.as_ref(), ended.variables.as_ref());
        }
        session
    }

    /// Restores a session from parts that were stored without its journals.
    ///
    /// ```
    /// # use rlm_runs::{SessionHistory, SessionLimits};
    /// # use rlm_prompt::Exchange;
    /// # use rlm_policy::Spend;
    /// let exchange = Exchange { question: "Which city?".to_owned(), answer: "Lisbon".to_owned() };
    /// let mut memory = rlm_trace::JsonObject::new();
    /// memory.insert("city".to_owned(), "Lisbon".into());
    /// let session = SessionHistory::from_parts(SessionLimits::default(), vec![exchange], memory, Spend::default());
    /// assert_eq!(session.state().earlier[0].answer, "Lisbon");
    /// assert_eq!(session.state().memory["city"], "Lisbon");
    /// ```
    #[must_use]
    pub fn from_parts(limits: SessionLimits, exchanges: Vec<Exchange>, memory: JsonObject, spent: Spend) -> Self {
        let mut session = Self::new(limits);
        session.budget.spend(spent);
        Self {
            exchanges,
            memory,
            ..session
        }
    }

    /// Replaces the budget. What was spent before counts against it.
    #[must_use]
    pub fn with_limits(self, limits: SessionLimits) -> Self {
        let mut budget = SharedBudget::new(limits.budget());
        budget.spend(self.budget.spent());
        Self { limits, budget, ..self }
    }

    /// Returns the budget of the session.
    #[must_use]
    pub const fn limits(&self) -> SessionLimits {
        self.limits
    }

    /// Returns the questions and answers, oldest first.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Returns the variables that programs keep in `memory`.
    #[must_use]
    pub const fn memory(&self) -> &JsonObject {
        &self.memory
    }

    /// Returns the variables that programs set, if the session keeps them.
    #[must_use]
    pub const fn variables(&self) -> &JsonObject {
        &self.variables
    }

    /// Returns what all questions have spent.
    #[must_use]
    pub const fn spent(&self) -> Spend {
        self.budget.spent()
    }

    /// Returns the limits of the next question: `limits`, within what is left of the session's
    /// budget.
    #[must_use]
    pub fn limits_left(&self, limits: &Limits) -> Limits {
        let slice = self.budget.clone().take(1);
        slice.map_or_else(|_| limits.clone(), |slice| slice.within(limits))
    }

    /// Returns the ids of the runs, oldest first.
    #[must_use]
    pub fn runs(&self) -> &[RunId] {
        &self.runs
    }

    /// Returns the state that the next question starts from: the newest exchanges, up to
    /// [`SessionLimits::history_chars`], and `memory`.
    #[must_use]
    pub fn state(&self) -> SessionState {
        let most = self
            .limits
            .history_chars
            .map_or(HISTORY_CHARS, |chars| usize::try_from(chars).unwrap_or(usize::MAX));
        let mut earlier = newest(&self.exchanges, most).to_vec();
        if earlier.is_empty() && most > 0 {
            earlier.extend(self.exchanges.last().map(|exchange| shortened(exchange, most)));
        }
        SessionState {
            left_out: self.exchanges.len().saturating_sub(earlier.len()),
            earlier,
            memory: self.memory.clone(),
            variables: self.limits.persistent.then(|| self.variables.clone()),
        }
    }

    /// Answers a question that may refer to earlier ones.
    ///
    /// # Errors
    /// [`RunError::SessionBudgetExceeded`] if the rest of the session's budget is too small for an
    /// answer; otherwise as [`Runner::run_with`].
    pub async fn ask(
        &mut self,
        runner: &Runner,
        question: &str,
        context: &Context,
        options: AskOptions,
    ) -> Result<RunResult, RunError> {
        let slice = self.budget.take(1).map_err(RunError::SessionBudgetExceeded)?;
        let limits = Limits {
            tokens: options.tokens.or(runner.limits().tokens),
            output_tokens: options.output_tokens.or(runner.limits().output_tokens),
            steps: options.max_steps.unwrap_or(runner.limits().steps),
            ..runner.limits().clone()
        };
        let options = RunOptions {
            session: Some(self.state()),
            ..options.run
        };
        let own = runner.with_limits(limits);
        let (result, spent) = run_within(&own, slice, question, context, options).await;
        self.budget.put_back(slice, spent);
        match &result {
            Ok(result) => {
                self.runs.push(result.run.clone());
                if let (Some(empty), None) = (self.cut_short(slice, own.limits(), &result.outcome), &result.answer) {
                    return Err(RunError::SessionBudgetExceeded(empty));
                }
                self.add(question, result.answer.as_deref());
                self.keep(result.memory.as_ref(), result.variables.as_ref());
            }
            Err(RunError::Limit { partial, .. }) => {
                self.runs.push(partial.run.clone());
                self.add(question, partial.answer.as_deref());
                self.keep(partial.memory.as_ref(), partial.variables.as_ref());
            }
            Err(_) => {}
        }
        result
    }

    fn add(&mut self, question: &str, answer: Option<&str>) {
        if let Some(answer) = answer {
            self.exchanges.push(Exchange {
                question: question.to_owned(),
                answer: answer.to_owned(),
            });
        }
    }

    /// Replaces the values that the next question's programs find with those that a run left.
    fn keep(&mut self, memory: Option<&JsonObject>, variables: Option<&JsonObject>) {
        if let Some(memory) = memory {
            self.memory = memory.clone();
        }
        if let Some(variables) = variables {
            self.variables = variables.clone();
        }
    }

    /// Returns the used part of the session's budget, if this budget ended a run rather than the
    /// run's own limit.
    fn cut_short(&self, slice: BudgetSlice, own: &Limits, outcome: &Outcome) -> Option<BudgetExhausted> {
        let Outcome::BudgetExceeded { limit } = outcome else {
            return None;
        };
        let within = slice.within(own);
        match *limit {
            LimitReached::CostExceeded { wanted, .. } | LimitReached::BatchExceedsCost { needed: wanted, .. }
                if within.cost == slice.cost =>
            {
                Some(BudgetExhausted::Cost {
                    limit: self.limits.max_cost_usd?,
                    spent: self.spent().cost,
                    wanted,
                })
            }
            LimitReached::MaxTokensExceeded { wanted, .. }
            | LimitReached::BatchExceedsTokens { needed: wanted, .. }
                if within.tokens == slice.tokens =>
            {
                Some(BudgetExhausted::Tokens {
                    limit: self.limits.max_tokens?,
                    spent: self.spent().tokens(),
                    wanted,
                })
            }
            LimitReached::MaxInputTokensExceeded { wanted, .. } if within.input_tokens == slice.input_tokens => {
                Some(BudgetExhausted::InputTokens {
                    limit: self.limits.max_input_tokens?,
                    spent: self.spent().input_tokens,
                    wanted,
                })
            }
            LimitReached::MaxOutputTokensExceeded { wanted, .. } if within.output_tokens == slice.output_tokens => {
                Some(BudgetExhausted::OutputTokens {
                    limit: self.limits.max_output_tokens?,
                    spent: self.spent().output_tokens,
                    wanted,
                })
            }
            _ => None,
        }
    }
}

/// Returns the newest exchanges, up to `most` characters together.
fn newest(exchanges: &[Exchange], most: usize) -> &[Exchange] {
    let mut left = most;
    let fitting = exchanges.iter().rev().take_while(|exchange| {
        let chars = exchange
            .question
            .chars()
            .count()
            .saturating_add(exchange.answer.chars().count());
        let fits = chars <= left;
        left = left.saturating_sub(chars);
        fits
    });
    let count = fitting.count();
    exchanges
        .get(exchanges.len().saturating_sub(count)..)
        .unwrap_or_default()
}

/// Truncates an exchange that is too long by itself. The question gets up to half of the space, the
/// answer the rest.
fn shortened(exchange: &Exchange, most: usize) -> Exchange {
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    let question = cut(&exchange.question, most / 2);
    Exchange {
        answer: cut(&exchange.answer, most.saturating_sub(question.chars().count())),
        question,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_exchanges_are_kept_within_the_size_limit() {
        let exchange = |chars: usize| Exchange {
            question: "ä".repeat(chars / 2),
            answer: "b".repeat(chars - chars / 2),
        };
        let sizes = |exchanges: &[Exchange], most| newest(exchanges, most).len();
        assert_eq!(sizes(&[], 10), 0);
        assert_eq!(sizes(&[exchange(5), exchange(5)], 10), 2);
        assert_eq!(
            sizes(&[exchange(1), exchange(6), exchange(5)], 10),
            1,
            "none is cut, and none is skipped"
        );
        assert_eq!(sizes(&[exchange(1), exchange(11)], 10), 0);
    }
}
