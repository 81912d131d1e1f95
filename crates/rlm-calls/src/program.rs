//! Runs a program in slices of fuel on a blocking thread, while its calls are in flight.

use std::collections::{BTreeMap, BTreeSet};

use rlm_model::BoxFuture;
use rlm_policy::TruncationCause;
use sift_vm::{
    CallKey, CallOutcome, CancelHandle, Compiled, Done, End, Ended, Limit, Machine, Needs, Raised, RaisedError, Report,
    Step,
};
use tokio::task::{JoinError, JoinSet};

use crate::dispatcher::{CallResult, Dispatcher, WeighedCall};
use crate::error::ExecutionError;
use crate::stop::{Stop, over, stopped};

/// The way in which a program ended.
#[derive(Debug)]
pub enum ProgramOutcome {
    /// The program ran to its last line.
    Done,
    /// The program raised an uncaught exception.
    Raised(RaisedError),
    /// The program set the final value.
    Final(sift_text::Text),
    /// The program reached a limit of the virtual machine, such as fuel or memory.
    Limit(Limit),
    /// The run was cancelled, hit a limit, or had an outage while the program was running.
    Stopped(Stop),
}

/// The result of an executed program.
pub struct ProgramRun {
    /// The machine, for the next program.
    pub machine: Machine,
    /// The machine's report on the program.
    pub report: Report,
    /// The way in which the program ended.
    pub end: ProgramOutcome,
    /// The causes of truncated replies, one for each such reply that the program reached.
    pub cut: Vec<TruncationCause>,
}

/// The fuel of one slice of a program: about 10 ms, after which cancellation and the deadline are
/// checked.
const SLICE: u64 = 1_000_000;

/// Runs a program of a turn to its end, and makes its calls.
///
/// # Errors
/// [`ExecutionError`] if the machine is lost, a call can't be recorded or a mapped file was
/// changed.
pub async fn run_program(
    machine: Machine,
    program: Compiled,
    dispatcher: &mut Dispatcher,
    turn: u32,
) -> Result<ProgramRun, ExecutionError> {
    let mut driver = Driver {
        cancel: machine.cancel_handle(),
        dispatcher,
        turn,
        waiting: BTreeMap::new(),
        in_flight: BTreeSet::new(),
        calls: JoinSet::new(),
        cut: Vec::new(),
        stop: None,
    };
    let first = driver.step(move || machine.start(&program, SLICE)).await?;
    driver.run_to_end(first).await
}

struct Driver<'d> {
    cancel: CancelHandle,
    dispatcher: &'d mut Dispatcher,
    turn: u32,
    /// Calls whose budget is reserved but which are not sent yet, since the machine has no room for
    /// more replies.
    waiting: BTreeMap<CallKey, BoxFuture<'static, CallResult>>,
    in_flight: BTreeSet<CallKey>,
    calls: JoinSet<CallResult>,
    /// The calls whose replies are truncated.
    cut: Vec<(CallKey, TruncationCause)>,
    stop: Option<Stop>,
}

