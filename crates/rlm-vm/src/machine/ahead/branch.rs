//! Going both ways where it is not known which the program takes.

use hashbrown::HashSet;

use super::super::{Interpreter, Pause};
use super::joins::Join;
use super::unknown::{Kinds, Told, Unknown};
use super::{Control, GiveUp, Part};
use crate::exception::ExceptionClass;
use crate::flow::Flow;
use crate::object::Object;
use crate::op::Op;
use crate::value::{Handle, Type, Value};

/// One of the ways.
pub(super) struct Way<'w> {
    /// Where it goes on in the frame in which the ways meet.
    pub(super) op: usize,
    /// Takes the first step of it.
    pub(super) begin: &'w dyn Fn(&mut Interpreter) -> Result<(), GiveUp>,
}

/// A loop is gone through this often to see what stays known in it.
const MAX_ROUNDS: usize = 12;

/// Branches within branches; each takes a part of the native stack.
const MAX_NESTED: usize = 24;

/// Units of fuel for going a way, beside what is kept of the variables: running ahead has no more than its share of time.
const WAY: u64 = 1_500;

/// How a way ended.
enum WayEnd {
    /// Where the ways meet.
    Meets,
    /// At the branch itself: it is that of a loop.
    Returns,
}

impl Interpreter {
    /// Goes all ways, in the frame of this number (from 1) or above it, to where they meet. If they don't, all is as it was.
    pub(super) fn go_all_ways(&mut self, frames: usize, ways: &[Way<'_>]) -> Result<(), GiveUp> {
        if self.ahead.as_ref().is_none_or(|ahead| ahead.depth >= MAX_NESTED) {
            return Err(GiveUp);
        }
        let code = frames
            .checked_sub(1)
            .and_then(|frame| self.frames.get(frame))
            .ok_or(GiveUp)?
            .code;
        let join = self.join_of(code, ways.iter().map(|way| way.op)).ok_or(GiveUp)?;
        // A branch in a frame above does not come again by itself.
        let branch = self
            .frames
            .last()
            .filter(|_| frames == self.frames.len())
            .map(|frame| frame.ip);
        let mut fresh = HashSet::new();
        for _ in 0..MAX_ROUNDS {
            let (mut met, mut returned) = (Vec::new(), Vec::new());
            let put_before = self.put_in_shared();
            for way in ways {
                let before = self.control();
                let kept = before.stack.len() + before.globals.len();
                self.meter.charge(WAY + kept as u64 / 8).map_err(|_| GiveUp)?;
                self.enter_trial();
                let gone = (way.begin)(self)
                    .and_then(|()| self.go_on(frames, join, branch, before.guards.len()))
                    .map(|end| (end, self.changes(&before)));
                self.leave_trial(before);
                match gone? {
                    (WayEnd::Meets, changes) => met.push(changes),
                    (WayEnd::Returns, changes) => returned.push(changes),
                }
            }
            let is_over = returned.is_empty() || !self.widen(&returned, &mut fresh)?;
            if is_over && (returned.is_empty() || put_before == self.put_in_shared()) {
                return self.meet(&met);
            }
        }
        Err(GiveUp)
    }

    fn put_in_shared(&self) -> Vec<(Kinds, Unknown)> {
        self.ahead
            .as_ref()
            .map(|ahead| ahead.put_in_shared.clone())
            .unwrap_or_default()
    }

    fn enter_trial(&mut self) {
        self.heap.try_out();
        if let Some(ahead) = &mut self.ahead {
            ahead.depth += 1;
        }
    }

    fn leave_trial(&mut self, before: Control) {
        if let Some(ahead) = &mut self.ahead {
            ahead.depth -= 1;
        }
        self.heap.undo();
        self.set_control(before);
    }

    /// Goes on, op by op, to where the ways meet.
    fn go_on(&mut self, frames: usize, join: Join, branch: Option<usize>, guards: usize) -> Result<WayEnd, GiveUp> {
        let mut begun = false;
        let generator = self.generator_at(frames);
        loop {
            let depth = self.frames.len();
            let Some(ip) = self.frames.last().map(|frame| frame.ip) else {
                return Err(GiveUp);
            };
            let is_there = depth == frames && self.generator_at(frames) == generator;
            match join {
                Join::At(op) if is_there && ip == op => return Ok(WayEnd::Meets),
                Join::Return if depth + 1 == frames => return Ok(WayEnd::Meets),
                // A generator that has yielded is resumed by whoever reads it.
                _ if depth < frames && (generator.is_none() || depth == 0) => return Err(GiveUp),
                _ => {}
            }
            if begun && is_there && Some(ip) == branch {
                return Ok(WayEnd::Returns);
            }
            let guards_before = self.guards.len();
            let op = self.op_ahead().ok_or(GiveUp)?;
            self.step_ahead(ip, op)?;
            begun = true;
            let left = matches!(op, Op::PopHandler | Op::Return | Op::Yield);
            if !left && self.guards.len() < guards_before && self.guards.len() < guards && !self.is_at(join, frames) {
                // An exception has left what the ways have in common.
                return Err(GiveUp);
            }
        }
    }

    fn is_at(&self, join: Join, frames: usize) -> bool {
        match join {
            Join::At(op) => self.frames.len() == frames && self.frames.last().is_some_and(|frame| frame.ip == op),
            Join::Return => self.frames.len() + 1 == frames,
        }
    }

    fn generator_at(&self, frames: usize) -> Option<Handle> {
        let frame = frames.checked_sub(1).and_then(|frame| self.frames.get(frame))?;
        frame.generator.map(Value::handle)
    }

    /// Does one op, and none of those that are done at once with it: the ways may meet between them.
    fn step_ahead(&mut self, ip: usize, op: Op) -> Result<(), GiveUp> {
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
            Pause::Wait(hole) => self.pass(hole),
            Pause::Calls | Pause::Done | Pause::Raised(_) | Pause::Ended(_) => Err(GiveUp),
        }
    }

