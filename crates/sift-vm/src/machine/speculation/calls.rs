//! Speculative execution of library calls with unknown arguments.

use sift_abstract::{AbstractValue, Call, Effect, Evaluation, Iteration, Kinds, Pattern, Reads, Speculator, Transfer};
use sift_compiler::op::Op;
use sift_modules::regex::cache::pattern_arg;
use sift_runtime::runtime::Row;
use sift_runtime::table::Owner;
use sift_text::PendingId;
use sift_values::flow::{Delegate, Flow};
use sift_values::heap::Heap;
use sift_values::object::{DictKind, IteratorSource, Object};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use super::super::Interpreter;
use super::super::frame::Frame;
use super::state::Stop::{self, GiveUp};

/// A call of a library function that is about to be executed.
pub(super) struct LibraryCall {
    pub(super) row: &'static Row,
    pub(super) call: Call,
    /// The number of stack values that the result of the call replaces.
    pub(super) operands: usize,
}

impl Interpreter {
    /// Returns `true` if a value is a generator that was read on some paths only, so that its state
    /// is unknown.
    pub(super) fn is_partly_read_generator(&self, value: Value) -> bool {
        value.kind() == Type::Generator && self.is_unknown(value)
    }

    /// Returns `true` if a library call would read an unknown value.
    pub(super) fn call_reads_unknown(&mut self, op: Op) -> bool {
        let operands = match op {
            Op::Call(args) => args as usize + 1,
            Op::CallKeywords { args, names } => args as usize + self.constant_len(names) + 1,
            Op::CallMethod { args, .. } => args as usize + 1,
            Op::CallMethodKeywords { args, names } => args as usize + self.constant_len(names),
            _ => return false,
        };
        let under = self.peek(operands - 1);
        if self.is_abstract(under) {
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
        if args.iter().any(|arg| self.is_partly_read_generator(*arg)) {
            return true;
        }
        // A generator is converted to a list first.
        if args.iter().any(|arg| arg.kind() == Type::Generator) {
            return false;
        }
        let reads = self
            .library_call(op)
            .map_or(Reads::Deeply, |called| called.row.speculation.reads);
        match reads {
            Reads::Items => args.iter().any(|arg| self.is_abstract(*arg)),
            Reads::Nothing => args
                .iter()
                .any(|arg| arg.kind() != Type::Unknown && self.is_abstract(*arg)),
            Reads::FirstOnly => args.first().is_some_and(|first| self.holds_unknown(*first)),
            Reads::Deeply => args
                .iter()
                .copied()
                .chain(Some(under).filter(|_| is_method))
                .any(|value| self.holds_unknown(value)),
        }
    }

    /// Returns `true` if a value is unknown, or iterates over an unknown collection.
    pub(super) fn is_abstract(&self, value: Value) -> bool {
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
                    IteratorSource::Zip { inners } => return inners.iter().any(|inner| self.is_abstract(*inner)),
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

    /// Returns the library call that an op makes, or `None` if the op calls no library function.
    fn library_call(&self, op: Op) -> Option<LibraryCall> {
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
            None => self.resolve_function(under)?,
            Some(method) => self.resolve_method(under, &method)?,
        };
        // `str.strip(text)` is `text.strip()`.
        if call.receiver.is_none()
            && let Owner::Method([kind, ..]) = row.owner
        {
            let first = call.args.first().copied();
            call.receiver = first.filter(|first| self.describe_value(*first).is(Kinds::of_type(*kind)));
            call.receiver?;
            call.args.remove(0);
        }
        Some(LibraryCall { row, call, operands })
    }

    /// Resolves a callee to the row of a library function and its bound receiver, if any.
    fn resolve_function(&self, callee: Value) -> Option<(&'static Row, Option<Value>)> {
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

    fn resolve_method(&self, object: Value, name: &str) -> Option<(&'static Row, Option<Value>)> {
        match object.kind() {
            Type::Module => self.resolve_function(self.library.module_member(object, name)?),
            Type::Class => self.resolve_function(self.library.class_member(object, name)?),
            _ => {
                let is_unknown = self.is_abstract(object) || self.unknown(object).is_some();
                let method = match is_unknown {
                    true => self.method_of_abstract(&self.describe_value(object), name)?,
                    false => self.method_of(object, name)?,
                };
                Some((self.native_row(method)?, Some(object)))
            }
        }
    }

    /// Resolves a method of an abstract value. The value must be known to have one type.
    fn method_of_abstract(&self, object: &AbstractValue, name: &str) -> Option<Value> {
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
    /// Executes a library call with unknown arguments by the function's transfer function.
    pub(super) fn speculate_call(&mut self, pending: PendingId, op: Op) -> Result<(), Stop> {
        let called = self.library_call(op).ok_or(GiveUp)?;
        if called.call.args.iter().any(|arg| self.is_partly_read_generator(*arg)) {
            return Err(GiveUp);
        }
        let speculation = called.row.speculation;
        for arg in called.call.args.clone() {
            if speculation.passes_items || self.describe_value(arg).kinds.overlaps(Kinds::ITERATOR) {
                self.share_items(arg)?;
            }
            // Reading an iterator consumes its items.
            if arg.kind() == Type::Iterator {
                self.share(arg)?;
            }
        }
        let transfer = speculation.transfer.ok_or(GiveUp)?;
        match transfer(self, &called.call).ok_or(GiveUp)? {
            Transfer::Delegated(function, args) => {
                self.speculate_delegate(Delegate { function, args }, called.operands)
            }
            Transfer::Evaluated(evaluation) => self.apply_evaluation(pending, &called, evaluation),
        }
    }

    fn apply_evaluation(
        &mut self,
        pending: PendingId,
        called: &LibraryCall,
        evaluation: Evaluation,
    ) -> Result<(), Stop> {
        if evaluation.derivation.is_some()
            && let Some(before) = self.derived_text(called)
        {
            return self.finish_with_known(pending, called.operands, before);
        }
        let result = self.lasting_result(evaluation.result);
        self.finish_op(pending, evaluation.raises, &|m| {
            for effect in &evaluation.effects {
                m.apply_effect(effect)?;
            }
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            if let Some(derivation) = evaluation.derivation {
                m.note_derived_text(called, derivation, value);
            }
            m.replace_top(called.operands, value);
            Ok(())
        })
    }

    fn apply_effect(&mut self, effect: &Effect) -> Result<(), Stop> {
        match effect {
            Effect::Insert { into, item } => self.insert_items(*into, &[*item]),
            Effect::InsertItems { into, of } => self.extend_with(*into, *of),
            Effect::InsertAbstract { into, item, key } => self.insert_abstract(*into, item, Some(key)),
            Effect::Share(value) => self.share(*value),
            Effect::ShareItems(collection) => self.share_items(*collection),
        }
    }

    /// Continues execution in the prelude function that implements a library call.
    fn speculate_delegate(&mut self, delegate: Delegate, operands: usize) -> Result<(), Stop> {
        let here = self.frames.last().ok_or(GiveUp)?.ip + 1;
        self.set_ip(here);
        let followed = self.follow_native(Flow::Delegate(Box::new(delegate)), operands);
        followed.map(|_| ()).map_err(|_| GiveUp)
    }

    /// Skips the rest of a prelude function that has reached an unknown value, if a transfer
    /// function describes the function's result. Returns `true` if it did.
    pub(super) fn step_over_prelude_function(&mut self, pending: PendingId) -> Result<bool, Stop> {
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
        self.update_caller();
        self.guards.truncate(frame.guards);
        self.join_guards();
        self.stack.truncate(frame.floor);
        // The caller's next op is behind its call.
        let caller = self.frames.last().ok_or(GiveUp)?.ip;
        self.set_ip(caller.saturating_sub(1));
        self.finish_with(pending, 0, evaluation.result, evaluation.raises)?;
        Ok(true)
    }
}

impl Speculator for Interpreter {
    fn heap(&self) -> &Heap {
        &self.heap
    }

    fn describe(&self, value: Value) -> AbstractValue {
        self.describe_value(value)
    }

    fn is_known(&self, value: Value) -> bool {
        self.unknown(value).is_none()
    }

    fn contains(&self, whole: Value, part: Value) -> bool {
        self.is_known_to_contain(whole, part)
    }

    fn is_stripped(&self, text: Value) -> bool {
        self.is_known_stripped(text)
    }

    fn iterate(&mut self, iterable: Value) -> Iteration {
        self.start_iteration(iterable)
    }

    fn iterator(&self, iteration: Iteration) -> AbstractValue {
        self.describe_iterator(iteration)
    }

    fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Option<Pattern> {
        if !self.is_known(pattern) {
            return None;
        }
        let value = pattern_arg(self, pattern, flags).ok()?;
        let known = self.pattern_in(value)?;
        Some(Pattern { value, known })
    }

    fn accepts_fields(&mut self, template: Value, call: &Call) -> bool {
        self.accepts_template(template, call)
    }
}
