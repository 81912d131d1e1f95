//! Speculative reading and writing of items, in collections that are unknown or receive unknown
//! values.

use sift_abstract::{AbstractValue, Kinds, NOTHING, Raises};
use sift_compiler::exception::ExceptionClass as E;
use sift_modules::regex::transfers::group_of;
use sift_text::PendingId;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

use super::super::Interpreter;
use super::state::Stop::{self, GiveUp};

impl Interpreter {
    /// Returns the exceptions that hashing a dict key may raise.
    pub(super) fn hash_errors(&self, key: Value) -> Raises {
        let key = self.describe_value(key);
        let is_hashable = |unknown: &AbstractValue| unknown.is(Kinds::HASHABLE);
        let fits = is_hashable(&key) || key.is(Kinds::TUPLE) && key.items.as_deref().is_some_and(is_hashable);
        if fits { NOTHING } else { &[E::TypeError] }
    }

    /// Returns `true` if the bounds of a slice may not be integers, or if its step is unknown.
    fn has_unknown_bounds(&self, slice: Value) -> bool {
        let Object::Slice(parts) = self.heap.get(slice.handle()) else {
            return true;
        };
        let bounds = Kinds::INTS.or(Kinds::NONE);
        let [start, stop, step] = **parts;
        !self.describe_value(start).is(bounds) || !self.describe_value(stop).is(bounds) || self.is_unknown(step)
    }

    /// Returns the abstract value that a class such as `int` or `list` returns without arguments.
    fn default_value(&self, factory: Value) -> Option<AbstractValue> {
        let nothing = || AbstractValue::new(Kinds::NOTHING);
        Some(match self.library.class_name(factory) {
            _ if factory.kind() != Type::Class => return None,
            "int" => AbstractValue::new(Kinds::COUNT),
            "float" => AbstractValue::new(Kinds::FLOAT),
            "str" => AbstractValue::text(),
            "list" => AbstractValue::collection(Kinds::LIST, nothing()),
            "set" => AbstractValue::collection(Kinds::SET, nothing()),
            "dict" => AbstractValue::dict(DictKind::Plain, nothing(), nothing()),
            "Counter" => AbstractValue::dict(DictKind::Counter, nothing(), nothing()),
            _ => return None,
        })
    }

    /// Records that an unknown dict contains a key.
    fn note_key(&mut self, dict: Value, key: Value) {
        if key.is_object()
            && let Some(unknown) = self
                .heap
                .get_mut(dict.handle())
                .and_then(AbstractValue::from_object_mut)
            && unknown.is(Kinds::DICT)
        {
            unknown.has = Some(key.handle());
        }
    }

    /// Records that items are inserted into a collection, whose content becomes unknown.
    pub(super) fn insert_items(&mut self, collection: Value, items: &[Value]) -> Result<(), Stop> {
        let mut mixed = AbstractValue::new(Kinds::NOTHING);
        for item in items {
            mixed = mixed.join(&self.describe_value(*item));
            self.share(*item)?;
        }
        self.insert_abstract(collection, &mixed, None)
    }

    /// Records that a value is stored in a dict or a list. The content of the collection becomes
    /// unknown.
    pub(super) fn insert_at(&mut self, collection: Value, value: Value, key: &AbstractValue) -> Result<(), Stop> {
        let described = self.describe_value(value);
        self.share(value)?;
        self.insert_abstract(collection, &described, Some(key))
    }

    /// Records that the items of one collection are inserted into another, whose content becomes
    /// unknown.
    pub(super) fn extend_with(&mut self, collection: Value, more: Value) -> Result<(), Stop> {
        let of = self.describe_value(more);
        self.share_items(more)?;
        match self.describe_value(collection).is(Kinds::DICT) {
            true if of.is(Kinds::DICT) => self.insert_abstract(collection, &of.item(), Some(&of.key())),
            true => self.insert_abstract(collection, &AbstractValue::any(), None),
            false => self.insert_abstract(collection, &of.yielded(), None),
        }
    }

    /// Records that an item with this abstract value is inserted into a collection, and for a dict
    /// the key.
    pub(super) fn insert_abstract(
        &mut self,
        collection: Value,
        item: &AbstractValue,
        key: Option<&AbstractValue>,
    ) -> Result<(), Stop> {
        if !collection.is_object() {
            return Err(GiveUp);
        }
        let described = self.describe_value(collection).with_other_items();
        if described.shared
            && let Some(exploration) = &mut self.exploration
        {
            exploration.record_shared_insert(described.kinds, item);
        }
        self.invalidate(collection.handle())?;
        let items = described.items.as_deref().map(|items| Box::new(items.join(item)));
        let keys = match (described.keys.as_deref(), key) {
            (Some(keys), Some(key)) => Some(Box::new(keys.join(key))),
            _ => None,
        };
        let unknown = AbstractValue {
            items,
            keys,
            version: described.kinds.overlaps(Kinds::TIMED).then(|| self.next_version()),
            ..described
        };
        if let Some(object) = self.heap.get_mut(collection.handle())
            && matches!(object, Object::Unknown(_))
        {
            *object = unknown.into_object();
        }
        Ok(())
    }

