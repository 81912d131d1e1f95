//! Extracts programs from tool-call XML and JSON, in the formats of many models' protocols.

use serde_json::Value;

use super::blocks::BlockKind;
use super::{Final, finals};

/// A tool call at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tool {
    pub(super) kind: BlockKind<'static>,
    /// The length in bytes.
    pub(super) length: usize,
    /// Whether the end is missing.
    pub(super) unfinished: bool,
}

/// Tags around calls in JSON, or around tags of calls.
const WRAPPERS: &[&str] = &["tool_call", "tool_calls", "function_call", "function_calls", "tool_use"];
/// Tags of a call with parameters.
const CALLS: &[&str] = &["invoke", "function"];
/// Tags that directly enclose a program; they count only at the start of a line.
const PROGRAMS: &[&str] = &[
    "tool_code",
    "python",
    "repl",
    "sift",
    "code",
    "execute",
    "execute_code",
    "program",
    "ipython",
];
/// The names of arguments with a program, most likely first.
const PROGRAM_ARGUMENTS: &[&str] = &[
    "code", "program", "source", "script", "python", "repl", "input", "command", "cmd",
];
/// The names of arguments with the answer of a final call.
const ANSWER_ARGUMENTS: &[&str] = &[
    "answer",
    "value",
    "final_answer",
    "text",
    "content",
    "result",
    "name",
    "variable",
];

/// Returns the offset in a line at which a tool call begins.
pub(super) fn starts_in(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    if line.trim_start().starts_with("<|python_tag|>") {
        return Some(indent);
    }
    let tag = Tags::of(line).find(|tag| !tag.closing && tag.is_one_of(&[WRAPPERS, CALLS, PROGRAMS]))?;
    let sure = tag.start == indent || (!tag.is_one_of(&[PROGRAMS]) && !in_quotes(line.get(..tag.start)?));
    sure.then_some(tag.start)
}

/// Returns `true` if `before` has an odd number of backticks or double quotes: a quotation is open.
fn in_quotes(before: &str) -> bool {
    ['`', '"'].iter().any(|quote| before.matches(*quote).count() % 2 == 1)
}

/// Parses the tool call with which `text` begins.
pub(super) fn read(text: &str) -> Option<Tool> {
    read_within(text, 0)
}

/// The maximum number of nested wrappers around a call.
const MAX_WRAPPERS: usize = 3;

fn read_within(text: &str, wrappers: usize) -> Option<Tool> {
    if let Some(source) = text.strip_prefix("<|python_tag|>") {
        let kind = BlockKind::ToolProgram(source.trim().to_owned());
        return Some(Tool {
            kind,
            length: text.len(),
            unfinished: false,
        });
    }
    let tag = Tags::of(text).next().filter(|tag| tag.start == 0 && !tag.closing)?;
    let Element {
        inner,
        length,
        unfinished,
    } = Element::of(text, &tag);
    let kind = if tag.is_one_of(&[PROGRAMS]) {
        BlockKind::ToolProgram(program_of(inner))
    } else if tag.is_one_of(&[CALLS]) {
        of_parameters(tag.called(), inner)
    } else {
        of_wrapped(inner, wrappers)
    };
    Some(Tool {
        kind,
        length,
        unfinished,
    })
}

/// Parses the content of a wrapper: a call in JSON, or a call's tag.
fn of_wrapped(inner: &str, wrappers: usize) -> BlockKind<'static> {
    let text = inner.trim();
    if text.starts_with(['{', '[']) {
        return of_json(text);
    }
    let call = Tags::of(inner).find(|tag| !tag.closing && tag.is_one_of(&[CALLS, WRAPPERS, PROGRAMS]));
    let read = |start| read_within(inner.get(start..)?, wrappers + 1);
    match call.filter(|_| wrappers < MAX_WRAPPERS).and_then(|tag| read(tag.start)) {
        Some(tool) => tool.kind,
        None => BlockKind::ToolOther,
    }
}

/// Parses a call of the form `{"name": …, "arguments": {…}}`, with variants of the key and wrapping
/// of its arguments.
fn of_json(text: &str) -> BlockKind<'static> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let Some(Ok(value)) = values.next() else {
        return cut_off_json(text);
    };
    let value = match value {
        Value::Array(calls) => calls.into_iter().next().unwrap_or(Value::Null),
        value => value,
    };
    let Value::Object(call) = &value else {
        return BlockKind::ToolOther;
    };
    let call = call.get("function").and_then(Value::as_object).unwrap_or(call);
    let name = call.get("name").and_then(Value::as_str).unwrap_or_default();
    let arguments = ["arguments", "parameters", "args", "input"]
        .iter()
        .find_map(|key| call.get(*key));
    match arguments {
        Some(Value::Object(arguments)) => of_arguments(name, |key| argument(arguments.get(key))),
        Some(Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(arguments)) => of_arguments(name, |key| argument(arguments.get(key))),
            _ => of_arguments(name, |key| matches!(key, "code" | "answer").then(|| text.clone())),
        },
        _ => of_arguments(name, |key| argument(call.get(key).filter(|_| key != "name"))),
    }
}

fn argument(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Extracts the program from truncated JSON.
fn cut_off_json(text: &str) -> BlockKind<'static> {
    let found = PROGRAM_ARGUMENTS.iter().find_map(|key| {
        let (_, after) = text.split_once(&format!("\"{key}\""))?;
        let after = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let end = unescaped_quote(after).unwrap_or(after.trim_end_matches('\\').len());
        let literal = after.get(..end)?.replace('\n', "\\n");
        serde_json::from_str::<String>(&format!("\"{literal}\"")).ok()
    });
    found.map_or(BlockKind::ToolOther, BlockKind::ToolProgram)
}

