//! A folder to load contexts from.

use std::fs;
use std::path::PathBuf;

use rlm_context::{Context, ContextError, ContextSpec, LoadOptions, Loaded, load};
use tempfile::TempDir;

/// A folder with files in it, removed at the end of a test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().expect("create a temporary folder"));
        for (name, content) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().expect("the file has a parent folder")).expect("create the folder");
            fs::write(path, content).expect("write the file");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn spec(&self, name: &str) -> ContextSpec {
        ContextSpec::path(self.path(name))
    }

    pub(crate) fn load(&self, name: &str) -> Result<Loaded, ContextError> {
        load(&[self.spec(name)], &LoadOptions::default())
    }

    /// Formats an error as a user sees it, without the folder's path.
    pub(crate) fn shown<T: std::fmt::Debug>(&self, result: Result<T, ContextError>) -> String {
        let error = result.expect_err("expected an error");
        self.without_path(&format!("{}: {error}\n{}", error.code(), error.hint()))
    }

    pub(crate) fn without_path(&self, text: &str) -> String {
        text.replace(&self.0.path().display().to_string(), "DIR")
    }

    pub(crate) fn names(&self, context: &Context) -> Vec<String> {
        context
            .documents()
            .iter()
            .map(|document| self.without_path(document.name()))
            .collect()
    }

    pub(crate) fn warnings(&self, loaded: &Loaded) -> Vec<String> {
        loaded
            .warnings
            .iter()
            .map(|warning| self.without_path(&warning.to_string()))
            .collect()
    }
}

pub(crate) fn spec(given: &str) -> ContextSpec {
    given.parse().expect("a context argument")
}
