//! Methods of dicts and their kin, and `collections`.

use super::table::{Group, Owner, entry, iterating};
use crate::dict::Dict;
use crate::exception::ExceptionClass;
use crate::flow::{Flow, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::{DictKind, DictObject, DictPart, Object};
use crate::value::{Type, Value};
use rlm_syntax::ast::BinaryOp;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::Dict]),
        rows: &[
            entry("clear() -> None", "Removes all entries.", clear),
            entry(
                "copy() -> dict",
                "Returns a dict of the same kind with the same entries.",
                copy,
            ),
            entry(
                "get(key, default=None, /)",
                "Returns the value of a key, or the default.",
                get,
            ),
            entry("items()", "Returns a view of the pairs.", items),
            entry("keys()", "Returns a view of the keys.", keys),
            entry("values()", "Returns a view of the values.", values),
            entry(
                "pop(key, default=None, /)",
                "Removes a key and returns its value, or the default.",
                pop,
            ),
            entry("popitem(last=True)", "Removes the last pair and returns it.", popitem),
            entry(
                "setdefault(key, default=None, /)",
                "Returns the value of a key, set to the default if it is not there.",
                setdefault,
            ),
            iterating(
                "update(other=(), /, **items) -> None",
                "Takes over entries; a Counter adds counts.",
                update,
            ),
            entry(
                "most_common(n=None) -> list",
                "Returns pairs of item and count, the largest counts first; of Counter.",
                most_common,
            ),
            entry(
                "elements() -> list",
                "Returns each item as often as it was counted; of Counter.",
                elements,
            ),
            iterating(
                "subtract(other=(), /, **items) -> None",
                "Takes counts away; of Counter.",
                subtract,
            ),
            entry("total() -> int", "Returns the sum of all counts; of Counter.", total),
            entry(
                "move_to_end(key, last=True) -> None",
                "Moves a key to either end; of OrderedDict.",
                move_to_end,
            ),
        ],
    },
    Group {
        owner: Owner::Class("dict"),
        rows: &[iterating(
            "fromkeys(iterable, value=None, /) -> dict",
            "Makes a dict of keys with one value.",
            fromkeys,
        )],
    },
    Group {
        owner: Owner::Constructor("Counter"),
        rows: &[iterating(
            "Counter(iterable=None, /, **items) -> dict",
            "Counts the items of an iterable.",
            counter,
        )],
    },
    Group {
        owner: Owner::Constructor("defaultdict"),
        rows: &[iterating(
            "defaultdict(default_factory=None, mapping=(), /, **items) -> dict",
            "Makes a dict that fills in missing keys.",
            defaultdict,
        )],
    },
    Group {
        owner: Owner::Constructor("OrderedDict"),
        rows: &[iterating(
            "OrderedDict(mapping=(), /, **items) -> dict",
            "Makes a dict that can move keys to its ends.",
            ordered,
        )],
    },
];

fn clear(m: &mut Interpreter, args: &Args) -> Outcome {
    if let Some(dict) = m.dict_mut(args.receiver) {
        dict.clear();
    }
    Ok(Value::NONE)
}

fn kind(m: &Interpreter, dict: Value) -> DictKind {
    match m.heap.get(dict.handle()) {
        Object::Dict(dict) => dict.kind,
        _ => DictKind::Plain,
    }
}

fn new_of_kind(m: &mut Interpreter, kind: DictKind) -> Outcome {
    m.alloc(
        Type::Dict,
        Object::Dict(Box::new(DictObject {
            kind,
            items: Dict::default(),
        })),
    )
}

fn copy(m: &mut Interpreter, args: &Args) -> Outcome {
    let kind = kind(m, args.receiver);
    let copy = new_of_kind(m, kind)?;
    m.dict_spread(copy, args.receiver)?;
    Ok(copy)
}

fn get(m: &mut Interpreter, args: &Args) -> Outcome {
    Ok(m.dict_get(args.receiver, args.get(0))?
        .or(args.given(1))
        .unwrap_or(Value::NONE))
}

