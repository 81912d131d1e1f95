//! Methods of str. What is a piece of the text is cut from it, so that it knows where it came from.

use std::ops::Range;

use rlm_text::{Text, TextBuilder};

use super::table::{Entry, Group, Owner, entry, iterating};
use crate::flow::{End, Flow, Limit, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::{Object, list_bytes};
use crate::text_methods::{self as methods, CharBounds, LineEnds, Padding, Side, TextMethodError};
use crate::value::{Type, Value};

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Method(&[Type::Str]),
    rows: METHODS,
}];

const METHODS: &[Entry] = &[
    entry(
        "capitalize() -> str",
        "Returns the text with its first character in upper case, the rest in lower.",
        |m, a| changed(m, a, methods::capitalize),
    ),
    entry(
        "casefold() -> str",
        "Returns the text for comparing without regard to case.",
        |m, a| changed(m, a, methods::casefold),
    ),
    entry(
        "center(width, fillchar=' ', /) -> str",
        "Pads the text on both sides.",
        |m, a| padded(m, a, Padding::center),
    ),
    entry(
        "count(sub, start=None, end=None, /) -> int",
        "Counts the places of a text.",
        count,
    ),
    entry(
        "endswith(suffix, start=None, end=None, /) -> bool",
        "Tells whether the text ends so.",
        endswith,
    ),
    entry("expandtabs(tabsize=8) -> str", "Replaces tabs by spaces.", expandtabs),
    entry(
        "find(sub, start=None, end=None, /) -> int",
        "Returns the first place of a text, or -1.",
        |m, a| place(m, a, First, -1),
    ),
    entry(
        "format(*args, **kwargs) -> str",
        "Fills in the fields of a template.",
        format,
    ),
    entry(
        "format_map(mapping, /) -> str",
        "Fills in the fields of a template from a mapping.",
        format_map,
    ),
    entry(
        "index(sub, start=None, end=None, /) -> int",
        "Returns the first place of a text.",
        |m, a| sure_place(m, a, First),
    ),
    entry(
        "isalnum() -> bool",
        "Tells whether all characters are letters or digits.",
        |m, a| is(m, a, methods::isalnum),
    ),
    entry(
        "isalpha() -> bool",
        "Tells whether all characters are letters.",
        |m, a| is(m, a, methods::isalpha),
    ),
    entry(
        "isascii() -> bool",
        "Tells whether all characters are ASCII.",
        |m, a| is(m, a, methods::isascii),
    ),
    entry(
        "isdecimal() -> bool",
        "Tells whether all characters are decimal digits.",
        |m, a| is(m, a, methods::isdecimal),
    ),
    entry(
        "isdigit() -> bool",
        "Tells whether all characters are digits.",
        |m, a| is(m, a, methods::isdigit),
    ),
    entry(
        "isidentifier() -> bool",
        "Tells whether the text could be a name.",
        |m, a| is(m, a, methods::isidentifier),
    ),
    entry(
        "islower() -> bool",
        "Tells whether the text is in lower case.",
        |m, a| is(m, a, methods::islower),
    ),
    entry(
        "isnumeric() -> bool",
        "Tells whether all characters stand for numbers.",
        |m, a| is(m, a, methods::isnumeric),
    ),
    entry(
        "isprintable() -> bool",
        "Tells whether repr shows all characters as they are.",
        |m, a| is(m, a, methods::isprintable),
    ),
    entry(
        "isspace() -> bool",
        "Tells whether all characters are white space.",
        |m, a| is(m, a, methods::isspace),
    ),
    entry(
        "istitle() -> bool",
        "Tells whether every word begins in upper case.",
        |m, a| is(m, a, methods::istitle),
    ),
    entry(
        "isupper() -> bool",
        "Tells whether the text is in upper case.",
        |m, a| is(m, a, methods::isupper),
    ),
    iterating(
        "join(iterable, /) -> str",
        "Puts texts together with this one between them.",
        join,
    ),
    entry(
        "ljust(width, fillchar=' ', /) -> str",
        "Pads the text on the right.",
        |m, a| padded(m, a, Padding::after),
    ),
    entry("lower() -> str", "Returns the text in lower case.", |m, a| {
        changed(m, a, methods::lower)
    }),
    entry(
        "lstrip(chars=None, /) -> str",
        "Cuts white space, or these characters, from the start.",
        |m, a| stripped(m, a, Side::Left),
    ),
    entry(
        "partition(sep, /) -> tuple",
        "Returns what is before the first separator, it, and what is after.",
        |m, a| parted(m, a, methods::partition),
    ),
    entry(
        "removeprefix(prefix, /) -> str",
        "Cuts a prefix if it is there.",
        |m, a| without(m, a, methods::remove_prefix),
    ),
    entry(
        "removesuffix(suffix, /) -> str",
        "Cuts a suffix if it is there.",
        |m, a| without(m, a, methods::remove_suffix),
    ),
    entry(
        "replace(old, new, count=-1, /) -> str",
        "Replaces a text by another, everywhere or at the first places.",
        replace,
    ),
    entry(
        "rfind(sub, start=None, end=None, /) -> int",
        "Returns the last place of a text, or -1.",
        |m, a| place(m, a, Last, -1),
    ),
    entry(
        "rindex(sub, start=None, end=None, /) -> int",
        "Returns the last place of a text.",
        |m, a| sure_place(m, a, Last),
    ),
    entry(
        "rjust(width, fillchar=' ', /) -> str",
        "Pads the text on the left.",
        |m, a| padded(m, a, Padding::before),
    ),
    entry(
        "rpartition(sep, /) -> tuple",
        "Returns what is before the last separator, it, and what is after.",
        |m, a| parted(m, a, methods::rpartition),
    ),
    entry(
        "rsplit(sep=None, maxsplit=-1) -> list",
        "Splits at a separator or at white space, from the end.",
        rsplit,
    ),
    entry(
        "rstrip(chars=None, /) -> str",
        "Cuts white space, or these characters, from the end.",
        |m, a| stripped(m, a, Side::Right),
    ),
    entry(
        "split(sep=None, maxsplit=-1) -> list",
        "Splits at a separator or at white space.",
        split,
    ),
    entry("splitlines(keepends=False) -> list", "Splits into lines.", splitlines),
    entry(
        "startswith(prefix, start=None, end=None, /) -> bool",
        "Tells whether the text begins so.",
        startswith,
    ),
    entry(
        "strip(chars=None, /) -> str",
        "Cuts white space, or these characters, from both ends.",
        |m, a| stripped(m, a, Side::Both),
    ),
    entry(
        "swapcase() -> str",
        "Returns the text with upper and lower case exchanged.",
        |m, a| changed(m, a, methods::swapcase),
    ),
    entry(
        "title() -> str",
        "Returns the text with every word beginning in upper case.",
        |m, a| changed(m, a, methods::title),
    ),
    entry(
        "translate(table, /) -> str",
        "Replaces characters by a table.",
        translate,
    ),
    entry("upper() -> str", "Returns the text in upper case.", |m, a| {
        changed(m, a, methods::upper)
    }),
    entry("zfill(width, /) -> str", "Pads a number with zeros on the left.", zfill),
];

