//! Lists, dicts and sets: operations shared by bytecode ops and library functions.

use sift_compiler::exception::ExceptionClass;
use sift_syntax::ast::BinaryOp;
use sift_values::capacity::make_room;
use sift_values::cost;
use sift_values::dict::Dict;
use sift_values::flow::{Flow, Outcome};
use sift_values::meter::CHECK_EVERY;
use sift_values::object::{DictKind, DictObject, DictPart, Object, dict_bytes, dict_growth, list_bytes, list_growth};
use sift_values::value::{Type, Value};

use super::hash::hash_short;
use crate::runtime::{DictLookup, Runtime};

/// The hash of a key, and its position in a dict or set if it was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyPlace {
    pub hash: u64,
    pub found: Option<usize>,
}

impl Runtime {
    /// Returns the items of a list, or an empty slice for other values.
    pub fn list_items(&self, list: Value) -> &[Value] {
        match self.heap.get(list.handle()) {
            Object::List(items) => items,
            _ => &[],
        }
    }

    /// Replaces all items of a list. The caller has reserved the memory.
    pub fn replace_list(&mut self, list: Value, items: Vec<Value>) {
        let grown = list_bytes(items.len()).saturating_sub(list_bytes(self.list_items(list).len()));
        self.heap.grow(grown);
        if let Some(Object::List(old)) = self.heap.get_mut(list.handle()) {
            *old = items;
        }
    }

    /// Appends an item to a list.
    pub fn list_append(&mut self, list: Value, item: Value) -> Result<(), Flow> {
        let bytes = list_growth(self.list_items(list).len(), 1);
        self.reserve(bytes)?;
        self.heap.grow(bytes);
        if let Some(Object::List(items)) = self.heap.get_mut(list.handle()) {
            make_room(items, 1);
            items.push(item);
        }
        Ok(())
    }

    /// Appends the items of an iterable to a list.
    pub fn list_extend(&mut self, list: Value, values: Value) -> Result<(), Flow> {
        let new = self.items(values)?;
        let bytes = list_growth(self.list_items(list).len(), new.len());
        self.reserve(bytes.saturating_add(size_of_val(new.as_slice())))?;
        self.heap.grow(bytes);
        if let Some(Object::List(items)) = self.heap.get_mut(list.handle()) {
            make_room(items, new.len());
            items.extend(new);
        }
        Ok(())
    }

