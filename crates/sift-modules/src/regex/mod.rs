//! The module `re`: its functions, and patterns as values.
//!
//! - `cache` holds recently compiled patterns. `searching` finds matches and charges fuel for them.
//! - `flag_values` implements flags such as `re.I`, `matches` match objects, and `substitute`
//!   functions over all matches of a text.

pub mod cache;
pub(crate) mod flag_values;
pub mod matches;
pub mod operators;
pub mod searching;
mod substitute;
pub mod transfers;

use searching::{Subject, find};
use sift_abstract::Speculation;
use sift_compiler::exception::ExceptionClass;
use sift_regex::{Flags, Pattern, PatternError, SearchMode, escape};
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::regex::cache::{compiled_pattern, pattern_arg};

/// The native functions of `re`, grouped by module or class.
pub const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Module("re"),
        rows: FUNCTIONS,
    },
    Group {
        owner: Owner::Method(&[Type::Pattern]),
        rows: PATTERN_METHODS,
    },
    Group {
        owner: Owner::Method(&[Type::Match]),
        rows: matches::METHODS,
    },
    Group {
        owner: Owner::Builtin,
        rows: substitute::INTERNAL,
    },
];

const FUNCTIONS: &[Entry] = &[
    entry(
        "compile(pattern, flags=0) -> Pattern",
        "Compiles a pattern.",
        compile_pattern,
    ),
    entry(
        "search(pattern, string, flags=0)",
        "Finds the first match anywhere; None if there is none.",
        module_search,
    )
    .speculated(Speculation::new(transfers::search)),
    entry(
        "match(pattern, string, flags=0)",
        "Matches at the start; None if it does not.",
        module_match,
    )
    .speculated(Speculation::new(transfers::match_start)),
    entry(
        "fullmatch(pattern, string, flags=0)",
        "Matches all of the text; None if it does not.",
        module_fullmatch,
    )
    .speculated(Speculation::new(transfers::fullmatch)),
    entry(
        "finditer(pattern, string, flags=0)",
        "Yields all matches.",
        module_finditer,
    )
    .speculated(Speculation::new(transfers::finditer)),
    entry(
        "findall(pattern, string, flags=0) -> list",
        "Returns all matched texts; tuples of groups if there are several groups.",
        substitute::module_findall,
    )
    .speculated(Speculation::new(transfers::findall)),
    entry(
        "sub(pattern, repl, string, count=0, flags=0) -> str",
        "Replaces matches by a template (\\1, \\g<name>) or by what a function makes of each match.",
        substitute::module_sub,
    )
    .speculated(Speculation::new(transfers::sub)),
    entry(
        "subn(pattern, repl, string, count=0, flags=0) -> tuple",
        "Replaces matches as sub does; returns the text and how many were replaced.",
        substitute::module_subn,
    ),
    entry(
        "split(pattern, string, maxsplit=0, flags=0) -> list",
        "Splits at matches; groups of the pattern are kept as items.",
        substitute::module_split,
    )
    .speculated(Speculation::new(transfers::split)),
    entry(
        "escape(pattern) -> str",
        "Makes a pattern that matches this text itself.",
        escape_pattern,
    ),
    entry("purge() -> None", "Forgets compiled patterns.", purge),
];

const PATTERN_METHODS: &[Entry] = &[
    entry(
        "search(string, pos=0, endpos=9223372036854775807)",
        "Finds the first match anywhere; None if there is none.",
        pattern_search,
    )
    .speculated(Speculation::new(transfers::search)),
    entry(
        "match(string, pos=0, endpos=9223372036854775807)",
        "Matches at pos; None if it does not.",
        pattern_match,
    )
    .speculated(Speculation::new(transfers::match_start)),
    entry(
        "fullmatch(string, pos=0, endpos=9223372036854775807)",
        "Matches all between pos and endpos; None if it does not.",
        pattern_fullmatch,
    )
    .speculated(Speculation::new(transfers::fullmatch)),
    entry(
        "finditer(string, pos=0, endpos=9223372036854775807)",
        "Yields all matches.",
        pattern_finditer,
    )
    .speculated(Speculation::new(transfers::finditer)),
    entry(
        "findall(string, pos=0, endpos=9223372036854775807) -> list",
        "Returns all matched texts; tuples of groups if there are several groups.",
        substitute::pattern_findall,
    )
    .speculated(Speculation::new(transfers::findall)),
    entry(
        "sub(repl, string, count=0) -> str",
        "Replaces matches by a template or by what a function makes of each match.",
        substitute::pattern_sub,
    )
    .speculated(Speculation::new(transfers::sub)),
    entry(
        "subn(repl, string, count=0) -> tuple",
        "Replaces matches; returns the text and how many were replaced.",
        substitute::pattern_subn,
    ),
    entry(
        "split(string, maxsplit=0) -> list",
        "Splits at matches; groups of the pattern are kept as items.",
        substitute::pattern_split,
    )
    .speculated(Speculation::new(transfers::split)),
];

