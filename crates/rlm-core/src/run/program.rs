//! Carrying a program on: slices of fuel on a blocking thread, calls that leave meanwhile, replies that come back.

use std::collections::{BTreeMap, BTreeSet};

use rlm_model::BoxFuture;
use rlm_policy::{CutBy, LimitReached};
use rlm_scheduler::SharedLedger;
use sift_vm::{
    CallKey, CallOutcome, CancelHandle, Compiled, Done, End, Ended, Limit, Machine, Needs, Raised, RaisedError, Report,
    Step,
};
use tokio::task::{JoinError, JoinSet};

use super::dispatcher::{CallResult, Dispatcher, WeighedCall};
use super::failure::Outage;
use crate::error::RunError;

/// How a program ended.
#[derive(Debug)]
pub(crate) enum ProgramEnd {
    /// It ran to its last line.
    Done,
    /// It raised what nothing caught.
    Raised(RaisedError),
    /// It gave its final value.
    Final(sift_text::Text),
    /// It met a limit of the machine.
    Limit(Limit),
    /// The run is over.
    Stopped(Stop),
}

/// Why a run is over before its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Somebody stopped it.
    Cancelled,
    /// A limit ends it: its time, or one that refused a call and is an error.
    Limit(LimitReached),
    /// A model's server was out for too long.
    Outage(Outage),
}

/// A program that ran, with the machine for the next one.
pub(crate) struct Ran {
    pub(crate) machine: Machine,
    pub(crate) report: Report,
    pub(crate) end: ProgramEnd,
    /// Why replies were truncated, one item for each such reply that the program reached.
    pub(crate) cut: Vec<CutBy>,
}

/// The fuel of one slice of a program: about 10 ms, after which cancellation and the deadline are looked at.
const SLICE: u64 = 1_000_000;

/// Runs a program of `turn` to whatever end, making its calls.
///
/// # Errors
/// [`RunError::Machine`] if the machine's thread ends without a step, [`RunError::Journal`] if a call can't be recorded,
/// [`RunError::Context`] if a mapped file was changed.
pub(crate) async fn run(
    machine: Machine,
    program: Compiled,
    dispatcher: &mut Dispatcher,
    turn: u32,
) -> Result<Ran, RunError> {
    let mut driver = Driver {
        cancel: machine.cancel_handle(),
        dispatcher,
        turn,
        waiting: BTreeMap::new(),
        in_flight: BTreeSet::new(),
        flights: JoinSet::new(),
        cut: Vec::new(),
        stop: None,
    };
    let first = driver.step(move || machine.start(&program, SLICE)).await?;
    driver.carry_on(first).await
}

struct Driver<'d> {
    cancel: CancelHandle,
    dispatcher: &'d mut Dispatcher,
    turn: u32,
    /// The calls that stand in the ledger and have not been sent: the machine has no room for more replies.
    waiting: BTreeMap<CallKey, BoxFuture<'static, CallResult>>,
    in_flight: BTreeSet<CallKey>,
    flights: JoinSet<CallResult>,
    /// The calls whose replies are truncated.
    cut: Vec<(CallKey, CutBy)>,
    stop: Option<Stop>,
}

