//! Reasons why runs end without an answer.

use rlm_policy::LimitReached;
use rlm_scheduler::SharedLedger;

use crate::dispatcher::Dispatcher;
use crate::outage::Outage;

/// The reason why a run ends without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The run was cancelled.
    Cancelled,
    /// A limit ended the run: the time limit, or one that refused a call and is an error.
    Limit(LimitReached),
    /// An outage of a model's server lasted too long.
    Outage(Outage),
}

/// Returns the reason if the run is cancelled or out of time.
#[must_use]
pub fn over(dispatcher: &Dispatcher) -> Option<Stop> {
    if dispatcher.cancel.is_cancelled() {
        return Some(Stop::Cancelled);
    }
    let deadline = dispatcher.tree.ledger.deadline()?;
    (tokio::time::Instant::now() >= deadline).then(|| Stop::Limit(time_limit(&dispatcher.tree.ledger)))
}

/// Waits until the run is cancelled or out of time.
pub fn stopped(dispatcher: &Dispatcher) -> impl Future<Output = Stop> + use<> {
    let (cancel, ledger) = (dispatcher.cancel.clone(), dispatcher.tree.ledger.clone());
    async move {
        let time_over = async {
            match ledger.deadline() {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Stop::Cancelled,
            () = time_over => Stop::Limit(time_limit(&ledger)),
        }
    }
}

fn time_limit(ledger: &SharedLedger) -> LimitReached {
    let seconds = ledger.read(|ledger| ledger.limits().seconds).unwrap_or_default();
    LimitReached::DeadlineExceeded {
        limit_seconds: seconds,
        elapsed_seconds: seconds,
    }
}
