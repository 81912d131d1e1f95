//! The scheduler of all model calls, for root models and sub-calls.
//!
//! A program may make a thousand calls at once. The provider accepts sixty per minute, fails one in
//! ten, and bills by the token. The run has a budget and a deadline, and its user may cancel it.
//! The scheduler processes a call in these steps:
//!
//! 1. Request the call's reservation in the [`Ledger`](rlm_policy::Ledger), which grants it,
//!    refuses it, or makes it wait.
//! 2. Join an equal call that is in flight, or take the reply of an equal earlier call from the
//!    cache.
//! 3. Wait for the model's rate limit and a free slot; root models take precedence.
//! 4. Make attempts, with pauses that the server requests or that grow exponentially.
//! 5. Settle the actual usage, which may unblock other calls.
//!
//! Nine pitfalls, and how the scheduler avoids them:
//!
//! - **Tasks start in any order.** A budget that is taken when a future is first polled is taken in
//!   random order. [`Scheduler::call`] reserves *when it is called* and returns the future. Call it
//!   in call order and poll the futures in any order.
//! - **All clients retry at the same moment.** Pauses have full jitter: a random time up to a bound
//!   that doubles.
//! - **A failed attempt may have been charged.** A truncated reply is billed like any other. Its
//!   reservation counts as spent, and the next attempt requests a new one.
//! - **A pause must not occupy a slot.** Slots are held only while a request is in flight.
//! - **The capacity of a server changes by the minute.** Concurrency is halved if the server
//!   reports overload, unless that has no effect, and grows by one for each round of good answers.
//!   If even a single concurrent request is too much, requests are spaced. Reported rate limits are
//!   respected before the server has to refuse. A refusal does not count as a failed attempt: a
//!   call waits for as long as the server answers no call.
//! - **An outage fails all calls at once.** A thousand calls would use up their attempts within
//!   seconds. After several consecutive failures, only a single probe is sent at a time; all other
//!   calls wait, or use a fallback.
//! - **One call in a thousand hangs.** If an answer takes far longer than usual, the call is hedged
//!   by a second request, if the budget has room for both.
//! - **A fallback is another model.** Its reply is not cached as one of the requested model, and
//!   has a note about it.
//! - **Dropping a future does not unsend a request.** If its request was sent, it counts with its
//!   reservation; otherwise the reservation is released. In both cases, slots and connections are
//!   free at once.
//!
//! ```
//! use std::sync::Arc;
//! use rlm_model::*;
//! use rlm_policy::{Amount, GrantId, Limits};
//! use rlm_scheduler::{Class, Job, Scheduler, SchedulerSettings, SharedLedger, Unobserved};
//!
//! struct Echo(ModelIdentity);
//!
//! impl Model for Echo {
//!     fn identity(&self) -> &ModelIdentity {
//!         &self.0
//!     }
//!     fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
//!         let said = call.request.messages.iter().map(Message::content).collect::<String>();
//!         Box::pin(async move { Ok(Reply::new(said, Usage::default())) })
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let model = Echo(ModelIdentity::new("echo", "", ""));
//! let request = Request::new(vec![Message::user("hello")], Parameters::with_max_output(Tokens(100)));
//! let digest = request.digest(model.identity());
//! let scheduler = Scheduler::new(SchedulerSettings::default(), None);
//! let job = Job {
//!     amount: Amount::at_most(&request, Some(Price::FREE), 1),
//!     call: Call { id: CallId::root(1, 1, 0), request_id: RequestId { digest, occurrence: 0 }, request },
//!     class: Class::Sub,
//!     model: Arc::new(model),
//!     price: Some(Price::FREE),
//!     fallbacks: Default::default(),
//!     refused: None,
//!     ledger: SharedLedger::new(&Limits::default()),
//!     grant: GrantId::ROOT,
//!     replies: None,
//!     observer: Arc::new(Unobserved),
//!     cancel: Default::default(),
//! };
//! let settled = scheduler.call(job).await?;
//! assert_eq!((settled.reply.text.as_str(), settled.attempts), ("hello", 1));
//! # Ok::<(), rlm_scheduler::CallFailure>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bucket;
mod call_in_progress;
mod concurrency;
mod endpoint_queue;
mod flight;
mod job;
mod observer;
mod outage;
mod outcome;
mod rate;
mod retry;
mod scheduler;
mod settings;
mod shared_ledger;
mod slots;
mod times;

pub use job::{Before, Class, Fallback, Job, Known};
pub use observer::{AttemptFailure, NextAttempt, NotRecorded, Observer, Unobserved};
pub use outcome::{CallFailure, FailureKind, Settled, Source};
pub use retry::{Jitter, RandomJitter};
pub use scheduler::Scheduler;
pub use settings::{SchedulerSettings, Sharing};
pub use shared_ledger::SharedLedger;
