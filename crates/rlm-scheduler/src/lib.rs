//! The one way out to models, for root and sub-calls alike.
//!
//! A program may make a thousand calls at once. The provider takes sixty a minute, fails one in ten, and bills by the token;
//! the run has a budget and a deadline, and its user may lose patience. Everything between the two stands here:
//!
//! 1. the call's reservation is taken in the [`Ledger`](rlm_policy::Ledger), or waits, or is refused;
//! 2. an equal call that is on its way is joined, an equal call that was answered before is answered from the cache;
//! 3. the model's rate and a free slot are waited for, root models first;
//! 4. attempts are made, with pauses that the server asks for or that grow by themselves;
//! 5. what was used is settled, which may let others go.
//!
//! Nine traps of the domain, and what stands here against them:
//!
//! - **Tasks start in any order.** A budget that is taken when a future is first polled is taken by luck. [`Scheduler::call`]
//!   reserves *when it is called* and returns the future; call it in call order and poll as you like.
//! - **All clients retry at the same moment.** Pauses have full jitter: anything from nothing to a bound that doubles.
//! - **A failed attempt may have been paid for.** A reply that was cut off is billed like another. Its reservation counts as
//!   spent, and the next attempt reserves anew.
//! - **A pause in a slot is a slot lost.** Slots are held while a request is on its way and not a moment longer.
//! - **What a server takes changes by the minute.** The number of requests at once is halved when it says that it is too much,
//!   unless that changes nothing, and grows by one for each round of good answers; where one at once is too much, requests leave
//!   further apart. What it says of its rates is kept to before it has to refuse. A refusal is no failed attempt: a call waits for
//!   as long as the server answers nobody.
//! - **A server that is out fails everything at once.** A thousand calls would use up their attempts within seconds. After some
//!   failures in a row nothing is sent but one request at a time that looks whether it is back; all others wait, or go to a
//!   fallback.
//! - **One call in a thousand hangs.** Where an answer takes far longer than most, the call is made a second time beside, if the
//!   budget has room for both.
//! - **A fallback is another model.** What it says is not kept as a reply of the one that was asked for, and says so in its notes.
//! - **A dropped future is not an unmade call.** If its request had left, it counts at its reservation; if not, it gives
//!   everything back. Slots and connections are free at once in either case.
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
mod concurrency;
mod flight;
mod job;
mod lane;
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
mod trip;

pub use job::{Before, Class, Fallback, Job, Known};
pub use observer::{AttemptFailure, NextAttempt, NotRecorded, Observer, Unobserved};
pub use outcome::{CallFailure, FailureKind, Settled, Source};
pub use retry::{Jitter, RandomJitter};
pub use scheduler::Scheduler;
pub use settings::{SchedulerSettings, Sharing};
pub use shared_ledger::SharedLedger;