    /// Records that a value has an alias in an unknown place. Everything that is reachable from the
    /// value may change from then on.
    pub(super) fn share(&mut self, value: Value) -> Result<(), Stop> {
        if value.is_object() && value.kind() != Type::Str {
            self.invalidate(value.handle())?;
        }
        Ok(())
    }

    /// Records that the items of a collection have aliases in an unknown place.
    pub(super) fn share_items(&mut self, collection: Value) -> Result<(), Stop> {
        if !collection.is_object() || collection.kind() == Type::Str {
            return Ok(());
        }
        if self.describe_value(collection).is(Kinds::ITERATOR) {
            return self.share_items_of_iterator(collection);
        }
        let mut items = Vec::new();
        self.heap.get(collection.handle()).for_each_value(|item| {
            if item.is_object() && item.kind() != Type::Str {
                items.push(item);
            }
        });
        for item in items {
            self.share(item)?;
        }
        Ok(())
    }
}

impl Interpreter {
    pub(super) fn speculate_build(&mut self, pending: PendingId, operands: usize, kinds: Kinds) -> Result<(), Stop> {
        let step = if kinds == Kinds::DICT { 2 } else { 1 };
        let mut items = AbstractValue::new(Kinds::NOTHING);
        let mut keys = AbstractValue::new(Kinds::NOTHING);
        let mut raises = NOTHING;
        for place in (0..operands).step_by(step) {
            let (item, hashed) = (self.peek(place), self.peek(place + step - 1));
            items = items.join(&self.describe_value(item));
            keys = keys.join(&self.describe_value(hashed));
            if !self.hash_errors(hashed).is_empty() {
                raises = &[E::TypeError];
            }
            self.share(item)?;
        }
        let result = match kinds == Kinds::DICT {
            true => AbstractValue::dict(DictKind::Plain, keys, items),
            false => AbstractValue::collection(kinds, items),
        };
        self.finish_with(pending, operands, result, raises)
    }

    pub(super) fn speculate_index(&mut self, pending: PendingId) -> Result<(), Stop> {
        let (object, index) = (self.peek(1), self.peek(0));
        let (of, by) = (self.describe_value(object), self.describe_value(index));
        if index.kind() == Type::Slice {
            if self.has_unknown_bounds(index) {
                return Err(GiveUp);
            }
            let raises: Raises = match of.is(Kinds::STR.or(Kinds::LIST).or(Kinds::TUPLE)) {
                true => NOTHING,
                false => &[E::TypeError],
            };
            let part = AbstractValue { fields: None, ..of };
            return self.finish_with(pending, 2, part.with_other_items(), raises);
        }
        if of.is(Kinds::MATCH) {
            let (result, raises) = group_of(self, &of, index);
            return self.finish_with(pending, 2, result, raises);
        }
        if of.is(Kinds::DICT) {
            return self.speculate_dict_index(pending, object, index);
        }
        let raises: Raises = match of.is(Kinds::STR.or(Kinds::LIST).or(Kinds::TUPLE)) && by.is(Kinds::INTS) {
            true if index.as_int().is_some_and(|place| of.has_item(place)) => NOTHING,
            true => &[E::IndexError],
            false => &[E::TypeError, E::IndexError, E::KeyError],
        };
        let field = index.as_int().and_then(|place| of.field(place));
        let item = field.unwrap_or_else(|| of.item());
        self.finish_op(pending, raises, &|m| {
            m.share_items(object)?;
            let value = m.new_unknown(item.clone());
            m.note_unknowns();
            m.replace_top(2, value);
            Ok(())
        })
    }

