//! The module `collections`: Counter, defaultdict and OrderedDict. (`deque` is in a separate file.)

use sift_abstract::Speculation;
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_syntax::ast::BinaryOp;
use sift_values::classes::ClassId;
use sift_values::cost;
use sift_values::dict::Dict;
use sift_values::flow::{Flow, Outcome, delegate};
use sift_values::object::{DictKind, dict_bytes, list_bytes};
use sift_values::value::{Type, Value};

use super::mappings::{End, fill, from_keys, take_item};
use crate::transfers::{classes, dicts};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("Counter"),
        rows: &[iterating(
            "Counter(iterable=None, /, **items)",
            "Counts the items of an iterable, or takes over counts.",
            counter,
        )
        .speculated(Speculation::new(classes::counter))],
    },
    Group {
        owner: Owner::Kin(&["Counter"]),
        rows: &[
            entry(
                "most_common(n=None) -> list",
                "Returns pairs of item and count, the largest counts first.",
                most_common,
            )
            .speculated(Speculation::new(dicts::most_common)),
            entry("elements()", "Yields each item as often as it was counted.", |_, a| {
                Err(delegate("_counter_elements", vec![a.receiver]))
            })
            .speculated(Speculation::new(dicts::elements)),
            iterating(
                "update(iterable=None, /, **items) -> None",
                "Counts the items of an iterable, or adds counts.",
                |m, a| change_counts(m, a, BinaryOp::Add),
            )
            .speculated(Speculation::new(dicts::update_counts)),
            iterating(
                "subtract(iterable=None, /, **items) -> None",
                "Takes the items of an iterable, or counts, away.",
                |m, a| change_counts(m, a, BinaryOp::Subtract),
            ),
            entry("total()", "Returns the sum of all counts.", total).speculated(Speculation::new(dicts::total)),
            iterating("fromkeys(iterable, value=None, /)", "Is not defined.", no_from_keys),
        ],
    },
    Group {
        owner: Owner::Class("Counter"),
        rows: &[iterating(
            "fromkeys(iterable, value=None, /)",
            "Is not defined.",
            no_from_keys,
        )],
    },
    Group {
        owner: Owner::Constructor("defaultdict"),
        rows: &[iterating(
            "defaultdict(default_factory=None, mapping=(), /, **items)",
            "Makes a dict that fills in missing keys.",
            defaultdict,
        )],
    },
    Group {
        owner: Owner::Class("defaultdict"),
        rows: &[DEFAULT_FROM_KEYS],
    },
    Group {
        owner: Owner::Kin(&["defaultdict"]),
        rows: &[DEFAULT_FROM_KEYS],
    },
    Group {
        owner: Owner::Constructor("OrderedDict"),
        rows: &[iterating(
            "OrderedDict(mapping=(), /, **items)",
            "Makes a dict that can move keys to its ends.",
            ordered,
        )],
    },
    Group {
        owner: Owner::Kin(&["OrderedDict"]),
        rows: &[
            entry(
                "popitem(last=True) -> tuple",
                "Removes the last pair, or the first, and returns it.",
                popitem,
            ),
            entry(
                "move_to_end(key, last=True) -> None",
                "Moves a key to either end.",
                move_to_end,
            ),
        ],
    },
    Group {
        owner: Owner::Class("OrderedDict"),
        rows: &[ORDERED_FROM_KEYS],
    },
    Group {
        owner: Owner::Kin(&["OrderedDict"]),
        rows: &[ORDERED_FROM_KEYS],
    },
];

const DEFAULT_FROM_KEYS: Entry = iterating(
    "fromkeys(iterable, value=None, /)",
    "Makes a defaultdict of keys with one value.",
    |m, a| from_keys(m, a, DictKind::Default(Value::NONE)),
);

const ORDERED_FROM_KEYS: Entry = iterating(
    "fromkeys(iterable, value=None)",
    "Makes an OrderedDict of keys with one value.",
    |m, a| from_keys(m, a, DictKind::Ordered),
);

/// Returns the classes of the module `collections`, such as `Counter` and `deque`.
pub(super) fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let classes = ["Counter", "defaultdict", "OrderedDict", "deque"].into_iter();
    classes.filter_map(|name| Some(("collections", name, ClassId::named(name)?.value())))
}

fn counter(m: &mut Runtime, args: &Args) -> Outcome {
    let counter = m.new_counter()?;
    tally(m, counter, args)?;
    Ok(counter)
}

/// Counts the arguments of `Counter`, `update` or `subtract` into a new counter that the program
/// can't access yet.
fn tally(m: &mut Runtime, counter: Value, args: &Args) -> Result<(), Flow> {
    match args.some(0) {
        None => {}
        Some(mapping) if mapping.kind() == Type::Dict => m.dict_spread(counter, mapping)?,
        Some(items) => {
            for item in m.items(items)? {
                count_one(m, counter, item)?;
            }
        }
    }
    for (name, count) in &args.keywords {
        let key = m.alloc_text(name.as_str())?;
        let count = match m.dict_get(counter, key)? {
            Some(before) => m.binary(BinaryOp::Add, *count, before)?,
            None => *count,
        };
        m.dict_set(counter, key, count)?;
    }
    Ok(())
}

fn count_one(m: &mut Runtime, counter: Value, item: Value) -> Result<(), Flow> {
    let hash = m.hash(item)?;
    let place = m.find(counter, hash, item)?;
    let before = place.and_then(|place| m.dict_of(counter)?.at(place));
    match (place, before.and_then(|(_, count)| count.as_int())) {
        (Some(place), Some(count)) => {
            if let Some(dict) = m.dict_mut(counter) {
                dict.set_at(place, Value::int(count.saturating_add(1)));
            }
            Ok(())
        }
        _ => m.dict_set(counter, item, Value::int(1)),
    }
}

