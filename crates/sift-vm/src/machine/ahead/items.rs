//! What is taken out of collections and put into them where one of the two is not known.

use sift_abstract::{AbstractValue, Kinds, NOTHING, Raises};
use sift_compiler::exception::ExceptionClass as E;
use sift_modules::regex::transfers::group_of;
use sift_text::HoleId;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

use super::super::Interpreter;
use super::state::Stop::{self, GiveUp};

impl Interpreter {
    /// Says what hashing a key may raise.
    pub(super) fn hashing(&self, key: Value) -> Raises {
        let key = self.described(key);
        let is_hashable = |unknown: &AbstractValue| unknown.is(Kinds::HASHABLE);
        let fits = is_hashable(&key) || key.is(Kinds::TUPLE) && key.items.as_deref().is_some_and(is_hashable);
        if fits { NOTHING } else { &[E::TypeError] }
    }

    /// Tells whether it is not known that a slice takes every item, or its bounds may be no numbers.
    fn holds_unknown_step(&self, slice: Value) -> bool {
        let Object::Slice(parts) = self.heap.get(slice.handle()) else {
            return true;
        };
        let bounds = Kinds::INTS.or(Kinds::NONE);
        let [start, stop, step] = **parts;
        !self.described(start).is(bounds) || !self.described(stop).is(bounds) || self.is_unknown(step)
    }

