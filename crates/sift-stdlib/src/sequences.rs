//! Methods of lists, tuples and ranges.

use sift_abstract::{Reads, Speculation};
use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_values::capacity::make_room;
use sift_values::flow::{Flow, Outcome, delegate};
use sift_values::object::{Object, list_bytes, list_growth};
use sift_values::value::{Type, Value};

use crate::transfers::collections;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::List]),
        rows: &[
            entry("append(object, /) -> None", "Adds an item at the end.", append)
                .speculated(Speculation::new(collections::put).reading(Reads::Nothing))
                .with_fast_path(short_append),
            entry("clear() -> None", "Removes all items.", clear)
                .speculated(Speculation::new(collections::rearrange).reading(Reads::Nothing)),
            entry("copy() -> list", "Returns a list of the same items.", copy)
                .speculated(Speculation::new(collections::combined).reading(Reads::Nothing)),
            iterating(
                "extend(iterable, /) -> None",
                "Adds all items of an iterable at the end.",
                extend,
            )
            .speculated(Speculation::new(collections::put_items).reading(Reads::Items)),
            entry(
                "insert(index, object, /) -> None",
                "Puts an item before the one at an index.",
                insert,
            )
            .speculated(Speculation::new(collections::put).reading(Reads::FirstOnly)),
            entry(
                "pop(index=-1, /)",
                "Removes an item and returns it; the last one by default.",
                pop,
            )
            .speculated(Speculation::new(collections::pop).reading(Reads::FirstOnly)),
            entry(
                "remove(value, /) -> None",
                "Removes the first item that is equal to a value.",
                remove,
            )
            .speculated(Speculation::new(collections::remove)),
            entry("reverse() -> None", "Turns the order of the items round.", reverse)
                .speculated(Speculation::new(collections::rearrange).reading(Reads::Nothing)),
            entry(
                "sort(*, key=None, reverse=False) -> None",
                "Puts the items in order, equal ones as they are.",
                sort,
            )
            .speculated(Speculation::new(collections::sort)),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::List, Type::Tuple]),
        rows: &[
            entry(
                "count(value, /) -> int",
                "Counts the items that are equal to a value.",
                count,
            )
            .speculated(Speculation::new(collections::count)),
            entry(
                "index(value, start=0, stop=9223372036854775807, /) -> int",
                "Returns the index of the first item equal to a value.",
                index,
            )
            .speculated(Speculation::new(collections::index)),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Range]),
        rows: &[
            entry(
                "count(value, /) -> int",
                "Tells how often a number is in it: once or never.",
                range_count,
            ),
            entry("index(value, /) -> int", "Returns the index of a number.", range_index),
        ],
    },
];

fn append(m: &mut Runtime, args: &Args) -> Outcome {
    m.list_append(args.receiver, args.get(0))?;
    Ok(Value::NONE)
}

fn clear(m: &mut Runtime, args: &Args) -> Outcome {
    m.replace_list(args.receiver, Vec::new());
    Ok(Value::NONE)
}

fn copy(m: &mut Runtime, args: &Args) -> Outcome {
    let count = m.list_items(args.receiver).len();
    m.reserve(list_bytes(count))?;
    let items = m.items(args.receiver)?;
    m.alloc_list(items)
}

fn extend(m: &mut Runtime, args: &Args) -> Outcome {
    m.list_extend(args.receiver, args.get(0))?;
    Ok(Value::NONE)
}

fn insert(m: &mut Runtime, args: &Args) -> Outcome {
    let at = m.int_arg(args.get(0))?;
    let len = m.list_items(args.receiver).len();
    let at = place_within(at, len);
    let bytes = list_growth(len, 1);
    m.meter.charge_items((len - at) / 16)?;
    m.reserve(bytes)?;
    m.heap.grow(bytes);
    if let Some(Object::List(items)) = m.heap.get_mut(args.receiver.handle()) {
        make_room(items, 1);
        items.insert(at, args.get(1));
    }
    Ok(Value::NONE)
}

/// Converts an index, which may count from the end, to a position from 0 to `len`.
pub(super) fn place_within(index: i64, len: usize) -> usize {
    let from_end = if index < 0 {
        index.saturating_add_unsigned(len as u64).max(0)
    } else {
        index
    };
    usize::try_from(from_end).unwrap_or(usize::MAX).min(len)
}

