//! Compaction: copies what is still needed and deletes the rest.

use std::path::Path;

use crate::error::Error;
use crate::index::Index;
use crate::segment::Segment;

/// What a compaction has achieved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Records copied.
    pub kept: u64,
    /// Records left behind.
    pub dropped: u64,
    /// Bytes given back to the file system.
    pub freed: u64,
}

/// Replaces all sealed segments by one.
///
/// The new segment gets the given number, whose file must be empty. The old
/// files are deleted only after the new one is safely on disk, so a crash in
/// between leaves both; the next opening then reads the copies last, and they
/// win. Tombstones are not copied: nothing older than them is left which they
/// would have to hide.
pub fn run(
    folder: &Path,
    sealed: &mut Vec<Segment>,
    index: &mut Index,
    number: u32,
) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut target = Segment::open(folder, number)?;
    for source in sealed.iter_mut() {
        let mut current = Vec::new();
        source.scan(false, |place, record| {
            if index.is_current(&record.key, place) {
                current.push(place);
            } else {
                report.dropped += 1;
            }
        })?;
        // Records are read one by one here, so that memory stays small however
        // large the values are.
        for place in current {
            let record = source.read(place.offset)?;
            let moved = target.append(&record, false)?;
            index.apply(moved, &record);
            report.kept += 1;
        }
    }
    target.flush()?;
    let before: u64 = sealed.iter().map(Segment::len).sum();
    report.freed = before - target.len();
    for source in sealed.drain(..) {
        source.delete()?;
    }
    sealed.push(target);
    Ok(report)
}
