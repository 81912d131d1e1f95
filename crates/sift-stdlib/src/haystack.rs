//! The texts that `grep` and `ctx.find` search, split into contiguous parts.

use sift_runtime::runtime::{ContextDocument, Runtime};
use sift_text::Text;
use sift_values::flow::Flow;
use sift_values::value::{Label, Value};

/// A text to search, in contiguous parts.
///
/// A context of several documents is searched document by document instead of being copied, because
/// it may exceed the memory of a program. A match can't span two documents. Any other text is a
/// single part.
#[derive(Debug)]
pub(super) struct Haystack {
    pub(super) whole: Text,
    /// The contiguous parts of the text, each with its byte offset in the whole text.
    pub(super) parts: Vec<(usize, Text)>,
    pub(super) label: Label,
}

impl Haystack {
    /// Creates a haystack from a text, the context, or a document.
    pub(super) fn of(m: &mut Runtime, value: Value) -> Result<Self, Flow> {
        let value = m.as_text(value)?;
        if value.same(m.joined_context())
            && let Some(parts) = document_parts(m)
        {
            let whole = m.context.joined.clone();
            let label = Label::CONTEXT;
            return Ok(Self { whole, parts, label });
        }
        let whole = m.flat_text(value)?;
        Ok(Self {
            parts: vec![(0, whole.clone())],
            whole,
            label: value.label(),
        })
    }

    /// Returns three values for a byte range of the text: its start and its end in code points of
    /// the whole text, and the slice.
    pub(super) fn piece(&self, m: &mut Runtime, bytes: std::ops::Range<usize>) -> Result<[Value; 3], Flow> {
        let Ok(settled) = self.whole.settled() else {
            return Ok([Value::NONE; 3]);
        };
        m.meter.charge_places(&self.whole, settled.len_chars(), 2)?;
        let (start, end) = (settled.char_of_byte(bytes.start), settled.char_of_byte(bytes.end));
        let piece = settled.slice_bytes(bytes).unwrap_or_default();
        let piece = m.alloc_slice(piece)?;
        Ok([Value::length(start), Value::length(end), piece].map(|value| value.labelled(self.label)))
    }
}

/// Returns the documents of the context as parts of the joined text. Returns `None` if the joined
/// text is contiguous, so that it needn't be split.
fn document_parts(m: &Runtime) -> Option<Vec<(usize, Text)>> {
    let context = &m.context;
    if context.joined.as_str().is_some() {
        return None;
    }
    if let Some(files) = &context.files {
        return Some(files.texts.clone());
    }
    let starts = document_starts(m)?;
    let texts = context.documents.iter().map(|document| document.text.clone());
    let parts: Vec<(usize, Text)> = starts.into_iter().zip(texts).collect();
    parts.iter().all(|(_, text)| text.as_str().is_some()).then_some(parts)
}

/// Returns the byte offset of each document in the joined text of the context. Returns `None` if
/// the separators between documents have different lengths.
pub(super) fn document_starts(m: &Runtime) -> Option<Vec<usize>> {
    let context = &m.context;
    if let Some(files) = &context.files {
        return Some(files.documents.iter().map(|bytes| bytes.start).collect());
    }
    let of_documents: usize = context
        .documents
        .iter()
        .map(|document| document.text.known_bytes())
        .sum();
    let gaps = context.documents.len().checked_sub(1)?;
    let separators = context.joined.known_bytes().checked_sub(of_documents)?;
    let separator = separators.checked_div(gaps).unwrap_or(0);
    if separator * gaps != separators {
        return None;
    }
    let mut at = 0;
    let place = |document: &ContextDocument| {
        let start = at;
        at += document.text.known_bytes() + separator;
        start
    };
    Some(context.documents.iter().map(place).collect())
}
