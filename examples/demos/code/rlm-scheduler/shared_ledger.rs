//! A budget ledger that concurrent calls share, and the reservations of these calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{CallId, Tokens};
use rlm_policy::{
    Amount, Decided, Decision, FailedAttempt, GrantId, Ledger, LedgerError, LimitReached, Limits, Overrun, Remaining,
    ReservationRequest, Reserved, Settlement, Share, Spend,
};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::FailureKind;

/// The [`Ledger`] of a tree of runs, shared by all its calls. It adds the clock, which the ledger
/// does not read.
///
/// Clones share the same ledger.
///
/// ```
/// use rlm_model::{CallId, Tokens};
/// use rlm_policy::{GrantId, Limits, Share};
/// use rlm_scheduler::SharedLedger;
///
/// let limits = Limits { tokens: Some(Tokens(1_000)), depth: 2, steps: 1, ..Limits::default() };
/// let book = SharedLedger::new(&limits);
/// book.begin_step(GrantId::ROOT)?;
/// assert!(book.begin_step(GrantId::ROOT).is_err(), "its only step is taken");
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let child = book.open(GrantId::ROOT, &CallId::root(1, 1, 0), Share::percent(40)).await?;
/// assert_eq!(book.left(child).and_then(|left| left.tokens), Some(Tokens(400)));
/// book.close(child)?;
/// assert_eq!(book.left(GrantId::ROOT).and_then(|left| left.tokens), Some(Tokens(1_000)));
/// # Ok::<(), rlm_scheduler::FailureKind>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SharedLedger(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    book: Mutex<Book>,
    /// The start of the root run, moved back by the time that earlier processes used.
    start: Instant,
}

#[derive(Debug)]
struct Book {
    ledger: Ledger,
    deadline: Option<Instant>,
    waiting: HashMap<CallId, oneshot::Sender<Decision>>,
}