fn view(m: &mut Interpreter, args: &Args, part: DictPart) -> Outcome {
    m.alloc(
        Type::DictView,
        Object::DictView {
            dict: args.receiver,
            part,
        },
    )
}

fn items(m: &mut Interpreter, args: &Args) -> Outcome {
    view(m, args, DictPart::Items)
}

fn keys(m: &mut Interpreter, args: &Args) -> Outcome {
    view(m, args, DictPart::Keys)
}

fn values(m: &mut Interpreter, args: &Args) -> Outcome {
    view(m, args, DictPart::Values)
}

fn pop(m: &mut Interpreter, args: &Args) -> Outcome {
    match m.dict_remove(args.receiver, args.get(0))?.or(args.given(1)) {
        Some(value) => Ok(value),
        None => Err(m.key_error(args.get(0))),
    }
}

fn popitem(m: &mut Interpreter, args: &Args) -> Outcome {
    let last = match args.given(0) {
        Some(last) => m.truth(last)?,
        None => true,
    };
    m.reserve(crate::object::list_bytes(2))?;
    let removed = m.dict_mut(args.receiver).and_then(|dict| {
        let place = if last { dict.last_place() } else { dict.first_place() };
        dict.remove_at(place?)
    });
    match removed {
        Some((key, value)) => m.alloc_tuple([key, value]),
        None => Err(m.raise(ExceptionClass::KeyError, "popitem(): dictionary is empty")),
    }
}

fn setdefault(m: &mut Interpreter, args: &Args) -> Outcome {
    if let Some(value) = m.dict_get(args.receiver, args.get(0))? {
        return Ok(value);
    }
    let value = args.given(1).unwrap_or(Value::NONE);
    m.dict_set(args.receiver, args.get(0), value)?;
    Ok(value)
}

/// Returns what is given to `update` and its kin as pairs; nothing is changed before all of them are known.
fn given_pairs(m: &mut Interpreter, args: &Args) -> Result<Vec<(Value, Value)>, Flow> {
    let gathered = m.new_dict(&[])?;
    if let Some(source) = args.some(0) {
        m.dict_fill(gathered, source)?;
    }
    for (name, value) in &args.keywords {
        let key = m.alloc_text(name.as_str())?;
        m.dict_set(gathered, key, *value)?;
    }
    Ok(m.dict_pairs(gathered))
}

fn update(m: &mut Interpreter, args: &Args) -> Outcome {
    if matches!(kind(m, args.receiver), DictKind::Counter) {
        return change_counts(m, args, BinaryOp::Add);
    }
    let pairs = given_pairs(m, args)?;
    m.reserve(crate::object::dict_bytes(pairs.len()))?;
    for (key, value) in pairs {
        m.dict_set(args.receiver, key, value)?;
    }
    Ok(Value::NONE)
}

fn subtract(m: &mut Interpreter, args: &Args) -> Outcome {
    change_counts(m, args, BinaryOp::Subtract)
}

/// Counts items, or the entries of a mapping, into a counter.
fn change_counts(m: &mut Interpreter, args: &Args, op: BinaryOp) -> Outcome {
    let pairs = match args.some(0) {
        Some(items) if items.kind() != Type::Dict => {
            m.items(items)?.into_iter().map(|item| (item, Value::int(1))).collect()
        }
        _ => given_pairs(m, args)?,
    };
    m.meter.charge_items(pairs.len())?;
    m.reserve(crate::object::dict_bytes(pairs.len().min(1 << 16)))?;
    for (key, _) in &pairs {
        m.hash(*key)?;
    }
    for (key, count) in pairs {
        let before = m.dict_get(args.receiver, key)?.unwrap_or(Value::int(0));
        let after = m.binary(op, before, count)?;
        m.dict_set(args.receiver, key, after)?;
    }
    Ok(Value::NONE)
}

fn counter(m: &mut Interpreter, args: &Args) -> Outcome {
    let counter = m.new_counter()?;
    let args = args.on(counter);
    let keywords = !args.keywords.is_empty();
    if args.some(0).is_some() || keywords {
        change_counts(m, &args, BinaryOp::Add)?;
    }
    Ok(counter)
}

