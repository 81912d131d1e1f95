//! The constructors of the builtin classes.

use sift_abstract::{Reads, Speculation};
use sift_compiler::exception::ExceptionClass;
use sift_modules::json::json_exception;
use sift_modules::regex::regex_exception;
use sift_runtime::operate::{Number, float_of_text, freeze};
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, RoundingMode, entry, iterating};
use sift_strings::format::{invalid_int, is_int_char, parse_int, parse_small_int};
use sift_values::classes::ClassId;
use sift_values::flow::{Outcome, delegate};
use sift_values::object::{IteratorSource, Object, RangeObject};
use sift_values::value::{Label, Type, Value};

use crate::transfers::{classes, iterables};

pub(super) const GROUPS: &[Group] = &[
    constructor(
        "object",
        &[entry("object()", "Makes a value equal to itself alone.", object)],
    ),
    constructor(
        "type",
        &[entry("type(obj, /)", "Returns the class of a value.", type_of)],
    ),
    constructor(
        "bool",
        &[
            entry("bool(x=False, /) -> bool", "Tells whether a value is true.", bool)
                .speculated(Speculation::new(classes::bool)),
        ],
    ),
    constructor(
        "int",
        &[entry(
            "int(x=0, /, base=10) -> int",
            "Makes an int of a number or a text.",
            int,
        )
        .speculated(Speculation::new(classes::int))],
    ),
    constructor(
        "float",
        &[entry(
            "float(x=0.0, /) -> float",
            "Makes a float of a number or a text.",
            float,
        )
        .speculated(Speculation::new(classes::float))],
    ),
    constructor(
        "str",
        &[entry("str(object='') -> str", "Makes a text of a value.", str).speculated(Speculation::new(classes::str))],
    ),
    constructor(
        "list",
        &[
            iterating("list(iterable=(), /) -> list", "Makes a list of the items.", list)
                .speculated(Speculation::new(classes::list).reading(Reads::Items).passing_items()),
        ],
    ),
    constructor(
        "tuple",
        &[
            iterating("tuple(iterable=(), /) -> tuple", "Makes a tuple of the items.", tuple)
                .speculated(Speculation::new(classes::tuple).reading(Reads::Items).passing_items()),
        ],
    ),
    constructor(
        "dict",
        &[iterating(
            "dict(mapping=(), /, **items) -> dict",
            "Makes a dict of pairs or a mapping.",
            dict,
        )
        .speculated(Speculation::new(classes::dict).passing_items())],
    ),
    constructor(
        "set",
        &[
            iterating("set(iterable=(), /) -> set", "Makes a set of the items.", set)
                .speculated(Speculation::new(classes::set)),
        ],
    ),
    constructor(
        "frozenset",
        &[
            iterating("frozenset(iterable=(), /)", "Makes a set that can be a key.", frozenset)
                .speculated(Speculation::new(classes::set)),
        ],
    ),
    constructor(
        "range",
        &[entry(
            "range(start, stop=None, step=1, /)",
            "Counts from start to before stop.",
            range,
        )
        .speculated(Speculation::new(iterables::range).reading(Reads::Items))],
    ),
    constructor(
        "map",
        &[entry(
            "map(function, *iterables)",
            "Yields what the function makes of each item.",
            map,
        )
        .speculated(Speculation::new(iterables::map).reading(Reads::Items))],
    ),
    constructor(
        "filter",
        &[entry(
            "filter(function, iterable, /)",
            "Yields the items for which the function is true.",
            filter,
        )
        .speculated(Speculation::new(iterables::filter).reading(Reads::Items))],
    ),
    constructor(
        "enumerate",
        &[entry(
            "enumerate(iterable, start=0)",
            "Yields pairs of index and item.",
            enumerate,
        )
        .speculated(
            Speculation::new(iterables::enumerate)
                .reading(Reads::Items)
                .passing_items(),
        )],
    ),
    constructor(
        "zip",
        &[entry(
            "zip(*iterables, strict=False)",
            "Yields tuples of items side by side.",
            zip,
        )
        .speculated(Speculation::new(iterables::zip).reading(Reads::Items).passing_items())],
    ),
    constructor(
        "reversed",
        &[
            entry("reversed(sequence, /)", "Yields the items from the last on.", reversed).speculated(
                Speculation::new(iterables::iterator)
                    .reading(Reads::Items)
                    .passing_items(),
            ),
        ],
    ),
    constructor(
        "Exception",
        &[entry("Exception(*args)", "Makes an exception to raise.", exception)],
    ),
];

const fn constructor(class: &'static str, rows: &'static [Entry]) -> Group {
    Group {
        owner: Owner::Constructor(class),
        rows,
    }
}

fn object(m: &mut Runtime, _: &Args) -> Outcome {
    m.alloc(Type::Cell, Object::Cell(Value::NONE))
}