impl Driver<'_> {
    async fn run_to_end(mut self, first: Step) -> Result<ProgramRun, ExecutionError> {
        let ended = self.steps(first).await;
        if ended.is_err() {
            self.dispatcher.cancel.cancel();
        }
        // The calls of a stopped run end at once, and their results are recorded.
        self.send_waiting(usize::MAX).await;
        while let Some(joined) = self.calls.join_next().await {
            let _ = self.landed(joined);
        }
        let mut ran = ended?;
        // The program may have caught the failure of a refused call, or not have read its reply.
        if self.stop.is_none()
            && let Some(limit) = self.dispatcher.refused()
        {
            ran.end = ProgramOutcome::Stopped(Stop::Limit(limit));
        }
        // Which calls are issued early differs from run to run. Which of them the program reaches
        // does not.
        let unreached = &ran.report.unreached;
        ran.cut = self
            .cut
            .into_iter()
            .filter(|(key, _)| !unreached.contains(key))
            .map(|(_, by)| by)
            .collect();
        Ok(ran)
    }

    async fn steps(&mut self, first: Step) -> Result<ProgramRun, ExecutionError> {
        let mut step = first;
        loop {
            self.dispatcher.tree.recorder.check()?;
            step = match step {
                Step::Needs(mut needs) => {
                    self.dispatcher.reach(self.turn, needs.take_reached());
                    // A call that was refused before the program reached it may end the run now.
                    self.stop_at_failure();
                    let arrived = match self.stop {
                        Some(_) => Vec::new(),
                        None => self.serve(&mut needs).await?,
                    };
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
                Step::Done(Done { machine, report }) => return Ok(self.ran(machine, report, ProgramOutcome::Done)),
                Step::Raised(Raised { machine, report, error }) => {
                    return Ok(self.ran(machine, report, ProgramOutcome::Raised(error)));
                }
                Step::Ended(Ended {
                    machine,
                    report,
                    end,
                    answer,
                }) => {
                    let end = match end {
                        End::Final => ProgramOutcome::Final(answer.unwrap_or_default()),
                        End::Limit(limit) => ProgramOutcome::Limit(limit),
                        End::Cancelled => ProgramOutcome::Stopped(self.stop.clone().unwrap_or(Stop::Cancelled)),
                    };
                    return Ok(self.ran(machine, report, end));
                }
            };
        }
    }

    /// Makes the calls of the program, answers its host request, and returns the results of calls
    /// that have arrived.
    async fn serve(&mut self, needs: &mut Needs) -> Result<Vec<(CallKey, CallOutcome)>, ExecutionError> {
        for WeighedCall { call, batch, refused } in self.dispatcher.weigh(needs.take_issued()) {
            let key = call.key;
            let settled = self.dispatcher.send(self.turn, call, batch, refused);
            self.waiting.insert(key, settled);
            // Digesting and counting prompts may take long. Meanwhile, calls that are ready are
            // sent and replies are read.
            self.send_waiting(needs.room()).await;
        }
        self.send_waiting(needs.room()).await;
        self.answer(needs).await?;
        let arrived = self.arrived()?;
        // Every arriving reply may complete the prompt of another call.
        if !needs.wait_for().is_empty() && arrived.is_empty() && self.stop.is_none() {
            return self.next_arrival().await;
        }
        Ok(arrived)
    }

    /// Sends calls in order while fewer than `room` are in flight. The first call is always sent,
    /// since the others may wait for it in the ledger.
    async fn send_waiting(&mut self, room: usize) {
        while let Some(next) = self.waiting.first_entry() {
            let is_first = self.in_flight.first().is_none_or(|first| next.key() < first);
            if self.in_flight.len() >= room && !is_first {
                return;
            }
            let (key, settled) = next.remove_entry();
            self.in_flight.insert(key);
            self.calls.spawn(settled);
            tokio::task::yield_now().await;
        }
    }

    /// Answers a host request other than a model call, unless the run ends before.
    async fn answer(&mut self, needs: &mut Needs) -> Result<(), ExecutionError> {
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

    fn ran(&mut self, machine: Machine, mut report: Report, end: ProgramOutcome) -> ProgramRun {
        self.dispatcher.reach(self.turn, std::mem::take(&mut report.reached));
        self.dispatcher.discard_unreached(self.turn, report.unreached.len());
        let end = match &self.stop {
            Some(stop) => ProgramOutcome::Stopped(stop.clone()),
            None => end,
        };
        ProgramRun {
            machine,
            report,
            end,
            cut: Vec::new(),
        }
    }

    /// Runs the machine on a blocking thread until its next step, or until the end of the run
    /// interrupts it, since a slice may outlast the run. Discards the step if a file of the context
    /// changed meanwhile.
    async fn step(&mut self, work: impl FnOnce() -> Step + Send + 'static) -> Result<Step, ExecutionError> {
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
                // A program that has ended meanwhile was not stopped.
                if !step.as_ref().is_ok_and(has_ended) {
                    self.stop = Some(stop);
                }
                step
            }
        };
        self.dispatcher.tree.context.check()?;
        step.map_err(|error| self.fault(&error))
    }

    /// Returns the results of calls that have already arrived, without waiting.
    fn arrived(&mut self) -> Result<Vec<(CallKey, CallOutcome)>, ExecutionError> {
        let mut arrived = Vec::new();
        while let Some(joined) = self.calls.try_join_next() {
            arrived.push(self.landed(joined)?);
        }
        self.stop_at_failure();
        Ok(arrived)
    }

    /// Waits for the result of a call, or for the end of the run.
    async fn next_arrival(&mut self) -> Result<Vec<(CallKey, CallOutcome)>, ExecutionError> {
        let stopped = stopped(self.dispatcher);
        tokio::select! {
            biased;
            stop = stopped => {
                self.stop = Some(stop);
                Ok(Vec::new())
            }
            joined = self.calls.join_next() => match joined {
                Some(joined) => {
                    let mut arrived = vec![self.landed(joined)?];
                    arrived.extend(self.arrived()?);
                    Ok(arrived)
                }
                None => Err(ExecutionError::Machine {
                    turn: self.turn,
                    detail: "it is waiting for a call that was never made".to_owned(),
                }),
            },
        }
    }

    fn landed(&mut self, joined: Result<CallResult, JoinError>) -> Result<(CallKey, CallOutcome), ExecutionError> {
        let CallResult { key, outcome, cut } = joined.map_err(|error| self.fault(&error))?;
        self.in_flight.remove(&key);
        self.cut.extend(cut.map(|by| (key, by)));
        if let CallOutcome::Failed(failure) = &outcome {
            self.dispatcher.faults.insert(failure.message.clone());
        }
        Ok((key, outcome))
    }

    /// Stops the run if a call failed by an outage, or by a limit that is an error.
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

    fn fault(&self, error: &JoinError) -> ExecutionError {
        ExecutionError::Machine {
            turn: self.turn,
            detail: error.to_string(),
        }
    }
}

/// Returns `true` if the program ended by itself.
const fn has_ended(step: &Step) -> bool {
    match step {
        Step::Done(_) | Step::Raised(_) => true,
        Step::Ended(ended) => !matches!(ended.end, End::Cancelled),
        Step::Needs(_) | Step::OutOfFuel(_) => false,
    }
}
