//! Stores the texts and files that runs are about.
//!
//! A text of a request is stored under its digest. Uploaded files form a context with an id: a
//! folder with the files, which the command line can read as well, and a record with their names
//! beside it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use rlm_context::{
    Context, ContextAs, ContextError, ContextSpec, DEFAULT_SEPARATOR, LoadOptions, Map, Newlines, OnUnreadable,
    RecordSplitting, load,
};
use rlm_model::Digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::runs::ids::{new_id, now};
use crate::store::private_file;

/// The maximum number of documents of a context.
pub(crate) const MOST_DOCUMENTS: usize = 10_000;
/// The maximum number of characters of a document's name.
const MOST_NAME: usize = 255;
/// The prefix of the ids of contexts.
const PREFIX: &str = "ctx-";

/// A folder of texts and contexts.
#[derive(Clone)]
pub(crate) struct ContextStore {
    folder: PathBuf,
}

/// A context that was uploaded: documents with names, which runs and sessions refer to by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ContextObject {
    pub(crate) id: String,
    /// The time at which the context was created, in milliseconds since 1970.
    pub(crate) created: u64,
    pub(crate) documents: Vec<DocumentObject>,
    /// The size of all documents.
    pub(crate) bytes: u64,
    /// What the client said that the context is for, in OpenAI's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<String>,
}

/// A document of a context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct DocumentObject {
    /// The name, as in citations.
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// A context that is being uploaded. Dropped without [`finish`](Self::finish), its files are removed.
pub(crate) struct NewContext {
    store: ContextStore,
    object: ContextObject,
    is_finished: bool,
}

/// A context that was loaded for a run, with the files that a replay reads.
pub(crate) struct LoadedContext {
    pub(crate) context: Context,
    pub(crate) locations: Vec<Option<String>>,
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

    /// Stores texts, so that a replay can read them, and returns their context. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if they are too long or can't be stored.
    pub(crate) fn texts(&self, texts: Vec<String>) -> Result<LoadedContext, Problem> {
        let paths = texts.iter().map(|text| self.put(text));
        let paths = paths
            .collect::<io::Result<Vec<_>>>()
            .map_err(|cause| Problem::storage(&cause))?;
        Ok(LoadedContext {
            context: of_texts(texts)?,
            locations: paths.iter().map(|path| Some(path.display().to_string())).collect(),
        })
    }

    /// Loads what a conversation is about: texts, contexts by their ids, and documents that an earlier
    /// run has read, by their names and locations. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such context, or a document is gone or has no text.
    pub(crate) fn load_all(
        &self,
        texts: Vec<String>,
        ids: &[String],
        earlier: Vec<(String, String)>,
    ) -> Result<LoadedContext, Problem> {
        if ids.is_empty() && earlier.is_empty() {
            return self.texts(texts);
        }
        let mut documents: Vec<(String, PathBuf)> = earlier
            .into_iter()
            .map(|(name, location)| (name, location.into()))
            .collect();
        for id in ids {
            documents.extend(self.documents_of(id)?);
        }
        for text in &texts {
            let path = self.put(text).map_err(|cause| Problem::storage(&cause))?;
            documents.push((format!("message {}", documents.len() + 1), path));
        }
        load_documents(documents)
    }

    /// Begins a context. Blocks.
    pub(crate) fn begin(&self) -> Result<NewContext, Problem> {
        let object = ContextObject {
            id: format!("{PREFIX}{}", new_id()?),
            created: now().0,
            documents: Vec::new(),
            bytes: 0,
            purpose: None,
        };
        private_file::create_folder(&self.folder_of(&object.id)).map_err(|cause| Problem::storage(&cause))?;
        Ok(NewContext {
            store: self.clone(),
            object,
            is_finished: false,
        })
    }

