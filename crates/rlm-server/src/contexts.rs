//! Stores the texts of contexts under their digests.

use std::io;
use std::path::{Path, PathBuf};

use rlm_context::{Context, DEFAULT_SEPARATOR};
use rlm_model::Digest;

use crate::private_file;
use crate::problem::Problem;

/// A folder of texts, named by their digests. Equal texts are stored once.
#[derive(Clone)]
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

    /// Returns whether a path is one of a stored text.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        path.parent() == Some(&self.folder)
    }

    /// Stores texts, so that a replay can read them. Returns their context and the paths.
    ///
    /// # Errors
    /// A [`Problem`] if they are too long or can't be stored.
    pub(crate) async fn context(&self, texts: Vec<String>) -> Result<(Context, Vec<Option<String>>), Problem> {
        let store = self.clone();
        let stored = tokio::task::spawn_blocking(move || {
            let paths = texts.iter().map(|text| store.put(text));
            let paths = paths
                .collect::<io::Result<Vec<_>>>()
                .map_err(|cause| Problem::internal(&cause))?;
            let paths = paths.into_iter().map(|path| Some(path.display().to_string())).collect();
            Ok((context_of(texts)?, paths))
        });
        stored.await.map_err(|cause| Problem::internal(&cause))?
    }
}

fn context_of(texts: Vec<String>) -> Result<Context, Problem> {
    match <[String; 1]>::try_from(texts) {
        Ok([text]) => Ok(Context::from_text(text)),
        Err(texts) if texts.is_empty() => Ok(Context::none()),
        Err(texts) => {
            let named = (1..)
                .zip(texts)
                .map(|(number, text): (u32, _)| (format!("message {number}"), text));
            Context::from_documents(named, DEFAULT_SEPARATOR).map_err(|error| Problem::invalid(error.to_string()))
        }
    }
}
