//! Calls: binding arguments to parameters, entering functions, asking natives.

use std::sync::Arc;

use smol_str::SmolStr;

use super::iterate::Advance;
use super::{Frame, Interpreter, MAX_DEPTH, OnReturn};
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Limit, Outcome};
use crate::library::{ClassId, Row, method_meant};
use crate::object::{FunctionObject, GeneratorObject, GeneratorState, Object, SavedFrame};
use crate::op::{CodeKind, ParamSpec};
use crate::value::{Label, Type, Value};

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entered {
    /// The result is on the stack, in place of the operands.
    Value,
    /// A frame was pushed; its result will take the place of the operands.
    Frame,
}

impl Interpreter {
    /// Calls what stands under `args` positional values and one value for each name in `names`, a tuple.
    pub(super) fn call(&mut self, args: usize, names: Option<Value>) -> Result<Entered, Flow> {
        let named = names.map_or(0, |names| self.tuple_len(names));
        let operands = args + named;
        let callee = self.peek(operands);
        match callee.kind() {
            Type::Function => self.call_function(callee, args, names, operands + 1),
            Type::Native => {
                let row = self.library.row(callee.index());
                self.call_native(row, Value::UNBOUND, args, names, operands + 1)
            }
            _ => self.call_other(callee, args, names, operands + 1),
        }
    }

    /// Calls what is neither a function of a program nor one of the library's own; it stands under the arguments or not.
    /// `names` are those of the named arguments alone.
    fn call_other(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Entered, Flow> {
        match callee.kind() {
            Type::Provided => {
                let function = self.provided(callee)?;
                self.call_function(function, args, names, operands)
            }
            Type::BoundMethod => {
                let Object::BoundMethod { receiver, native } = *self.heap.get(callee.handle()) else {
                    return Ok(Entered::Value);
                };
                if native.kind() == Type::Provided {
                    let function = self.provided(native)?;
                    return self.call_with_receiver(function, receiver, args, names, operands);
                }
                let row = self.library.row(native.index());
                self.call_native(row, receiver, args, names, operands)
            }
            Type::Class => match (
                self.library.constructor(callee),
                ClassId::of(callee).and_then(ClassId::sift),
            ) {
                (Some(row), _) => self.call_native(row, callee, args, names, operands),
                (None, Some(class)) => self.call_class(class, args, names, operands),
                (None, None) => {
                    let name = self.library.class_name(callee);
                    Err(self.type_error(format!("cannot create '{name}' instances")))
                }
            },
            _ => match self.special(callee, "call") {
                Some(function) => {
                    let function = self.provided(function)?;
                    self.call_with_receiver(function, callee, args, names, operands)
                }
                None => {
                    let message = format!("'{}' object is not callable", self.type_name(callee));
                    Err(self.type_error(message))
                }
            },
        }
    }

    /// Calls `object.name(…)`; the object stands under the arguments.
    pub(super) fn call_method(&mut self, name: &str, args: usize, names: Option<Value>) -> Result<Entered, Flow> {
        // The first of the names is the method's own.
        let named = names.map_or(0, |names| self.tuple_len(names).saturating_sub(1));
        let operands = args + named;
        let object = self.peek(operands);
        if let Some(native) = self.method_of(object, name) {
            let row = self.library.row(native.index());
            return self.call_native(row, object, args, names, operands + 1);
        }
        let callee = self.attribute(object, name)?;
        self.call_attribute(callee, args, names, operands + 1)
    }

    /// Calls an attribute in place of its object; the first of the names is the attribute's own.
    fn call_attribute(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Entered, Flow> {
        if callee.kind() == Type::Native {
            let row = self.library.row(callee.index());
            return self.call_native(row, Value::UNBOUND, args, names, operands);
        }
        let names = match names {
            Some(names) => Some(self.without_first(names)?),
            None => None,
        };
        match callee.kind() {
            Type::Function => self.call_function(callee, args, names, operands),
            _ => self.call_other(callee, args, names, operands),
        }
    }

    fn without_first(&mut self, names: Value) -> Outcome {
        let names = match self.heap.get(names.handle()) {
            Object::Tuple(names) => names.get(1..).unwrap_or_default().to_vec(),
            _ => Vec::new(),
        };
        self.alloc_tuple(names)
    }

    /// Calls with a list of positional arguments and a dict of named ones: callee list dict.
    ///
    /// The call is made above its operands, so that it can be run again from them.
    pub(super) fn call_spread(&mut self) -> Result<Entered, Flow> {
        let height = self.stack.len();
        let (callee, list, dict) = (self.peek(2), self.peek(1), self.peek(0));
        let args = self.list_items(list).to_vec();
        let pairs = self.dict_pairs(dict);
        self.meter.charge_items(args.len() + pairs.len())?;
        let names: Vec<Value> = pairs.iter().map(|(name, _)| *name).collect();
        let names = if names.is_empty() {
            None
        } else {
            Some(self.alloc_tuple(names)?)
        };
        self.stack.push(callee);
        self.stack.extend(&args);
        self.stack.extend(pairs.iter().map(|(_, value)| *value));
        match self.call(args.len(), names) {
            Ok(Entered::Value) => {
                let result = self.peek(0);
                self.stack.truncate(height);
                self.replace_top(3, result);
                Ok(Entered::Value)
            }
            Ok(Entered::Frame) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.floor = height.saturating_sub(3);
                }
                Ok(Entered::Frame)
            }
            Err(flow) => {
                self.stack.truncate(height);
                Err(match flow {
                    Flow::Materialise(_) => {
                        self.type_error("a generator can't be passed by * here; make a list of it first")
                    }
                    flow => flow,
                })
            }
        }
    }

