//! Methods of lists, tuples and ranges.

use super::builtins::delegate;
use super::table::{Group, Owner, entry, iterating};
use crate::exception::ExceptionClass;
use crate::flow::{Flow, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::{Object, list_bytes};
use crate::value::{Type, Value};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::List]),
        rows: &[
            entry("append(object, /) -> None", "Adds an item at the end.", append),
            entry("clear() -> None", "Removes all items.", clear),
            entry("copy() -> list", "Returns a list of the same items.", copy),
            iterating(
                "extend(iterable, /) -> None",
                "Adds all items of an iterable at the end.",
                extend,
            ),
            entry(
                "insert(index, object, /) -> None",
                "Puts an item before the one at an index.",
                insert,
            ),
            entry(
                "pop(index=-1, /)",
                "Removes an item and returns it; the last one by default.",
                pop,
            ),
            entry(
                "remove(value, /) -> None",
                "Removes the first item that is equal to a value.",
                remove,
            ),
            entry("reverse() -> None", "Turns the order of the items round.", reverse),
            entry(
                "sort(*, key=None, reverse=False) -> None",
                "Puts the items in order, equal ones as they are.",
                sort,
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::List, Type::Tuple, Type::Range]),
        rows: &[
            entry(
                "count(value, /) -> int",
                "Counts the items that are equal to a value.",
                count,
            ),
            entry(
                "index(value, start=0, stop=None, /) -> int",
                "Returns the index of the first item equal to a value.",
                index,
            ),
        ],
    },
];

fn append(m: &mut Interpreter, args: &Args) -> Outcome {
    m.list_append(args.receiver, args.get(0))?;
    Ok(Value::NONE)
}

fn clear(m: &mut Interpreter, args: &Args) -> Outcome {
    m.replace_list(args.receiver, Vec::new());
    Ok(Value::NONE)
}

fn copy(m: &mut Interpreter, args: &Args) -> Outcome {
    let items = m.items(args.receiver)?;
    m.alloc_list(items)
}

fn extend(m: &mut Interpreter, args: &Args) -> Outcome {
    m.list_extend(args.receiver, args.get(0))?;
    Ok(Value::NONE)
}

fn insert(m: &mut Interpreter, args: &Args) -> Outcome {
    let at = m.int_arg(args.get(0))?;
    let len = m.list_items(args.receiver).len();
    let at = place_within(at, len);
    let bytes = list_bytes(1) - list_bytes(0);
    m.meter.charge_items((len - at) / 16)?;
    m.reserve(bytes)?;
    m.heap.grow(bytes);
    if let Some(Object::List(items)) = m.heap.get_mut(args.receiver.handle()) {
        items.insert(at, args.get(1));
    }
    Ok(Value::NONE)
}

/// Returns an index between 0 and `len`, negative ones counted from the end.
fn place_within(index: i64, len: usize) -> usize {
    let from_end = if index < 0 {
        index.saturating_add_unsigned(len as u64).max(0)
    } else {
        index
    };
    usize::try_from(from_end).unwrap_or(usize::MAX).min(len)
}

fn pop(m: &mut Interpreter, args: &Args) -> Outcome {
    let len = m.list_items(args.receiver).len();
    if len == 0 {
        return Err(m.raise(ExceptionClass::IndexError, "pop from empty list"));
    }
    let index = match args.given(0) {
        Some(index) => m.int_arg(index)?,
        None => -1,
    };
    let at = if index < 0 {
        index.saturating_add_unsigned(len as u64)
    } else {
        index
    };
    let Some(at) = usize::try_from(at).ok().filter(|at| *at < len) else {
        return Err(m.raise(ExceptionClass::IndexError, "pop index out of range"));
    };
    m.meter.charge_items((len - at) / 16)?;
    match m.heap.get_mut(args.receiver.handle()) {
        Some(Object::List(items)) => Ok(items.remove(at)),
        _ => Ok(Value::NONE),
    }
}

fn remove(m: &mut Interpreter, args: &Args) -> Outcome {
    match position(m, args.receiver, args.get(0), 0, usize::MAX)? {
        Some(at) => {
            if let Some(Object::List(items)) = m.heap.get_mut(args.receiver.handle()) {
                items.remove(at);
            }
            Ok(Value::NONE)
        }
        None => Err(m.value_error("list.remove(x): x not in list")),
    }
}

fn reverse(m: &mut Interpreter, args: &Args) -> Outcome {
    m.meter.charge_items(m.list_items(args.receiver).len())?;
    if let Some(Object::List(items)) = m.heap.get_mut(args.receiver.handle()) {
        items.reverse();
    }
    Ok(Value::NONE)
}

fn sort(m: &mut Interpreter, args: &Args) -> Outcome {
    let reverse = match args.given(1) {
        Some(reverse) => m.truth(reverse)?,
        None => false,
    };
    if let Some(key) = args.some(0) {
        return Err(delegate(
            "_sort_list_by",
            vec![args.receiver, key, Value::bool(reverse)],
        ));
    }
    let items = m.items(args.receiver)?;
    m.reserve(items.len().saturating_mul(64))?;
    let sorted = m.sort(items, reverse)?;
    m.replace_list(args.receiver, sorted);
    Ok(Value::NONE)
}

fn count(m: &mut Interpreter, args: &Args) -> Outcome {
    let mut count = 0;
    for item in m.items(args.receiver)? {
        count += i64::from(item.same(args.get(0)) || m.equal(item, args.get(0))?);
    }
    Ok(Value::int(count))
}

fn index(m: &mut Interpreter, args: &Args) -> Outcome {
    let items = m.items(args.receiver)?;
    let start = match args.given(1) {
        Some(start) => place_within(m.int_arg(start)?, items.len()),
        None => 0,
    };
    let stop = match args.some(2) {
        Some(stop) => place_within(m.int_arg(stop)?, items.len()),
        None => items.len(),
    };
    for (at, item) in items.into_iter().enumerate().take(stop).skip(start) {
        if item.same(args.get(0)) || m.equal(item, args.get(0))? {
            return Ok(Value::length(at));
        }
    }
    let message = match args.receiver.kind() {
        Type::Tuple => "tuple.index(x): x not in tuple".to_owned(),
        Type::Range => format!("{} is not in range", m.repr(args.get(0))?),
        _ => format!("{} is not in list", m.repr(args.get(0))?),
    };
    Err(m.value_error(message))
}

/// Returns the index of the first item of a list that is equal to a value.
fn position(m: &mut Interpreter, list: Value, value: Value, start: usize, stop: usize) -> Result<Option<usize>, Flow> {
    let mut at = start;
    while at < stop {
        let Some(item) = m.list_items(list).get(at).copied() else {
            break;
        };
        m.meter.charge(1)?;
        if item.same(value) || m.equal(item, value)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}