fn most_common(m: &mut Interpreter, args: &Args) -> Outcome {
    let pairs = m.dict_pairs(args.receiver);
    m.reserve(crate::object::list_bytes(pairs.len()).saturating_mul(5))?;
    let mut sorted = m.most_common(pairs)?;
    if let Some(n) = args.some(0) {
        let n = m.int_arg(n)?;
        sorted.truncate(usize::try_from(n).unwrap_or(0));
    }
    let mut rows = Vec::with_capacity(sorted.len());
    for (item, count) in sorted {
        rows.push(m.alloc_tuple([item, count])?);
    }
    m.alloc_list(rows)
}

fn elements(m: &mut Interpreter, args: &Args) -> Outcome {
    let mut items = Vec::new();
    for (item, count) in m.dict_pairs(args.receiver) {
        let count = usize::try_from(m.int_arg(count)?).unwrap_or(0);
        m.meter.charge_items(count)?;
        m.reserve(crate::object::list_bytes(items.len().saturating_add(count)))?;
        items.extend(std::iter::repeat_n(item, count));
    }
    m.alloc_list(items)
}

fn total(m: &mut Interpreter, args: &Args) -> Outcome {
    let mut total = Value::int(0);
    for (_, count) in m.dict_pairs(args.receiver) {
        total = m.binary(BinaryOp::Add, total, count)?;
    }
    Ok(total)
}

fn move_to_end(m: &mut Interpreter, args: &Args) -> Outcome {
    let last = match args.given(1) {
        Some(last) => m.truth(last)?,
        None => true,
    };
    let mut pairs = m.dict_pairs(args.receiver);
    m.meter.charge_items(pairs.len())?;
    let Some(value) = m.dict_get(args.receiver, args.get(0))? else {
        return Err(m.key_error(args.get(0)));
    };
    let mut kept = Vec::with_capacity(pairs.len());
    for (key, value) in pairs.drain(..) {
        if !m.equal(key, args.get(0))? {
            kept.push((key, value));
        }
    }
    kept.insert(if last { kept.len() } else { 0 }, (args.get(0), value));
    if let Some(dict) = m.dict_mut(args.receiver) {
        dict.clear();
    }
    for (key, value) in kept {
        m.dict_set(args.receiver, key, value)?;
    }
    Ok(Value::NONE)
}

fn fromkeys(m: &mut Interpreter, args: &Args) -> Outcome {
    let dict = m.new_dict(&[])?;
    for key in m.items(args.get(0))? {
        m.dict_set(dict, key, args.given(1).unwrap_or(Value::NONE))?;
    }
    Ok(dict)
}

fn defaultdict(m: &mut Interpreter, args: &Args) -> Outcome {
    let factory = args.given(0).unwrap_or(Value::NONE);
    let callable = matches!(
        factory.kind(),
        Type::Function | Type::Native | Type::BoundMethod | Type::Class | Type::None
    );
    if !callable {
        return Err(m.type_error("first argument must be callable or None"));
    }
    let dict = new_of_kind(m, DictKind::Default(factory))?;
    fill_new(m, dict, args.given(1), args)
}

fn ordered(m: &mut Interpreter, args: &Args) -> Outcome {
    let dict = new_of_kind(m, DictKind::Ordered)?;
    fill_new(m, dict, args.given(0), args)
}

fn fill_new(m: &mut Interpreter, dict: Value, source: Option<Value>, args: &Args) -> Outcome {
    if let Some(source) = source {
        m.dict_fill(dict, source)?;
    }
    for (name, value) in &args.keywords {
        let key = m.alloc_text(name.as_str())?;
        m.dict_set(dict, key, *value)?;
    }
    Ok(dict)
}

/// The classes of `collections`.
pub(super) fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let classes = ["Counter", "defaultdict", "OrderedDict"].into_iter();
    classes.filter_map(|name| Some(("collections", name, super::ClassId::named(name)?.value())))
}