use Edge::{First, Last};

/// Edge which end is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    First,
    Last,
}

fn too_long<E>(_: E) -> Flow {
    Flow::End(End::Limit(Limit::Memory))
}

/// Returns the receiver, flat; reading it is paid.
fn receiver(m: &mut Interpreter, args: &Args) -> Result<Text, Flow> {
    let text = m.text(args.receiver)?;
    m.meter.charge_bytes(text.known_bytes())?;
    Ok(text)
}

fn cut(m: &mut Interpreter, text: &Text, range: Range<usize>) -> Outcome {
    let piece = text
        .settled()
        .ok()
        .and_then(|text| text.slice_bytes(range))
        .unwrap_or_default();
    m.alloc(Type::Str, Object::Str(piece))
}

fn cuts(m: &mut Interpreter, text: &Text, ranges: Vec<Range<usize>>) -> Outcome {
    m.meter.charge_items(ranges.len())?;
    m.reserve(list_bytes(ranges.len()).saturating_mul(4))?;
    let mut pieces = Vec::with_capacity(ranges.len());
    for range in ranges {
        pieces.push(cut(m, text, range)?);
    }
    m.alloc_list(pieces)
}

/// Takes ranges from a split, looking now and then whether the list still fits.
fn gather(m: &mut Interpreter, ranges: impl Iterator<Item = Range<usize>>) -> Result<Vec<Range<usize>>, Flow> {
    let mut gathered = Vec::new();
    for range in ranges {
        gathered.push(range);
        if gathered.len() % 4096 == 0 {
            m.meter.charge_items(4096)?;
            m.reserve(list_bytes(gathered.len()).saturating_mul(5))?;
        }
    }
    Ok(gathered)
}

