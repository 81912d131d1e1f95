//! Conversations: questions about a context, each of which knows of those before.

use rlm_context::Context;
use rlm_core::{RunError, RunOptions, RunResult, Runner};
use rlm_model::{Money, RunId, Tokens};
use rlm_policy::{LimitReached, Limits, Outcome, Part, Purse, PurseEmpty, Spend};
use rlm_prompt::{Carried, Exchange};
use rlm_trace::{JsonObject, Summary};
use serde::{Deserialize, Serialize};

use crate::batch::{run_within, spent_in};

/// The most characters of earlier questions and answers that a question is shown, the newest ones.
pub const HISTORY_CHARS: usize = 8_000;

/// What the questions of a session may use together. `None` stands for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionLimits {
    /// The money.
    pub max_cost_usd: Option<Money>,
    /// The tokens, input and output together.
    pub max_tokens: Option<Tokens>,
}

/// What one question of a session has of its own.
#[derive(Debug, Default)]
pub struct SessionRun {
    /// The tokens that it may use, where that is less than what is left of the session's.
    pub tokens: Option<Tokens>,
    /// The turns that it may take, in the place of the runner's limit. At the last one the best answer so far is given.
    pub max_steps: Option<u32>,
    /// What its run has of its own; what it carries on from is the session's.
    pub options: RunOptions,
}

/// A conversation: it carries questions, answers, and what programs keep in `memory` from one run to the next, and adds up what they spend.
///
/// ```
/// use std::sync::Arc;
/// use rlm_adapters::FakeModel;
/// use rlm_context::Context;
/// use rlm_core::Runner;
/// use rlm_runs::{Session, SessionLimits, SessionRun};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let model = FakeModel::new([
///     "```repl\nmemory['city'] = context[:6]\nFINAL(memory['city'])\n```",
///     "```repl\nFINAL(memory['city'].upper())\n```",
/// ]);
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let context = Context::from_text("Lisbon lies on the Tagus.");
/// let mut session = Session::new(SessionLimits::default());
/// session.run(&runner, "Which city?", &context, SessionRun::default()).await?;
/// let second = session.run(&runner, "And in capitals?", &context, SessionRun::default()).await?;
/// assert_eq!(second.answer.as_deref(), Some("LISBON"));
/// assert_eq!(session.exchanges().len(), 2);
/// # Ok::<(), rlm_core::RunError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Session {
    limits: SessionLimits,
    purse: Purse,
    exchanges: Vec<Exchange>,
    memory: JsonObject,
    runs: Vec<RunId>,
}

impl Session {
    /// Begins a session.
    #[must_use]
    pub fn new(limits: SessionLimits) -> Self {
        Self {
            limits,
            purse: Purse::new(limits.max_cost_usd, limits.max_tokens),
            exchanges: Vec::new(),
            memory: JsonObject::new(),
            runs: Vec::new(),
        }
    }

