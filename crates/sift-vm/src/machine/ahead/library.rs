//! Calls of library functions with values that are not known.

use sift_abstract::{AbstractValue, Call, Effect, Evaluation, Iteration, Kinds, Pattern, Reads, Speculator, Transfer};
use sift_compiler::op::Op;
use sift_modules::regex::cache::pattern_arg;
use sift_runtime::runtime::Row;
use sift_runtime::table::Owner;
use sift_text::HoleId;
use sift_values::flow::{Delegate, Flow};
use sift_values::heap::Heap;
use sift_values::object::{DictKind, IteratorSource, Object};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use super::super::Interpreter;
use super::super::frame::Frame;
use super::state::Stop::{self, GiveUp};

/// A call of a library function that the machine stands before.
pub(super) struct Called {
    /// The function.
    pub(super) row: &'static Row,
    pub(super) call: Call,
    /// How many values on the stack the result replaces.
    pub(super) operands: usize,
}

impl Interpreter {
    /// Tells whether a value is a generator that only some of the ways have read: what it does is not known.
    pub(super) fn is_left(&self, value: Value) -> bool {
        value.kind() == Type::Generator && self.is_unknown(value)
    }

    /// Tells whether a call of a library function would look at something that is not known.
    pub(super) fn call_looks_at_unknown(&mut self, op: Op) -> bool {
        let operands = match op {
            Op::Call(args) => args as usize + 1,
            Op::CallKeywords { args, names } => args as usize + self.constant_len(names) + 1,
            Op::CallMethod { args, .. } => args as usize + 1,
            Op::CallMethodKeywords { args, names } => args as usize + self.constant_len(names),
            _ => return false,
        };
        let under = self.peek(operands - 1);
        if self.is_blurred(under) {
            return true;
        }
        let is_method = matches!(op, Op::CallMethod { .. } | Op::CallMethodKeywords { .. });
        if !is_method && matches!(under.kind(), Type::Function | Type::Provided | Type::TupleClass) {
            return false;
        }
        let holds =
            |value: Value| value.is_object() && !matches!(value.kind(), Type::Str | Type::Pattern | Type::Function);
        let args: Vec<Value> = (0..operands - 1).rev().map(|depth| self.peek(depth)).collect();
        if !(args.iter().copied().any(holds) || is_method && holds(under)) {
            return false;
        }
        if args.iter().any(|arg| self.is_left(*arg)) {
            return true;
        }
        // A generator is made a list first.
        if args.iter().any(|arg| arg.kind() == Type::Generator) {
            return false;
        }
        let reads = self
            .called(op)
            .map_or(Reads::Deeply, |called| called.row.speculation.reads);
        match reads {
            Reads::Items => args.iter().any(|arg| self.is_blurred(*arg)),
            Reads::Nothing => args
                .iter()
                .any(|arg| arg.kind() != Type::Unknown && self.is_blurred(*arg)),
            Reads::FirstOnly => args.first().is_some_and(|first| self.holds_unknown(*first)),
            Reads::Deeply => args
                .iter()
                .copied()
                .chain(Some(under).filter(|_| is_method))
                .any(|value| self.holds_unknown(value)),
        }
    }

    /// Tells whether a value is not known, or iterates over something that is not.
    pub(super) fn is_blurred(&self, value: Value) -> bool {
        let mut value = value;
        loop {
            if self.is_unknown(value) {
                return true;
            }
            if !matches!(value.kind(), Type::Iterator | Type::DictView) {
                return false;
            }
            value = match self.heap.get(value.handle()) {
                Object::DictView { dict, .. } => *dict,
                Object::Iterator(iterator) => match &iterator.source {
                    IteratorSource::Sequence { items, .. } | IteratorSource::Reversed { items, .. } => *items,
                    IteratorSource::Deque { deque, .. } => *deque,
                    IteratorSource::Dict { dict, .. } => *dict,
                    IteratorSource::Enumerate { inner, .. } => *inner,
                    IteratorSource::Zip { inners } => return inners.iter().any(|inner| self.is_blurred(*inner)),
                    _ => return false,
                },
                _ => return false,
            };
        }
    }

    fn constant_len(&self, names: u32) -> usize {
        let names = self.code.consts.get(names as usize).copied().unwrap_or(Value::NONE);
        self.tuple_len(names)
    }

