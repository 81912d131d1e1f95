//! The manifest of a context: documents and digests without the text, to detect changes later.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::context::{Context, ContextKind, TextlessFile};
use crate::digest::ContentDigest;
use crate::document::Document;

/// The list of a context's documents with their sizes and digests. A document's index in the list
/// is its source number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The type that programs see the context as.
    pub kind: ContextKind,
    /// The documents in their order.
    pub documents: Vec<ManifestEntry>,
    /// The files that are left out because they have no text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_text: Vec<TextlessFile>,
    /// The sums over all documents.
    pub total: ManifestTotal,
    /// The digest of the kind, names and digests of all documents; `None` if a digest is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<ContentDigest>,
}

/// One document of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// The name.
    pub name: SmolStr,
    /// The media type.
    pub media_type: SmolStr,
    /// The length in bytes, after decoding. If the document wasn't counted, the size of the file.
    pub bytes: u64,
    /// The length in code points, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<u64>,
    /// The number of lines, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// The number of invalid byte sequences that were replaced.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replaced: u64,
    /// The digest of the decoded bytes, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<ContentDigest>,
    /// The modification time of a mapped file, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
    /// The digest of a mapped file's size and its first and last MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<ContentDigest>,
}

/// The totals of a manifest, not counting separators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManifestTotal {
    /// The number of documents.
    pub documents: u64,
    /// The sum of the entries' lengths in bytes.
    pub bytes: u64,
    /// The length in code points, if all documents were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<u64>,
    /// The number of lines, if all documents were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
}

/// The maximum total size in bytes up to which all files are counted before a run begins. Counting
/// 1 GiB takes about as long as a model's shortest reply.
const COUNTED_AT_START_BYTES: u64 = 1024 * 1024 * 1024;

impl Context {
    /// Returns the manifest. Blocks until the documents that are counted before a run have been
    /// counted. The digests of mapped files are included only if they are already known.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        let documents: Vec<_> = self.documents().iter().map(|document| self.entry(document)).collect();
        let has_digests = documents.iter().all(|entry| entry.digest.is_some());
        Manifest {
            kind: self.kind(),
            total: self.total(),
            digest: has_digests.then(|| self.digest()),
            documents,
            without_text: self.without_text().to_vec(),
        }
    }

    fn entry(&self, document: &Document) -> ManifestEntry {
        let is_counted = self.is_counted_at_start(document);
        let modified = document.file_state().and_then(|state| state.modified);
        let modified = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        ManifestEntry {
            name: document.name().clone(),
            media_type: document.media_type().clone(),
            bytes: if is_counted { document.bytes() } else { document.size() },
            chars: is_counted.then(|| document.chars()),
            lines: is_counted.then(|| document.lines()),
            replaced: if is_counted { document.replaced() } else { 0 },
            digest: document.known_digest(),
            modified: modified.and_then(|time| u64::try_from(time.as_millis()).ok()),
            ends: document.ends_digest(),
        }
    }

    /// Returns `true` if a document's characters and lines are counted before a run begins. This
    /// holds for all documents unless the context exceeds 1 GiB. Then only the sizes of documents
    /// over 64 MiB are shown. It depends only on sizes, so that a replayed run sees the same.
    #[must_use]
    pub const fn is_counted_at_start(&self, document: &Document) -> bool {
        self.size() <= COUNTED_AT_START_BYTES || !document.is_large()
    }

    /// Blocks until the tokens of the documents that are counted before a run are counted; others
    /// are counted on demand.
    pub fn count_at_start(&self) {
        for document in self.documents() {
            if self.is_counted_at_start(document) {
                document.content().measured();
            }
        }
    }

    /// Returns the totals of the documents. Blocks until the documents that are counted before a
    /// run have been counted.
    #[must_use]
    pub fn total(&self) -> ManifestTotal {
        let nothing = ManifestTotal {
            chars: Some(0),
            lines: Some(0),
            ..ManifestTotal::default()
        };
        let add = |sum: Option<u64>, more: Option<u64>| Some(sum?.saturating_add(more?));
        self.documents().iter().fold(nothing, |total, document| {
            let is_counted = self.is_counted_at_start(document);
            ManifestTotal {
                documents: total.documents + 1,
                bytes: total.bytes + if is_counted { document.bytes() } else { document.size() },
                chars: add(total.chars, is_counted.then(|| document.chars())),
                lines: add(total.lines, is_counted.then(|| document.lines())),
            }
        })
    }

    /// Digests the kind, separator and names, but not the content.
    #[must_use]
    pub fn form_digest(&self) -> ContentDigest {
        let form = [&b"form"[..], self.kind().name().as_bytes(), self.separator().as_bytes()];
        let names = self.documents().iter().map(|document| document.name().as_bytes());
        ContentDigest::of_fields(form.into_iter().chain(names).chain(self.split_field()))
    }

    /// Digests the kind, separator, names and contents. The digest is equal for contexts that
    /// programs can't tell apart. Blocks until mapped files have been digested.
    #[must_use]
    pub fn digest(&self) -> ContentDigest {
        let kind = self.kind().name().as_bytes();
        let documents = self.documents().iter().flat_map(|document| {
            [
                document.name().as_bytes().to_vec(),
                document.digest().as_bytes().to_vec(),
            ]
        });
        let fields: Vec<_> = [kind.to_vec(), self.separator().as_bytes().to_vec()]
            .into_iter()
            .chain(documents)
            .collect();
        ContentDigest::of_fields(fields.iter().map(Vec::as_slice).chain(self.split_field()))
    }

    /// Returns a digest field for contexts that are split into records. Other contexts have no such
    /// field, so that their digests stay the same as before splitting was introduced.
    fn split_field(&self) -> Option<&'static [u8]> {
        self.is_split().then_some(b"records")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
