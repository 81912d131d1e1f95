//! Contexts: texts, files, folders and globs, loaded as documents that can be cited.
//!
//! ```
//! use rlm::contexts::{ContextSpec, LoadOptions, load};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("notes.md"), "The tower is tall.\n")?;
//! let options = LoadOptions { base: Some(folder.path().into()), ..LoadOptions::default() };
//! let loaded = load(&[ContextSpec::path("notes.md")], &options)?;
//! assert_eq!(loaded.context.documents()[0].name(), "notes.md");
//! assert!(loaded.warnings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc(inline)]
pub use rlm_context::{
    Context, ContextAs, ContextError, ContextKind, ContextSpec, DEFAULT_SEPARATOR, Document, LoadOptions, LoadWarning,
    Loaded, Map, OnUnreadable, RecordSplitting, TextlessFile, from_json, load,
};
