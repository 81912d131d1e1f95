//! The class `deque`: a list that grows and shrinks at both ends, optionally with a maximum length.

use sift_abstract::{Reads, Speculation};
use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::deques::{Side, extend, len, put};
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_values::flow::{Flow, Outcome};
use sift_values::object::deque_growth;
use sift_values::value::{Type, Value};

use super::sequences::{count, index_between, not_in, place_within, position};
use crate::transfers::collections;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("deque"),
        rows: &[iterating(
            "deque(iterable=(), maxlen=None)",
            "Makes a list for both ends, of at most maxlen items.",
            deque,
        )],
    },
    Group {
        owner: Owner::Method(&[Type::Deque]),
        rows: &[
            entry("append(x, /) -> None", "Adds an item on the right.", |m, a| {
                push(m, a, Side::Right)
            })
            .speculated(Speculation::new(collections::put).reading(Reads::Nothing)),
            entry("appendleft(x, /) -> None", "Adds an item on the left.", |m, a| {
                push(m, a, Side::Left)
            })
            .speculated(Speculation::new(collections::put).reading(Reads::Nothing)),
            entry("clear() -> None", "Removes all items.", clear)
                .speculated(Speculation::new(collections::rearrange).reading(Reads::Nothing)),
            entry("copy()", "Returns a deque of the same items.", copy)
                .speculated(Speculation::new(collections::combined).reading(Reads::Nothing)),
            entry(
                "count(x, /) -> int",
                "Counts the items that are equal to a value.",
                count,
            )
            .speculated(Speculation::new(collections::count)),
            iterating("extend(iterable, /) -> None", "Adds items on the right.", |m, a| {
                extend(m, a.receiver, a.get(0), Side::Right)
            })
            .speculated(Speculation::new(collections::put_items).reading(Reads::Items)),
            iterating(
                "extendleft(iterable, /) -> None",
                "Adds items on the left, one by one: their order is turned round.",
                |m, a| extend(m, a.receiver, a.get(0), Side::Left),
            )
            .speculated(Speculation::new(collections::put_items).reading(Reads::Items)),
            entry(
                "index(x, start=0, stop=9223372036854775807, /) -> int",
                "Returns the index of the first item equal to a value.",
                index,
            )
            .speculated(Speculation::new(collections::index)),
            entry(
                "insert(i, x, /) -> None",
                "Puts an item before the one at an index.",
                insert,
            )
            .speculated(Speculation::new(collections::put).reading(Reads::FirstOnly)),
            entry("pop()", "Removes the rightmost item and returns it.", |m, a| {
                pop(m, a, Side::Right)
            })
            .speculated(Speculation::new(collections::pop).reading(Reads::FirstOnly)),
            entry("popleft()", "Removes the leftmost item and returns it.", |m, a| {
                pop(m, a, Side::Left)
            })
            .speculated(Speculation::new(collections::pop_first).reading(Reads::Nothing)),
            entry(
                "remove(value, /) -> None",
                "Removes the first item that is equal to a value.",
                remove,
            )
            .speculated(Speculation::new(collections::remove)),
            entry("reverse() -> None", "Turns the order of the items round.", reverse)
                .speculated(Speculation::new(collections::rearrange).reading(Reads::Nothing)),
            entry(
                "rotate(n=1, /) -> None",
                "Moves n items from the right end to the left.",
                rotate,
            )
            .speculated(Speculation::new(collections::rearrange)),
        ],
    },
];

fn deque(m: &mut Runtime, args: &Args) -> Outcome {
    let maxlen = match args.some(1) {
        Some(maxlen) => Some(max_length(m, maxlen)?),
        None => None,
    };
    let deque = m.new_deque(maxlen)?;
    if let Some(items) = args.given(0) {
        extend(m, deque, items, Side::Right)?;
    }
    Ok(deque)
}