    /// Returns what a class makes when it is called with nothing.
    fn made_by(&self, factory: Value) -> Option<AbstractValue> {
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

    /// Lets a dict be known to have a key.
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

    /// Puts items somewhere in a collection: it is not known any more what it holds.
    pub(super) fn put_in(&mut self, collection: Value, items: &[Value]) -> Result<(), Stop> {
        let mut mixed = AbstractValue::new(Kinds::NOTHING);
        for item in items {
            mixed = mixed.join(&self.described(*item));
            self.share(*item)?;
        }
        self.mix_in(collection, &mixed, None)
    }

    /// Puts a value into a dict by a key, or into a list.
    pub(super) fn put_at(&mut self, collection: Value, value: Value, key: &AbstractValue) -> Result<(), Stop> {
        let described = self.described(value);
        self.share(value)?;
        self.mix_in(collection, &described, Some(key))
    }

    /// Puts the items of one collection into another.
    pub(super) fn put_items_in(&mut self, collection: Value, more: Value) -> Result<(), Stop> {
        let of = self.described(more);
        self.share_items(more)?;
        match self.described(collection).is(Kinds::DICT) {
            true if of.is(Kinds::DICT) => self.mix_in(collection, &of.item(), Some(&of.key())),
            true => self.mix_in(collection, &AbstractValue::any(), None),
            false => self.mix_in(collection, &of.yielded(), None),
        }
    }

    /// Lets a collection hold something like this, too; a dict, by keys like this.
    pub(super) fn mix_in(
        &mut self,
        collection: Value,
        item: &AbstractValue,
        key: Option<&AbstractValue>,
    ) -> Result<(), Stop> {
        if !collection.is_object() {
            return Err(GiveUp);
        }
        let described = self.described(collection).with_other_items();
        if described.shared
            && let Some(ahead) = &mut self.ahead
        {
            ahead.put_in_shared(described.kinds, item);
        }
        self.blur(collection.handle())?;
        let items = described.items.as_deref().map(|items| Box::new(items.join(item)));
        let keys = match (described.keys.as_deref(), key) {
            (Some(keys), Some(key)) => Some(Box::new(keys.join(key))),
            _ => None,
        };
        let unknown = AbstractValue {
            items,
            keys,
            version: described.kinds.overlaps(Kinds::TIMED).then(|| self.next_change()),
            ..described
        };
        if let Some(object) = self.heap.get_mut(collection.handle())
            && matches!(object, Object::Unknown(_))
        {
            *object = unknown.into_object();
        }
        Ok(())
    }

    /// Lets somebody who is not known hold a value: all that can be reached from it may change from now on.
    pub(super) fn share(&mut self, value: Value) -> Result<(), Stop> {
        if value.is_object() && value.kind() != Type::Str {
            self.blur(value.handle())?;
        }
        Ok(())
    }

    /// Lets somebody who is not known hold the items of a collection.
    pub(super) fn share_items(&mut self, collection: Value) -> Result<(), Stop> {
        if !collection.is_object() || collection.kind() == Type::Str {
            return Ok(());
        }
        if self.described(collection).is(Kinds::ITERATOR) {
            return self.share_yielded(collection);
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
    pub(super) fn build(&mut self, hole: HoleId, operands: usize, kinds: Kinds) -> Result<(), Stop> {
        let step = if kinds == Kinds::DICT { 2 } else { 1 };
        let mut items = AbstractValue::new(Kinds::NOTHING);
        let mut keys = AbstractValue::new(Kinds::NOTHING);
        let mut raises = NOTHING;
        for place in (0..operands).step_by(step) {
            let (item, hashed) = (self.peek(place), self.peek(place + step - 1));
            items = items.join(&self.described(item));
            keys = keys.join(&self.described(hashed));
            if !self.hashing(hashed).is_empty() {
                raises = &[E::TypeError];
            }
            self.share(item)?;
        }
        let result = match kinds == Kinds::DICT {
            true => AbstractValue::dict(DictKind::Plain, keys, items),
            false => AbstractValue::collection(kinds, items),
        };
        self.give(hole, operands, result, raises)
    }

    pub(super) fn index_ahead(&mut self, hole: HoleId) -> Result<(), Stop> {
        let (object, index) = (self.peek(1), self.peek(0));
        let (of, by) = (self.described(object), self.described(index));
        if index.kind() == Type::Slice {
            if self.holds_unknown_step(index) {
                return Err(GiveUp);
            }
            let raises: Raises = match of.is(Kinds::STR.or(Kinds::LIST).or(Kinds::TUPLE)) {
                true => NOTHING,
                false => &[E::TypeError],
            };
            let part = AbstractValue { fields: None, ..of };
            return self.give(hole, 2, part.with_other_items(), raises);
        }
        if of.is(Kinds::MATCH) {
            let (result, raises) = group_of(self, &of, index);
            return self.give(hole, 2, result, raises);
        }
        if of.is(Kinds::DICT) {
            return self.index_dict(hole, object, index);
        }
        let raises: Raises = match of.is(Kinds::STR.or(Kinds::LIST).or(Kinds::TUPLE)) && by.is(Kinds::INTS) {
            true if index.as_int().is_some_and(|place| of.has_item(place)) => NOTHING,
            true => &[E::IndexError],
            false => &[E::TypeError, E::IndexError, E::KeyError],
        };
        let field = index.as_int().and_then(|place| of.field(place));
        let item = field.unwrap_or_else(|| of.item());
        self.conclude(hole, raises, &|m| {
            m.share_items(object)?;
            let value = m.new_unknown(item.clone());
            m.note_unknowns();
            m.replace_top(2, value);
            Ok(())
        })
    }

    fn index_dict(&mut self, hole: HoleId, dict: Value, key: Value) -> Result<(), Stop> {
        let of = self.described(dict);
        let of_key = self.described(key);
        let mut raises = self.hashing(key);
        let result = match of.dict {
            Some(DictKind::Counter) => of.item().join(&AbstractValue::new(Kinds::COUNT)),
            Some(DictKind::Default(factory)) => {
                let made = self.made_by(factory).ok_or(GiveUp)?;
                let result = of.item().join(&made);
                return self.conclude(hole, raises, &|m| {
                    // The key is there afterwards, with what the factory makes.
                    m.mix_in(dict, &made, Some(&of_key))?;
                    let value = m.new_unknown(result.clone());
                    m.note_unknowns();
                    m.replace_top(2, value);
                    Ok(())
                });
            }
            _ if key.is_object() && of.has.is_some_and(|has| self.is_same_key(has, key.handle())) => of.item(),
            _ if self.has_part(dict, key) => of.item(),
            _ => {
                raises = if raises.is_empty() {
                    &[E::KeyError]
                } else {
                    &[E::KeyError, E::TypeError]
                };
                of.item()
            }
        };
        self.conclude(hole, raises, &|m| {
            m.share_items(dict)?;
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(2, value);
            Ok(())
        })
    }

    pub(super) fn set_index_ahead(&mut self, hole: HoleId) -> Result<(), Stop> {
        let (value, object, index) = (self.peek(2), self.peek(1), self.peek(0));
        let of = self.described(object);
        let raises = match () {
            () if of.is(Kinds::DICT) => self.hashing(index),
            () if of.is(Kinds::LIST) => &[E::IndexError],
            () => &[E::TypeError, E::IndexError],
        };
        let key = self.described(index);
        let is_there = index.is_object()
            && (of.has.is_some_and(|has| self.is_same_key(has, index.handle())) || self.has_part(object, index));
        self.conclude(hole, raises, &|m| {
            m.put_at(object, value, &key)?;
            if is_there && let Some(unknown) = m.heap.get_mut(object.handle()).and_then(AbstractValue::from_object_mut)
            {
                unknown.version = of.version;
            }
            m.note_key(object, index);
            m.drop_top(3);
            Ok(())
        })
    }

    pub(super) fn iterate_ahead(&mut self, hole: HoleId) -> Result<(), Stop> {
        let iterated = self.peek(0);
        let raises: Raises = match self.described(iterated).is(Kinds::ITERABLE) {
            true => NOTHING,
            false => &[E::TypeError],
        };
        self.conclude(hole, raises, &|m| {
            m.share_items(iterated)?;
            let iteration = m.begin_iterating(iterated);
            let iterator = m.iterating(iteration);
            let value = m.new_unknown(iterator);
            m.note_unknowns();
            m.replace_top(1, value);
            Ok(())
        })
    }

    pub(super) fn unpack_ahead(&mut self, hole: HoleId, count: usize) -> Result<(), Stop> {
        let of = self.described(self.peek(0));
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
        self.conclude(hole, raises, &|m| {
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

    pub(super) fn unpack_starred_ahead(&mut self, hole: HoleId, before: usize, after: usize) -> Result<(), Stop> {
        let unpacked = self.peek(0);
        let of = self.described(unpacked);
        let has_enough = of.fields.as_deref().map_or(of.sizes.0 as usize, <[AbstractValue]>::len) >= before + after;
        let raises: Raises = match of.is(Kinds::ITERABLE) {
            true if has_enough && !of.kinds.overlaps(Kinds::ITERATOR) => NOTHING,
            true => &[E::ValueError],
            false => &[E::ValueError, E::TypeError],
        };
        let item = of.yielded();
        self.conclude(hole, raises, &|m| {
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