    fn speculate_dict_index(&mut self, pending: PendingId, dict: Value, key: Value) -> Result<(), Stop> {
        let of = self.describe_value(dict);
        let of_key = self.describe_value(key);
        let mut raises = self.hash_errors(key);
        let result = match of.dict {
            Some(DictKind::Counter) => of.item().join(&AbstractValue::new(Kinds::COUNT)),
            Some(DictKind::Default(factory)) => {
                let made = self.default_value(factory).ok_or(GiveUp)?;
                let result = of.item().join(&made);
                return self.finish_op(pending, raises, &|m| {
                    // Afterwards the key exists, with the factory's value.
                    m.insert_abstract(dict, &made, Some(&of_key))?;
                    let value = m.new_unknown(result.clone());
                    m.note_unknowns();
                    m.replace_top(2, value);
                    Ok(())
                });
            }
            _ if key.is_object() && of.has.is_some_and(|has| self.is_same_key(has, key.handle())) => of.item(),
            _ if self.is_known_to_contain(dict, key) => of.item(),
            _ => {
                raises = if raises.is_empty() {
                    &[E::KeyError]
                } else {
                    &[E::KeyError, E::TypeError]
                };
                of.item()
            }
        };
        self.finish_op(pending, raises, &|m| {
            m.share_items(dict)?;
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(2, value);
            Ok(())
        })
    }

    pub(super) fn speculate_set_index(&mut self, pending: PendingId) -> Result<(), Stop> {
        let (value, object, index) = (self.peek(2), self.peek(1), self.peek(0));
        let of = self.describe_value(object);
        let raises = match () {
            () if of.is(Kinds::DICT) => self.hash_errors(index),
            () if of.is(Kinds::LIST) => &[E::IndexError],
            () => &[E::TypeError, E::IndexError],
        };
        let key = self.describe_value(index);
        let is_there = index.is_object()
            && (of.has.is_some_and(|has| self.is_same_key(has, index.handle()))
                || self.is_known_to_contain(object, index));
        self.finish_op(pending, raises, &|m| {
            m.insert_at(object, value, &key)?;
            if is_there && let Some(unknown) = m.heap.get_mut(object.handle()).and_then(AbstractValue::from_object_mut)
            {
                unknown.version = of.version;
            }
            m.note_key(object, index);
            m.drop_top(3);
            Ok(())
        })
    }

    pub(super) fn speculate_iterate(&mut self, pending: PendingId) -> Result<(), Stop> {
        let iterated = self.peek(0);
        let raises: Raises = match self.describe_value(iterated).is(Kinds::ITERABLE) {
            true => NOTHING,
            false => &[E::TypeError],
        };
        self.finish_op(pending, raises, &|m| {
            m.share_items(iterated)?;
            let iteration = m.start_iteration(iterated);
            let iterator = m.describe_iterator(iteration);
            let value = m.new_unknown(iterator);
            m.note_unknowns();
            m.replace_top(1, value);
            Ok(())
        })
    }

    pub(super) fn speculate_unpack(&mut self, pending: PendingId, count: usize) -> Result<(), Stop> {
        let of = self.describe_value(self.peek(0));
        let has = u16::try_from(count).unwrap_or(u16::MAX);
        let fields = of
            .fields
            .clone()
            .filter(|fields| of.is(Kinds::TUPLE) && fields.len() == count);
        let fits = fields.is_some() || of.is(Kinds::LIST) && of.sizes == (has, has);
        let raises: Raises = match fits {
            true => NOTHING,
            false if of.is(Kinds::ITERABLE) => &[E::ValueError],
            false => &[E::ValueError, E::TypeError],
        };
        let item = of.yielded();
        let unpacked = self.peek(0);
        self.finish_op(pending, raises, &|m| {
            m.share_items(unpacked)?;
            m.drop_top(1);
            m.note_unknowns();
            for place in (0..count).rev() {
                let field = fields.as_ref().and_then(|fields| fields.get(place)).cloned();
                let value = m.new_unknown(field.map_or_else(|| item.clone(), AbstractValue::into_shared));
                m.stack.push(value);
            }
            Ok(())
        })
    }

    pub(super) fn speculate_unpack_starred(
        &mut self,
        pending: PendingId,
        before: usize,
        after: usize,
    ) -> Result<(), Stop> {
        let unpacked = self.peek(0);
        let of = self.describe_value(unpacked);
        let has_enough = of.fields.as_deref().map_or(of.sizes.0 as usize, <[AbstractValue]>::len) >= before + after;
        let raises: Raises = match of.is(Kinds::ITERABLE) {
            true if has_enough && !of.kinds.overlaps(Kinds::ITERATOR) => NOTHING,
            true => &[E::ValueError],
            false => &[E::ValueError, E::TypeError],
        };
        let item = of.yielded();
        self.finish_op(pending, raises, &|m| {
            m.share_items(unpacked)?;
            m.drop_top(1);
            m.note_unknowns();
            for place in 0..=before + after {
                let item = match place == after {
                    true => AbstractValue::collection(Kinds::LIST, item.clone()),
                    false => item.clone(),
                };
                let value = m.new_unknown(item);
                m.stack.push(value);
            }
            Ok(())
        })
    }
}
