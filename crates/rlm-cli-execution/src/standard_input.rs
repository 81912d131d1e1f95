//! Reads standard input as a context. It can be read only once, so a recorded run stores a copy
//! next to its journal.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;
use rlm_context::ContextSpec;

use crate::private_files;

/// The maximum number of bytes read from standard input, because they are kept in memory. Files may
/// be larger.
const MOST_BYTES: u64 = 1 << 30;

/// Reads standard input, if a context argument names it; `None` otherwise.
///
/// # Errors
/// [`Failure::StandardInput`], [`Failure::StandardInputTwice`], [`Failure::StandardInputTooLong`].
pub fn read(specs: &[ContextSpec]) -> Result<Option<Vec<u8>>, Failure> {
    match specs.iter().filter(|spec| spec.is_standard_input()).count() {
        0 => Ok(None),
        1 => read_bounded(io::stdin().lock(), MOST_BYTES).map(Some),
        _ => Err(Failure::StandardInputTwice),
    }
}

/// Returns `true` if a value of `--context` names standard input: `-` or `NAME=-`.
pub fn is_named(context: &[String]) -> bool {
    context
        .iter()
        .any(|argument| argument == "-" || argument.ends_with("=-"))
}

fn read_bounded(input: impl Read, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = input.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|cause| Failure::StandardInput { cause })?;
    if bytes.len() as u64 > most {
        return Err(Failure::StandardInputTooLong { most });
    }
    Ok(bytes)
}

/// Stores a copy of standard input next to a journal. Returns the path of the copy.
///
/// # Errors
/// [`Failure::KeepStandardInput`].
pub fn keep(bytes: &[u8], journal: &Path) -> Result<PathBuf, Failure> {
    let path = beside(journal);
    let write = || {
        // The file is as private as the journal.
        private_files::file().create_new(true).open(&path)?.write_all(bytes)
    };
    match write() {
        Ok(()) => Ok(path),
        Err(cause) => Err(Failure::KeepStandardInput { path, cause }),
    }
}

/// Returns the copy of standard input next to a journal, if `location` names it. `location` is
/// where the run read a document. The journal and the copy may have been moved together.
///
/// # Errors
/// [`Failure::StandardInput`] if the file exists and can't be read.
pub fn kept(journal: &Path, location: &str) -> Result<Option<Vec<u8>>, Failure> {
    let (path, location) = (beside(journal), Path::new(location));
    let was_moved = location.extension() == path.extension() && !location.exists();
    if !path.exists() || !(was_moved || location.file_name() == path.file_name()) {
        return Ok(None);
    }
    let file = File::open(&path).map_err(|cause| Failure::StandardInput { cause })?;
    read_bounded(file, MOST_BYTES).map(Some)
}

fn beside(journal: &Path) -> PathBuf {
    journal.with_extension("stdin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unbounded_standard_input_is_rejected() {
        assert!(matches!(read_bounded(&b"12345"[..], 5), Ok(bytes) if bytes == b"12345"));
        let error = read_bounded(io::repeat(b'a'), 1 << 16).map(|bytes| bytes.len());
        let line = error.map_err(|error| error.line());
        assert_eq!(
            line,
            Err(
                "standard input is longer than 65536 bytes; save it to a file and pass that file: the size of files is not limited"
                    .to_owned()
            )
        );
    }
}
