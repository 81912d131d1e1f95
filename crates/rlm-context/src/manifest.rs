//! What a context consists of, without its text: enough to tell later whether it is still the same.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::context::{Context, ContextKind, WithoutText};
use crate::digest::ContentDigest;
use crate::document::Document;

/// The list of a context's documents with their sizes and digests. A source's number is its place in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How programs see the context.
    pub kind: ContextKind,
    /// The documents in their order.
    pub documents: Vec<ManifestEntry>,
    /// The files that are left out because they have no text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_text: Vec<WithoutText>,
    /// The sums over all documents.
    pub total: ManifestTotal,
    /// The digest of kind, names and digests of all documents; none where not all of these are known.
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
    /// The length in bytes, after decoding; where it was not counted, the size of the file.
    pub bytes: u64,
    /// The length in code points, where it was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<u64>,
    /// How many lines there are, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// How many invalid sequences of bytes were replaced.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replaced: u64,
    /// The digest of the decoded bytes, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<ContentDigest>,
    /// Of a file that is mapped: when it was last changed, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
    /// Of a file that is mapped: the digest of its size and its first and last MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<ContentDigest>,
}

/// The sums of a manifest; separators are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManifestTotal {
    /// How many documents there are.
    pub documents: u64,
    /// Their length in bytes, each as in its entry.
    pub bytes: u64,
    /// Their length in code points, where all were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<u64>,
    /// Their lines, where all were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
}

/// The most bytes of files that are counted before a run begins: 1 GiB takes about as long as a model's shortest reply.
const COUNTED_AT_START_BYTES: u64 = 1024 * 1024 * 1024;

impl Context {
    /// Lists the documents. Waits for what is counted at the start of a run; the digests of mapped files are listed if they are
    /// known by then.
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

    /// Tells whether a document's characters and lines are counted before a run begins: all are, unless there is more than 1 GiB
    /// of them; then those of over 64 MiB are not, and only their sizes are shown. Depends on nothing but sizes, so that
    /// whoever replays a run is shown the same.
    #[must_use]
    pub const fn is_counted_at_start(&self, document: &Document) -> bool {
        self.size() <= COUNTED_AT_START_BYTES || !document.is_large()
    }

    /// Waits for what is counted before a run begins.
    pub fn count_at_start(&self) {
        for document in self.documents() {
            if self.is_counted_at_start(document) {
                document.content().measured();
            }
        }
    }

    /// Sums up the documents. Waits for what is counted at the start of a run.
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

    /// Digests what of the context is no content: kind, separator and names.
    #[must_use]
    pub fn form_digest(&self) -> ContentDigest {
        let form = [&b"form"[..], self.kind().name().as_bytes(), self.separator().as_bytes()];
        let names = self.documents().iter().map(|document| document.name().as_bytes());
        ContentDigest::of_fields(form.into_iter().chain(names).chain(self.split_field()))
    }

    /// Digests kind, names and contents: equal for contexts that programs can't tell apart. Waits until mapped files were digested.
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

    /// Contexts of whole files have no such field, so that their digests are what they were before there were others.
    fn split_field(&self) -> Option<&'static [u8]> {
        self.is_split().then_some(b"records")
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
