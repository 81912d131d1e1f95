//! The context as the machine reads it, and prompts as journals hold them.

use std::time::UNIX_EPOCH;

use rlm_context::{ContentDigest, Context, ContextKind, Document, FileState, Record};
use rlm_model::{Digest, Part, SourceRange};
use rlm_trace::{ContextSource, Millis, REFERENCE_BYTES, SourceRead};
use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, ContextDocument, ContextFiles};

/// The pieces of a prompt shorter than a reference that keep their place. What is put together of more, a letter here and a letter there,
/// is nothing that a model reads as part of the context.
const SHORT_PIECES: usize = 4_096;

/// Makes the context of a machine.
pub(crate) fn context_data(context: &Context) -> ContextData {
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

/// Returns what programs see of a document: its records, or itself.
fn shown_documents(document: &Document) -> Vec<ContextDocument> {
    let record = |record: Record| ContextDocument {
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

/// Lists the context's documents as a journal does. Waits for nothing.
pub(crate) fn sources(context: &Context) -> Vec<ContextSource> {
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

/// Says what was found out about a source that had not been read when the run began. Waits until it was digested.
pub(crate) fn source_read(source: u32, document: &Document) -> SourceRead {
    SourceRead {
        source,
        bytes: document.bytes(),
        chars: document.chars(),
        lines: document.lines(),
        digest: recorded_digest(document.digest()),
        notes: notes(document),
    }
}

/// Both digests are of the same bytes and are shown alike; reading the bytes once is enough.
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
    let replaced = replaced.map(|replaced| format!("{replaced} sequences were not UTF-8 and were replaced"));
    let flaws = document.record_flaws().iter().map(ToString::to_string);
    replaced.into_iter().chain(flaws).collect()
}

/// Cuts a prompt into parts, so that pieces of the context keep their place. A prompt that still has holes is never issued; what
/// is left out of such a one is its holes.
pub(crate) fn parts_of(prompt: &Text) -> Vec<Part> {
    let Ok(settled) = prompt.settled() else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let mut own = String::new();
    let mut short = 0;
    for span in settled.origins() {
        let Some(piece) = settled.slice_bytes(span.range.clone()) else {
            continue;
        };
        let Ok(text) = piece.to_flat() else { continue };
        let is_short = text.len() < REFERENCE_BYTES;
        match span.origin {
            Origin::Source(SourceId(source)) if !is_short || short < SHORT_PIECES => {
                short += usize::from(is_short);
                push(&mut parts, &mut own);
                parts.push(Part {
                    origin: Some(SourceRange {
                        source,
                        start: span.start as u64,
                        end: (span.start + text.len()) as u64,
                    }),
                    text: text.as_ref().into(),
                });
            }
            _ => own.push_str(&text),
        }
    }
    push(&mut parts, &mut own);
    parts
}

fn push(parts: &mut Vec<Part>, own: &mut String) {
    if !own.is_empty() {
        parts.push(Part {
            text: std::mem::take(own).into(),
            origin: None,
        });
    }
}

/// Returns `true` if a text has nothing but white space.
pub(super) fn is_blank(text: &Text) -> bool {
    text.settled().is_ok_and(|text| text.chars().all(char::is_whitespace))
}

/// Returns a text in one piece; an empty one if a part of it has not arrived.
pub(super) fn flat(text: &Text) -> String {
    text.to_flat().unwrap_or_default().into_owned()
}
