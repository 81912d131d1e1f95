//! The telemetry of a process.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rlm_trace::Journal;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::exporter::{Exporter, Signal};
use crate::worker::{EndedJournal, EndedRun, Worker};
use crate::{Destination, TelemetrySettings};

/// The maximum number of ended runs that wait to be sent.
const MOST_WAITING: usize = 1024;

/// The telemetry of a process: a queue of runs that have ended, and a thread that sends them. Cheap
/// to clone: clones share both.
#[derive(Clone)]
pub struct Telemetry {
    queue: Sender<EndedRun>,
    shared: Arc<Shared>,
    closing: Arc<watch::Sender<Option<Instant>>>,
    done: Arc<Mutex<mpsc::Receiver<()>>>,
}

/// The state that a process and its thread share.
#[derive(Default)]
pub(crate) struct Shared {
    dropped_runs: AtomicU64,
    traces: Requests,
    metrics: Requests,
    /// The last failure.
    error: Mutex<Option<String>>,
    pub(crate) source: OnceLock<MetricsSource>,
}

/// The requests of a signal.
#[derive(Default)]
struct Requests {
    sent: AtomicU64,
    failed: AtomicU64,
    /// Whether the last one failed.
    is_failing: AtomicBool,
}

/// A function that returns metrics in the text format of OpenMetrics.
type MetricsSource = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// The numbers of requests of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The requests that the collector accepted.
    pub sent: u64,
    /// The requests that failed, after all retries.
    pub failed: u64,
}

/// The result of ending telemetry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether everything was sent or dropped within the time limit.
    pub is_complete: bool,
    /// The last failure in one line, if anything was not sent.
    pub error: Option<String>,
}

impl Telemetry {
    /// Starts the thread of telemetry.
    ///
    /// # Errors
    /// The error of starting the thread or its runtime.
    pub fn start(settings: TelemetrySettings) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (queue, runs) = channel(MOST_WAITING);
        let (closing, until) = watch::channel(None);
        let (ended, done) = mpsc::channel();
        let shared = Arc::new(Shared::default());
        let worker = Worker::new(settings, Arc::clone(&shared));
        std::thread::Builder::new()
            .name("telemetry".to_owned())
            .spawn(move || {
                runtime.block_on(worker.work(runs, until));
                // The receiver may be gone.
                let _ = ended.send(());
            })?;
        Ok(Self {
            queue,
            shared,
            closing: Arc::new(closing),
            done: Arc::new(Mutex::new(done)),
        })
    }

    /// Follows the journal of a run that starts or is resumed. When the run ends, its spans are sent,
    /// and its calls are counted. Never blocks: a run is dropped if too many wait.
    pub fn follow(&self, journal: &Journal) {
        let (telemetry, texts) = (self.clone(), journal.texts());
        let path = journal.path().map(ToOwned::to_owned);
        let mut kept = Vec::new();
        journal.subscribe(move |record| {
            if path.is_none() {
                kept.push(Arc::clone(record));
            }
            if !record.event.ends_the_run() {
                return ControlFlow::Continue(());
            }
            let journal = match &path {
                Some(path) => EndedJournal::File(path.clone()),
                None => EndedJournal::Memory(std::mem::take(&mut kept)),
            };
            if telemetry.queue.try_send(EndedRun { journal, texts }).is_err() {
                telemetry.shared.drop_run("too many runs wait to be sent");
            }
            ControlFlow::Break(())
        });
    }

    /// Sets the function that returns further metrics, in the text format of OpenMetrics. It is
    /// called on the thread of telemetry. Only the first one is used.
    pub fn set_metrics(&self, source: impl Fn() -> Option<String> + Send + Sync + 'static) {
        let _ = self.shared.source.set(Box::new(source));
    }

    /// Returns the number of runs whose spans were not all sent.
    #[must_use]
    pub fn dropped_runs(&self) -> u64 {
        self.shared.dropped_runs.load(Ordering::Relaxed)
    }

    /// Returns the numbers of requests of a signal.
    #[must_use]
    pub fn counts(&self, signal: Signal) -> Counts {
        let requests = self.shared.requests(signal);
        Counts {
            sent: requests.sent.load(Ordering::Relaxed),
            failed: requests.failed.load(Ordering::Relaxed),
        }
    }

    /// Ends telemetry: sends the runs that wait, and the metrics, within a time limit. Blocks. Runs
    /// that end later are dropped.
    pub fn close(&self, limit: Duration) -> Report {
        self.closing.send_replace(Some(Instant::now() + limit));
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        Report {
            is_complete: !matches!(done.recv_timeout(limit), Err(mpsc::RecvTimeoutError::Timeout)),
            error: self.shared.error.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Sends an empty request to an endpoint, to check that it accepts requests.
    ///
    /// # Errors
    /// The cause in one line.
    pub async fn check(signal: Signal, destination: &Destination) -> Result<(), String> {
        Exporter::new(signal, destination).check().await
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").finish_non_exhaustive()
    }
}

impl Shared {
    /// Counts a request.
    pub(crate) fn count(&self, signal: Signal, url: &str, exported: &Result<(), String>) {
        let requests = self.requests(signal);
        match exported {
            Ok(()) => {
                requests.sent.fetch_add(1, Ordering::Relaxed);
                if requests.is_failing.swap(false, Ordering::Relaxed) {
                    tracing::info!(signal = signal.name(), url, "telemetry is sent again");
                }
            }
            Err(cause) => {
                requests.failed.fetch_add(1, Ordering::Relaxed);
                self.report(signal, cause);
            }
        }
    }

    /// Counts a run whose spans were not sent.
    pub(crate) fn drop_run(&self, cause: &str) {
        self.dropped_runs.fetch_add(1, Ordering::Relaxed);
        self.report(Signal::Traces, cause);
    }

    /// Logs a failure, unless the one before it was logged.
    fn report(&self, signal: Signal, cause: &str) {
        if !self.requests(signal).is_failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                signal = signal.name(),
                cause,
                "telemetry is not sent; further failures are only counted"
            );
        }
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause.to_owned());
    }

    const fn requests(&self, signal: Signal) -> &Requests {
        match signal {
            Signal::Traces => &self.traces,
            Signal::Metrics => &self.metrics,
        }
    }
}