    pub(super) fn tuple_len(&self, tuple: Value) -> usize {
        match self.heap.get(tuple.handle()) {
            Object::Tuple(items) => items.len(),
            _ => 0,
        }
    }

    /// Enters a function of the program's or the prelude's; `operands` stand on the stack, callee included.
    pub(super) fn call_function(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Entered, Flow> {
        let Object::Function(function) = self.heap.get(callee.handle()) else {
            return Ok(Entered::Value);
        };
        let (code_index, closure) = (function.code, function.closure);
        let Some(code) = self.code.get(code_index) else {
            return Ok(Entered::Value);
        };
        let (entry, locals, kind) = (code.entry, code.locals, code.kind);
        let simple = names.is_none() && args == code.params.positional && args == code.param_slots;
        let floor = self.stack.len() - operands;
        if !simple {
            let (function, code) = (function.clone(), Arc::clone(code));
            let bound = self.bind_arguments(&function, &code.params, args, names)?;
            self.stack.truncate(floor + 1);
            self.stack.extend(bound);
        }
        if self.frames.len() >= MAX_DEPTH {
            return Err(Flow::End(End::Limit(Limit::Depth)));
        }
        let base = floor + 1;
        if let Object::Tuple(cells) = self.heap.get(closure.handle()) {
            self.stack.extend_from_slice(cells);
        }
        self.stack.resize(base + locals, Value::UNBOUND);
        if kind == CodeKind::Generator {
            return self.make_generator(code_index, entry, floor);
        }
        self.frames.push(Frame {
            code: code_index,
            ip: entry,
            base,
            floor,
            guards: self.guards.len(),
            on_return: OnReturn::Push,
            generator: None,
        });
        Ok(Entered::Frame)
    }

    /// Takes the locals off the stack and keeps them in a generator.
    fn make_generator(&mut self, code: u32, entry: usize, floor: usize) -> Result<Entered, Flow> {
        let stack = self.stack.split_off(floor + 1);
        let name = self.code.get(code).map(|code| code.name.clone()).unwrap_or_default();
        let frame = SavedFrame {
            code,
            ip: entry,
            stack,
            guards: Vec::new(),
        };
        let generator = GeneratorObject {
            name,
            class: self.code.get(code).and_then(|code| code.generates),
            state: GeneratorState::Suspended(frame),
        };
        // The operands are gone already, so that this can't be run again: the generator is small, and its memory is
        // counted and looked at before the next op.
        let generator = self.heap.add(Type::Generator, Object::Generator(Box::new(generator)));
        self.stack.truncate(floor);
        self.stack.push(generator);
        Ok(Entered::Value)
    }

    /// Binds arguments to the slots of a function's parameters.
    fn bind_arguments(
        &mut self,
        function: &FunctionObject,
        params: &ParamSpec,
        args: usize,
        names: Option<Value>,
    ) -> Result<Vec<Value>, Flow> {
        let named = names.map_or(0, |names| self.tuple_len(names));
        let start = self.stack.len() - args - named;
        let positional: Vec<Value> = self.stack.iter().skip(start).take(args).copied().collect();
        let mut slots = vec![Value::UNBOUND; params.names.len()];
        for (slot, value) in slots.iter_mut().zip(positional.iter().take(params.positional)) {
            *slot = *value;
        }
        let rest = positional.get(params.positional..).unwrap_or_default().to_vec();
        let mut extra = Vec::new();
        let mut by_position_only = Vec::new();
        if let Some(names) = names {
            let names = match self.heap.get(names.handle()) {
                Object::Tuple(names) => names.to_vec(),
                _ => Vec::new(),
            };
            for (index, name) in names.into_iter().enumerate() {
                let value = self.stack_value(start + args + index);
                let text = self.text(name)?;
                let text = text.as_str().unwrap_or_default();
                let slot = params
                    .names
                    .iter()
                    .skip(params.positional_only)
                    .position(|param| param == text);
                match slot.and_then(|slot| slots.get_mut(slot + params.positional_only)) {
                    Some(slot) if slot.is_unbound() => *slot = value,
                    Some(_) => {
                        let message = format!("{}() got multiple values for argument '{text}'", function.name);
                        return Err(self.type_error(message));
                    }
                    None if params.var_keywords => extra.push((name, value)),
                    None if params.names.iter().any(|param| param == text) => by_position_only.push(text.to_owned()),
                    None => {
                        let message = format!("{}() got an unexpected keyword argument '{text}'", function.name);
                        return Err(self.type_error(message));
                    }
                }
            }
        }
        if !by_position_only.is_empty() {
            let message = format!(
                "{}() got some positional-only arguments passed as keyword arguments: '{}'",
                function.name,
                by_position_only.join(", ")
            );
            return Err(self.type_error(message));
        }
        if !rest.is_empty() && !params.var_args {
            return Err(self.too_many_arguments(function, params, args));
        }
        self.fill_defaults(function, params, &mut slots)?;
        if params.var_args {
            let rest = self.alloc_tuple(rest)?;
            slots.push(rest);
        }
        if params.var_keywords {
            let dict = self.new_dict(&extra)?;
            slots.push(dict);
        }
        Ok(slots)
    }

    fn fill_defaults(
        &mut self,
        function: &FunctionObject,
        params: &ParamSpec,
        slots: &mut [Value],
    ) -> Result<(), Flow> {
        let items = |interpreter: &Self, tuple: Value| match interpreter.heap.get(tuple.handle()) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let defaults = items(self, function.defaults);
        let keyword_defaults = items(self, function.keyword_defaults);
        let first_default = params.positional.saturating_sub(defaults.len());
        let mut missing = Vec::new();
        let mut missing_keywords = Vec::new();
        for (index, (slot, name)) in slots.iter_mut().zip(&params.names).enumerate() {
            if !slot.is_unbound() {
                continue;
            }
            let default = match index.checked_sub(params.positional) {
                None => index.checked_sub(first_default).and_then(|index| defaults.get(index)),
                Some(index) => keyword_defaults.get(index),
            };
            match default.copied().and_then(Value::given) {
                Some(default) => *slot = default,
                None if index < params.positional => missing.push(name.clone()),
                None => missing_keywords.push(name.clone()),
            }
        }
        for (names, kind) in [(missing, "positional"), (missing_keywords, "keyword-only")] {
            if !names.is_empty() {
                let plural = if names.len() == 1 { "" } else { "s" };
                let message = format!(
                    "{}() missing {} required {kind} argument{plural}: {}",
                    function.name,
                    names.len(),
                    listed(&names)
                );
                return Err(self.type_error(message));
            }
        }
        Ok(())
    }

    fn too_many_arguments(&mut self, function: &FunctionObject, params: &ParamSpec, given: usize) -> Flow {
        let defaults = self.tuple_len(function.defaults);
        let most = params.positional;
        let takes = match defaults {
            0 => format!("{most} positional argument{}", if most == 1 { "" } else { "s" }),
            defaults => format!("from {} to {most} positional arguments", most - defaults.min(most)),
        };
        let verb = if given == 1 { "was" } else { "were" };
        self.type_error(format!("{}() takes {takes} but {given} {verb} given", function.name))
    }

    /// Calls a library function. Its result, or that of the prelude function it delegates to, takes the place of the
    /// operands.
    fn call_native(
        &mut self,
        row: &'static Row,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Entered, Flow> {
        if let (1, None, Some(method)) = (args, names, method_meant(self.library, row, self.peek(0))) {
            return self.call_native(method, Value::UNBOUND, args, names, operands);
        }
        if row.consumes_iterables() {
            let start = self.stack.len() + 1 - operands;
            for place in start..self.stack.len() {
                if self.runs_code_to_iterate(self.stack_value(place)) {
                    return Err(Flow::Materialise(place));
                }
            }
        }
        let (label, result) = match self.bind_native(row, receiver, args, names, operands) {
            Ok(bound) => (bound.label(), (row.run)(self, &bound)),
            Err(flow) => (Label::PROGRAM, Err(flow)),
        };
        if let Some(coverage) = &mut self.coverage {
            coverage.note(row, matches!(result, Err(Flow::Raise(_))));
        }
        match result {
            Ok(value) => {
                self.replace_top(operands, value.labelled(label));
                Ok(Entered::Value)
            }
            Err(Flow::Delegate(delegate)) => {
                let floor = self.stack.len() - operands;
                let entered = self.enter_prelude(delegate.function, &delegate.args)?;
                match (entered, self.frames.last_mut()) {
                    (Entered::Frame, Some(frame)) => frame.floor = floor,
                    _ => {
                        let value = self.peek(0);
                        self.stack.truncate(floor);
                        self.stack.push(value);
                    }
                }
                Ok(entered)
            }
            Err(Flow::Resume { generator, default }) => self.resume_for_next(generator, default, operands),
            Err(flow) => Err(flow),
        }
    }

    /// Runs a generator to its next item, which takes the place of the operands.
    fn resume_for_next(&mut self, generator: Value, default: Value, operands: usize) -> Result<Entered, Flow> {
        match self.resume(generator, OnReturn::Next { default })? {
            Advance::Frame => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.floor = frame.floor.saturating_sub(operands);
                }
                Ok(Entered::Frame)
            }
            Advance::Item(_) | Advance::End => match default.given() {
                Some(default) => {
                    self.replace_top(operands, default);
                    Ok(Entered::Value)
                }
                None => Err(self.raise_with(ExceptionClass::StopIteration, Vec::new())),
            },
        }
    }

    /// Enters a function of the prelude, or of a module (`difflib._ratio`), above what is on the stack.
    pub(super) fn enter_prelude(&mut self, name: &str, args: &[Value]) -> Result<Entered, Flow> {
        let callee = match name.split_once('.') {
            Some((module, name)) => self.name_of_module(module, name)?,
            None => {
                let slot = self.library.builtin_slot(name);
                slot.and_then(|slot| self.builtins.get(slot))
                    .copied()
                    .unwrap_or(Value::NONE)
            }
        };
        self.stack.push(callee);
        self.stack.extend(args);
        self.call(args.len(), None)
    }

    /// Makes a function of a code, with defaults and cells from the stack.
    pub(super) fn make_function(&mut self, code: u32) -> Result<(), Flow> {
        let name = self.code.get(code).map(|code| code.name.clone()).unwrap_or_default();
        let function = FunctionObject {
            code,
            name,
            defaults: self.peek(2),
            keyword_defaults: self.peek(1),
            closure: self.peek(0),
        };
        let function = self.alloc(Type::Function, Object::Function(Box::new(function)))?;
        self.replace_top(3, function);
        Ok(())
    }

    /// Makes an exception that no native text describes better.
    pub(crate) fn runtime_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::RuntimeError, message)
    }
}

/// Lists names as CPython does: `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
fn listed(names: &[SmolStr]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("'{one}'"),
        [first, second] => format!("'{first}' and '{second}'"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("'{name}'")).collect();
            format!("{}, and '{last}'", first.join(", "))
        }
    }
}