fn type_of(m: &mut Runtime, args: &Args) -> Outcome {
    let named = m.named_class(args.get(0));
    Ok(named.unwrap_or_else(|| m.class_of(args.get(0)).value()))
}

fn bool(m: &mut Runtime, args: &Args) -> Outcome {
    match args.given(0) {
        Some(value) => Ok(Value::bool(m.truth(value)?)),
        None => Ok(Value::FALSE),
    }
}

fn int(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(value) = args.given(0) else {
        return Ok(Value::int(0));
    };
    if value.kind() == Type::Str {
        let base = match args.given(1) {
            Some(base) => u32::try_from(m.int_arg(base)?).unwrap_or(1),
            None => 10,
        };
        return int_of_text(m, value, base);
    }
    if args.given(1).is_some() {
        return Err(m.type_error("int() can't convert non-string with explicit base"));
    }
    if let Some(whole) = m.to_whole(value, RoundingMode::Truncate)? {
        return m.new_int(whole);
    }
    match m.number(value) {
        Some(Number::Float(float)) => {
            let whole = m.whole_part(float)?;
            m.new_number(whole)
        }
        Some(number) => m.new_number(number),
        None => {
            let message = format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                m.type_name(value)
            );
            Err(m.type_error(message))
        }
    }
}

fn int_of_text(m: &mut Runtime, value: Value, base: u32) -> Outcome {
    let text = m.text(value)?;
    let text = text.as_str().unwrap_or_default();
    m.meter.charge_items(text.len())?;
    if base == 10
        && let Some(small) = parse_small_int(text)
    {
        return Ok(Value::int(small));
    }
    let read = if m.may_be_number(text, is_int_char)? {
        parse_int(text, base)
    } else {
        Err(invalid_int(text, base))
    };
    match read {
        Ok(int) => m.new_int(int),
        Err(error) => Err(m.value_error(error.to_string())),
    }
}

fn float(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(value) = args.given(0) else {
        return Ok(Value::float(0.0));
    };
    if value.kind() == Type::Str {
        return float_of_text(m, value);
    }
    match m.to_float(value)? {
        Some(float) => Ok(Value::float(float)),
        None => {
            let message = format!(
                "float() argument must be a string or a real number, not '{}'",
                m.type_name(value)
            );
            Err(m.type_error(message))
        }
    }
}

fn str(m: &mut Runtime, args: &Args) -> Outcome {
    match args.given(0) {
        Some(value) => m.str_of(value),
        None => m.alloc_text(""),
    }
}

fn list(m: &mut Runtime, args: &Args) -> Outcome {
    let items = match args.given(0) {
        Some(values) => m.items(values)?,
        None => Vec::new(),
    };
    m.alloc_list(items)
}

fn tuple(m: &mut Runtime, args: &Args) -> Outcome {
    match args.given(0) {
        Some(values) if values.kind() == Type::Tuple && m.named_class(values).is_none() => Ok(values),
        Some(values) => {
            let items = m.items(values)?;
            m.alloc_tuple(items)
        }
        None => m.alloc_tuple([]),
    }
}

fn dict(m: &mut Runtime, args: &Args) -> Outcome {
    let dict = m.new_dict(&[])?;
    let mapping = args.given(0).filter(|source| m.special(*source, "keys").is_some());
    if let Some(source) = args.given(0).filter(|_| mapping.is_none()) {
        m.dict_fill(dict, source)?;
    }
    for (name, value) in &args.keywords {
        let key = m.alloc_text(name.as_str())?;
        m.dict_set(dict, key, *value)?;
    }
    match mapping {
        Some(mapping) => Err(delegate("_dict_of", vec![mapping, dict])),
        None => Ok(dict),
    }
}

fn set(m: &mut Runtime, args: &Args) -> Outcome {
    let items = match args.given(0) {
        Some(values) => m.items(values)?,
        None => Vec::new(),
    };
    m.new_set(&items)
}

fn frozenset(m: &mut Runtime, args: &Args) -> Outcome {
    Ok(freeze(set(m, args)?))
}

fn range(m: &mut Runtime, args: &Args) -> Outcome {
    if (0..3).any(|place| args.get(place).kind() == Type::BigInt) {
        let flow = m.overflow_error("range() takes integers of at most 64 bits");
        return Err(m.with_help(flow, "count further with a while loop, or with itertools.count"));
    }
    let (start, stop) = match args.some(1) {
        Some(stop) => (m.int_arg(args.get(0))?, m.int_arg(stop)?),
        None => (0, m.int_arg(args.get(0))?),
    };
    let step = match args.given(2) {
        Some(step) => m.int_arg(step)?,
        None => 1,
    };
    if step == 0 {
        return Err(m.value_error("range() arg 3 must not be zero"));
    }
    m.alloc(Type::Range, Object::Range(Box::new(RangeObject { start, stop, step })))
}

