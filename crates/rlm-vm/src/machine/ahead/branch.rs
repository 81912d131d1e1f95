//! Going both ways where it is not known which the program takes.

use hashbrown::HashSet;

use super::super::{Frame, Interpreter, Pause};
use super::joins::Join;
use super::unknown::{Kinds, Told, Unknown};
use super::{Control, GiveUp, Part};
use crate::exception::ExceptionClass;
use crate::flow::Flow;
use crate::heap::Layer;
use crate::object::{GeneratorState, Object};
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

/// Something that a way may leave different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Stack(usize),
    Global(usize),
    Object(Handle),
}

/// What a way has left somewhere.
#[derive(Debug, Clone)]
enum After {
    /// A value that was there before.
    Value(Value),
    /// Something like this.
    Like(Unknown),
}

/// What a way has left different.
struct Changes {
    frames: Vec<Frame>,
    guards: usize,
    height: usize,
    after: Vec<(Place, After)>,
    /// Older objects that something new refers to.
    shared: Vec<Handle>,
    /// What was found out about texts and dicts.
    parts: Vec<Part>,
}

impl Changes {
    fn at(&self, place: Place) -> Option<&After> {
        let found = self.after.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        self.after.get(found).map(|(_, after)| after)
    }

    /// Returns a key that a dict was found to have.
    fn key_in(&self, place: Place) -> Option<Handle> {
        let Place::Object(dict) = place else { return None };
        self.parts
            .iter()
            .rev()
            .find(|part| part.whole == dict)
            .map(|part| part.part)
    }
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

    /// Returns what was left different since the trial began.
    fn changes(&self, before: &Control) -> Changes {
        let mut changes = Changes {
            frames: self.frames.clone(),
            guards: self.guards.len(),
            height: self.stack.len(),
            after: Vec::new(),
            shared: Vec::new(),
            parts: self.ahead.as_ref().map(|ahead| ahead.parts.clone()).unwrap_or_default(),
        };
        let Some(trial) = self.heap.trial() else { return changes };
        let pairs = |now: &[Value], before: &[Value]| -> Vec<(usize, Value)> {
            let differs = |(place, value): &(usize, &Value)| !before.get(*place).is_some_and(|old| old.same(**value));
            let now = now.iter().enumerate().filter(differs);
            now.map(|(place, value)| (place, *value)).collect()
        };
        for (place, value) in pairs(&self.stack, &before.stack) {
            let after = self.after(value, trial, &mut changes.shared);
            changes.after.push((Place::Stack(place), after));
        }
        for (place, value) in pairs(&self.globals, &before.globals) {
            let after = self.after(value, trial, &mut changes.shared);
            changes.after.push((Place::Global(place), after));
        }
        for handle in trial.written() {
            let after = match self.heap.get(handle) {
                // Texts are put together and filled in; they stay what they are.
                Object::Str(_) | Object::Free => continue,
                // It has yielded and was resumed.
                Object::Generator(generator) if matches!(generator.state, GeneratorState::Running(_)) => continue,
                Object::Cell(value) => self.after(*value, trial, &mut changes.shared),
                object => {
                    object.for_each_value(|value| self.note_shared(value, trial, &mut changes.shared));
                    After::Like(self.described(Value::object(kind_of(object), handle)))
                }
            };
            changes.after.push((Place::Object(handle), after));
        }
        changes.after.sort_by_key(|(place, _)| *place);
        changes
    }

    fn after(&self, value: Value, trial: &Layer, shared: &mut Vec<Handle>) -> After {
        if !value.is_object() || !trial.made(value.handle()) {
            return After::Value(value);
        }
        self.note_shared(value, trial, shared);
        After::Like(self.described(value))
    }