    /// Returns a context by its id. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such context.
    pub(crate) fn get(&self, id: &str) -> Result<ContextObject, Problem> {
        let unknown = || Problem::not_found("context");
        let bytes = match fs::read(self.record_of(id).ok_or_else(unknown)?) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Err(unknown()),
            Err(cause) => return Err(Problem::internal(&cause)),
        };
        serde_json::from_slice(&bytes).map_err(|cause| Problem::internal(&cause))
    }

    /// Returns all contexts with ids, newest first. Blocks.
    pub(crate) fn list(&self) -> Result<Vec<ContextObject>, Problem> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(Problem::internal(&cause)),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut ids: Vec<String> = names
            .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
            .collect();
        ids.sort_unstable_by(|left, right| right.cmp(left));
        // One that is deleted at the same time is left out.
        Ok(ids.iter().filter_map(|id| self.get(id).ok()).collect())
    }

    /// Returns the size of all contexts with ids. Blocks.
    pub(crate) fn bytes(&self) -> Result<u64, Problem> {
        Ok(self.list()?.iter().map(|context| context.bytes).sum())
    }

    /// Removes a context. Journals keep the ranges that they cite, without the text. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such context.
    pub(crate) fn remove(&self, id: &str) -> Result<(), Problem> {
        self.get(id)?;
        let removed = self.record_of(id).map_or(Ok(()), fs::remove_file);
        removed
            .and_then(|()| fs::remove_dir_all(self.folder_of(id)))
            .map_err(|cause| Problem::internal(&cause))
    }

    /// Loads contexts by their ids, with the documents of all of them. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such context, or none of its documents has text.
    pub(crate) fn load(&self, ids: &[String]) -> Result<LoadedContext, Problem> {
        let documents = ids.iter().map(|id| self.documents_of(id));
        let documents: Vec<_> = documents.collect::<Result<_, _>>()?;
        load_documents(documents.concat())
    }

    /// Returns the names and files of a context's documents. Blocks.
    pub(crate) fn documents_of(&self, id: &str) -> Result<Vec<(String, PathBuf)>, Problem> {
        let documents = self.get(id)?.documents.into_iter().enumerate();
        let path = |(index, document): (usize, DocumentObject)| {
            let path = self.document_path(id, index, &document.name);
            (document.name, path)
        };
        Ok(documents.map(path).collect())
    }

    /// Loads the context of a session from the arguments in its record: a text or a context of this
    /// store, or files that the command line was given. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if a file is gone or has no text.
    pub(crate) fn load_arguments(&self, arguments: &[String]) -> Result<LoadedContext, Problem> {
        if let [only] = arguments
            && let Ok(below) = Path::new(only).strip_prefix(&self.folder)
        {
            let name = below.to_string_lossy().into_owned();
            if name.starts_with(PREFIX) {
                return self.load(&[name]);
            }
            let text = fs::read_to_string(only).map_err(|cause| Problem::internal(&cause))?;
            return Ok(LoadedContext {
                context: Context::from_text(text),
                locations: vec![Some(only.clone())],
            });
        }
        if arguments.is_empty() {
            return Ok(LoadedContext {
                context: Context::none(),
                locations: Vec::new(),
            });
        }
        let specs = arguments.iter().map(|argument| argument.parse::<ContextSpec>());
        let specs = specs.collect::<Result<Vec<_>, _>>().map_err(unusable)?;
        load_specs(&specs, ContextAs::Fitting, &HashMap::new())
    }

    /// Returns the argument that names a context in the record of a session.
    pub(crate) fn argument(&self, id: &str) -> String {
        self.folder_of(id).display().to_string()
    }

    fn folder_of(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Returns the path of a context's record, if the text is an id.
    fn record_of(&self, id: &str) -> Option<PathBuf> {
        let rest = id.strip_prefix(PREFIX)?;
        let is_id = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_id.then(|| self.folder.join(format!("{id}.json")))
    }

    /// Returns the path of a document. Its number keeps names apart, and the order.
    fn document_path(&self, id: &str, index: usize, name: &str) -> PathBuf {
        let base = name.rsplit('/').next().unwrap_or_default();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let mut plain: String = base.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        // File names have at most 255 bytes; the end has the extension, by which formats are told.
        while plain.len() > 120 {
            plain.remove(0);
        }
        self.folder_of(id).join(format!("{:05}-{plain}", index + 1))
    }
}

impl NewContext {
    /// Returns the path for the next document, which the caller writes.
    ///
    /// # Errors
    /// A [`Problem`] if the name is not one, or there are too many documents.
    pub(crate) fn add(&mut self, name: &str) -> Result<PathBuf, Problem> {
        let name = document_name(name)?;
        if self.object.documents.len() >= MOST_DOCUMENTS {
            return Err(Problem::invalid(format!(
                "a context has at most {MOST_DOCUMENTS} documents"
            )));
        }
        if self.object.documents.iter().any(|document| document.name == name) {
            return Err(Problem::invalid(format!("two documents have the name `{name}`")));
        }
        let path = self
            .store
            .document_path(&self.object.id, self.object.documents.len(), &name);
        self.object.documents.push(DocumentObject { name, bytes: 0 });
        Ok(path)
    }

    /// Sets the size of the document that was added last.
    pub(crate) fn set_bytes(&mut self, bytes: u64) {
        if let Some(document) = self.object.documents.last_mut() {
            document.bytes = bytes;
        }
        self.object.bytes = self.object.bytes.saturating_add(bytes);
    }

    /// Returns the size of the documents so far.
    pub(crate) const fn bytes(&self) -> u64 {
        self.object.bytes
    }

    /// Returns the number of documents so far.
    pub(crate) fn documents(&self) -> usize {
        self.object.documents.len()
    }

