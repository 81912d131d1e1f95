//! Speculative execution of branches with an unknown condition: explores all paths up to their
//! merge point.

use sift_abstract::{AbstractValue, Kinds, Refinement, Shape};
use sift_compiler::exception::ExceptionClass;
use sift_compiler::op::Op;
use sift_runtime::settings::RunAhead;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Handle, Type, Value};

use super::super::{Guard, Interpreter, Pause};
use super::postdominators::JoinPoint;
use super::state::Stop::{self, GiveUp};
use super::state::{Branch, Containment, PathChanges};

/// A path that execution may take at a branch with an unknown condition.
pub(super) struct Path<'w> {
    /// The op at which the path continues, in the frame in which the paths merge.
    pub(super) op: usize,
    /// A closure that executes the start of the path.
    pub(super) start: &'w dyn Fn(&mut Interpreter) -> Result<(), Stop>,
}

/// The maximum number of times that a loop is explored until its abstract state is stable.
const MAX_ROUNDS: usize = 12;

/// The maximum number of explored paths that may come back to the same branch.
const MAX_REVISITS: usize = 64;

/// The maximum depth of nested branches. Each level takes a part of the native stack.
const MAX_NESTED_BRANCHES: usize = 24;

/// The fuel units charged for each explored path, in addition to the cost of saving the variables.
/// They bound the time that speculation takes.
const PATH_FUEL: u64 = 1_500;

/// The point at which all paths of a branch merge.
struct MergePoint {
    frames: usize,
    join: JoinPoint,
    guards: usize,
}

impl Interpreter {
    /// Returns `true` if speculative execution has come back to the start of a branch, with the same
    /// instruction, frames and pending call as when it entered the branch: it is in a loop.
    fn is_revisited(&self, branch: &Branch, ip: usize) -> bool {
        let before = &branch.before;
        ip == branch.at
            // A call that waits for its own reply is past its op.
            && before.settle_first.is_none()
            && before.frames.len() == self.frames.len()
            && before.frames.last().and_then(|frame| frame.generator.map(Value::handle))
                == self.generator_at(self.frames.len())
            && before.guards.len() == self.guards.len()
            && before.stack.len() == self.stack.len()
    }

    fn depth(&self) -> usize {
        self.exploration
            .as_ref()
            .map_or(0, |exploration| exploration.branches.len())
    }

    fn shared_inserts(&self) -> Vec<(Kinds, AbstractValue)> {
        self.exploration
            .as_ref()
            .map(|exploration| exploration.shared_inserts.clone())
            .unwrap_or_default()
    }

    pub(super) fn note_unknowns(&mut self) {
        if let Some(exploration) = &mut self.exploration {
            exploration.unknowns = true;
        }
    }

    /// Refines what is known of a value, on a path on which the value is true or false.
    pub(super) fn refine_by_truth(&mut self, value: Value, truth: bool) {
        let Some(unknown) = self.unknown(value) else { return };
        if let Some((of, proved)) = unknown.refinement(truth) {
            self.refine(of, proved);
        }
        match value.kind() {
            Type::Str => self.note_text_fact(value.handle(), unknown.refinement_if(truth)),
            _ => self.refine(value.handle(), unknown.refinement_if(truth)),
        }
    }

    fn refine(&mut self, handle: Handle, proved: Refinement) {
        if matches!(self.heap.get(handle), Object::Str(_)) {
            self.note_text_fact(handle, proved);
        }
        if let (Some(part), Some((version, len))) = (proved.has, self.version_and_len(handle)) {
            if let Some(exploration) = &mut self.exploration {
                exploration.known.containments.push(Containment {
                    whole: handle,
                    part,
                    version,
                    len,
                });
            }
            return;
        }
        let Some(unknown) = AbstractValue::from_object(self.heap.get(handle)) else {
            return;
        };
        let kinds = unknown.kinds.and(proved.kinds);
        let narrowed = AbstractValue {
            kinds: if kinds.is_empty() { unknown.kinds } else { kinds },
            sizes: (unknown.sizes.0.max(proved.sizes.0), unknown.sizes.1.min(proved.sizes.1)),
            has: proved.has.or(unknown.has),
            shape: match unknown.shape {
                Shape::DigitsOrNothing if proved.sizes.0 > 0 => Shape::Digits,
                shape => shape.max(proved.shape),
            },
            ..unknown.clone()
        };
        if narrowed == *unknown {
            return;
        }
        // A successful match also proves something of the text.
        let proved = match narrowed.kinds {
            Kinds::MATCH => narrowed.refinement(true),
            Kinds::NONE => narrowed.refinement(false),
            _ => None,
        };
        if let Some(unknown) = self.heap.get_mut(handle).and_then(AbstractValue::from_object_mut) {
            *unknown = narrowed;
        }
        if let Some((of, proved)) = proved
            && matches!(self.heap.get(of), Object::Str(_))
        {
            self.note_text_fact(of, proved);
        }
    }

