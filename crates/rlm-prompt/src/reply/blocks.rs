//! The division of a reply into fences, tool calls and the prose between them.

use std::ops::Range;

use super::tool_call::{self, Tool};
use super::{Final, bare, finals};

/// A block of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block<'r> {
    /// The byte range, including the marks.
    pub(super) range: Range<usize>,
    pub(super) kind: BlockKind<'r>,
    /// Whether the closing mark of the block is missing.
    pub(super) unfinished: bool,
}

/// The kind of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BlockKind<'r> {
    Prose(&'r str),
    Fence {
        language: Language,
        content: String,
    },
    /// A tool call with a program.
    ToolProgram(String),
    /// A tool call with the final answer.
    Final(Final),
    /// A tool call with neither a program nor a final answer.
    ToolOther,
}

/// The language in the info string of a fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Language {
    /// A program.
    Program,
    /// No language.
    None,
    /// Another language, by name.
    Other(String),
}

const PROGRAM_LANGUAGES: &[&str] = &[
    "repl",
    "python",
    "py",
    "python3",
    "python-repl",
    "ipython",
    "sift",
    "tool_code",
    "code",
    "{python}",
];

impl Language {
    fn of(info: &str) -> Self {
        let name = info
            .split(|char: char| char.is_whitespace() || char == ',')
            .next()
            .unwrap_or_default();
        if name.is_empty() {
            Self::None
        } else if PROGRAM_LANGUAGES
            .iter()
            .any(|language| language.eq_ignore_ascii_case(name))
        {
            Self::Program
        } else {
            Self::Other(name.to_owned())
        }
    }
}

impl BlockKind<'_> {
    /// Returns `true` if the block is marked as a program, or is a tool call with the final answer.
    pub(super) fn is_explicit_program(&self) -> bool {
        matches!(
            self,
            Self::Fence {
                language: Language::Program,
                ..
            } | Self::ToolProgram(_)
                | Self::Final(_)
        )
    }

    /// Returns `true` if the block is a fence without a language that contains code or a final
    /// form.
    pub(super) fn is_bare_program(&self) -> bool {
        match self {
            Self::Fence {
                language: Language::None,
                content,
            } => bare::is_code(content) || bare::is_mostly_code(content) || finals::split_last_line(content).is_some(),
            _ => false,
        }
    }

    /// Returns `true` if the block is marked as a program, is a tool call with the final answer, or
    /// is a fence without a language that contains code.
    pub(super) fn is_program(&self) -> bool {
        self.is_explicit_program()
            || matches!(self, Self::Fence { language: Language::None, content } if bare::is_code(content))
    }

    pub(super) fn source(&self) -> Option<String> {
        match self {
            Self::Fence { content, .. } => Some(content.clone()),
            Self::ToolProgram(source) => Some(source.clone()),
            Self::Prose(_) | Self::Final(_) | Self::ToolOther => None,
        }
    }
}

impl<'r> Block<'r> {
    pub(super) const fn prose(&self) -> Option<&'r str> {
        match self.kind {
            BlockKind::Prose(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.prose().is_some_and(|text| text.trim().is_empty())
    }
}

/// A line with its offset in the reply, including its line ending.
#[derive(Debug, Clone, Copy)]
struct Line<'r> {
    start: usize,
    text: &'r str,
}

impl Line<'_> {
    const fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Divides a reply into blocks.
pub(super) fn cut(reply: &str) -> Vec<Block<'_>> {
    let mut cutter = Cutter {
        reply,
        blocks: Vec::new(),
        prose_start: 0,
    };
    let mut at = 0;
    while let Some(line) = line_at(reply, at) {
        at = match Opening::of(line.text) {
            Some(opening) => cutter.fence(line, &opening),
            None => cutter.tool_call(line).unwrap_or(line.end()),
        };
    }
    cutter.end_prose(reply.len());
    cutter.blocks
}

fn line_at(reply: &str, at: usize) -> Option<Line<'_>> {
    let rest = reply.get(at..).filter(|rest| !rest.is_empty())?;
    let end = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    Some(Line {
        start: at,
        text: rest.get(..end)?,
    })
}

struct Cutter<'r> {
    reply: &'r str,
    blocks: Vec<Block<'r>>,
    prose_start: usize,
}