    pub(super) fn note_unknowns(&mut self) {
        if let Some(ahead) = &mut self.ahead {
            ahead.unknowns = true;
        }
    }

    /// Lets a value be known to be true or not, in one of the ways.
    pub(super) fn narrow(&mut self, value: Value, truth: bool) {
        let Some(unknown) = self.unknown(value) else { return };
        if let Some((of, told)) = unknown.told(truth) {
            self.narrow_by(of, told);
        }
        if value.kind() != Type::Str {
            self.narrow_by(value.handle(), unknown.told_where(truth));
        }
    }

    fn narrow_by(&mut self, handle: Handle, told: Told) {
        if let (Some(part), Some(len)) = (told.has, self.known_len(handle)) {
            if let Some(ahead) = &mut self.ahead {
                ahead.parts.push(Part {
                    whole: handle,
                    part,
                    len,
                });
            }
            return;
        }
        let Object::Unknown(unknown) = self.heap.get(handle) else {
            return;
        };
        let kinds = unknown.kinds.and(told.kinds);
        let narrowed = Unknown {
            kinds: if kinds.is_empty() { unknown.kinds } else { kinds },
            sizes: (unknown.sizes.0.max(told.sizes.0), unknown.sizes.1.min(told.sizes.1)),
            has: told.has.or(unknown.has),
            ..(**unknown).clone()
        };
        if narrowed != **unknown
            && let Some(Object::Unknown(unknown)) = self.heap.get_mut(handle)
        {
            **unknown = narrowed;
        }
    }

    /// Returns how many keys a known dict has; 0 for a text.
    pub(super) fn known_len(&self, handle: Handle) -> Option<usize> {
        match self.heap.get(handle) {
            Object::Str(_) => Some(0),
            Object::Dict(dict) => Some(dict.items.len()),
            _ => None,
        }
    }

    /// Passes a call whose failure would be caught where it stands: it fails or not.
    pub(super) fn pass_guarded_call(&mut self, hole: rlm_text::HoleId) -> Result<(), GiveUp> {
        let (guard, here) = match (self.guards.last(), self.frames.last()) {
            (Some(guard), Some(frame)) => (*guard, frame.ip),
            _ => return Err(GiveUp),
        };
        let replied = |m: &mut Self| {
            m.settle_first = None;
            m.notice_ahead(hole);
            Ok(())
        };
        let failed = |m: &mut Self| {
            m.settle_first = None;
            m.raise_ahead(ExceptionClass::CallFailed)
        };
        let ways = [
            Way {
                op: self.place_in(guard.frames, here),
                begin: &replied,
            },
            Way {
                op: guard.target as usize,
                begin: &failed,
            },
        ];
        match self.go_all_ways(guard.frames, &ways) {
            Err(GiveUp) if self.scout.mode == super::RunAhead::PastErrors => replied(self),
            gone => gone,
        }
    }

    /// Returns where the program goes on in a frame, if it stands at `here` in the top one.
    pub(super) fn place_in(&self, frames: usize, here: usize) -> usize {
        if frames == self.frames.len() {
            return here;
        }
        let frame = frames.checked_sub(1).and_then(|frame| self.frames.get(frame));
        frame.map_or(here, |frame| frame.ip)
    }

    pub(super) fn notice_ahead(&mut self, hole: rlm_text::HoleId) {
        if let Some(ahead) = &mut self.ahead {
            ahead.noticed.insert(hole);
        }
    }

    /// Raises an exception of which only the class is known.
    pub(super) fn raise_ahead(&mut self, class: ExceptionClass) -> Result<(), GiveUp> {
        let message = self.new_unknown(Unknown::text());
        let Flow::Raise(exception) = self.raise_with(class, vec![message]) else {
            return Err(GiveUp);
        };
        match self.unwind(exception) {
            None => Ok(()),
            Some(_) => Err(GiveUp),
        }
    }
}
