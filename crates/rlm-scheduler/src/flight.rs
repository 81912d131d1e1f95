//! Equal calls that are on their way at once share one request.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use rlm_model::{ModelError, Reply, RequestId};
use tokio::sync::watch;

/// What the model said to a shared request in the end.
pub(crate) type Answer = Result<Arc<Reply>, ModelError>;

/// The shared requests that are on their way.
#[derive(Debug, Default)]
pub(crate) struct Flights(DashMap<RequestId, watch::Receiver<Option<Answer>>>);

/// A call's part in a shared request.
pub(crate) enum Part {
    /// It makes the request.
    Leader(Leader),
    /// Another makes it.
    Follower(Follower),
}

impl Flights {
    /// Joins the request, as its leader if there is none.
    pub(crate) fn join(self: &Arc<Self>, id: RequestId) -> Part {
        match self.0.entry(id) {
            Entry::Occupied(flight) => Part::Follower(Follower(flight.get().clone())),
            Entry::Vacant(place) => {
                let (sender, receiver) = watch::channel(None);
                place.insert(receiver);
                Part::Leader(Leader {
                    flights: Arc::clone(self),
                    id,
                    sender,
                    listed: true,
                })
            }
        }
    }
}

/// Makes a shared request. Dropped without an answer, it leaves the request to one of the others.
#[derive(Debug)]
pub(crate) struct Leader {
    flights: Arc<Flights>,
    id: RequestId,
    sender: watch::Sender<Option<Answer>>,
    /// Whether others can still join.
    listed: bool,
}

impl Leader {
    /// Gives everybody the answer. A reply must be in the cache by now: a later equal call finds it only there.
    pub(crate) fn land(mut self, answer: &Answer) {
        self.close();
        // Nobody listens most of the time, and a copy of an error is not free.
        if self.sender.receiver_count() > 0 {
            self.sender.send_replace(Some(answer.clone()));
        }
    }

    fn close(&mut self) {
        // Only once: the place may have a new leader by then.
        if std::mem::take(&mut self.listed) {
            self.flights.0.remove(&self.id);
        }
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.close();
    }
}

/// Waits for a shared request.
#[derive(Debug)]
pub(crate) struct Follower(watch::Receiver<Option<Answer>>);

impl Follower {
    /// Returns the answer; `None` if the leader has gone without one.
    pub(crate) async fn answer(mut self) -> Option<Answer> {
        match self.0.wait_for(Option::is_some).await {
            Ok(answer) => answer.clone(),
            Err(_) => None,
        }
    }
}
