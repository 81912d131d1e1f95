//! Methods of sets and frozensets.

use sift_abstract::{Reads, Speculation};
use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::freeze;
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_syntax::ast::BinaryOp;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use crate::transfers::collections;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::Set]),
        rows: &[
            entry("add(item, /) -> None", "Adds an item.", add)
                .speculated(Speculation::new(collections::add).reading(Reads::FirstOnly)),
            entry("clear() -> None", "Removes all items.", clear)
                .speculated(Speculation::new(collections::rearrange).reading(Reads::Nothing)),
            entry("discard(item, /) -> None", "Removes an item if it is there.", discard)
                .speculated(Speculation::new(collections::discard).reading(Reads::FirstOnly)),
            entry("pop()", "Removes the first item and returns it.", pop)
                .speculated(Speculation::new(collections::pop_any).reading(Reads::FirstOnly)),
            entry("remove(item, /) -> None", "Removes an item that must be there.", remove)
                .speculated(Speculation::new(collections::remove_key)),
            iterating("update(*others) -> None", "Adds the items of all others.", update)
                .speculated(Speculation::new(collections::put_items)),
            iterating(
                "intersection_update(*others) -> None",
                "Keeps what is in all others too.",
                intersection_update,
            ),
            iterating(
                "difference_update(*others) -> None",
                "Removes what is in any other.",
                difference_update,
            ),
            iterating(
                "symmetric_difference_update(other, /) -> None",
                "Keeps what is in one of both.",
                symmetric_update,
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Set, Type::FrozenSet]),
        rows: &[
            entry("copy()", "Returns a set of the same items.", copy)
                .speculated(Speculation::new(collections::combined).reading(Reads::Nothing)),
            iterating("union(*others)", "Returns what is in any of them.", union)
                .speculated(Speculation::new(collections::combined)),
            iterating("intersection(*others)", "Returns what is in all of them.", intersection)
                .speculated(Speculation::new(collections::combined)),
            iterating(
                "difference(*others)",
                "Returns what is in none of the others.",
                difference,
            )
            .speculated(Speculation::new(collections::combined)),
            iterating(
                "symmetric_difference(other, /)",
                "Returns what is in one of both.",
                symmetric_difference,
            )
            .speculated(Speculation::new(collections::combined)),
            iterating(
                "isdisjoint(other, /) -> bool",
                "Tells whether no item is in both.",
                isdisjoint,
            )
            .speculated(Speculation::new(collections::compared)),
            iterating(
                "issubset(other, /) -> bool",
                "Tells whether all items are in the other.",
                issubset,
            )
            .speculated(Speculation::new(collections::compared)),
            iterating(
                "issuperset(other, /) -> bool",
                "Tells whether all items of the other are here.",
                issuperset,
            )
            .speculated(Speculation::new(collections::compared)),
        ],
    },
];

fn add(m: &mut Runtime, args: &Args) -> Outcome {
    m.set_add(args.receiver, args.get(0))?;
    Ok(Value::NONE)
}

fn clear(m: &mut Runtime, args: &Args) -> Outcome {
    if let Some(set) = m.dict_mut(args.receiver) {
        set.clear();
    }
    Ok(Value::NONE)
}

fn discard(m: &mut Runtime, args: &Args) -> Outcome {
    m.dict_remove(args.receiver, args.get(0))?;
    Ok(Value::NONE)
}

fn pop(m: &mut Runtime, args: &Args) -> Outcome {
    let place = m.dict_of(args.receiver).and_then(sift_values::dict::Dict::first_place);
    // Empty places before it were skipped.
    m.meter.charge_items(place.unwrap_or(0) / 8)?;
    let removed = place.and_then(|place| m.dict_mut(args.receiver)?.remove_at(place));
    match removed {
        Some((item, _)) => Ok(item),
        None => Err(m.raise(ExceptionClass::KeyError, "pop from an empty set")),
    }
}

