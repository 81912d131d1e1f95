//! The lexer: layout, brackets and f-strings.
//!
//! The lexer handles three constructs with an explicit stack, because they would require recursion
//! in a parser:
//!
//! - **Layout.** A logical line has the number of its indentation level. The parser never sees
//!   spaces.
//! - **Brackets.** A bracket with all its content becomes one [`Token::Group`]. Groups are numbered
//!   in the order in which they close, so that inner groups precede outer ones.
//! - **F-strings.** A field is a group like a bracket. Fields, format specifications and strings in
//!   fields nest.
//!
//! Indentations and groups together nest at most [`MAX_DEPTH`] deep.

mod bracket;
mod frame;
mod fstring;
mod indents;
mod layout;
mod number;
mod string;
mod token;

use sift_text::is_invisible;
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfkc};

use crate::codes;
use crate::source::{line_span, newline_length, replaced, slice, to_u32};
use crate::{Comment, Diagnostic, Span};

use frame::{Frame, is_string_prefix};
use indents::Indents;
pub(crate) use token::{Group, GroupKind, Keyword, LexedField, LexedPart, Lexeme, Line, Op, Token};

/// The reserved words of the language, and the two pairs that form one operator (`not in`,
/// `is not`).
pub const KEYWORDS: &[&str] = Keyword::TEXTS;

/// The maximum nesting depth of blocks, brackets and f-string fields, taken together.
pub const MAX_DEPTH: usize = 100;

/// The maximum number of diagnostics for a program. Further ones are dropped, because users and
/// models don't fix a hundred errors at once.
pub(crate) const MAX_DIAGNOSTICS: usize = 100;

/// The tokens of a source text, with the tables that the tokens refer to.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// The logical lines of the source, as ranges of `tokens`.
    pub(crate) lines: Vec<Line>,
    /// The tokens of all logical lines.
    pub(crate) tokens: Vec<Lexeme>,
    /// The brackets with their contents, inner ones first.
    pub(crate) groups: Vec<Group>,
    /// The tokens within all brackets.
    pub(crate) grouped: Vec<Lexeme>,
    /// The texts of names, integers and plain strings, by index.
    pub(crate) texts: Vec<SmolStr>,
    /// The values of float literals, by index.
    pub(crate) floats: Vec<f64>,
    /// The parts of f-strings, by index.
    pub(crate) fstrings: Vec<Vec<LexedPart>>,
    /// The comments of the source, in order.
    pub(crate) comments: Vec<Comment>,
    /// The diagnostics of the lexer.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether lexing ended early because of excessive nesting, so that the lines aren't worth
    /// parsing.
    pub(crate) gave_up: bool,
}

/// Splits a source text into tokens. The caller checks the length of the source, because spans
/// limit it.
pub(crate) fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer::new(source);
    lexer.run();
    let mut out = lexer.out;
    out.tokens = lexer.pending;
    out
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    out: Lexed,
    /// The tokens of all lines so far, followed by those of the open groups.
    pending: Vec<Lexeme>,
    frames: Vec<Frame>,
    indents: Indents,
    /// The index in `pending` of the first token of the current logical line.
    line_first: usize,
    /// Whether the current logical line already has a diagnostic. Further errors in it may be
    /// consequences.
    line_is_broken: bool,
    finished: bool,
}