impl Driver<'_> {
    async fn carry_on(mut self, first: Step) -> Result<Ran, RunError> {
        let ended = self.steps(first).await;
        if ended.is_err() {
            self.dispatcher.cancel.cancel();
        }
        // Of a run that was stopped the calls are stopped too: they end at once, and their end is to be written down.
        self.send_waiting(usize::MAX).await;
        while let Some(joined) = self.flights.join_next().await {
            let _ = self.landed(joined);
        }
        let mut ran = ended?;
        // Which calls leave ahead of the program differs from run to run; which of them it reaches does not.
        let unreached = &ran.report.unreached;
        ran.cut = self
            .cut
            .into_iter()
            .filter(|(key, _)| !unreached.contains(key))
            .map(|(_, by)| by)
            .collect();
        Ok(ran)
    }

    async fn steps(&mut self, first: Step) -> Result<Ran, RunError> {
        let mut step = first;
        loop {
            self.dispatcher.tree.recorder.check()?;
            step = match step {
                Step::Needs(mut needs) => {
                    self.dispatcher.reach(self.turn, needs.take_reached());
                    for WeighedCall { call, batch, refused } in self.dispatcher.weigh(needs.take_issued()) {
                        let key = call.key;
                        let settled = self.dispatcher.send(self.turn, call, batch, refused);
                        self.waiting.insert(key, settled);
                        // Prompts may take long to digest and to count: those that are ready leave, and replies are read, meanwhile.
                        self.send_waiting(needs.room()).await;
                    }
                    self.send_waiting(needs.room()).await;
                    self.answer(&mut needs).await?;
                    let mut arrived = self.arrived()?;
                    // Whatever arrives may complete the prompt of another call.
                    if !needs.wait_for().is_empty() && arrived.is_empty() && self.stop.is_none() {
                        arrived = self.next_arrival().await?;
                    }
                    if self.stop.is_some() {
                        self.cancel.cancel();
                    }
                    self.step(move || needs.resume(arrived, SLICE)).await?
                }
                Step::OutOfFuel(paused) => {
                    let arrived = self.arrived()?;
                    self.send_waiting(paused.room()).await;
                    if self.is_over() {
                        self.cancel.cancel();
                    }
                    self.step(move || paused.resume(arrived, SLICE)).await?
                }
                Step::Done(Done { machine, report }) => return Ok(self.ran(machine, report, ProgramEnd::Done)),
                Step::Raised(Raised { machine, report, error }) => {
                    return Ok(self.ran(machine, report, ProgramEnd::Raised(error)));
                }
                Step::Ended(Ended {
                    machine,
                    report,
                    end,
                    answer,
                }) => {
                    let end = match end {
                        End::Final => ProgramEnd::Final(answer.unwrap_or_default()),
                        End::Limit(limit) => ProgramEnd::Limit(limit),
                        End::Cancelled => ProgramEnd::Stopped(self.stop.clone().unwrap_or(Stop::Cancelled)),
                    };
                    return Ok(self.ran(machine, report, end));
                }
            };
        }
    }

    /// Sends calls while fewer than this many are in flight, the first before the others. One that comes before all that are in
    /// flight is sent in any case: they may wait for it in the ledger.
    async fn send_waiting(&mut self, room: usize) {
        while let Some(next) = self.waiting.first_entry() {
            let is_first = self.in_flight.first().is_none_or(|first| next.key() < first);
            if self.in_flight.len() >= room && !is_first {
                return;
            }
            let (key, settled) = next.remove_entry();
            self.in_flight.insert(key);
            self.flights.spawn(settled);
            tokio::task::yield_now().await;
        }
    }

    /// Answers what the program asks beside calls, unless the run ends before that.
    async fn answer(&mut self, needs: &mut Needs) -> Result<(), RunError> {
        let Some(request) = needs.asked().cloned() else {
            return Ok(());
        };
        let stopped = stopped(self.dispatcher);
        tokio::select! {
            biased;
            stop = stopped => self.stop = Some(stop),
            answer = self.dispatcher.answer(self.turn, request) => {
                if let Some(answer) = answer? {
                    needs.answer(answer);
                }
            }
        }
        Ok(())
    }

    fn ran(&mut self, machine: Machine, mut report: Report, end: ProgramEnd) -> Ran {
        self.dispatcher.reach(self.turn, std::mem::take(&mut report.reached));
        self.dispatcher.leave_behind(self.turn, report.unreached.len());
        let end = match &self.stop {
            Some(stop) => ProgramEnd::Stopped(stop.clone()),
            None => end,
        };
        Ran {
            machine,
            report,
            end,
            cut: Vec::new(),
        }
    }

    /// Runs the machine on a blocking thread until its next step, or until the end of the run interrupts it: a slice may
    /// take longer than the run has. What it did while a file was changed under it is worth nothing.
    async fn step(&mut self, work: impl FnOnce() -> Step + Send + 'static) -> Result<Step, RunError> {
        self.dispatcher.tree.context.check()?;
        let mut work = tokio::task::spawn_blocking(work);
        let interrupted = tokio::select! {
            biased;
            step = &mut work => Ok(step),
            stop = stopped(self.dispatcher), if self.stop.is_none() => Err(stop),
        };
        let step = match interrupted {
            Ok(step) => step,
            Err(stop) => {
                self.cancel.cancel();
                let step = work.await;
                // A program that has ended by itself meanwhile is not one that was stopped.
                if !step.as_ref().is_ok_and(has_ended) {
                    self.stop = Some(stop);
                }
                step
            }
        };
        self.dispatcher.tree.context.check()?;
        step.map_err(|error| self.fault(&error))
    }

    /// Takes what has come back meanwhile.
    fn arrived(&mut self) -> Result<Vec<(CallKey, CallOutcome)>, RunError> {
        let mut arrived = Vec::new();
        while let Some(joined) = self.flights.try_join_next() {
            arrived.push(self.landed(joined)?);
        }
        self.stop_at_failure();
        Ok(arrived)
    }

    /// Waits for a call to come back, or for the end of the run.
    async fn next_arrival(&mut self) -> Result<Vec<(CallKey, CallOutcome)>, RunError> {
        let stopped = stopped(self.dispatcher);
        tokio::select! {
            biased;
            stop = stopped => {
                self.stop = Some(stop);
                Ok(Vec::new())
            }
            joined = self.flights.join_next() => match joined {
                Some(joined) => {
                    let mut arrived = vec![self.landed(joined)?];
                    arrived.extend(self.arrived()?);
                    Ok(arrived)
                }
                None => Err(RunError::Machine {
                    turn: self.turn,
                    detail: "it waits for a call that was never made".to_owned(),
                }),
            },
        }
    }

    fn landed(&mut self, joined: Result<CallResult, JoinError>) -> Result<(CallKey, CallOutcome), RunError> {
        let CallResult { key, outcome, cut } = joined.map_err(|error| self.fault(&error))?;
        self.in_flight.remove(&key);
        self.cut.extend(cut.map(|by| (key, by)));
        if let CallOutcome::Failed(failure) = &outcome {
            self.dispatcher.faults.insert(failure.message.clone());
        }
        Ok((key, outcome))
    }

    /// Stops the run if a call found its model's server out for too long, or met a limit that is an error: no program can make up for
    /// that.
    fn stop_at_failure(&mut self) {
        if self.stop.is_some() {
            return;
        }
        let outage = self.dispatcher.outage().map(Stop::Outage);
        let stop = outage.or_else(|| self.dispatcher.refused().map(Stop::Limit));
        if let Some(stop) = stop {
            self.stop = Some(stop);
            self.dispatcher.cancel.cancel();
        }
    }

    fn is_over(&mut self) -> bool {
        if self.stop.is_none() {
            self.stop = over(self.dispatcher);
        }
        self.stop.is_some()
    }

    fn fault(&self, error: &JoinError) -> RunError {
        RunError::Machine {
            turn: self.turn,
            detail: error.to_string(),
        }
    }
}

/// Returns whether the program ended for a reason of its own.
const fn has_ended(step: &Step) -> bool {
    match step {
        Step::Done(_) | Step::Raised(_) => true,
        Step::Ended(ended) => !matches!(ended.end, End::Cancelled),
        Step::Needs(_) | Step::OutOfFuel(_) => false,
    }
}

/// Tells whether the run is over by now, and why.
pub(crate) fn over(dispatcher: &Dispatcher) -> Option<Stop> {
    if dispatcher.cancel.is_cancelled() {
        return Some(Stop::Cancelled);
    }
    let deadline = dispatcher.tree.ledger.deadline()?;
    (tokio::time::Instant::now() >= deadline).then(|| Stop::Limit(time_limit(&dispatcher.tree.ledger)))
}

/// Waits for the end of the run.
pub(super) fn stopped(dispatcher: &Dispatcher) -> impl Future<Output = Stop> + use<> {
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
