//! Advancing of iterators and generators, `yield` and `return`.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::coverage::CallEnd;
use sift_runtime::runtime::iterate::Advance;
use sift_values::flow::{Flow, OperandSlot};
use sift_values::object::{GeneratorState, Object, SavedFrame};
use sift_values::value::{Label, Type, Value};

use super::{Frame, Guard, Interpreter, MAX_DEPTH, OnReturn};

impl Interpreter {
    /// Advances an iterator or a generator to its next item.
    pub(super) fn advance(&mut self, iterator: Value, on_return: OnReturn) -> Result<Advance, Flow> {
        match iterator.kind() {
            Type::Iterator => Ok(match self.next_item(iterator)? {
                Some(item) => Advance::Item(item),
                None => Advance::End,
            }),
            Type::Generator => self.resume(iterator, on_return),
            _ => {
                if let Some(own) = self.own_iterator(iterator) {
                    return self.resume(own, on_return);
                }
                let message = format!("'{}' object is not an iterator", self.type_name(iterator));
                Err(self.type_error(message))
            }
        }
    }

    /// Calls the prelude function that converts a generator to a list, which then replaces the
    /// generator as an operand.
    pub(super) fn collect_items(&mut self, slot: OperandSlot) -> Result<(), Flow> {
        let generator = self.operand(slot);
        let height = self.stack.len();
        self.enter_prelude("_collect", &[generator])?;
        if let Some(frame) = self.frames.last_mut() {
            frame.floor = height;
            frame.on_return = OnReturn::Replace(slot);
        }
        Ok(())
    }

    /// Resumes a generator by pushing its saved frame.
    pub(super) fn resume(&mut self, generator: Value, on_return: OnReturn) -> Result<Advance, Flow> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(self.too_deep());
        }
        let Some(Object::Generator(object)) = self.runtime.heap.get_mut(generator.handle()) else {
            return Ok(Advance::End);
        };
        let mut saved = match std::mem::replace(&mut object.state, GeneratorState::Ended) {
            GeneratorState::Suspended(saved) => saved,
            GeneratorState::Running(room) => {
                object.state = GeneratorState::Running(room);
                return Err(self.value_error("generator already executing"));
            }
            GeneratorState::Ended => {
                self.generator_result = Value::NONE;
                return Ok(Advance::End);
            }
        };
        let base = self.runtime.stack.len();
        self.runtime.stack.append(&mut saved.stack);
        object.state = GeneratorState::Running(saved.stack);
        let guards = self.guards.len();
        let frames = self.frames.len() + 1;
        for (target, height, catches_call_failure, looked_at) in saved.guards {
            self.push_guard(Guard {
                frames,
                target,
                height: base + height,
                catches_call_failure,
                before: Label::PROGRAM,
            });
            self.note_looked_at(looked_at);
        }
        // Which generator's code runs may depend on its label.
        let label = self.label_of(generator);
        self.decide(label);
        self.push_frame(Frame {
            code: saved.code,
            ip: saved.ip,
            base,
            floor: base,
            guards,
            on_return,
            generator: Some(generator),
            is_library: self.is_library_code(saved.code),
            label: label.join(self.library_label()),
        });
        Ok(Advance::Frame)
    }

    /// Suspends the current generator: pops its frame and passes the top of the stack to the
    /// consumer.
    pub(super) fn yield_value(&mut self) -> Result<(), Flow> {
        let value = self.stack.pop().unwrap_or(Value::NONE);
        let Some(frame) = self.pop_frame() else { return Ok(()) };
        // The result of `yield` when the generator is resumed.
        self.stack.push(Value::NONE);
        let mut guards = Vec::with_capacity(self.guards.len().saturating_sub(frame.guards));
        while self.guards.len() > frame.guards
            && let Some(guard) = self.guards.pop()
        {
            let looked_at = self.looked_at;
            guards.push((
                guard.target,
                guard.height - frame.base,
                guard.catches_call_failure,
                looked_at,
            ));
            self.note_looked_at(guard.before);
        }
        self.join_guards();
        guards.reverse();
        let value = value.labelled(frame.label);
        if let Some(generator) = frame.generator
            && let Some(Object::Generator(generator)) = self.runtime.heap.get_mut(generator.handle())
        {
            let mut stack = match &mut generator.state {
                GeneratorState::Running(room) => std::mem::take(room),
                GeneratorState::Suspended(_) | GeneratorState::Ended => Vec::new(),
            };
            stack.extend(self.runtime.stack.drain(frame.base..));
            let saved = SavedFrame {
                code: frame.code,
                ip: frame.ip,
                stack,
                guards,
            };
            let grown = saved.room().saturating_sub(generator.room);
            generator.room += grown;
            generator.state = GeneratorState::Suspended(saved);
            self.heap.grow(grown * size_of::<Value>());
        }
        if let Some(generator) = frame.generator {
            self.note_changed(generator, frame.label);
        }
        self.decide(frame.label);
        self.stack.truncate(frame.floor);
        self.stack.push(value);
        Ok(())
    }

    /// Ends the current frame and passes its return value to the caller.
    pub(super) fn return_value(&mut self, value: Value) -> Result<(), Flow> {
        self.leave_guards(self.frames.last().map_or(0, |frame| frame.guards));
        let Some(frame) = self.pop_frame() else { return Ok(()) };
        let value = value.labelled(frame.label);
        self.stack.truncate(frame.floor);
        if let Some(generator) = frame.generator {
            // The end of a generator tells as much as its items.
            self.note_changed(generator, frame.label);
            self.decide(frame.label);
            if let Some(Object::Generator(generator)) = self.heap.get_mut(generator.handle()) {
                generator.state = GeneratorState::Ended;
            }
            self.generator_result = value;
        } else {
            self.note_written(frame.code, CallEnd::Returned);
        }
        match frame.on_return {
            OnReturn::Push => self.stack.push(value),
            OnReturn::Replace(slot) => self.replace_operand(slot, value),
            OnReturn::Drop => {}
            OnReturn::Not => {
                let truth = self.truth(value)?;
                self.stack.push(Value::bool(!truth).labelled(value.label()));
            }
            OnReturn::Give { instance } => self.stack.push(instance.labelled(frame.label)),
            OnReturn::Loaded { module, place } => self.module_loaded(module, place),
            OnReturn::Item { exit } => {
                self.stack.pop();
                if let Some(caller) = self.frames.last_mut() {
                    caller.ip = exit as usize;
                }
            }
            OnReturn::Next { default } => match default.given() {
                Some(default) => self.stack.push(default.labelled(frame.label)),
                None => {
                    let args = if value.is_none() { Vec::new() } else { vec![value] };
                    return Err(self.raise_with(ExceptionClass::StopIteration, args));
                }
            },
        }
        Ok(())
    }
}
