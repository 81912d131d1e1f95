//! Stores the texts of contexts under their digests.

use std::io;
use std::path::PathBuf;

use rlm_model::Digest;

use crate::private_file;

/// A folder of texts, named by their digests. Equal texts are stored once.
pub(crate) struct ContextStore {
    folder: PathBuf,
}

impl ContextStore {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Stores a text, and returns its path. Blocks.
    pub(crate) fn put(&self, text: &str) -> io::Result<PathBuf> {
        let hex = Digest::of(text.as_bytes()).to_string();
        let path = self.folder.join(format!("{}.txt", hex.trim_start_matches("b3:")));
        if !path.exists() {
            private_file::write(&path, text.as_bytes())?;
        }
        Ok(path)
    }
}
