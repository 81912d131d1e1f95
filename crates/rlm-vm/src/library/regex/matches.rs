//! What a match offers: its groups, where they stand, and templates filled with them.

use std::ops::Range;

use sift_regex::{Template, TemplatePart};
use sift_text::{Text, TextBuilder};

use super::super::table::{Entry, entry};
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Limit, Outcome};
use crate::object::{Object, text_bytes};
use crate::runtime::{Args, Runtime};
use crate::value::{Type, Value};

pub(super) const METHODS: &[Entry] = &[
    entry(
        "group(*groups)",
        "Returns the text of a group by number or name; 0, or none given, is the whole match.",
        group,
    )
    .or_short(Runtime::short_group),
    entry(
        "groups(default=None) -> tuple",
        "Returns the texts of all groups.",
        groups,
    ),
    entry(
        "groupdict(default=None) -> dict",
        "Returns the texts of all named groups by their names.",
        groupdict,
    ),
    entry(
        "start(group=0, /) -> int",
        "Returns where a group begins; -1 if it took no part.",
        start,
    ),
    entry(
        "end(group=0, /) -> int",
        "Returns where a group ends; -1 if it took no part.",
        end,
    ),
    entry(
        "span(group=0, /) -> tuple",
        "Returns where a group begins and ends.",
        span,
    ),
    entry(
        "expand(template) -> str",
        "Fills a template (\\1, \\g<name>) with the groups.",
        expand,
    ),
];

fn group(m: &mut Runtime, args: &Args) -> Outcome {
    match args.rest.as_slice() {
        [] => m.group_text(args.receiver, 0),
        [one] => m.match_group(args.receiver, *one),
        several => {
            let mut texts = Vec::with_capacity(several.len());
            for group in several {
                texts.push(m.match_group(args.receiver, *group)?);
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
        let text = m.group_text(args.receiver, group)?;
        texts.push(if text.is_none() { default } else { text });
    }
    m.alloc_tuple(texts)
}

fn groupdict(m: &mut Runtime, args: &Args) -> Outcome {
    let default = args.given(0).unwrap_or(Value::NONE);
    let Object::Match(found) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::NONE);
    };
    let Some(compiled) = m.compiled(found.pattern) else {
        return Ok(Value::NONE);
    };
    let mut pairs = Vec::new();
    for (name, group) in compiled.group_names() {
        let text = m.group_text(args.receiver, group)?;
        pairs.push((m.alloc_text(name)?, if text.is_none() { default } else { text }));
    }
    m.new_dict(&pairs)
}

fn start(m: &mut Runtime, args: &Args) -> Outcome {
    Ok(m.group_span(args)?
        .map_or(Value::int(-1), |span| Value::length(span.start)))
}

fn end(m: &mut Runtime, args: &Args) -> Outcome {
    Ok(m.group_span(args)?
        .map_or(Value::int(-1), |span| Value::length(span.end)))
}

fn span(m: &mut Runtime, args: &Args) -> Outcome {
    let span = m.group_span(args)?;
    let pair = span.map_or([Value::int(-1); 2], |span| [span.start, span.end].map(Value::length));
    m.alloc_tuple(pair)
}

fn expand(m: &mut Runtime, args: &Args) -> Outcome {
    if args.get(0).kind() != Type::Str {
        return Err(m.not_to_decode(args.get(0)));
    }
    let template = m.text(args.get(0))?;
    let source = template.as_str().unwrap_or_default();
    let Object::Match(found) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::NONE);
    };
    let (pattern, text, captures) = (found.pattern, found.text, found.captures.clone());
    let Some(compiled) = m.compiled(pattern) else {
        return Ok(Value::NONE);
    };
    let label = text.label();
    m.meter.charge_items(source.len())?;
    m.reserve(source.len())?;
    let parsed = match Template::parse(source, &compiled) {
        Ok(parsed) => parsed,
        Err(error) => return Err(m.pattern_error(&error, source)),
    };
    let bytes = parsed.expanded_len(&captures);
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let text = m.searched_text(text)?;
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