fn method_error(m: &mut Interpreter, error: TextMethodError) -> Flow {
    let class = crate::exception::ExceptionClass::from_name(error.exception());
    m.raise(
        class.unwrap_or(crate::exception::ExceptionClass::ValueError),
        error.to_string(),
    )
}

fn changed(m: &mut Interpreter, args: &Args, change: fn(&str) -> String) -> Outcome {
    let text = receiver(m, args)?;
    let text = text.as_str().unwrap_or_default();
    m.meter.charge_bytes(text.len().saturating_mul(4))?;
    m.reserve(text.len().saturating_mul(methods::CASE_GROWTH))?;
    m.alloc_text(change(text))
}

fn is(m: &mut Interpreter, args: &Args, test: fn(&str) -> bool) -> Outcome {
    let text = receiver(m, args)?;
    Ok(Value::bool(test(text.as_str().unwrap_or_default())))
}

fn padded(m: &mut Interpreter, args: &Args, padding: fn(usize, usize) -> Padding) -> Outcome {
    let width = usize::try_from(m.int_arg(args.get(0))?).unwrap_or(0);
    let fill = match args.given(1) {
        Some(fill) => {
            let fill = m.text_of(fill, "the fill character")?;
            Padding::fill(fill.as_str().unwrap_or_default()).map_err(|error| method_error(m, error))?
        }
        None => ' ',
    };
    let text = receiver(m, args)?;
    let text = text.as_str().unwrap_or_default();
    let padding = padding(text.chars().count(), width);
    let bytes = padding.bytes(fill).saturating_add(text.len());
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    m.alloc_text(padding.apply(text, fill))
}

fn zfill(m: &mut Interpreter, args: &Args) -> Outcome {
    let width = usize::try_from(m.int_arg(args.get(0))?).unwrap_or(0);
    let text = receiver(m, args)?;
    let text = text.as_str().unwrap_or_default();
    let bytes = methods::zfill_len(text, width);
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    m.alloc_text(methods::zfill(text, width))
}

fn expandtabs(m: &mut Interpreter, args: &Args) -> Outcome {
    let size = match args.given(0) {
        Some(size) => usize::try_from(m.int_arg(size)?).unwrap_or(0),
        None => 8,
    };
    let text = receiver(m, args)?;
    let text = text.as_str().unwrap_or_default();
    let bytes = methods::expandtabs_len(text, size);
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    m.alloc_text(methods::expandtabs(text, size))
}

/// Returns a start or an end as a slice takes it: None is not given.
fn bound(m: &mut Interpreter, value: Option<Value>) -> Result<Option<i64>, Flow> {
    value.map(|value| m.int_arg(value)).transpose()
}