impl SharedLedger {
    /// Creates the ledger of a root run that starts now.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self::resumed(Ledger::new(limits), Duration::ZERO)
    }

    /// Resumes the ledger of a root run that has already used `elapsed` of its time.
    #[must_use]
    pub fn resumed(ledger: Ledger, elapsed: Duration) -> Self {
        let now = Instant::now();
        let left = ledger.limits().duration().map(|limit| limit.saturating_sub(elapsed));
        Self(Arc::new(Shared {
            start: now.checked_sub(elapsed).unwrap_or(now),
            book: Mutex::new(Book {
                ledger,
                deadline: left.and_then(|left| now.checked_add(left)),
                waiting: HashMap::new(),
            }),
        }))
    }

    /// Continues with other limits, except for their time limit, and adds spending that is not from
    /// calls of this ledger; see [`Ledger::continue_with`].
    pub fn continue_with(&self, limits: &Limits, spent: &Spend) {
        let mut book = self.lock();
        let decided = book.ledger.continue_with(limits, spent);
        book.deliver(decided);
    }

    /// Calls `look` with the ledger, after updating its time.
    pub fn read<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        let mut book = self.lock();
        self.tick(&mut book);
        look(&book.ledger)
    }

    /// Returns the run's deadline.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.lock().deadline
    }

    /// Allows calls for a grace period, if the time limit is the only reason why the run has
    /// stopped; see [`Ledger::grant_grace`].
    pub fn grant_grace(&self, grace: Duration) {
        let mut book = self.lock();
        self.tick(&mut book);
        book.ledger.grant_grace(grace);
        if book.deadline.is_some() {
            book.deadline = Instant::now().checked_add(grace);
        }
    }

    /// Adds spending that is not from calls of this ledger; see [`Ledger::count`].
    ///
    /// # Errors
    /// [`FailureKind::Ledger`] if the grant is not open.
    pub fn count(&self, grant: GrantId, spent: &Spend) -> Result<(), FailureKind> {
        let mut book = self.lock();
        let decided = book.ledger.count(grant, spent);
        let decided = decided.map_err(FailureKind::Ledger)?;
        book.deliver(decided);
        Ok(())
    }

    /// Withholds tokens and money from the calls of a run, for later use; see [`Ledger::withhold`].
    ///
    /// # Errors
    /// [`FailureKind::Ledger`] if the grant is not open.
    pub fn withhold(&self, grant: GrantId, amount: &Amount, least: &Amount, most: Share) -> Result<(), FailureKind> {
        let mut book = self.lock();
        let decided = book.ledger.withhold(grant, amount, least, most);
        let decided = decided.map_err(FailureKind::Ledger)?;
        book.deliver(decided);
        Ok(())
    }

    /// Reserves the next step (turn) of a run.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] at a limit, [`FailureKind::Ledger`] if the grant is not open.
    pub fn begin_step(&self, grant: GrantId) -> Result<(), FailureKind> {
        let mut book = self.lock();
        self.tick(&mut book);
        match book.ledger.begin_step(grant).map_err(FailureKind::Ledger)? {
            Decision::Granted | Decision::Shortened(_) | Decision::Waits => Ok(()),
            Decision::Refused(limit) => Err(FailureKind::Refused(limit)),
        }
    }

    /// Takes one of the retries that the runs of the tree share. Returns `false` if none are left.
    #[must_use]
    pub fn take_retry(&self) -> bool {
        self.lock().ledger.take_retry()
    }

    /// Returns the remaining budget of a run, without reserved amounts; `None` for a grant that is
    /// not open.
    #[must_use]
    pub fn left(&self, grant: GrantId) -> Option<Remaining> {
        self.read(|ledger| ledger.remaining(grant).ok())
    }

    /// Returns the minimum output limit, in tokens, that a call requests; see
    /// [`Limits::min_output`].
    pub(crate) fn min_output(&self) -> Tokens {
        self.lock().ledger.limits().min_output
    }

    /// Returns `true` if a call of this amount would be granted now; see [`Ledger::can_pay`].
    #[must_use]
    pub fn can_pay(&self, grant: GrantId, amount: &Amount) -> bool {
        self.read(|ledger| ledger.can_pay(grant, amount))
    }

    /// Announces a call of which only an upper bound is known; see [`Ledger::announce`].
    ///
    /// # Errors
    /// [`FailureKind::Ledger`] if the grant is not open or the call is known already.
    pub fn announce(&self, grant: GrantId, id: &CallId, at_most: Amount) -> Result<(), FailureKind> {
        let mut book = self.lock();
        book.ledger.announce(grant, id, at_most).map_err(FailureKind::Ledger)
    }

    /// Cancels an announced call that will not be made.
    ///
    /// # Errors
    /// [`FailureKind::Ledger`] if the call is unknown.
    pub fn cancel(&self, id: &CallId) -> Result<(), FailureKind> {
        let mut book = self.lock();
        let settlement = book.ledger.cancel(id).map_err(FailureKind::Ledger)?;
        book.deliver(settlement.decided);
        Ok(())
    }

    /// Opens the grant (sub-budget) of a child run; see [`Ledger::open`]. The reservation is
    /// requested immediately, and the future waits for the decision.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] at a limit, [`FailureKind::Ledger`] if the parent's grant is not
    /// open.
    pub fn open(
        &self,
        parent: GrantId,
        id: &CallId,
        share: Share,
    ) -> impl Future<Output = Result<GrantId, FailureKind>> + Send + use<> {
        let opened = {
            let mut book = self.lock();
            self.tick(&mut book);
            book.ledger.open(parent, id, share).map(|opening| {
                let reserved = Reserved {
                    decision: opening.decision,
                    others: opening.others,
                };
                (opening.grant, self.reservation(id), book.wait(id, reserved))
            })
        };
        async move {
            let (grant, mut reservation, pending) = opened.map_err(FailureKind::Ledger)?;
            reservation.decided(pending).await?;
            // From here on, the caller must close the grant.
            reservation.stage = Stage::Done;
            Ok(grant)
        }
    }

    /// Closes the grant (sub-budget) of a child run, whose calls must all be settled.
    ///
    /// # Errors
    /// [`FailureKind::Ledger`] if the grant is not that of an open child run, or has unsettled
    /// calls.
    pub fn close(&self, grant: GrantId) -> Result<(), FailureKind> {
        let mut book = self.lock();
        let decided = book.ledger.close(grant).map_err(FailureKind::Ledger)?;
        book.deliver(decided);
        Ok(())
    }

    /// Requests the reservation of a call's budget.
    pub(crate) fn reserve(
        &self,
        grant: GrantId,
        id: &CallId,
        request: ReservationRequest,
    ) -> Result<(Reservation, Pending), LedgerError> {
        let mut book = self.lock();
        self.tick(&mut book);
        let reserved = book.ledger.reserve(grant, id, request)?;
        let pending = book.wait(id, reserved);
        Ok((self.reservation(id), pending))
    }

    /// Returns the time limit as a reached limit, and refuses waiting calls if it has expired.
    pub(crate) fn time_limit(&self) -> LimitReached {
        self.read(|ledger| LimitReached::DeadlineExceeded {
            limit_seconds: ledger.limits().seconds.unwrap_or_default(),
            elapsed_seconds: self.0.start.elapsed().as_secs(),
        })
    }

    fn reservation(&self, id: &CallId) -> Reservation {
        Reservation {
            shared: self.clone(),
            id: id.clone(),
            stage: Stage::Asked,
        }
    }

    fn tick(&self, book: &mut Book) {
        let decided = book.ledger.elapsed(self.0.start.elapsed());
        book.deliver(decided);
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A ledger decision that was made already or is pending.
#[derive(Debug)]
pub(crate) enum Pending {
    Decided(Decision),
    Waits(oneshot::Receiver<Decision>),
}

/// The budget reservation of a call. When it is dropped, the reservation of an unsent request is
/// released, and that of a sent request counts in full.
#[derive(Debug)]
pub(crate) struct Reservation {
    shared: SharedLedger,
    id: CallId,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The reservation was requested, and no request of the current attempt has been sent.
    Asked,
    /// A request has left, and its result is unknown.
    Left,
    /// The reservation is settled or released.
    Done,
}

impl Reservation {
    /// Records that a request of the reserved call is sent.
    pub(crate) const fn leave(&mut self) {
        self.stage = Stage::Left;
    }

    /// Records that the sent request certainly was not charged.
    pub(crate) const fn not_charged(&mut self) {
        self.stage = Stage::Asked;
    }

    /// Counts the failed attempt, and waits for the reservation of another attempt. Returns the
    /// granted amount if it is less than requested.
    pub(crate) async fn again(
        &mut self,
        failed: FailedAttempt,
        request: ReservationRequest,
    ) -> Result<Option<Amount>, FailureKind> {
        let pending = {
            let mut book = self.shared.lock();
            self.shared.tick(&mut book);
            let reserved = book
                .ledger
                .reserve_again(&self.id, failed, request)
                .map_err(FailureKind::Ledger)?;
            self.stage = Stage::Asked;
            book.wait(&self.id, reserved)
        };
        granted(pending.decision().await)
    }

    /// Reserves a second attempt beside the one in flight. The second attempt counts with its
    /// reservation from now on. Returns `false`, and reserves nothing, if the budget has no room
    /// for both.
    pub(crate) fn beside(&mut self, grant: GrantId, amount: Amount) -> bool {
        let mut book = self.shared.lock();
        self.shared.tick(&mut book);
        if !book.ledger.can_pay(grant, &amount) {
            return false;
        }
        let reserved = book.ledger.reserve_again(&self.id, FailedAttempt::Unknown, amount);
        reserved.is_ok_and(|reserved| {
            let granted = matches!(reserved.decision, Decision::Granted);
            book.deliver(reserved.others);
            granted
        })
    }

    /// Settles the reservation of a call with the usage of its last attempt.
    pub(crate) fn settle(&mut self, spend: Spend) -> Result<Settlement, LedgerError> {
        self.finish(|ledger, id| ledger.settle(id, spend))
    }

    /// Settles the reservation of a call as recorded in a journal.
    pub(crate) fn settle_as_recorded(
        &mut self,
        spend: Spend,
        overrun: Option<Overrun>,
    ) -> Result<Settlement, LedgerError> {
        self.finish(|ledger, id| ledger.settle_as_recorded(id, spend, overrun))
    }

    /// Settles an abandoned call with the full reservation of its last attempt.
    pub(crate) fn abandon(&mut self) -> Result<Settlement, LedgerError> {
        self.finish(Ledger::abandon)
    }

    fn finish(
        &mut self,
        settle: impl FnOnce(&mut Ledger, &CallId) -> Result<Settlement, LedgerError>,
    ) -> Result<Settlement, LedgerError> {
        self.stage = Stage::Done;
        let mut book = self.shared.lock();
        let mut settlement = settle(&mut book.ledger, &self.id)?;
        book.deliver(std::mem::take(&mut settlement.decided));
        Ok(settlement)
    }

    /// Waits until the reservation is granted or refused. Returns the granted amount if it is less
    /// than requested.
    pub(crate) async fn decided(&mut self, pending: Pending) -> Result<Option<Amount>, FailureKind> {
        let granted = granted(pending.decision().await);
        if granted.is_err() {
            self.stage = Stage::Done;
        }
        granted
    }

    /// Releases the reservation of a failed call, and returns the spending that is counted for the
    /// call.
    pub(crate) fn give_up(&mut self) -> Spend {
        let settlement = match self.stage {
            Stage::Asked => {
                self.shared.lock().waiting.remove(&self.id);
                self.finish(Ledger::cancel)
            }
            Stage::Left => self.abandon(),
            Stage::Done => return Spend::default(),
        };
        // If the reservation was refused meanwhile, there is nothing to release.
        settlement.map(|settlement| settlement.spent).unwrap_or_default()
    }
}

/// Returns the amount that a decision grants, if it is less than requested; `None` if the request
/// is granted in full.
fn granted(decision: Decision) -> Result<Option<Amount>, FailureKind> {
    match decision {
        Decision::Granted | Decision::Waits => Ok(None),
        Decision::Shortened(less) => Ok(Some(less)),
        Decision::Refused(limit) => Err(FailureKind::Refused(limit)),
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let _ = self.give_up();
    }
}

impl Pending {
    async fn decision(self) -> Decision {
        match self {
            Self::Decided(decision) => decision,
            // The sender is kept until it sends the decision, or until the receiver is dropped.
            Self::Waits(receiver) => receiver.await.unwrap_or(Decision::Waits),
        }
    }
}

impl Book {
    fn wait(&mut self, id: &CallId, reserved: Reserved) -> Pending {
        self.deliver(reserved.others);
        match reserved.decision {
            Decision::Waits => {
                let (sender, receiver) = oneshot::channel();
                self.waiting.insert(id.clone(), sender);
                Pending::Waits(receiver)
            }
            decided @ (Decision::Granted | Decision::Shortened(_) | Decision::Refused(_)) => Pending::Decided(decided),
        }
    }

    fn deliver(&mut self, decided: Vec<Decided>) {
        for (id, decision) in decided {
            if let Some(sender) = self.waiting.remove(&id) {
                // A dropped receiver releases the reservation itself.
                let _ = sender.send(decision);
            }
        }
    }
}