fn unescaped_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, char)| {
        let ends = char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// Parses a call whose parameters are tags, or whose content is the program itself.
fn of_parameters(name: &str, inner: &str) -> BlockKind<'static> {
    let parameter = |key: &str| {
        let tag =
            Tags::of(inner).find(|tag| !tag.closing && tag.is_one_of(&[&["parameter"]]) && tag.called() == key)?;
        let element = Element::of(inner.get(tag.start..)?, &tag.moved_to_start());
        Some(element.inner.to_owned())
    };
    let has_parameters = Tags::of(inner).any(|tag| tag.is_one_of(&[&["parameter"]]));
    if has_parameters {
        return of_arguments(name, parameter);
    }
    let text = inner.trim();
    if text.starts_with('{')
        && let Ok(Value::Object(arguments)) = serde_json::from_str::<Value>(text)
    {
        return of_arguments(name, |key| argument(arguments.get(key)));
    }
    of_arguments(name, |key| (key == "code" && !text.is_empty()).then(|| text.to_owned()))
}

fn of_arguments(name: &str, argument: impl Fn(&str) -> Option<String>) -> BlockKind<'static> {
    let name = name.to_ascii_uppercase();
    if matches!(name.as_str(), "FINAL" | "FINAL_ANSWER" | "FINAL_VAR") {
        let answer = ANSWER_ARGUMENTS
            .iter()
            .chain(PROGRAM_ARGUMENTS)
            .find_map(|key| argument(key));
        return match answer {
            Some(answer) if name == "FINAL_VAR" => BlockKind::Final(Final::Variable(finals::plain_name(&answer))),
            Some(answer) => BlockKind::Final(Final::Text(answer)),
            None => BlockKind::ToolOther,
        };
    }
    let program = PROGRAM_ARGUMENTS.iter().find_map(|key| argument(key));
    program.map_or(BlockKind::ToolOther, |program| {
        BlockKind::ToolProgram(program_of(&program))
    })
}

/// Returns the program in a tag or an argument, without an enclosing fence and XML escapes.
fn program_of(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let trimmed = text.trim();
    let fenced = trimmed.strip_prefix("```").and_then(|rest| {
        let (_, content) = rest.split_once('\n')?;
        Some(content.trim_end().trim_end_matches('`'))
    });
    let program = fenced.unwrap_or(text);
    let escaped = !program.contains(['<', '>'])
        && ["&lt;", "&gt;", "&quot;", "&amp;"]
            .iter()
            .any(|mark| program.contains(mark));
    if escaped {
        program
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    } else {
        program.to_owned()
    }
}

/// An XML element.
struct Element<'t> {
    inner: &'t str,
    length: usize,
    unfinished: bool,
}

impl<'t> Element<'t> {
    /// Parses the element that `tag` opens at the start of `text`.
    fn of(text: &'t str, tag: &Tag<'_>) -> Self {
        let after = text.get(tag.end..).unwrap_or_default();
        let closing = Tags::of(after).find(|other| other.closing && other.name == tag.name);
        match closing {
            Some(closing) => Self {
                inner: after.get(..closing.start).unwrap_or_default(),
                length: tag.end + closing.end,
                unfinished: false,
            },
            None => Self {
                inner: after,
                length: text.len(),
                unfinished: true,
            },
        }
    }
}

/// A tag in a text.
#[derive(Debug, Clone, Copy)]
struct Tag<'t> {
    start: usize,
    end: usize,
    /// The name without its namespace.
    name: &'t str,
    attributes: &'t str,
    closing: bool,
}

impl<'t> Tag<'t> {
    fn is_one_of(&self, names: &[&[&str]]) -> bool {
        names.iter().any(|names| names.contains(&self.name))
    }

    /// Returns the name of the called function: the value after `=`, or of the attribute `name`.
    fn called(&self) -> &'t str {
        let value = self.attributes.trim();
        let value = value.strip_prefix("name").unwrap_or(value).trim_start();
        let value = value.strip_prefix('=').unwrap_or_default().trim();
        value.trim_matches(['"', '\''])
    }

    const fn moved_to_start(&self) -> Self {
        Self {
            start: 0,
            end: self.end - self.start,
            ..*self
        }
    }
}

/// The tags of a text, in order.
struct Tags<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tags<'t> {
    const fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn tag_at(&self, start: usize) -> Option<Tag<'t>> {
        let inner = self.text.get(start + 1..)?;
        let (inner, closing) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
        let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | ':' | '-');
        let name_end = inner.find(|char| !is_name(char)).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(name_end)?;
        let close = rest.find(['>', '<', '\n'])?;
        let (attributes, end) = rest.split_at_checked(close)?;
        end.starts_with('>').then(|| Tag {
            start,
            end: self.text.len() - end.len() + 1,
            name: name.rsplit(':').next().unwrap_or(name),
            attributes,
            closing,
        })
    }
}

impl<'t> Iterator for Tags<'t> {
    type Item = Tag<'t>;

    fn next(&mut self) -> Option<Tag<'t>> {
        loop {
            let start = self.at + self.text.get(self.at..)?.find('<')?;
            match self.tag_at(start) {
                Some(tag) => {
                    self.at = tag.end;
                    return Some(tag);
                }
                None => self.at = start + 1,
            }
        }
    }
}