/// Implements `Counter.update` and `subtract`, which add or subtract counts. Everything that may
/// wait, fail or allocate precedes the first change.
fn change_counts(m: &mut Runtime, args: &Args, op: BinaryOp) -> Outcome {
    let given = m.new_counter()?;
    let mut failure = match tally(m, given, args) {
        Err(flow @ Flow::Raise(_)) => Some(flow),
        outcome => {
            outcome?;
            None
        }
    };
    let pairs = m.dict_pairs(given)?;
    let verbatim = op == BinaryOp::Add && m.dict_of(args.receiver).is_none_or(Dict::is_empty);
    m.meter.charge(cost::table(pairs.len().saturating_mul(2)))?;
    m.reserve(dict_bytes(pairs.len()).saturating_mul(2))?;
    let mut changed = Vec::with_capacity(pairs.len());
    for (key, count) in pairs {
        let before = m.dict_get(args.receiver, key)?.unwrap_or(Value::int(0));
        let after = match op {
            _ if verbatim => Ok(count),
            BinaryOp::Subtract => m.binary(op, before, count),
            _ => m.binary(op, count, before),
        };
        match after {
            Ok(after) => changed.push((key, after)),
            // Counts before the one that can't be added are changed, as in CPython.
            Err(flow @ Flow::Raise(_)) => {
                failure = Some(flow);
                break;
            }
            Err(flow) => return Err(flow),
        }
    }
    m.reserve(dict_bytes(changed.len()))?;
    for (key, count) in changed {
        m.dict_set(args.receiver, key, count)?;
    }
    match failure {
        Some(flow) => Err(flow),
        None => Ok(Value::NONE),
    }
}

fn most_common(m: &mut Runtime, args: &Args) -> Outcome {
    let pairs = m.dict_pairs(args.receiver)?;
    let count = match args.some(0) {
        Some(n) if m.number(n).is_none() => {
            let message = format!("'>=' not supported between instances of '{}' and 'int'", m.type_name(n));
            return Err(m.type_error(message));
        }
        Some(n) => usize::try_from(m.int_arg(n)?).unwrap_or(0).min(pairs.len()),
        None => pairs.len(),
    };
    m.reserve(list_bytes(pairs.len()).saturating_mul(3))?;
    let mut sorted = m.most_common(pairs)?;
    sorted.truncate(count);
    m.reserve(list_bytes(sorted.len()).saturating_mul(5))?;
    let mut rows = Vec::with_capacity(sorted.len());
    for (item, count) in sorted {
        rows.push(m.alloc_tuple([item, count])?);
    }
    m.alloc_list(rows)
}

fn total(m: &mut Runtime, args: &Args) -> Outcome {
    let mut total = Value::int(0);
    for (_, count) in m.dict_pairs(args.receiver)? {
        m.meter.charge(1)?;
        total = m.binary(BinaryOp::Add, total, count)?;
    }
    Ok(total)
}

fn no_from_keys(m: &mut Runtime, _: &Args) -> Outcome {
    let message = "Counter.fromkeys() is undefined.  Use Counter(iterable) instead.";
    Err(m.raise(ExceptionClass::NotImplementedError, message))
}

fn defaultdict(m: &mut Runtime, args: &Args) -> Outcome {
    let factory = args.given(0).unwrap_or(Value::NONE);
    let callable = matches!(
        factory.kind(),
        Type::Function
            | Type::Native
            | Type::BoundMethod
            | Type::Class
            | Type::Provided
            | Type::Tool
            | Type::TupleClass
            | Type::None
    ) || m.special(factory, "call").is_some();
    if !callable {
        return Err(m.type_error("first argument must be callable or None"));
    }
    let dict = m.new_dict_of(DictKind::Default(factory))?;
    fill(m, dict, args.given(1), args)?;
    Ok(dict)
}

fn ordered(m: &mut Runtime, args: &Args) -> Outcome {
    let dict = m.new_dict_of(DictKind::Ordered)?;
    fill(m, dict, args.given(0), args)?;
    Ok(dict)
}

fn end_arg(m: &mut Runtime, last: Option<Value>) -> Result<End, Flow> {
    Ok(match last {
        Some(last) if !m.truth(last)? => End::First,
        _ => End::Last,
    })
}

fn popitem(m: &mut Runtime, args: &Args) -> Outcome {
    let end = end_arg(m, args.given(0))?;
    take_item(m, args.receiver, end, "dictionary is empty")
}

fn move_to_end(m: &mut Runtime, args: &Args) -> Outcome {
    let end = end_arg(m, args.given(1))?;
    let hash = m.hash(args.get(0))?;
    let Some(place) = m.find(args.receiver, hash, args.get(0))? else {
        return Err(m.key_error(args.get(0)));
    };
    let others = m.dict_of(args.receiver).map_or(0, Dict::len);
    if end == End::First {
        m.meter.charge_items(others)?;
    }
    let Some(dict) = m.dict_mut(args.receiver) else {
        return Ok(Value::NONE);
    };
    let ends = match end {
        End::First => dict.first_place(),
        End::Last => dict.last_place(),
    };
    if ends != Some(place)
        && let Some((key, value)) = dict.remove_at(place)
    {
        match end {
            End::Last => dict.push(hash, key, value),
            End::First => {
                let mut moved = Dict::with_capacity(others);
                moved.push(hash, key, value);
                for (hash, key, value) in dict.iter_hashed() {
                    moved.push(hash, key, value);
                }
                dict.replace(moved);
            }
        }
    }
    Ok(Value::NONE)
}