    /// Sets what the context is for.
    pub(crate) fn set_purpose(&mut self, purpose: String) {
        self.object.purpose = Some(purpose);
    }

    /// Stores the context, if its documents have text. Blocks.
    ///
    /// # Errors
    /// A [`Problem`] if a document is of an unknown format, or all are empty.
    pub(crate) fn finish(mut self) -> Result<ContextObject, Problem> {
        let record = serde_json::to_vec(&self.object).map_err(|cause| Problem::internal(&cause))?;
        let path = self.store.record_of(&self.object.id);
        let path = path.ok_or_else(|| Problem::internal(&"the id of a new context is invalid"))?;
        private_file::write(&path, &record).map_err(|cause| Problem::storage(&cause))?;
        if let Err(problem) = self.store.load(std::slice::from_ref(&self.object.id)) {
            // Dropping removes the folder.
            let _ = fs::remove_file(&path);
            return Err(problem);
        }
        self.is_finished = true;
        Ok(self.object.clone())
    }
}

impl Drop for NewContext {
    fn drop(&mut self) {
        if !self.is_finished {
            // The remains of an upload that failed. The failure is what the client learns.
            let _ = fs::remove_dir_all(self.store.folder_of(&self.object.id));
        }
    }
}

/// Returns the name of a document as a client sent it, or why it can't be one.
fn document_name(name: &str) -> Result<String, Problem> {
    let name = name.trim_start_matches("./").trim();
    let is_clean = !name.chars().any(|c| c.is_control() || c == '\\');
    let parts_are_names = name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    match !name.is_empty() && name.chars().count() <= MOST_NAME && is_clean && parts_are_names {
        true => Ok(name.to_owned()),
        false => Err(Problem::invalid("the name of a document is not a file name")
            .hint("name it like `minutes/may.md`, with at most 255 characters")),
    }
}

/// Loads documents by their names and files.
fn load_documents(documents: Vec<(String, PathBuf)>) -> Result<LoadedContext, Problem> {
    if documents.is_empty() {
        return Err(Problem::invalid("the context has no documents"));
    }
    let specs = documents
        .iter()
        .map(|(name, path)| ContextSpec::path(path).named(name.as_str()));
    let specs: Vec<_> = specs.collect();
    let shown_as = if specs.len() == 1 {
        ContextAs::Text
    } else {
        ContextAs::List
    };
    load_specs(&specs, shown_as, &documents.into_iter().collect())
}

/// Loads documents. `paths` has the files of those that are not named by their paths.
fn load_specs(
    specs: &[ContextSpec],
    shown_as: ContextAs,
    paths: &HashMap<String, PathBuf>,
) -> Result<LoadedContext, Problem> {
    let options = LoadOptions { shown_as, ..options() };
    let context = load(specs, &options).map_err(unusable)?.context;
    let locations = context.documents().iter().map(|document| {
        if let Some(location) = document.location() {
            return Some(location.to_owned());
        }
        let path = paths.get(document.name().as_str());
        let path = fs::canonicalize(path.map_or(Path::new(document.name()), PathBuf::as_path)).ok()?;
        path.to_str().map(str::to_owned)
    });
    Ok(LoadedContext {
        locations: locations.collect(),
        context,
    })
}

/// Returns the options with which the service loads documents: as they are, so that a replay finds
/// the same bytes.
pub(crate) fn options() -> LoadOptions {
    LoadOptions {
        newlines: Newlines::AsTheyAre,
        map: Map::GUARDED,
        records: RecordSplitting::Text,
        on_unreadable: OnUnreadable::Fail,
        ..LoadOptions::default()
    }
}

/// Returns the problem of documents that can't be read. Paths of the server are not part of it.
fn unusable(error: ContextError) -> Problem {
    let detail = match &error {
        ContextError::Empty { .. } => "the documents are empty".to_owned(),
        ContextError::NoText { path, cause } => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.split_once('-').map_or(&*name, |(_, name)| name);
            format!("the document `{name}` has no text: {cause}")
        }
        error => {
            tracing::info!(%error, "documents can't be read");
            "a document can't be read".to_owned()
        }
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), detail)
}

fn of_texts(texts: Vec<String>) -> Result<Context, Problem> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_documents_stay_within_their_context() {
        for name in ["minutes/may.md", "report 2024.pdf", "été.txt", "./a.txt"] {
            assert!(document_name(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "..",
            "../a",
            "a/../b",
            "/etc/passwd",
            "a\\b",
            "a\0b",
            "a\nb",
            &"x".repeat(256),
        ] {
            assert!(document_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn ids_are_no_paths() {
        let store = ContextStore::new("/contexts".into());
        for id in ["../keys", "ctx-../keys", "ctx-", "ctx-a/b", "keys", "ctx-\0"] {
            assert_eq!(store.record_of(id), None, "{id:?}");
        }
    }
}
