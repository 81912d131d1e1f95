//! The module `json`. Its reader and writer aren't recursive, so nesting is not limited by the
//! stack.
//!
//! - `reader` reads a text directly into values. Strings without escapes are slices of it.
//! - `writer` writes values as CPython does.

mod reader;
mod transfers;
mod writer;

use reader::{Fault, ProgramHooks, Reader, Reading};
use sift_abstract::Speculation;
use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_text::Text;
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome, delegate};
use sift_values::pending_calls::MAX_SCHEMA_BYTES;
use sift_values::value::{Type, Value};
use writer::{Layout, Unknown, Writer};

use crate::regex::with_attributes;

/// The native functions of `json`, including internal ones.
pub const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Module("json"),
        rows: FUNCTIONS,
    },
    Group {
        owner: Owner::Builtin,
        rows: INTERNAL,
    },
];

const FUNCTIONS: &[Entry] = &[
    entry(
        "loads(s, *, cls=None, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, \
         object_pairs_hook=None, strict=True)",
        "Reads a value from JSON text; the functions given make something else of dicts and numbers.",
        loads,
    )
    .speculated(Speculation::new(transfers::loads)),
    entry(
        "dumps(obj, *, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, indent=None, \
         separators=None, default=None, sort_keys=False) -> str",
        "Writes a value as JSON text; default makes something else of values that JSON does not have.",
        dumps,
    )
    .speculated(Speculation::new(transfers::dumps)),
];

/// Internal functions of `json` for the prelude: `dumps(default=…)`, `parse_json` and schemas.
const INTERNAL: &[Entry] = &[
    entry(
        "_not_json(values, skipkeys, sort_keys) -> list",
        "Returns what JSON does not have, in the order in which it would be written.",
        not_json,
    ),
    entry(
        "_dumps_replacing(obj, replaced, skipkeys, ensure_ascii, allow_nan, indent, separators, sort_keys) -> str",
        "Writes a value whose parts that JSON does not have were replaced before.",
        dumps_replacing,
    ),
    entry(
        "_json_tape(text, idx, whole, strict, parse_float, parse_int, parse_constant) -> tuple",
        "Reads a value from JSON text without making it; returns what to make, where it ends, and what is wrong.",
        json_tape,
    ),
    entry(
        "_json_value(text, idx, whole, strict) -> tuple",
        "Reads a value from JSON text; returns it and where it ends.",
        json_value_at,
    ),
    entry(
        "_json_error(message, doc, pos)",
        "Raises what is wrong with a JSON text.",
        json_error_of,
    ),
    entry(
        "_find_json(text, default)",
        "Reads the longest JSON list or object in a text.",
        find_json,
    )
    .speculated(Speculation::new(transfers::find_json)),
    entry(
        "_schema_text(schema) -> str",
        "Writes a JSON schema as the text that leaves with a call.",
        schema_text,
    ),
];

/// Returns the members of the module `json` that aren't native functions.
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let error = ClassId::of_exception(ExceptionClass::JsonDecodeError).value();
    [("json", "JSONDecodeError", error)].into_iter()
}

fn loads(m: &mut Runtime, args: &Args) -> Outcome {
    let source = args.get(0);
    if source.kind() != Type::Str {
        let message = format!(
            "the JSON object must be str, bytes or bytearray, not {}",
            m.type_name(source)
        );
        return Err(m.type_error(message));
    }
    if args.some(1).is_some() {
        let flow = m.type_error("loads() takes no cls here");
        return Err(m.with_help(
            flow,
            "pass object_hook=, a function that makes something else of each dict",
        ));
    }
    let strict = args.given(7).unwrap_or(Value::TRUE);
    let hooks = [2, 3, 4, 5, 6].map(|index| args.given(index).unwrap_or(Value::NONE));
    let usual = hooks.iter().all(|hook| hook.is_none()) && m.truth(strict)?;
    if usual {
        return json_value(m, source);
    }
    refuse_mark(m, source)?;
    let mut passed = vec![source, strict];
    passed.extend(hooks);
    Err(delegate("_loads_by", passed))
}