/// The regex flags by their names in the module `re`.
const FLAGS: &[(&str, Flags)] = &[
    ("NOFLAG", Flags::NONE),
    ("A", Flags::ASCII),
    ("ASCII", Flags::ASCII),
    ("DEBUG", Flags::DEBUG),
    ("I", Flags::IGNORECASE),
    ("IGNORECASE", Flags::IGNORECASE),
    ("L", Flags::LOCALE),
    ("LOCALE", Flags::LOCALE),
    ("M", Flags::MULTILINE),
    ("MULTILINE", Flags::MULTILINE),
    ("S", Flags::DOTALL),
    ("DOTALL", Flags::DOTALL),
    ("U", Flags::UNICODE),
    ("UNICODE", Flags::UNICODE),
    ("X", Flags::VERBOSE),
    ("VERBOSE", Flags::VERBOSE),
];

/// Returns the members of the module `re` that aren't native functions: flags, classes and the
/// exception.
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let flags = FLAGS
        .iter()
        .map(|(name, flags)| ("re", *name, Value::regex_flag(i64::from(flags.bits()))));
    let classes = ["Pattern", "Match"]
        .into_iter()
        .filter_map(|name| Some(("re", name, ClassId::named(name)?.value())));
    let error = ClassId::of_exception(ExceptionClass::RegexError).value();
    flags.chain(classes).chain([("re", "error", error)])
}

fn compile_pattern(m: &mut Runtime, args: &Args) -> Outcome {
    pattern_arg(m, args.get(0), args.given(1))
}

fn module_search(m: &mut Runtime, args: &Args) -> Outcome {
    module_find(m, args, SearchMode::Search)
}

fn module_match(m: &mut Runtime, args: &Args) -> Outcome {
    module_find(m, args, SearchMode::Match)
}

fn module_fullmatch(m: &mut Runtime, args: &Args) -> Outcome {
    module_find(m, args, SearchMode::Fullmatch)
}

fn module_find(m: &mut Runtime, args: &Args, mode: SearchMode) -> Outcome {
    let pattern = pattern_arg(m, args.get(0), args.given(2))?;
    find(m, pattern, args.get(1), [None; 2], mode)
}

fn module_finditer(m: &mut Runtime, args: &Args) -> Outcome {
    let pattern = pattern_arg(m, args.get(0), args.given(2))?;
    Subject::whole(m, pattern, args.get(1))?.iterator(m)
}

fn pattern_search(m: &mut Runtime, args: &Args) -> Outcome {
    find(
        m,
        args.receiver,
        args.get(0),
        [args.given(1), args.given(2)],
        SearchMode::Search,
    )
}

fn pattern_match(m: &mut Runtime, args: &Args) -> Outcome {
    find(
        m,
        args.receiver,
        args.get(0),
        [args.given(1), args.given(2)],
        SearchMode::Match,
    )
}

fn pattern_fullmatch(m: &mut Runtime, args: &Args) -> Outcome {
    find(
        m,
        args.receiver,
        args.get(0),
        [args.given(1), args.given(2)],
        SearchMode::Fullmatch,
    )
}

fn pattern_finditer(m: &mut Runtime, args: &Args) -> Outcome {
    Subject::of_method(m, args)?.iterator(m)
}

fn escape_pattern(m: &mut Runtime, args: &Args) -> Outcome {
    if args.get(0).kind() != Type::Str {
        return Err(not_to_decode(m, args.get(0)));
    }
    let text = m.text(args.get(0))?;
    let text = text.as_str().unwrap_or_default();
    m.meter.charge_bytes(text.len().saturating_mul(8))?;
    m.reserve(text.len().saturating_mul(2))?;
    m.alloc_text(escape(text))
}

fn purge(m: &mut Runtime, _: &Args) -> Outcome {
    m.patterns.clear();
    Ok(Value::NONE)
}

/// Creates the exception for an invalid pattern or template. Its attributes contain the position,
/// as in CPython.
fn pattern_error(m: &mut Runtime, error: &PatternError, source: &str) -> Flow {
    let class = ExceptionClass::from_name(error.kind.exception()).unwrap_or(ExceptionClass::RegexError);
    let flow = m.raise(class, error.to_string());
    let flow = m.with_help(flow, error.kind.hint());
    if class != ExceptionClass::RegexError {
        return flow;
    }
    let message = m.new_text(sift_text::Text::new(&error.message));
    // As in CPython, an error without a position has no pattern either.
    let pattern = match error.position {
        Some(_) => m.new_text(sift_text::Text::new(source)),
        None => Value::NONE,
    };
    let place = error.position.map(|position| {
        let (line, column) = position.line_and_column.unwrap_or((1, position.offset + 1));
        [position.offset, line, column].map(Value::length)
    });
    let [offset, line, column] = place.unwrap_or([Value::NONE; 3]);
    with_attributes(
        m,
        flow,
        [
            ("msg", message),
            ("pattern", pattern),
            ("pos", offset),
            ("lineno", line),
            ("colno", column),
        ],
    )
}

