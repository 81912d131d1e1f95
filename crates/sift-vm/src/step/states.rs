//! The states of a program between slices, as its host sees them.
//!
//! Each state owns the machine and offers only the operations that are valid in it.

use sift_runtime::runtime::{HostAnswer, HostRequest};

use sift_text::Text;
use sift_values::flow::{End, Limit};
use sift_values::pending_calls::{CallKey, CallOutcome, IssuedCall};

use super::{Blocked, CancelHandle, Machine};
use crate::report::{RaisedError, Report};

/// The state of a program after a slice of fuel.
#[derive(Debug)]
#[must_use = "a step owns the machine; resume it or take the machine out of it"]
pub enum Step {
    /// The program ran its last statement, and every call is settled.
    Done(Done),
    /// The program raised an exception that it did not catch.
    Raised(Raised),
    /// The program was ended by `FINAL`, a limit or cancellation.
    Ended(Ended),
    /// The program issued calls, waits for replies or made another request of the host.
    Needs(Needs),
    /// The slice of fuel is used up, or a debugger paused the program.
    OutOfFuel(OutOfFuel),
}

/// A program that ran its last statement.
#[derive(Debug)]
pub struct Done {
    /// The session, in which the next program can be started.
    pub machine: Machine,
    /// The program's output and resource use.
    pub report: Report,
}

/// A program that raised an exception and did not catch it.
#[derive(Debug)]
pub struct Raised {
    /// The session, in which the next program can be started. Variables stay bound.
    pub machine: Machine,
    /// The program's output and resource use.
    pub report: Report,
    /// The exception that the program raised.
    pub error: RaisedError,
}

/// A program that was ended by `FINAL`, a limit or cancellation.
#[derive(Debug)]
pub struct Ended {
    /// The session, in which the next program can be started.
    pub machine: Machine,
    /// The program's output and resource use.
    pub report: Report,
    /// The reason why the program ended.
    pub end: End,
    /// The argument of `FINAL`; `None` if the program ended otherwise.
    pub answer: Option<Text>,
}

impl Ended {
    /// Returns the limit that ended the program, or `None` if it ended otherwise.
    #[must_use]
    pub const fn limit(&self) -> Option<Limit> {
        match self.end {
            End::Limit(limit) => Some(limit),
            End::Final | End::Cancelled => None,
        }
    }
}

/// A program that issued calls, waits for replies or made another request of its host.
#[derive(Debug)]
pub struct Needs {
    pub(crate) machine: Machine,
    pub(crate) blocked: Blocked,
}

impl Needs {
    /// Takes the calls that the host should send now, in program order.
    #[must_use]
    pub fn take_issued(&mut self) -> Vec<IssuedCall> {
        std::mem::take(&mut self.blocked.issue)
    }

    /// Takes the keys of speculative calls that the program itself has reached since they were
    /// issued.
    #[must_use]
    pub fn take_reached(&mut self) -> Vec<CallKey> {
        self.machine.inner.pending_calls.take_reached()
    }

    /// Returns the keys of the calls whose outcomes the program waits for; empty if the program can
    /// continue.
    #[must_use]
    pub fn wait_for(&self) -> &[CallKey] {
        &self.blocked.wait_for
    }

    /// Returns the maximum number of calls that the host should have in flight, at least 1. With
    /// this number, replies that the program has not read take at most an eighth of its memory
    /// limit. They count against the limit only once the program reads them.
    ///
    /// A host that has more calls sends those with the smallest [keys](CallKey) first, and always
    /// sends a call whose key is smaller than those of all calls in flight, even above this number.
    #[must_use]
    pub fn room(&self) -> usize {
        self.machine.inner.room_for_replies()
    }

    /// Returns the program's pending request of its host, other than model calls. If the host
    /// resumes the program without an [answer](Self::answer), the request is refused.
    #[must_use]
    pub fn asked(&self) -> Option<&HostRequest> {
        self.machine.inner.host_requests.unanswered()
    }

    /// Answers the pending [request](Self::asked).
    pub fn answer(&mut self, answer: HostAnswer) {
        self.machine.inner.host_requests.answer(answer);
    }

    /// Resumes the program for a slice of fuel, with the outcomes of calls that have arrived. If
    /// some of the calls in [`wait_for`](Self::wait_for) are missing, the next step waits for them.
    pub fn resume(mut self, results: Vec<(CallKey, CallOutcome)>, slice: u64) -> Step {
        match self.machine.receive(results, self.blocked.continuation) {
            Some(progress) => progress.owning(self.machine),
            None => self.machine.run(slice),
        }
    }

    /// Ends the program while it waits, and returns its machine. Variables stay bound.
    #[must_use]
    pub fn abandon(self) -> Machine {
        self.machine
    }

    /// Returns a handle that cancels the program from any thread.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.machine.cancel_handle()
    }

    /// Returns the fuel that the program has used, in units.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.machine.inner.meter.used()
    }

    /// Returns the fuel that the program may still use, in units.
    #[must_use]
    pub fn fuel_left(&self) -> u64 {
        self.machine.inner.meter.left()
    }

    /// Increases the program's fuel limit by this many units.
    pub fn top_up(&mut self, fuel: u64) {
        self.machine.inner.meter.top_up(fuel);
    }
}

/// A program whose slice of fuel is used up, or that a debugger paused.
///
/// ```
/// use sift_vm::{ContextData, Machine, Settings, Step};
///
/// let settings = Settings { fuel: 2_000, ..Settings::default() };
/// let mut machine = Machine::new(settings, ContextData::default(), "");
/// let program = machine.compile("n = 0\nwhile n < 1_000: n += 1").map_err(|refusal| format!("{refusal:?}"))?;
/// let mut step = machine.start(&program, 500);
/// while let Step::OutOfFuel(mut paused) = step {
///     if paused.fuel_left() < 1_000 {
///         paused.top_up(2_000); // it is worth it
///     }
///     step = paused.resume(Vec::new(), 500);
/// }
/// assert!(matches!(step, Step::Done(done) if done.machine.get("n") == Ok(1_000)));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct OutOfFuel {
    pub(crate) machine: Machine,
}

impl OutOfFuel {
    /// Resumes the program for another slice of fuel, with the outcomes of calls that have arrived
    /// meanwhile.
    pub fn resume(mut self, results: Vec<(CallKey, CallOutcome)>, slice: u64) -> Step {
        self.machine.inner.receive(results);
        self.machine.run(slice)
    }

    /// Returns the maximum number of calls that the host should have in flight: see
    /// [`Needs::room`].
    #[must_use]
    pub fn room(&self) -> usize {
        self.machine.inner.room_for_replies()
    }

    /// Returns a handle that cancels the program from any thread.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.machine.cancel_handle()
    }

    /// Returns the fuel that the program has used, in units.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.machine.inner.meter.used()
    }

    /// Returns the fuel that the program may still use, in units.
    #[must_use]
    pub fn fuel_left(&self) -> u64 {
        self.machine.inner.meter.left()
    }

    /// Increases the program's fuel limit by this many units.
    ///
    /// Fuel is charged before work: a program that can't pay for its next op ends and does not
    /// pause. Top up while the fuel [left](Self::fuel_left) still covers a slice.
    pub fn top_up(&mut self, fuel: u64) {
        self.machine.inner.meter.top_up(fuel);
    }
}
