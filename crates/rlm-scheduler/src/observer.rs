//! Observers of calls, such as a journal, a progress line or a test.

use std::error::Error;
use std::time::Duration;

use rlm_model::{BoxFuture, Call, ModelError, ModelIdentity};
use rlm_policy::{Remaining, Spend};

use crate::{CallFailure, Settled, Source};

/// The error of an observer that can't record a call.
pub type NotRecorded = Box<dyn Error + Send + Sync>;

/// Observes calls. For each call, the methods are called in this order: `issuing` once,
/// `attempt_failed` for each failure, `settled` once. For a call that fails before it is issued,
/// only `settled` is called; for one whose future is dropped, `settled` is not called.
///
/// The methods block the call, so they must be fast. Those of different calls may run concurrently.
///
/// ```
/// use std::sync::Mutex;
/// use rlm_model::Call;
/// use rlm_scheduler::{AttemptFailure, CallFailure, NotRecorded, Observer, Settled, Source};
///
/// /// Keeps a line of each thing that happens; where that is not possible, no call is made.
/// #[derive(Default)]
/// struct Lines(Mutex<Vec<String>>);
///
/// impl Lines {
///     fn add(&self, line: String) -> Result<(), NotRecorded> {
///         self.0.lock().map_err(|_| "the lines are lost")?.push(line);
///         Ok(())
///     }
/// }
///
/// impl Observer for Lines {
///     fn issuing(&self, call: &Call, source: Source) -> Result<(), NotRecorded> {
///         self.add(format!("{} issued ({source:?})", call.id))
///     }
///
///     fn attempt_failed(&self, failure: &AttemptFailure<'_>) {
///         let _ = self.add(format!("{} failed: {}", failure.call.id, failure.error));
///     }
///
///     fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>) {
///         let _ = self.add(format!("{} settled: {}", call.id, result.is_ok()));
///     }
/// }
/// # use std::sync::Arc;
/// # use rlm_model::{BoxFuture, CallId, Message, Model, ModelError, ModelIdentity, Parameters, Price, Reply, Request, RequestId, Tokens, Usage};
/// # use rlm_policy::{Amount, GrantId, Limits};
/// # use rlm_scheduler::{Class, Job, Scheduler, SchedulerSettings, SharedLedger};
/// # struct Echo(ModelIdentity);
/// # impl Model for Echo {
/// #     fn identity(&self) -> &ModelIdentity {
/// #         &self.0
/// #     }
/// #     fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
/// #         Box::pin(async { Ok(Reply::new(call.request.messages[0].content(), Usage::default())) })
/// #     }
/// # }
/// # let model = Echo(ModelIdentity::new("echo", "", ""));
/// # let request = Request::new(vec![Message::user("hello")], Parameters::with_max_output(Tokens(100)));
/// # let digest = request.digest(model.identity());
/// # let job = Job {
/// #     amount: Amount::at_most(&request, Some(Price::FREE), 1),
/// #     call: Call { id: CallId::root(1, 1, 0), request_id: RequestId { digest, occurrence: 0 }, request },
/// #     class: Class::Sub,
/// #     model: Arc::new(model),
/// #     price: Some(Price::FREE),
/// #     fallbacks: Default::default(),
/// #     refused: None,
/// #     ledger: SharedLedger::new(&Limits::default()),
/// #     grant: GrantId::ROOT,
/// #     replies: None,
/// #     observer: Arc::new(rlm_scheduler::Unobserved),
/// #     cancel: Default::default(),
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
///
/// let lines = Arc::new(Lines::default());
/// let job = Job { observer: lines.clone(), ..job };
/// Scheduler::new(SchedulerSettings::default(), None).call(job).await?;
/// let lines = lines.0.lock().expect("nobody panicked");
/// assert_eq!(*lines, ["1.1.0 issued (Model)", "1.1.0 settled: true"]);
/// # Ok::<(), CallFailure>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Observer: Send + Sync {
    /// Called before the request is sent, or before a reply that needs no request is returned.
    ///
    /// # Errors
    /// An error if the call can't be recorded; the call then fails without being made.
    fn issuing(&self, call: &Call, source: Source) -> Result<(), NotRecorded>;

    /// Waits until what was recorded is where it outlives this machine. Called before each request is
    /// sent. `None` if it is there already.
    ///
    /// # Errors
    /// An error if it could not be stored; the call then fails without being made.
    fn stored(&self) -> Option<BoxFuture<'_, Result<(), NotRecorded>>> {
        None
    }

    /// Called when an attempt of a call has failed.
    fn attempt_failed(&self, failure: &AttemptFailure<'_>);

    /// Called when a call has ended, successfully or not.
    fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>);
}

/// The data of a failed attempt, for observers.
#[derive(Debug, Clone, Copy)]
pub struct AttemptFailure<'a> {
    /// The call to which the failed attempt belongs.
    pub call: &'a Call,
    /// The number of the failed attempt within its call, counted from 1.
    pub attempt: u32,
    /// The model that the failed attempt called.
    pub model: &'a ModelIdentity,
    /// The error of the attempt.
    pub error: &'a ModelError,
    /// The total time so far that the call has waited for its budget, for rate limits and slots,
    /// and between attempts.
    pub waited: Duration,
    /// The spending that is counted for the attempt, as far as it is known.
    pub spent: Spend,
    /// The action that follows the failed attempt: a retry, a fallback, a second attempt, or
    /// nothing.
    pub next: NextAttempt,
    /// The remaining budget of the run, without reserved amounts.
    pub left: Option<Remaining>,
}

/// The attempt that follows a failed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextAttempt {
    /// A retry after this pause.
    After(Duration),
    /// A retry when the outage of the server has ended.
    AfterOutage,
    /// A retry with a higher output limit.
    WithMoreRoom,
    /// An attempt with the next fallback model.
    ByFallback,
    /// A second attempt beside the first, which has not failed but is far slower than usual.
    Beside,
    /// No further attempt.
    None,
}

impl NextAttempt {
    /// Returns a stable name of the next attempt for journals; `None` for a pause, which is
    /// recorded by its length, and if there is no next attempt.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        match self {
            Self::AfterOutage => Some("after_outage"),
            Self::WithMoreRoom => Some("with_more_room"),
            Self::ByFallback => Some("by_fallback"),
            Self::Beside => Some("beside"),
            Self::After(_) | Self::None => None,
        }
    }
}

/// An observer that ignores all events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn issuing(&self, _: &Call, _: Source) -> Result<(), NotRecorded> {
        Ok(())
    }

    fn attempt_failed(&self, _: &AttemptFailure<'_>) {}

    fn settled(&self, _: &Call, _: Result<&Settled, &CallFailure>) {}
}
