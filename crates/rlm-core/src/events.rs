//! A stream of a run's events as they are written.

use std::ops::ControlFlow;
use std::sync::Arc;

use futures::stream::{self, Stream};
use rlm_trace::{Journal, Record};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// The maximum number of queued events for a listener.
const MOST_WAITING: usize = 1 << 16;

/// A stream of a run's events, from its creation up to the run's outcome, in the order in which
/// they are written.
///
/// A slow listener never delays the run: its oldest queued events are dropped, and it gets their
/// number. The journal has all events.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunEvent, RunEvents, RunOptions, Runner};
/// # use rlm_trace::{Event, Journal, JournalOptions};
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let journal = Arc::new(Journal::in_memory(JournalOptions::default()));
/// let mut events = RunEvents::subscribe(&journal, 1_024);
/// let listener = tokio::spawn(async move {
///     let mut turns = 0;
///     while let Some(event) = events.next().await {
///         if let RunEvent::Written(record) = event {
///             turns += u32::from(matches!(record.event, Event::TurnStarted(_)));
///         }
///     }
///     turns
/// });
///
/// let model = FakeModel::new(["```repl\nprint(P[:9])\n```", "```repl\nFINAL(P[18:23])\n```"]);
/// let runner = Runner::builder(Arc::new(model)).build()?;
/// let options = RunOptions { journal: Some(journal), ..RunOptions::default() };
/// runner.run_with("What is the code?", &Context::from_text("The vault code is 7-4-1."), options).await?;
/// assert_eq!(listener.await?, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RunEvents {
    receiver: broadcast::Receiver<Arc<Record>>,
}

/// An item of the event stream of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RunEvent {
    /// An event that the run has written to its journal.
    Written(Arc<Record>),
    /// The number of events that were dropped before the next one, since the listener was slow.
    Missed(u64),
}

impl RunEvents {
    /// Subscribes to the later events of a journal. The queue holds up to `waiting` events, at
    /// least 1 and at most 65,536.
    #[must_use]
    pub fn subscribe(journal: &Journal, waiting: usize) -> Self {
        let (sender, receiver) = broadcast::channel(waiting.clamp(1, MOST_WAITING));
        journal.subscribe(move |record| match sender.send(Arc::clone(record)) {
            Ok(_) if !record.event.ends_the_run() => ControlFlow::Continue(()),
            Ok(_) | Err(_) => ControlFlow::Break(()),
        });
        Self { receiver }
    }

    /// Waits for the next event; `None` after the run's outcome.
    pub async fn next(&mut self) -> Option<RunEvent> {
        match self.receiver.recv().await {
            Ok(record) => Some(RunEvent::Written(record)),
            Err(RecvError::Lagged(missed)) => Some(RunEvent::Missed(missed)),
            Err(RecvError::Closed) => None,
        }
    }

    /// Converts the subscription into a `Stream` of the run's events.
    pub fn into_stream(self) -> impl Stream<Item = RunEvent> + Send + Unpin {
        Box::pin(stream::unfold(self, |mut events| async move {
            let event = events.next().await?;
            Some((event, events))
        }))
    }
}