/// The `start` argument from which `enumerate` counts in big integers, since its numbers could exceed
/// 64 bits.
const LARGE_START: i64 = 1 << 62;

fn enumerate(m: &mut Runtime, args: &Args) -> Outcome {
    let (start, is_large) = match args.given(1) {
        Some(start) if start.kind() == Type::BigInt => (0, true),
        Some(start) => (m.int_arg(start)?, false),
        None => (0, false),
    };
    if is_large || start >= LARGE_START || m.runs_code_to_iterate(args.get(0)) {
        let start = if is_large { args.get(1) } else { Value::int(start) };
        let values = m.iterate(args.get(0))?;
        return Err(delegate("_enumerate_from", vec![values, start]));
    }
    let inner = m.iterate(args.get(0))?;
    let depth = m.iterator_depth(inner);
    let source = IteratorSource::Enumerate { inner, next: start };
    m.new_iterator(source, "enumerate", inner.label(), depth)
}

fn filter(m: &mut Runtime, args: &Args) -> Outcome {
    let (function, values) = (args.get(0), m.iterate(args.get(1))?);
    Err(if function.is_none() {
        delegate("_filter_true", vec![values])
    } else {
        delegate("_filter_by", vec![function, values])
    })
}

fn map(m: &mut Runtime, args: &Args) -> Outcome {
    match args.rest.as_slice() {
        [] => Err(m.type_error("map() must have at least two arguments.")),
        [values] => {
            let values = m.iterate(*values)?;
            Err(delegate("_map_one", vec![args.get(0), values]))
        }
        columns => {
            let columns = iterators(m, columns)?;
            Err(delegate("_map_many", vec![args.get(0), columns]))
        }
    }
}

/// Returns a tuple of iterators, one for each iterable argument of `map` or `zip`.
fn iterators(m: &mut Runtime, columns: &[Value]) -> Outcome {
    let iterators: Vec<Value> = columns
        .iter()
        .map(|column| m.iterate(*column))
        .collect::<Result<_, _>>()?;
    m.alloc_tuple(iterators)
}

fn zip(m: &mut Runtime, args: &Args) -> Outcome {
    let strict = match args.given(0) {
        Some(strict) => m.truth(strict)?,
        None => false,
    };
    if strict || args.rest.iter().any(|column| m.runs_code_to_iterate(*column)) {
        let columns = iterators(m, &args.rest)?;
        return Err(delegate("_zip_all", vec![columns, Value::bool(strict)]));
    }
    let mut inners = Vec::with_capacity(args.rest.len());
    let mut depth = 0;
    for column in &args.rest {
        let inner = m.iterate(*column)?;
        depth = depth.max(m.iterator_depth(inner));
        inners.push(inner);
    }
    m.new_iterator(IteratorSource::Zip { inners }, "zip", Label::PROGRAM, depth)
}

fn reversed(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    let source = match m.heap.get(value.handle()) {
        Object::List(items) if value.is_object() => IteratorSource::Reversed {
            items: value,
            left: items.len(),
        },
        Object::Tuple(items) if value.is_object() => IteratorSource::Reversed {
            items: value,
            left: items.len(),
        },
        Object::Deque(deque) if value.is_object() => IteratorSource::Reversed {
            items: value,
            left: deque.items.len(),
        },
        Object::Range(range) if value.is_object() => {
            let (left, range) = (range.len(), **range);
            let last = if left == 0 { range.start } else { range.at(left - 1) };
            IteratorSource::Range {
                next: last,
                left,
                step: range.step.saturating_neg(),
            }
        }
        Object::Str(_) | Object::Dict(_) | Object::DictView { .. } if value.is_object() => {
            let items = m.items(value)?;
            let left = items.len();
            let items = m.alloc_tuple(items)?;
            IteratorSource::Reversed { items, left }
        }
        _ => {
            let message = format!("'{}' object is not reversible", m.type_name(value));
            return Err(m.type_error(message));
        }
    };
    let type_name = m.reverse_iterator_name(value);
    m.new_iterator(source, type_name, value.label(), 0)
}

fn exception(m: &mut Runtime, args: &Args) -> Outcome {
    let class = ClassId::of(args.receiver)
        .and_then(ClassId::exception)
        .unwrap_or(ExceptionClass::Exception);
    m.reserve(sift_values::object::list_bytes(args.rest.len()))?;
    if let (ExceptionClass::JsonDecodeError, [message, text, pos]) = (class, args.rest.as_slice()) {
        return json_exception(m, *message, *text, *pos);
    }
    if let (ExceptionClass::RegexError, [message, given @ ..]) = (class, args.rest.as_slice()) {
        let at = |index: usize| given.get(index).copied().unwrap_or(Value::NONE);
        return regex_exception(m, *message, at(0), at(1));
    }
    Ok(m.exception(class, args.rest.to_vec()))
}
