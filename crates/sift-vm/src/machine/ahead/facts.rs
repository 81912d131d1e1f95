//! What tests have proved of texts that are not known. A text does not change, so this stays true.

use sift_abstract::{AbstractValue, Derivation, Refinement, Shape};
use sift_values::value::{Handle, Value};

use super::super::Interpreter;
use super::library::Called;
use super::state::{Derived, Fact, Known};

impl Interpreter {
    pub(super) fn known(&self) -> Option<&Known> {
        self.ahead.as_ref().map(|ahead| &ahead.known)
    }

    fn derived_texts(&self) -> &[Derived] {
        self.known().map(|known| known.derived.as_slice()).unwrap_or_default()
    }

    /// Returns the text that a method made of this receiver before.
    pub(super) fn derived(&self, called: &Called) -> Option<Value> {
        let from = called.call.receiver?;
        let is_same = |derived: &&Derived| derived.from == from.handle() && std::ptr::eq(derived.row, called.row);
        self.derived_texts().iter().find(is_same).map(|derived| derived.to)
    }

    /// Notes what a method has made of a text.
    pub(super) fn note_derived(&mut self, called: &Called, derivation: Derivation, to: Value) {
        let from = called.call.receiver.filter(|text| text.is_object());
        if let (Some(from), Some(ahead)) = (from, &mut self.ahead) {
            ahead.known.derived.push(Derived {
                from: from.handle(),
                row: called.row,
                derivation,
                to,
            });
        }
    }

    /// Notes what a test has proved of a text.
    pub(super) fn note_fact(&mut self, of: Handle, proved: Refinement) {
        let (mut shape, least) = (proved.shape, proved.sizes.0);
        if shape == Shape::Any && least == 0 {
            return;
        }
        // What is digits when it is stripped is digits to `int`; what is left of a text is no longer than it was.
        let mut texts = vec![of];
        while let Some(of) = texts.pop() {
            let Some(ahead) = &mut self.ahead else { return };
            let known = &mut ahead.known;
            known.facts.push(Fact { of, shape, least });
            if shape == Shape::DigitsAlone {
                shape = Shape::Digits;
            }
            let strips = |derived: &&Derived| derived.to.handle() == of && derived.derivation != Derivation::Case;
            texts.extend(known.derived.iter().filter(strips).map(|derived| derived.from));
            if texts.len() > known.derived.len() {
                return;
            }
        }
    }

    /// Returns what is known of a text that is not known itself.
    pub(super) fn known_of_text(&self, of: Handle) -> AbstractValue {
        let facts = self.known().map(|known| known.facts.as_slice());
        let mut text = AbstractValue::text();
        for fact in facts.unwrap_or_default().iter().filter(|fact| fact.of == of) {
            text.shape = text.shape.max(fact.shape);
            text.sizes.0 = text.sizes.0.max(fact.least);
        }
        text
    }

    /// Returns `true` if a text is known to have no white space at its ends.
    pub(super) fn was_stripped(&self, text: Value) -> bool {
        let strips =
            |derived: &Derived| derived.derivation == Derivation::Strip && derived.to.handle() == text.handle();
        text.is_object() && self.derived_texts().iter().any(strips)
    }
}
