//! The source text during formatting: its comments, blank lines and spelling of literals, in order.

use crate::lexer::{Lexed, Lexeme, Token, lex};
use crate::source::slice;
use crate::{Comment, Span};

/// The maximum number of consecutive blank lines at the top level.
const MAX_BLANK_LINES: usize = 2;

/// The maximum number of consecutive blank lines within a block.
const MAX_INNER_BLANK_LINES: usize = 1;

/// The place in the source that a printed line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The line starts with the code at this offset.
    At(u32),
    /// The line is a clause such as `else:`, which is the next line of the source.
    Next,
}

/// The source text that is formatted, and the formatter's position in it.
#[derive(Debug)]
pub(super) struct Original<'s> {
    source: &'s str,
    /// The comments of the source, except for those within f-strings, which are printed unchanged.
    comments: Vec<&'s Comment>,
    /// The index of the next comment to print.
    next: usize,
    lines: Vec<Line>,
    /// The index of the logical line that is printed.
    current: Option<usize>,
    /// The end offset in the source of the code that was printed last.
    end: u32,
    /// The columns at which the open blocks begin, outermost first.
    columns: Vec<usize>,
}

/// A logical line of the source.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: u32,
    end: u32,
    level: usize,
}

/// A comment within a logical line.
#[derive(Debug, Clone, Copy)]
pub(super) struct InnerComment<'s> {
    pub(super) text: &'s str,
    /// Whether code precedes the comment on the same line.
    pub(super) follows_code: bool,
}

/// A literal as it is written in the source.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) span: Span,
    pub(super) text: String,
}

impl<'s> Original<'s> {
    pub(super) fn new(source: &'s str, lexed: &Lexed, comments: &'s [Comment]) -> Self {
        let lines = lexed.lines.iter().filter_map(|line| {
            let tokens = lexed.tokens.get(line.tokens.clone())?;
            Some(Line {
                start: tokens.first()?.span.start,
                end: tokens.last()?.span.end,
                level: line.level,
            })
        });
        let fstrings = outermost_fstrings(lexed);
        let is_outside = |comment: &&Comment| {
            let after = fstrings.partition_point(|span| span.start <= comment.span.start);
            let before = after.checked_sub(1).and_then(|last| fstrings.get(last));
            before.is_none_or(|span| span.end <= comment.span.start)
        };
        Self {
            source,
            comments: comments.iter().filter(is_outside).collect(),
            next: 0,
            lines: lines.collect(),
            current: None,
            end: 0,
            columns: Vec::new(),
        }
    }

    // Access within a logical line.