/// Creates a JSON reader from the arguments `text, idx, whole, strict`.
fn reader_of<'t>(m: &mut Runtime, args: &Args, text: &'t Text) -> Result<Reader<'t>, Flow> {
    let idx = m.int_arg(args.get(1))?;
    let Ok(idx) = usize::try_from(idx) else {
        return Err(m.value_error("idx cannot be negative"));
    };
    let at = text.settled().map_or(0, |text| text.byte_of_char(idx));
    // The charge is for the whole rest of the text. The caller records the part that is read.
    m.meter.charge_bytes(text.known_bytes().saturating_sub(at))?;
    let reading = Reading {
        lenient: !m.truth(args.get(3))?,
        by_program: ProgramHooks::default(),
    };
    Ok(Reader::new(text, args.get(0).label(), at).with(reading))
}

fn read(m: &mut Runtime, reader: &mut Reader<'_>, text: &Text, whole: Value) -> Result<Value, Fault> {
    let from = reader.at();
    let value = if m.truth(whole)? {
        reader.read_rest(m)
    } else {
        reader.read_one(m)
    };
    let to = match &value {
        Err(Fault::Syntax { byte, .. }) => *byte,
        _ => reader.at(),
    };
    m.meter.note_read_part(text, from..to.max(from));
    value
}

fn json_value_at(m: &mut Runtime, args: &Args) -> Outcome {
    let text = m.flat_text(args.get(0))?;
    let mut reader = reader_of(m, args, &text)?;
    match read(m, &mut reader, &text, args.get(2)) {
        Ok(value) => {
            let end = text.settled().map_or(0, |text| text.char_of_byte(reader.at()));
            m.alloc_tuple([value, Value::length(end)])
        }
        Err(Fault::Flow(flow)) => Err(flow),
        Err(Fault::Syntax { message, byte }) => Err(json_error(m, args.get(0), &text, &message, byte)),
    }
}

fn json_tape(m: &mut Runtime, args: &Args) -> Outcome {
    let text = m.flat_text(args.get(0))?;
    let given = |index: usize| !args.get(index).is_none();
    let reading = Reading {
        lenient: !m.truth(args.get(3))?,
        by_program: ProgramHooks {
            floats: given(4),
            ints: given(5),
            constants: given(6),
        },
    };
    let mut reader = reader_of(m, args, &text)?.with(reading).on_tape();
    let place = |byte: usize| {
        let settled = text.settled();
        Value::length(settled.map_or(0, |text| text.char_of_byte(byte)))
    };
    let fault = match read(m, &mut reader, &text, args.get(2)) {
        Ok(_) => Value::NONE,
        Err(Fault::Flow(flow)) => return Err(flow),
        Err(Fault::Syntax { message, byte }) => {
            let message = m.alloc_text(&*message)?;
            m.alloc_tuple([message, place(byte)])?
        }
    };
    let end = place(reader.at());
    let tape = m.alloc_list(reader.take_tape())?;
    m.alloc_tuple([tape, end, fault])
}

fn json_error_of(m: &mut Runtime, args: &Args) -> Outcome {
    match json_exception(m, args.get(0), args.get(1), args.get(2)) {
        Ok(exception) => Err(Flow::Raise(exception)),
        Err(flow) => Err(flow),
    }
}

