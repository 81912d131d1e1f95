//! String methods that search: `find`, `index`, `count`, `startswith` and others. The receiver may
//! be a rope.

use std::ops::Range;

use sift_runtime::runtime::{Args, Runtime};
use sift_strings::methods::CharBounds;
use sift_text::{Settled, Text};
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::Edge;

/// Returns the argument to search for. If it isn't a str, raises the error of `find`, `index` and
/// `count`.
fn needle(m: &mut Runtime, args: &Args) -> Result<Text, Flow> {
    text_arg(m, args.get(0))
}

/// Returns an argument that must be a str. The error message doesn't name the method, as for
/// CPython methods that parse their arguments individually.
pub(super) fn text_arg(m: &mut Runtime, value: Value) -> Result<Text, Flow> {
    if value.kind() != Type::Str {
        let message = format!("must be str, not {}", m.type_name(value));
        return Err(m.type_error(message));
    }
    m.text(value)
}

/// Returns the receiver and the byte range between the `start` and `end` arguments. Returns `None`
/// if the range is invalid, so that not even an empty text is found in it.
fn bounded(m: &mut Runtime, args: &Args) -> Result<Option<(Text, Range<usize>)>, Flow> {
    m.settle_text(args.receiver)?;
    let start = m.slice_part(args.given(1).unwrap_or(Value::NONE))?;
    let end = m.slice_part(args.given(2).unwrap_or(Value::NONE))?;
    let Object::Str(text) = m.heap.get(args.receiver.handle()) else {
        return Ok(None);
    };
    let text = text.clone();
    let Ok(settled) = text.settled() else { return Ok(None) };
    if start.is_none() && end.is_none() {
        let range = 0..settled.len_bytes();
        return Ok(Some((text, range)));
    }
    let length = settled.len_chars();
    m.meter.charge_places(&text, length, 2)?;
    let chars = CharBounds::resolve(length, start, end).map(CharBounds::chars);
    let range = chars.map(|chars| settled.byte_of_char(chars.start)..settled.byte_of_char(chars.end));
    Ok(range.map(|range| (text, range)))
}

fn found(m: &mut Runtime, args: &Args, edge: Edge) -> Result<Option<Value>, Flow> {
    let needle = needle(m, args)?;
    let needle = needle.as_str().unwrap_or_default();
    let Some((text, range)) = bounded(m, args)? else {
        return Ok(None);
    };
    let found = match edge {
        Edge::First => m.find_in_text(&text, needle, range)?,
        Edge::Last => m.rfind_in_text(&text, needle, range)?,
    };
    let Some(byte) = found else { return Ok(None) };
    let Ok(settled) = text.settled() else { return Ok(None) };
    m.meter.charge_places(&text, settled.len_chars(), 1)?;
    Ok(Some(Value::length(settled.char_of_byte(byte))))
}

/// Implements `str.find` and `str.rfind`, which return -1 if the text is not found.
pub(super) fn place(m: &mut Runtime, args: &Args, edge: Edge) -> Outcome {
    Ok(found(m, args, edge)?.unwrap_or(Value::int(-1)))
}

/// Implements `str.index` and `str.rindex`, which raise a `ValueError` if the text is not found.
pub(super) fn index_of(m: &mut Runtime, args: &Args, edge: Edge) -> Outcome {
    match found(m, args, edge)? {
        Some(place) => Ok(place),
        None => Err(m.value_error("substring not found")),
    }
}

pub(super) fn count(m: &mut Runtime, args: &Args) -> Outcome {
    let needle = needle(m, args)?;
    let Some((text, range)) = bounded(m, args)? else {
        return Ok(Value::int(0));
    };
    let count = m.count_in_text(&text, needle.as_str().unwrap_or_default(), range)?;
    Ok(Value::length(count))
}

fn slice(text: &Text, range: Range<usize>) -> Text {
    let piece = text.settled().ok().and_then(|text| text.slice_bytes(range));
    piece.unwrap_or_default()
}

pub(super) fn startswith(m: &mut Runtime, args: &Args) -> Outcome {
    affixed(m, args, "startswith", Edge::First, |text, affix| {
        text.starts_with(affix)
    })
}

pub(super) fn endswith(m: &mut Runtime, args: &Args) -> Outcome {
    affixed(m, args, "endswith", Edge::Last, |text, affix| text.ends_with(affix))
}

fn affixed(m: &mut Runtime, args: &Args, name: &str, edge: Edge, test: fn(Settled<'_>, &str) -> bool) -> Outcome {
    let affixes = args.get(0);
    let several = match affixes.kind() {
        Type::Tuple => m.items(affixes)?,
        Type::Str => vec![affixes],
        _ => {
            let type_name = m.type_name(affixes);
            let message = format!("{name} first arg must be str or a tuple of str, not {type_name}");
            return Err(m.type_error(message));
        }
    };
    let bounded = bounded(m, args)?;
    let text = bounded.map(|(text, range)| slice(&text, range));
    m.meter.charge_built(text.as_ref().map_or(0, Text::built_bytes))?;
    for affix in several {
        if affix.kind() != Type::Str {
            let message = format!("tuple for {name} must only contain str, not {}", m.type_name(affix));
            return Err(m.type_error(message));
        }
        let affix = m.text(affix)?;
        m.meter.charge_bytes(affix.known_bytes())?;
        if let Some(text) = &text {
            let (all, read) = (text.known_bytes(), affix.known_bytes());
            let range = match edge {
                Edge::First => 0..read.min(all),
                Edge::Last => all.saturating_sub(read)..all,
            };
            m.meter.note_read_part(text, range);
        }
        let is = |text: &Text| {
            text.settled()
                .is_ok_and(|text| test(text, affix.as_str().unwrap_or_default()))
        };
        if text.as_ref().is_some_and(is) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
