//! Facts that conditions have proved of unknown texts. They stay true, because texts are immutable.

use sift_abstract::{AbstractValue, Derivation, Refinement, Shape};
use sift_values::value::{Handle, Value};

use super::super::Interpreter;
use super::calls::LibraryCall;
use super::state::{DerivedText, KnownFacts, TextFact};

impl Interpreter {
    pub(super) fn known(&self) -> Option<&KnownFacts> {
        self.exploration.as_ref().map(|exploration| &exploration.known)
    }

    fn derived_texts(&self) -> &[DerivedText] {
        self.known().map(|known| known.derived.as_slice()).unwrap_or_default()
    }

    /// Returns the result of an earlier call of the same method on the same text.
    pub(super) fn derived_text(&self, called: &LibraryCall) -> Option<Value> {
        let from = called.call.receiver?;
        let is_same = |derived: &&DerivedText| derived.from == from.handle() && std::ptr::eq(derived.row, called.row);
        self.derived_texts().iter().find(is_same).map(|derived| derived.to)
    }

    /// Records the result of a method call on a text, for later calls of the same method.
    pub(super) fn note_derived_text(&mut self, called: &LibraryCall, derivation: Derivation, to: Value) {
        let from = called.call.receiver.filter(|text| text.is_object());
        if let (Some(from), Some(exploration)) = (from, &mut self.exploration) {
            exploration.known.derived.push(DerivedText {
                from: from.handle(),
                row: called.row,
                derivation,
                to,
            });
        }
    }

    /// Records the facts that a condition has proved of a text.
    pub(super) fn note_text_fact(&mut self, of: Handle, proved: Refinement) {
        let (mut shape, least) = (proved.shape, proved.sizes.0);
        if shape == Shape::Any && least == 0 {
            return;
        }
        // If the stripped text has digits only, `int` accepts the original, which is at least as
        // long.
        let mut texts = vec![of];
        while let Some(of) = texts.pop() {
            let Some(exploration) = &mut self.exploration else {
                return;
            };
            let known = &mut exploration.known;
            known.facts.push(TextFact { of, shape, least });
            if shape == Shape::DigitsAlone {
                shape = Shape::Digits;
            }
            let strips = |derived: &&DerivedText| derived.to.handle() == of && derived.derivation != Derivation::Case;
            texts.extend(known.derived.iter().filter(strips).map(|derived| derived.from));
            if texts.len() > known.derived.len() {
                return;
            }
        }
    }

    /// Returns the abstract value of an unknown text, from the facts known of it.
    pub(super) fn describe_text(&self, of: Handle) -> AbstractValue {
        let facts = self.known().map(|known| known.facts.as_slice());
        let mut text = AbstractValue::text();
        for fact in facts.unwrap_or_default().iter().filter(|fact| fact.of == of) {
            text.shape = text.shape.max(fact.shape);
            text.sizes.0 = text.sizes.0.max(fact.least);
        }
        text
    }

    /// Returns `true` if a text is known to have no white space at its ends.
    pub(super) fn is_known_stripped(&self, text: Value) -> bool {
        let strips =
            |derived: &DerivedText| derived.derivation == Derivation::Strip && derived.to.handle() == text.handle();
        text.is_object() && self.derived_texts().iter().any(strips)
    }
}
