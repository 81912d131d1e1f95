//! Where the ways through a function meet again.

use sift_compiler::op::Op;

/// Where two ways meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// At this op.
    At(usize),
    /// Where the function returns.
    Return,
}

/// For each op of a function, the next that every way from it to the function's end comes to. Ways that raise are not counted.
#[derive(Debug)]
pub(crate) struct Joins {
    entry: usize,
    /// By op; the last is the function's end. An op that never gets there has none.
    next: Vec<Option<usize>>,
    /// The order in which ops are found from the end.
    rank: Vec<usize>,
}

impl Joins {
    /// Looks through the ops of a function, which stand from `entry` on.
    pub(super) fn new(ops: &[Op], entry: usize) -> Self {
        let end = ops.len();
        let ways: Vec<Vec<usize>> = (0..end).map(|at| ways(ops, entry, at)).collect();
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); end + 1];
        for (at, ways) in ways.iter().enumerate() {
            for way in ways {
                if let Some(before) = before.get_mut(*way) {
                    before.push(at);
                }
            }
        }
        let order = order_from(&before, end);
        let mut rank = vec![usize::MAX; end + 1];
        for (place, at) in order.iter().enumerate() {
            if let Some(rank) = rank.get_mut(*at) {
                *rank = place;
            }
        }
        let mut joins = Self {
            entry,
            next: vec![None; end + 1],
            rank,
        };
        joins.set(end, end);
        let mut changed = true;
        while changed {
            changed = false;
            for &at in order.iter().filter(|at| **at != end) {
                let mut meets = None;
                for &way in ways.get(at).into_iter().flatten() {
                    if joins.next_of(way).is_some() {
                        meets = match meets {
                            None => Some(way),
                            Some(other) => joins.meet(other, way),
                        };
                    }
                }
                if let Some(meets) = meets
                    && joins.next_of(at) != Some(meets)
                {
                    joins.set(at, meets);
                    changed = true;
                }
            }
        }
        joins
    }

    /// Returns the nearest op to which every way from each of these ops comes that does not raise.
    pub(super) fn of(&self, ops: impl Iterator<Item = usize>) -> Option<Join> {
        let ops = ops.filter_map(|op| op.checked_sub(self.entry));
        let mut ops = ops.filter(|op| self.next_of(*op).is_some());
        let mut meets = ops.next()?;
        for op in ops {
            meets = self.meet(meets, op)?;
        }
        Some(if meets + 1 == self.next.len() {
            Join::Return
        } else {
            Join::At(meets + self.entry)
        })
    }

    fn next_of(&self, at: usize) -> Option<usize> {
        self.next.get(at).copied().flatten()
    }

    fn set(&mut self, at: usize, next: usize) {
        if let Some(place) = self.next.get_mut(at) {
            *place = Some(next);
        }
    }

    fn meet(&self, a: usize, b: usize) -> Option<usize> {
        let (mut a, mut b) = (a, b);
        while a != b {
            let (rank_a, rank_b) = (self.rank.get(a)?, self.rank.get(b)?);
            if rank_a > rank_b {
                a = self.next_of(a)?;
            } else {
                b = self.next_of(b)?;
            }
        }
        self.next_of(a).map(|_| a)
    }
}

/// Returns the ops that may follow an op; the function's end stands behind its last.
fn ways(ops: &[Op], entry: usize, at: usize) -> Vec<usize> {
    let to = |target: u32| (target as usize).saturating_sub(entry);
    match ops.get(at) {
        Some(Op::Jump(target)) => vec![to(*target)],
        Some(
            Op::JumpIfFalse(target)
            | Op::JumpIfTrue(target)
            | Op::JumpIfFalseOrPop(target)
            | Op::JumpIfTrueOrPop(target)
            | Op::Next(target)
            | Op::Forward(target),
        ) => vec![at + 1, to(*target)],
        Some(Op::Return) => vec![ops.len()],
        Some(Op::Raise | Op::RaiseFrom | Op::Reraise | Op::RaiseRuntimeError | Op::RaiseAssertion) => Vec::new(),
        Some(_) => vec![at + 1],
        None => Vec::new(),
    }
}

/// Returns all ops from which the end can be reached, each after one that follows it.
fn order_from(before: &[Vec<usize>], end: usize) -> Vec<usize> {
    let mut seen = vec![false; before.len()];
    let mut done = Vec::new();
    let mut open = vec![(end, 0)];
    if let Some(seen) = seen.get_mut(end) {
        *seen = true;
    }
    while let Some((at, next)) = open.pop() {
        let Some(&way) = before.get(at).and_then(|before| before.get(next)) else {
            done.push(at);
            continue;
        };
        open.push((at, next + 1));
        if let Some(seen) = seen.get_mut(way)
            && !std::mem::replace(seen, true)
        {
            open.push((way, 0));
        }
    }
    done.reverse();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_arms_meet_behind_both_and_a_raise_is_no_way() {
        // if: a; else: raise; b
        let ops = [Op::JumpIfFalse(12), Op::Jump(13), Op::Raise, Op::None, Op::Return];
        let joins = Joins::new(&ops, 10);
        assert_eq!(joins.of([12].into_iter()), None);
        assert_eq!(joins.of([11, 12].into_iter()), Some(Join::At(11)));
        assert_eq!(joins.of([11, 13].into_iter()), Some(Join::At(13)));
    }

    #[test]
    fn a_loop_ends_where_it_is_left_and_returns_meet_at_the_end() {
        let ops = [
            Op::Next(4),
            Op::JumpIfFalse(3),
            Op::Return,
            Op::Jump(0),
            Op::None,
            Op::Return,
        ];
        let joins = Joins::new(&ops, 0);
        assert_eq!(joins.of([1, 4].into_iter()), Some(Join::Return));
        assert_eq!(joins.of([3, 0].into_iter()), Some(Join::At(0)));
        let plain = [Op::Next(3), Op::Pop, Op::Jump(0), Op::None, Op::Return];
        assert_eq!(Joins::new(&plain, 0).of([1, 3].into_iter()), Some(Join::At(3)));
    }
}
