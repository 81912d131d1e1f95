//! Requests that a client may send again: the header `Idempotency-Key`.
//!
//! The id that the first request creates is stored under the key before anything is done. A later
//! request with the same key and the same body gets the same run, also after a restart.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, StatusCode};
use dashmap::DashMap;
use rlm_model::{Digest, RunId};
use rlm_trace::Millis;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::http::problem::Problem;
use crate::runs::ids::{new_id, now};
use crate::store::private_file;

/// The time for which keys are known: 24 hours.
const KEPT: u64 = 24 * 3_600_000;
/// The time between two removals of expired keys: an hour.
const PURGE_EVERY: u64 = 3_600_000;
/// The maximum number of bytes of a key.
const MOST_BYTES: usize = 255;

/// The keys of a tenant's requests.
pub(crate) struct IdempotencyKeys {
    folder: PathBuf,
    /// A lock for each key that a request uses just now.
    active: Arc<DashMap<String, Arc<Mutex<()>>>>,
    /// The time at which expired keys were removed last.
    purged: AtomicU64,
}

/// The id for a request, and whether an earlier request has used it.
pub(crate) struct Claim {
    pub(crate) id: RunId,
    pub(crate) is_repeated: bool,
    /// Further requests with the key wait until this one has created the run.
    _turn: Option<Turn>,
}

struct Turn {
    name: String,
    active: Arc<DashMap<String, Arc<Mutex<()>>>>,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        self.active
            .remove_if(&self.name, |_, lock| Arc::strong_count(lock) == 1);
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    /// The digest of the first request.
    request: String,
    id: RunId,
    since: Millis,
}

impl IdempotencyKeys {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            active: Arc::default(),
            purged: AtomicU64::new(0),
        }
    }

    /// Returns the id for a request: a new one, or that of an earlier request with the same key.
    /// `request` is its route and body.
    ///
    /// # Errors
    /// A [`Problem`] if the key is invalid, or was used for another request.
    pub(crate) async fn claim(&self, headers: &HeaderMap, request: &str) -> Result<Claim, Problem> {
        let Some(key) = headers.get("idempotency-key") else {
            return Ok(Claim {
                id: new_id()?,
                is_repeated: false,
                _turn: None,
            });
        };
        if key.is_empty() || key.len() > MOST_BYTES {
            return Err(Problem::invalid(format!(
                "`Idempotency-Key` must have 1 to {MOST_BYTES} bytes"
            )));
        }
        let name = Digest::of(key.as_bytes()).to_string();
        let name = name.trim_start_matches("b3:").to_owned();
        let lock = Arc::clone(&self.active.entry(name.clone()).or_default());
        let turn = Turn {
            guard: Some(lock.lock_owned().await),
            active: Arc::clone(&self.active),
            name: name.clone(),
        };
        let now = now().0;
        let is_due = now.saturating_sub(self.purged.load(Ordering::Relaxed)) > PURGE_EVERY;
        let expired = is_due.then(|| self.folder.clone());
        if is_due {
            self.purged.store(now, Ordering::Relaxed);
        }
        let path = self.folder.join(format!("{name}.json"));
        let request = Digest::of(request.as_bytes()).to_string();
        let claimed = tokio::task::spawn_blocking(move || {
            if let Some(folder) = expired {
                purge(&folder);
            }
            claim(&path, request)
        });
        let (id, is_repeated) = claimed.await.map_err(|cause| Problem::internal(&cause))??;
        Ok(Claim {
            id,
            is_repeated,
            _turn: Some(turn),
        })
    }
}

/// Removes the keys that are no longer known. What fails is tried again later.
fn purge(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let age = entry.metadata().and_then(|file| file.modified()).ok();
        let age = age.and_then(|modified| modified.elapsed().ok()).unwrap_or_default();
        if age.as_millis() > u128::from(KEPT) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn claim(path: &Path, request: String) -> Result<(RunId, bool), Problem> {
    let stored = match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice::<Stored>(&bytes).ok(),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(Problem::internal(&cause)),
    };
    let stored = stored.filter(|stored| stored.since.0.saturating_add(KEPT) > now().0);
    if let Some(stored) = stored {
        if stored.request != request {
            let detail = "the `Idempotency-Key` was used for another request";
            return Err(Problem::new(StatusCode::CONFLICT, "idempotency_key_reused", detail).hint("use a new key"));
        }
        return Ok((stored.id, true));
    }
    let stored = Stored {
        request,
        id: new_id()?,
        since: now(),
    };
    let bytes = serde_json::to_vec(&stored).map_err(|cause| Problem::internal(&cause))?;
    private_file::write(path, &bytes).map_err(|cause| Problem::storage(&cause))?;
    Ok((stored.id, false))
}
