//! The builtin functions that aren't specific to a type.

use sift_abstract::{Reads, Speculation, anything};
use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::{UNION, small_arithmetic};
use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_syntax::ast::BinaryOp;
use sift_text::{Text, TextBuilder};
use sift_values::classes::ClassId;
use sift_values::flow::{End, Flow, Limit, Outcome, delegate};
use sift_values::object::{DictPart, Object};
use sift_values::value::{Type, Value};

use crate::arithmetic::{abs, bin, divmod, hex, oct, pow, round};
use crate::transfers::{classes, functions, iterables};

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[
        entry(
            "print(*values, sep=' ', end='\\n', file=None, flush=False) -> None",
            "Prints values on a line.",
            print,
        ).speculated(Speculation::new(functions::print)),
        entry("len(obj, /) -> int", "Returns how many items there are.", len).speculated(Speculation::new(functions::len).reading(Reads::Items)),
        entry("abs(x, /)", "Returns the absolute value.", abs).speculated(Speculation::new(functions::abs)),
        entry("all(iterable, /) -> bool", "Tells whether every item is true.", all).speculated(Speculation::new(iterables::truth_of_items)),
        entry("any(iterable, /) -> bool", "Tells whether an item is true.", any).speculated(Speculation::new(iterables::truth_of_items)),
        entry(
            "ascii(obj, /) -> str",
            "Returns repr with all but ASCII escaped.",
            ascii,
        ).speculated(Speculation::new(functions::repr)),
        entry("bin(x, /) -> str", "Writes an int in base 2.", bin).speculated(Speculation::new(anything)),
        entry("callable(obj, /) -> bool", "Tells whether it can be called.", callable),
        entry("chr(i, /) -> str", "Returns the character of a code point.", chr).speculated(Speculation::new(anything)),
        entry("divmod(x, y, /) -> tuple", "Returns quotient and remainder.", divmod).speculated(Speculation::new(functions::divmod)),
        entry("format(value, format_spec='', /) -> str", "Formats a value.", format),
        entry(
            "getattr(obj, name, default=None, /)",
            "Returns an attribute by its name.",
            getattr,
        ),
        entry(
            "hasattr(obj, name, /) -> bool",
            "Tells whether there is an attribute of this name.",
            hasattr,
        ),
        entry("hex(x, /) -> str", "Writes an int in base 16.", hex).speculated(Speculation::new(anything)),
        entry(
            "isinstance(obj, class_or_tuple, /) -> bool",
            "Tells whether a value is of a class.",
            isinstance,
        ).speculated(Speculation::new(classes::isinstance)),
        entry(
            "issubclass(cls, class_or_tuple, /) -> bool",
            "Tells whether a class is a kind of another.",
            issubclass,
        ),
        entry(
            "iter(obj, sentinel=None, /)",
            "Returns an iterator; of a function and a sentinel, one that calls the function until it returns the sentinel.",
            iter,
        ).speculated(Speculation::new(iterables::iterator).reading(Reads::Items).passing_items()),
        iterating("max(*args, key=None, default=None)", "Returns the largest item.", max).speculated(Speculation::new(iterables::extreme).passing_items()),
        iterating("min(*args, key=None, default=None)", "Returns the smallest item.", min).speculated(Speculation::new(iterables::extreme).passing_items()),
        entry("next(iterator, default=None, /)", "Returns the next item.", next).speculated(Speculation::without_transfer(Reads::Items)),
        entry("oct(x, /) -> str", "Writes an int in base 8.", oct).speculated(Speculation::new(anything)),
        entry("ord(c, /) -> int", "Returns the code point of a character.", ord).speculated(Speculation::new(anything)),
        entry("pow(base, exp, mod=None)", "Raises to a power.", pow).speculated(Speculation::new(anything)),
        entry(
            "repr(obj, /) -> str",
            "Returns a value as a program would write it.",
            repr,
        ).speculated(Speculation::new(functions::repr)),
        entry("round(number, ndigits=None)", "Rounds half to even.", round).speculated(Speculation::new(functions::round)),
        iterating(
            "sorted(iterable, /, *, key=None, reverse=False) -> list",
            "Returns the items in order.",
            sorted,
        ).speculated(Speculation::new(iterables::sorted).passing_items()),
        iterating("sum(iterable, /, start=0)", "Adds the items up.", sum).speculated(Speculation::new(iterables::sum).passing_items()),
        entry(
            "_sort_by_keys(values, keys, reverse) -> list",
            "Sorts values by keys that are known.",
            sort_by_keys,
        ).speculated(Speculation::new(iterables::sort_by_keys).passing_items()),
    ],
}];