    /// Returns the version and the length of a known dict. For a text, which is immutable, both are
    /// constant.
    pub(super) fn version_and_len(&self, handle: Handle) -> Option<(u32, usize)> {
        match self.heap.get(handle) {
            Object::Str(_) => Some((0, 0)),
            Object::Dict(dict) => Some((dict.items.version(), dict.items.len())),
            _ => None,
        }
    }

    pub(super) fn note_inspected(&mut self, pending: sift_text::PendingId) {
        if let Some(exploration) = &mut self.exploration {
            exploration.known.inspected.insert(pending);
        }
    }
}

impl Interpreter {
    /// Explores all paths of a branch up to their merge point. The merge point is in frame number
    /// `frames` (counted from 1) or in a caller of this frame. The first `guards` exception handlers
    /// are active on every path.
    ///
    /// If the paths don't merge, the state is restored. The state of a loop is widened.
    pub(super) fn explore_paths(&mut self, frames: usize, guards: usize, paths: &[Path<'_>]) -> Result<(), Stop> {
        let at = self.frames.last().ok_or(GiveUp)?.ip;
        let depth = self.depth();
        if depth >= MAX_NESTED_BRANCHES {
            return Err(GiveUp);
        }
        let merge = self.merge_point(at, frames, guards, paths)?;
        let rounds = self
            .exploration
            .as_mut()
            .and_then(|exploration| exploration.rounds.take());
        let mut rounds = rounds
            .filter(|rounds| rounds.at == at && rounds.depth == depth)
            .unwrap_or_default();
        (rounds.at, rounds.depth) = (at, depth);
        let (mut merged, mut reached_again, mut continues_outside) = (Vec::new(), Vec::new(), false);
        let inserts_before = self.shared_inserts();
        for path in paths {
            let kept = self.stack.len() + self.globals.len();
            self.meter.charge(PATH_FUEL + kept as u64 / 8).map_err(|_| GiveUp)?;
            self.begin_path(at, &merge);
            let outcome = (path.start)(self).and_then(|()| self.follow_path());
            let changes = outcome.ok().and_then(|_| self.changes_since_branch(depth));
            reached_again.extend(self.end_path());
            match (outcome, changes) {
                (Ok(()), Some(changes)) => merged.push(changes),
                (Err(Stop::Revisited), _) => continues_outside = true,
                (outcome, _) => return outcome.and(Err(GiveUp)),
            }
        }
        let is_wider = !reached_again.is_empty() && self.widen(&reached_again, &mut rounds.created)?;
        if is_wider || !reached_again.is_empty() && inserts_before != self.shared_inserts() {
            rounds.count += 1;
            if rounds.count >= MAX_ROUNDS {
                return Err(GiveUp);
            }
            if let Some(exploration) = &mut self.exploration {
                exploration.rounds = Some(rounds);
            }
            return Err(Stop::Retry);
        }
        match merged.as_slice() {
            [] if continues_outside => Err(Stop::Revisited),
            merged => self.join_paths(merged),
        }
    }

    /// Finds the merge point of the paths of a branch. If an exception reaches a handler before the
    /// paths merge, the merge point is behind that handler.
    fn merge_point(&mut self, at: usize, frames: usize, guards: usize, paths: &[Path<'_>]) -> Result<MergePoint, Stop> {
        let thrown = |guard: &Guard| self.explorer.caught_by.contains(&(at, guard.target));
        let outermost = self.guards.iter().take(guards).position(thrown);
        let guard = outermost.and_then(|place| self.guards.get(place)).copied();
        let (mut guards, mut frames_then) = match (outermost, &guard) {
            (Some(place), Some(guard)) => (place, guard.frames),
            _ => (guards, frames),
        };
        if let Some(lower) = self.explorer.outer_frames.get(&at) {
            let lowest = self.frames.len().saturating_sub(*lower);
            frames_then = frames_then.min(lowest);
            let is_below = |guard: &&Guard| guard.frames <= frames_then;
            guards = guards.min(self.guards.iter().take_while(is_below).count());
        }
        let guard = guard.filter(|guard| guard.frames == frames_then);
        let frame = frames_then.checked_sub(1).and_then(|frame| self.frames.get(frame));
        let frame = frame.ok_or(GiveUp)?;
        let (code, resume) = (frame.code, frame.ip);
        let ops = paths
            .iter()
            .map(|path| if frames_then == frames { path.op } else { resume })
            .chain(guard.map(|guard| guard.target as usize));
        match self.join_point_of(code, ops) {
            Some(join) => Ok(MergePoint {
                frames: frames_then,
                join,
                guards,
            }),
            // Every path raises.
            None => match guards.checked_sub(1).and_then(|guard| self.guards.get(guard)).copied() {
                Some(guard) if self.explorer.caught_by.insert((at, guard.target)) => Err(Stop::Escaped),
                _ => Err(GiveUp),
            },
        }
    }

    fn begin_path(&mut self, at: usize, merge: &MergePoint) {
        let branch = Branch {
            at,
            frames: merge.frames,
            generator: self.generator_at(merge.frames),
            join: merge.join,
            guards: merge.guards,
            layers: self.heap.transactions(),
            before: self.control(),
            revisits: Vec::new(),
        };
        self.heap.begin_transaction();
        if let Some(exploration) = &mut self.exploration {
            exploration.branches.push(branch);
        }
    }

    /// Restores the state from before the explored path. Returns the changes of inner paths that
    /// came back to the branch.
    fn end_path(&mut self) -> Vec<PathChanges> {
        self.heap.rollback();
        let Some(branch) = self
            .exploration
            .as_mut()
            .and_then(|exploration| exploration.branches.pop())
        else {
            return Vec::new();
        };
        self.set_control(branch.before);
        branch.revisits
    }

    /// Returns the changes since the current path of the branch at this nesting depth began.
    fn changes_since_branch(&self, depth: usize) -> Option<PathChanges> {
        let branch = self.exploration.as_ref()?.branches.get(depth)?;
        Some(self.changes(&branch.before, branch.layers))
    }

    /// Executes ops up to the merge point of the innermost branch.
    fn follow_path(&mut self) -> Result<(), Stop> {
        let branch = self
            .exploration
            .as_ref()
            .and_then(|exploration| exploration.branches.last());
        let (frames, join, generator) = match branch {
            Some(branch) => (branch.frames, branch.join, branch.generator),
            None => return Err(GiveUp),
        };
        loop {
            if self.exploration.as_ref().is_none_or(|exploration| exploration.escaped) {
                return Err(Stop::Escaped);
            }
            let depth = self.frames.len();
            let Some(ip) = self.frames.last().map(|frame| frame.ip) else {
                return Err(GiveUp);
            };
            match join {
                JoinPoint::At(op) if ip == op && depth == frames && self.generator_at(frames) == generator => {
                    return Ok(());
                }
                JoinPoint::Return if depth + 1 == frames => return Ok(()),
                // The consumer of a generator resumes it after it has yielded.
                _ if depth < frames && (generator.is_none() || depth == 0) => return Err(GiveUp),
                _ => {}
            }
            self.rejoin_branch(ip)?;
            let op = self.next_op().ok_or(GiveUp)?;
            match self.run_single_op(ip, op) {
                Err(GiveUp) if generator.is_some() && self.frames.len() < frames => {
                    return Err(self.join_in_outer_frame());
                }
                stepped => stepped?,
            }
        }
    }

    /// Records that a path has left the generator of its branch and the generator's consumer, so
    /// that the paths merge in an outer frame.
    fn join_in_outer_frame(&mut self) -> Stop {
        let branch = self
            .exploration
            .as_ref()
            .and_then(|exploration| exploration.branches.last());
        let Some((at, begun)) = branch.map(|branch| (branch.at, branch.before.frames.len())) else {
            return GiveUp;
        };
        let lower = begun.saturating_sub(self.frames.len());
        let known = self.explorer.outer_frames.entry(at).or_default();
        if *known >= lower {
            return GiveUp;
        }
        *known = lower;
        Stop::Escaped
    }

    /// Ends the current path if it has come back to an enclosing branch. Execution continues from
    /// that branch.
    fn rejoin_branch(&mut self, ip: usize) -> Result<(), Stop> {
        let branches = self
            .exploration
            .as_ref()
            .map(|exploration| exploration.branches.as_slice())
            .unwrap_or_default();
        let Some(depth) = branches.iter().rposition(|branch| self.is_revisited(branch, ip)) else {
            return Ok(());
        };
        self.meter.charge(PATH_FUEL).map_err(|_| GiveUp)?;
        let changes = self.changes_since_branch(depth).ok_or(GiveUp)?;
        let branch = self
            .exploration
            .as_mut()
            .and_then(|exploration| exploration.branches.get_mut(depth));
        let branch = branch.ok_or(GiveUp)?;
        if branch.revisits.len() >= MAX_REVISITS {
            return Err(GiveUp);
        }
        branch.revisits.push(changes);
        Err(Stop::Revisited)
    }

    /// Records the exception handler that an exception reaches. If the handler is outside of a
    /// branch, the branch's paths don't merge before it.
    pub(in super::super) fn record_handler(&mut self, guard: &Guard) {
        let remaining = self.guards.len();
        let Some(exploration) = &mut self.exploration else {
            return;
        };
        for branch in exploration.branches.iter().filter(|branch| remaining < branch.guards) {
            self.explorer.caught_by.insert((branch.at, guard.target));
            exploration.escaped = true;
        }
    }

    fn generator_at(&self, frames: usize) -> Option<Handle> {
        let frame = frames.checked_sub(1).and_then(|frame| self.frames.get(frame))?;
        frame.generator.map(Value::handle)
    }

    /// Executes one op, without the ops that are fused with it, because paths may merge between
    /// fused ops.
    fn run_single_op(&mut self, ip: usize, op: Op) -> Result<(), Stop> {
        let alone = match op {
            Op::LocalPair(first, _) => Some(Op::Local(first)),
            Op::IntThen { value, .. } => Some(Op::Int(value)),
            Op::CompareThenJump(op) => Some(Op::Compare(op)),
            _ => None,
        };
        let set = |m: &mut Self, op| {
            if let Some(place) = m.code.ops.get_mut(ip) {
                *place = op;
            }
        };
        if let Some(alone) = alone {
            set(self, alone);
        }
        self.meter.start_slice(1);
        let pause = self.run();
        if alone.is_some() {
            set(self, op);
        }
        match pause {
            Pause::Slice => Ok(()),
            Pause::Wait(pending) => self.try_step_over(pending),
            Pause::Ask | Pause::Calls | Pause::Done | Pause::Raised(_) | Pause::Ended(_) => Err(GiveUp),
        }
    }

    /// Explores both outcomes of a model call whose failure an active exception handler would
    /// catch: the call returns or fails.
    pub(super) fn pass_guarded_call(&mut self, pending: sift_text::PendingId) -> Result<(), Stop> {
        let (guard, here) = match (self.guards.last(), self.frames.last()) {
            (Some(guard), Some(frame)) => (*guard, frame.ip),
            _ => return Err(GiveUp),
        };
        let replied = |m: &mut Self| {
            m.settle_first = None;
            m.note_inspected(pending);
            Ok(())
        };
        let failed = |m: &mut Self| {
            m.settle_first = None;
            m.speculate_raise(ExceptionClass::CallFailed)
        };
        let paths = [
            Path {
                op: self.resume_op(guard.frames, here),
                start: &replied,
            },
            Path {
                op: guard.target as usize,
                start: &failed,
            },
        ];
        match self.explore_paths(guard.frames, self.guards.len() - 1, &paths) {
            Err(GiveUp) if self.explorer.mode == RunAhead::PastErrors => replied(self),
            outcome => outcome,
        }
    }

    /// Returns the op at which frame number `frames` resumes, if the top frame is at op `here`.
    pub(super) fn resume_op(&self, frames: usize, here: usize) -> usize {
        if frames == self.frames.len() {
            return here;
        }
        let frame = frames.checked_sub(1).and_then(|frame| self.frames.get(frame));
        frame.map_or(here, |frame| frame.ip)
    }

    /// Raises an exception whose class is known and whose message is unknown.
    pub(super) fn speculate_raise(&mut self, class: ExceptionClass) -> Result<(), Stop> {
        let message = self.new_unknown(AbstractValue::text());
        let Flow::Raise(exception) = self.raise_with(class, vec![message]) else {
            return Err(GiveUp);
        };
        match self.unwind(exception) {
            None => Ok(()),
            Some(_) => Err(GiveUp),
        }
    }
}
