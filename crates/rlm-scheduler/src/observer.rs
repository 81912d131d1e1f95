//! Who is told what happens to calls: a journal, a progress line, a test.

use std::error::Error;
use std::time::Duration;

use rlm_model::{Call, ModelError};

use crate::{CallFailure, Settled, Source};

/// Why something could not be recorded.
pub type NotRecorded = Box<dyn Error + Send + Sync>;

/// Is told what happens to a call, in this order: `issuing` once, `attempt_failed` for each failure, `settled` once. A call
/// that fails before it is issued is only settled; one whose future is dropped is not settled at all.
///
/// The methods are called while the call waits, so they must be quick; those of different calls may run at once.
pub trait Observer: Send + Sync {
    /// Is called before the request leaves, or before a reply that needs no request is handed out.
    ///
    /// # Errors
    /// If the call can't be recorded; it then fails without having been made.
    fn issuing(&self, call: &Call, source: Source) -> Result<(), NotRecorded>;

    /// Is called when an attempt has failed.
    fn attempt_failed(&self, failure: &AttemptFailed<'_>);

    /// Is called when the call has its end.
    fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>);
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy)]
pub struct AttemptFailed<'a> {
    /// The call.
    pub call: &'a Call,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// Why it failed.
    pub error: &'a ModelError,
    /// The pause before the next attempt; `None` if there is none.
    pub wait: Option<Duration>,
}

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn issuing(&self, _: &Call, _: Source) -> Result<(), NotRecorded> {
        Ok(())
    }

    fn attempt_failed(&self, _: &AttemptFailed<'_>) {}

    fn settled(&self, _: &Call, _: Result<&Settled, &CallFailure>) {}
}
