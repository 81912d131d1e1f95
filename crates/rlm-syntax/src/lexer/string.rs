//! Strings and f-strings.

use smol_str::SmolStr;

use super::{FieldTail, Frame, GroupKind, LexedField, LexedPart, Lexer, OpenGroup, Token};
use crate::ast::Conversion;
use crate::codes;
use crate::source::{slice, to_u32};
use crate::{Diagnostic, Span};

/// How a string literal is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quote {
    byte: u8,
    pub(super) triple: bool,
    raw: bool,
}

impl Quote {
    const fn length(self) -> usize {
        if self.triple { 3 } else { 1 }
    }
}

/// The text of an f-string, or of a format specification within a field of it, while it is read.
#[derive(Debug)]
pub(crate) struct TextFrame {
    pub(super) quote: Quote,
    pub(super) role: TextRole,
    /// Where the literal opens.
    pub(super) open: Span,
    /// The first token after it, as an index into the pending tokens.
    pub(super) first: usize,
    parts: Vec<LexedPart>,
    buffer: String,
}

/// What a text frame reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextRole {
    /// The literal's own text.
    Literal,
    /// A format specification.
    Specification,
}

impl TextFrame {
    fn flush(&mut self) {
        if !self.buffer.is_empty() {
            self.parts.push(LexedPart::Text(SmolStr::new(&self.buffer)));
            self.buffer.clear();
        }
    }
}

