//! Who is told what happens to calls: a journal, a progress line, a test.

use std::error::Error;
use std::time::Duration;

use rlm_model::{Call, ModelError, ModelIdentity};
use rlm_policy::{Remaining, Spend};

use crate::{CallFailure, Settled, Source};

/// Why something could not be recorded.
pub type NotRecorded = Box<dyn Error + Send + Sync>;

/// Is told what happens to a call, in this order: `issuing` once, `attempt_failed` for each failure, `settled` once. A call
/// that fails before it is issued is only settled; one whose future is dropped is not settled at all.
///
/// The methods are called while the call waits, so they must be quick; those of different calls may run at once.
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
    /// Is called before the request leaves, or before a reply that needs no request is handed out.
    ///
    /// # Errors
    /// If the call can't be recorded; it then fails without having been made.
    fn issuing(&self, call: &Call, source: Source) -> Result<(), NotRecorded>;

    /// Is called when an attempt has failed.
    fn attempt_failed(&self, failure: &AttemptFailure<'_>);

    /// Is called when the call has its end.
    fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>);
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy)]
pub struct AttemptFailure<'a> {
    /// The call.
    pub call: &'a Call,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// Who was asked.
    pub model: &'a ModelIdentity,
    /// Why it failed.
    pub error: &'a ModelError,
    /// The time that the call has waited so far: for its budget, for rates and slots, and between attempts.
    pub waited: Duration,
    /// What the attempt is counted as, as far as that can be known.
    pub spent: Spend,
    /// What follows.
    pub next: NextAttempt,
    /// What the run may still use beside what is reserved.
    pub left: Option<Remaining>,
}

/// What follows a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextAttempt {
    /// Another one after this pause.
    After(Duration),
    /// Another one when the server answers again.
    AfterOutage,
    /// Another one with more room for the reply.
    WithMoreRoom,
    /// One by the next fallback.
    ByFallback,
    /// One beside it, which has not failed but takes far longer than most.
    Beside,
    /// None.
    None,
}

impl NextAttempt {
    /// Returns a stable name, for journals; none for a pause, whose length says it, and where there is no next attempt.
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

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn issuing(&self, _: &Call, _: Source) -> Result<(), NotRecorded> {
        Ok(())
    }

    fn attempt_failed(&self, _: &AttemptFailure<'_>) {}

    fn settled(&self, _: &Call, _: Result<&Settled, &CallFailure>) {}
}
