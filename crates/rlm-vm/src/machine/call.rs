//! Calls: binding arguments to parameters, entering functions, asking natives.

use std::sync::Arc;

use rlm_syntax::{ParamKind, Signature};
use smol_str::SmolStr;

use super::iterate::Advance;
use super::{Frame, Interpreter, MAX_DEPTH, OnReturn};
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Limit, Outcome};
use crate::library::{ClassId, Owner, Row};
use crate::object::{FunctionObject, GeneratorObject, GeneratorState, Object, SavedFrame};
use crate::op::{CodeKind, ParamSpec};
use crate::value::{Type, Value};

/// The most parameters that a library function has, `*args` and `**kwargs` not counted.
pub(crate) const MAX_PARAMS: usize = 10;

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entered {
    /// The result is on the stack, in place of the operands.
    Value,
    /// A frame was pushed; its result will take the place of the operands.
    Frame,
}

/// The arguments of a library function, bound to its signature.
#[derive(Debug, Clone)]
pub(crate) struct Args {
    /// What the method was called on; unbound for a function.
    pub(crate) receiver: Value,
    named: [Value; MAX_PARAMS],
    /// What `*args` takes.
    pub(crate) rest: Vec<Value>,
    /// What `**kwargs` takes.
    pub(crate) keywords: Vec<(SmolStr, Value)>,
}

/// Where a call's arguments stand on the stack.
#[derive(Debug, Clone, Copy)]
struct Given {
    /// The place of the first.
    first: usize,
    /// How many are given by position.
    args: usize,
    /// How many are given by name, after those.
    named: usize,
}

impl Args {
    /// Returns the argument of the parameter at `index`, `*args` and `**kwargs` not counted; unbound if not given.
    pub(crate) fn get(&self, index: usize) -> Value {
        self.named.get(index).copied().unwrap_or(Value::UNBOUND)
    }

    /// Returns the argument if it was given.
    pub(crate) fn given(&self, index: usize) -> Option<Value> {
        self.get(index).given()
    }

    /// Returns the same arguments for a call on another receiver.
    pub(crate) fn on(&self, receiver: Value) -> Self {
        Self {
            receiver,
            ..self.clone()
        }
    }

