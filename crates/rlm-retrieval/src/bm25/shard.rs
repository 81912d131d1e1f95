//! A shard of the index: the passages of some megabytes of text and the words in each.
//!
//! ```text
//! places │ postings │ dictionary │ table of blocks │ lengths of these four
//! ```
//!
//! A place is a passage's document, length in words, start and end byte. The postings of a word are
//! its passages in order, delta-encoded, each with the number of occurrences. The dictionary lists
//! the words in order, in blocks of 64. Only the table of the blocks' first words is kept in
//! memory. Variable-length numbers are LEB128.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use rlm_context::Context;
use sift_text::SourceId;

use super::blob::Blob;
use super::numbers::{Reader, write};
use crate::words::{Purpose, Words};

/// The position of a passage: a document and a byte range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) document: SourceId,
    pub(crate) range: Range<usize>,
}

/// The size of an encoded place in bytes: document, length in words, start and end, in
/// little-endian order.
const PLACE_BYTES: usize = 24;
/// The number of words per block of the dictionary.
const BLOCK_WORDS: usize = 64;
/// The size in bytes of the four lengths at the end.
const LENGTHS_BYTES: usize = 4 * 8;

/// Builds and encodes a shard.
#[derive(Default)]
pub(crate) struct ShardWriter {
    places: Vec<u8>,
    passages: u32,
    words: HashMap<Box<str>, Postings>,
}

/// The postings list of one word.
#[derive(Default)]
struct Postings {
    bytes: Vec<u8>,
    /// The number of passages in `bytes`.
    passages: u32,
    /// The number of the last passage in `bytes`, plus one; 0 if there is none.
    written: u32,
    /// The passage that is being counted and not yet in `bytes`. `times` is the number of
    /// occurrences in it so far.
    passage: u32,
    times: u32,
}

impl Postings {
    fn count(&mut self, passage: u32) {
        if self.times > 0 && self.passage != passage {
            self.flush();
        }
        self.passage = passage;
        self.times += 1;
    }

    fn flush(&mut self) {
        let skipped = u64::from(self.passage - self.written);
        // Most words occur once per passage, which is encoded in one bit.
        write(&mut self.bytes, skipped << 1 | u64::from(self.times > 1));
        if self.times > 1 {
            write(&mut self.bytes, u64::from(self.times));
        }
        self.passages += 1;
        self.written = self.passage + 1;
        self.times = 0;
    }
}

impl ShardWriter {
    /// Adds the next passage.
    pub(crate) fn add(&mut self, place: &Place, text: &str) {
        let mut words = Words::of(text, Purpose::Index);
        let mut length: u32 = 0;
        while let Some(word) = words.next_word() {
            length += 1;
            if let Some(postings) = self.words.get_mut(word) {
                postings.count(self.passages);
            } else {
                let mut postings = Postings::default();
                postings.count(self.passages);
                self.words.insert(word.into(), postings);
            }
        }
        self.passages += 1;
        self.places.extend(place.document.0.to_le_bytes());
        self.places.extend(length.to_le_bytes());
        self.places.extend((place.range.start as u64).to_le_bytes());
        self.places.extend((place.range.end as u64).to_le_bytes());
    }

    /// Returns the encoded shard.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut words: Vec<(Box<str>, Postings)> = self.words.into_iter().collect();
        words.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let (mut bytes, mut dictionary, mut table) = (self.places, Vec::new(), Vec::new());
        let places = bytes.len();
        for block in words.chunks_mut(BLOCK_WORDS) {
            if let Some((first, _)) = block.first() {
                write_text(&mut table, first);
                write(&mut table, dictionary.len() as u64);
                write(&mut table, (bytes.len() - places) as u64);
            }
            for (word, postings) in block {
                postings.flush();
                write_text(&mut dictionary, word);
                write(&mut dictionary, u64::from(postings.passages));
                write(&mut dictionary, postings.bytes.len() as u64);
                bytes.append(&mut postings.bytes);
            }
        }
        let lengths = [places, bytes.len() - places, dictionary.len(), table.len()];
        bytes.append(&mut dictionary);
        bytes.append(&mut table);
        bytes.extend(lengths.iter().flat_map(|length| (*length as u64).to_le_bytes()));
        bytes
    }
}

