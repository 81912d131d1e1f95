//! Match objects: groups, their positions, and template expansion.

use std::ops::Range;

use sift_abstract::Speculation;
use sift_compiler::exception::ExceptionClass;
use sift_regex::{Template, TemplatePart};
use sift_runtime::runtime::{Args, Entry, Runtime};
use sift_runtime::table::entry;
use sift_text::{Text, TextBuilder};
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::object::{Object, text_bytes};
use sift_values::value::{Type, Value};

use crate::regex::cache::compiled_pattern;
use crate::regex::searching::searched_text;
use crate::regex::{not_to_decode, pattern_error, transfers};

pub(super) const METHODS: &[Entry] = &[
    entry(
        "group(*groups)",
        "Returns the text of a group by number or name; 0, or none given, is the whole match.",
        group,
    )
    .speculated(Speculation::new(transfers::group))
    .with_fast_path(short_group),
    entry(
        "groups(default=None) -> tuple",
        "Returns the texts of all groups.",
        groups,
    )
    .speculated(Speculation::new(transfers::groups)),
    entry(
        "groupdict(default=None) -> dict",
        "Returns the texts of all named groups by their names.",
        groupdict,
    )
    .speculated(Speculation::new(transfers::groupdict)),
    entry(
        "start(group=0, /) -> int",
        "Returns where a group begins; -1 if it took no part.",
        start,
    )
    .speculated(Speculation::new(transfers::bound)),
    entry(
        "end(group=0, /) -> int",
        "Returns where a group ends; -1 if it took no part.",
        end,
    )
    .speculated(Speculation::new(transfers::bound)),
    entry(
        "span(group=0, /) -> tuple",
        "Returns where a group begins and ends.",
        span,
    )
    .speculated(Speculation::new(transfers::span)),
    entry(
        "expand(template) -> str",
        "Fills a template (\\1, \\g<name>) with the groups.",
        expand,
    )
    .speculated(Speculation::new(transfers::expand)),
];

fn group(m: &mut Runtime, args: &Args) -> Outcome {
    match args.rest.as_slice() {
        [] => group_text(m, args.receiver, 0),
        [one] => match_group(m, args.receiver, *one),
        several => {
            let mut texts = Vec::with_capacity(several.len());
            for group in several {
                texts.push(match_group(m, args.receiver, *group)?);
            }
            m.alloc_tuple(texts)
        }
    }
}

fn groups(m: &mut Runtime, args: &Args) -> Outcome {
    let default = args.given(0).unwrap_or(Value::NONE);
    let Object::Match(found) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::NONE);
    };
    let count = found.captures.groups();
    let mut texts = Vec::with_capacity(count);
    for group in 1..=count {
        let text = group_text(m, args.receiver, group)?;
        texts.push(if text.is_none() { default } else { text });
    }
    m.alloc_tuple(texts)
}

fn groupdict(m: &mut Runtime, args: &Args) -> Outcome {
    let default = args.given(0).unwrap_or(Value::NONE);
    let Object::Match(found) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::NONE);
    };
    let Some(compiled) = compiled_pattern(m, found.pattern) else {
        return Ok(Value::NONE);
    };
    let mut pairs = Vec::new();
    for (name, group) in compiled.group_names() {
        let text = group_text(m, args.receiver, group)?;
        pairs.push((m.alloc_text(name)?, if text.is_none() { default } else { text }));
    }
    m.new_dict(&pairs)
}

fn start(m: &mut Runtime, args: &Args) -> Outcome {
    Ok(group_span(m, args)?.map_or(Value::int(-1), |span| Value::length(span.start)))
}

fn end(m: &mut Runtime, args: &Args) -> Outcome {
    Ok(group_span(m, args)?.map_or(Value::int(-1), |span| Value::length(span.end)))
}

fn span(m: &mut Runtime, args: &Args) -> Outcome {
    let span = group_span(m, args)?;
    let pair = span.map_or([Value::int(-1); 2], |span| [span.start, span.end].map(Value::length));
    m.alloc_tuple(pair)
}

fn expand(m: &mut Runtime, args: &Args) -> Outcome {
    if args.get(0).kind() != Type::Str {
        return Err(not_to_decode(m, args.get(0)));
    }
    let template = m.text(args.get(0))?;
    let source = template.as_str().unwrap_or_default();
    let Object::Match(found) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::NONE);
    };
    let (pattern, text, captures) = (found.pattern, found.text, found.captures.clone());
    let Some(compiled) = compiled_pattern(m, pattern) else {
        return Ok(Value::NONE);
    };
    let label = text.label();
    m.meter.charge_items(source.len())?;
    m.reserve(source.len())?;
    let parsed = match Template::parse(source, &compiled) {
        Ok(parsed) => parsed,
        Err(error) => return Err(pattern_error(m, &error, source)),
    };
    let bytes = parsed.expanded_len(&captures);
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let text = searched_text(m, text)?;
    let piece = |span| text.settled().ok().and_then(|text| text.slice_bytes(span));
    let mut expanded = TextBuilder::default();
    for part in parsed.parts() {
        m.meter.charge(1)?;
        match part {
            TemplatePart::Literal(literal) => expanded.push_text(&Text::new(literal)),
            TemplatePart::Group(group) => {
                expanded.push_text(&captures.span(*group).and_then(piece).unwrap_or_default());
            }
        }
    }
    let expanded = expanded.finish().map_err(|_| Flow::End(End::Limit(Limit::Memory)))?;
    Ok(m.new_text(expanded).labelled(label))
}

