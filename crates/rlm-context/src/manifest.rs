//! What a context consists of, without its text: enough to tell later whether it is still the same.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::context::{Context, ContextKind, WithoutText};
use crate::digest::ContentDigest;

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
    /// The digest of kind, names and digests of all documents.
    pub digest: ContentDigest,
}

/// One document of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// The name.
    pub name: SmolStr,
    /// The media type.
    pub media_type: SmolStr,
    /// The length in bytes, after decoding.
    pub bytes: u64,
    /// The length in code points.
    pub chars: u64,
    /// How many lines there are.
    pub lines: u64,
    /// How many invalid sequences of bytes were replaced.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replaced: u64,
    /// The digest of the decoded bytes.
    pub digest: ContentDigest,
}

/// The sums of a manifest; separators are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManifestTotal {
    /// How many documents there are.
    pub documents: u64,
    /// Their length in bytes.
    pub bytes: u64,
    /// Their length in code points.
    pub chars: u64,
    /// Their lines.
    pub lines: u64,
}

impl Context {
    /// Lists the documents.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        let documents: Vec<_> = self
            .documents()
            .iter()
            .map(|document| ManifestEntry {
                name: document.name().clone(),
                media_type: document.media_type().clone(),
                bytes: document.bytes(),
                chars: document.chars(),
                lines: document.lines(),
                replaced: document.replaced(),
                digest: document.digest(),
            })
            .collect();
        Manifest {
            kind: self.kind(),
            total: self.total(),
            digest: self.digest(),
            documents,
            without_text: self.without_text().to_vec(),
        }
    }

    /// Sums up the documents.
    #[must_use]
    pub fn total(&self) -> ManifestTotal {
        self.documents()
            .iter()
            .fold(ManifestTotal::default(), |total, document| ManifestTotal {
                documents: total.documents + 1,
                bytes: total.bytes + document.bytes(),
                chars: total.chars + document.chars(),
                lines: total.lines + document.lines(),
            })
    }

    /// Digests kind, names and contents: equal for contexts that programs can't tell apart.
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
        ContentDigest::of_fields(fields.iter().map(Vec::as_slice))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}