    /// Returns the hash map inside a dict or set, or `None` for other values.
    pub fn dict_of(&self, value: Value) -> Option<&Dict> {
        if !value.is_object() {
            return None;
        }
        match self.heap.get(value.handle()) {
            Object::Dict(dict) => Some(&dict.items),
            Object::Set(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the hash map inside a dict or set for writing, or `None` for other values.
    pub fn dict_mut(&mut self, value: Value) -> Option<&mut Dict> {
        match self.heap.get_mut(value.handle()) {
            Some(Object::Dict(dict)) => Some(&mut dict.items),
            Some(Object::Set(items)) => Some(items),
            _ => None,
        }
    }

    /// Returns the keys and values of a dict in insertion order.
    ///
    /// # Errors
    /// [`Flow::End`] if fuel runs out.
    pub fn dict_pairs(&mut self, dict: Value) -> Result<Vec<(Value, Value)>, Flow> {
        let count = self.dict_of(dict).map_or(0, Dict::len);
        self.meter.charge_items(count)?;
        let label = self.label_of(dict);
        let labelled = |(key, value): (Value, Value)| (key.labelled(label), value.labelled(label));
        Ok(self
            .dict_of(dict)
            .map(|dict| dict.iter().map(labelled).collect())
            .unwrap_or_default())
    }

    /// Allocates a plain dict from key-value pairs. A later pair replaces an earlier one with an
    /// equal key.
    pub fn new_dict(&mut self, pairs: &[(Value, Value)]) -> Outcome {
        self.meter.charge(cost::table(pairs.len()))?;
        let dict = DictObject {
            kind: DictKind::Plain,
            items: Dict::with_capacity(pairs.len()),
        };
        let dict = self.alloc(Type::Dict, Object::Dict(Box::new(dict)))?;
        for (key, value) in pairs {
            self.dict_set(dict, *key, *value)?;
        }
        Ok(dict)
    }

    /// Allocates an empty dict of the given kind, such as an `OrderedDict`.
    pub fn new_dict_of(&mut self, kind: DictKind) -> Outcome {
        self.meter.charge(cost::table(0))?;
        let dict = DictObject {
            kind,
            items: Dict::default(),
        };
        self.alloc(Type::Dict, Object::Dict(Box::new(dict)))
    }

    /// Allocates an empty `Counter`.
    pub fn new_counter(&mut self) -> Outcome {
        self.new_dict_of(DictKind::Counter)
    }

    /// Returns the kind of a dict (plain, `Counter`, `defaultdict` or `OrderedDict`), which
    /// determines the result for a missing key.
    pub fn dict_kind(&self, dict: Value) -> DictKind {
        match self.heap.get(dict.handle()) {
            Object::Dict(dict) => dict.kind,
            _ => DictKind::Plain,
        }
    }

    /// Allocates a set of these items. Duplicates are dropped.
    pub fn new_set(&mut self, items: &[Value]) -> Outcome {
        self.meter.charge(cost::table(items.len()))?;
        let set = self.alloc(Type::Set, Object::Set(Box::default()))?;
        for item in items {
            self.set_add(set, *item)?;
        }
        Ok(set)
    }

    /// Returns the value for a key of a dict, or `None` if the key is missing. Raises a `TypeError`
    /// for an unhashable key.
    pub fn dict_get(&mut self, dict: Value, key: Value) -> Result<Option<Value>, Flow> {
        let before = self.meter.used();
        let place = match self.found_again(dict, key)? {
            Some(place) => Some(place),
            None => self.find_key(dict, key)?.found,
        };
        let (Some(place), Some(entries)) = (place, self.dict_of(dict)) else {
            return Ok(None);
        };
        let value = entries.at(place).map(|(_, value)| value);
        if matches!(key.kind(), Type::Str | Type::Tuple) {
            self.last_lookup = Some(DictLookup {
                dict,
                key,
                place,
                version: entries.version(),
                collection: self.heap.collections(),
                units: self.meter.used() - before,
            });
        }
        Ok(value)
    }

    /// Looks up a short text as a key of a dict, without a charge. The outer `None` means that the
    /// key is no short text.
    #[inline]
    pub fn find_short_key(&mut self, dict: Value, key: Value) -> Option<Option<Value>> {
        if key.kind() != Type::Str || dict.kind() != Type::Dict {
            return None;
        }
        let (Object::Dict(object), Object::Str(text)) = (self.heap.get(dict.handle()), self.heap.get(key.handle()))
        else {
            return None;
        };
        let hash = hash_short(text.as_str()?)?;
        self.meter.note_read(text);
        let entries = &object.items;
        let Some(place) = entries.find_plain(hash, |_| true) else {
            return Some(None);
        };
        let value = entries.at(place).map(|(_, value)| value);
        self.last_lookup = Some(DictLookup {
            dict,
            key,
            place,
            version: entries.version(),
            collection: self.heap.collections(),
            units: 0,
        });
        Some(value)
    }

    /// Hashes a key and returns its hash and its position in a dict or set.
    #[inline]
    pub(crate) fn find_key(&mut self, dict: Value, key: Value) -> Result<KeyPlace, Flow> {
        // A short text needs no comparison, and costs nothing.
        if key.kind() == Type::Str
            && let Object::Str(text) = self.heap.get(key.handle())
            && let Some(hash) = text.as_str().and_then(hash_short)
        {
            self.meter.note_read(text);
            let found = self
                .dict_of(dict)
                .and_then(|entries| entries.find_plain(hash, |_| true));
            return Ok(KeyPlace { hash, found });
        }
        let hash = self.hash(key)?;
        let found = self.find(dict, hash, key)?;
        Ok(KeyPlace { hash, found })
    }

    /// Sets the value for a key of a dict.
    pub fn dict_set(&mut self, dict: Value, key: Value, value: Value) -> Result<(), Flow> {
        if let Some(place) = self.found_again(dict, key)? {
            if let Some(dict) = self.dict_mut(dict) {
                dict.set_at(place, value);
            }
            return Ok(());
        }
        let KeyPlace { hash, found } = self.find_key(dict, key)?;
        if let Some(place) = found {
            if let Some(dict) = self.dict_mut(dict) {
                dict.set_at(place, value);
            }
            return Ok(());
        }
        let bytes = dict_growth(self.dict_of(dict).map_or(0, Dict::places), 1);
        self.reserve(bytes)?;
        self.heap.grow(bytes);
        if let Some(dict) = self.dict_mut(dict) {
            dict.push(hash, key, value);
        }
        Ok(())
    }

    /// Stores a value in a dict under the key of the most recent lookup, and charges the cost of
    /// that lookup. Returns `false` if the key differs or fuel runs out.
    #[inline]
    pub(crate) fn set_at_last_lookup(&mut self, dict: Value, key: Value, value: Value) -> bool {
        let Some(found) = self.last_lookup else { return false };
        if !found.is_of(dict, key, self.heap.collections()) || found.units >= CHECK_EVERY.min(self.meter.left()) {
            return false;
        }
        match self.dict_mut(dict) {
            Some(entries) if entries.version() == found.version => {
                entries.set_at(found.place, value);
                self.meter.charge(found.units).is_ok()
            }
            _ => false,
        }
    }

    /// Returns the position from the previous lookup if this one has the same dict and key, so that
    /// `d[k] = d.get(k, 0) + 1` searches once. It costs as much fuel as a search, because the
    /// previous lookup may belong to the same op before it was run again.
    fn found_again(&mut self, dict: Value, key: Value) -> Result<Option<usize>, Flow> {
        let Some(found) = self.last_lookup else { return Ok(None) };
        if !found.is_of(dict, key, self.heap.collections()) {
            return Ok(None);
        }
        if self.dict_of(dict).is_none_or(|dict| dict.version() != found.version) {
            return Ok(None);
        }
        self.meter.charge(found.units)?;
        Ok(Some(found.place))
    }

    /// Removes a key from a dict or set. Returns its value, or `None` if the key was missing.
    pub fn dict_remove(&mut self, dict: Value, key: Value) -> Result<Option<Value>, Flow> {
        let place = self.find_key(dict, key)?.found;
        Ok(place
            .and_then(|place| self.dict_mut(dict)?.remove_at(place))
            .map(|(_, value)| value))
    }

    /// Adds an item to a set. If an equal item exists, the set is unchanged.
    pub fn set_add(&mut self, set: Value, item: Value) -> Result<(), Flow> {
        let KeyPlace { hash, found } = self.find_key(set, item)?;
        if found.is_some() {
            return Ok(());
        }
        let bytes = dict_growth(self.dict_of(set).map_or(0, Dict::places), 1);
        self.reserve(bytes)?;
        self.heap.grow(bytes);
        if let Some(set) = self.dict_mut(set) {
            set.push(hash, item, Value::NONE);
        }
        Ok(())
    }

    /// Adds the items of an iterable to a set.
    pub fn set_update(&mut self, set: Value, values: Value) -> Result<(), Flow> {
        for item in self.items(values)? {
            self.set_add(set, item)?;
        }
        Ok(())
    }

    /// Removes all items of the iterable `values` from a set.
    pub fn set_remove_all(&mut self, set: Value, values: Value) -> Result<(), Flow> {
        for item in self.items(values)? {
            self.dict_remove(set, item)?;
        }
        Ok(())
    }

    /// Replaces the entries of a set or dict by those of another one.
    pub fn replace_set(&mut self, set: Value, other: Value) {
        let Some(items) = self.dict_of(other).cloned() else {
            return;
        };
        let before = self.dict_of(set).map_or(0, Dict::places);
        self.heap
            .grow(dict_bytes(items.places()).saturating_sub(dict_bytes(before)));
        if let Some(set) = self.dict_mut(set) {
            set.replace(items);
        }
    }

    /// Adds all entries of a mapping to a dict, as `{**mapping}` does.
    pub fn dict_spread(&mut self, dict: Value, mapping: Value) -> Result<(), Flow> {
        if mapping.kind() != Type::Dict {
            let message = format!("'{}' object is not a mapping", self.type_name(mapping));
            return Err(self.type_error(message));
        }
        let pairs = self.dict_pairs(mapping)?;
        self.meter.charge_items(pairs.len())?;
        for (key, value) in pairs {
            self.dict_set(dict, key, value)?;
        }
        Ok(())
    }

    /// Adds the entries of `**mapping` to the keyword arguments for a call of `callee`.
    pub fn merge_keywords(&mut self, callee: Value, dict: Value, mapping: Value) -> Result<(), Flow> {
        if mapping.kind() != Type::Dict {
            let message = format!(
                "{} argument after ** must be a mapping, not {}",
                self.described_callee(callee),
                self.type_name(mapping)
            );
            return Err(self.type_error(message));
        }
        for (key, value) in self.dict_pairs(mapping)? {
            if key.kind() != Type::Str {
                return Err(self.type_error("keywords must be strings"));
            }
            if self.dict_get(dict, key)?.is_some() {
                let name = self.text(key)?;
                let message = format!(
                    "{} got multiple values for keyword argument '{}'",
                    self.described_callee(callee),
                    name.as_str().unwrap_or_default()
                );
                return Err(self.type_error(message));
            }
            self.dict_set(dict, key, value)?;
        }
        Ok(())
    }

    /// Returns `left | right` for two dicts. Values of `right` win. The result has the kind of
    /// `left`, or that of `right` in the cases where Python's rules require it.
    pub(crate) fn dict_union(&mut self, left: Value, right: Value) -> Outcome {
        let kind = match (self.dict_kind(left), self.dict_kind(right)) {
            (DictKind::Plain, kind @ (DictKind::Default(_) | DictKind::Ordered)) => kind,
            (kind, _) => kind,
        };
        let union = self.new_dict_of(kind)?;
        self.dict_spread(union, left)?;
        self.dict_spread(union, right)?;
        Ok(union)
    }

    /// Returns a set of the items in a `keys()` or `items()` view, a set unchanged, or `None` for
    /// other values.
    pub(crate) fn view_as_set(&mut self, value: Value) -> Result<Option<Value>, Flow> {
        match (value.kind(), self.heap.get(value.handle())) {
            (Type::Set | Type::FrozenSet, _) => Ok(Some(value)),
            (
                Type::DictView,
                Object::DictView {
                    part: DictPart::Keys | DictPart::Items,
                    ..
                },
            ) => {
                let items = self.items(value)?;
                self.new_set(&items).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns the number of items in a set or in a `keys()` or `items()` view, or `None` for other
    /// values.
    pub fn set_len(&self, value: Value) -> Option<usize> {
        let items = match (value.kind(), self.heap.get(value.handle())) {
            (Type::Set | Type::FrozenSet, _) => value,
            (
                Type::DictView,
                Object::DictView {
                    dict,
                    part: DictPart::Keys | DictPart::Items,
                },
            ) => *dict,
            _ => return None,
        };
        self.dict_of(items).map(Dict::len)
    }

    /// Returns the dict behind an `items()` view. Comparing dicts avoids hashing their values.
    pub fn dict_of_items(&self, value: Value) -> Option<Value> {
        match *self.heap.get(value.handle()) {
            Object::DictView {
                dict,
                part: DictPart::Items,
            } if value.kind() == Type::DictView => Some(dict),
            _ => None,
        }
    }

    /// Returns `true` if a tuple is a key-value pair of a dict.
    pub(crate) fn is_dict_item(&mut self, dict: Value, item: Value) -> Result<bool, Flow> {
        let (key, value) = match self.heap.get(item.handle()) {
            Object::Tuple(pair) if item.kind() == Type::Tuple => match **pair {
                [key, value] => (key, value),
                _ => return Ok(false),
            },
            _ => return Ok(false),
        };
        match self.dict_get(dict, key)? {
            Some(found) => Ok(found.same(value) || self.equal(found, value)?),
            None => Ok(false),
        }
    }

    /// Returns a value as an operand of a set comparison: a dict view is converted to a set.
    pub(crate) fn set_operand(&mut self, value: Value) -> Outcome {
        Ok(self.view_as_set(value)?.unwrap_or(value))
    }

    /// Applies `|`, `&`, `-` or `^` to sets and dict views. Items of the left operand come first.
    /// Returns `None` for other operators or operands.
    pub(crate) fn set_operator(&mut self, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        if !matches!(
            op,
            BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Subtract | BinaryOp::BitXor
        ) {
            return Ok(None);
        }
        let is_set = |value: Value| matches!(value.kind(), Type::Set | Type::FrozenSet | Type::DictView);
        if !is_set(left) && !is_set(right) {
            return Ok(None);
        }
        let (a, b) = match (self.view_as_set(left)?, self.view_as_set(right)?) {
            (Some(a), Some(b)) => (a, b),
            // A view accepts any iterable as the other operand; a set does not.
            (Some(a), None) if left.kind() == Type::DictView => {
                let items = self.items(right)?;
                (a, self.new_set(&items)?)
            }
            (None, Some(b)) if right.kind() == Type::DictView => {
                let items = self.items(left)?;
                (self.new_set(&items)?, b)
            }
            _ => return Ok(None),
        };
        let result = self.combine_sets(op, a, b)?;
        Ok(Some(if left.kind() == Type::FrozenSet {
            freeze(result)
        } else {
            result
        }))
    }

    /// Returns a new set: the union, intersection or difference of two sets, as the operator
    /// determines.
    pub fn combine_sets(&mut self, op: BinaryOp, a: Value, b: Value) -> Outcome {
        let entries = |interpreter: &Self, set: Value| -> Vec<(u64, Value)> {
            let items = interpreter
                .dict_of(set)
                .map(|set| set.iter_hashed().map(|(hash, key, _)| (hash, key)).collect());
            items.unwrap_or_default()
        };
        let (left, right) = (entries(self, a), entries(self, b));
        self.meter.charge(cost::table(left.len() + right.len()))?;
        let mut result = Vec::new();
        for (hash, item) in &left {
            let common = op != BinaryOp::BitOr && self.find(b, *hash, *item)?.is_some();
            if match op {
                BinaryOp::BitOr => true,
                BinaryOp::BitAnd => common,
                _ => !common,
            } {
                result.push((*hash, *item));
            }
        }
        if matches!(op, BinaryOp::BitOr | BinaryOp::BitXor) {
            for (hash, item) in right {
                if self.find(a, hash, item)?.is_none() {
                    result.push((hash, item));
                }
            }
        }
        self.reserve(dict_bytes(result.len()))?;
        let mut set = Dict::with_capacity(result.len());
        for (hash, item) in result {
            set.push(hash, item, Value::NONE);
        }
        self.alloc(Type::Set, Object::Set(Box::new(set)))
    }

    /// Returns a raised `KeyError` for a missing key.
    pub fn key_error(&mut self, key: Value) -> Flow {
        self.raise_with(ExceptionClass::KeyError, vec![key])
    }

    /// Adds the entries of a mapping, or of an iterable of pairs, to a dict that was just created.
    pub fn dict_fill(&mut self, dict: Value, source: Value) -> Result<(), Flow> {
        if source.kind() == Type::Dict {
            return self.dict_spread(dict, source);
        }
        for (index, pair) in self.items(source)?.into_iter().enumerate() {
            let items = match self.items(pair) {
                Err(Flow::Raise(_)) => {
                    let message = format!("cannot convert dictionary update sequence element #{index} to a sequence");
                    return Err(self.type_error(message));
                }
                items => items?,
            };
            let [key, value] = items.as_slice() else {
                let message = format!(
                    "dictionary update sequence element #{index} has length {}; 2 is required",
                    items.len()
                );
                return Err(self.value_error(message));
            };
            self.dict_set(dict, *key, *value)?;
        }
        Ok(())
    }
}

/// Converts a newly created set to a frozenset: the same object under another type.
pub fn freeze(set: Value) -> Value {
    Value::object(Type::FrozenSet, set.handle()).labelled(set.label())
}
