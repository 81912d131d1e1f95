//! Ropes: a balanced tree of leaves, and a short tail for appends.
//!
//! Ropes are immutable once shared, so the structure of a rope depends only on the operations that
//! built it. The tree is height-balanced: no path is longer than 1.44 times the logarithm of the
//! number of leaves. That bounds the recursion of the few functions that descend, and of dropping.

mod segments;
mod tree;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use self::segments::Direction;
pub(crate) use self::segments::Segments;
pub(crate) use self::tree::Measure;
use self::tree::{Kind, LEAF_SEGMENTS, Node, join, nominal_bytes_of};
use crate::nominal::{self, OwnedKey, VisitOutcome};
use crate::origin::PendingId;
use crate::run_buffer::{COPY_MAX, gather_small};
use crate::segment::Segment;

/// A sequence of segments, stored as a tree and a tail. The tail has the capacity of a leaf, and
/// becomes a leaf when it is full.
#[derive(Debug, Default)]
pub(crate) struct Rope {
    measure: Measure,
    body: Option<Arc<Node>>,
    tail: Vec<Segment>,
    chars: OnceLock<usize>,
}

impl Rope {
    pub(crate) fn with_tail_capacity(segments: usize) -> Self {
        Self {
            tail: Vec::with_capacity(segments),
            ..Self::default()
        }
    }

    /// Clones the rope with a shared tree, and with room in the tail for appends.
    pub(crate) fn to_extend(&self) -> Self {
        let mut tail = Vec::with_capacity(self.tail.len() + 2);
        tail.extend_from_slice(&self.tail);
        Self {
            measure: self.measure,
            body: self.body.clone(),
            tail,
            chars: OnceLock::new(),
        }
    }

    pub(crate) const fn measure(&self) -> Measure {
        self.measure
    }

    /// Appends a segment. It is usually copied into the tail; every 32nd append descends the tree.
    pub(crate) fn push(&mut self, segment: Segment) {
        if matches!(&segment, Segment::Short { text, .. } if text.is_empty()) {
            return;
        }
        self.chars = OnceLock::new();
        if let Some(last) = self.tail.last_mut()
            && let Some(merged) = last.try_merge(&segment, COPY_MAX)
        {
            *last = merged;
            self.measure.bytes += segment.len_bytes();
            return;
        }
        self.measure = self.measure.plus(Measure::from_segment(&segment));
        self.tail.push(segment);
        if self.tail.len() == LEAF_SEGMENTS {
            self.flush();
        }
    }

    /// Appends another rope, sharing that rope's tree.
    pub(crate) fn push_rope(&mut self, other: &Self) {
        if let Some(body) = &other.body {
            self.push_node(Arc::clone(body));
        }
        other.tail.iter().for_each(|segment| self.push(segment.clone()));
    }

    /// Returns the part of the rope in a range of bytes; `None` if either end is inside a code
    /// point. The range must be within the rope.
    pub(crate) fn slice(&self, range: Range<usize>) -> Option<Self> {
        let mut cut = Self::default();
        let body_bytes = self.body.as_ref().map_or(0, |body| body.measure.bytes);
        if let Some(body) = &self.body
            && range.start < body_bytes
        {
            cut.push_cut_of_node(body, range.start..range.end.min(body_bytes))?;
        }
        let in_tail = range.start.saturating_sub(body_bytes)..range.end.saturating_sub(body_bytes);
        cut.push_cut_of_segments(&self.tail, in_tail)?;
        Some(cut)
    }

    /// Returns the only segment of the rope, or an empty segment if the rope is empty; `None` if
    /// there are several.
    pub(crate) fn single(&self) -> Option<&Segment> {
        static EMPTY: Segment = Segment::EMPTY;
        match (&self.body, self.tail.as_slice()) {
            (None, []) => Some(&EMPTY),
            (None, [only]) => Some(only),
            (Some(body), []) => match &body.kind {
                Kind::Leaf(segments) => match segments.as_ref() {
                    [only] => Some(only),
                    _ => None,
                },
                Kind::Branch(..) => None,
            },
            _ => None,
        }
    }

