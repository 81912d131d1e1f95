//! The matcher of `difflib`, which finds the longest matching blocks of two sequences as CPython
//! does.

use std::ops::Range;

use sift_values::cost;
use sift_values::flow::Flow;
use sift_values::meter::Meter;

/// The number that stands for items that aren't in the second sequence.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// The minimum length of a second sequence in which frequent items are ignored, if requested. An
/// item is frequent if it makes up more than 1 % of the sequence.
const LONG: usize = 200;

/// A run of equal items in both sequences: its start in each, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) len: usize,
}

/// A comparison of two sequences, a and b, whose items are represented by numbers.
#[derive(Debug)]
pub(super) struct Matcher {
    a: Vec<u32>,
    b: Vec<u32>,
    /// The positions of each item in sequence b. Empty for ignored items.
    places: Vec<Vec<usize>>,
    is_junk: Vec<bool>,
}

impl Matcher {
    pub(super) fn new(a: Vec<u32>, b: Vec<u32>, is_junk: Vec<bool>, leave_out_frequent: bool) -> Self {
        let mut places = vec![Vec::new(); is_junk.len()];
        for (place, item) in b.iter().enumerate() {
            if let Some(places) = places.get_mut(*item as usize) {
                places.push(place);
            }
        }
        let most = if leave_out_frequent && b.len() >= LONG {
            b.len() / 100 + 1
        } else {
            usize::MAX
        };
        for (places, is_junk) in places.iter_mut().zip(&is_junk) {
            if *is_junk || places.len() > most {
                places.clear();
            }
        }
        Self { a, b, places, is_junk }
    }

    /// Returns the lengths of both sequences.
    pub(super) const fn lens(&self) -> (usize, usize) {
        (self.a.len(), self.b.len())
    }

    /// Replaces the first sequence. Returns the total length of the matching blocks.
    pub(super) fn compare_with(&mut self, meter: &mut Meter, a: Vec<u32>) -> Result<usize, Flow> {
        self.a = a;
        Ok(self.blocks(meter)?.iter().map(|block| block.len).sum())
    }

    /// Returns `true` if the items at two positions are equal, and `junk` tells correctly whether
    /// the item of sequence b is junk.
    fn is_match(&self, a: usize, b: usize, junk: bool) -> bool {
        let (Some(left), Some(right)) = (self.a.get(a), self.b.get(b)) else {
            return false;
        };
        left == right
            && self
                .is_junk
                .get(*right as usize)
                .is_some_and(|is_junk| *is_junk == junk)
    }

    /// Returns the longest matching block within two ranges. Among equally long blocks, the one
    /// that starts first in a, then in b, is returned. Junk items only extend a match.
    pub(super) fn longest(&mut self, meter: &mut Meter, a: Range<usize>, b: Range<usize>) -> Result<Block, Flow> {
        meter.charge_items(1 + a.len() / cost::DIFF_STEPS_PER_UNIT)?;
        let mut best = Block {
            a: a.start,
            b: b.start,
            len: 0,
        };
        // The lengths of matches that end with the last item of a, by their end in b.
        let mut before: Vec<(usize, usize)> = Vec::new();
        let mut current: Vec<(usize, usize)> = Vec::new();
        for at in a.clone() {
            current.clear();
            let item = self.a.get(at).copied().unwrap_or(UNKNOWN);
            let places = self.places.get(item as usize).map_or(&[][..], Vec::as_slice);
            let places = places
                .get(places.partition_point(|place| *place < b.start)..)
                .unwrap_or_default();
            meter.charge_items((places.len() + before.len()) / cost::DIFF_STEPS_PER_UNIT)?;
            let mut earlier = before.iter().peekable();
            for place in places.iter().copied().take_while(|place| *place < b.end) {
                while earlier.next_if(|(end, _)| *end + 1 < place).is_some() {}
                let len = match earlier.peek() {
                    Some((end, len)) if *end + 1 == place => len + 1,
                    _ => 1,
                };
                current.push((place, len));
                if len > best.len {
                    best = Block {
                        a: at + 1 - len,
                        b: place + 1 - len,
                        len,
                    };
                }
            }
            std::mem::swap(&mut before, &mut current);
        }
        for junk in [false, true] {
            self.widen(&mut best, &a, &b, junk);
        }
        Ok(best)
    }

    fn widen(&self, block: &mut Block, a: &Range<usize>, b: &Range<usize>, junk: bool) {
        while block.a > a.start && block.b > b.start && self.is_match(block.a - 1, block.b - 1, junk) {
            block.a -= 1;
            block.b -= 1;
            block.len += 1;
        }
        while block.a + block.len < a.end
            && block.b + block.len < b.end
            && self.is_match(block.a + block.len, block.b + block.len, junk)
        {
            block.len += 1;
        }
    }

    /// Returns all matching blocks in order. Adjacent blocks are joined, and an empty block follows
    /// at the end.
    pub(super) fn blocks(&mut self, meter: &mut Meter) -> Result<Vec<Block>, Flow> {
        let (la, lb) = self.lens();
        let mut waiting = vec![(0..la, 0..lb)];
        let mut found = Vec::new();
        while let Some((a, b)) = waiting.pop() {
            let block = self.longest(meter, a.clone(), b.clone())?;
            if block.len == 0 {
                continue;
            }
            found.push(block);
            if a.start < block.a && b.start < block.b {
                waiting.push((a.start..block.a, b.start..block.b));
            }
            let (end_a, end_b) = (block.a + block.len, block.b + block.len);
            if end_a < a.end && end_b < b.end {
                waiting.push((end_a..a.end, end_b..b.end));
            }
        }
        found.sort_unstable();
        let mut joined: Vec<Block> = Vec::with_capacity(found.len() + 1);
        for block in found {
            match joined.last_mut() {
                Some(last) if last.a + last.len == block.a && last.b + last.len == block.b => last.len += block.len,
                _ => joined.push(block),
            }
        }
        joined.push(Block { a: la, b: lb, len: 0 });
        Ok(joined)
    }
}
