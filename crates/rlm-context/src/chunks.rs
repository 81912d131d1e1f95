//! Reads large files chunk by chunk on several threads.

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The size of a chunk in bytes. It must be a power of two so that digests of chunks can be merged.
pub(crate) const CHUNK_BYTES: u64 = 16 * 1024 * 1024;
/// The maximum number of threads that work on one file.
const THREADS: usize = 8;

/// Calls `work` for each chunk of a file of `len` bytes, on several threads, and returns the
/// results in file order. After a failure no further chunk is started.
pub(crate) fn in_chunks<T: Send, E: Send>(
    len: u64,
    work: impl Fn(Range<u64>) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let chunks = len.div_ceil(CHUNK_BYTES);
    let range = |index: u64| index * CHUNK_BYTES..((index + 1) * CHUNK_BYTES).min(len);
    let threads = thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .min(THREADS);
    if threads == 1 || chunks <= 1 {
        return (0..chunks).map(|index| work(range(index))).collect();
    }
    let (next, has_failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let done = Mutex::new(Vec::new());
    let take_part = || {
        let mut mine = Vec::new();
        while !has_failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= chunks {
                break;
            }
            let result = work(range(index));
            has_failed.fetch_or(result.is_err(), Ordering::Relaxed);
            mine.push((index, result));
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut mine);
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(usize::try_from(chunks).unwrap_or(usize::MAX)) {
            // If no more threads can be spawned, the current thread does all the work.
            let _ = thread::Builder::new().spawn_scoped(scope, take_part);
        }
        take_part();
    });
    let mut results = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Reads at an offset without moving the file's cursor, so that threads can share the file.
#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

/// Reads at an offset without relying on the file's cursor, so that threads can share the file.
#[cfg(windows)]
pub(crate) fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = bytes.get_mut(read..).unwrap_or_default();
                offset += read as u64;
            }
        }
    }
    Ok(())
}

/// Returns `true` if the range lies in a hole of a sparse file; a hole reads as NUL bytes.
#[cfg(target_os = "linux")]
pub(crate) fn is_hole(file: &File, range: &Range<u64>) -> bool {
    match rustix::fs::seek(file, rustix::fs::SeekFrom::Data(range.start)) {
        Ok(data) => data >= range.end,
        // `ENXIO`: no data follows the offset.
        Err(error) => error == rustix::io::Errno::NXIO && file.metadata().is_ok_and(|now| now.len() >= range.end),
    }
}

/// Returns `true` if the range lies in a hole of a sparse file. Holes are detected only on Linux.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn is_hole(_: &File, _: &Range<u64>) -> bool {
    false
}
