//! The documents of a context, as the machine reads them and as a journal lists them.

use std::time::UNIX_EPOCH;

use rlm_context::{ContentDigest, Context, ContextKind, DataRecord, Document, FileState};
use rlm_model::Digest;
use rlm_trace::{ContextSource, Millis, SourceRead};
use sift_vm::{ContextData, ContextDocument, ContextFiles};

/// Converts a context for the machine.
#[must_use]
pub fn context_data(context: &Context) -> ContextData {
    ContextData {
        kind: match context.kind() {
            ContextKind::Text => sift_vm::ContextKind::Text,
            ContextKind::List => sift_vm::ContextKind::List,
            ContextKind::Dict => sift_vm::ContextKind::Dict,
            ContextKind::Json => sift_vm::ContextKind::Json,
        },
        documents: context.documents().iter().flat_map(shown_documents).collect(),
        joined: context.joined().clone(),
        files: context.is_split().then(|| files(context)),
    }
}

/// Returns the documents that programs see: the records of a document, or the document.
fn shown_documents(document: &Document) -> Vec<ContextDocument> {
    let record = |record: DataRecord| ContextDocument {
        name: record.name,
        text: record.text,
    };
    match document.records() {
        Some(records) => records.map(record).collect(),
        None => vec![ContextDocument {
            name: document.name().clone(),
            text: document.text().clone(),
        }],
    }
}

fn files(context: &Context) -> ContextFiles {
    let mut files = ContextFiles::default();
    let mut start = 0;
    for document in context.documents() {
        let bytes = document.as_str().len();
        files.texts.push((start, document.text().clone()));
        match document.records() {
            Some(records) => files
                .documents
                .extend(records.map(|record| start + record.bytes.start..start + record.bytes.end)),
            None => files.documents.push(start..start + bytes),
        }
        start += bytes + context.separator().len();
    }
    files
}

/// Lists the documents of a context for a journal. Never blocks, since mapped files may not have
/// been read yet.
#[must_use]
pub fn sources(context: &Context) -> Vec<ContextSource> {
    let documents = context.documents().iter().map(|document| ContextSource {
        name: document.name().to_string(),
        location: None,
        bytes: match document.file_state() {
            // Its text may not be known yet.
            Some(_) => document.size(),
            None => document.bytes(),
        },
        digest: match document.file_state() {
            Some(_) => None,
            None => Some(recorded_digest(document.digest())),
        },
        ends: document.ends_digest().map(recorded_digest),
        modified: document.file_state().and_then(modified),
        notes: match document.file_state() {
            Some(_) => Vec::new(),
            None => notes(document),
        },
    });
    documents.collect()
}

/// Returns the facts about a source that had not been read when the run started. Blocks until its
/// digest is computed.
#[must_use]
pub fn source_read(source: u32, document: &Document) -> SourceRead {
    SourceRead {
        source,
        bytes: document.bytes(),
        chars: document.chars(),
        lines: document.lines(),
        digest: recorded_digest(document.digest()),
        notes: notes(document),
    }
}

/// Converts the digest of a document to that of a journal. Both digest the same bytes and have the
/// same text form.
#[must_use]
pub fn recorded_digest(digest: ContentDigest) -> Digest {
    let shown = digest.to_string();
    shown.parse().unwrap_or_else(|_| Digest::of(shown.as_bytes()))
}

fn modified(state: FileState) -> Option<Millis> {
    let since_1970 = state.modified?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since_1970.as_millis()).ok().map(Millis)
}

fn notes(document: &Document) -> Vec<String> {
    let replaced = Some(document.replaced()).filter(|replaced| *replaced > 0);
    let replaced = replaced.map(|replaced| format!("{replaced} invalid UTF-8 sequences were replaced"));
    let flaws = document.record_flaws().iter().map(ToString::to_string);
    replaced.into_iter().chain(flaws).collect()
}
