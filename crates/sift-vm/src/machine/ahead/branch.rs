//! Going both ways where it is not known which the program takes.

use sift_abstract::{AbstractValue, Kinds, Refinement, Shape};
use sift_compiler::exception::ExceptionClass;
use sift_compiler::op::Op;
use sift_runtime::settings::RunAhead;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Handle, Type, Value};

use super::super::{Guard, Interpreter, Pause};
use super::joins::Join;
use super::state::Stop::{self, GiveUp};
use super::state::{Changes, Level, Part};

/// One of the ways.
pub(super) struct Way<'w> {
    /// Where it goes on in the frame in which the ways meet.
    pub(super) op: usize,
    /// Takes the first step of it.
    pub(super) begin: &'w dyn Fn(&mut Interpreter) -> Result<(), Stop>,
}

/// A loop is gone through this often to see what stays known in it.
const MAX_ROUNDS: usize = 12;

/// Ways within ways that come to one branch again.
const MAX_HANDED: usize = 64;

/// Branches within branches; each takes a part of the native stack.
const MAX_NESTED: usize = 24;

/// Units of fuel for going a way, beside what is kept of the variables: running ahead has no more than its share of time.
const WAY: u64 = 1_500;

/// Where ways meet.
struct Meeting {
    frames: usize,
    join: Join,
    guards: usize,
}

impl Interpreter {
    /// Returns `true` if the machine is at the branch again, in the state in which the path began.
    fn is_back_at(&self, level: &Level, ip: usize) -> bool {
        let before = &level.before;
        ip == level.at
            // A call that waits for its own reply is behind its op.
            && before.settle_first.is_none()
            && before.frames.len() == self.frames.len()
            && before.frames.last().and_then(|frame| frame.generator.map(Value::handle))
                == self.generator_at(self.frames.len())
            && before.guards.len() == self.guards.len()
            && before.stack.len() == self.stack.len()
    }

    fn depth(&self) -> usize {
        self.ahead.as_ref().map_or(0, |ahead| ahead.levels.len())
    }

    fn put_in_shared(&self) -> Vec<(Kinds, AbstractValue)> {
        self.ahead
            .as_ref()
            .map(|ahead| ahead.put_in_shared.clone())
            .unwrap_or_default()
    }

    pub(super) fn note_unknowns(&mut self) {
        if let Some(ahead) = &mut self.ahead {
            ahead.unknowns = true;
        }
    }

    /// Lets a value be known to be true or not, in one of the ways.
    pub(super) fn narrow(&mut self, value: Value, truth: bool) {
        let Some(unknown) = self.unknown(value) else { return };
        if let Some((of, told)) = unknown.refinement(truth) {
            self.narrow_by(of, told);
        }
        match value.kind() {
            Type::Str => self.note_fact(value.handle(), unknown.refinement_if(truth)),
            _ => self.narrow_by(value.handle(), unknown.refinement_if(truth)),
        }
    }

