//! The height-balanced (AVL) tree of a rope, with segments in the leaves.

use std::sync::{Arc, OnceLock};

use crate::nominal;
use crate::origin::OriginKinds;
use crate::segment::Segment;

/// The maximum number of segments in a leaf of the tree.
pub(super) const LEAF_SEGMENTS: usize = 32;

/// The sums over segments that a rope and its nodes cache: bytes, pending values, segments and
/// origin kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) bytes: usize,
    pub(crate) pending: usize,
    pub(crate) segments: usize,
    pub(crate) kinds: OriginKinds,
}

impl Measure {
    pub(crate) fn from_segment(segment: &Segment) -> Self {
        Self {
            bytes: segment.len_bytes(),
            pending: usize::from(segment.pending().is_some()),
            segments: 1,
            kinds: segment.kinds(),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            pending: self.pending + other.pending,
            segments: self.segments + other.segments,
            kinds: self.kinds.union(other.kinds),
        }
    }

    pub(super) fn sum(segments: &[Segment]) -> Self {
        segments
            .iter()
            .fold(Self::default(), |sum, segment| sum.plus(Self::from_segment(segment)))
    }
}

/// A node of a rope's tree: a leaf or a branch.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) measure: Measure,
    pub(super) height: u32,
    pub(super) kind: Kind,
    chars: OnceLock<usize>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Leaf(Box<[Segment]>),
    Branch(Arc<Node>, Arc<Node>),
}

impl Node {
    pub(super) fn leaf(segments: Vec<Segment>) -> Arc<Self> {
        Arc::new(Self {
            measure: Measure::sum(&segments),
            height: 0,
            chars: OnceLock::new(),
            kind: Kind::Leaf(segments.into_boxed_slice()),
        })
    }

    fn branch(left: &Arc<Self>, right: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self {
            measure: left.measure.plus(right.measure),
            height: left.height.max(right.height) + 1,
            chars: OnceLock::new(),
            kind: Kind::Branch(Arc::clone(left), Arc::clone(right)),
        })
    }

    pub(super) fn len_chars(&self) -> usize {
        *self.chars.get_or_init(|| match &self.kind {
            Kind::Leaf(segments) => segments.iter().map(Segment::len_chars).sum(),
            Kind::Branch(left, right) => left.len_chars() + right.len_chars(),
        })
    }

    pub(super) fn nominal_bytes(&self) -> usize {
        match &self.kind {
            Kind::Leaf(segments) => nominal::NODE_BYTES + nominal_bytes_of(segments),
            Kind::Branch(..) => nominal::NODE_BYTES,
        }
    }
}

pub(super) fn nominal_bytes_of(segments: &[Segment]) -> usize {
    segments
        .iter()
        .map(|segment| nominal::PIECE_BYTES + segment.private_bytes())
        .sum()
}

/// Concatenates two trees. Descends the taller tree to the height of the other, and rebalances on
/// the way back.
pub(super) fn join(left: &Arc<Node>, right: &Arc<Node>) -> Arc<Node> {
    match (&left.kind, &right.kind) {
        (Kind::Leaf(first), Kind::Leaf(second)) if first.len() + second.len() <= LEAF_SEGMENTS => {
            Node::leaf(first.iter().chain(second).cloned().collect())
        }
        // A leaf descends completely, to be merged with a small leaf at the edge.
        (Kind::Branch(outer, inner), Kind::Leaf(_)) => balanced(outer, &join(inner, right)),
        (Kind::Leaf(_), Kind::Branch(inner, outer)) => balanced(&join(left, inner), outer),
        (Kind::Branch(outer, inner), Kind::Branch(..)) if left.height > right.height + 1 => {
            balanced(outer, &join(inner, right))
        }
        (Kind::Branch(..), Kind::Branch(inner, outer)) if right.height > left.height + 1 => {
            balanced(&join(left, inner), outer)
        }
        _ => Node::branch(left, right),
    }
}

/// Creates a branch from two trees whose heights differ by at most two, and rebalances it.
fn balanced(left: &Arc<Node>, right: &Arc<Node>) -> Arc<Node> {
    match (&left.kind, &right.kind) {
        (_, Kind::Branch(inner, outer)) if right.height > left.height + 1 => match &inner.kind {
            Kind::Branch(first, second) if inner.height > outer.height => {
                Node::branch(&Node::branch(left, first), &Node::branch(second, outer))
            }
            _ => Node::branch(&Node::branch(left, inner), outer),
        },
        (Kind::Branch(outer, inner), _) if left.height > right.height + 1 => match &inner.kind {
            Kind::Branch(first, second) if inner.height > outer.height => {
                Node::branch(&Node::branch(outer, first), &Node::branch(second, right))
            }
            _ => Node::branch(outer, &Node::branch(inner, right)),
        },
        _ => Node::branch(left, right),
    }
}