fn write_text(bytes: &mut Vec<u8>, text: &str) {
    write(bytes, text.len() as u64);
    bytes.extend(text.as_bytes());
}

/// An opened shard for searching.
pub(crate) struct Shard {
    blob: Blob,
    postings: Range<usize>,
    dictionary: Range<usize>,
    blocks: Vec<Block>,
    /// The number of words of each passage.
    lengths: Vec<u32>,
}

/// The table entry of a block of 64 words of the dictionary, so that a lookup reads one block only.
struct Block {
    first: Box<[u8]>,
    /// The offset of the block's words in the dictionary. `postings` is the offset of their
    /// postings among all postings.
    words: usize,
    postings: usize,
}

impl Shard {
    /// Opens a shard.
    ///
    /// # Errors
    /// `InvalidData` if the bytes aren't a shard; any error of reading them.
    pub(crate) fn open(blob: Blob) -> io::Result<Self> {
        let end = blob.len().checked_sub(LENGTHS_BYTES).ok_or_else(invalid)?;
        let lengths = blob.read(end..blob.len())?;
        let mut parts = Vec::new();
        let mut start: usize = 0;
        for length in lengths.chunks_exact(8) {
            let length = usize::try_from(u64_at(length, 0)).map_err(|_| invalid())?;
            let end = start.checked_add(length).ok_or_else(invalid)?;
            parts.push(start..end);
            start = end;
        }
        let [places, postings, dictionary, table] = parts.try_into().map_err(|_| invalid())?;
        if table.end != end {
            return Err(invalid());
        }
        let places = blob.read(places)?;
        let lengths = places.chunks_exact(PLACE_BYTES).map(|place| u32_at(place, 4)).collect();
        drop(places);
        let table = blob.read(table)?;
        let mut table = Reader::new(&table);
        let mut blocks = Vec::new();
        while !table.is_empty() {
            blocks.push(Block {
                first: table.bytes().ok_or_else(invalid)?.into(),
                words: table.size().ok_or_else(invalid)?,
                postings: table.size().ok_or_else(invalid)?,
            });
        }
        Ok(Self {
            postings,
            dictionary,
            blocks,
            lengths,
            blob,
        })
    }

    /// Returns the number of words of each passage.
    pub(crate) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// Returns the position of a passage.
    ///
    /// # Errors
    /// Any error of reading the shard.
    pub(crate) fn place(&self, passage: u32) -> io::Result<Place> {
        let start = passage as usize * PLACE_BYTES;
        let place = self.blob.read(start..start + PLACE_BYTES)?;
        let number = |at| usize::try_from(u64_at(&place, at)).map_err(io::Error::other);
        Ok(Place {
            document: SourceId(u32_at(&place, 0)),
            range: number(8)?..number(16)?,
        })
    }

    /// Calls `visit` for each passage that contains a word, in order, with the number of
    /// occurrences.
    ///
    /// # Errors
    /// Any error of reading the shard.
    pub(crate) fn visit(&self, word: &str, mut visit: impl FnMut(u32, u32)) -> io::Result<()> {
        let Some(postings) = self.postings_of(word)? else {
            return Ok(());
        };
        let postings = self.blob.read(within(&self.postings, postings)?)?;
        let mut postings = Reader::new(&postings);
        let mut next: u32 = 0;
        while !postings.is_empty() {
            let number = postings.number().ok_or_else(invalid)?;
            let skipped = u32::try_from(number >> 1).map_err(|_| invalid())?;
            let times = if number & 1 == 1 {
                let times = postings.number().ok_or_else(invalid)?;
                u32::try_from(times).map_err(|_| invalid())?
            } else {
                1
            };
            let passage = next.checked_add(skipped).ok_or_else(invalid)?;
            visit(passage, times);
            next = passage.checked_add(1).ok_or_else(invalid)?;
        }
        Ok(())
    }