fn pop(m: &mut Runtime, args: &Args) -> Outcome {
    let index = match args.given(0) {
        Some(index) => m.int_arg(index)?,
        None => -1,
    };
    let len = m.list_items(args.receiver).len();
    if len == 0 {
        return Err(m.raise(ExceptionClass::IndexError, "pop from empty list"));
    }
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

fn remove(m: &mut Runtime, args: &Args) -> Outcome {
    match position(m, args.receiver, args.get(0), 0, usize::MAX)? {
        Some(at) => {
            let len = m.list_items(args.receiver).len();
            m.meter.charge_items(len.saturating_sub(at) / 16)?;
            if let Some(Object::List(items)) = m.heap.get_mut(args.receiver.handle())
                && at < items.len()
            {
                items.remove(at);
            }
            Ok(Value::NONE)
        }
        None => Err(m.value_error("list.remove(x): x not in list")),
    }
}

fn reverse(m: &mut Runtime, args: &Args) -> Outcome {
    m.meter.charge_items(m.list_items(args.receiver).len() / 8)?;
    if let Some(Object::List(items)) = m.heap.get_mut(args.receiver.handle()) {
        items.reverse();
    }
    Ok(Value::NONE)
}

fn sort(m: &mut Runtime, args: &Args) -> Outcome {
    let reverse = match args.given(1) {
        Some(reverse) => m.int_arg(reverse)? != 0,
        None => false,
    };
    if let Some(key) = args.some(0) {
        return Err(delegate(
            "_sort_list_by",
            vec![args.receiver, key, Value::bool(reverse)],
        ));
    }
    m.reserve(m.list_items(args.receiver).len().saturating_mul(64))?;
    let items = m.items(args.receiver)?;
    let sorted = m.sort(items, reverse)?;
    m.replace_list(args.receiver, sorted);
    Ok(Value::NONE)
}

/// Returns the number of items in a list, tuple or deque that are equal to the argument.
pub(super) fn count(m: &mut Runtime, args: &Args) -> Outcome {
    let (mut count, mut at) = (0, 0);
    while let Some(found) = position(m, args.receiver, args.get(0), at, usize::MAX)? {
        count += 1;
        at = found + 1;
    }
    Ok(Value::int(count))
}

fn index(m: &mut Runtime, args: &Args) -> Outcome {
    let len = match m.heap.get(args.receiver.handle()) {
        Object::List(items) => items.len(),
        Object::Tuple(items) => items.len(),
        _ => 0,
    };
    match index_between(m, args, len)? {
        Some(at) => Ok(Value::length(at)),
        None if args.receiver.kind() == Type::Tuple => Err(m.value_error("tuple.index(x): x not in tuple")),
        None => Err(not_in(m, args.get(0), "list")),
    }
}

/// Returns the index of the first item that equals the argument, between the optional start and
/// stop arguments. Returns `None` if there is no such item.
pub(super) fn index_between(m: &mut Runtime, args: &Args, len: usize) -> Result<Option<usize>, Flow> {
    let start = match args.given(1) {
        Some(start) => place_within(index_bound(m, start)?, len),
        None => 0,
    };
    let stop = match args.given(2) {
        Some(stop) => place_within(index_bound(m, stop)?, len),
        None => usize::MAX,
    };
    position(m, args.receiver, args.get(0), start, stop)
}

fn index_bound(m: &mut Runtime, value: Value) -> Result<i64, Flow> {
    match m.number(value) {
        Some(Number::Int(_) | Number::Big(_)) => Ok(m.slice_part(value)?.unwrap_or(0)),
        _ => Err(m.type_error("slice indices must be integers or have an __index__ method")),
    }
}

/// Returns the `ValueError` for a value that isn't in a collection.
pub(super) fn not_in(m: &mut Runtime, value: Value, collection: &str) -> Flow {
    match m.repr(value) {
        Ok(shown) => m.value_error(format!("{shown} is not in {collection}")),
        Err(flow) => flow,
    }
}

/// Returns the index of the first item of a list, a tuple or a deque that is equal to a value.
pub(super) fn position(
    m: &mut Runtime,
    sequence: Value,
    value: Value,
    start: usize,
    stop: usize,
) -> Result<Option<usize>, Flow> {
    let mut at = start;
    while at < stop {
        let Some(item) = m.sequence_item(sequence, at) else {
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

/// Returns the index of a number in a range, or `None` if the range doesn't contain it.
fn range_position(m: &Runtime, range: Value, value: Value) -> Option<u64> {
    let Object::Range(range) = m.heap.get(range.handle()) else {
        return None;
    };
    match m.number(value)? {
        Number::Int(value) => range.position(value),
        Number::Float(value) if value.fract() == 0.0 && value.abs() < 9e18 => range.position(value as i64),
        Number::Float(_) | Number::Big(_) => None,
    }
}

fn range_count(m: &mut Runtime, args: &Args) -> Outcome {
    let found = range_position(m, args.receiver, args.get(0));
    Ok(Value::int(i64::from(found.is_some())))
}

fn range_index(m: &mut Runtime, args: &Args) -> Outcome {
    match range_position(m, args.receiver, args.get(0)) {
        Some(at) => Ok(Value::int(i64::try_from(at).unwrap_or(i64::MAX))),
        None if matches!(args.get(0).kind(), Type::Int | Type::Bool | Type::BigInt) => {
            Err(not_in(m, args.get(0), "range"))
        }
        None => Err(m.value_error("sequence.index(x): x not in sequence")),
    }
}

/// A fast path of `list.append`, for lists with spare capacity.
fn short_append(m: &mut Runtime, args: usize) -> Option<Value> {
    let (1, [.., list, item]) = (args, m.stack.as_slice()) else {
        return None;
    };
    let (list, item) = (*list, *item);
    m.list_append(list, item).is_ok().then_some(Value::NONE)
}
