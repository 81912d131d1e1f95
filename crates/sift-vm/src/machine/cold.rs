//! The ops that are not written out in the loop: those that programs spend little of their time in.

use sift_compiler::exception::ExceptionClass;
use sift_compiler::op::Op;
use sift_runtime::runtime::Entered;
use sift_runtime::runtime::holes::UNKNOWN;
use sift_runtime::runtime::iterate::Advance;
use sift_syntax::ast::{CompareOp, UnaryOp};
use sift_values::flow::Flow;
use sift_values::object::{DictKind, DictObject, Object};
use sift_values::value::{Label, Type, Value};
use smallvec::SmallVec;

use super::run::Next;
use super::{Frame, Guard, Interpreter, OnReturn};

impl Interpreter {
    pub(super) fn after_call(&self, entered: Entered) -> Next {
        match entered {
            Entered::Frame => Next::Frame,
            Entered::Value if self.calls_made => Next::Calls,
            Entered::Value => Next::Op,
        }
    }

    /// Runs any op that is not written out in the loop.
    pub(super) fn cold_op(&mut self, op: Op, base: usize) -> Result<Next, Flow> {
        if self.is_ahead() && self.looks_at_unknown(op) {
            return Err(Flow::Wait(UNKNOWN));
        }
        self.note_operands();
        match op {
            Op::Ellipsis => self.stack.push(Value::ELLIPSIS),
            Op::Missing => self.stack.push(Value::UNBOUND),
            Op::DeleteLocal(slot) => {
                let local = self
                    .stack
                    .get_mut(base + slot as usize)
                    .filter(|local| !local.is_unbound());
                match local {
                    Some(local) => *local = Value::UNBOUND,
                    None => return Err(self.unbound_local(slot)),
                }
            }
            Op::ClearLocal(slot) => self.set_local(base, slot, Value::UNBOUND),
            Op::MakeCell(slot) => {
                let value = self.stack_value(base + slot as usize);
                let cell = self.alloc(Type::Cell, Object::Cell(value))?;
                self.set_local(base, slot, cell);
            }
            Op::CellValue(slot) => {
                let cell = self.stack_value(base + slot as usize);
                match self.heap.get(cell.handle()) {
                    Object::Cell(value) if !value.is_unbound() => self.runtime.stack.push(*value),
                    _ => return Err(self.name_error(slot)),
                }
            }
            Op::SetCell(slot) => {
                let value = self.peek(0).labelled(self.library_label());
                self.set_cell(base, slot, value);
                self.stack.pop();
            }
            Op::DeleteCell(slot) => self.set_cell(base, slot, Value::UNBOUND),
            Op::PushCell(slot) => {
                let cell = self.stack_value(base + slot as usize);
                self.stack.push(cell);
            }
            Op::DeleteGlobal(slot) => {
                let global = self
                    .globals
                    .get_mut(slot as usize)
                    .filter(|global| !global.is_unbound());
                match global {
                    Some(global) => *global = Value::UNBOUND,
                    None => return Err(self.unbound_global(slot)),
                }
            }
            Op::Builtin(slot) => {
                let value = self.builtins.get(slot as usize).copied().unwrap_or(Value::NONE);
                self.stack.push(value);
            }
            Op::SetBuiltin(slot) => {
                let label = self.library_label();
                let value = self.stack.pop().unwrap_or(Value::NONE).labelled(label);
                if let Some(builtin) = self.builtins.get_mut(slot as usize) {
                    *builtin = value;
                }
            }
            Op::DupTwo => {
                let (a, b) = (self.peek(1), self.peek(0));
                self.stack.extend([a, b]);
            }
            Op::Swap => {
                if let [.., a, b] = self.stack.as_mut_slice() {
                    std::mem::swap(a, b);
                }
            }
            Op::Rotate3 => {
                if let [.., a, b, c] = self.stack.as_mut_slice() {
                    (*a, *b, *c) = (*c, *a, *b);
                }
            }
            Op::Unary(UnaryOp::Not) => {
                let operand = self.peek(0);
                let truth = self.truth(operand)?;
                self.runtime
                    .replace_top(1, Value::bool(!truth).labelled(self.runtime.label_of_truth(operand)));
            }
            Op::Unary(op) => {
                let operand = self.peek(0);
                let result = self.unary(op, operand)?;
                let label = self.label_of_operator(result, &[operand]);
                self.replace_top(1, result.labelled(label));
            }
            Op::Binary(op) => {
                let (left, right) = (self.peek(1), self.peek(0));
                let result = self.binary(op, left, right)?;
                let label = self.label_of_operator(result, &[left, right]);
                self.replace_top(2, result.labelled(label));
            }
            Op::InPlace(op) => {
                let (left, right) = (self.peek(1), self.peek(0));
                self.list_wanted(right, 0)?;
                let result = self.in_place(op, left, right)?;
                let label = self.label_of_operator(result, &[left, right]);
                // A list keeps its own items as they are; which ones a set or a dict keeps depends on those of both.
                let is_list = matches!(left.kind(), Type::List | Type::Deque);
                let cause = if is_list { self.label_of(right) } else { label };
                self.note_changed(left, cause);
                self.replace_top(2, result.labelled(label));
            }
            Op::Compare(op) | Op::CompareThenJump(op) => {
                let (left, right) = (self.peek(1), self.peek(0));
                if let Some(next) = self.compare_instances(op, left, right)? {
                    return Ok(next);
                }
                if let Some(next) = self.search_items(op, left, right)? {
                    return Ok(next);
                }
                let result = self.compare_op(op, left, right)?;
                let label = self.label_of_operator(Value::NONE, &[left, right]);
                self.replace_top(2, Value::bool(result).labelled(label));
            }
            Op::JumpIfFalseOrPop(target) | Op::JumpIfTrueOrPop(target) => {
                let top = self.peek(0);
                let truth = self.truth(top)?;
                self.decide(self.label_of_truth(top));
                if truth == matches!(op, Op::JumpIfTrueOrPop(_)) {
                    return Ok(Next::Jump(target));
                }
                self.stack.pop();
            }
            Op::BuildList(count) => {
                let items = self.top(count).to_vec();
                self.note_all_held(&items);
                let list = self.alloc_list(items)?;
                self.replace_top(count as usize, list);
            }
            Op::BuildTuple(count) => {
                let items: Box<[Value]> = self.top(count).into();
                self.note_all_held(&items);
                let tuple = self.alloc_tuple(items)?;
                self.replace_top(count as usize, tuple);
            }
            Op::BuildSet(count) => {
                let items = self.top(count).to_vec();
                self.note_all_held(&items);
                let set = self.new_set(&items)?;
                self.runtime
                    .note_changed(set, self.runtime.label_of_keys(items.iter().copied()));
                self.replace_top(count as usize, set);
            }
            Op::BuildDict(pairs) => {
                let items = self.top(pairs.saturating_mul(2)).to_vec();
                self.note_all_held(&items);
                let dict = DictObject {
                    kind: DictKind::Plain,
                    items: sift_values::dict::Dict::with_capacity(pairs as usize),
                };
                let dict = self.alloc(Type::Dict, Object::Dict(Box::new(dict)))?;
                for pair in items.chunks_exact(2) {
                    if let [key, value] = pair {
                        self.dict_set(dict, *key, *value)?;
                    }
                }
                self.runtime
                    .note_changed(dict, self.runtime.label_of_keys(items.iter().copied().step_by(2)));
                self.replace_top(items.len(), dict);
            }
            Op::BuildString(count) => {
                let parts: SmallVec<[Value; 8]> = self.top(count).into();
                let text = self.concat_texts(&parts)?;
                self.note_looked_at(text.label());
                self.replace_top(count as usize, text);
            }
            // Small integers are shown when the text is built.
            Op::Format(None) if self.peek(0).kind() == Type::Int => {}
            Op::Format(conversion) => {
                let value = self.peek(0);
                let text = self.format_field(value, conversion, None)?;
                let label = self.label_of_operator(text, &[value]);
                self.replace_top(1, text.labelled(label));
            }
            Op::FormatSpec(conversion) => {
                let (value, spec) = (self.peek(1), self.peek(0));
                let text = self.format_field(value, conversion, Some(spec))?;
                let label = self.label_of_operator(text, &[value, spec]);
                self.replace_top(2, text.labelled(label));
            }
            Op::Append(depth) => {
                let (list, item) = (self.peek(depth as usize + 1), self.peek(0));
                self.list_append(list, item)?;
                self.note_held(item.label());
                self.note_changed(list, Label::PROGRAM);
                self.stack.pop();
            }
            Op::AddToSet(depth) => {
                let (set, item) = (self.peek(depth as usize + 1), self.peek(0));
                self.set_add(set, item)?;
                self.note_held(item.label());
                self.runtime.note_changed(set, self.runtime.label_with_held(item));
                self.stack.pop();
            }
            Op::SetItem(depth) => {
                let (dict, key, value) = (self.peek(depth as usize + 2), self.peek(1), self.peek(0));
                self.dict_set(dict, key, value)?;
                self.note_held(key.label().join(value.label()));
                self.runtime.note_changed(dict, self.runtime.label_with_held(key));
                self.drop_top(2);
            }
            Op::Extend | Op::UpdateSet => {
                let (collection, values) = (self.peek(1), self.peek(0));
                self.list_wanted(values, 0)?;
                let shape = self.label_of(values);
                self.note_held(shape);
                if matches!(op, Op::Extend) {
                    self.list_extend(collection, values)?;
                    self.runtime
                        .note_changed(collection, shape.join(self.runtime.label_of(values)));
                } else {
                    self.set_update(collection, values)?;
                    self.runtime
                        .note_changed(collection, self.runtime.label_with_held(values));
                }
                self.stack.pop();
            }
            Op::UpdateDict => {
                let (dict, mapping) = (self.peek(1), self.peek(0));
                self.runtime.note_held(self.runtime.label_of(mapping));
                self.dict_spread(dict, mapping)?;
                self.runtime.note_changed(dict, self.runtime.label_of_truth(mapping));
                self.stack.pop();
            }
            Op::MergeKeywords => {
                let (callee, dict, mapping) = (self.peek(3), self.peek(1), self.peek(0));
                self.merge_keywords(callee, dict, mapping)?;
                self.runtime.note_changed(dict, self.runtime.label_of_truth(mapping));
                self.stack.pop();
            }
            Op::ListToTuple => {
                let list = self.peek(0);
                let items = self.list_items(list).to_vec();
                let tuple = self.alloc_tuple(items)?;
                self.runtime.replace_top(1, tuple.labelled(self.runtime.label_of(list)));
            }
            Op::Attribute(name) => {
                let object = self.peek(0);
                let name = self.code.name(name);
                if object.kind() == Type::Instance
                    && let Some(entered) = self.call_property(object, &name)?
                {
                    return Ok(self.after_call(entered));
                }
                let value = self.attribute(object, &name)?;
                // Which method it is does not depend on what the object holds.
                let label = match value.kind() {
                    Type::BoundMethod => object.label(),
                    _ => self.label_of_operator(value, &[object]),
                };
                self.replace_top(1, value.labelled(label));
            }
            Op::SetAttribute(name) => {
                let (value, object) = (self.peek(1), self.peek(0));
                let value = value.labelled(self.library_label());
                self.note_held(value.label());
                self.runtime
                    .set_attribute(object, &self.runtime.code.name(name), value)?;
                // An instance keeps the value itself; anything else keeps what it says.
                let kept_whole = object.kind() == Type::Instance;
                let cause = if kept_whole { Label::PROGRAM } else { value.label() };
                self.note_changed(object, cause);
                self.drop_top(2);
            }
            Op::DeleteAttribute(name) => {
                let object = self.peek(0);
                return Err(self
                    .runtime
                    .attribute_not_settable(object, &self.runtime.code.name(name)));
            }
            Op::Index => {
                let (object, index) = (self.peek(1), self.peek(0));
                let label = self.label_of(object).join(self.label_with_held(index));
                let value = match object.kind() {
                    Type::Dict => match self.dict_get(object, index)? {
                        Some(value) => value,
                        None => match self.default_factory(object) {
                            Some(factory) => return self.call_default_factory(factory, label),
                            None => self.missing_value(object, index)?,
                        },
                    },
                    Type::Instance => {
                        if let Some(entered) = self.call_special(object, "getitem", &[index], 2, OnReturn::Push)? {
                            return Ok(self.after_call(entered));
                        }
                        self.index(object, index)?
                    }
                    _ => self.index(object, index)?,
                };
                if object.kind() == Type::Dict && label != Label::PROGRAM && self.default_factory(object).is_some() {
                    // Had it not been there, the factory would have been called.
                    self.decide(label);
                    self.note_changed(object, label);
                }
                self.replace_top(2, value.labelled(label));
            }
            Op::SetIndex => {
                let (value, object, index) = (self.peek(2), self.peek(1), self.peek(0));
                if object.kind() == Type::Instance
                    && let Some(entered) = self.call_special(object, "setitem", &[index, value], 3, OnReturn::Drop)?
                {
                    return Ok(self.after_call(entered));
                }
                if index.kind() == Type::Slice {
                    self.list_wanted(value, 2)?;
                }
                let place = self.label_with_held(index);
                self.note_held(value.label().join(place));
                self.runtime.set_index(
                    object,
                    index,
                    value.labelled(place).labelled(self.runtime.library_label()),
                )?;
                let cause = match index.kind() {
                    Type::Slice => place.join(self.label_of(value)),
                    _ => place,
                };
                self.note_changed(object, cause);
                self.drop_top(3);
            }
            Op::DeleteIndex => {
                let (object, index) = (self.peek(1), self.peek(0));
                if let Some(entered) = self.call_special(object, "delitem", &[index], 2, OnReturn::Drop)? {
                    return Ok(self.after_call(entered));
                }
                self.delete_index(object, index)?;
                self.runtime.note_changed(object, self.runtime.label_with_held(index));
                self.drop_top(2);
            }
            Op::BuildSlice => {
                let parts = Box::new([self.peek(2), self.peek(1), self.peek(0)]);
                let label = parts
                    .iter()
                    .fold(Label::PROGRAM, |label, part| label.join(part.label()));
                let slice = self.alloc(Type::Slice, Object::Slice(parts))?;
                self.replace_top(3, slice.labelled(label));
            }
            Op::Call(args) => return self.call_op(args as usize, None),
            Op::CallKeywords { args, names } => {
                return self.call_op(args as usize, self.code.consts.get(names as usize).copied());
            }
            Op::CallSpread => {
                let entered = self.call_spread()?;
                return Ok(self.after_call(entered));
            }
            Op::CallMethod { name, args } => {
                let entered = self.call_method(name, args as usize)?;
                return Ok(self.after_call(entered));
            }
            Op::CallMethodKeywords { args, names } => {
                let names = self.code.consts.get(names as usize).copied().unwrap_or(Value::NONE);
                let entered = self.call_method_keywords(args as usize, names)?;
                return Ok(self.after_call(entered));
            }
            Op::Iterate => {
                let iterable = self.peek(0);
                let iterator = self.iterate(iterable)?;
                self.replace_top(1, iterator.labelled(iterable.label()));
            }
            Op::Next(exit) => {
                let iterator = self.peek(0);
                self.decide_by_iterator(iterator);
                return Ok(match self.advance(iterator, OnReturn::Item { exit })? {
                    Advance::Item(item) => {
                        let label = self.decide_by_iterator(iterator);
                        self.stack.push(item.labelled(label));
                        Next::Op
                    }
                    Advance::End => {
                        self.decide_by_iterator(iterator);
                        self.stack.pop();
                        Next::Jump(exit)
                    }
                    Advance::Frame => Next::Frame,
                });
            }
            Op::Unpack(count) => {
                let sequence = self.peek(0);
                self.list_wanted(sequence, 0)?;
                let items = self.unpack(sequence, count as usize)?;
                self.stack.pop();
                self.stack.extend(items.into_iter().rev());
            }
            Op::UnpackStarred { before, after } => {
                let sequence = self.peek(0);
                self.list_wanted(sequence, 0)?;
                let items = self.unpack_starred(sequence, before as usize, after as usize)?;
                self.stack.pop();
                self.stack.extend(items.into_iter().rev());
            }
            Op::MakeFunction(index) => self.make_function(index)?,
            Op::Return => {
                let value = self.peek(0);
                self.return_value(value)?;
                return Ok(Next::Frame);
            }
            Op::Yield => {
                self.yield_value()?;
                return Ok(Next::Frame);
            }
            Op::Forward(exit) => return self.forward_sent(exit),
            Op::GeneratorResult => {
                let value = std::mem::replace(&mut self.generator_result, Value::NONE);
                self.stack.push(value);
            }
            Op::PushHandler {
                target,
                catches_call_failure,
            } => {
                self.push_guard(Guard {
                    frames: self.frames.len(),
                    target,
                    height: self.stack.len(),
                    catches_call_failure,
                    before: Label::PROGRAM,
                });
            }
            Op::PopHandler => {
                self.leave_guards(self.guards.len().saturating_sub(1));
            }
            Op::Raise => {
                let exception = self.peek(0);
                let flow = self.raise_value(exception, Value::NONE)?;
                return Err(flow);
            }
            Op::RaiseFrom => {
                let (exception, cause) = (self.peek(1), self.peek(0));
                let flow = self.raise_value(exception, cause)?;
                return Err(flow);
            }
            Op::Reraise => return Err(Flow::Raise(self.peek(0))),
            Op::MatchException => {
                let (exception, class) = (self.peek(1), self.peek(0));
                let matches = self.exception_matches(exception, class)?;
                self.replace_top(1, Value::bool(matches));
            }
            Op::MatchAny => {
                let matches = self.is_catchable(self.peek(0));
                self.stack.push(Value::bool(matches));
            }
            Op::RaiseRuntimeError => {
                let message = self.peek(0);
                return Err(self.raise_with(ExceptionClass::RuntimeError, vec![message]));
            }
            Op::RaiseAssertion => {
                let args = self.peek(0).given().into_iter().collect();
                return Err(self.raise_with(ExceptionClass::AssertionError, args));
            }
            Op::Echo => {
                let value = self.peek(0);
                if self.echo && !value.is_none() {
                    self.print_value(value)?;
                }
                self.stack.pop();
            }
            Op::Import(name) => {
                let module = self.runtime.import(&self.runtime.code.name(name))?;
                self.stack.push(module);
            }
            Op::ImportMember(name) => {
                let module = self.peek(0);
                let member = self.runtime.import_member(module, &self.runtime.code.name(name))?;
                self.stack.push(member);
            }
            // Loading a module replaces these.
            Op::ModuleName(_) | Op::SetModuleName(_) => {}
            // Written out in the loop.
            Op::LocalPair(..)
            | Op::IntThen { .. }
            | Op::Const(_)
            | Op::None
            | Op::Bool(_)
            | Op::Int(_)
            | Op::Local(_)
            | Op::SetLocal(_)
            | Op::Global(_)
            | Op::SetGlobal(_)
            | Op::Pop
            | Op::Dup
            | Op::Jump(_)
            | Op::JumpIfFalse(_)
            | Op::JumpIfTrue(_) => {}
        }
        Ok(Next::Op)
    }

