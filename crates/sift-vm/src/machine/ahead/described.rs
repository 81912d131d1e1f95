//! What is known of the values that a machine holds, as if none of them were known.

use std::sync::Arc;

use sift_abstract::{AbstractValue, Kinds, KnownPattern, MAX_DEPTH, Shape, Version};
use sift_runtime::runtime::UNKNOWN;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::super::Interpreter;

/// Items of a tuple that are known one by one.
const MAX_FIELDS: usize = 16;
/// Items that are looked at to say what they have in common.
const MAX_ITEMS: usize = 4_096;

impl Interpreter {
    /// Tells whether a value is not known, or a collection of which it is not known what it holds. Texts tell by themselves.
    pub(super) fn is_unknown(&self, value: Value) -> bool {
        value.kind() == Type::Unknown
            || value.is_object() && matches!(self.heap.get(value.handle()), Object::Unknown(_))
    }

    /// Tells whether a value is a text of which nothing is known.
    pub(super) fn is_unknown_text(&self, value: Value) -> bool {
        match self.heap.get(value.handle()) {
            Object::Str(text) if value.kind() == Type::Str => {
                text.known_bytes() == 0 && text.holes().all(|hole| hole == UNKNOWN) && text.has_holes()
            }
            _ => false,
        }
    }

    /// Tells whether there is something unknown in a value, however deep.
    pub(super) fn holds_unknown(&mut self, value: Value) -> bool {
        let mut seen = hashbrown::HashSet::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if !value.is_object() || value.kind() == Type::Str || !seen.insert(value.handle()) {
                continue;
            }
            // Having looked at so much, better not know.
            if self.is_unknown(value) || self.meter.charge(1).is_err() {
                return true;
            }
            if !matches!(value.kind(), Type::Function | Type::Pattern) {
                self.heap.get(value.handle()).for_each_value(|value| open.push(value));
            }
        }
        false
    }

    /// Returns what is known of a value that is not known; none of one that is.
    pub(super) fn unknown(&self, value: Value) -> Option<AbstractValue> {
        if !value.is_object() {
            return None;
        }
        match self.heap.get(value.handle()) {
            Object::Unknown(unknown) => unknown.get().cloned(),
            Object::Str(text) if text.holes().any(|hole| !self.holes.is_settled(hole)) => {
                Some(self.known_of_text(value.handle()))
            }
            _ => None,
        }
    }

    /// Returns what is known of a value, known or not, as if it were not known.
    pub(super) fn described(&self, value: Value) -> AbstractValue {
        self.described_to(value, MAX_DEPTH)
    }

    pub(super) fn described_to(&self, value: Value, depth: usize) -> AbstractValue {
        if let Some(unknown) = self.unknown(value) {
            return self.described_unknown(unknown, depth);
        }
        let mut known = AbstractValue::new(Kinds::of_value(value));
        if !value.is_object() || depth == 0 {
            return known;
        }
        let object = self.heap.get(value.handle());
        known.version = Version::of_object(object);
        let joined = |items: &mut dyn Iterator<Item = Value>| {
            let mut joined = AbstractValue::new(Kinds::NOTHING);
            for (count, item) in items.enumerate() {
                if count >= MAX_ITEMS {
                    return None;
                }
                joined = joined.join(&self.described_to(item, depth - 1));
            }
            Some(Box::new(joined))
        };
        match object {
            Object::List(list) => known.items = joined(&mut list.iter().copied()),
            Object::Tuple(tuple) => {
                known.items = joined(&mut tuple.iter().copied());
                let field = |item: &Value| self.described_to(*item, depth - 1);
                known.fields = (tuple.len() <= MAX_FIELDS).then(|| tuple.iter().map(field).collect());
            }
            Object::Dict(dict) => {
                known.dict = Some(dict.kind);
                known.keys = joined(&mut dict.items.keys());
                known.items = joined(&mut dict.items.iter().map(|(_, value)| value));
            }
            Object::Set(set) => known.items = joined(&mut set.keys()),
            Object::Deque(deque) => known.items = joined(&mut deque.items.iter().copied()),
            Object::Match(found) => known.pattern = self.pattern_held_by(found.pattern),
            Object::Iterator(_) | Object::DictView { .. } => {
                let iteration = self.iteration_of(value);
                known.items = Some(Box::new(self.item_of_iteration(&iteration, depth - 1)));
                known.iteration = Some(Box::new(iteration));
            }
            _ => {}
        }
        known
    }

    /// Returns what is known of a value that is not, by all that was done since.
    fn described_unknown(&self, mut unknown: AbstractValue, depth: usize) -> AbstractValue {
        if let Some(iteration) = unknown.iteration.as_deref()
            && depth > 0
        {
            unknown.items = Some(Box::new(self.item_of_iteration(iteration, depth - 1)));
        }
        if !unknown.shared {
            return unknown;
        }
        if let (Some(items), Some(ahead)) = (&mut unknown.items, &self.ahead) {
            for (kinds, put) in &ahead.put_in_shared {
                if kinds.overlaps(unknown.kinds) {
                    **items = items.join(put);
                }
            }
        }
        unknown.keys = None;
        AbstractValue {
            version: self
                .ahead
                .as_ref()
                .filter(|_| unknown.kinds.overlaps(Kinds::TIMED))
                .map(|ahead| Version::SharedPut(ahead.puts)),
            ..unknown.with_other_items()
        }
    }

    /// Returns the pattern that a value is.
    pub(super) fn pattern_held_by(&self, pattern: Value) -> Option<KnownPattern> {
        match self.heap.get(pattern.handle()) {
            Object::Pattern(pattern) => Some(KnownPattern(Arc::clone(pattern))),
            _ => None,
        }
    }

    /// Makes a value that is not known.
    pub(super) fn new_unknown(&mut self, unknown: AbstractValue) -> Value {
        // What an empty collection holds is of no type at all.
        let is_some = !unknown.kinds.is_empty();
        if is_some && unknown.is(Kinds::NONE) {
            return Value::NONE;
        }
        if is_some && unknown.is(Kinds::STR) && unknown.shape == Shape::Any {
            return self.shared_text(sift_text::Text::hole(UNKNOWN));
        }
        self.heap.add(Type::Unknown, unknown.into_object())
    }
}