fn dumps(m: &mut Runtime, args: &Args) -> Outcome {
    if args.some(5).is_some() {
        let flow = m.type_error("dumps() takes no cls here");
        return Err(m.with_help(
            flow,
            "pass default=, a function that makes something else of other values",
        ));
    }
    let given = |index: usize, default: Value| args.given(index).unwrap_or(default);
    let (skipkeys, sort_keys) = (given(1, Value::FALSE), given(9, Value::FALSE));
    let (ensure_ascii, allow_nan) = (given(2, Value::TRUE), given(4, Value::TRUE));
    let (indent, separators) = (given(6, Value::NONE), given(7, Value::NONE));
    if let Some(default) = args.some(8) {
        let layout = [skipkeys, ensure_ascii, allow_nan, indent, separators, sort_keys];
        let mut passed = vec![args.get(0), default];
        passed.extend(layout);
        return Err(delegate("_dumps_by", passed));
    }
    let layout = Layout::read(m, [skipkeys, ensure_ascii, allow_nan, indent, separators, sort_keys])?;
    let text = Writer::new(layout, Unknown::Refuse).write(m, &[args.get(0)])?.0;
    m.alloc_text(text)
}

fn not_json(m: &mut Runtime, args: &Args) -> Outcome {
    let values = m.items(args.get(0))?;
    let layout = [
        args.get(1),
        Value::TRUE,
        Value::TRUE,
        Value::NONE,
        Value::NONE,
        args.get(2),
    ];
    let layout = Layout::read(m, layout)?;
    let found = Writer::new(layout, Unknown::Collect(Vec::new())).write(m, &values)?.1;
    m.alloc_list(found)
}

fn dumps_replacing(m: &mut Runtime, args: &Args) -> Outcome {
    let mut levels = Vec::new();
    for level in m.items(args.get(1))? {
        levels.push(m.items(level)?.into_iter());
    }
    let layout = [2, 3, 4, 5, 6, 7].map(|index| args.get(index));
    let layout = Layout::read(m, layout)?;
    let text = Writer::new(layout, Unknown::Replace(levels))
        .write(m, &[args.get(0)])?
        .0;
    m.alloc_text(text)
}

fn find_json(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    let text = m.text_of(value, "the reply")?;
    let source = text.as_str().unwrap_or_default();
    if let Some(whole) = if_json(Reader::new(&text, value.label(), 0).read_rest(m))? {
        return Ok(whole);
    }
    let mut best: Option<(usize, Value)> = None;
    let mut at = 0;
    while let Some(start) = next_bracket(m, source, at)? {
        let mut reader = Reader::new(&text, value.label(), start);
        let read = if_json(reader.read_one(m))?;
        m.meter
            .charge_bytes(reader.at().saturating_sub(start).saturating_add(16))?;
        at = start + 1;
        if let Some(read) = read {
            let len = reader.at() - start;
            at = reader.at();
            if best.is_none_or(|(longest, _)| len > longest) {
                best = Some((len, read));
            }
        }
    }
    Ok(best.map_or(args.get(1), |(_, value)| value))
}

/// Returns the offset of the next `{` or `[` at or after a byte offset. Windows of the text are
/// charged in advance and grow, so that a near bracket costs little.
fn next_bracket(m: &mut Runtime, source: &str, mut at: usize) -> Result<Option<usize>, Flow> {
    let mut window = 8;
    while let Some(rest) = source.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let rest = rest.get(..window).unwrap_or(rest);
        m.meter.charge_bytes(rest.len())?;
        if let Some(offset) = memchr::memchr2(b'{', b'[', rest) {
            return Ok(Some(at + offset));
        }
        at += rest.len();
        window = window.saturating_mul(2);
    }
    Ok(None)
}

/// Converts a schema to JSON text. Rejects one that is too large or that hosts can't parse.
fn schema_text(m: &mut Runtime, args: &Args) -> Outcome {
    let text = json_text(m, args.get(0))?;
    if text.len() > MAX_SCHEMA_BYTES {
        let message = format!(
            "the schema has {} bytes of JSON, of which it may have {MAX_SCHEMA_BYTES}",
            text.len()
        );
        return Err(m.value_error(message));
    }
    // Hosts parse it with the same limits of depth and numbers.
    if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
        return Err(m.value_error(format!("the schema can't be sent: {error}")));
    }
    m.alloc_text(text)
}