impl<'s> Lexer<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            at: if source.starts_with('\u{feff}') {
                '\u{feff}'.len_utf8()
            } else {
                0
            },
            out: Lexed::default(),
            pending: Vec::with_capacity(source.len() / 4),
            frames: Vec::new(),
            indents: Indents::default(),
            line_first: 0,
            line_is_broken: false,
            finished: false,
        }
    }

    fn run(&mut self) {
        self.begin_line();
        while !self.finished {
            if let Some(Frame::Text(_)) = self.frames.last() {
                self.text_piece();
            } else {
                self.token();
            }
        }
    }

    /// Reads the next token outside of f-string text.
    fn token(&mut self) {
        let start = self.at;
        let Some(byte) = self.peek() else {
            return self.end_of_source();
        };
        match byte {
            b' ' | b'\t' | b'\x0c' => self.at += 1,
            b'\n' | b'\r' => self.newline(),
            b'#' => self.comment(),
            b'\\' => self.backslash(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) => self.number(),
            b'"' | b'\'' => self.string(start),
            b'(' | b'[' | b'{' => self.open(byte),
            b')' | b']' | b'}' => self.close(byte),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            0x80.. => match self.peek_char() {
                Some(c) if unicode_ident::is_xid_start(c) => self.word(),
                _ => self.bad_character(),
            },
            _ => self.operator(),
        }
    }

    fn word(&mut self) {
        let start = self.at;
        // Most names are ASCII and need no decoding.
        let rest = self.source.as_bytes().get(start..).unwrap_or_default();
        let ascii = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        self.at += ascii.count();
        while let Some(c) = self.peek_char()
            && (c == '_' || unicode_ident::is_xid_continue(c))
        {
            self.at += c.len_utf8();
        }
        let text = self.source.get(start..self.at).unwrap_or_default();
        if matches!(self.peek(), Some(b'"' | b'\'')) && is_string_prefix(text) {
            return self.string(start);
        }
        let span = self.span_from(start);
        match Keyword::from_text(text) {
            Some(word) => self.keyword(word, span),
            None if text.is_ascii() || is_nfkc(text) => self.push_text(Token::Name, SmolStr::new(text), span),
            None => self.push_text(Token::Name, text.nfkc().collect(), span),
        }
    }

    /// Adds a keyword token. `not in` and `is not` become one token, and `lambda` opens its
    /// parameters.
    fn keyword(&mut self, word: Keyword, span: Span) {
        let first = self.first_of_frame();
        let before = self.pending.get_mut(first..).and_then(<[Lexeme]>::last_mut);
        match (word, before) {
            (Keyword::In, Some(last)) if last.token == Token::Keyword(Keyword::Not) => {
                *last = Lexeme {
                    token: Token::Keyword(Keyword::NotIn),
                    span: last.span.to(span),
                };
            }
            (Keyword::Not, Some(last)) if last.token == Token::Keyword(Keyword::Is) => {
                *last = Lexeme {
                    token: Token::Keyword(Keyword::IsNot),
                    span: last.span.to(span),
                };
            }
            (Keyword::Lambda, _) => {
                self.push(Token::Keyword(word), span);
                self.push_frame(GroupKind::LambdaParameters, span);
            }
            _ => self.push(Token::Keyword(word), span),
        }
    }

    fn operator(&mut self) {
        let start = self.at;
        let Some(op) = read_operator(self.peek(), self.peek_at(1), self.peek_at(2)) else {
            if matches!(self.frames.last(), Some(Frame::Field(..))) && self.peek() == Some(b'!') {
                return self.conversion();
            }
            return self.bad_character();
        };
        self.at += op.as_str().len();
        let span = self.span_from(start);
        match (op, self.frames.last()) {
            (Op::Colon, Some(Frame::Group(open))) if open.kind == GroupKind::LambdaParameters => {
                self.close_group(Span::new(span.start, span.start));
                self.push(Token::Op(op), span);
            }
            (Op::Colon | Op::Walrus, Some(Frame::Field(..))) => {
                self.at = start + 1;
                self.open_spec();
            }
            (Op::Equal, Some(Frame::Field(..))) => {
                if !self.debug_field() {
                    self.push(Token::Op(op), span);
                }
            }
            _ => self.push(Token::Op(op), span),
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = self.source.get(start..).unwrap_or_default();
        self.at = rest
            .find(['\n', '\r'])
            .map_or(self.source.len(), |length| start + length);
        let span = self.span_from(start);
        self.out.comments.push(Comment {
            text: SmolStr::new(slice(self.source, span)),
            span,
        });
    }

    /// Reads a backslash outside of strings, which continues the logical line on the next line.
    fn backslash(&mut self) {
        let start = self.at;
        let rest = self.source.get(start + 1..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let newline = newline_length(trimmed);
        if newline > 0 {
            let skipped = rest.len() - trimmed.len();
            if skipped > 0 {
                self.report_continuation(start, "a space follows the backslash");
            }
            self.at = start + 1 + skipped + newline;
        } else if trimmed.is_empty() {
            self.at = self.source.len();
            self.report_continuation(start, "the program ends after a backslash");
        } else {
            self.at += 1;
            self.report_continuation(
                start,
                "a backslash outside a string joins lines, so nothing may follow it",
            );
            self.push(Token::Broken, Span::new(to_u32(start), to_u32(start + 1)));
        }
    }

    fn report_continuation(&mut self, start: usize, message: &str) {
        let span = Span::new(to_u32(start), to_u32(start + 1));
        let line = self.line_text(span.start);
        let corrected = line.replace("\\\"", "\"").replace("\\'", "'").replace('\\', " ");
        self.report(
            codes::BAD_CONTINUATION
                .error(span, message)
                .with_help("remove the backslash; within brackets a line may simply go on")
                .with_corrected(corrected.trim_end()),
        );
    }

    fn bad_character(&mut self) {
        let Some(c) = self.peek_char() else { return };
        let start = self.at;
        self.at += c.len_utf8();
        let span = self.span_from(start);
        let shown = if is_invisible(c) || c.is_whitespace() {
            format!("U+{:04X}", u32::from(c))
        } else {
            format!("`{c}` (U+{:04X})", u32::from(c))
        };
        let (code, help, replacement) = match c {
            '“' | '”' | '„' | '«' | '»' => (codes::BAD_CHARACTER, "write straight quotes", "\""),
            '‘' | '’' | '‚' => (codes::BAD_CHARACTER, "write straight quotes", "'"),
            '×' | '·' => (codes::BAD_CHARACTER, "write `*`", "*"),
            '÷' => (codes::BAD_CHARACTER, "write `/`", "/"),
            '−' | '–' | '—' => (codes::BAD_CHARACTER, "write `-`", "-"),
            '≤' => (codes::BAD_CHARACTER, "write `<=`", "<="),
            '≥' => (codes::BAD_CHARACTER, "write `>=`", ">="),
            '≠' => (codes::BAD_CHARACTER, "write `!=`", "!="),
            '→' => (codes::BAD_CHARACTER, "write `->`, or a comment", "->"),
            '，' => (codes::BAD_CHARACTER, "write `,`", ","),
            '!' => (codes::FOREIGN_OPERATOR, "write `not`", "not "),
            '`' | '$' | '?' => (
                codes::BAD_CHARACTER,
                "it means nothing outside a string; put text into quotes",
                "",
            ),
            c if c.is_whitespace() => (codes::BAD_CHARACTER, "write a plain space", " "),
            _ => (codes::BAD_CHARACTER, "put text into quotes", ""),
        };
        if self.line_is_broken {
            return;
        }
        let line = self.line_text(span.start);
        let corrected = match c {
            '!' => line.replacen('!', replacement, 1),
            '“' | '”' | '‘' | '’' => line.replace(['“', '”'], "\"").replace(['‘', '’'], "'"),
            _ => line.replace(c, replacement),
        };
        self.report(
            code.error(span, format!("{shown} can't stand here"))
                .with_help(help)
                .with_corrected(corrected.trim_end()),
        );
        if !c.is_whitespace() {
            self.push(Token::Broken, span);
        }
    }

    // Helper functions.

    fn report(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.out.diagnostics.push(diagnostic);
        }
    }

    fn is_full(&self) -> bool {
        self.out.diagnostics.len() >= MAX_DIAGNOSTICS
    }

    /// Returns the span of the line at an offset. Returns an empty span if no more diagnostics are
    /// reported, because a line may be the whole program, with an error at each character.
    fn line_span(&self, offset: u32) -> Span {
        match self.is_full() {
            true => Span::new(offset, offset),
            false => line_span(self.source, offset),
        }
    }

    /// Returns the line around a span with the text of the span replaced. Returns only the
    /// replacement if no more diagnostics are reported.
    fn line_with(&self, span: Span, replacement: &str) -> String {
        match self.is_full() {
            true => replacement.to_owned(),
            false => replaced(self.source, span, replacement),
        }
    }

    fn line_text(&self, offset: u32) -> &'s str {
        slice(self.source, self.line_span(offset))
    }

    fn push(&mut self, token: Token, span: Span) {
        self.line_is_broken |= token == Token::Broken;
        self.pending.push(Lexeme { token, span });
    }

    fn push_text(&mut self, make: fn(u32) -> Token, text: SmolStr, span: Span) {
        let id = to_u32(self.out.texts.len());
        self.out.texts.push(text);
        self.push(make(id), span);
    }

    /// Returns the index of the first token in the innermost open construct, or in the current line
    /// if none is open.
    fn first_of_frame(&self) -> usize {
        match self.frames.last() {
            Some(Frame::Group(open) | Frame::Field(open, _)) => open.first,
            Some(Frame::Text(text)) => text.first,
            None => self.line_first,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    fn peek_char(&self) -> Option<char> {
        match self.peek()? {
            byte if byte.is_ascii() => Some(char::from(byte)),
            _ => self.source.get(self.at..)?.chars().next(),
        }
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(to_u32(start), to_u32(self.at))
    }
}

/// Returns the longest operator that three bytes begin with, if any.
fn read_operator(first: Option<u8>, second: Option<u8>, third: Option<u8>) -> Option<Op> {
    let second = second.unwrap_or(0);
    let third = third.unwrap_or(0);
    Some(match (first?, second, third) {
        (b'*', b'*', b'=') => Op::DoubleStarEqual,
        (b'/', b'/', b'=') => Op::DoubleSlashEqual,
        (b'<', b'<', b'=') => Op::ShiftLeftEqual,
        (b'>', b'>', b'=') => Op::ShiftRightEqual,
        (b'.', b'.', b'.') => Op::Ellipsis,
        (b'*', b'*', _) => Op::DoubleStar,
        (b'/', b'/', _) => Op::DoubleSlash,
        (b'<', b'<', _) => Op::ShiftLeft,
        (b'>', b'>', _) => Op::ShiftRight,
        (b'<', b'=', _) => Op::LessEqual,
        (b'>', b'=', _) => Op::GreaterEqual,
        (b'=', b'=', _) => Op::EqualEqual,
        (b'!', b'=', _) => Op::NotEqual,
        (b':', b'=', _) => Op::Walrus,
        (b'-', b'>', _) => Op::Arrow,
        (b'+', b'=', _) => Op::PlusEqual,
        (b'-', b'=', _) => Op::MinusEqual,
        (b'*', b'=', _) => Op::StarEqual,
        (b'/', b'=', _) => Op::SlashEqual,
        (b'%', b'=', _) => Op::PercentEqual,
        (b'@', b'=', _) => Op::AtEqual,
        (b'&', b'=', _) => Op::AmpersandEqual,
        (b'|', b'=', _) => Op::PipeEqual,
        (b'^', b'=', _) => Op::CaretEqual,
        (b'+', ..) => Op::Plus,
        (b'-', ..) => Op::Minus,
        (b'*', ..) => Op::Star,
        (b'/', ..) => Op::Slash,
        (b'%', ..) => Op::Percent,
        (b'@', ..) => Op::At,
        (b'&', ..) => Op::Ampersand,
        (b'|', ..) => Op::Pipe,
        (b'^', ..) => Op::Caret,
        (b'~', ..) => Op::Tilde,
        (b'<', ..) => Op::Less,
        (b'>', ..) => Op::Greater,
        (b'=', ..) => Op::Equal,
        (b',', ..) => Op::Comma,
        (b':', ..) => Op::Colon,
        (b';', ..) => Op::Semicolon,
        (b'.', ..) => Op::Dot,
        _ => return None,
    })
}
