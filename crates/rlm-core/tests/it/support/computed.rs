//! A model that computes its replies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Reply, Usage};

/// A model whose replies are computed from the call: its depth in the tree of runs, and what it is asked.
pub(crate) struct Computed<F> {
    identity: ModelIdentity,
    reply: F,
    /// How many calls are on their way, and how many were at once.
    under_way: AtomicUsize,
    pub(crate) most: Arc<AtomicUsize>,
}

impl<F: Fn(&Call) -> String + Send + Sync> Computed<F> {
    pub(crate) fn new(name: &str, reply: F) -> Self {
        Self {
            identity: ModelIdentity::new("computed", "", name),
            reply,
            under_way: AtomicUsize::new(0),
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
            let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            Ok(Reply::new((self.reply)(call), Usage::default()))
        })
    }
}