    fn narrow_by(&mut self, handle: Handle, told: Refinement) {
        if matches!(self.heap.get(handle), Object::Str(_)) {
            self.note_fact(handle, told);
        }
        if let (Some(part), Some((version, len))) = (told.has, self.known_len(handle)) {
            if let Some(ahead) = &mut self.ahead {
                ahead.known.parts.push(Part {
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
        let kinds = unknown.kinds.and(told.kinds);
        let narrowed = AbstractValue {
            kinds: if kinds.is_empty() { unknown.kinds } else { kinds },
            sizes: (unknown.sizes.0.max(told.sizes.0), unknown.sizes.1.min(told.sizes.1)),
            has: told.has.or(unknown.has),
            shape: match unknown.shape {
                Shape::DigitsOrNothing if told.sizes.0 > 0 => Shape::Digits,
                shape => shape.max(told.shape),
            },
            ..unknown.clone()
        };
        if narrowed == *unknown {
            return;
        }
        // That a match is found tells of the text, too.
        let told = match narrowed.kinds {
            Kinds::MATCH => narrowed.refinement(true),
            Kinds::NONE => narrowed.refinement(false),
            _ => None,
        };
        if let Some(unknown) = self.heap.get_mut(handle).and_then(AbstractValue::from_object_mut) {
            *unknown = narrowed;
        }
        if let Some((of, told)) = told
            && matches!(self.heap.get(of), Object::Str(_))
        {
            self.note_fact(of, told);
        }
    }

    /// Returns a known dict's version, and how many keys it has; a text always stays what it is.
    pub(super) fn known_len(&self, handle: Handle) -> Option<(u32, usize)> {
        match self.heap.get(handle) {
            Object::Str(_) => Some((0, 0)),
            Object::Dict(dict) => Some((dict.items.version(), dict.items.len())),
            _ => None,
        }
    }

    pub(super) fn notice_ahead(&mut self, hole: sift_text::HoleId) {
        if let Some(ahead) = &mut self.ahead {
            ahead.known.noticed.insert(hole);
        }
    }
}

impl Interpreter {
    /// Goes all ways, in the frame of this number (from 1) or above it, to where they meet; `guards` of the handlers in force are so
    /// on every way. If they don't meet, all is as it was, but for a loop, of which less is known.
    pub(super) fn go_all_ways(&mut self, frames: usize, guards: usize, ways: &[Way<'_>]) -> Result<(), Stop> {
        let at = self.frames.last().ok_or(GiveUp)?.ip;
        let depth = self.depth();
        if depth >= MAX_NESTED {
            return Err(GiveUp);
        }
        let meeting = self.meeting(at, frames, guards, ways)?;
        let rounds = self.ahead.as_mut().and_then(|ahead| ahead.rounds.take());
        let mut rounds = rounds
            .filter(|rounds| rounds.at == at && rounds.depth == depth)
            .unwrap_or_default();
        (rounds.at, rounds.depth) = (at, depth);
        let (mut met, mut returned, mut handed) = (Vec::new(), Vec::new(), false);
        let put_before = self.put_in_shared();
        for way in ways {
            let kept = self.stack.len() + self.globals.len();
            self.meter.charge(WAY + kept as u64 / 8).map_err(|_| GiveUp)?;
            self.enter_trial(at, &meeting);
            let gone = (way.begin)(self).and_then(|()| self.go_on());
            let changes = gone.ok().and_then(|_| self.changes_of_level(depth));
            returned.extend(self.leave_trial());
            match (gone, changes) {
                (Ok(()), Some(changes)) => met.push(changes),
                (Err(Stop::Handed), _) => handed = true,
                (gone, _) => return gone.and(Err(GiveUp)),
            }
        }
        let is_wider = !returned.is_empty() && self.widen(&returned, &mut rounds.fresh)?;
        if is_wider || !returned.is_empty() && put_before != self.put_in_shared() {
            rounds.gone += 1;
            if rounds.gone >= MAX_ROUNDS {
                return Err(GiveUp);
            }
            if let Some(ahead) = &mut self.ahead {
                ahead.rounds = Some(rounds);
            }
            return Err(Stop::Again);
        }
        match met.as_slice() {
            [] if handed => Err(Stop::Handed),
            met => self.meet(met),
        }
    }

    /// Finds where ways meet. Where an exception came to a handler before they met, they do so behind that.
    fn meeting(&mut self, at: usize, frames: usize, guards: usize, ways: &[Way<'_>]) -> Result<Meeting, Stop> {
        let thrown = |guard: &Guard| self.scout.thrown.contains(&(at, guard.target));
        let outermost = self.guards.iter().take(guards).position(thrown);
        let guard = outermost.and_then(|place| self.guards.get(place)).copied();
        let (mut guards, mut frames_then) = match (outermost, &guard) {
            (Some(place), Some(guard)) => (place, guard.frames),
            _ => (guards, frames),
        };
        if let Some(lower) = self.scout.lower.get(&at) {
            let lowest = self.frames.len().saturating_sub(*lower);
            frames_then = frames_then.min(lowest);
            let is_below = |guard: &&Guard| guard.frames <= frames_then;
            guards = guards.min(self.guards.iter().take_while(is_below).count());
        }
        let guard = guard.filter(|guard| guard.frames == frames_then);
        let frame = frames_then.checked_sub(1).and_then(|frame| self.frames.get(frame));
        let frame = frame.ok_or(GiveUp)?;
        let (code, goes_on) = (frame.code, frame.ip);
        let ops = ways
            .iter()
            .map(|way| if frames_then == frames { way.op } else { goes_on })
            .chain(guard.map(|guard| guard.target as usize));
        match self.join_of(code, ops) {
            Some(join) => Ok(Meeting {
                frames: frames_then,
                join,
                guards,
            }),
            // Every way raises.
            None => match guards.checked_sub(1).and_then(|guard| self.guards.get(guard)).copied() {
                Some(guard) if self.scout.thrown.insert((at, guard.target)) => Err(Stop::Left),
                _ => Err(GiveUp),
            },
        }
    }

    fn enter_trial(&mut self, at: usize, meeting: &Meeting) {
        let level = Level {
            at,
            frames: meeting.frames,
            generator: self.generator_at(meeting.frames),
            join: meeting.join,
            guards: meeting.guards,
            layers: self.heap.trials(),
            before: self.control(),
            handed: Vec::new(),
        };
        self.heap.try_out();
        if let Some(ahead) = &mut self.ahead {
            ahead.levels.push(level);
        }
    }

    /// Puts all back as it was before the way; returns what ways within it have left at the branch.
    fn leave_trial(&mut self) -> Vec<Changes> {
        self.heap.undo();
        let Some(level) = self.ahead.as_mut().and_then(|ahead| ahead.levels.pop()) else {
            return Vec::new();
        };
        self.set_control(level.before);
        level.handed
    }

    /// Returns what was left different since a way of a branch began.
    fn changes_of_level(&self, depth: usize) -> Option<Changes> {
        let level = self.ahead.as_ref()?.levels.get(depth)?;
        Some(self.changes(&level.before, level.layers))
    }

    /// Goes on, op by op, to where the ways of the innermost branch meet.
    fn go_on(&mut self) -> Result<(), Stop> {
        let level = self.ahead.as_ref().and_then(|ahead| ahead.levels.last());
        let (frames, join, generator) = match level {
            Some(level) => (level.frames, level.join, level.generator),
            None => return Err(GiveUp),
        };
        loop {
            if self.ahead.as_ref().is_none_or(|ahead| ahead.left) {
                return Err(Stop::Left);
            }
            let depth = self.frames.len();
            let Some(ip) = self.frames.last().map(|frame| frame.ip) else {
                return Err(GiveUp);
            };
            match join {
                Join::At(op) if ip == op && depth == frames && self.generator_at(frames) == generator => return Ok(()),
                Join::Return if depth + 1 == frames => return Ok(()),
                // A generator that has yielded is resumed by whoever reads it.
                _ if depth < frames && (generator.is_none() || depth == 0) => return Err(GiveUp),
                _ => {}
            }
            self.hand_over(ip)?;
            let op = self.op_ahead().ok_or(GiveUp)?;
            match self.step_ahead(ip, op) {
                Err(GiveUp) if generator.is_some() && self.frames.len() < frames => return Err(self.meet_lower()),
                stepped => stepped?,
            }
        }
    }

    /// Notes that a way has left the generator in which it began, and whoever reads that.
    fn meet_lower(&mut self) -> Stop {
        let level = self.ahead.as_ref().and_then(|ahead| ahead.levels.last());
        let Some((at, begun)) = level.map(|level| (level.at, level.before.frames.len())) else {
            return GiveUp;
        };
        let lower = begun.saturating_sub(self.frames.len());
        let known = self.scout.lower.entry(at).or_default();
        if *known >= lower {
            return GiveUp;
        }
        *known = lower;
        Stop::Left
    }

    /// Lets a branch go on from here if the way has come to it again.
    fn hand_over(&mut self, ip: usize) -> Result<(), Stop> {
        let levels = self
            .ahead
            .as_ref()
            .map(|ahead| ahead.levels.as_slice())
            .unwrap_or_default();
        let Some(depth) = levels.iter().rposition(|level| self.is_back_at(level, ip)) else {
            return Ok(());
        };
        self.meter.charge(WAY).map_err(|_| GiveUp)?;
        let changes = self.changes_of_level(depth).ok_or(GiveUp)?;
        let level = self.ahead.as_mut().and_then(|ahead| ahead.levels.get_mut(depth));
        let level = level.ok_or(GiveUp)?;
        if level.handed.len() >= MAX_HANDED {
            return Err(GiveUp);
        }
        level.handed.push(changes);
        Err(Stop::Handed)
    }

    /// Notes to which handler an exception goes: the ways of branches for which that is none of theirs don't meet before it.
    pub(in super::super) fn note_thrown(&mut self, guard: &Guard) {
        let remaining = self.guards.len();
        let Some(ahead) = &mut self.ahead else { return };
        for level in ahead.levels.iter().filter(|level| remaining < level.guards) {
            self.scout.thrown.insert((level.at, guard.target));
            ahead.left = true;
        }
    }

    fn generator_at(&self, frames: usize) -> Option<Handle> {
        let frame = frames.checked_sub(1).and_then(|frame| self.frames.get(frame))?;
        frame.generator.map(Value::handle)
    }

    /// Does one op, and none of those that are done at once with it: the ways may meet between them.
    fn step_ahead(&mut self, ip: usize, op: Op) -> Result<(), Stop> {
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
            Pause::Ask | Pause::Calls | Pause::Done | Pause::Raised(_) | Pause::Ended(_) => Err(GiveUp),
        }
    }

    /// Passes a call whose failure would be caught where it stands: it fails or not.
    pub(super) fn pass_guarded_call(&mut self, hole: sift_text::HoleId) -> Result<(), Stop> {
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
        match self.go_all_ways(guard.frames, self.guards.len() - 1, &ways) {
            Err(GiveUp) if self.scout.mode == RunAhead::PastErrors => replied(self),
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

    /// Raises an exception of which only the class is known.
    pub(super) fn raise_ahead(&mut self, class: ExceptionClass) -> Result<(), Stop> {
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
