//! The states of generators, and access to them.

use sift_compiler::op::Op;
use sift_values::object::{GeneratorObject, GeneratorState, Object};
use sift_values::value::{Type, Value};

use crate::runtime::{GeneratorStage, Runtime};

impl Runtime {
    /// Returns the generator object of a value, or `None` for other values.
    pub(crate) fn generator(&self, value: Value) -> Option<&GeneratorObject> {
        match self.heap.get(value.handle()) {
            Object::Generator(generator) if value.kind() == Type::Generator => Some(generator),
            _ => None,
        }
    }

    /// Returns `true` if programs see the value as a generator. The library also uses generators to
    /// implement other iterators, such as `map`.
    pub fn is_plain_generator(&self, value: Value) -> bool {
        self.generator(value).is_some_and(|generator| generator.class.is_none())
    }

    /// Returns how far a generator has run: just started, suspended, running or ended.
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

    /// Ends a suspended generator without running the rest of its code.
    pub fn end_generator(&mut self, generator: Value) {
        if let Some(Object::Generator(generator)) = self.heap.get_mut(generator.handle()) {
            generator.state = GeneratorState::Ended;
        }
    }

    /// Returns the inner generator of a generator suspended in `yield from`, and the op that
    /// follows the `yield from`.
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