impl Runtime {
    /// Returns the number of a group that is given by number or name.
    fn group_number(&mut self, found: Value, group: Value) -> Result<usize, Flow> {
        let Object::Match(object) = self.heap.get(found.handle()) else {
            return Ok(0);
        };
        let (pattern, groups) = (object.pattern, object.captures.groups());
        let number = if group.kind() == Type::Str {
            let name = self.text(group)?;
            self.compiled(pattern)
                .and_then(|pattern| pattern.group_index(name.as_str().unwrap_or_default()))
        } else {
            let number = group.as_int().and_then(|number| usize::try_from(number).ok());
            number.filter(|number| *number <= groups)
        };
        match number {
            Some(number) => Ok(number),
            None => {
                let flow = self.raise(ExceptionClass::IndexError, "no such group");
                Err(self.with_help(flow, format!("the pattern has {groups} groups")))
            }
        }
    }

    /// Returns a group of a match by number or name; None for one that took no part.
    pub(crate) fn match_group(&mut self, found: Value, group: Value) -> Outcome {
        let number = self.group_number(found, group)?;
        self.group_text(found, number)
    }

    /// Returns the text of a group by number, where no more is to be done than to cut it out.
    pub(crate) fn cut_group(&mut self, found: Value, group: i64) -> Option<Value> {
        let Object::Match(object) = self.heap.get(found.handle()) else {
            return None;
        };
        let Object::Str(text) = self.heap.get(object.text.handle()) else {
            return None;
        };
        let label = object.text.label();
        let piece = text.slice_flat(object.captures.span(usize::try_from(group).ok()?)?)?;
        let has_room = self.heap.has_room(text_bytes(&piece));
        has_room.then(|| self.shared_text(piece).labelled(label))
    }

    /// Returns the text of a group, as a slice of the text that was searched.
    pub(crate) fn group_text(&mut self, found: Value, group: usize) -> Outcome {
        let Object::Match(object) = self.heap.get(found.handle()) else {
            return Ok(Value::NONE);
        };
        let (text, span) = (object.text, object.captures.span(group));
        let Some(span) = span else { return Ok(Value::NONE) };
        let label = text.label();
        let in_place = match self.heap.get(text.handle()) {
            Object::Str(text) => text.slice_flat(span.clone()),
            _ => None,
        };
        let piece = match in_place {
            Some(piece) => Some(piece),
            None => {
                let text = self.searched_text(text)?;
                text.settled().ok().and_then(|text| text.slice_bytes(span))
            }
        };
        let piece = self.alloc_slice(piece.unwrap_or_default())?;
        Ok(piece.labelled(label))
    }

    /// Returns the code points between which the group stands that a method is asked for.
    fn group_span(&mut self, args: &Args) -> Result<Option<Range<usize>>, Flow> {
        let group = args.given(0).unwrap_or(Value::int(0));
        let number = self.group_number(args.receiver, group)?;
        let Object::Match(found) = self.heap.get(args.receiver.handle()) else {
            return Ok(None);
        };
        let (text, span) = (found.text, found.captures.span(number));
        let text = self.searched_text(text)?;
        Ok(span.map(|span| in_chars(&text, &span)))
    }

    /// Returns an attribute of a match.
    pub(crate) fn match_attribute(&mut self, found: Value, name: &str) -> Result<Option<Value>, Flow> {
        let Object::Match(object) = self.heap.get(found.handle()) else {
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
                let compiled = self.compiled(pattern);
                let group_name = last.and_then(|last| compiled.as_ref()?.group_name(last));
                Some(match group_name {
                    Some(group_name) => self.alloc_text(group_name)?,
                    None => Value::NONE,
                })
            }
            "regs" => {
                let text = self.searched_text(text)?;
                let mut pairs = Vec::with_capacity(captures.groups() + 1);
                for group in 0..=captures.groups() {
                    let span = captures.span(group).map(|span| in_chars(&text, &span));
                    let pair = span.map_or([Value::int(-1); 2], |span| [span.start, span.end].map(Value::length));
                    pairs.push(self.alloc_tuple(pair)?);
                }
                Some(self.alloc_tuple(pairs)?)
            }
            "pos" | "endpos" => {
                let text = self.searched_text(text)?;
                let searched = in_chars(&text, &searched);
                let offset = if name == "pos" { searched.start } else { searched.end };
                Some(Value::length(offset))
            }
            _ => None,
        })
    }
}

/// Turns a range of bytes into one of code points.
fn in_chars(text: &Text, span: &Range<usize>) -> Range<usize> {
    text.settled()
        .map(|text| text.char_of_byte(span.start)..text.char_of_byte(span.end))
        .unwrap_or_default()
}
