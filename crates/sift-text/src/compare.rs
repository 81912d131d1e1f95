//! Equality, order and hash of texts by content, independent of representation.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use crate::origin::PendingId;
use crate::rope::Segments;
use crate::text::Text;

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(left), Some(right)) => left == right,
            _ if self.known_bytes() != other.known_bytes() => false,
            _ => compare(self, other) == Ordering::Equal,
        }
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        let rest = self.segments().try_fold(other.as_bytes(), |rest, segment| {
            let is_here = segment.pending().is_none();
            is_here
                .then(|| rest.strip_prefix(segment.as_str().as_bytes()))
                .flatten()
        });
        rest.is_some_and(<[u8]>::is_empty)
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.as_str(), other.as_str()) {
            (Some(left), Some(right)) => left.cmp(right),
            _ => compare(self, other),
        }
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_with(state);
    }
}

/// The number of bytes passed to a hasher in one call. Hashers may distinguish two writes from one,
/// so the cuts must not depend on the pieces of a text.
const HASH_BLOCK: usize = 256;

impl Text {
    /// Feeds the content of the text to a hasher. Equal texts make the same calls, however they are
    /// stored.
    pub fn hash_with<H: Hasher>(&self, state: &mut H) {
        if let Some(text) = self.as_str() {
            let (blocks, rest) = text.as_bytes().as_chunks::<HASH_BLOCK>();
            blocks.iter().for_each(|block| state.write(block));
            state.write(rest);
        } else {
            self.hash_segments(state);
        }
        state.write_u8(0xff);
    }

    fn hash_segments<H: Hasher>(&self, state: &mut H) {
        let mut block = Vec::with_capacity(HASH_BLOCK);
        for segment in self.segments() {
            if let Some(pending) = segment.pending() {
                state.write(&block);
                block.clear();
                state.write_u8(0xfe);
                state.write_u32(pending.0);
            }
            let mut rest = segment.as_str().as_bytes();
            while !rest.is_empty() {
                let room = (HASH_BLOCK - block.len()).min(rest.len());
                let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
                block.extend_from_slice(now);
                rest = later;
                if block.len() == HASH_BLOCK {
                    state.write(&block);
                    block.clear();
                }
            }
        }
        state.write(&block);
    }
}

/// The next part of a text to be compared: bytes, a pending value, or the end.
enum Next<'a> {
    Bytes(&'a [u8]),
    Pending(PendingId),
    End,
}

/// An iterator over the bytes of a text for a comparison. It yields all bytes up to the end of a
/// piece, and the comparison puts the unused ones back.
struct Walk<'a> {
    segments: Segments<'a>,
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    fn new(text: &'a Text) -> Self {
        Self {
            segments: text.segments(),
            rest: &[],
        }
    }

    fn next(&mut self) -> Next<'a> {
        while self.rest.is_empty() {
            let Some(segment) = self.segments.next() else {
                return Next::End;
            };
            match segment.pending() {
                Some(pending) => return Next::Pending(pending),
                None => self.rest = segment.as_str().as_bytes(),
            }
        }
        Next::Bytes(std::mem::take(&mut self.rest))
    }
}

/// Compares two texts by bytes, which is the order of code points. A pending value is greater than
/// any text.
fn compare(left: &Text, right: &Text) -> Ordering {
    let (mut left, mut right) = (Walk::new(left), Walk::new(right));
    loop {
        match (left.next(), right.next()) {
            (Next::Bytes(first), Next::Bytes(second)) => {
                let common = first.len().min(second.len());
                let (first, first_rest) = first.split_at_checked(common).unwrap_or((first, &[]));
                let (second, second_rest) = second.split_at_checked(common).unwrap_or((second, &[]));
                match first.cmp(second) {
                    Ordering::Equal => (left.rest, right.rest) = (first_rest, second_rest),
                    different => return different,
                }
            }
            (Next::Pending(first), Next::Pending(second)) if first == second => {}
            (Next::Pending(first), Next::Pending(second)) => return first.cmp(&second),
            (Next::End, Next::End) => return Ordering::Equal,
            (Next::End, _) | (Next::Bytes(_), Next::Pending(_)) => return Ordering::Less,
            (_, Next::End) | (Next::Pending(_), Next::Bytes(_)) => return Ordering::Greater,
        }
    }
}
