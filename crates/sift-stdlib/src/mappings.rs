//! Methods of dicts of all classes, and of their views.

use sift_abstract::{Reads, Speculation};
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{DictKind, DictPart, Object, dict_bytes, list_bytes};
use sift_values::value::{Type, Value};

use crate::transfers::{classes, collections, dicts};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::Dict]),
        rows: &[
            entry("clear() -> None", "Removes all entries.", clear)
                .speculated(Speculation::new(collections::rearrange).reading(Reads::Nothing)),
            entry(
                "copy() -> dict",
                "Returns a dict of the same kind with the same entries.",
                copy,
            )
            .speculated(Speculation::new(dicts::copy).reading(Reads::Nothing)),
            entry(
                "get(key, default=None, /)",
                "Returns the value of a key, or the default.",
                get,
            )
            .speculated(Speculation::new(dicts::get).reading(Reads::FirstOnly))
            .with_fast_path(short_get),
            entry("items()", "Returns a view of the pairs.", |m, a| {
                view(m, a, DictPart::Items)
            })
            .speculated(Speculation::new(dicts::items).reading(Reads::Nothing)),
            entry("keys()", "Returns a view of the keys.", |m, a| {
                view(m, a, DictPart::Keys)
            })
            .speculated(Speculation::new(dicts::keys).reading(Reads::Nothing)),
            entry("values()", "Returns a view of the values.", |m, a| {
                view(m, a, DictPart::Values)
            })
            .speculated(Speculation::new(dicts::values).reading(Reads::Nothing)),
            entry(
                "pop(key, default=..., /)",
                "Removes a key and returns its value, or the default; KeyError without one.",
                pop,
            )
            .speculated(Speculation::new(dicts::pop).reading(Reads::FirstOnly)),
            entry("popitem() -> tuple", "Removes the last pair and returns it.", |m, a| {
                take_item(m, a.receiver, End::Last, "popitem(): dictionary is empty")
            })
            .speculated(Speculation::without_transfer(Reads::Nothing)),
            entry(
                "setdefault(key, default=None, /)",
                "Returns the value of a key, set to the default if it is not there.",
                setdefault,
            )
            .speculated(Speculation::new(dicts::setdefault).reading(Reads::FirstOnly)),
            iterating(
                "update(other=(), /, **items) -> None",
                "Takes over the entries of a mapping, of pairs, and of named arguments.",
                update,
            )
            .speculated(Speculation::new(dicts::update)),
            FROM_KEYS,
        ],
    },
    Group {
        owner: Owner::Class("dict"),
        rows: &[FROM_KEYS],
    },
    Group {
        owner: Owner::Method(&[Type::DictView]),
        rows: &[iterating(
            "isdisjoint(other, /) -> bool",
            "Tells whether no item is in both.",
            isdisjoint,
        )],
    },
];

const FROM_KEYS: sift_runtime::runtime::Entry = iterating(
    "fromkeys(iterable, value=None, /) -> dict",
    "Makes a dict of keys with one value.",
    |m, a| from_keys(m, a, DictKind::Plain),
)
.speculated(Speculation::new(classes::dict_fromkeys).passing_items());

/// The end of a dict from which a pair is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

fn clear(m: &mut Runtime, args: &Args) -> Outcome {
    if let Some(dict) = m.dict_mut(args.receiver) {
        dict.clear();
    }
    Ok(Value::NONE)
}

fn copy(m: &mut Runtime, args: &Args) -> Outcome {
    let copy = m.new_dict_of(m.dict_kind(args.receiver))?;
    m.dict_spread(copy, args.receiver)?;
    Ok(copy)
}

fn get(m: &mut Runtime, args: &Args) -> Outcome {
    let found = m.dict_get(args.receiver, args.get(0))?;
    Ok(found.or(args.given(1)).unwrap_or(Value::NONE))
}