    /// Notes the older objects to which something new refers.
    fn note_shared(&self, value: Value, trial: &Layer, shared: &mut Vec<Handle>) {
        let mut seen = HashSet::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if !value.is_object() || value.kind() == Type::Str || !seen.insert(value.handle()) {
                continue;
            }
            if trial.made(value.handle()) {
                self.heap.get(value.handle()).for_each_value(|value| open.push(value));
            } else {
                shared.push(value.handle());
            }
        }
    }

    /// Goes on from where the ways have met: what they have left different is not known.
    fn meet(&mut self, met: &[Changes]) -> Result<(), GiveUp> {
        let first = met.first().ok_or(GiveUp)?;
        let alike = |other: &Changes| {
            other.height == first.height && other.guards == first.guards && same_frames(&other.frames, &first.frames)
        };
        if !met.iter().all(alike) {
            return Err(GiveUp);
        }
        let (frames, guards, height) = (first.frames.clone(), first.guards, first.height);
        if guards > self.guards.len() {
            return Err(GiveUp);
        }
        self.blend(met, height, None)?;
        self.frames = frames;
        self.guards.truncate(guards);
        self.stack.truncate(height);
        self.settle_first = None;
        Ok(())
    }

    /// Lets the state be what it is or what the ways have left of it; tells whether it was not that already.
    fn widen(&mut self, returned: &[Changes], fresh: &mut HashSet<Handle>) -> Result<bool, GiveUp> {
        let alike = |other: &Changes| {
            other.height == self.stack.len()
                && other.guards == self.guards.len()
                && same_frames(&other.frames, &self.frames)
        };
        if !returned.iter().all(alike) {
            return Err(GiveUp);
        }
        let height = self.stack.len();
        self.blend(returned, height, Some(fresh))
    }

    /// Puts what the ways have left where they have left it; in a loop, of which `fresh` are the values that it has made: or what
    /// was there before. Tells whether that changes anything.
    fn blend(
        &mut self,
        ways: &[Changes],
        height: usize,
        mut fresh: Option<&mut HashSet<Handle>>,
    ) -> Result<bool, GiveUp> {
        let mut places: Vec<Place> = ways
            .iter()
            .flat_map(|way| way.after.iter().map(|(place, _)| *place))
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut shared: Vec<Handle> = ways.iter().flat_map(|way| way.shared.iter().copied()).collect();
        let mut changed = false;
        self.stack.resize(self.stack.len().max(height), Value::UNBOUND);
        for place in places {
            if matches!(place, Place::Stack(at) if at >= height) {
                continue;
            }
            let before = self.held_at(place);
            let mut afters: Vec<After> = Vec::new();
            if fresh.is_some() {
                afters.extend(before.map(After::Value));
            }
            for way in ways {
                let unchanged = || {
                    let before = before?;
                    Some(match way.key_in(place) {
                        Some(key) => After::Like(Unknown {
                            has: Some(key),
                            ..self.described(before)
                        }),
                        None => After::Value(before),
                    })
                };
                afters.extend(way.at(place).cloned().or_else(unchanged));
            }
            changed |= self.blend_place(place, before, &afters, &mut shared, fresh.as_deref_mut())?;
        }
        shared.sort_unstable();
        shared.dedup();
        for handle in shared {
            changed |= self.blur(handle)?;
        }
        Ok(changed)
    }

    /// Returns the value at a place; an object itself where the place is one, but for a cell.
    fn held_at(&self, place: Place) -> Option<Value> {
        match place {
            Place::Stack(at) => self.stack.get(at).copied(),
            Place::Global(at) => self.globals.get(at).copied(),
            Place::Object(handle) => match self.heap.get(handle) {
                Object::Cell(value) => Some(*value),
                object => Some(Value::object(kind_of(object), handle)),
            },
        }
    }

    fn blend_place(
        &mut self,
        place: Place,
        before: Option<Value>,
        afters: &[After],
        shared: &mut Vec<Handle>,
        fresh: Option<&mut HashSet<Handle>>,
    ) -> Result<bool, GiveUp> {
        let is_object = matches!(place, Place::Object(handle) if !matches!(self.heap.get(handle), Object::Cell(_)));
        let value_of = |after: &After| match after {
            After::Value(value) => Some(*value),
            After::Like(_) => None,
        };
        let first = afters.first().and_then(value_of);
        let same = |after: &After| matches!((value_of(after), first), (Some(a), Some(b)) if a.same(b));
        if let Some(first) = first
            && afters.iter().all(same)
        {
            let changes = !is_object && !before.is_some_and(|before| before.same(first));
            if changes {
                self.put(place, first);
            }
            return Ok(changes);
        }
        let mut like: Option<Unknown> = None;
        for after in afters {
            let described = match after {
                After::Like(unknown) => unknown.clone(),
                // Who reads a variable that may not be there ends running ahead.
                After::Value(value) if value.is_unbound() => {
                    let was = before.is_some_and(Value::is_unbound);
                    self.put(place, Value::UNBOUND);
                    return Ok(!was);
                }
                After::Value(value) => {
                    if value.is_object() && !is_object {
                        shared.push(value.handle());
                    }
                    self.described(*value)
                }
            };
            like = Some(match like {
                None => described,
                Some(like) => like.join(&described),
            });
        }
        let like = like.ok_or(GiveUp)?;
        if let Some(before) = before
            && (self.is_unknown(before) || self.is_unknown_text(before))
            && self.described(before).covers(&like)
            // What was found out about the value before is not true of the one that may stand here now.
            && (is_object || fresh.as_ref().is_some_and(|fresh| fresh.contains(&before.handle())))
        {
            return Ok(false);
        }
        match place {
            Place::Object(handle) if is_object => {
                self.blur_as(handle, like)?;
            }
            _ => {
                let value = self.new_unknown(like.held_twice());
                if let Some(fresh) = fresh
                    && value.is_object()
                {
                    fresh.insert(value.handle());
                }
                self.put(place, value);
            }
        }
        self.note_unknowns();
        Ok(true)
    }

    fn put(&mut self, place: Place, value: Value) {
        let slot = match place {
            Place::Stack(at) => self.stack.get_mut(at),
            Place::Global(at) => self.globals.get_mut(at),
            Place::Object(handle) => match self.heap.get_mut(handle) {
                Some(Object::Cell(inside)) => Some(inside),
                _ => None,
            },
        };
        if let Some(slot) = slot {
            *slot = value;
        }
    }

    pub(super) fn note_unknowns(&mut self) {
        if let Some(ahead) = &mut self.ahead {
            ahead.unknowns = true;
        }
    }

    /// Lets it be unknown what an object holds.
    fn blur_as(&mut self, handle: Handle, unknown: Unknown) -> Result<(), GiveUp> {
        let mut inside = Vec::new();
        self.heap.get(handle).for_each_value(|value| {
            if value.is_object() {
                inside.push(value.handle());
            }
        });
        if matches!(
            self.heap.get(handle),
            Object::Generator(_) | Object::Instance(_) | Object::Function(_)
        ) {
            return Err(GiveUp);
        }
        if let Some(object) = self.heap.get_mut(handle) {
            *object = Object::Unknown(Box::new(unknown));
        }
        self.note_unknowns();
        for handle in inside {
            self.blur(handle)?;
        }
        Ok(())
    }

    /// Lets it be unknown what an object holds, and all that can be reached from it: somebody may change it who is not known.
    /// Tells whether anything was known.
    pub(super) fn blur(&mut self, handle: Handle) -> Result<bool, GiveUp> {
        let mut changed = false;
        let mut seen = HashSet::new();
        let mut open = vec![handle];
        while let Some(handle) = open.pop() {
            if !seen.insert(handle) {
                continue;
            }
            self.meter.charge(1).map_err(|_| GiveUp)?;
            if let Object::Unknown(unknown) = self.heap.get(handle) {
                if !unknown.shared && unknown.kinds.meets(Kinds::MUTABLE) {
                    if let Some(Object::Unknown(unknown)) = self.heap.get_mut(handle) {
                        unknown.shared = true;
                    }
                    changed = true;
                }
                continue;
            }
            let object = self.heap.get(handle);
            let kind = kind_of(object);
            let is_mutable = match object {
                Object::List(_)
                | Object::Dict(_)
                | Object::Set(_)
                | Object::Deque(_)
                | Object::Iterator(_)
                | Object::Cell(_) => kind != Type::FrozenSet,
                Object::Generator(_) | Object::Instance(_) => return Err(GiveUp),
                Object::Tuple(_) | Object::DictView { .. } | Object::BoundMethod { .. } | Object::Record(_) => false,
                // What functions close over is changed by those who call them, and one that is not known can't be called.
                _ => continue,
            };
            object.for_each_value(|value| {
                if value.is_object() {
                    open.push(value.handle());
                }
            });
            if !is_mutable {
                continue;
            }
            let cell = match self.heap.get(handle) {
                Object::Cell(value) => Some(*value),
                _ => None,
            };
            let mut unknown = match cell {
                Some(value) => self.described(value),
                None => self.described(Value::object(kind, handle)),
            };
            // Whoever holds it may put in what is not known here.
            unknown.items = None;
            unknown = unknown.with_other_items().held_twice();
            if cell.is_some() {
                let value = self.new_unknown(Unknown::any());
                self.put(Place::Object(handle), value);
            } else if let Some(object) = self.heap.get_mut(handle) {
                *object = Object::Unknown(Box::new(unknown));
            }
            self.note_unknowns();
            changed = true;
        }
        Ok(changed)
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

/// Returns the type of the values that stand for an object; that of a set may be another.
const fn kind_of(object: &Object) -> Type {
    match object {
        Object::List(_) => Type::List,
        Object::Tuple(_) => Type::Tuple,
        Object::Dict(_) => Type::Dict,
        Object::Set(_) => Type::Set,
        Object::Deque(_) => Type::Deque,
        Object::Iterator(_) => Type::Iterator,
        Object::DictView { .. } => Type::DictView,
        Object::Match(_) => Type::Match,
        Object::Str(_) => Type::Str,
        Object::Exception(_) => Type::Exception,
        _ => Type::Unknown,
    }
}

fn same_frames(left: &[Frame], right: &[Frame]) -> bool {
    let same = |a: &Frame, b: &Frame| {
        a.code == b.code && a.ip == b.ip && a.base == b.base && a.floor == b.floor && a.guards == b.guards
    };
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same(a, b))
}