/// Returns where in the receiver, which may stay a rope, is searched, in bytes; none if the start lies behind its end.
fn searched(m: &mut Interpreter, args: &Args) -> Result<Option<(Text, Range<usize>)>, Flow> {
    m.settle_text(args.receiver)?;
    let Object::Str(text) = m.heap.get(args.receiver.handle()) else {
        return Ok(None);
    };
    let text = text.clone();
    let (start, end) = (bound(m, args.some(1))?, bound(m, args.some(2))?);
    let Ok(settled) = text.settled() else { return Ok(None) };
    if start.is_none() && end.is_none() {
        let bytes = settled.len_bytes();
        m.meter.charge_bytes(bytes)?;
        return Ok(Some((text, 0..bytes)));
    }
    let Some(chars) = CharBounds::resolve(settled.len_chars(), start, end).map(CharBounds::chars) else {
        return Ok(None);
    };
    let range = settled.byte_of_char(chars.start)..settled.byte_of_char(chars.end);
    m.meter.charge_bytes(range.len())?;
    Ok(Some((text, range)))
}

fn place(m: &mut Interpreter, args: &Args, end: Edge, missing: i64) -> Outcome {
    let needle = needle(m, args)?;
    let needle = needle.as_str().unwrap_or_default();
    let Some((text, range)) = searched(m, args)? else {
        return Ok(Value::int(missing));
    };
    let Ok(settled) = text.settled() else {
        return Ok(Value::int(missing));
    };
    let found = match end {
        First => settled.find(needle, range.start),
        Last => settled.rfind(needle, range.end),
    };
    let inside = |at: &usize| *at >= range.start && at.saturating_add(needle.len()) <= range.end;
    Ok(match found.filter(inside) {
        Some(at) => Value::length(settled.char_of_byte(at)),
        None => Value::int(missing),
    })
}

fn sure_place(m: &mut Interpreter, args: &Args, end: Edge) -> Outcome {
    let found = place(m, args, end, -1)?;
    if found.as_int() == Some(-1) {
        return Err(m.value_error("substring not found"));
    }
    Ok(found)
}

fn needle(m: &mut Interpreter, args: &Args) -> Result<Text, Flow> {
    m.text_of(args.get(0), "the text to look for")
}

fn count(m: &mut Interpreter, args: &Args) -> Outcome {
    let needle = needle(m, args)?;
    let needle = needle.as_str().unwrap_or_default();
    let Some((text, range)) = searched(m, args)? else {
        return Ok(Value::int(0));
    };
    let Ok(settled) = text.settled() else {
        return Ok(Value::int(0));
    };
    let piece = if range.len() == settled.len_bytes() {
        text.clone()
    } else {
        settled.slice_bytes(range).unwrap_or_default()
    };
    Ok(piece
        .settled()
        .map_or(Value::int(0), |piece| Value::length(piece.count(needle))))
}

fn startswith(m: &mut Interpreter, args: &Args) -> Outcome {
    affixed(m, args, "startswith", |text, affix| text.starts_with(affix))
}

fn endswith(m: &mut Interpreter, args: &Args) -> Outcome {
    affixed(m, args, "endswith", |text, affix| text.ends_with(affix))
}

fn affixed(m: &mut Interpreter, args: &Args, name: &str, test: fn(rlm_text::Settled<'_>, &str) -> bool) -> Outcome {
    let affixes = match args.get(0).kind() {
        Type::Tuple => m.items(args.get(0))?,
        _ => vec![args.get(0)],
    };
    let mut texts = Vec::with_capacity(affixes.len());
    for affix in affixes {
        if affix.kind() != Type::Str {
            let message = format!(
                "{name} first arg must be str or a tuple of str, not {}",
                m.type_name(affix)
            );
            return Err(m.type_error(message));
        }
        texts.push(m.text(affix)?);
    }
    m.settle_text(args.receiver)?;
    let Object::Str(text) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::FALSE);
    };
    let mut text = text.clone();
    if args.some(1).is_some() || args.some(2).is_some() {
        let Some((whole, range)) = searched(m, args)? else {
            return Ok(Value::FALSE);
        };
        text = whole
            .settled()
            .ok()
            .and_then(|whole| whole.slice_bytes(range))
            .unwrap_or_default();
    }
    m.meter.charge_bytes(texts.iter().map(Text::known_bytes).sum())?;
    let Ok(settled) = text.settled() else {
        return Ok(Value::FALSE);
    };
    Ok(Value::bool(
        texts
            .iter()
            .any(|affix| test(settled, affix.as_str().unwrap_or_default())),
    ))
}

