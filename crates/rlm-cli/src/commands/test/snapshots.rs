//! Compares the snapshots of test cases, and lets the user review them.

use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use rlm_cases::{Snapshot, SnapshotKind, SnapshotState, Unmet, prompts, trajectory, unified};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::text::{counted, one_line};
use rlm_trace::Record;

use super::suite::Entry;

/// The handling of snapshots that are new or differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnapshotMode {
    /// Snapshots are written next to the old ones, for review.
    Pending,
    /// Snapshots replace the old ones.
    Accepted,
    /// Snapshots are not compared, because repeated runs differ.
    Untouched,
}

/// Compares the snapshots of a test case with the events of its run.
///
/// # Errors
/// [`Failure::Snapshot`] if a snapshot can't be read or written.
pub(crate) fn compare(entry: &Entry, records: &[&Record], keeping: SnapshotMode) -> Result<Vec<Unmet>, Failure> {
    let mut unmet = Vec::new();
    if keeping == SnapshotMode::Untouched {
        return Ok(unmet);
    }
    for kind in &entry.case.snapshots {
        let text = match kind {
            SnapshotKind::Prompts => prompts(records.iter().copied()),
            SnapshotKind::Trajectory => trajectory(records.iter().copied()),
        };
        let source = entry.file.file_name().unwrap_or_default().to_string_lossy();
        let snapshot = Snapshot::new(source, *kind, &text);
        let path = entry.snapshot(*kind);
        let there = match std::fs::read_to_string(&path) {
            Ok(file) => Some(file),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
            Err(cause) => return Err(failed(&path, cause)),
        };
        let pending = pending(&path);
        match (snapshot.compare(there.as_deref()), keeping) {
            // A pending snapshot is obsolete.
            (SnapshotState::Same, _) => _ = std::fs::remove_file(&pending),
            (_, SnapshotMode::Accepted) => {
                write(&path, &snapshot)?;
                let _ = std::fs::remove_file(&pending);
            }
            (state, _) => {
                write(&pending, &snapshot)?;
                unmet.push(differs(*kind, state, there.as_deref(), &snapshot));
            }
        }
    }
    Ok(unmet)
}

fn differs(kind: SnapshotKind, state: SnapshotState, there: Option<&str>, new: &Snapshot) -> Unmet {
    let expected = format!("the snapshot of {}", kind.name());
    match (state, there) {
        (SnapshotState::New, _) | (_, None) => Unmet::new("snapshots", expected, "a new one; review it with --review"),
        (_, Some(there)) => Unmet {
            parts: Some(unified(Snapshot::text_of(there).unwrap_or(there), new.text())),
            ..Unmet::new("snapshots", expected, "another text; review it with --review")
        },
    }
}

/// The user's decision on a snapshot: accept, reject or skip.
enum Said {
    Accept,
    Reject,
    Skip,
}

/// Shows the pending snapshots one by one, and accepts or rejects each as the user decides. Returns
/// the number of skipped snapshots.
///
/// # Errors
/// [`Failure::Snapshot`], [`Failure::Output`].
pub(crate) fn review<'e>(entries: impl Iterator<Item = &'e Entry>, console: Console) -> Result<usize, Failure> {
    let all = entries.flat_map(|entry| {
        entry
            .case
            .snapshots
            .iter()
            .map(move |kind| (entry, entry.snapshot(*kind)))
    });
    let waiting: Vec<(&Entry, PathBuf)> = all.filter(|(_, path)| pending(path).exists()).collect();
    let mut left = waiting.len();
    for (number, (entry, path)) in waiting.iter().enumerate() {
        let new = pending(path);
        let file = std::fs::read_to_string(&new).map_err(|cause| failed(&new, cause))?;
        let there = std::fs::read_to_string(path).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_new = if there.is_empty() { "new" } else { "differs" };
        console.result(&format!(
            "{}/{} {}: {} ({is_new})\n{}",
            number.saturating_add(1),
            waiting.len(),
            one_line(&entry.name),
            one_line(&name),
            unified(
                Snapshot::text_of(&there).unwrap_or(&there),
                Snapshot::text_of(&file).unwrap_or(&file)
            ),
        ))?;
        match ask()? {
            Said::Accept => std::fs::rename(&new, path).map_err(|cause| failed(path, cause))?,
            Said::Reject => std::fs::remove_file(&new).map_err(|cause| failed(&new, cause))?,
            Said::Skip => continue,
        }
        left = left.saturating_sub(1);
    }
    console.say(&match waiting.len() {
        0 => "no snapshots to review".to_owned(),
        all => format!("{} reviewed, {left} left", counted(all, "snapshot")),
    });
    Ok(left)
}

/// Asks for the user's decision on a snapshot until the answer is valid. The end of input skips the
/// snapshot.
fn ask() -> Result<Said, Failure> {
    loop {
        let prompt = io::stderr().lock().write_all(b"(a)ccept, (r)eject, (s)kip? ");
        let mut line = String::new();
        let read = prompt.and_then(|()| io::stdin().lock().read_line(&mut line));
        if read.map_err(|cause| Failure::StandardInput { cause })? == 0 {
            return Ok(Said::Skip);
        }
        match line.trim() {
            "a" | "accept" => return Ok(Said::Accept),
            "r" | "reject" => return Ok(Said::Reject),
            "s" | "skip" => return Ok(Said::Skip),
            _ => {}
        }
    }
}

fn pending(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn write(path: &Path, snapshot: &Snapshot) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, snapshot.to_file()))
        .map_err(|cause| failed(path, cause))
}

fn failed(path: &Path, cause: io::Error) -> Failure {
    Failure::Snapshot {
        path: path.to_owned(),
        cause,
    }
}
