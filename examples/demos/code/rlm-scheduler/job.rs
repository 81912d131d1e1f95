//! A model call with the data that the scheduler needs to make it.

use std::sync::Arc;
use std::time::Duration;

use rlm_cache::Cache;
use rlm_model::{Call, Cost, Finish, Model, ModelError, Price, Reply};
use rlm_policy::{Amount, GrantId, LimitReached, Overrun, Spend};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Observer, SharedLedger, Source};

/// The priority class of a caller. Root models take precedence over programs, because everything
/// waits for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The root model's loop, which requests the next program.
    Root,
    /// A program, which makes sub-calls.
    Sub,
}

/// A model that is called if the requested one fails.
#[derive(Clone)]
pub struct Fallback {
    /// The fallback model.
    pub model: Arc<dyn Model>,
    /// The price of the model, if known.
    pub price: Option<Price>,
}

/// A model call with the data that the scheduler needs to make it.
pub struct Job {
    /// The model call: its id and its request.
    pub call: Call,
    /// The priority class of the caller.
    pub class: Class,
    /// The requested model, which is called first.
    pub model: Arc<dyn Model>,
    /// The price of the model, if known.
    pub price: Option<Price>,
    /// The models to call, in this order, if the requested model fails permanently.
    pub fallbacks: Arc<[Fallback]>,
    /// The maximum amount that an attempt may use. Its `calls` is the number that the call counts
    /// as.
    pub amount: Amount,
    /// The limit that refuses the call before a reservation is requested, if any.
    pub refused: Option<LimitReached>,
    /// The ledger that holds the budget of the call's run tree.
    pub ledger: SharedLedger,
    /// The grant (sub-budget) of the call's run in the ledger.
    pub grant: GrantId,
    /// The replies to earlier calls of the run, if equal calls of the run share a reply.
    pub replies: Option<Arc<Cache>>,
    /// The observer that is told the progress of the call.
    pub observer: Arc<dyn Observer>,
    /// The token that cancels the call.
    pub cancel: CancellationToken,
}

impl Job {
    /// Stores a reply for equal calls of the same run, unless the budget truncated it.
    pub(crate) fn keep_for_equal(&self, reply: &Arc<Reply>) {
        if let Some(replies) = &self.replies
            && reply.finish != Finish::Budget
        {
            replies.put(&self.call.request_id, Arc::clone(reply));
        }
    }

    /// Returns the stored reply to an earlier equal call of the same run, if there is one.
    pub(crate) fn reply_to_equal(&self) -> Option<Arc<Reply>> {
        self.replies.as_ref()?.get(&self.call.request_id)
    }

    /// Returns `true` if a pause ends before the run's deadline.
    pub(crate) fn ends_in_time(&self, pause: Duration) -> bool {
        let next = Instant::now().checked_add(pause);
        let deadline = self.ledger.deadline();
        deadline.is_none_or(|deadline| next.is_some_and(|next| next < deadline))
    }
}

/// The state of a call before this process: its result in an earlier one.
#[derive(Debug, Clone, Default)]
pub enum Before {
    /// No earlier process issued the call.
    #[default]
    Nothing,
    /// An earlier process issued the call this many times with an unknown result. Each time counts
    /// with its reservation, and the call is made again.
    InDoubt(u32),
    /// The call has ended in an earlier process, so no request is sent.
    Known(Box<Known>),
}

/// The known end of a call, as recorded in a journal.
#[derive(Debug, Clone)]
pub struct Known {
    /// The recorded reply, or the model's error.
    pub outcome: Result<Arc<Reply>, ModelError>,
    /// Whether the call failed because of a long outage of the server.
    pub outage: bool,
    /// Whether a request was sent for the call.
    pub sent: bool,
    /// The time from the call to its end; zero if unknown.
    pub elapsed: Duration,
    /// The source of the reply.
    pub source: Source,
    /// The number of attempts that the call made.
    pub attempts: u32,
    /// The cost of the reply.
    pub cost: Cost,
    /// The spending that the ledger counts for the call.
    pub spent: Spend,
    /// The overrun of the call, if it exceeded its reservation.
    pub overrun: Option<Overrun>,
}
