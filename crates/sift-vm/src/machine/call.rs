//! Calls of functions: binds arguments to parameters, enters functions and runs library functions.

use std::sync::Arc;

use sift_compiler::exception::ExceptionClass;
use sift_compiler::op::CodeKind;
#[cfg(feature = "datetime")]
use sift_modules::datetime::method_meant;
use sift_runtime::runtime::coverage::CallEnd;
use sift_runtime::runtime::iterate::Advance;
use sift_runtime::runtime::{Args, Invocation, Row};
use sift_runtime::table::Owner;
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, OperandSlot, Outcome};
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

use super::{Frame, Interpreter, MAX_DEPTH, OnReturn};

impl Interpreter {
    /// Calls the value that is on the stack below its arguments: `args` positional arguments, then
    /// one keyword argument for each name in the tuple `names`.
    pub(super) fn call(&mut self, args: usize, names: Option<Value>) -> Result<Invocation, Flow> {
        let named = names.map_or(0, |names| self.tuple_len(names));
        let operands = args + named;
        let callee = self.peek(operands);
        self.label_arguments(operands);
        self.call_picked(callee, args, names, operands + 1)
    }

    /// Calls a value of any type. The taint label of the callee is added to the work of the call
    /// and to its result.
    fn call_picked(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let label = callee.label();
        self.decide(label);
        let frames = self.frames.len();
        let entered = match callee.kind() {
            Type::Function => self.call_function(callee, args, names, operands),
            Type::Native => {
                let row = self.library.row(callee.index());
                self.call_native(row, Value::UNBOUND.labelled(label), args, names, operands)
            }
            _ => self.call_other(callee, args, names, operands),
        }?;
        self.label_invocation(frames, entered, label);
        Ok(entered)
    }