fn stripped(m: &mut Interpreter, args: &Args, side: Side) -> Outcome {
    let chars = match args.some(0) {
        Some(chars) => Some(m.text_of(chars, "strip arg")?),
        None => None,
    };
    let text = receiver(m, args)?;
    let range = methods::strip(
        text.as_str().unwrap_or_default(),
        side,
        chars.as_ref().and_then(Text::as_str),
    );
    cut(m, &text, range)
}

fn without(m: &mut Interpreter, args: &Args, cut_off: fn(&str, &str) -> Range<usize>) -> Outcome {
    let affix = m.text_of(args.get(0), "the affix")?;
    let text = m.text(args.receiver)?;
    let range = cut_off(text.as_str().unwrap_or_default(), affix.as_str().unwrap_or_default());
    cut(m, &text, range)
}

type Parts = Result<[Range<usize>; 3], TextMethodError>;

fn parted(m: &mut Interpreter, args: &Args, part: fn(&str, &str) -> Parts) -> Outcome {
    let separator = m.text_of(args.get(0), "the separator")?;
    let text = receiver(m, args)?;
    let parts = part(
        text.as_str().unwrap_or_default(),
        separator.as_str().unwrap_or_default(),
    );
    let parts = parts.map_err(|error| method_error(m, error))?;
    let mut values = Vec::with_capacity(3);
    for range in parts {
        values.push(cut(m, &text, range)?);
    }
    m.alloc_tuple(values)
}

/// Returns a limit for which a negative number means none.
fn limit(m: &mut Interpreter, value: Option<Value>) -> Result<Option<usize>, Flow> {
    Ok(match value {
        Some(value) => usize::try_from(m.int_arg(value)?).ok(),
        None => None,
    })
}

fn split(m: &mut Interpreter, args: &Args) -> Outcome {
    split_from(m, args, First)
}

fn rsplit(m: &mut Interpreter, args: &Args) -> Outcome {
    split_from(m, args, Last)
}

fn split_from(m: &mut Interpreter, args: &Args, end: Edge) -> Outcome {
    let most = limit(m, args.given(1))?;
    let separator = match args.some(0) {
        Some(separator) => Some(m.text_of(separator, "the separator")?),
        None => None,
    };
    let text = receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    let ranges = match (separator.as_ref().and_then(Text::as_str), end) {
        (None, First) => gather(m, methods::split_whitespace(flat, most))?,
        (None, Last) => gather(m, methods::rsplit_whitespace(flat, most))?,
        (Some(separator), First) => match methods::split(flat, separator, most) {
            Ok(ranges) => gather(m, ranges)?,
            Err(error) => return Err(method_error(m, error)),
        },
        (Some(separator), Last) => match methods::rsplit(flat, separator, most) {
            Ok(ranges) => gather(m, ranges)?,
            Err(error) => return Err(method_error(m, error)),
        },
    };
    let ranges = if end == Last {
        ranges.into_iter().rev().collect()
    } else {
        ranges
    };
    cuts(m, &text, ranges)
}

fn splitlines(m: &mut Interpreter, args: &Args) -> Outcome {
    let keep = match args.given(0) {
        Some(keep) => m.truth(keep)?,
        None => false,
    };
    let text = receiver(m, args)?;
    let ends = if keep { LineEnds::Keep } else { LineEnds::Drop };
    let ranges = gather(m, methods::split_lines(text.as_str().unwrap_or_default(), ends))?;
    cuts(m, &text, ranges)
}

