//! Uploads that continue after a lost connection, by the protocol tus 1.0
//! (<https://tus.io/protocols/resumable-upload>).

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::StatusCode;
use dashmap::DashMap;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::http::problem::Problem;
use crate::runs::ids::{new_id, now};
use crate::store::private_file;

/// The prefix of the ids of uploads.
const PREFIX: &str = "upl-";

/// The uploads of a tenant. Each is a file that grows, and a record with its name and size.
#[derive(Clone)]
pub(crate) struct Uploads {
    folder: PathBuf,
    /// A lock for each upload that a request writes to.
    active: Arc<DashMap<String, Arc<Mutex<()>>>>,
}

/// An upload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) id: String,
    /// The name of the document.
    pub(crate) name: String,
    /// The size of the whole document.
    pub(crate) bytes: u64,
    pub(crate) created: u64,
}

/// The right to write to an upload.
pub(crate) struct UploadLock {
    id: String,
    uploads: Uploads,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for UploadLock {
    fn drop(&mut self) {
        self.guard = None;
        let active = &self.uploads.active;
        active.remove_if(&self.id, |_, lock| Arc::strong_count(lock) == 1);
    }
}

impl Uploads {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            active: Arc::default(),
        }
    }

    /// Begins an upload. Blocks.
    pub(crate) fn create(&self, name: String, bytes: u64) -> Result<Upload, Problem> {
        let upload = Upload {
            id: format!("{PREFIX}{}", new_id()?),
            name,
            bytes,
            created: now().0,
        };
        let (record, content) = self.paths(&upload.id)?;
        let text = serde_json::to_vec(&upload).map_err(|cause| Problem::internal(&cause))?;
        let stored = private_file::create_folder(&self.folder)
            .and_then(|()| private_file::create(&content))
            .and_then(|_| private_file::write(&record, &text));
        stored.map_err(|cause| Problem::storage(&cause))?;
        Ok(upload)
    }

    /// Returns the size that all uploads have once they are complete. Blocks.
    pub(crate) fn bytes(&self) -> u64 {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let ids = names.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()));
        // One that is removed at the same time is left out.
        ids.filter_map(|id| self.get(&id).ok())
            .map(|(upload, _)| upload.bytes)
            .sum()
    }

    /// Returns an upload, and how many bytes of it have arrived. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such upload.
    pub(crate) fn get(&self, id: &str) -> Result<(Upload, u64), Problem> {
        let (record, content) = self.paths(id)?;
        let failed = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => Problem::not_found("upload"),
            _ => Problem::internal(&cause),
        };
        let upload = fs::read(record).map_err(failed)?;
        let upload = serde_json::from_slice(&upload).map_err(|cause| Problem::internal(&cause))?;
        Ok((upload, fs::metadata(content).map_err(failed)?.len()))
    }

    /// Returns the file of an upload's content.
    pub(crate) fn content(&self, id: &str) -> Result<PathBuf, Problem> {
        Ok(self.paths(id)?.1)
    }

    /// Removes an upload. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such upload.
    pub(crate) fn remove(&self, id: &str) -> Result<(), Problem> {
        self.get(id)?;
        let (record, content) = self.paths(id)?;
        fs::remove_file(content)
            .and_then(|()| fs::remove_file(record))
            .map_err(|cause| Problem::internal(&cause))
    }

    /// Removes the record of an upload whose content has become a document. Blocks.
    pub(crate) fn remove_record(&self, id: &str) -> Result<(), Problem> {
        fs::remove_file(self.paths(id)?.0).map_err(|cause| Problem::internal(&cause))
    }

    /// Returns the right to write to an upload, unless another request has it.
    pub(crate) fn lock(&self, id: &str) -> Result<UploadLock, Problem> {
        let lock = Arc::clone(&self.active.entry(id.to_owned()).or_default());
        let guard = lock.try_lock_owned().map_err(|_| {
            let detail = "another request writes to the upload";
            Problem::new(StatusCode::LOCKED, "upload_locked", detail)
        })?;
        Ok(UploadLock {
            id: id.to_owned(),
            uploads: self.clone(),
            guard: Some(guard),
        })
    }

    fn paths(&self, id: &str) -> Result<(PathBuf, PathBuf), Problem> {
        let rest = id.strip_prefix(PREFIX).unwrap_or_default();
        let is_id = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_id {
            Ok((self.folder.join(format!("{id}.json")), self.folder.join(id)))
        } else {
            Err(Problem::not_found("upload"))
        }
    }
}