    /// Goes on with a session by the journals of its runs, in their order: what was said, remembered and spent is folded from them.
    ///
    /// ```
    /// # use rlm_runs::{Session, SessionLimits};
    /// # use rlm_trace::{RecordedRun, Summary};
    /// let runs = ["minutes.jsonl", "reviews.jsonl"].map(|name| format!("../../examples/recorded/{name}"));
    /// let mut summaries = Vec::new();
    /// for journal in runs {
    ///     summaries.push(Summary::of(&RecordedRun::read(journal)?.records));
    /// }
    /// let session = Session::of_runs(SessionLimits::default(), &summaries);
    /// assert_eq!((session.runs().len(), session.exchanges().len()), (2, 2));
    /// # Ok::<(), rlm_trace::ReadError>(())
    /// ```
    pub fn of_runs<'s>(limits: SessionLimits, runs: impl IntoIterator<Item = &'s Summary>) -> Self {
        let mut session = Self::new(limits);
        for run in runs {
            session.purse.spend(spent_in(&run.totals));
            let Some(started) = &run.started else { continue };
            session.runs.push(started.run.clone());
            let Some(ended) = &run.ended else { continue };
            session.add(&started.question, ended.answer.as_deref(), ended.memory.clone());
        }
        session
    }

    /// Goes on with a session that was kept without its journals.
    ///
    /// ```
    /// # use rlm_runs::{Session, SessionLimits};
    /// # use rlm_prompt::Exchange;
    /// # use rlm_policy::Spend;
    /// let exchange = Exchange { question: "Which city?".to_owned(), answer: "Lisbon".to_owned() };
    /// let mut memory = rlm_trace::JsonObject::new();
    /// memory.insert("city".to_owned(), "Lisbon".into());
    /// let session = Session::of_parts(SessionLimits::default(), vec![exchange], memory, Spend::default());
    /// assert_eq!(session.carried().earlier[0].answer, "Lisbon");
    /// assert_eq!(session.carried().memory["city"], "Lisbon");
    /// ```
    #[must_use]
    pub fn of_parts(limits: SessionLimits, exchanges: Vec<Exchange>, memory: JsonObject, spent: Spend) -> Self {
        let mut session = Self::new(limits);
        session.purse.spend(spent);
        Self {
            exchanges,
            memory,
            ..session
        }
    }

    /// Returns what its questions may use together.
    #[must_use]
    pub const fn limits(&self) -> SessionLimits {
        self.limits
    }

    /// Returns what was asked and answered, in order.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Returns what programs keep.
    #[must_use]
    pub const fn memory(&self) -> &JsonObject {
        &self.memory
    }

    /// Returns what its questions have spent.
    #[must_use]
    pub const fn spent(&self) -> Spend {
        self.purse.spent()
    }

    /// Returns the runs of its questions, in order.
    #[must_use]
    pub fn runs(&self) -> &[RunId] {
        &self.runs
    }

    /// Returns what the next question goes on from: the newest exchanges that have [`HISTORY_CHARS`] characters together, and `memory`.
    #[must_use]
    pub fn carried(&self) -> Carried {
        let mut earlier = newest(&self.exchanges, HISTORY_CHARS).to_vec();
        if earlier.is_empty() {
            earlier.extend(self.exchanges.last().map(shortened));
        }
        Carried {
            left_out: self.exchanges.len().saturating_sub(earlier.len()),
            earlier,
            memory: self.memory.clone(),
        }
    }

    /// Answers a question that goes on from those before.
    ///
    /// # Errors
    /// [`RunError::SessionBudgetExceeded`] where nothing is left of what the session may use, or too little for any answer. The others are
    /// as of [`Runner::run_with`].
    pub async fn run(
        &mut self,
        runner: &Runner,
        question: &str,
        context: &Context,
        run: SessionRun,
    ) -> Result<RunResult, RunError> {
        let part = self.purse.take(1).map_err(RunError::SessionBudgetExceeded)?;
        let limits = Limits {
            tokens: run.tokens.or(runner.limits().tokens),
            steps: run.max_steps.unwrap_or(runner.limits().steps),
            ..runner.limits().clone()
        };
        let options = RunOptions {
            carried: Some(self.carried()),
            ..run.options
        };
        let own = runner.with_limits(limits);
        let (result, spent) = run_within(&own, part, question, context, options).await;
        self.purse.put_back(part, spent);
        match &result {
            Ok(result) => {
                self.runs.push(result.run.clone());
                if let (Some(empty), None) = (self.cut_short(part, own.limits(), &result.outcome), &result.answer) {
                    return Err(RunError::SessionBudgetExceeded(empty));
                }
                self.add(question, result.answer.as_deref(), result.memory.clone());
            }
            Err(RunError::Limit { partial, .. }) => {
                self.runs.push(partial.run.clone());
                self.add(question, partial.answer.as_deref(), partial.memory.clone());
            }
            Err(_) => {}
        }
        result
    }

    fn add(&mut self, question: &str, answer: Option<&str>, memory: Option<JsonObject>) {
        if let Some(answer) = answer {
            self.exchanges.push(Exchange {
                question: question.to_owned(),
                answer: answer.to_owned(),
            });
        }
        if let Some(memory) = memory {
            self.memory = memory;
        }
    }

    /// Returns how much of the session's budget is used where that is what ended a run, and no narrower limit of the run's own.
    fn cut_short(&self, part: Part, own: &Limits, outcome: &Outcome) -> Option<PurseEmpty> {
        let Outcome::BudgetExceeded { limit } = outcome else {
            return None;
        };
        let within = part.within(own);
        match limit {
            LimitReached::CostExceeded { .. } | LimitReached::BatchExceedsCost { .. } if within.cost == part.cost => {
                Some(PurseEmpty::Cost {
                    limit: self.limits.max_cost_usd?,
                    spent: self.spent().cost,
                })
            }
            LimitReached::MaxTokensExceeded { .. } | LimitReached::BatchExceedsTokens { .. }
                if within.tokens == part.tokens =>
            {
                Some(PurseEmpty::Tokens {
                    limit: self.limits.max_tokens?,
                    spent: self.spent().tokens(),
                })
            }
            _ => None,
        }
    }
}

/// Returns the newest exchanges that have at most so many characters together.
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

/// Cuts an exchange that is too long by itself: the question to a half at the most, the answer to what is left.
fn shortened(exchange: &Exchange) -> Exchange {
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    let question = cut(&exchange.question, HISTORY_CHARS / 2);
    Exchange {
        answer: cut(&exchange.answer, HISTORY_CHARS.saturating_sub(question.chars().count())),
        question,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_exchanges_are_shown_as_far_as_they_fit() {
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