    fn constant_names(&self, names: u32) -> Vec<SmolStr> {
        let names = self.code.consts.get(names as usize).copied().unwrap_or(Value::NONE);
        let Object::Tuple(names) = self.heap.get(names.handle()) else {
            return Vec::new();
        };
        let text = |name: &Value| match self.heap.get(name.handle()) {
            Object::Str(text) => SmolStr::new(text.as_str().unwrap_or_default()),
            _ => SmolStr::default(),
        };
        names.iter().map(text).collect()
    }

    /// Returns which library function a call is of; none if it is of none.
    fn called(&self, op: Op) -> Option<Called> {
        let (args, names, method) = match op {
            Op::Call(args) => (args as usize, Vec::new(), None),
            Op::CallKeywords { args, names } => (args as usize, self.constant_names(names), None),
            Op::CallMethod { name, args } => (args as usize, Vec::new(), Some(self.code.name(name))),
            Op::CallMethodKeywords { args, names } => {
                let mut names = self.constant_names(names);
                let method = (!names.is_empty()).then(|| names.remove(0))?;
                (args as usize, names, Some(method))
            }
            _ => return None,
        };
        let operands = args + names.len() + 1;
        let at = |place: usize| self.peek(operands - 2 - place);
        let values: Vec<Value> = (0..args).map(at).collect();
        let named = names
            .into_iter()
            .enumerate()
            .map(|(place, name)| (name, at(args + place)));
        let under = self.peek(operands - 1);
        let mut call = Call {
            receiver: None,
            args: values,
            named: named.collect(),
        };
        let row;
        (row, call.receiver) = match method {
            None => self.function_called(under)?,
            Some(method) => self.method_called(under, &method)?,
        };
        // `str.strip(text)` is `text.strip()`.
        if call.receiver.is_none()
            && let Owner::Method([kind, ..]) = row.owner
        {
            let first = call.args.first().copied();
            call.receiver = first.filter(|first| self.described(*first).is(Kinds::of_type(*kind)));
            call.receiver?;
            call.args.remove(0);
        }
        Some(Called { row, call, operands })
    }

    /// Returns the library function that a value is, with the receiver that is bound to it.
    fn function_called(&self, callee: Value) -> Option<(&'static Row, Option<Value>)> {
        match (callee.kind(), self.heap.get(callee.handle())) {
            (Type::Class, _) => Some((self.library.constructor(callee)?, None)),
            (Type::BoundMethod, Object::BoundMethod { receiver, native }) => {
                Some((self.native_row(*native)?, Some(*receiver)))
            }
            _ => Some((self.native_row(callee)?, None)),
        }
    }

    fn native_row(&self, native: Value) -> Option<&'static Row> {
        (native.kind() == Type::Native).then(|| self.library.row(native.index()))
    }

    fn method_called(&self, object: Value, name: &str) -> Option<(&'static Row, Option<Value>)> {
        match object.kind() {
            Type::Module => self.function_called(self.library.module_member(object, name)?),
            Type::Class => self.function_called(self.library.class_member(object, name)?),
            _ => {
                let is_unknown = self.is_blurred(object) || self.unknown(object).is_some();
                let method = match is_unknown {
                    true => self.method_of_unknown(&self.described(object), name)?,
                    false => self.method_of(object, name)?,
                };
                Some((self.native_row(method)?, Some(object)))
            }
        }
    }

    /// Returns the method of a value that is known to have one type.
    fn method_of_unknown(&self, object: &AbstractValue, name: &str) -> Option<Value> {
        const TYPES: [Type; 7] = [
            Type::Str,
            Type::List,
            Type::Dict,
            Type::Set,
            Type::Deque,
            Type::Match,
            Type::Tuple,
        ];
        let kind = TYPES.into_iter().find(|kind| object.is(Kinds::of_type(*kind)))?;
        let class = object.dict.as_ref().map(DictKind::class_name);
        let of_class = class.and_then(|class| self.library.kin_method(class, name));
        of_class.or_else(|| self.library.method(kind, name))
    }
}

impl Interpreter {
    /// Calls a library function with something that is not known.
    pub(super) fn call_ahead(&mut self, hole: HoleId, op: Op) -> Result<(), Stop> {
        let called = self.called(op).ok_or(GiveUp)?;
        if called.call.args.iter().any(|arg| self.is_left(*arg)) {
            return Err(GiveUp);
        }
        let speculation = called.row.speculation;
        for arg in called.call.args.clone() {
            if speculation.passes_items || self.described(arg).kinds.overlaps(Kinds::ITERATOR) {
                self.share_items(arg)?;
            }
            // Whoever reads an iterator takes from it what it has.
            if arg.kind() == Type::Iterator {
                self.share(arg)?;
            }
        }
        let transfer = speculation.transfer.ok_or(GiveUp)?;
        match transfer(self, &called.call).ok_or(GiveUp)? {
            Transfer::Delegated(function, args) => self.delegate_ahead(Delegate { function, args }, called.operands),
            Transfer::Evaluated(evaluation) => self.call_as_evaluated(hole, &called, evaluation),
        }
    }