impl<'r> Cutter<'r> {
    fn end_prose(&mut self, end: usize) {
        let range = self.prose_start..end;
        if let Some(text) = self.reply.get(range.clone()).filter(|text| !text.is_empty()) {
            self.blocks.push(Block {
                range,
                kind: BlockKind::Prose(text),
                unfinished: false,
            });
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: BlockKind<'r>, unfinished: bool) -> usize {
        self.end_prose(start);
        self.blocks.push(Block {
            range: start..end,
            kind,
            unfinished,
        });
        self.prose_start = end;
        end
    }

    /// Parses a tool call that begins in `line`. Returns the offset of its end.
    fn tool_call(&mut self, line: Line<'r>) -> Option<usize> {
        let offset = tool_call::starts_in(line.text)?;
        let start = line.start + offset;
        let Tool {
            kind,
            length,
            unfinished,
        } = tool_call::read(self.reply.get(start..)?)?;
        Some(self.push(start, start + length, kind, unfinished))
    }

    /// Parses the fence that `line` opens. Returns the offset of its end.
    fn fence(&mut self, line: Line<'r>, opening: &Opening<'_>) -> usize {
        let language = Language::of(opening.info);
        if let Some(content) = opening.one_line {
            let kind = BlockKind::Fence {
                language,
                content: content.to_owned(),
            };
            return self.push(line.start, line.end(), kind, false);
        }
        let content_start = line.end();
        let closing = self.closing(content_start, opening);
        let content = self.reply.get(content_start..closing.content_end).unwrap_or_default();
        let content = dedented(content, opening.indent);
        let kind = BlockKind::Fence { language, content };
        self.push(line.start, closing.end, kind, closing.unfinished)
    }

    /// Finds the end of a fence. A closing mark within a triple-quoted string is used only if there
    /// is no other.
    fn closing(&self, from: usize, opening: &Opening<'_>) -> Closing {
        let mut strings = Strings::default();
        let mut first_within_string = None;
        let mut at = from;
        while let Some(line) = line_at(self.reply, at) {
            at = line.end();
            let closes = opening.is_closed_by(line.text);
            let reopens = Opening::of(line.text).is_some_and(|next| Language::of(next.info) == Language::Program);
            let closing = Closing {
                content_end: line.start,
                end: if closes { line.end() } else { line.start },
                unfinished: !closes,
            };
            if strings.is_open() {
                if closes && first_within_string.is_none() {
                    first_within_string = Some(closing);
                }
            } else if closes || reopens {
                return closing;
            } else if let Some(cut) = opening.closed_at_end_of(line.text) {
                return Closing {
                    content_end: line.start + cut,
                    end: line.end(),
                    unfinished: false,
                };
            }
            strings.feed(line.text);
        }
        first_within_string.unwrap_or(Closing {
            content_end: self.reply.len(),
            end: self.reply.len(),
            unfinished: true,
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Closing {
    content_end: usize,
    end: usize,
    unfinished: bool,
}

/// The opening line of a fence.
#[derive(Debug, Clone, Copy)]
struct Opening<'l> {
    mark: char,
    length: usize,
    indent: usize,
    info: &'l str,
    /// The content, if the fence is closed in the same line.
    one_line: Option<&'l str>,
}

impl<'l> Opening<'l> {
    fn of(line: &'l str) -> Option<Self> {
        let text = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - text.len();
        let mark = text.chars().next().filter(|char| matches!(char, '`' | '~'))?;
        let info = text.trim_start_matches(mark);
        let length = text.len() - info.len();
        if length < 3 {
            return None;
        }
        let info = info.trim();
        let opening = Self {
            mark,
            length,
            indent,
            info,
            one_line: None,
        };
        let Some((content, rest)) = info.split_once("```") else {
            return Some(opening);
        };
        if !rest.trim().is_empty() || content.is_empty() {
            return None;
        }
        let first = content.split_whitespace().next().unwrap_or_default();
        let (info, content) = if PROGRAM_LANGUAGES.contains(&first) {
            (first, content.get(first.len()..).unwrap_or_default().trim())
        } else {
            ("", content)
        };
        Some(Self {
            info,
            one_line: Some(content),
            ..opening
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let text = line.trim();
        text.len() >= self.length && text.chars().all(|char| char == self.mark)
    }

    /// Returns the offset of the end of the code in a line that ends with the closing mark.
    fn closed_at_end_of(&self, line: &str) -> Option<usize> {
        let text = line.trim_end();
        let code = text.trim_end_matches(self.mark);
        let marks = text.len() - code.len();
        (marks >= self.length && !code.trim().is_empty()).then_some(code.len())
    }
}

/// Removes the indentation of a fence's opening line from each line of its content, as far as the
/// line has it.
fn dedented(content: &str, indent: usize) -> String {
    if indent == 0 {
        return content.to_owned();
    }
    let lines = content.split_inclusive('\n').map(|line| {
        let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(spaces.min(indent)..).unwrap_or_default()
    });
    lines.collect()
}

/// Tracks triple-quoted strings across the lines of a program.
#[derive(Debug, Default)]
struct Strings {
    open: Option<&'static str>,
}

impl Strings {
    const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn feed(&mut self, line: &str) {
        let mut rest = line;
        while !rest.is_empty() {
            if let Some(quotes) = self.open {
                let Some((inside, after)) = rest.split_once(quotes) else {
                    return;
                };
                let escaped = inside.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
                if !escaped {
                    self.open = None;
                }
                rest = after;
                continue;
            }
            rest = if let Some(after) = rest.strip_prefix("\"\"\"") {
                self.open = Some("\"\"\"");
                after
            } else if let Some(after) = rest.strip_prefix("'''") {
                self.open = Some("'''");
                after
            } else if rest.starts_with('#') {
                return;
            } else if let Some(quote) = rest.chars().next().filter(|char| matches!(char, '"' | '\'')) {
                after_string(rest.get(1..).unwrap_or_default(), quote)
            } else {
                let mut chars = rest.chars();
                chars.next();
                chars.as_str()
            };
        }
    }
}

/// Returns the text after a single-line string, given the text after its opening quote.
fn after_string(text: &str, quote: char) -> &str {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char == '\\' {
            chars.next();
        } else if char == quote {
            break;
        }
    }
    chars.as_str()
}
