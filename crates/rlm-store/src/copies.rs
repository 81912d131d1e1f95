//! Copies of journals in the folder of a machine.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use rlm_model::RunId;

use crate::StoreError;
use crate::private::owner_only;
use crate::shared::{JournalLog, SharedError};

/// Adds the lines to a copy that it lacks. A copy that this machine is writing is left as it is. One
/// that has other lines, which a process wrote after it had lost the run, is replaced.
///
/// # Errors
/// [`StoreError::Shared`], [`StoreError::WriteRecord`].
pub(crate) fn bring_up_to_date(log: &dyn JournalLog, run: &RunId, path: &Path) -> Result<(), StoreError> {
    let error = |source| StoreError::WriteRecord {
        path: path.to_owned(),
        source,
    };
    // Nothing is created for a run that doesn't exist.
    let all = if path.exists() { None } else { Some(log.lines(run, 0)?) };
    let mut file = open(path).map_err(error)?;
    if file.try_lock().is_err() {
        return Ok(());
    }
    let (count, last) = end_of(&file).map_err(error)?;
    let missing = match all.filter(|_| count == 0) {
        Some(all) => Some(all),
        None => lines_after(log, run, count, &last)?,
    };
    let (lines, whole) = match missing {
        Some(lines) => (lines, false),
        None => (log.lines(run, 0)?, true),
    };
    let mut write = || {
        if whole {
            file.set_len(0)?;
        }
        file.seek(SeekFrom::End(0))?;
        lines.iter().try_for_each(|line| file.write_all(line))
    };
    let written = write().map_err(error);
    // A child process that is being forked may share the file for a moment.
    let _ = file.unlock();
    written
}

/// Returns the lines that a copy lacks which has `count` lines, or `None` if its last line is another.
fn lines_after(
    log: &dyn JournalLog,
    run: &RunId,
    count: u64,
    last: &[u8],
) -> Result<Option<Vec<Vec<u8>>>, SharedError> {
    let Some(before) = count.checked_sub(1) else {
        return log.lines(run, 0).map(Some);
    };
    let mut lines = log.lines(run, before)?;
    // Each line has the digest of the one before it.
    let is_same = lines.first().is_some_and(|line| line == last);
    Ok(is_same.then(|| lines.split_off(1)))
}

/// Returns the number of lines of a copy, and the last one.
fn end_of(file: &File) -> io::Result<(u64, Vec<u8>)> {
    let mut reader = BufReader::with_capacity(64 << 10, file);
    let (mut count, mut last, mut line) = (0, Vec::new(), Vec::new());
    while reader.read_until(b'\n', &mut line)? > 0 {
        count += 1;
        std::mem::swap(&mut last, &mut line);
        line.clear();
    }
    Ok((count, last))
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        owner_only(std::fs::DirBuilder::new().recursive(true)).create(folder)?;
    }
    let mut open = OpenOptions::new();
    open.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path)
}