/// Creates an `re.error` like a call of its class: from a message, a pattern and a position in the
/// pattern.
pub fn regex_exception(m: &mut Runtime, message: Value, pattern: Value, pos: Value) -> Outcome {
    let mut shown = message;
    let mut place = [Value::NONE; 3];
    if pattern.kind() == Type::Str
        && let Some(at) = pos.as_int().and_then(|pos| usize::try_from(pos).ok())
    {
        let text = m.str_of(message)?;
        let text = m.text(text)?;
        let pattern = m.text(pattern)?;
        m.meter.charge_bytes(text.known_bytes())?;
        m.meter.charge_bytes(pattern.known_bytes())?;
        m.reserve(text.known_bytes().saturating_mul(2))?;
        let flat = pattern.as_str().unwrap_or_default();
        let byte = pattern.settled().map_or(0, |pattern| pattern.byte_of_char(at));
        let (line, column) = m.line_and_column(&pattern, byte, at)?;
        let mut described = format!("{} at position {at}", text.as_str().unwrap_or_default());
        if flat.contains('\n') {
            described.push_str(&format!(" (line {line}, column {column})"));
        }
        shown = m.alloc_text(described)?;
        place = [pos, Value::length(line), Value::length(column)];
    }
    let exception = m.exception(ExceptionClass::RegexError, vec![shown]);
    let [offset, line, column] = place;
    let attributes = [
        ("msg", message),
        ("pattern", pattern),
        ("pos", offset),
        ("lineno", line),
        ("colno", column),
    ];
    match with_attributes(m, Flow::Raise(exception), attributes) {
        Flow::Raise(exception) => Ok(exception),
        other => Err(other),
    }
}

/// Creates the exception that CPython raises for a value that is neither a str nor bytes.
fn not_to_decode(m: &mut Runtime, value: Value) -> Flow {
    let message = format!(
        "decoding to str: need a bytes-like object, {} found",
        m.type_name(value)
    );
    m.type_error(message)
}

/// Adds attributes to an exception, in addition to its arguments.
pub(crate) fn with_attributes<const N: usize>(
    m: &mut Runtime,
    flow: Flow,
    attributes: [(&'static str, Value); N],
) -> Flow {
    if let Flow::Raise(exception) = &flow
        && let Some(Object::Exception(exception)) = m.heap.get_mut(exception.handle())
    {
        let named = attributes
            .into_iter()
            .map(|(name, value)| (SmolStr::new_static(name), value));
        exception.attributes.extend(named);
    }
    flow
}

/// Returns an attribute of a compiled pattern by name, or `None` if there is no such attribute.
fn pattern_attribute(m: &mut Runtime, pattern: Value, name: &str) -> Result<Option<Value>, Flow> {
    let Some(compiled) = compiled_pattern(m, pattern) else {
        return Ok(None);
    };
    Ok(match name {
        "pattern" => Some(m.alloc_text(compiled.source())?),
        "flags" => Some(Value::int(i64::from(compiled.flags().bits()))),
        "groups" => Some(Value::length(compiled.groups())),
        "groupindex" => {
            let mut pairs = Vec::new();
            for (name, group) in compiled.group_names() {
                pairs.push((m.alloc_text(name)?, Value::length(group)));
            }
            Some(m.new_dict(&pairs)?)
        }
        _ => None,
    })
}

/// The attributes of compiled patterns that aren't methods, for the checker.
pub const PATTERN_ATTRIBUTES: [&str; 4] = ["pattern", "flags", "groups", "groupindex"];

/// The maximum number of characters of a pattern that are shown in the pattern's `repr`.
const SHOWN_PATTERN: usize = 200;

/// Returns the `repr` of a compiled pattern, such as `re.compile('a+', re.IGNORECASE)`.
fn pattern_repr(pattern: &Pattern) -> String {
    const NAMES: [(Flags, &str); 9] = [
        (Flags::TEMPLATE, "re.TEMPLATE"),
        (Flags::IGNORECASE, "re.IGNORECASE"),
        (Flags::LOCALE, "re.LOCALE"),
        (Flags::MULTILINE, "re.MULTILINE"),
        (Flags::DOTALL, "re.DOTALL"),
        (Flags::UNICODE, "re.UNICODE"),
        (Flags::VERBOSE, "re.VERBOSE"),
        (Flags::DEBUG, "re.DEBUG"),
        (Flags::ASCII, "re.ASCII"),
    ];
    let flags = pattern.flags();
    // The UNICODE flag is the default and isn't shown unless another choice is set, too.
    let implied = flags.has(Flags::UNICODE) && !flags.has(Flags::LOCALE | Flags::ASCII);
    let shown: Vec<&str> = NAMES
        .iter()
        .filter(|(flag, _)| flags.has(*flag) && !(implied && *flag == Flags::UNICODE))
        .map(|(_, name)| *name)
        .collect();
    let source: String = sift_strings::format::str_repr(pattern.source())
        .chars()
        .take(SHOWN_PATTERN)
        .collect();
    let separator = if shown.is_empty() { "" } else { ", " };
    format!("re.compile({source}{separator}{})", shown.join("|"))
}
