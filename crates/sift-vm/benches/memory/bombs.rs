//! Programs that fill the memory, each with one kind of object, until the limit ends them.

use crate::sections::sections;

/// A program that ends at the memory limit, or only makes garbage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bomb {
    /// The objects that fill the memory.
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    /// Whether it ends at the memory limit; otherwise it only creates garbage.
    pub(crate) fills: bool,
}

/// Length of each reply that programs receive, in bytes.
pub(crate) const REPLY_BYTES: usize = 20_000;

const FILES: [&str; 10] = [
    include_str!("bombs/lists.sift"),
    include_str!("bombs/dicts.sift"),
    include_str!("bombs/texts.sift"),
    include_str!("bombs/numbers.sift"),
    include_str!("bombs/functions.sift"),
    include_str!("bombs/patterns.sift"),
    include_str!("bombs/formats.sift"),
    include_str!("bombs/calls.sift"),
    include_str!("bombs/fragmentation.sift"),
    include_str!("bombs/peaks.sift"),
];
const GARBAGE: &str = include_str!("bombs/garbage.sift");

/// Returns all bombs.
pub(crate) fn bombs() -> impl Iterator<Item = Bomb> {
    let files = FILES.into_iter().map(|file| (file, true)).chain([(GARBAGE, false)]);
    files.flat_map(|(file, fills)| sections(file).map(move |(name, source)| Bomb { name, source, fills }))
}

/// Returns a bomb by its name.
pub(crate) fn bomb(name: &str) -> Option<Bomb> {
    bombs().find(|bomb| bomb.name == name)
}