    /// Returns the argument if it was given and is not None.
    pub(crate) fn some(&self, index: usize) -> Option<Value> {
        self.given(index).filter(|value| !value.is_none())
    }
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
            Type::BoundMethod => {
                let Object::BoundMethod { receiver, native } = *self.heap.get(callee.handle()) else {
                    return Ok(Entered::Value);
                };
                let row = self.library.row(native.index());
                self.call_native(row, receiver, args, names, operands + 1)
            }
            Type::Class => match self.library.constructor(callee) {
                Some(row) => self.call_native(row, callee, args, names, operands + 1),
                None => {
                    let name = self.library.class_name(callee);
                    Err(self.type_error(format!("cannot create '{name}' instances")))
                }
            },
            _ => {
                let message = format!("'{}' object is not callable", self.type_name(callee));
                Err(self.type_error(message))
            }
        }
    }

    /// Calls `object.name(…)`; the object stands under the arguments.
    pub(super) fn call_method(&mut self, name: &str, args: usize, names: Option<Value>) -> Result<Entered, Flow> {
        // The first of the names is the method's own.
        let named = names.map_or(0, |names| self.tuple_len(names).saturating_sub(1));
        let operands = args + named;
        let object = self.peek(operands);
        if let Some(row) = self.library.method(object.kind(), name) {
            return self.call_native(row, object, args, names, operands + 1);
        }
        let callee = self.attribute(object, name)?;
        let place = self.stack.len() - operands - 1;
        match callee.kind() {
            Type::Native => {
                let row = self.library.row(callee.index());
                self.call_native(row, Value::UNBOUND, args, names, operands + 1)
            }
            Type::Class => match self.library.constructor(callee) {
                Some(row) => self.call_native(row, callee, args, names, operands + 1),
                None => Err(self.type_error(format!("cannot create '{}' instances", self.library.class_name(callee)))),
            },
            Type::Function => {
                if let Some(slot) = self.stack.get_mut(place) {
                    *slot = callee;
                }
                let names = match names {
                    Some(names) => Some(self.without_first(names)?),
                    None => None,
                };
                self.call_function(callee, args, names, operands + 1)
            }
            Type::BoundMethod => {
                let Object::BoundMethod { receiver, native } = *self.heap.get(callee.handle()) else {
                    return Ok(Entered::Value);
                };
                let row = self.library.row(native.index());
                self.call_native(row, receiver, args, names, operands + 1)
            }
            _ => {
                let message = format!("'{}' object is not callable", self.type_name(callee));
                Err(self.type_error(message))
            }
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

    fn tuple_len(&self, tuple: Value) -> usize {
        match self.heap.get(tuple.handle()) {
            Object::Tuple(items) => items.len(),
            _ => 0,
        }
    }

    /// Enters a function of the program's or the prelude's; `operands` stand on the stack, callee included.
    fn call_function(
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
                    None => {
                        let message = format!("{}() got an unexpected keyword argument '{text}'", function.name);
                        return Err(self.type_error(message));
                    }
                }
            }
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
        if row.consumes_iterables() {
            let start = self.stack.len() + 1 - operands;
            for place in start..self.stack.len() {
                if self.stack_value(place).kind() == Type::Generator {
                    return Err(Flow::Materialise(place));
                }
            }
        }
        let given = Given {
            first: self.stack.len() + 1 - operands,
            args,
            named: operands - 1 - args,
        };
        let (receiver, given) = self.receiver_of(row, receiver, given)?;
        let bound = self.bind_native(row, receiver, given, names)?;
        match (row.run)(self, &bound) {
            Ok(value) => {
                let label = bound
                    .named
                    .iter()
                    .fold(receiver.label(), |label, value| label.join(value.label()));
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

    /// Returns a method's receiver: what it was called on, or, where it was called through its class (`map(str.strip, lines)`),
    /// its first argument, which must be of that class.
    fn receiver_of(&mut self, row: &'static Row, receiver: Value, given: Given) -> Result<(Value, Given), Flow> {
        let Owner::Method(kinds) = row.owner else {
            return Ok((receiver, given));
        };
        if !receiver.is_unbound() {
            return Ok((receiver, given));
        }
        let class = kinds
            .first()
            .and_then(|kind| ClassId::of_instances(*kind))
            .map_or("object", ClassId::name);
        if given.args == 0 {
            return Err(self.type_error(format!("unbound method {class}.{}() needs an argument", row.name)));
        }
        let receiver = self.stack_value(given.first);
        if !kinds.contains(&receiver.kind()) {
            let found = self.type_name(receiver);
            let message = format!(
                "descriptor '{}' for '{class}' objects doesn't apply to a '{found}' object",
                row.name
            );
            return Err(self.type_error(message));
        }
        Ok((
            receiver,
            Given {
                first: given.first + 1,
                args: given.args - 1,
                ..given
            },
        ))
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

    /// Enters a function of the prelude above what is on the stack.
    pub(super) fn enter_prelude(&mut self, name: &str, args: &[Value]) -> Result<Entered, Flow> {
        let slot = self.library.builtin_slot(name);
        let callee = slot
            .and_then(|slot| self.builtins.get(slot))
            .copied()
            .unwrap_or(Value::NONE);
        self.stack.push(callee);
        self.stack.extend(args);
        self.call(args.len(), None)
    }

    fn bind_native(
        &mut self,
        row: &'static Row,
        receiver: Value,
        given: Given,
        names: Option<Value>,
    ) -> Result<Args, Flow> {
        let Given {
            first: start,
            args,
            named,
        } = given;
        let mut bound = Args {
            receiver,
            named: [Value::UNBOUND; MAX_PARAMS],
            rest: Vec::new(),
            keywords: Vec::new(),
        };
        let signature = row.signature();
        let positional_params = row.positional_params();
        for index in 0..args {
            let value = self.stack_value(start + index);
            match bound.named.get_mut(index).filter(|_| index < positional_params) {
                Some(slot) => *slot = value,
                None if row.takes_rest() => bound.rest.push(value),
                None => return Err(self.wrong_count(signature, args)),
            }
        }
        if let Some(names) = names {
            let skip = usize::from(self.tuple_len(names) > named);
            for index in 0..named {
                let name = match self.heap.get(names.handle()) {
                    Object::Tuple(names) => names.get(index + skip).copied().unwrap_or(Value::NONE),
                    _ => Value::NONE,
                };
                let value = self.stack_value(start + args + index);
                self.bind_named(row, &mut bound, name, value)?;
            }
        }
        let missing = row.required().find(|(index, _)| bound.get(*index).is_unbound());
        if let Some((_, param)) = missing {
            return Err(self.missing_argument(signature, param, args));
        }
        Ok(bound)
    }

    fn bind_named(&mut self, row: &'static Row, bound: &mut Args, name: Value, value: Value) -> Result<(), Flow> {
        let text = self.text(name)?;
        let text = text.as_str().unwrap_or_default();
        match row.param_named(text) {
            Some(index) => match bound.named.get_mut(index) {
                Some(slot) if slot.is_unbound() => *slot = value,
                _ => {
                    let message = format!("argument for {}() given by name ('{text}') and position", row.name);
                    return Err(self.type_error(message));
                }
            },
            None if row.takes_keywords() => bound.keywords.push((text.into(), value)),
            None => {
                let message = format!("{}() got an unexpected keyword argument '{text}'", row.name);
                let flow = self.type_error(message);
                return Err(self.with_help(flow, format!("the signature is {}", row.signature())));
            }
        }
        Ok(())
    }

    fn wrong_count(&mut self, signature: &'static Signature, given: usize) -> Flow {
        let required = signature
            .params
            .iter()
            .filter(|param| is_positional(param.kind) && param.default.is_none())
            .count();
        let most = signature
            .params
            .iter()
            .filter(|param| is_positional(param.kind))
            .count();
        let name = &signature.name;
        let message = match (required, most) {
            (_, 0) => format!("{name}() takes no arguments ({given} given)"),
            (1, 1) => format!("{name}() takes exactly one argument ({given} given)"),
            (required, most) if required == most => format!("{name} expected {most} arguments, got {given}"),
            (_, most) => {
                let plural = if most == 1 { "" } else { "s" };
                format!("{name} expected at most {most} argument{plural}, got {given}")
            }
        };
        let flow = self.type_error(message);
        self.with_help(flow, format!("the signature is {signature}"))
    }

    fn missing_argument(&mut self, signature: &'static Signature, param: &str, given: usize) -> Flow {
        let required = signature
            .params
            .iter()
            .filter(|param| is_positional(param.kind) && param.default.is_none())
            .count();
        let most = signature
            .params
            .iter()
            .filter(|param| is_positional(param.kind))
            .count();
        let name = &signature.name;
        let message = match (required, most) {
            (1, 1) => format!("{name}() takes exactly one argument ({given} given)"),
            (required, most) if required == most && given < required => {
                format!("{name} expected {most} arguments, got {given}")
            }
            (required, _) if given < required => {
                let plural = if required == 1 { "" } else { "s" };
                format!("{name} expected at least {required} argument{plural}, got {given}")
            }
            _ => format!("{name}() missing required argument: '{param}'"),
        };
        let flow = self.type_error(message);
        self.with_help(flow, format!("the signature is {signature}"))
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

const fn is_positional(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::Positional | ParamKind::PositionalOnly)
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
