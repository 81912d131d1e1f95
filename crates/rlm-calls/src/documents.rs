//! The documents of a context, as the machine reads them and as a journal lists them.

use std::time::UNIX_EPOCH;

use rlm_context::{ContentDigest, Context, ContextKind, DataRecord, Document, FileState, ImageFile};
use rlm_model::{Digest, Image, MAX_IMAGE_BYTES, grouped};
use rlm_trace::{ContextSource, Millis, SourceRead};
use sift_vm::{CallFailure, ContextData, ContextDocument, ContextFiles, ContextImage};

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
        image: None,
    };
    match document.records() {
        Some(records) => records.map(record).collect(),
        None => vec![ContextDocument {
            name: document.name().clone(),
            text: document.text().clone(),
            image: document.image().map(|image| ContextImage {
                width: image.width(),
                height: image.height(),
            }),
        }],
    }
}

/// Reads the images of a call by the numbers that the documents have in programs.
///
/// # Errors
/// The failure of the call, if an image is too large, has changed or can't be read.
pub(crate) fn images(context: &Context, numbers: &[u32]) -> Result<Vec<Image>, CallFailure> {
    let mut images = Vec::with_capacity(numbers.len());
    for number in numbers {
        let Some(document) = shown_document(context, *number) else {
            continue;
        };
        if let Some(image) = document.image() {
            images.push(read_image(document, image)?);
        }
    }
    Ok(images)
}

fn read_image(document: &Document, image: &ImageFile) -> Result<Image, CallFailure> {
    if image.size() > MAX_IMAGE_BYTES {
        return Err(CallFailure {
            kind: "image_too_large".into(),
            message: format!(
                "the image {} has {} bytes, but at most {} can be sent",
                document.name(),
                grouped(image.size()),
                grouped(MAX_IMAGE_BYTES)
            ),
            hint: Some("ask the user for a smaller version of it".to_owned()),
        });
    }
    let bytes = image.read().map_err(|error| CallFailure {
        kind: error.code().into(),
        message: error.to_string(),
        hint: Some(error.hint()),
    })?;
    Ok(Image {
        digest: recorded_digest(image.digest()),
        media_type: image.media_type().into(),
        width: image.width(),
        height: image.height(),
        bytes,
    })
}

/// Returns the document with a number in programs, which count the records of a document one by
/// one.
fn shown_document(context: &Context, number: u32) -> Option<&Document> {
    let mut left = u64::from(number);
    context.documents().iter().find(|document| {
        let count = document.shown_documents();
        let is_it = left < count;
        left = left.saturating_sub(count);
        is_it
    })
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