    pub(crate) fn segments(&self) -> Segments<'_> {
        Segments::new(self.body.as_deref(), &self.tail, Direction::Forward)
    }

    pub(crate) fn segments_backward(&self) -> Segments<'_> {
        Segments::new(self.body.as_deref(), &self.tail, Direction::Backward)
    }

    /// Returns the leftmost pending value of the rope.
    pub(crate) fn first_pending(&self) -> Option<PendingId> {
        let mut segments = self.tail.as_slice();
        let mut next = self.body.as_deref().filter(|body| body.measure.pending > 0);
        while let Some(node) = next.take() {
            match &node.kind {
                Kind::Leaf(leaf) => segments = leaf,
                Kind::Branch(left, right) => next = Some(if left.measure.pending > 0 { left } else { right }),
            }
        }
        segments.iter().find_map(Segment::pending)
    }

    /// Returns the number of code points of the rope. The first call visits all segments; the
    /// result is cached.
    pub(crate) fn len_chars(&self) -> usize {
        *self.chars.get_or_init(|| {
            let body = self.body.as_ref().map_or(0, |body| body.len_chars());
            body + self.tail.iter().map(Segment::len_chars).sum::<usize>()
        })
    }

    /// Returns the segment that contains byte `byte`, and the offset at which the segment starts;
    /// `None` past the end of the rope.
    pub(crate) fn segment_at(&self, byte: usize) -> Option<(usize, &Segment)> {
        let mut start = 0;
        let mut segments = self.tail.as_slice();
        if let Some(body) = &self.body {
            if byte < body.measure.bytes {
                let mut node = body;
                segments = loop {
                    match &node.kind {
                        Kind::Leaf(leaf) => break leaf,
                        Kind::Branch(left, _) if byte < start + left.measure.bytes => node = left,
                        Kind::Branch(left, right) => {
                            start += left.measure.bytes;
                            node = right;
                        }
                    }
                };
            } else {
                start = body.measure.bytes;
            }
        }
        for segment in segments {
            let end = start + segment.len_bytes();
            if byte < end {
                return Some((start, segment));
            }
            start = end;
        }
        None
    }

    /// Returns the byte at which code point `char` starts, or the length of the rope if it has
    /// fewer code points.
    pub(crate) fn byte_of_char(&self, char: usize) -> usize {
        let mut at = At { chars: 0, bytes: 0 };
        let segments = self.leaf_where(&mut at, |at| at.chars <= char);
        for segment in segments {
            let chars = segment.len_chars();
            if at.chars + chars > char {
                return at.bytes + segment.byte_of_char(char - at.chars);
            }
            at = at.after(segment.len_bytes(), chars);
        }
        at.bytes
    }

    /// Returns the number of code points that start before byte `byte`.
    pub(crate) fn char_of_byte(&self, byte: usize) -> usize {
        let mut at = At { chars: 0, bytes: 0 };
        let segments = self.leaf_where(&mut at, |at| at.bytes <= byte);
        for segment in segments {
            let bytes = segment.len_bytes();
            if at.bytes + bytes > byte {
                return at.chars + segment.char_of_byte(byte - at.bytes);
            }
            at = at.after(bytes, segment.len_chars());
        }
        at.chars
    }

    /// Calls `visit` with every part of the rope that other texts may share, and the part's nominal
    /// bytes.
    pub(crate) fn for_each_owned(&self, visit: &mut dyn FnMut(OwnedKey, usize) -> VisitOutcome) {
        let mut pending: Vec<&Arc<Node>> = self.body.iter().collect();
        while let Some(node) = pending.pop() {
            match (visit(OwnedKey::from_arc(node), node.nominal_bytes()), &node.kind) {
                (VisitOutcome::Again, _) => {}
                (VisitOutcome::First, Kind::Leaf(segments)) => {
                    segments.iter().for_each(|segment| segment.for_each_owned(visit));
                }
                (VisitOutcome::First, Kind::Branch(left, right)) => pending.extend([right, left]),
            }
        }
        self.tail.iter().for_each(|segment| segment.for_each_owned(visit));
    }

    /// Returns the nominal bytes of the rope itself and of its tail. The tree is excluded, because
    /// `for_each_owned` reports it.
    pub(crate) fn private_bytes(&self) -> usize {
        nominal::ROPE_BYTES + nominal_bytes_of(&self.tail)
    }

    /// Returns an upper bound of the nominal bytes that another rope grows by when this rope is
    /// appended: a path down each side of the tree, and copies of the tails with their origins.
    pub(crate) fn added_bytes(&self) -> usize {
        let height = self.body.as_ref().map_or(0, |body| body.height as usize + 1);
        let path = (2 * height + 2) * nominal::NODE_BYTES;
        let tail = self.tail.iter().map(Segment::copied_bytes).sum::<usize>();
        path + tail
    }

    /// Returns the nominal bytes of the rope itself, its tail, and the nodes and sources that
    /// nothing else refers to.
    pub(crate) fn built_bytes(&self) -> usize {
        let is_new = |node: &&Arc<Node>| Arc::strong_count(node) == 1;
        let sources = |segments: &[Segment]| segments.iter().map(Segment::built_bytes).sum::<usize>();
        let mut bytes = self.private_bytes() + sources(&self.tail);
        let mut pending: Vec<&Arc<Node>> = self.body.iter().filter(is_new).collect();
        while let Some(node) = pending.pop() {
            bytes += node.nominal_bytes();
            match &node.kind {
                Kind::Leaf(segments) => bytes += sources(segments),
                Kind::Branch(left, right) => pending.extend([right, left].into_iter().filter(is_new)),
            }
        }
        bytes
    }

    /// Returns the last group of segments whose start satisfies `is_before`: those of a leaf, or
    /// the tail.
    fn leaf_where(&self, at: &mut At, is_before: impl Fn(&At) -> bool) -> &[Segment] {
        let Some(body) = &self.body else {
            return &self.tail;
        };
        let after_body = at.after(body.measure.bytes, body.len_chars());
        if is_before(&after_body) {
            *at = after_body;
            return &self.tail;
        }
        let mut node = body;
        loop {
            match &node.kind {
                Kind::Leaf(segments) => return segments,
                Kind::Branch(left, right) => {
                    let after_left = at.after(left.measure.bytes, left.len_chars());
                    if is_before(&after_left) {
                        *at = after_left;
                        node = right;
                    } else {
                        node = left;
                    }
                }
            }
        }
    }

    /// Moves the segments of the tail into a new leaf of the tree.
    fn flush(&mut self) {
        if self.tail.is_empty() {
            return;
        }
        let leaf = Node::leaf(gather_small(std::mem::take(&mut self.tail)));
        let body = match self.body.take() {
            None => leaf,
            Some(body) => join(&body, &leaf),
        };
        self.measure = body.measure;
        self.body = Some(body);
    }

    fn push_node(&mut self, node: Arc<Node>) {
        self.chars = OnceLock::new();
        self.flush();
        let body = match self.body.take() {
            None => node,
            Some(body) => join(&body, &node),
        };
        self.measure = body.measure;
        self.body = Some(body);
    }

    fn push_cut_of_node(&mut self, node: &Arc<Node>, range: Range<usize>) -> Option<()> {
        if range == (0..node.measure.bytes) {
            self.push_node(Arc::clone(node));
            return Some(());
        }
        match &node.kind {
            Kind::Leaf(segments) => self.push_cut_of_segments(segments, range),
            Kind::Branch(left, right) => {
                let middle = left.measure.bytes;
                if range.start < middle {
                    self.push_cut_of_node(left, range.start..range.end.min(middle))?;
                }
                if range.end > middle {
                    self.push_cut_of_node(right, range.start.saturating_sub(middle)..range.end - middle)?;
                }
                Some(())
            }
        }
    }

    fn push_cut_of_segments(&mut self, segments: &[Segment], range: Range<usize>) -> Option<()> {
        let mut at = 0;
        for segment in segments {
            let len = segment.len_bytes();
            let (start, end) = (range.start.max(at), range.end.min(at + len));
            if start < end {
                self.push(segment.slice(start - at..end - at)?);
            }
            at += len;
        }
        Some(())
    }
}