    /// Returns the next comment of the current line, if the comment begins before an offset.
    pub(super) fn next_comment(&mut self, before: u32) -> Option<InnerComment<'s>> {
        let line = self.line()?;
        let comment = *self.comments.get(self.next)?;
        if comment.span.start >= before.min(line.end) {
            return None;
        }
        self.next += 1;
        Some(InnerComment {
            text: comment.text.trim_end(),
            follows_code: self.follows_code(comment),
        })
    }

    /// Returns the end offset of the current logical line in the source.
    pub(super) fn end_of_line(&self) -> u32 {
        self.line().map_or(0, |line| line.end)
    }

    /// Returns the end offset of a value, including comments directly after it or after up to
    /// `closers` closing parentheses.
    pub(super) fn end_with_comments(&self, place_end: u32, closers: usize) -> u32 {
        let (mut end, mut closers) = (place_end, closers);
        let comments = self.comments.get(self.next..).unwrap_or_default();
        // Some comments may be within the value.
        for comment in comments.iter().filter(|comment| comment.span.start >= place_end) {
            let between = slice(self.source, Span::new(end, comment.span.start));
            if comment.span.start >= self.end_of_line()
                || between.contains(|c: char| !c.is_whitespace() && !matches!(c, ',' | ')'))
            {
                break;
            }
            let Some(left) = closers.checked_sub(between.matches(')').count()) else {
                break;
            };
            closers = left;
            end = comment.span.end;
        }
        end
    }

    /// Returns the literals within a span: a single literal, or several adjacent strings.
    pub(super) fn literals(&self, place: Span) -> Vec<Literal> {
        let text = slice(self.source, place);
        if !text.contains(['"', '\'']) {
            return vec![Literal {
                span: place,
                text: text.to_owned(),
            }];
        }
        // Within parentheses, strings may be on several lines. The last group to close contains
        // them.
        let lexed = lex(&format!("({text})"));
        let tokens = lexed
            .groups
            .last()
            .and_then(|group| lexed.grouped.get(group.tokens.clone()))
            .unwrap_or_default();
        tokens
            .iter()
            .map(|lexeme| {
                let start = place.start + lexeme.span.start.saturating_sub(1);
                let span = Span::new(start, start + (lexeme.span.end - lexeme.span.start));
                Literal {
                    span,
                    text: with_usual_quotes(slice(self.source, span)),
                }
            })
            .collect()
    }

    /// Returns `true` if a line ends between two of these adjacent string literals.
    pub(super) fn breaks_between(&self, literals: &[Literal]) -> bool {
        literals.windows(2).any(|pair| match pair {
            [first, second] => self.holds_line_end(first.span.end, second.span.start),
            _ => false,
        })
    }

    /// Returns `true` if a line ends between the opening bracket of a span and the first item in
    /// the bracket.
    pub(super) fn breaks_after_bracket(&self, place: Span, first: u32) -> bool {
        let opens = slice(self.source, place).starts_with(['(', '[', '{']);
        opens && self.holds_line_end(place.start, first)
    }

    // Access between logical lines.

    /// Starts a printed line: writes the comments and blank lines before it.
    pub(super) fn begin_line(&mut self, place: Place, indent: usize, out: &mut String) {
        let index = match place {
            Place::At(start) => self.lines.partition_point(|line| line.start <= start).checked_sub(1),
            Place::Next => Some(self.current.map_or(0, |current| current + 1)),
        };
        let Some((index, line)) = index.and_then(|index| Some((index, *self.lines.get(index)?))) else {
            return;
        };
        // Statements on the same line are printed on separate lines, without comments or blank
        // lines between them.
        if self.current == Some(index) {
            return;
        }
        self.comments_before(line.start, line.level, out);
        let opens_block = self
            .line()
            .is_some_and(|before| before.level < line.level && self.end == before.end);
        if !opens_block {
            self.blank_lines(line.start, indent, out);
        }
        self.current = Some(index);
        self.end = line.end;
        self.columns.truncate(line.level);
        self.columns.push(self.column(line.start));
    }

    /// Writes the comments after the last line of code.
    pub(super) fn finish(&mut self, out: &mut String) {
        self.comments_before(u32::MAX, 0, out);
    }

    /// Writes the comments before an offset. The first one stays at the end of the last printed
    /// line if it was there in the source. Other comments get their own lines.
    fn comments_before(&mut self, place: u32, next_level: usize, out: &mut String) {
        let mut first = true;
        while let Some(comment) = self.comments.get(self.next).copied() {
            if comment.span.start >= place {
                return;
            }
            self.next += 1;
            let text = comment.text.trim_end();
            match self.line() {
                Some(line) if first && !self.holds_line_end(line.end, comment.span.start) => {
                    out.truncate(out.trim_end_matches('\n').len());
                    out.push_str("  ");
                }
                line => {
                    let level = self.level_of(comment, next_level);
                    let opens_block = line.is_some_and(|line| line.level < next_level && self.end == line.end);
                    if !opens_block {
                        self.blank_lines(comment.span.start, level, out);
                    }
                    out.push_str(&"    ".repeat(level));
                }
            }
            out.push_str(text);
            out.push('\n');
            self.end = self.end.max(comment.span.end);
            first = false;
        }
    }

    /// Returns the indentation level of a comment on its own line: the level of the innermost block
    /// that begins at or before the comment's column.
    fn level_of(&self, comment: &Comment, next_level: usize) -> usize {
        let Some(line) = self.line() else { return next_level };
        if comment.span.start < line.end || line.level < next_level {
            return line.level.max(next_level);
        }
        let column = self.column(comment.span.start);
        let fitting = self.columns.iter().rposition(|block| *block <= column);
        fitting.unwrap_or(0).max(next_level)
    }

    /// Writes the blank lines before an offset, up to the maximum number.
    fn blank_lines(&self, place: u32, level: usize, out: &mut String) {
        if out.is_empty() || place <= self.end {
            return;
        }
        let most = match level {
            0 => MAX_BLANK_LINES,
            _ => MAX_INNER_BLANK_LINES,
        };
        let ends = line_ends(slice(self.source, Span::new(self.end, place)));
        out.push_str(&"\n".repeat(ends.saturating_sub(1).min(most)));
    }

    // Access to the text.

    fn line(&self) -> Option<Line> {
        self.current.and_then(|current| self.lines.get(current)).copied()
    }

    fn holds_line_end(&self, start: u32, end: u32) -> bool {
        slice(self.source, Span::new(start.min(end), end)).contains(['\n', '\r'])
    }

    fn before_on_line(&self, at: u32) -> &'s str {
        let before = slice(self.source, Span::new(0, at));
        let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        before.get(start..).unwrap_or_default()
    }

    fn follows_code(&self, comment: &Comment) -> bool {
        !self.before_on_line(comment.span.start).trim().is_empty()
    }

    /// Returns the column of an offset in the source. A tab advances to the next multiple of 8, as
    /// in indentation.
    fn column(&self, at: u32) -> usize {
        self.before_on_line(at).chars().fold(0, |column, c| match c {
            '\t' => (column / 8 + 1) * 8,
            '\u{c}' | '\u{feff}' => 0,
            _ => column + 1,
        })
    }
}

/// Returns the positions of the f-strings that aren't nested in another one, in order.
fn outermost_fstrings(lexed: &Lexed) -> Vec<Span> {
    let span_of = |lexeme: &Lexeme| matches!(lexeme.token, Token::FString(_)).then_some(lexeme.span);
    let mut spans: Vec<Span> = lexed.tokens.iter().chain(&lexed.grouped).filter_map(span_of).collect();
    spans.sort_unstable();
    let mut end = 0;
    spans.retain(|span| {
        let outermost = span.start >= end;
        end = end.max(span.end);
        outermost
    });
    spans
}

/// Returns the number of line ends in a text. `\r\n` counts as one.
fn line_ends(text: &str) -> usize {
    let pairs = text.matches("\r\n").count();
    text.matches(['\n', '\r']).count() - pairs
}

/// Returns a string literal with `\n` as line end, and with double quotes if that changes no
/// escapes.
fn with_usual_quotes(literal: &str) -> String {
    let literal = literal.replace("\r\n", "\n").replace('\r', "\n");
    let start = literal.find('\'').filter(|_| !literal.contains(['"', '\\']));
    let Some(start) = start else { return literal };
    let quotes = if literal
        .get(start..)
        .is_some_and(|rest| rest.len() >= 6 && rest.starts_with("'''"))
    {
        3
    } else {
        1
    };
    let inside = start + quotes..literal.len().saturating_sub(quotes);
    match (literal.get(..start), literal.get(inside)) {
        (Some(prefix), Some(inside)) => {
            let quotes = "\"".repeat(quotes);
            format!("{prefix}{quotes}{inside}{quotes}")
        }
        _ => literal,
    }
}