/// Converts a syntax error of reading JSON to `None`; keeps other errors.
fn if_json(read: Result<Value, Fault>) -> Result<Option<Value>, Flow> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Fault::Syntax { .. }) => Ok(None),
        Err(Fault::Flow(flow)) => Err(flow),
    }
}

/// Writes a value as JSON text that is valid for any reader, without NaN and infinities.
///
/// # Errors
/// A `TypeError` or a `ValueError` with CPython's message.
pub fn json_text(m: &mut Runtime, value: Value) -> Result<String, Flow> {
    let (no, none) = (Value::FALSE, Value::NONE);
    let layout = Layout::read(m, [no, no, no, none, none, no])?;
    Ok(Writer::new(layout, Unknown::Refuse).write(m, &[value])?.0)
}

/// Parses a JSON text to a value.
///
/// # Errors
/// A `JSONDecodeError` with CPython's message and position.
pub fn json_value(m: &mut Runtime, source: Value) -> Outcome {
    let text = m.text(source)?;
    m.meter.charge_bytes(text.known_bytes())?;
    refuse_mark(m, source)?;
    match Reader::new(&text, source.label(), 0).read_rest(m) {
        Ok(value) => Ok(value),
        Err(Fault::Flow(flow)) => Err(flow),
        Err(Fault::Syntax { message, byte }) => Err(json_error(m, source, &text, &message, byte)),
    }
}

/// Creates a `JSONDecodeError` from a message, a text and a position in it.
pub fn json_exception(m: &mut Runtime, message: Value, source: Value, pos: Value) -> Outcome {
    let message = m.text_of(message, "the message")?;
    let text = m.text_of(source, "the text")?;
    let pos = usize::try_from(m.int_arg(pos)?).unwrap_or(0);
    m.meter.charge_bytes(message.known_bytes())?;
    m.meter.charge_bytes(pos.min(text.known_bytes()))?;
    m.reserve(message.known_bytes().saturating_mul(3))?;
    let byte = text.settled().map_or(0, |text| text.byte_of_char(pos));
    let message = message.as_str().unwrap_or_default();
    match json_error_at(m, source, &text, message, (byte, pos)) {
        Flow::Raise(exception) => Ok(exception),
        flow => Err(flow),
    }
}

/// Rejects a JSON text that begins with a byte order mark.
fn refuse_mark(m: &mut Runtime, source: Value) -> Result<(), Flow> {
    let text = m.text(source)?;
    match text.as_str().is_some_and(|text| text.starts_with('\u{feff}')) {
        true => Err(json_error(
            m,
            source,
            &text,
            "Unexpected UTF-8 BOM (decode using utf-8-sig)",
            0,
        )),
        false => Ok(()),
    }
}

fn json_error(m: &mut Runtime, source: Value, text: &Text, message: &str, byte: usize) -> Flow {
    let pos = text.settled().map_or(0, |text| text.char_of_byte(byte));
    json_error_at(m, source, text, message, (byte, pos))
}

/// Creates the `JSONDecodeError` at a byte offset, which may be past the end of the text. `pos` is
/// the same position in code points.
fn json_error_at(m: &mut Runtime, source: Value, text: &Text, message: &str, (byte, pos): (usize, usize)) -> Flow {
    let (line, column) = match m.line_and_column(text, byte, pos) {
        Ok(place) => place,
        Err(flow) => return flow,
    };
    let shown = format!("{message}: line {line} column {column} (char {pos})");
    let flow = m.raise(ExceptionClass::JsonDecodeError, shown);
    let message = m.new_text(Text::new(message));
    let [pos, line, column] = [pos, line, column].map(Value::length);
    with_attributes(
        m,
        flow,
        [
            ("msg", message),
            ("doc", source),
            ("pos", pos),
            ("lineno", line),
            ("colno", column),
        ],
    )
}