    /// Compares instances whose class says how; none if neither's does.
    fn compare_instances(&mut self, op: CompareOp, left: Value, right: Value) -> Result<Option<Next>, Flow> {
        if left.kind() != Type::Instance && right.kind() != Type::Instance {
            return Ok(None);
        }
        let (name, reflected) = match op {
            CompareOp::Less => ("lt", "gt"),
            CompareOp::LessEqual => ("le", "ge"),
            CompareOp::Greater => ("gt", "lt"),
            CompareOp::GreaterEqual => ("ge", "le"),
            CompareOp::Equal => ("eq", "eq"),
            CompareOp::NotEqual => ("ne", "ne"),
            CompareOp::In | CompareOp::NotIn => ("", "contains"),
            CompareOp::Is | CompareOp::IsNot => return Ok(None),
        };
        let on_return = match op {
            CompareOp::NotIn => OnReturn::Not,
            _ => OnReturn::Push,
        };
        let entered = match self.call_special(left, name, &[right], 2, on_return)? {
            Some(entered) => Some(entered),
            None => self.call_special(right, reflected, &[left], 2, on_return)?,
        };
        Ok(entered.map(|entered| self.after_call(entered)))
    }

    /// Looks for an item among those that come one by one, no further than to the first that is equal.
    fn search_items(&mut self, op: CompareOp, item: Value, items: Value) -> Result<Option<Next>, Flow> {
        let wanted = matches!(op, CompareOp::In | CompareOp::NotIn);
        if !wanted || !(items.kind() == Type::Iterator || self.runs_code_to_iterate(items)) {
            return Ok(None);
        }
        let height = self.stack.len();
        let entered = self.enter_prelude("_is_among", &[item, items])?;
        if let Some(frame) = self.frames.last_mut() {
            frame.floor = height.saturating_sub(2);
            if op == CompareOp::NotIn {
                frame.on_return = OnReturn::Not;
            }
        }
        Ok(Some(self.after_call(entered)))
    }

    fn call_op(&mut self, args: usize, keywords: Option<Value>) -> Result<Next, Flow> {
        let entered = self.call(args, keywords)?;
        Ok(self.after_call(entered))
    }

    /// Calls a dict's factory; the op is run again when it has stored what the factory returned.
    fn call_default_factory(&mut self, factory: Value, label: Label) -> Result<Next, Flow> {
        let (dict, key) = (self.peek(1), self.peek(0));
        // That the key is missing decides that the factory is called.
        self.decide(label);
        let frames = self.frames.len();
        let entered = self.enter_prelude("_missing", &[dict, key, factory])?;
        self.label_entered(frames, entered, label);
        // The prelude's function stores the value and returns it: it takes the place of dict and key.
        if let Entered::Frame = entered
            && let Some(Frame { floor, .. }) = self.frames.last_mut()
        {
            *floor = floor.saturating_sub(2);
        }
        Ok(Next::Frame)
    }
}