/// Puts texts together; those that have not arrived stay holes.
fn join(m: &mut Interpreter, args: &Args) -> Outcome {
    let items = m.items(args.get(0))?;
    let Object::Str(separator) = m.heap.get(args.receiver.handle()) else {
        return Ok(args.receiver);
    };
    let separator = separator.clone();
    let mut bytes = separator.known_bytes().saturating_mul(items.len().saturating_sub(1));
    for (index, item) in items.iter().enumerate() {
        match m.heap.get(item.handle()) {
            Object::Str(text) if item.kind() == Type::Str => bytes = bytes.saturating_add(text.known_bytes()),
            _ => {
                let message = format!(
                    "sequence item {index}: expected str instance, {} found",
                    m.type_name(*item)
                );
                return Err(m.type_error(message));
            }
        }
    }
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let mut joined = TextBuilder::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            joined.push_text(&separator);
        }
        if let Object::Str(text) = m.heap.get(item.handle()) {
            joined.push_text(text);
        }
    }
    let joined = joined.finish().map_err(too_long)?;
    Ok(m.new_text(joined))
}

fn replace(m: &mut Interpreter, args: &Args) -> Outcome {
    let old = m.text_of(args.get(0), "replace() argument 1")?;
    let new = m.text_of(args.get(1), "replace() argument 2")?;
    let most = limit(m, args.given(2))?;
    let text = receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    let old = old.as_str().unwrap_or_default();
    if !old.is_empty() && methods::find(flat, old).is_none() {
        return Ok(args.receiver);
    }
    let bytes = methods::replaced_len(flat, old, new.as_str().unwrap_or_default(), most);
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    // Pieces that stay keep their origins.
    let mut result = TextBuilder::new();
    let mut at = 0;
    for found in methods::occurrences(flat, old, most) {
        push_range(&mut result, &text, at..found);
        result.push_text(&new);
        at = found + old.len();
    }
    push_range(&mut result, &text, at..flat.len());
    let result = result.finish().map_err(too_long)?;
    Ok(m.new_text(result))
}

fn push_range(builder: &mut TextBuilder, text: &Text, range: Range<usize>) {
    if let Some(piece) = text.settled().ok().and_then(|text| text.slice_bytes(range)) {
        builder.push_text(&piece);
    }
}

fn format(m: &mut Interpreter, args: &Args) -> Outcome {
    let template = receiver(m, args)?;
    m.format_template(template.as_str().unwrap_or_default(), &args.rest, &args.keywords)
}

fn format_map(m: &mut Interpreter, args: &Args) -> Outcome {
    let template = receiver(m, args)?;
    let mut names = Vec::new();
    for (key, value) in m.dict_pairs(args.get(0)) {
        let key = m.shown(key)?;
        names.push((key.into(), value));
    }
    m.format_template(template.as_str().unwrap_or_default(), &[], &names)
}

fn translate(m: &mut Interpreter, args: &Args) -> Outcome {
    let text = receiver(m, args)?;
    let flat = text.as_str().unwrap_or_default();
    m.meter.charge_items(flat.len())?;
    let table = args.get(0);
    let mut out = String::with_capacity(flat.len());
    for char in flat.chars() {
        match m.dict_get(table, Value::int(i64::from(u32::from(char))))? {
            None => out.push(char),
            Some(value) if value.is_none() => {}
            Some(value) if value.kind() == Type::Str => {
                let replacement = m.text(value)?;
                out.push_str(replacement.as_str().unwrap_or_default());
            }
            Some(value) => {
                let code = m.int_arg(value)?;
                match u32::try_from(code).ok().and_then(char::from_u32) {
                    Some(char) => out.push(char),
                    None => return Err(m.value_error("character mapping must be in range(0x110000)")),
                }
            }
        }
        m.reserve(out.len())?;
    }
    m.alloc_text(out)
}
