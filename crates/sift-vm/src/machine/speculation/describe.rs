//! Descriptions of values, known or unknown, by abstract values.

use std::sync::Arc;

use sift_abstract::{AbstractValue, Kinds, KnownPattern, MAX_DEPTH, Shape, Version};
use sift_values::object::Object;
use sift_values::pending_calls::UNKNOWN;
use sift_values::value::{Type, Value};

use super::super::Interpreter;

/// The maximum number of items up to which the items of a tuple are described one by one.
const MAX_FIELDS: usize = 16;
/// The maximum number of items of a collection whose descriptions are joined.
const MAX_ITEMS: usize = 4_096;

impl Interpreter {
    /// Returns `true` if a value, or the content of a collection, is unknown. Returns `false` for
    /// texts, which contain pending values instead.
    pub(super) fn is_unknown(&self, value: Value) -> bool {
        value.kind() == Type::Unknown
            || value.is_object() && matches!(self.heap.get(value.handle()), Object::Unknown(_))
    }

    /// Returns `true` if no part of a text is known.
    pub(super) fn is_unknown_text(&self, value: Value) -> bool {
        match self.heap.get(value.handle()) {
            Object::Str(text) if value.kind() == Type::Str => {
                text.known_bytes() == 0 && text.pending_ids().all(|pending| pending == UNKNOWN) && text.has_pending()
            }
            _ => false,
        }
    }

    /// Returns `true` if a value or anything reachable from it is unknown.
    pub(super) fn holds_unknown(&mut self, value: Value) -> bool {
        let mut seen = hashbrown::HashSet::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if !value.is_object() || value.kind() == Type::Str || !seen.insert(value.handle()) {
                continue;
            }
            // Assume the worst if there is too much to look at.
            if self.is_unknown(value) || self.meter.charge(1).is_err() {
                return true;
            }
            if !matches!(value.kind(), Type::Function | Type::Pattern) {
                self.heap.get(value.handle()).for_each_value(|value| open.push(value));
            }
        }
        false
    }

    /// Returns the abstract value of an unknown value, or `None` if the value is known.
    pub(super) fn unknown(&self, value: Value) -> Option<AbstractValue> {
        if !value.is_object() {
            return None;
        }
        match self.heap.get(value.handle()) {
            Object::Unknown(unknown) => unknown.get().cloned(),
            Object::Str(text)
                if text
                    .pending_ids()
                    .any(|pending| !self.pending_calls.is_settled(pending)) =>
            {
                Some(self.describe_text(value.handle()))
            }
            _ => None,
        }
    }

    /// Returns the abstract value of any value, known or unknown.
    pub(super) fn describe_value(&self, value: Value) -> AbstractValue {
        self.describe_to_depth(value, MAX_DEPTH)
    }

    pub(super) fn describe_to_depth(&self, value: Value, depth: usize) -> AbstractValue {
        if let Some(unknown) = self.unknown(value) {
            return self.describe_unknown(unknown, depth);
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
                joined = joined.join(&self.describe_to_depth(item, depth - 1));
            }
            Some(Box::new(joined))
        };
        match object {
            Object::List(list) => known.items = joined(&mut list.iter().copied()),
            Object::Tuple(tuple) => {
                known.items = joined(&mut tuple.iter().copied());
                let field = |item: &Value| self.describe_to_depth(*item, depth - 1);
                known.fields = (tuple.len() <= MAX_FIELDS).then(|| tuple.iter().map(field).collect());
            }
            Object::Dict(dict) => {
                known.dict = Some(dict.kind);
                known.keys = joined(&mut dict.items.keys());
                known.items = joined(&mut dict.items.iter().map(|(_, value)| value));
            }
            Object::Set(set) => known.items = joined(&mut set.keys()),
            Object::Deque(deque) => known.items = joined(&mut deque.items.iter().copied()),
            Object::Match(found) => known.pattern = self.pattern_in(found.pattern),
            Object::Iterator(_) | Object::DictView { .. } => {
                let iteration = self.iteration_of(value);
                known.items = Some(Box::new(self.item_of_iteration(&iteration, depth - 1)));
                known.iteration = Some(Box::new(iteration));
            }
            _ => {}
        }
        known
    }

    /// Returns the abstract value of an unknown value, updated with the changes since the value was
    /// created.
    fn describe_unknown(&self, mut unknown: AbstractValue, depth: usize) -> AbstractValue {
        if let Some(iteration) = unknown.iteration.as_deref()
            && depth > 0
        {
            unknown.items = Some(Box::new(self.item_of_iteration(iteration, depth - 1)));
        }
        if !unknown.shared {
            return unknown;
        }
        if let (Some(items), Some(exploration)) = (&mut unknown.items, &self.exploration) {
            for (kinds, put) in &exploration.shared_inserts {
                if kinds.overlaps(unknown.kinds) {
                    **items = items.join(put);
                }
            }
        }
        unknown.keys = None;
        AbstractValue {
            version: self
                .exploration
                .as_ref()
                .filter(|_| unknown.kinds.overlaps(Kinds::TIMED))
                .map(|exploration| Version::SharedInsert(exploration.inserts)),
            ..unknown.with_other_items()
        }
    }

    /// Returns the compiled regex in a pattern object.
    pub(super) fn pattern_in(&self, pattern: Value) -> Option<KnownPattern> {
        match self.heap.get(pattern.handle()) {
            Object::Pattern(pattern) => Some(KnownPattern(Arc::clone(pattern))),
            _ => None,
        }
    }

    /// Allocates an unknown value with this description on the heap.
    pub(super) fn new_unknown(&mut self, unknown: AbstractValue) -> Value {
        // The items of an empty collection have no type at all.
        let is_some = !unknown.kinds.is_empty();
        if is_some && unknown.is(Kinds::NONE) {
            return Value::NONE;
        }
        if is_some && unknown.is(Kinds::STR) && unknown.shape == Shape::Any {
            return self.shared_text(sift_text::Text::pending(UNKNOWN));
        }
        self.heap.add(Type::Unknown, unknown.into_object())
    }
}