/// Returns the length of the line end that the text begins with; 0 if it begins with none.
pub(super) fn newline_length(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Says whether letters before a quote are a prefix of a string.
pub(super) fn is_prefix(text: &str) -> bool {
    text.len() <= 2
        && ["r", "u", "f", "b", "fr", "rf", "br", "rb"]
            .iter()
            .any(|prefix| text.eq_ignore_ascii_case(prefix))
}

impl Lexer<'_> {
    /// Reads a string whose prefix, if any, began at `start`; the lexer stands at its quote.
    pub(super) fn string(&mut self, start: usize) {
        let prefix = slice(self.source, self.span_from(start)).to_ascii_lowercase();
        let byte = self.peek().unwrap_or(b'"');
        let triple = self.peek_at(1) == Some(byte) && self.peek_at(2) == Some(byte);
        let quote = Quote {
            byte,
            triple,
            raw: prefix.contains('r'),
        };
        self.at += quote.length();
        if prefix.contains('f') {
            let open = self.span_from(start);
            self.push_text_frame(quote, TextRole::Literal, open);
        } else {
            self.plain_string(start, quote, &prefix);
        }
    }

    fn push_text_frame(&mut self, quote: Quote, role: TextRole, open: Span) {
        self.frames.push(Frame::Text(TextFrame {
            quote,
            role,
            open,
            first: self.pending.len(),
            parts: Vec::new(),
            buffer: String::new(),
        }));
    }

    fn plain_string(&mut self, start: usize, quote: Quote, prefix: &str) {
        let open = self.span_from(start);
        let mut value = String::new();
        let mut run = self.at;
        loop {
            match self.peek() {
                None => return self.unclosed_string(open, quote),
                Some(b'\n' | b'\r') if !quote.triple => return self.unclosed_string(open, quote),
                Some(byte) if byte == quote.byte && self.closes(quote) => break,
                Some(b'\\') => {
                    self.take_run(run, &mut value);
                    self.escape(quote, &mut value);
                    run = self.at;
                }
                Some(b'\r') => {
                    self.take_run(run, &mut value);
                    self.line_end_in_string(&mut value);
                    run = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
        self.take_run(run, &mut value);
        self.at += quote.length();
        let span = self.span_from(start);
        if prefix.contains('b') {
            return self.bytes_literal(start, span);
        }
        self.push_text(Token::Str, SmolStr::from(value), span);
    }

    /// Takes what was read since `run` as it stands.
    fn take_run(&self, run: usize, value: &mut String) {
        value.push_str(self.source.get(run..self.at).unwrap_or_default());
    }

    fn line_end_in_string(&mut self, value: &mut String) {
        self.at += newline_length(self.source.get(self.at..).unwrap_or_default()).max(1);
        value.push('\n');
    }

    fn closes(&self, quote: Quote) -> bool {
        (0..quote.length()).all(|ahead| self.peek_at(ahead) == Some(quote.byte))
    }

    fn bytes_literal(&mut self, start: usize, span: Span) {
        let text = slice(self.source, span);
        let quote = text.find(['"', '\'']).unwrap_or(0);
        let prefix = Span::new(to_u32(start), to_u32(start + quote));
        let kept = if slice(self.source, prefix).contains(['r', 'R']) {
            "r"
        } else {
            ""
        };
        let corrected = self.line_with(prefix, kept);
        self.report(
            Diagnostic::error(codes::BYTES, prefix, "bytes are not in Sift; every text is a str")
                .with_help("write a plain string")
                .with_corrected(corrected),
        );
        self.push(Token::Broken, span);
    }

    fn unclosed_string(&mut self, open: Span, quote: Quote) {
        if let Some(index) = self
            .frames
            .iter()
            .rposition(|frame| matches!(frame, Frame::Text(text) if !text.quote.triple))
            && !quote.triple
        {
            // The quote that seemed to open a string was meant to close the f-string around.
            return self.unclosed_fstring(index);
        }
        self.report_unclosed(open, quote);
        self.push(Token::Broken, self.span_from(open.start as usize));
        self.recover_from_unclosed(quote);
    }

    /// Goes on after a string that its line did not close.
    ///
    /// If the next line holds the quote that was missed, the string was broken over two lines and ends there. If the
    /// string swallowed as many closing brackets as are open, the line ends here.
    fn recover_from_unclosed(&mut self, quote: Quote) {
        if quote.triple {
            return;
        }
        let rest = self.source.get(self.at..).unwrap_or_default();
        let next = rest.get(newline_length(rest)..).unwrap_or_default();
        let next = next.lines().next().unwrap_or_default();
        let quotes = next.bytes().filter(|byte| *byte == quote.byte).count();
        if quotes % 2 == 1
            && let Some(close) = next.find(char::from(quote.byte))
        {
            self.at += newline_length(rest) + close + 1;
            return;
        }
        let line = self.source.get(..self.at).unwrap_or_default();
        let tail = line.trim_end_matches([' ', '\t', ',', ':', ';']);
        let closers = tail.len() - tail.trim_end_matches([')', ']', '}']).len();
        if closers > 0 && closers >= self.frames.len() {
            self.drop_all();
        }
    }

    fn report_unclosed(&mut self, open: Span, quote: Quote) {
        let quotes = char::from(quote.byte).to_string().repeat(quote.length());
        let line = self.line_text(open.start);
        let diagnostic = if quote.triple {
            Diagnostic::error(
                codes::UNCLOSED_TRIPLE_STRING,
                open,
                "this triple-quoted string is never closed",
            )
            .with_help(format!("write {quotes} where it ends"))
            .with_corrected(format!("{}{quotes}", line.trim_end()))
        } else {
            let opens = slice(self.source, open);
            let tripled = format!("{}{}", opens.trim_end_matches(['"', '\'']), quotes.repeat(3));
            let inner = slice(self.source, Span::new(open.end, self.line_span(open.start).end));
            let brackets = unclosed_in_line(line.get(..line.len().saturating_sub(inner.len())).unwrap_or_default());
            let text = inner.trim_end();
            let text = text
                .strip_suffix(brackets.as_str())
                .unwrap_or(text)
                .trim_end_matches('\\');
            let before = slice(self.source, Span::new(self.line_span(open.start).start, open.end));
            Diagnostic::error(codes::UNCLOSED_STRING, open, "this string is not closed on its line")
                .with_help(format!(
                    "close it before the line ends, or open and close it with {tripled} if it holds line breaks"
                ))
                .with_corrected(format!("{before}{text}{quotes}{brackets}"))
        };
        self.report(diagnostic);
    }

    /// Reads what a backslash begins and adds what it means.
    fn escape(&mut self, quote: Quote, value: &mut String) {
        let start = self.at;
        self.at += 1;
        let rest = self.source.get(self.at..).unwrap_or_default();
        let newline = newline_length(rest);
        if quote.raw {
            value.push('\\');
            if newline > 0 {
                self.line_end_in_string(value);
            } else if let Some(c) = rest.chars().next()
                && !matches!(c, '{' | '}')
            {
                value.push(c);
                self.at += c.len_utf8();
            }
            return;
        }
        if newline > 0 {
            self.at += newline;
            return;
        }
        let Some(c) = rest.chars().next() else { return };
        self.at += c.len_utf8();
        match c {
            '\\' | '\'' | '"' => value.push(c),
            'n' => value.push('\n'),
            't' => value.push('\t'),
            'r' => value.push('\r'),
            'a' => value.push('\u{7}'),
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{c}'),
            'v' => value.push('\u{b}'),
            '0'..='7' => self.octal(c, value),
            'x' => self.hex(start, 2, value),
            'u' => self.hex(start, 4, value),
            'U' => self.hex(start, 8, value),
            'N' => self.named_escape(start),
            '{' | '}' => {
                // Unknown escapes keep their backslash; the brace has a meaning of its own in an f-string.
                self.at -= 1;
                value.push('\\');
                if !matches!(self.frames.last(), Some(Frame::Text(_))) {
                    self.at += 1;
                    value.push(c);
                }
            }
            _ => {
                value.push('\\');
                value.push(c);
            }
        }
    }

    fn octal(&mut self, first: char, value: &mut String) {
        let mut code = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(8)) else {
                break;
            };
            code = code * 8 + digit;
            self.at += 1;
        }
        value.push(char::from_u32(code).unwrap_or_default());
    }

    fn hex(&mut self, start: usize, digits: usize, value: &mut String) {
        let mut code = 0_u32;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(16)) else {
                let letter = slice(self.source, Span::new(to_u32(start + 1), to_u32(start + 2))).to_owned();
                return self.bad_escape(start, &format!("`\\{letter}` needs {digits} hexadecimal digits"));
            };
            code = code.saturating_mul(16).saturating_add(digit);
            self.at += 1;
        }
        match char::from_u32(code) {
            Some(c) => value.push(c),
            None if (0xd800..0xe000).contains(&code) => {
                let span = self.span_from(start);
                let corrected = self.line_with(span, "\u{fffd}");
                self.report(
                    Diagnostic::error(codes::SURROGATE, span, "half of a surrogate pair is no character")
                        .with_help("write the whole character itself, or as `\\U` with 8 digits")
                        .with_corrected(corrected),
                );
            }
            None => self.bad_escape(start, "there is no such character: the last one is `\\U0010FFFF`"),
        }
    }

    fn bad_escape(&mut self, start: usize, message: &str) {
        let span = self.span_from(start);
        let corrected = self.line_with(Span::new(span.start, span.start), "\\");
        self.report(
            Diagnostic::error(codes::BAD_ESCAPE, span, message)
                .with_help("double the backslash for a plain one, or put r before the quote")
                .with_corrected(corrected),
        );
    }

    fn named_escape(&mut self, start: usize) {
        let rest = self.source.get(self.at..).unwrap_or_default();
        if rest.starts_with('{')
            && let Some(end) = rest.find(['}', '\n', '\r', '"', '\''])
        {
            self.at += end + usize::from(rest.get(end..).is_some_and(|rest| rest.starts_with('}')));
        }
        let span = self.span_from(start);
        let corrected = self.line_with(span, "\\u2014");
        self.report(
            Diagnostic::error(codes::NAMED_ESCAPE, span, "characters by name are not in Sift")
                .with_help("write the character itself, or its number as in \\u2014")
                .with_corrected(corrected),
        );
    }

    // F-strings.

    /// Reads the text of an f-string up to a field, its end, or the end of a specification.
    pub(super) fn text_piece(&mut self) {
        let Some(Frame::Text(mut frame)) = self.frames.pop() else {
            return;
        };
        let mut run = self.at;
        loop {
            let Some(byte) = self.peek() else {
                self.frames.push(Frame::Text(frame));
                return self.end_of_source();
            };
            match byte {
                b'\n' | b'\r' if !frame.quote.triple => {
                    self.frames.push(Frame::Text(frame));
                    return self.newline();
                }
                b'{' if self.peek_at(1) == Some(b'{') && frame.role == TextRole::Literal => {
                    self.at += 1;
                    self.take_run(run, &mut frame.buffer);
                    self.at += 1;
                    run = self.at;
                }
                b'{' => {
                    self.take_run(run, &mut frame.buffer);
                    frame.flush();
                    self.frames.push(Frame::Text(frame));
                    return self.open_field();
                }
                b'}' if frame.role == TextRole::Specification => {
                    self.take_run(run, &mut frame.buffer);
                    frame.flush();
                    let span = Span::new(to_u32(self.at), to_u32(self.at + 1));
                    self.at += 1;
                    return self.close_field(span, Some(frame.parts));
                }
                b'}' if self.peek_at(1) == Some(b'}') => {
                    self.at += 1;
                    self.take_run(run, &mut frame.buffer);
                    self.at += 1;
                    run = self.at;
                }
                b'}' => {
                    self.take_run(run, &mut frame.buffer);
                    self.single_brace();
                    run = self.at;
                }
                b'\\' => {
                    self.take_run(run, &mut frame.buffer);
                    // An escaped brace looks at the frame on top.
                    let quote = frame.quote;
                    let mut buffer = std::mem::take(&mut frame.buffer);
                    self.frames.push(Frame::Text(frame));
                    self.escape(quote, &mut buffer);
                    let Some(Frame::Text(popped)) = self.frames.pop() else {
                        return;
                    };
                    frame = popped;
                    frame.buffer = buffer;
                    run = self.at;
                }
                b'\r' => {
                    self.take_run(run, &mut frame.buffer);
                    self.line_end_in_string(&mut frame.buffer);
                    run = self.at;
                }
                byte if byte == frame.quote.byte && self.closes(frame.quote) => {
                    self.take_run(run, &mut frame.buffer);
                    return self.close_text(frame);
                }
                _ => self.at += 1,
            }
        }
    }

    fn close_text(&mut self, mut frame: TextFrame) {
        if frame.role == TextRole::Specification {
            self.frames.push(Frame::Text(frame));
            let index = self
                .frames
                .iter()
                .rposition(|frame| matches!(frame, Frame::Text(text) if text.role == TextRole::Literal));
            return self.unclosed_fstring(index.unwrap_or(0));
        }
        frame.flush();
        self.at += frame.quote.length();
        let span = self.span_from(frame.open.start as usize);
        let broken = self.pending.len() > frame.first;
        self.pending.truncate(frame.first);
        if broken {
            self.push(Token::Broken, span);
        } else {
            let id = to_u32(self.out.fstrings.len());
            self.out.fstrings.push(frame.parts);
            self.push(Token::FString(id), span);
        }
    }

    fn single_brace(&mut self) {
        let start = self.at;
        self.at += 1;
        let span = self.span_from(start);
        let corrected = self.line_with(span, "}}");
        self.report(
            Diagnostic::error(codes::BAD_FIELD, span, "a single `}` can't stand in an f-string")
                .with_help("write `}}` for a plain brace")
                .with_corrected(corrected),
        );
    }

    fn open_field(&mut self) {
        let start = self.at;
        self.at += 1;
        let span = self.span_from(start);
        if !self.room_for_depth(span) {
            return;
        }
        let open = OpenGroup {
            kind: GroupKind::Field,
            span,
            first: self.pending.len(),
        };
        self.frames.push(Frame::Field(open, FieldTail::default()));
    }

    /// Reads the `=` of `{value=}`; says whether it was one.
    pub(super) fn debug_field(&mut self) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let ends = trimmed.starts_with(['}', ':']) || (trimmed.starts_with('!') && !trimmed.starts_with("!="));
        if !ends {
            return false;
        }
        let end = self.at + (rest.len() - trimmed.len());
        let source = self.source;
        if let Some(Frame::Field(open, tail)) = self.frames.last_mut() {
            let text = slice(source, Span::new(open.span.end, to_u32(end)));
            tail.debug = Some(SmolStr::from(text.replace("\r\n", "\n").replace('\r', "\n")));
        }
        self.at = end;
        true
    }

    /// Reads `!r`, `!s` or `!a`.
    pub(super) fn conversion(&mut self) {
        let start = self.at;
        self.at += 1;
        let letter = self.peek_char();
        let conversion = match letter {
            Some('r') => Conversion::Repr,
            Some('s') => Conversion::Str,
            Some('a') => Conversion::Ascii,
            _ => {
                let span = self.span_from(start);
                let corrected = match letter {
                    Some(c) if c.is_alphanumeric() => {
                        self.line_with(Span::new(span.start, span.end + to_u32(c.len_utf8())), "!r")
                    }
                    _ => self.line_with(span, "!r"),
                };
                self.report(
                    Diagnostic::error(codes::BAD_FIELD, span, "after `!` in a field only r, s or a can stand")
                        .with_help("write `!r`, or leave it out")
                        .with_corrected(corrected),
                );
                self.push(Token::Broken, span);
                return;
            }
        };
        self.at += 1;
        let rest = self.source.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if !matches!(self.peek(), Some(b'}' | b':')) {
            let span = self.span_from(start);
            let corrected = self.line_with(span, "!r}");
            self.report(
                Diagnostic::error(codes::BAD_FIELD, span, "after a conversion only `:` or `}` can stand")
                    .with_help("close the field")
                    .with_corrected(corrected),
            );
            self.push(Token::Broken, span);
        } else if let Some(Frame::Field(_, tail)) = self.frames.last_mut() {
            tail.conversion = Some(conversion);
        }
    }

    /// Begins the format specification of the field on top.
    pub(super) fn open_spec(&mut self) {
        let around = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Text(text) => Some((text.quote, text.open)),
            _ => None,
        });
        let Some((quote, open)) = around else { return };
        self.push_text_frame(quote, TextRole::Specification, open);
    }

    /// Ends the field on top: its expression becomes a group, and the text around it goes on.
    pub(super) fn close_field(&mut self, closer: Span, spec: Option<Vec<LexedPart>>) {
        let Some(Frame::Field(open, tail)) = self.frames.pop() else {
            return;
        };
        if self.pending.len() == open.first {
            self.empty_field(open.span.to(closer));
        }
        let group = self.store_group(open, closer);
        if let Some(Frame::Text(text)) = self.frames.last_mut() {
            text.parts.push(LexedPart::Field(Box::new(LexedField {
                group,
                debug: tail.debug,
                conversion: tail.conversion,
                spec,
            })));
        }
    }

    fn empty_field(&mut self, span: Span) {
        let inside = slice(self.source, Span::new(span.start + 1, span.end.max(span.start + 2) - 1)).to_owned();
        let corrected = self.line_with(span, &format!("{{{{{inside}}}}}"));
        self.report(
            Diagnostic::error(codes::BAD_FIELD, span, "a field of an f-string is empty")
                .with_help("put a value between the braces, or double them for plain ones")
                .with_corrected(corrected),
        );
        self.push(Token::Broken, span);
    }

    /// Reports the f-string at `index` of the frames as unclosed and drops it with all that is open in it.
    pub(super) fn unclosed_fstring(&mut self, index: usize) {
        let field = self.frames.get(index + 1).and_then(|frame| match frame {
            Frame::Field(open, _) => Some(open.span),
            _ => None,
        });
        let Some(Frame::Text(text)) = self.frames.get(index) else {
            return;
        };
        let (quote, open, first) = (text.quote, text.open, text.first);
        match field {
            None => self.report_unclosed(open, quote),
            Some(brace) => {
                let line = self.line_text(brace.start).trim_end();
                let quotes = char::from(quote.byte).to_string();
                let corrected = match line.rfind(quotes.as_str()) {
                    Some(at) => format!(
                        "{}}}{}",
                        line.get(..at).unwrap_or_default(),
                        line.get(at..).unwrap_or_default()
                    ),
                    None => format!("{line}}}{quotes}"),
                };
                self.report(
                    Diagnostic::error(codes::BAD_FIELD, brace, "this `{` of an f-string is never closed")
                        .with_help("write `}` where the value ends, or `{{` for a plain brace")
                        .with_corrected(corrected),
                );
            }
        }
        self.frames.truncate(index);
        self.pending.truncate(first);
        self.push(Token::Broken, self.span_from(open.start as usize));
        self.recover_from_unclosed(quote);
    }
}

/// Returns the brackets that would close what a text leaves open, strings aside.
fn unclosed_in_line(text: &str) -> String {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.iter().rev().collect()
}
