//! One file, read or mapped, decoded and measured.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use rlm_text::SourceBytes;

use crate::decode::{self, Newlines};
use crate::document::Content;
use crate::error::ContextError;
use crate::load::Map;
use crate::mmap::MappedBytes;
use crate::walk::{refuse_special, unreadable};

/// How much more than its size says a file may hold: some files of the system say 0, and a log may grow meanwhile.
const GROWTH_BYTES: u64 = 16 * 1024 * 1024;

/// Reads a file, or maps it where that is allowed and it is large.
pub(crate) fn read_file(path: &Path, newlines: Newlines, map: Map) -> Result<Content, ContextError> {
    let failed = |cause: io::Error| unreadable(path, cause);
    // A pipe would wait for a writer when it is opened.
    refuse_special(path, std::fs::metadata(path).map_err(failed)?.file_type())?;
    let mut file = File::open(path).map_err(failed)?;
    let len = file.metadata().map_err(failed)?.len();
    if map.is_for(len) {
        return map_file(path, &file, newlines);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    let most = len.saturating_add(GROWTH_BYTES);
    let read = file.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if read as u64 > most {
        return Err(ContextError::Endless {
            path: path.to_owned(),
            expected: most,
        });
    }
    read_bytes(path, bytes, newlines)
}

/// Decodes bytes that are here already; `path` is what errors call them.
pub(crate) fn read_bytes(path: &Path, bytes: Vec<u8>, newlines: Newlines) -> Result<Content, ContextError> {
    refuse_binary(path, &bytes)?;
    let (text, replaced) = decode::decode(bytes);
    Ok(keep(text, replaced, newlines))
}

fn map_file(path: &Path, file: &File, newlines: Newlines) -> Result<Content, ContextError> {
    let mapped = MappedBytes::new(file).map_err(|cause| unreadable(path, cause))?;
    refuse_binary(path, mapped.as_bytes())?;
    match mapped.into_text() {
        Ok(text) => match newlines.apply(text.as_str()) {
            std::borrow::Cow::Borrowed(_) => Ok(Content::measure(Arc::new(text), 0)),
            std::borrow::Cow::Owned(changed) => Ok(Content::of_string(changed)),
        },
        Err(mapped) => {
            let (text, replaced) = decode::decode_lossily(mapped.as_bytes());
            Ok(keep(text, replaced, newlines))
        }
    }
}

fn keep(text: String, replaced: u64, newlines: Newlines) -> Content {
    let text = match newlines.apply(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(changed) => changed,
    };
    Content::measure(Arc::new(text), replaced)
}

fn refuse_binary(path: &Path, bytes: &[u8]) -> Result<(), ContextError> {
    if decode::is_binary(bytes) {
        return Err(ContextError::Binary { path: path.to_owned() });
    }
    Ok(())
}