fn too_long() -> Flow {
    Flow::End(End::Limit(Limit::Memory))
}

fn print(m: &mut Runtime, args: &Args) -> Outcome {
    let separator = match args.some(0) {
        Some(separator) => separator_arg(m, separator, "sep")?,
        None => Text::new(" "),
    };
    let end = match args.some(1) {
        Some(end) => separator_arg(m, end, "end")?,
        None => Text::new("\n"),
    };
    let mut line = TextBuilder::new();
    let mut bytes = 0;
    for (index, value) in args.rest.iter().enumerate() {
        if index > 0 {
            bytes += separator.known_bytes();
            line.push_text(&separator);
        }
        let text = m.str_of(*value)?;
        if let Object::Str(text) = m.heap.get(text.handle()) {
            bytes += text.known_bytes();
            m.meter.note_read(text);
            line.push_text(text);
        }
        m.meter.charge(1)?;
    }
    line.push_text(&end);
    m.meter.charge_bytes(bytes.saturating_add(end.known_bytes()))?;
    m.output.print(line.finish().map_err(|_| too_long())?);
    Ok(Value::NONE)
}

fn len(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    if value.kind() == Type::Str {
        m.settle_text(value)?;
    }
    let len = match m.heap.get(value.handle()) {
        _ if !value.is_object() => None,
        Object::Str(text) => text.settled().ok().map(sift_text::Settled::len_chars),
        Object::List(items) => Some(items.len()),
        Object::Tuple(items) => Some(items.len()),
        Object::Record(record) => Some(record.values.len()),
        Object::Dict(dict) => Some(dict.items.len()),
        Object::Set(items) => Some(items.len()),
        Object::Deque(deque) => Some(deque.items.len()),
        Object::Range(range) => usize::try_from(range.len()).ok(),
        Object::DictView { dict, .. } => m.dict_of(*dict).map(sift_values::dict::Dict::len),
        _ => None,
    };
    match len {
        Some(len) => Ok(Value::length(len)),
        None if m.special(value, "len").is_some() => Err(delegate("_len_of", vec![value])),
        None => {
            let message = format!("object of type '{}' has no len()", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

fn all(m: &mut Runtime, args: &Args) -> Outcome {
    every(m, args.get(0), "_all_of", false)
}

fn any(m: &mut Runtime, args: &Args) -> Outcome {
    every(m, args.get(0), "_any_of", true)
}

/// Implements `all` and `any`: returns `wanted` if an item has this truth value, and its negation
/// otherwise. Stops reading at the first such item.
fn every(m: &mut Runtime, values: Value, by_prelude: &'static str, wanted: bool) -> Outcome {
    if values.kind() == Type::Iterator || m.runs_code_to_iterate(values) {
        return Err(delegate(by_prelude, vec![values]));
    }
    for item in m.items(values)? {
        if m.truth(item)? == wanted {
            return Ok(Value::bool(wanted));
        }
    }
    Ok(Value::bool(!wanted))
}

fn ascii(m: &mut Runtime, args: &Args) -> Outcome {
    m.ascii_value(args.get(0))
}

fn callable(m: &mut Runtime, args: &Args) -> Outcome {
    Ok(Value::bool(is_callable(m, args.get(0))))
}

fn is_callable(m: &Runtime, value: Value) -> bool {
    let callable = matches!(
        value.kind(),
        Type::Function
            | Type::Native
            | Type::BoundMethod
            | Type::Class
            | Type::Provided
            | Type::Tool
            | Type::TupleClass
    );
    callable || m.special(value, "call").is_some()
}

fn chr(m: &mut Runtime, args: &Args) -> Outcome {
    if args.get(0).kind() == Type::BigInt {
        return Err(m.overflow_error("Python int too large to convert to C int"));
    }
    let code = m.int_arg(args.get(0))?;
    match u32::try_from(code).ok().and_then(char::from_u32) {
        Some(char) => m.alloc_text(char),
        None if (0xD800..0xE000).contains(&code) => Err(m.value_error("surrogates are not part of Sift's texts")),
        None if i32::try_from(code).is_err() => {
            let message = "Python int too large to convert to C int";
            Err(m.raise(ExceptionClass::OverflowError, message))
        }
        None => Err(m.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    if value.kind() != Type::Str {
        let message = format!("ord() expected string of length 1, but {} found", m.type_name(value));
        return Err(m.type_error(message));
    }
    let text = m.text(value)?;
    let mut chars = text.as_str().unwrap_or_default().chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) => Ok(Value::int(i64::from(u32::from(char)))),
        _ => {
            m.meter.charge_bytes(text.known_bytes())?;
            let count = text.as_str().unwrap_or_default().chars().count();
            Err(m.type_error(format!(
                "ord() expected a character, but string of length {count} found"
            )))
        }
    }
}

fn format(m: &mut Runtime, args: &Args) -> Outcome {
    match args.given(1) {
        Some(spec) => {
            m.text_of(spec, "format() argument 2")?;
            m.format_value(args.get(0), spec)
        }
        None => m.str_of(args.get(0)),
    }
}

/// The maximum length of an attribute or function name, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 1_000;

fn attribute_name(m: &mut Runtime, name: Value) -> Result<Text, Flow> {
    if name.kind() != Type::Str {
        let message = format!("attribute name must be string, not '{}'", m.type_name(name));
        return Err(m.type_error(message));
    }
    let name = m.text(name)?;
    if name.known_bytes() > MAX_NAME_BYTES {
        // The error message contains the whole name.
        m.meter.charge_bytes(name.known_bytes())?;
        m.reserve(name.known_bytes().saturating_mul(2))?;
    }
    Ok(name)
}

fn getattr(m: &mut Runtime, args: &Args) -> Outcome {
    let name = attribute_name(m, args.get(1))?;
    let (object, name) = (args.get(0), name.as_str().unwrap_or_default());
    let Some(default) = args.given(2) else {
        return m.attribute(object, name);
    };
    match m.find_attribute(object, name) {
        Ok(found) => Ok(found.unwrap_or(default)),
        Err(Flow::Raise(_)) => Ok(default),
        Err(flow) => Err(flow),
    }
}

fn hasattr(m: &mut Runtime, args: &Args) -> Outcome {
    let name = attribute_name(m, args.get(1))?;
    if let Some(can) = follows_protocol(m, args.get(0), name.as_str().unwrap_or_default()) {
        return Ok(Value::bool(can));
    }
    match m.find_attribute(args.get(0), name.as_str().unwrap_or_default()) {
        Ok(found) => Ok(Value::bool(found.is_some())),
        Err(Flow::Raise(_)) => Ok(Value::FALSE),
        Err(flow) => Err(flow),
    }
}

/// Returns `true` if a value supports the operation of a special method such as `__len__`. Returns
/// `None` for names of other methods.
fn follows_protocol(m: &Runtime, value: Value, name: &str) -> Option<bool> {
    let kind = value.kind();
    let is_sequence = matches!(kind, Type::Str | Type::List | Type::Tuple | Type::Deque | Type::Range);
    let is_set = matches!(kind, Type::Set | Type::FrozenSet);
    let has_own = |method: &str| m.special(value, method).is_some();
    Some(match name {
        "__len__" => is_sequence || is_set || matches!(kind, Type::Dict | Type::DictView) || has_own("len"),
        "__iter__" => m.is_iterable(value),
        "__next__" => matches!(kind, Type::Iterator | Type::Generator) || has_own("next"),
        "__getitem__" => is_sequence || matches!(kind, Type::Dict | Type::Match) || has_own("getitem"),
        "__setitem__" => matches!(kind, Type::List | Type::Deque | Type::Dict) || has_own("setitem"),
        "__contains__" => {
            let is_values = matches!(
                m.heap.get(value.handle()),
                Object::DictView {
                    part: DictPart::Values,
                    ..
                }
            );
            is_sequence || is_set || kind == Type::Dict || kind == Type::DictView && !is_values || has_own("contains")
        }
        "__call__" => is_callable(m, value),
        // All values in CPython have these attributes, even if the call raises.
        "__str__" | "__hash__" => true,
        _ => return None,
    })
}

fn isinstance(m: &mut Runtime, args: &Args) -> Outcome {
    let class = m.class_of(args.get(0));
    let named = m.named_class(args.get(0));
    is_one_of(
        m,
        class,
        named,
        args.get(1),
        "isinstance() arg 2 must be a type, a tuple of types, or a union",
    )
}

fn issubclass(m: &mut Runtime, args: &Args) -> Outcome {
    match ClassId::of(args.get(0)) {
        Some(class) => is_one_of(
            m,
            class,
            None,
            args.get(1),
            "issubclass() arg 2 must be a class, a tuple of classes, or a union",
        ),
        None => Err(m.type_error("issubclass() arg 1 must be a class")),
    }
}

fn is_one_of(m: &mut Runtime, class: ClassId, named: Option<Value>, classes: Value, message: &str) -> Outcome {
    let mut pending = vec![classes];
    while let Some(candidate) = pending.pop() {
        m.meter.charge(1)?;
        match (ClassId::of(candidate), m.heap.get(candidate.handle())) {
            (Some(candidate), _) => {
                if class.is_a(candidate) {
                    return Ok(Value::TRUE);
                }
            }
            _ if candidate.kind() == Type::TupleClass => {
                if named.is_some_and(|named| named.same(candidate)) {
                    return Ok(Value::TRUE);
                }
            }
            (None, Object::Tuple(classes)) if candidate.kind() == Type::Tuple => pending.extend(classes.iter().rev()),
            (None, Object::Record(union)) if candidate.kind() == Type::Record && union.type_name == UNION => {
                let members = union.values.iter().rev().copied();
                pending.extend(members.map(|member| ClassId::of_annotation(member).map_or(member, ClassId::value)));
            }
            _ => return Err(m.type_error(message)),
        }
    }
    Ok(Value::FALSE)
}

fn iter(m: &mut Runtime, args: &Args) -> Outcome {
    match args.given(1) {
        None => m.iterate(args.get(0)),
        Some(_) if !is_callable(m, args.get(0)) => Err(m.type_error("iter(v, w): v must be callable")),
        Some(sentinel) => Err(delegate("_call_until", vec![args.get(0), sentinel])),
    }
}

fn next(m: &mut Runtime, args: &Args) -> Outcome {
    let iterator = args.get(0);
    match iterator.kind() {
        Type::Iterator => match (m.next_item(iterator)?, args.given(1)) {
            (Some(item), _) => Ok(item),
            (None, Some(default)) => Ok(default),
            (None, None) => Err(m.raise_with(ExceptionClass::StopIteration, Vec::new())),
        },
        Type::Generator => Err(Flow::Resume {
            generator: iterator,
            default: args.get(1),
        }),
        Type::Instance if m.own_iterator(iterator).is_some() => Err(Flow::Resume {
            generator: m.own_iterator(iterator).unwrap_or(iterator),
            default: args.get(1),
        }),
        _ => {
            let message = format!("'{}' object is not an iterator", m.type_name(iterator));
            Err(m.type_error(message))
        }
    }
}

fn max(m: &mut Runtime, args: &Args) -> Outcome {
    extreme(m, args, "max", "_largest_by")
}

fn min(m: &mut Runtime, args: &Args) -> Outcome {
    extreme(m, args, "min", "_smallest_by")
}

fn extreme(m: &mut Runtime, args: &Args, name: &str, by_prelude: &'static str) -> Outcome {
    let default = args.given(1);
    let values = match args.rest.as_slice() {
        [] => return Err(m.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [values] => *values,
        _ if default.is_some() => {
            let message = format!("Cannot specify a default for {name}() with multiple positional arguments");
            return Err(m.type_error(message));
        }
        values => m.alloc_tuple(values.to_vec())?,
    };
    if let Some(key) = args.some(0) {
        let default = m.alloc_tuple(default.into_iter().collect::<Vec<_>>())?;
        return Err(delegate(by_prelude, vec![values, key, default]));
    }
    let mut best: Option<Value> = None;
    for item in m.items(values)? {
        best = Some(match best {
            None => item,
            Some(best) => {
                let better = if name == "max" {
                    m.greater(item, best)?
                } else {
                    m.less(item, best)?
                };
                if better { item } else { best }
            }
        });
    }
    match best.or(default) {
        Some(best) => Ok(best),
        None => Err(m.value_error(format!("{name}() arg is an empty sequence"))),
    }
}

fn repr(m: &mut Runtime, args: &Args) -> Outcome {
    m.repr_value(args.get(0))
}

fn sorted(m: &mut Runtime, args: &Args) -> Outcome {
    let items = m.items(args.get(0))?;
    let reverse = match args.given(2) {
        Some(reverse) => m.int_arg(reverse)? != 0,
        None => false,
    };
    match args.some(1) {
        Some(key) => {
            let items = m.alloc_list(items)?;
            Err(delegate("_sorted_by", vec![items, key, Value::bool(reverse)]))
        }
        None => {
            m.reserve(items.len().saturating_mul(64))?;
            let sorted = m.sort(items, reverse)?;
            m.alloc_list(sorted)
        }
    }
}

fn sort_by_keys(m: &mut Runtime, args: &Args) -> Outcome {
    let (values, keys) = (m.items(args.get(0))?, m.items(args.get(1))?);
    let reverse = m.truth(args.get(2))?;
    m.reserve(values.len().saturating_mul(96))?;
    if keys.iter().any(|key| m.special(*key, "lt").is_some()) {
        return Err(delegate("_sort_by_less", vec![args.get(0), args.get(1), args.get(2)]));
    }
    let sorted = m.sort_keyed(keys.into_iter().zip(values).collect(), reverse)?;
    m.alloc_list(sorted.into_iter().map(|(_, value)| value).collect())
}

fn sum(m: &mut Runtime, args: &Args) -> Outcome {
    let mut total = args.given(1).unwrap_or(Value::int(0));
    if total.kind() == Type::Str {
        return Err(m.type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    for item in m.items(args.get(0))? {
        m.meter.charge(1)?;
        total = match small_arithmetic(BinaryOp::Add, total, item) {
            Some(total) => total,
            None => {
                let label = total.label().join(item.label());
                m.binary(BinaryOp::Add, total, item)?.labelled(label)
            }
        };
    }
    Ok(total)
}

/// Returns the `sep` or `end` argument of `print`. Raises a `TypeError` if it is not a str.
fn separator_arg(m: &mut Runtime, value: Value, name: &str) -> Result<Text, Flow> {
    if value.kind() != Type::Str {
        let message = format!("{name} must be None or a string, not {}", m.type_name(value));
        return Err(m.type_error(message));
    }
    m.text(value)
}