fn remove(m: &mut Runtime, args: &Args) -> Outcome {
    match m.dict_remove(args.receiver, args.get(0))? {
        Some(_) => Ok(Value::NONE),
        None => Err(m.key_error(args.get(0))),
    }
}

/// Converts an iterable to a set.
fn as_set(m: &mut Runtime, value: Value) -> Outcome {
    if matches!(value.kind(), Type::Set | Type::FrozenSet) {
        return Ok(value);
    }
    let items = m.items(value)?;
    m.new_set(&items)
}

fn combined(m: &mut Runtime, args: &Args, op: BinaryOp, others: &[Value]) -> Outcome {
    let empty = m.new_set(&[])?;
    // The union with an empty set is a copy.
    let mut result = m.combine_sets(BinaryOp::BitOr, args.receiver, empty)?;
    for other in others {
        let other = as_set(m, *other)?;
        result = m.combine_sets(op, result, other)?;
    }
    Ok(if args.receiver.kind() == Type::FrozenSet {
        freeze(result)
    } else {
        result
    })
}

fn change(m: &mut Runtime, args: &Args, op: BinaryOp, others: &[Value]) -> Outcome {
    let result = combined(m, args, op, others)?;
    m.replace_set(args.receiver, result);
    Ok(Value::NONE)
}

// Items are added or removed one by one, so that the cost depends on the arguments, not on the set.
// Running it again has no further effect.
fn update(m: &mut Runtime, args: &Args) -> Outcome {
    for other in &args.rest {
        m.set_update(args.receiver, *other)?;
    }
    Ok(Value::NONE)
}

fn intersection_update(m: &mut Runtime, args: &Args) -> Outcome {
    change(m, args, BinaryOp::BitAnd, &args.rest)
}

fn difference_update(m: &mut Runtime, args: &Args) -> Outcome {
    for other in &args.rest {
        m.set_remove_all(args.receiver, *other)?;
    }
    Ok(Value::NONE)
}

fn symmetric_update(m: &mut Runtime, args: &Args) -> Outcome {
    change(m, args, BinaryOp::BitXor, &[args.get(0)])
}

fn copy(m: &mut Runtime, args: &Args) -> Outcome {
    if args.receiver.kind() == Type::FrozenSet {
        return Ok(args.receiver);
    }
    combined(m, args, BinaryOp::BitOr, &[])
}

fn union(m: &mut Runtime, args: &Args) -> Outcome {
    combined(m, args, BinaryOp::BitOr, &args.rest)
}

fn intersection(m: &mut Runtime, args: &Args) -> Outcome {
    combined(m, args, BinaryOp::BitAnd, &args.rest)
}

fn difference(m: &mut Runtime, args: &Args) -> Outcome {
    combined(m, args, BinaryOp::Subtract, &args.rest)
}

fn symmetric_difference(m: &mut Runtime, args: &Args) -> Outcome {
    combined(m, args, BinaryOp::BitXor, &[args.get(0)])
}

/// Returns `true` if a set or a dict view and an iterable have no common item.
pub(super) fn isdisjoint(m: &mut Runtime, args: &Args) -> Outcome {
    let (own, other) = (as_set(m, args.receiver)?, as_set(m, args.get(0))?);
    let common = m.combine_sets(BinaryOp::BitAnd, own, other)?;
    Ok(Value::bool(
        m.dict_of(common).is_none_or(sift_values::dict::Dict::is_empty),
    ))
}

fn issubset(m: &mut Runtime, args: &Args) -> Outcome {
    let other = as_set(m, args.get(0))?;
    let is: Result<bool, Flow> = m.is_subset(args.receiver, other, 0);
    Ok(Value::bool(is?))
}

fn issuperset(m: &mut Runtime, args: &Args) -> Outcome {
    let other = as_set(m, args.get(0))?;
    Ok(Value::bool(m.is_subset(other, args.receiver, 0)?))
}
