//! The merge points in the control flow of a function, computed from its postdominators.

use sift_compiler::op::Op;

/// The point in a function at which the paths of a branch merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinPoint {
    At(usize),
    /// The paths merge when the function returns.
    Return,
}

/// The postdominator tree of a function: for each op, the next op on every path to the function's
/// end. Paths that raise don't count.
#[derive(Debug)]
pub(crate) struct PostDominators {
    entry: usize,
    /// The immediate postdominator of each op, by index. The last entry is the function's end.
    /// `None` for ops from which the end is not reached.
    next: Vec<Option<usize>>,
    /// The position of each op in reverse postorder from the end.
    rank: Vec<usize>,
}

impl PostDominators {
    /// Computes the postdominator tree of a function whose ops start at `entry`.
    pub(super) fn new(ops: &[Op], entry: usize) -> Self {
        let end = ops.len();
        let successors: Vec<Vec<usize>> = (0..end).map(|at| successors_of(ops, entry, at)).collect();
        let mut predecessors: Vec<Vec<usize>> = vec![Vec::new(); end + 1];
        for (at, next) in successors.iter().enumerate() {
            for next in next {
                if let Some(predecessors) = predecessors.get_mut(*next) {
                    predecessors.push(at);
                }
            }
        }
        let order = reverse_postorder(&predecessors, end);
        let mut rank = vec![usize::MAX; end + 1];
        for (place, at) in order.iter().enumerate() {
            if let Some(rank) = rank.get_mut(*at) {
                *rank = place;
            }
        }
        let mut postdominators = Self {
            entry,
            next: vec![None; end + 1],
            rank,
        };
        postdominators.set(end, end);
        let mut changed = true;
        while changed {
            changed = false;
            for &at in order.iter().filter(|at| **at != end) {
                let mut join = None;
                for &successor in successors.get(at).into_iter().flatten() {
                    if postdominators.next_of(successor).is_some() {
                        join = match join {
                            None => Some(successor),
                            Some(other) => postdominators.common(other, successor),
                        };
                    }
                }
                if let Some(join) = join
                    && postdominators.next_of(at) != Some(join)
                {
                    postdominators.set(at, join);
                    changed = true;
                }
            }
        }
        postdominators
    }

    /// Returns the nearest common postdominator of these ops.
    pub(super) fn join_point(&self, ops: impl Iterator<Item = usize>) -> Option<JoinPoint> {
        let ops = ops.filter_map(|op| op.checked_sub(self.entry));
        let mut ops = ops.filter(|op| self.next_of(*op).is_some());
        let mut join = ops.next()?;
        for op in ops {
            join = self.common(join, op)?;
        }
        Some(if join + 1 == self.next.len() {
            JoinPoint::Return
        } else {
            JoinPoint::At(join + self.entry)
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

    fn common(&self, a: usize, b: usize) -> Option<usize> {
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

/// Returns the indices of the ops that can follow an op. The function's end is the index after the
/// last op.
fn successors_of(ops: &[Op], entry: usize, at: usize) -> Vec<usize> {
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

/// Returns all ops from which the end of the function is reached, in reverse postorder of the
/// reversed graph.
fn reverse_postorder(predecessors: &[Vec<usize>], end: usize) -> Vec<usize> {
    let mut seen = vec![false; predecessors.len()];
    let mut done = Vec::new();
    let mut open = vec![(end, 0)];
    if let Some(seen) = seen.get_mut(end) {
        *seen = true;
    }
    while let Some((at, next)) = open.pop() {
        let Some(&path) = predecessors.get(at).and_then(|predecessors| predecessors.get(next)) else {
            done.push(at);
            continue;
        };
        open.push((at, next + 1));
        if let Some(seen) = seen.get_mut(path)
            && !std::mem::replace(seen, true)
        {
            open.push((path, 0));
        }
    }
    done.reverse();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_join_after_both_and_raising_branches_are_ignored() {
        // if: a; else: raise; b
        let ops = [Op::JumpIfFalse(12), Op::Jump(13), Op::Raise, Op::None, Op::Return];
        let postdominators = PostDominators::new(&ops, 10);
        assert_eq!(postdominators.join_point([12].into_iter()), None);
        assert_eq!(postdominators.join_point([11, 12].into_iter()), Some(JoinPoint::At(11)));
        assert_eq!(postdominators.join_point([11, 13].into_iter()), Some(JoinPoint::At(13)));
    }

    #[test]
    fn loop_branches_join_at_the_loop_exit() {
        let ops = [
            Op::Next(4),
            Op::JumpIfFalse(3),
            Op::Return,
            Op::Jump(0),
            Op::None,
            Op::Return,
        ];
        let postdominators = PostDominators::new(&ops, 0);
        assert_eq!(postdominators.join_point([1, 4].into_iter()), Some(JoinPoint::Return));
        assert_eq!(postdominators.join_point([3, 0].into_iter()), Some(JoinPoint::At(0)));
        let plain = [Op::Next(3), Op::Pop, Op::Jump(0), Op::None, Op::Return];
        assert_eq!(
            PostDominators::new(&plain, 0).join_point([1, 3].into_iter()),
            Some(JoinPoint::At(3))
        );
    }
}