    /// Calls a value that is neither a function of a program nor a built-in library function.
    /// `names` contains only the names of keyword arguments.
    fn call_other(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        match callee.kind() {
            Type::Provided => {
                let function = self.provided(callee)?;
                self.call_function(function, args, names, operands)
            }
            Type::Tool => self.call_tool(callee, args, names, operands),
            Type::BoundMethod => {
                let Object::BoundMethod { receiver, native } = *self.heap.get(callee.handle()) else {
                    return Ok(Invocation::Value);
                };
                // Which object the receiver is may depend on the callee's label.
                let receiver = receiver.labelled(callee.label());
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
            Type::TupleClass => self.call_tuple_class(callee, args, names, operands),
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

    /// Calls a method, as in `object.name(…)`. `name` is an index into the name table. The object
    /// is on the stack below the arguments.
    pub(super) fn call_method(&mut self, name: u32, args: usize) -> Result<Invocation, Flow> {
        let object = self.peek(args);
        let number = self.code.methods.get(name as usize).copied().flatten();
        match number.and_then(|number| self.method_numbered(object, number)) {
            Some(row) => self.call_native(row, object, args, None, args + 1),
            None => self.call_method_named(&self.code.name(name), args, None),
        }
    }

    /// Calls a method with keyword arguments, as in `object.name(…, key=value)`. The first of
    /// `names` is the method's name.
    pub(super) fn call_method_keywords(&mut self, args: usize, names: Value) -> Result<Invocation, Flow> {
        let first = match self.heap.get(names.handle()) {
            Object::Tuple(names) => names.first().copied().unwrap_or(Value::NONE),
            _ => Value::NONE,
        };
        let name = self.text(first)?;
        self.call_method_named(name.as_str().unwrap_or_default(), args, Some(names))
    }

    fn call_method_named(&mut self, name: &str, args: usize, names: Option<Value>) -> Result<Invocation, Flow> {
        let named = names.map_or(0, |names| self.tuple_len(names).saturating_sub(1));
        let operands = args + named;
        let object = self.peek(operands);
        if let Some(native) = self.method_of(object, name) {
            let row = self.library.row(native.index());
            return self.call_native(row, object, args, names, operands + 1);
        }
        let callee = self.attribute(object, name)?.labelled(object.label());
        self.label_arguments(operands);
        self.call_attribute(callee, args, names, operands + 1)
    }

    /// Calls an attribute of an object that is not a method. The first of `names` is the
    /// attribute's name.
    fn call_attribute(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let names = match names {
            // A library function skips the first name itself.
            Some(names) if callee.kind() != Type::Native => Some(self.without_first(names)?),
            names => names,
        };
        self.call_picked(callee, args, names, operands)
    }

    /// Calls a value with a list of positional arguments and a dict of keyword arguments, as in
    /// `f(*list, **dict)`. The stack contains callee, list, dict.
    ///
    /// The operands stay on the stack during the call, so that the op can run again.
    pub(super) fn call_spread(&mut self) -> Result<Invocation, Flow> {
        let height = self.stack.len();
        let (callee, list, dict) = (self.peek(2), self.peek(1), self.peek(0));
        let count = self.list_items(list).len();
        self.reserve_arguments(count)?;
        let args = self.list_items(list).to_vec();
        let pairs = self.dict_pairs(dict)?;
        self.meter.charge_items(args.len() + pairs.len())?;
        let names: Vec<Value> = pairs.iter().map(|(name, _)| *name).collect();
        let names = if names.is_empty() {
            None
        } else {
            Some(self.alloc_tuple(names)?)
        };
        // The number of arguments and their names decide what the call does.
        let spread = self.label_of(list).join(self.label_of(dict));
        self.decide(spread);
        self.stack.push(callee.labelled(spread));
        self.stack.extend(args.iter().map(|value| value.labelled(spread)));
        self.stack.extend(pairs.iter().map(|(_, value)| value.labelled(spread)));
        let frames = self.frames.len();
        match self.call(args.len(), names) {
            Ok(Invocation::Value) => {
                let result = self.peek(0);
                self.stack.truncate(height);
                self.replace_top(3, result);
                Ok(Invocation::Value)
            }
            Ok(Invocation::Frame) => {
                // A generator into which an exception is thrown has a frame above its own.
                if let Some(frame) = self.frames.get_mut(frames) {
                    frame.floor = height.saturating_sub(3);
                }
                Ok(Invocation::Frame)
            }
            Err(flow) => {
                self.stack.truncate(height);
                Err(match flow {
                    // The op runs again from the original operands.
                    Flow::Materialise(OperandSlot::Stack(place)) => {
                        let index = place.saturating_sub(height + 1);
                        Flow::Materialise(match index.checked_sub(args.len()) {
                            None => OperandSlot::Argument {
                                holder: height - 2,
                                index,
                            },
                            Some(index) => OperandSlot::Argument {
                                holder: height - 1,
                                index,
                            },
                        })
                    }
                    flow => flow,
                })
            }
        }
    }

    /// Enters a function of the program or of the prelude. `operands` is the number of stack values
    /// that the result replaces, callee included.
    pub(super) fn call_function(
        &mut self,
        callee: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let Object::Function(function) = self.heap.get(callee.handle()) else {
            return Ok(Invocation::Value);
        };
        let (code_index, closure) = (function.code, function.closure);
        let Some(code) = self.code.get(code_index) else {
            return Ok(Invocation::Value);
        };
        let (entry, locals, kind) = (code.entry, code.locals, code.kind);
        let simple = names.is_none() && args == code.params.positional && args == code.param_slots;
        let floor = self.stack.len() - operands;
        if !simple {
            let (function, code) = (function.clone(), Arc::clone(code));
            let bound = self.bind_arguments(&function, &code.params, args, names);
            if let Err(Flow::Raise(_)) = bound {
                self.note_written(code_index, CallEnd::Raised);
            }
            let bound = bound?;
            self.stack.truncate(floor + 1);
            self.stack.extend(bound);
        }
        if self.frames.len() >= MAX_DEPTH {
            return Err(self.too_deep());
        }
        let base = floor + 1;
        if let Object::Tuple(cells) = self.runtime.heap.get(closure.handle()) {
            self.runtime.stack.extend_from_slice(cells);
        }
        self.stack.resize(base + locals, Value::UNBOUND);
        if kind == CodeKind::Generator {
            return self.make_generator(code_index, entry, floor);
        }
        self.push_frame(Frame {
            code: code_index,
            ip: entry,
            base,
            floor,
            guards: self.guards.len(),
            on_return: OnReturn::Push,
            generator: None,
            is_library: self.is_library_code(code_index),
            label: self.library_label(),
        });
        Ok(Invocation::Frame)
    }

    /// Enters a function of the program, if all its parameters are positional and each gets one
    /// argument. Returns the base of the new frame and the first op, or `None` if the slow path is
    /// needed.
    pub(super) fn enter_plain(&mut self, args: usize, ip: usize) -> Option<(usize, usize)> {
        let callee = self.peek(args);
        if callee.kind() != Type::Function || callee.label() != Label::PROGRAM || self.frames.len() >= MAX_DEPTH {
            return None;
        }
        // Library code may taint the call.
        if self.frames.last().is_some_and(|frame| frame.label != Label::PROGRAM) {
            return None;
        }
        let Object::Function(function) = self.heap.get(callee.handle()) else {
            return None;
        };
        let (code_index, closure) = (function.code, function.closure);
        let code = self.code.get(code_index)?;
        if code.plain_params != Some(args) {
            return None;
        }
        let (entry, locals, is_library) = (code.entry, code.locals, code.is_library);
        let base = self.stack.len() - args;
        if closure.is_object()
            && let Object::Tuple(cells) = self.runtime.heap.get(closure.handle())
        {
            self.runtime.stack.extend_from_slice(cells);
        }
        self.stack.resize(base + locals, Value::UNBOUND);
        if let Some(frame) = self.frames.last_mut() {
            frame.ip = ip;
        }
        self.push_frame(Frame {
            code: code_index,
            ip: entry,
            base,
            floor: base - 1,
            guards: self.guards.len(),
            on_return: OnReturn::Push,
            generator: None,
            is_library,
            label: Label::PROGRAM,
        });
        Some((base, entry))
    }

    /// Ends the current frame and pushes its result, if the frame needs no other work. Returns the
    /// base of the caller's frame and the next op in it.
    pub(super) fn leave_plain(&mut self) -> Option<(usize, usize)> {
        let [.., below, frame] = self.frames.as_slice() else {
            return None;
        };
        if frame.generator.is_some() || !matches!(frame.on_return, OnReturn::Push) || self.coverage.is_some() {
            return None;
        }
        let resumed = (below.base, below.ip);
        let (guards, floor) = (frame.guards, frame.floor);
        self.leave_guards(guards);
        let label = self.pop_frame().map_or(Label::PROGRAM, |frame| frame.label);
        let value = self.peek(0).labelled(label);
        self.stack.truncate(floor);
        self.stack.push(value);
        Some(resumed)
    }

    /// Calls a built-in library function (one written in Rust). The result, or that of the prelude
    /// function that implements the call, replaces the operands.
    #[inline]
    fn call_native(
        &mut self,
        row: &'static Row,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        if row.is_called_at_once() && names.is_none() && self.coverage.is_none() {
            let mut bound = Args::new(receiver);
            if self.bind_by_position(row, args, &mut bound) {
                let result = self.run_native(row, &bound);
                return self.finish_native(row, result, bound.label(), receiver, operands);
            }
        }
        self.call_native_in_full(row, receiver, args, names, operands)
    }

    /// Calls a built-in library function for which the fast path does not apply.
    fn call_native_in_full(
        &mut self,
        row: &'static Row,
        receiver: Value,
        args: usize,
        names: Option<Value>,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        #[cfg(feature = "datetime")]
        if args == 1
            && names.is_none()
            && let Some(method) = method_meant(self.library, row, self.peek(0))
        {
            return self.call_native(method, Value::UNBOUND, args, names, operands);
        }
        if row.consumes_iterables() {
            let start = self.stack.len() + 1 - operands;
            for place in start..self.stack.len() {
                let value = self.stack_value(place);
                let is_mapping = row.owner == Owner::Constructor("dict") && self.special(value, "keys").is_some();
                if self.runs_code_to_iterate(value) && !is_mapping {
                    return Err(Flow::Materialise(OperandSlot::Stack(place)));
                }
            }
        }
        let (label, result) = match self.bind_native(row, receiver, args, names, operands) {
            Ok(bound) => (bound.label(), self.run_native(row, &bound)),
            Err(flow) => (Label::PROGRAM, Err(flow)),
        };
        let library = self.library;
        if let Some(coverage) = &mut self.coverage {
            let ending = match result {
                Err(Flow::Raise(_)) => CallEnd::Raised,
                _ => CallEnd::Returned,
            };
            coverage.note(library, row, ending);
        }
        self.finish_native(row, result, label, receiver, operands)
    }

    /// Replaces the operands of a built-in library function by its result, or runs the code that
    /// the function delegates to.
    #[inline]
    fn finish_native(
        &mut self,
        row: &'static Row,
        result: Outcome,
        label: Label,
        receiver: Value,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        match result {
            Ok(value) => {
                let label = self.label_of_result(row, label, (receiver, value), operands);
                self.replace_top(operands, value.labelled(label));
                Ok(Invocation::Value)
            }
            Err(flow) => {
                let label = self.label_of_delegated(row, &flow, label, receiver, operands);
                let frames = self.frames.len();
                let entered = self.follow_native(flow, operands)?;
                self.label_invocation(frames, entered, label);
                Ok(entered)
            }
        }
    }

    /// Runs the code that a built-in library function delegates to: a prelude function or a
    /// generator.
    #[cold]
    pub(super) fn follow_native(&mut self, flow: Flow, operands: usize) -> Result<Invocation, Flow> {
        match flow {
            Flow::Delegate(delegate) => {
                let floor = self.stack.len() - operands;
                let entered = self.enter_prelude(delegate.function, &delegate.args)?;
                match (entered, self.frames.last_mut()) {
                    (Invocation::Frame, Some(frame)) => frame.floor = floor,
                    _ => {
                        let value = self.peek(0);
                        self.stack.truncate(floor);
                        self.stack.push(value);
                    }
                }
                Ok(entered)
            }
            Flow::Resume { generator, default } => self.resume_for_next(generator, default, operands),
            Flow::Send { generator, value } => self.send(generator, value, operands),
            Flow::Throw { generator, exception } => self.throw(generator, exception, operands),
            flow => Err(flow),
        }
    }

    /// Resumes a generator whose next item replaces the operands of the current op.
    pub(super) fn resume_for_next(
        &mut self,
        generator: Value,
        default: Value,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        let advance = self.resume(generator, OnReturn::Next { default })?;
        self.deliver_next(&advance, default, operands)
    }

    /// Replaces the operands of the current op by the item that a resumed generator yields.
    pub(super) fn deliver_next(
        &mut self,
        advance: &Advance,
        default: Value,
        operands: usize,
    ) -> Result<Invocation, Flow> {
        match advance {
            Advance::Frame => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.floor = frame.floor.saturating_sub(operands);
                }
                Ok(Invocation::Frame)
            }
            Advance::Item(_) | Advance::End => match default.given() {
                Some(default) => {
                    self.replace_top(operands, default);
                    Ok(Invocation::Value)
                }
                None => Err(self.raise_with(ExceptionClass::StopIteration, Vec::new())),
            },
        }
    }

    /// Calls a function of the prelude or of a module (such as `difflib._ratio`), above the current
    /// stack.
    pub(super) fn enter_prelude(&mut self, name: &str, args: &[Value]) -> Result<Invocation, Flow> {
        let callee = match name.split_once('.') {
            Some((module, name)) => self.name_of_module(module, name)?,
            None => {
                let slot = self.library.builtin_slot(name);
                slot.and_then(|slot| self.builtins.get(slot))
                    .copied()
                    .unwrap_or(Value::NONE)
            }
        };
        let height = self.stack.len();
        self.stack.push(callee);
        self.stack.extend(args);
        let entered = self.call(args.len(), None);
        if let Err(Flow::Collect | Flow::LoadModule(_) | Flow::Wait(_) | Flow::Ask) = entered {
            // The op runs again from its own operands.
            self.stack.truncate(height);
        }
        entered
    }
}