    fn call_as_evaluated(&mut self, hole: HoleId, called: &Called, evaluation: Evaluation) -> Result<(), Stop> {
        if evaluation.derivation.is_some()
            && let Some(before) = self.derived(called)
        {
            return self.give_known(hole, called.operands, before);
        }
        let result = self.outlasting_op(evaluation.result);
        self.conclude(hole, evaluation.raises, &|m| {
            for effect in &evaluation.effects {
                m.carry_out(effect)?;
            }
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            if let Some(derivation) = evaluation.derivation {
                m.note_derived(called, derivation, value);
            }
            m.replace_top(called.operands, value);
            Ok(())
        })
    }

    fn carry_out(&mut self, effect: &Effect) -> Result<(), Stop> {
        match effect {
            Effect::Put { into, item } => self.put_in(*into, &[*item]),
            Effect::PutItems { into, of } => self.put_items_in(*into, *of),
            Effect::Mix { into, item, key } => self.mix_in(*into, item, Some(key)),
            Effect::Share(value) => self.share(*value),
            Effect::ShareItems(collection) => self.share_items(*collection),
        }
    }

    /// Goes on in the function of the prelude to which a call is left.
    fn delegate_ahead(&mut self, delegate: Delegate, operands: usize) -> Result<(), Stop> {
        let here = self.frames.last().ok_or(GiveUp)?.ip + 1;
        self.set_ip(here);
        let followed = self.follow_native(Flow::Delegate(Box::new(delegate)), operands);
        followed.map(|_| ()).map_err(|_| GiveUp)
    }

    /// Passes over a function of the prelude that has come to something unknown, if its result is known without running it.
    pub(super) fn pass_prelude_function(&mut self, hole: HoleId) -> Result<bool, Stop> {
        let transfer_of = |frame: &Frame| {
            let code = self.code.get(frame.code).filter(|code| code.is_library)?;
            self.library.prelude_transfer(&code.name)
        };
        let mut frames = self.frames.iter().enumerate();
        let Some((place, frame, transfer)) =
            frames.find_map(|(place, frame)| Some((place, frame, transfer_of(frame)?)))
        else {
            return Ok(false);
        };
        let frame = frame.clone();
        if frame.generator.is_some() {
            return Err(GiveUp);
        }
        let params = self.code.get(frame.code).map_or(0, |code| code.param_slots);
        let call = Call {
            receiver: None,
            args: (0..params).map(|slot| self.stack_value(frame.base + slot)).collect(),
            named: Vec::new(),
        };
        let Some(Transfer::Evaluated(evaluation)) = transfer(self, &call) else {
            return Err(GiveUp);
        };
        self.frames.truncate(place);
        self.note_running();
        self.guards.truncate(frame.guards);
        self.join_guards();
        self.stack.truncate(frame.floor);
        // The caller stands behind its call.
        let caller = self.frames.last().ok_or(GiveUp)?.ip;
        self.set_ip(caller.saturating_sub(1));
        self.give(hole, 0, evaluation.result, evaluation.raises)?;
        Ok(true)
    }
}

impl Speculator for Interpreter {
    fn heap(&self) -> &Heap {
        &self.heap
    }

    fn describe(&self, value: Value) -> AbstractValue {
        self.described(value)
    }

    fn is_known(&self, value: Value) -> bool {
        self.unknown(value).is_none()
    }

    fn contains(&self, whole: Value, part: Value) -> bool {
        self.has_part(whole, part)
    }

    fn is_stripped(&self, text: Value) -> bool {
        self.was_stripped(text)
    }

    fn iterate(&mut self, iterable: Value) -> Iteration {
        self.begin_iterating(iterable)
    }

    fn iterator(&self, iteration: Iteration) -> AbstractValue {
        self.iterating(iteration)
    }

    fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Option<Pattern> {
        if !self.is_known(pattern) {
            return None;
        }
        let value = pattern_arg(self, pattern, flags).ok()?;
        let known = self.pattern_held_by(value)?;
        Some(Pattern { value, known })
    }

    fn accepts_fields(&mut self, template: Value, call: &Call) -> bool {
        self.fields_take(template, call)
    }
}
