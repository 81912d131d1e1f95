//! Iterators over the segments of a text, with an explicit stack.

use super::tree::{Kind, Node};
use crate::segment::Segment;

/// The direction of iterating over segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    Backward,
}

/// An iterator over the segments of a text, forward or backward.
#[derive(Debug, Clone)]
pub(crate) struct Segments<'a> {
    direction: Direction,
    /// The segments to yield before those of all nodes.
    now: std::slice::Iter<'a, Segment>,
    /// A stack of the tree nodes to visit, with the next node last.
    nodes: Vec<&'a Node>,
    /// The segments to yield after those of all nodes.
    later: std::slice::Iter<'a, Segment>,
}

impl<'a> Segments<'a> {
    /// Creates an iterator over a single segment, without allocating.
    pub(crate) fn single(segment: &'a Segment) -> Self {
        Self::new(None, std::slice::from_ref(segment), Direction::Forward)
    }

    pub(super) fn new(body: Option<&'a Node>, tail: &'a [Segment], direction: Direction) -> Self {
        let (now, later) = match direction {
            Direction::Forward => (&[][..], tail),
            Direction::Backward => (tail, &[][..]),
        };
        Self {
            direction,
            now: now.iter(),
            nodes: body.into_iter().collect(),
            later: later.iter(),
        }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = &'a Segment;

    fn next(&mut self) -> Option<&'a Segment> {
        loop {
            let next = match self.direction {
                Direction::Forward => self.now.next(),
                Direction::Backward => self.now.next_back(),
            };
            if next.is_some() {
                return next;
            }
            match self.nodes.pop().map(|node| &node.kind) {
                Some(Kind::Leaf(segments)) => self.now = segments.iter(),
                Some(Kind::Branch(left, right)) => match self.direction {
                    Direction::Forward => self.nodes.extend([right.as_ref(), left]),
                    Direction::Backward => self.nodes.extend([left.as_ref(), right]),
                },
                None if self.later.len() == 0 => return None,
                None => self.now = std::mem::take(&mut self.later),
            }
        }
    }
}
