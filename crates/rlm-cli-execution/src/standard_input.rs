//! Reads standard input as a context. It can be read only once, so a recorded run stores a copy
//! next to its journal.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_context::ContextSpec;

use crate::private_files;

/// The maximum number of bytes read from standard input, because they are kept in memory. Files may
/// be larger.
const MOST_BYTES: u64 = 1 << 30;

/// The time without input after which a command says that it reads standard input.
const NOTICE_AFTER: Duration = Duration::from_secs(2);

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

/// Returns `true` if text is piped to standard input, or it is redirected from a file. A terminal and
/// `/dev/null` are neither.
pub fn is_piped() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        use std::os::unix::fs::FileTypeExt as _;

        let handle = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        let kind = handle
            .and_then(|file| file.metadata())
            .map(|metadata| metadata.file_type());
        kind.is_ok_and(|kind| kind.is_fifo() || kind.is_file())
    }
    #[cfg(not(unix))]
    {
        !io::IsTerminal::is_terminal(&io::stdin())
    }
}

/// Reads the text that is piped to standard input. If nothing arrives for two seconds, standard
/// error says what the command waits for. Returns `None` if the text is empty.
///
/// # Errors
/// [`Failure::StandardInput`], [`Failure::StandardInputTooLong`].
pub fn read_piped(console: Console) -> Result<Option<Vec<u8>>, Failure> {
    let (done, waits) = mpsc::channel::<()>();
    let notice = std::thread::spawn(move || {
        if waits.recv_timeout(NOTICE_AFTER) == Err(RecvTimeoutError::Timeout) {
            console
                .say("reading the context from standard input; end it with Ctrl-D, or name files after the question");
        }
    });
    let bytes = read_bounded(io::stdin().lock(), MOST_BYTES);
    drop(done);
    // The thread only prints a notice.
    let _ = notice.join();
    Ok(Some(bytes?).filter(|bytes| !bytes.is_empty()))
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
