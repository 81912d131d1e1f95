//! A model that computes its replies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Reply, Usage};

/// A model whose replies are a function of the call.
pub struct Computed<F> {
    identity: ModelIdentity,
    reply: F,
    /// The number of calls in flight.
    in_flight: AtomicUsize,
    /// The maximum number of calls in flight so far.
    pub most: Arc<AtomicUsize>,
}

impl<F: Fn(&Call) -> String + Send + Sync> Computed<F> {
    /// Creates a model with a name.
    pub fn new(name: &str, reply: F) -> Self {
        Self {
            identity: ModelIdentity::new("computed", "", name),
            reply,
            in_flight: AtomicUsize::new(0),
            most: Arc::default(),
        }
    }
}

impl<F: Fn(&Call) -> String + Send + Sync> Model for Computed<F> {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            Ok(Reply::new((self.reply)(call), Usage::default()))
        })
    }
}