/// Converts the number or name of a group in a match to the group's number.
fn group_number(m: &mut Runtime, found: Value, group: Value) -> Result<usize, Flow> {
    let Object::Match(object) = m.heap.get(found.handle()) else {
        return Ok(0);
    };
    let (pattern, groups) = (object.pattern, object.captures.groups());
    let number = if group.kind() == Type::Str {
        let name = m.text(group)?;
        compiled_pattern(m, pattern).and_then(|pattern| pattern.group_index(name.as_str().unwrap_or_default()))
    } else {
        let number = group.as_int().and_then(|number| usize::try_from(number).ok());
        number.filter(|number| *number <= groups)
    };
    match number {
        Some(number) => Ok(number),
        None => {
            let flow = m.raise(ExceptionClass::IndexError, "no such group");
            Err(m.with_help(flow, format!("the pattern has {groups} groups")))
        }
    }
}

/// Returns the text of a group in a match, by number or name; None if the group didn't participate.
pub(super) fn match_group(m: &mut Runtime, found: Value, group: Value) -> Outcome {
    let number = group_number(m, found, group)?;
    group_text(m, found, number)
}

/// Slices the text of a group out of the searched text, as a fast path. Returns `None` if the slow
/// path is required.
fn cut_group(m: &mut Runtime, found: Value, group: i64) -> Option<Value> {
    let Object::Match(object) = m.heap.get(found.handle()) else {
        return None;
    };
    let Object::Str(text) = m.heap.get(object.text.handle()) else {
        return None;
    };
    let label = object.text.label();
    let piece = text.slice_flat(object.captures.span(usize::try_from(group).ok()?)?)?;
    let has_room = m.heap.has_room(text_bytes(&piece));
    has_room.then(|| m.shared_text(piece).labelled(label))
}

/// Returns the text of a group in a match, as a slice of the searched text; None if the group
/// didn't participate.
pub fn group_text(m: &mut Runtime, found: Value, group: usize) -> Outcome {
    let Object::Match(object) = m.heap.get(found.handle()) else {
        return Ok(Value::NONE);
    };
    let (text, span) = (object.text, object.captures.span(group));
    let Some(span) = span else { return Ok(Value::NONE) };
    let label = text.label();
    let in_place = match m.heap.get(text.handle()) {
        Object::Str(text) => text.slice_flat(span.clone()),
        _ => None,
    };
    let piece = match in_place {
        Some(piece) => Some(piece),
        None => {
            let text = searched_text(m, text)?;
            text.settled().ok().and_then(|text| text.slice_bytes(span))
        }
    };
    let piece = m.alloc_slice(piece.unwrap_or_default())?;
    Ok(piece.labelled(label))
}

/// Returns the span, in code points, of the group given as an argument; `None` if the group didn't
/// participate.
fn group_span(m: &mut Runtime, args: &Args) -> Result<Option<Range<usize>>, Flow> {
    let group = args.given(0).unwrap_or(Value::int(0));
    let number = group_number(m, args.receiver, group)?;
    let Object::Match(found) = m.heap.get(args.receiver.handle()) else {
        return Ok(None);
    };
    let (text, span) = (found.text, found.captures.span(number));
    let text = searched_text(m, text)?;
    Ok(span.map(|span| in_chars(&text, &span)))
}

/// Returns an attribute of a match object by name, or `None` if there is no such attribute.
pub(super) fn match_attribute(m: &mut Runtime, found: Value, name: &str) -> Result<Option<Value>, Flow> {
    let Object::Match(object) = m.heap.get(found.handle()) else {
        return Ok(None);
    };
    let (pattern, text, captures) = (object.pattern, object.text, object.captures.clone());
    let last = captures.last_group();
    let searched = object.searched.clone();
    Ok(match name {
        "string" => Some(text),
        "re" => Some(pattern),
        "lastindex" => Some(last.map_or(Value::NONE, Value::length)),
        "lastgroup" => {
            let compiled = compiled_pattern(m, pattern);
            let group_name = last.and_then(|last| compiled.as_ref()?.group_name(last));
            Some(match group_name {
                Some(group_name) => m.alloc_text(group_name)?,
                None => Value::NONE,
            })
        }
        "regs" => {
            let text = searched_text(m, text)?;
            let mut pairs = Vec::with_capacity(captures.groups() + 1);
            for group in 0..=captures.groups() {
                let span = captures.span(group).map(|span| in_chars(&text, &span));
                let pair = span.map_or([Value::int(-1); 2], |span| [span.start, span.end].map(Value::length));
                pairs.push(m.alloc_tuple(pair)?);
            }
            Some(m.alloc_tuple(pairs)?)
        }
        "pos" | "endpos" => {
            let text = searched_text(m, text)?;
            let searched = in_chars(&text, &searched);
            let offset = if name == "pos" { searched.start } else { searched.end };
            Some(Value::length(offset))
        }
        _ => None,
    })
}

/// Converts a byte range of a text to a range of code points.
fn in_chars(text: &Text, span: &Range<usize>) -> Range<usize> {
    text.settled()
        .map(|text| text.char_of_byte(span.start)..text.char_of_byte(span.end))
        .unwrap_or_default()
}

/// Returns the group for `match.group(n)` with one number, as a fast path. Returns `None` if the
/// slow path is required.
fn short_group(m: &mut Runtime, args: usize) -> Option<Value> {
    match (args, m.stack.as_slice()) {
        (1, [.., found, group]) if group.kind() == Type::Int => cut_group(m, *found, group.raw_int()),
        _ => None,
    }
}
