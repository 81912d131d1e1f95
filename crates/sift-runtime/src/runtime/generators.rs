//! The states of generators.

use sift_compiler::op::Op;
use sift_values::object::{GeneratorObject, GeneratorState, Object};
use sift_values::value::{Type, Value};

use crate::runtime::{GeneratorStage, Runtime};

impl Runtime {
    /// Returns the generator that a value refers to, if it is one.
    pub(crate) fn generator(&self, value: Value) -> Option<&GeneratorObject> {
        match self.heap.get(value.handle()) {
            Object::Generator(generator) if value.kind() == Type::Generator => Some(generator),
            _ => None,
        }
    }

    /// Returns `true` if programs see the value as a generator, and not as an iterator that the
    /// library implements as one.
    pub fn is_plain_generator(&self, value: Value) -> bool {
        self.generator(value).is_some_and(|generator| generator.class.is_none())
    }

    /// Returns the state of a generator.
    pub fn generator_stage(&self, generator: Value) -> GeneratorStage {
        match self.generator(generator).map(|generator| &generator.state) {
            Some(GeneratorState::Suspended(frame)) => match self.code.get(frame.code) {
                Some(code) if code.entry == frame.ip => GeneratorStage::JustStarted,
                _ => GeneratorStage::Suspended,
            },
            Some(GeneratorState::Running(_)) => GeneratorStage::Running,
            Some(GeneratorState::Ended) | None => GeneratorStage::Ended,
        }
    }

    /// Ends a suspended generator without running it.
    pub fn end_generator(&mut self, generator: Value) {
        if let Some(Object::Generator(generator)) = self.heap.get_mut(generator.handle()) {
            generator.state = GeneratorState::Ended;
        }
    }

    /// Returns the generator that a generator yields from, and the op behind the `yield from`.
    pub fn yields_from(&self, generator: Value) -> Option<(Value, u32)> {
        let GeneratorState::Suspended(frame) = &self.generator(generator)?.state else {
            return None;
        };
        let Some(Op::Forward(exit)) = self.code.ops.get(frame.ip) else {
            return None;
        };
        let [.., iterator, _] = frame.stack.as_slice() else {
            return None;
        };
        self.is_plain_generator(*iterator).then_some((*iterator, *exit))
    }
}
