//! Single flight: equal calls that are in flight at the same time share a request.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use rlm_model::{ModelError, Reply, RequestId};
use tokio::sync::watch;

/// The final answer to a shared request: a reply or an error.
pub(crate) type Answer = Result<Arc<Reply>, ModelError>;

/// The table of shared requests in flight, by request id.
#[derive(Debug, Default)]
pub(crate) struct Flights(DashMap<RequestId, watch::Receiver<Option<Answer>>>);

/// The role of a call in a shared request: leader or follower.
pub(crate) enum Part {
    /// The call is the leader, which makes the request.
    Leader(Leader),
    /// The call is a follower, which waits for the request of another call.
    Follower(Follower),
}

impl Flights {
    /// Joins the shared request in flight, or becomes the leader of a new one.
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

/// The call that makes a shared request. If the leader is dropped without an answer, another call
/// becomes the leader.
#[derive(Debug)]
pub(crate) struct Leader {
    flights: Arc<Flights>,
    id: RequestId,
    sender: watch::Sender<Option<Answer>>,
    /// Whether the request is listed, so that other calls can still join.
    listed: bool,
}

impl Leader {
    /// Ends a shared request: sends the answer to all followers. A reply must be in the cache by
    /// now, because later equal calls find it only there.
    pub(crate) fn land(mut self, answer: &Answer) {
        self.close();
        // Usually there are no followers, and cloning an error is not free.
        if self.sender.receiver_count() > 0 {
            self.sender.send_replace(Some(answer.clone()));
        }
    }

    fn close(&mut self) {
        // Only once, because a new leader may have taken the entry since.
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

/// A call that waits for a shared request.
#[derive(Debug)]
pub(crate) struct Follower(watch::Receiver<Option<Answer>>);

impl Follower {
    /// Waits for the answer to the shared request; `None` if the leader was dropped without one.
    pub(crate) async fn answer(mut self) -> Option<Answer> {
        match self.0.wait_for(Option::is_some).await {
            Ok(answer) => answer.clone(),
            Err(_) => None,
        }
    }
}