    /// Calls `visit` for each word with a prefix, in order, with the number of passages that
    /// contain it.
    ///
    /// # Errors
    /// Any error of reading the shard.
    pub(crate) fn visit_words(&self, prefix: &str, mut visit: impl FnMut(&str, u32)) -> io::Result<()> {
        let prefix = prefix.as_bytes();
        let first = self
            .blocks
            .partition_point(|block| *block.first < *prefix)
            .saturating_sub(1);
        for (at, block) in self.blocks.iter().enumerate().skip(first) {
            if *block.first > *prefix && !block.first.starts_with(prefix) {
                break;
            }
            let end = self.blocks.get(at + 1).map_or(self.dictionary.len(), |next| next.words);
            let words = self.blob.read(within(&self.dictionary, block.words..end)?)?;
            let mut words = Reader::new(&words);
            while !words.is_empty() {
                let found = words.bytes().ok_or_else(invalid)?;
                let passages = words.number().ok_or_else(invalid)?;
                words.size().ok_or_else(invalid)?;
                if found.starts_with(prefix) {
                    let word = std::str::from_utf8(found).map_err(|_| invalid())?;
                    visit(word, u32::try_from(passages).map_err(|_| invalid())?);
                }
            }
        }
        Ok(())
    }

    /// Looks a word up in the only block that can contain it. Returns the range of its postings.
    fn postings_of(&self, word: &str) -> io::Result<Option<Range<usize>>> {
        let after = self.blocks.partition_point(|block| *block.first <= *word.as_bytes());
        let block = after.checked_sub(1).and_then(|last| self.blocks.get(last));
        let Some(block) = block else { return Ok(None) };
        let end = self.blocks.get(after).map_or(self.dictionary.len(), |next| next.words);
        let words = self.blob.read(within(&self.dictionary, block.words..end)?)?;
        let mut words = Reader::new(&words);
        let mut start = block.postings;
        while !words.is_empty() {
            let found = words.bytes().ok_or_else(invalid)?;
            words.number().ok_or_else(invalid)?;
            let length = words.size().ok_or_else(invalid)?;
            let end = start.checked_add(length).ok_or_else(invalid)?;
            if found == word.as_bytes() {
                return Ok(Some(start..end));
            }
            start = end;
        }
        Ok(None)
    }
}

/// Converts a range relative to a part of the shard, such as the dictionary, to a range of the
/// blob.
fn within(part: &Range<usize>, range: Range<usize>) -> io::Result<Range<usize>> {
    if range.start > range.end || range.end > part.len() {
        return Err(invalid());
    }
    Ok(part.start + range.start..part.start + range.end)
}

fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the index is damaged")
}

