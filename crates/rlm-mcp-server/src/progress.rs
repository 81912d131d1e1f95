//! Follows a run: reports its progress, and cancels it when its caller does.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use rlm_trace::{Event, Journal, Record};
use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::Peer;
use rmcp::task_manager::TaskContext;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::service::{ActiveRun, Ended};

/// The minimum time between two reports.
const INTERVAL: Duration = Duration::from_millis(500);

/// Where the progress of a run is reported.
pub(crate) enum Listener {
    Nobody,
    /// The client of a call, which has asked for notifications.
    Client(Peer<RoleServer>, ProgressToken),
    /// The status of a task.
    Task(TaskContext),
}

/// Waits for the end of a run. The run is cancelled when `stop` is ready or the future is dropped.
pub(crate) async fn follow(run: ActiveRun, stop: impl Future<Output = ()>, listener: Listener) -> Option<Arc<Ended>> {
    let _guard = run.cancel.clone().drop_guard();
    let mut ended = run.ended;
    let mut events = events(&run.journal);
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut progress, mut is_new, mut is_stopped) = (Progress::new(), false, false);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            end = &mut ended => return end,
            () = &mut stop, if !is_stopped => {
                is_stopped = true;
                run.cancel.cancel();
            }
            Some(record) = events.recv() => is_new |= progress.add(&record),
            _ = ticks.tick(), if is_new => {
                is_new = false;
                listener.report(progress).await;
            }
        }
    }
}

/// The progress of a run.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// The number of the last line of the journal, which only increases.
    line: u64,
    step: u32,
    calls: u32,
}

impl Progress {
    /// Returns the progress at the start, whose event may come before the first that is received.
    const fn new() -> Self {
        Self {
            line: 0,
            step: 1,
            calls: 0,
        }
    }

    /// Adds an event. Returns `true` if it is worth a report.
    fn add(&mut self, record: &Record) -> bool {
        self.line = record.line;
        match &record.event {
            Event::TurnStarted(turn) if turn.run.depth() == 0 => self.step = turn.turn,
            Event::Settled(_) => self.calls = self.calls.saturating_add(1),
            _ => return false,
        }
        true
    }

    fn message(self) -> String {
        let calls = if self.calls == 1 { "call" } else { "calls" };
        format!("step {}, {} {calls} answered", self.step, self.calls)
    }
}

impl Listener {
    async fn report(&self, progress: Progress) {
        match self {
            Self::Nobody => {}
            Self::Task(task) => task.set_status_message(progress.message()),
            Self::Client(peer, token) => {
                let mut report = ProgressNotificationParam::new(token.clone(), progress.line as f64);
                report.message = Some(progress.message());
                // A client that doesn't read must not hold up the end of the run.
                let _ = timeout(INTERVAL, peer.notify_progress(report)).await;
            }
        }
    }
}

fn events(journal: &Journal) -> mpsc::UnboundedReceiver<Arc<Record>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    journal.subscribe(move |record| match sender.send(Arc::clone(record)) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    });
    receiver
}