/// Implements `isdisjoint` of dict views: returns `true` if the view and an iterable have no common
/// item. Items are looked up by their keys, as in CPython, so values needn't be hashable.
fn isdisjoint(m: &mut Runtime, args: &Args) -> Outcome {
    let (view, other) = (args.receiver, args.get(0));
    if m.dict_of_items(view).is_none() {
        return super::sets::isdisjoint(m, args);
    }
    let (shorter, longer) = match m.set_len(other) {
        Some(len) if Some(len) > m.set_len(view) => (view, other),
        _ => (other, view),
    };
    for item in m.items(shorter)? {
        if m.contains(longer, item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn view(m: &mut Runtime, args: &Args, part: DictPart) -> Outcome {
    m.alloc(
        Type::DictView,
        Object::DictView {
            dict: args.receiver,
            part,
        },
    )
}

fn pop(m: &mut Runtime, args: &Args) -> Outcome {
    // In an empty dict, an unhashable key is treated as missing.
    let removed = match m.dict_of(args.receiver) {
        Some(dict) if dict.is_empty() => None,
        _ => m.dict_remove(args.receiver, args.get(0))?,
    };
    match removed.or(args.given(1)) {
        Some(value) => Ok(value),
        None => Err(m.key_error(args.get(0))),
    }
}

/// Removes and returns the first or last pair of a dict.
pub(super) fn take_item(m: &mut Runtime, dict: Value, end: End, empty: &str) -> Outcome {
    m.reserve(list_bytes(2))?;
    let place = m.dict_of(dict).and_then(|dict| match end {
        End::First => dict.first_place(),
        End::Last => dict.last_place(),
    });
    let Some(place) = place else {
        return Err(m.raise(ExceptionClass::KeyError, empty));
    };
    if end == End::First {
        // Empty places before it were skipped.
        m.meter.charge_items(place / 8)?;
    }
    match m.dict_mut(dict).and_then(|dict| dict.remove_at(place)) {
        Some((key, value)) => m.alloc_tuple([key, value]),
        None => Err(m.raise(ExceptionClass::KeyError, empty)),
    }
}

fn setdefault(m: &mut Runtime, args: &Args) -> Outcome {
    if let Some(value) = m.dict_get(args.receiver, args.get(0))? {
        return Ok(value);
    }
    let value = args.given(1).unwrap_or(Value::NONE);
    m.dict_set(args.receiver, args.get(0), value)?;
    Ok(value)
}

/// Implements `dict.update`. A call that suspends can be repeated, because it sets the same keys to
/// the same values.
fn update(m: &mut Runtime, args: &Args) -> Outcome {
    fill(m, args.receiver, args.given(0), args)?;
    Ok(Value::NONE)
}

/// Adds the entries of `source` and then those of keyword arguments to a dict.
pub(super) fn fill(m: &mut Runtime, dict: Value, source: Option<Value>, args: &Args) -> Result<(), Flow> {
    if let Some(source) = source {
        m.dict_fill(dict, source)?;
    }
    for (name, value) in &args.keywords {
        let key = m.alloc_text(name.as_str())?;
        m.dict_set(dict, key, *value)?;
    }
    Ok(())
}

/// Creates a dict that maps all keys to one value.
pub(super) fn from_keys(m: &mut Runtime, args: &Args, kind: DictKind) -> Outcome {
    let keys = m.items(args.get(0))?;
    m.reserve(dict_bytes(keys.len().min(1 << 12)))?;
    let dict = m.new_dict_of(kind)?;
    for key in keys {
        m.dict_set(dict, key, args.given(1).unwrap_or(Value::NONE))?;
    }
    Ok(dict)
}

/// The fast path of `dict.get` for keys that are short strings. Such lookups use no fuel.
fn short_get(m: &mut Runtime, args: usize) -> Option<Value> {
    let (dict, key, default) = match (args, m.stack.as_slice()) {
        (1, [.., dict, key]) => (*dict, *key, Value::NONE),
        (2, [.., dict, key, default]) => (*dict, *key, *default),
        _ => return None,
    };
    Some(m.find_short_key(dict, key)?.unwrap_or(default))
}