fn max_length(m: &mut Runtime, value: Value) -> Result<usize, Flow> {
    if !matches!(value.kind(), Type::Int | Type::Bool | Type::BigInt) {
        return Err(m.type_error("an integer is required"));
    }
    let length = m.int_arg(value)?;
    usize::try_from(length).map_err(|_| m.value_error("maxlen must be non-negative"))
}

fn push(m: &mut Runtime, args: &Args, side: Side) -> Outcome {
    m.reserve(deque_growth(1))?;
    put(m, args.receiver, args.get(0), side);
    Ok(Value::NONE)
}

fn pop(m: &mut Runtime, args: &Args, side: Side) -> Outcome {
    let popped = m.deque_mut(args.receiver).and_then(|deque| {
        deque.version = deque.version.wrapping_add(1);
        match side {
            Side::Right => deque.items.pop_back(),
            Side::Left => deque.items.pop_front(),
        }
    });
    match popped {
        Some(item) => Ok(item),
        None => Err(m.raise(ExceptionClass::IndexError, "pop from an empty deque")),
    }
}

fn clear(m: &mut Runtime, args: &Args) -> Outcome {
    if let Some(deque) = m.deque_mut(args.receiver) {
        deque.version = deque.version.wrapping_add(1);
        deque.items.clear();
    }
    Ok(Value::NONE)
}

fn copy(m: &mut Runtime, args: &Args) -> Outcome {
    let maxlen = m.deque_of(args.receiver).and_then(|deque| deque.maxlen);
    let copy = m.new_deque(maxlen)?;
    extend(m, copy, args.receiver, Side::Right)?;
    Ok(copy)
}

fn index(m: &mut Runtime, args: &Args) -> Outcome {
    let len = len(m, args.receiver);
    match index_between(m, args, len)? {
        Some(at) => Ok(Value::length(at)),
        None => Err(not_in(m, args.get(0), "deque")),
    }
}

fn insert(m: &mut Runtime, args: &Args) -> Outcome {
    let at = m.int_arg(args.get(0))?;
    let len = len(m, args.receiver);
    let at = place_within(at, len);
    m.meter.charge_items(at.min(len - at) / 16)?;
    m.reserve(deque_growth(1))?;
    let full = m
        .deque_of(args.receiver)
        .is_some_and(|deque| deque.maxlen.is_some_and(|maxlen| len >= maxlen));
    if full {
        return Err(m.raise(ExceptionClass::IndexError, "deque already at its maximum size"));
    }
    m.heap.grow(deque_growth(1));
    if let Some(deque) = m.deque_mut(args.receiver) {
        deque.version = deque.version.wrapping_add(1);
        deque.items.insert(at, args.get(1));
    }
    Ok(Value::NONE)
}

fn remove(m: &mut Runtime, args: &Args) -> Outcome {
    match position(m, args.receiver, args.get(0), 0, usize::MAX)? {
        Some(at) => {
            m.remove_from_deque(args.receiver, at)?;
            Ok(Value::NONE)
        }
        None => Err(not_in(m, args.get(0), "deque")),
    }
}

fn reverse(m: &mut Runtime, args: &Args) -> Outcome {
    m.meter.charge_items(len(m, args.receiver) / 8)?;
    if let Some(deque) = m.deque_mut(args.receiver) {
        deque.items.make_contiguous().reverse();
    }
    Ok(Value::NONE)
}

fn rotate(m: &mut Runtime, args: &Args) -> Outcome {
    let steps = match args.given(0) {
        Some(steps) => m.int_arg(steps)?,
        None => 1,
    };
    let len = len(m, args.receiver);
    let Some(steps) = i64::try_from(len).ok().and_then(|len| steps.checked_rem_euclid(len)) else {
        return Ok(Value::NONE);
    };
    let steps = usize::try_from(steps).unwrap_or(0);
    m.meter.charge_items(steps.min(len - steps) / 8)?;
    if let Some(deque) = m.deque_mut(args.receiver) {
        deque.version = deque.version.wrapping_add(1);
        deque.items.rotate_right(steps);
    }
    Ok(Value::NONE)
}