/// Returns the text of a passage.
pub(crate) fn text_at<'c>(context: &'c Context, place: &Place) -> Option<&'c str> {
    context.document(place.document)?.as_str().get(place.range.clone())
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "a test stops at the first surprise"
    )]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn written(passages: &[String]) -> Vec<u8> {
        let mut writer = ShardWriter::default();
        for (number, text) in (0..).zip(passages) {
            let place = Place {
                document: SourceId(number),
                range: 0..text.len(),
            };
            writer.add(&place, text);
        }
        writer.finish()
    }

    /// Returns the expected postings of each word: passages with occurrence counts.
    fn expected(passages: &[String]) -> BTreeMap<String, Vec<(u32, u32)>> {
        let mut all: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
        for (number, text) in (0..).zip(passages) {
            let mut words = Words::of(text, Purpose::Index);
            while let Some(word) = words.next_word() {
                let postings = all.entry(word.to_owned()).or_default();
                match postings.last_mut() {
                    Some((passage, times)) if *passage == number => *times += 1,
                    _ => postings.push((number, 1)),
                }
            }
        }
        all
    }

    fn postings(shard: &Shard, word: &str) -> io::Result<Vec<(u32, u32)>> {
        let mut found = Vec::new();
        shard.visit(word, |passage, times| found.push((passage, times)))?;
        Ok(found)
    }

    /// Returns the words with a prefix, each with its number of passages.
    fn with_prefix(shard: &Shard, prefix: &str) -> io::Result<Vec<(String, u32)>> {
        let mut found = Vec::new();
        shard.visit_words(prefix, |word, passages| found.push((word.to_owned(), passages)))?;
        Ok(found)
    }

    fn a_passage() -> impl Strategy<Value = String> {
        // Few one-letter words, and enough three-letter words to fill several blocks.
        prop::collection::vec("[a-d]|[a-f]{3}|水é?", 0..60).prop_map(|words| words.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn written_passages_are_found(passages in prop::collection::vec(a_passage(), 0..20)) {
            let shard = Shard::open(Blob::from(written(&passages))).unwrap();
            let expected = expected(&passages);
            prop_assert_eq!(shard.lengths().len(), passages.len());
            for (word, of_word) in &expected {
                prop_assert_eq!(&postings(&shard, word).unwrap(), of_word);
                prop_assert!(with_prefix(&shard, word).unwrap().contains(&(word.clone(), of_word.len() as u32)));
            }
            for prefix in ["", "a", "ab", "水", "zzz"] {
                let wanted = expected.iter().filter(|(word, _)| word.starts_with(prefix));
                let wanted: Vec<_> = wanted.map(|(word, of_word)| (word.clone(), of_word.len() as u32)).collect();
                prop_assert_eq!(with_prefix(&shard, prefix).unwrap(), wanted);
            }
            for absent in ["", "zzz", "a a", "\u{10ffff}"] {
                prop_assert_eq!(postings(&shard, absent).unwrap(), []);
            }
            for (number, text) in (0..).zip(&passages) {
                let place = Place { document: SourceId(number), range: 0..text.len() };
                prop_assert_eq!(shard.place(number).unwrap(), place);
            }
        }
    }

    #[test]
    fn the_first_and_last_words_of_blocks_are_found() {
        let words: Vec<String> = (0..BLOCK_WORDS * 3 + 1).map(|number| format!("w{number:04}")).collect();
        let shard = Shard::open(Blob::from(written(&[words.join(" ")]))).unwrap();
        assert_eq!(shard.blocks.len(), 4);
        for word in &words {
            assert_eq!(postings(&shard, word).unwrap(), [(0, 1)], "{word}");
        }
        assert_eq!(with_prefix(&shard, "w0063x").unwrap(), []);
        assert_eq!(with_prefix(&shard, "w01").unwrap().len(), 93);
    }

    #[test]
    fn damaged_bytes_never_panic() {
        let passages: Vec<String> = (0..40)
            .map(|number| format!("alpha beta{number} gamma{}", number % 7))
            .collect();
        let bytes = written(&passages);
        let use_it = |bytes: Vec<u8>| {
            let Ok(shard) = Shard::open(Blob::from(bytes)) else {
                return;
            };
            for word in ["alpha", "beta7", "gamma3", "zeta"] {
                let _ = with_prefix(&shard, word);
                let _ = postings(&shard, word);
            }
            let _ = shard.place(3);
        };
        for length in 0..bytes.len() {
            use_it(bytes[..length].to_vec());
        }
        for at in 0..bytes.len() {
            for changed in [0, 0x7f, 0x80, 0xff, bytes[at] ^ 1] {
                let mut bytes = bytes.clone();
                bytes[at] = changed;
                use_it(bytes);
            }
        }
    }
}