/// A position in a rope, in bytes and in code points.
#[derive(Clone, Copy)]
struct At {
    bytes: usize,
    chars: usize,
}

impl At {
    const fn after(self, bytes: usize, chars: usize) -> Self {
        Self {
            bytes: self.bytes + bytes,
            chars: self.chars + chars,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;
    use crate::source::Source;
    use proptest::prelude::*;

    /// Checks the balance and the cached sums of a node and all nodes below it.
    fn check(node: &Node) {
        match &node.kind {
            Kind::Leaf(segments) => {
                assert!(segments.len() <= LEAF_SEGMENTS, "a leaf of {}", segments.len());
                assert_eq!(node.measure, Measure::sum(segments));
                assert_eq!(node.height, 0);
            }
            Kind::Branch(left, right) => {
                assert!(
                    left.height.abs_diff(right.height) <= 1,
                    "{} beside {}",
                    left.height,
                    right.height
                );
                assert_eq!(node.measure, left.measure.plus(right.measure));
                check(left);
                check(right);
            }
        }
    }

    fn check_rope(rope: &Rope) {
        let body = rope.body.as_ref().map(|body| {
            check(body);
            body.measure
        });
        assert_eq!(rope.measure, body.unwrap_or_default().plus(Measure::sum(&rope.tail)));
    }

    /// Returns a rope of `count` segments that are too long to be copied together and not adjacent
    /// in a source, so that the tree grows.
    fn pieces(count: usize) -> Rope {
        let source = Source::owned("x".repeat(1_000), Origin::Program);
        let mut rope = Rope::default();
        for index in 0..count {
            rope.push(Segment::Slice {
                source: Arc::clone(&source),
                start: index % 7,
                end: 600 + index % 11,
            });
        }
        rope
    }

    #[test]
    fn appending_many_pieces_keeps_the_rope_shallow() {
        let rope = pieces(100_000);
        check_rope(&rope);
        assert_eq!(rope.segments().count(), rope.measure.segments);
        let height = rope.body.as_ref().map(|body| body.height);
        assert!(height <= Some(16), "{height:?}");
    }

    #[test]
    fn prepending_many_pieces_keeps_the_rope_shallow() {
        let mut rope = pieces(1);
        for _ in 0..20_000 {
            let mut longer = pieces(1);
            longer.push_rope(&rope);
            rope = longer;
        }
        check_rope(&rope);
        let height = rope.body.as_ref().map(|body| body.height);
        assert!(height <= Some(14), "{height:?}");
    }

    proptest! {
        #[test]
        fn joins_and_slices_keep_the_rope_balanced(
            counts in prop::collection::vec(0_usize..3_000, 1..6),
            cuts in prop::collection::vec((0.0..1.0, 0.0..1.0), 0..6),
        ) {
            let mut rope = Rope::default();
            for count in counts {
                rope.push_rope(&pieces(count));
                check_rope(&rope);
            }
            for (from, to) in cuts {
                let at = |share: f64| (rope.measure.bytes as f64 * share) as usize;
                let range = at(from).min(at(to))..at(from).max(at(to));
                let cut = rope.slice(range.clone()).expect("the text is ASCII");
                check_rope(&cut);
                prop_assert_eq!(cut.measure.bytes, range.len());
                let doubled = {
                    let mut doubled = cut.to_extend();
                    doubled.push_rope(&rope);
                    doubled.push_rope(&cut);
                    doubled
                };
                check_rope(&doubled);
            }
        }
    }
}
