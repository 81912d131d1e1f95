//! A call with all that making it needs.

use std::sync::Arc;
use std::time::Duration;

use rlm_cache::Cache;
use rlm_model::{Call, Cost, Finish, Model, ModelError, Price, Reply};
use rlm_policy::{Amount, GrantId, LimitReached, Overrun, Spend};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Observer, SharedLedger, Source};

/// Who asks: root models go before programs, since everything waits for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The loop, for the next program.
    Root,
    /// A program.
    Sub,
}

/// A model that is asked in the place of another.
#[derive(Clone)]
pub struct Fallback {
    /// The model.
    pub model: Arc<dyn Model>,
    /// What it costs, where that is known.
    pub price: Option<Price>,
}

/// A call with all that making it needs.
pub struct Job {
    /// The call.
    pub call: Call,
    /// Who asks.
    pub class: Class,
    /// Who answers.
    pub model: Arc<dyn Model>,
    /// What the model costs, where that is known.
    pub price: Option<Price>,
    /// Who is asked, one after the other, when the model fails for good.
    pub fallbacks: Arc<[Fallback]>,
    /// The most that one attempt may use; `calls` says what the call counts as.
    pub amount: Amount,
    /// The limit that refuses the call before anything is asked of the book, where one does.
    pub refused: Option<LimitReached>,
    /// The book of the tree of runs that the call belongs to.
    pub ledger: SharedLedger,
    /// The run's grant in that book.
    pub grant: GrantId,
    /// The replies to the run's calls so far, if equal calls of the run are one request.
    pub replies: Option<Arc<Cache>>,
    /// Who is told what happens.
    pub observer: Arc<dyn Observer>,
    /// Ends the call when it is cancelled.
    pub cancel: CancellationToken,
}

impl Job {
    /// Keeps the reply for equal calls of the run, unless the budget cut it.
    pub(crate) fn keep_for_equal(&self, reply: &Arc<Reply>) {
        if let Some(replies) = &self.replies
            && reply.finish != Finish::Budget
        {
            replies.put(&self.call.request_id, Arc::clone(reply));
        }
    }

    /// Returns the reply to an equal call of the run, if one was answered before.
    pub(crate) fn reply_to_equal(&self) -> Option<Arc<Reply>> {
        self.replies.as_ref()?.get(&self.call.request_id)
    }

    /// Returns whether the run's time is not yet over after this pause.
    pub(crate) fn ends_in_time(&self, pause: Duration) -> bool {
        let next = Instant::now().checked_add(pause);
        let deadline = self.ledger.deadline();
        deadline.is_none_or(|deadline| next.is_some_and(|next| next < deadline))
    }
}

/// The outcome of a call in an earlier process.
#[derive(Debug, Clone, Default)]
pub enum Before {
    /// Nothing.
    #[default]
    Nothing,
    /// It was issued so many times, and nobody knows what came of it: each time counts at its reservation, and it is made again.
    InDoubt(u32),
    /// It has come to its end: nobody is asked.
    Known(Box<Known>),
}

/// The end of a call, as a journal says.
#[derive(Debug, Clone)]
pub struct Known {
    /// The reply, or how the model failed.
    pub outcome: Result<Arc<Reply>, ModelError>,
    /// Whether the model failed because its server was out for too long.
    pub outage: bool,
    /// Whether a request left for it.
    pub sent: bool,
    /// The time from the call to its end; zero if it is not known.
    pub elapsed: Duration,
    /// Where the reply came from.
    pub source: Source,
    /// The attempts that were made.
    pub attempts: u32,
    /// What the reply cost.
    pub cost: Cost,
    /// What the call counts as.
    pub spent: Spend,
    /// How it used more than was reserved, where it did.
    pub overrun: Option<Overrun>,
}
