//! Lexing of plain strings, and of the escapes that they share with f-strings.

use smol_str::SmolStr;

use super::frame::{Frame, Quote, TextRole};
use super::{Lexer, Token};
use crate::Span;
use crate::codes;
use crate::source::{newline_length, slice, to_u32};
use sift_strings::character_named;

impl Lexer<'_> {
    /// Reads a string literal from its quote on. The prefix of the literal, if any, began at
    /// `start`.
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

    /// Appends the source text between offset `run` and the current position to `value`.
    pub(super) fn take_run(&self, run: usize, value: &mut String) {
        value.push_str(self.source.get(run..self.at).unwrap_or_default());
    }

    pub(super) fn line_end_in_string(&mut self, value: &mut String) {
        self.at += newline_length(self.source.get(self.at..).unwrap_or_default()).max(1);
        value.push('\n');
    }

    pub(super) fn closes(&self, quote: Quote) -> bool {
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
            codes::BYTES
                .error(prefix, "bytes are not in Sift; every text is a str")
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
            // The quote that seems to open a string was meant to close the enclosing f-string.
            return self.unclosed_fstring(index);
        }
        self.report_unclosed(open, quote);
        self.push(Token::Broken, self.span_from(open.start as usize));
        self.recover_from_unclosed(quote);
    }

    /// Recovers from a string that isn't closed on its line.
    ///
    /// If the next line contains the missing quote, the string was broken over two lines and ends
    /// there. If the string contains as many closing brackets as are open, the line ends here.
    pub(super) fn recover_from_unclosed(&mut self, quote: Quote) {
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

    pub(super) fn report_unclosed(&mut self, open: Span, quote: Quote) {
        let quotes = char::from(quote.byte).to_string().repeat(quote.length());
        let line = self.line_text(open.start);
        let diagnostic = if quote.triple {
            codes::UNCLOSED_TRIPLE_STRING
                .error(open, "this triple-quoted string is never closed")
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
            codes::UNCLOSED_STRING
                .error(open, "this string is not closed on its line")
                .with_help(format!(
                    "close it before the line ends, or open and close it with {tripled} if it holds line breaks"
                ))
                .with_corrected(format!("{before}{text}{quotes}{brackets}"))
        };
        self.report(diagnostic);
    }

    /// Reads an escape sequence in a string and appends its value.
    pub(super) fn escape(&mut self, quote: Quote, value: &mut String) {
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
            'N' => self.named_escape(start, value),
            '{' | '}' => {
                // Unknown escapes keep their backslash. A brace is significant in an f-string.
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
                    codes::SURROGATE
                        .error(span, "half of a surrogate pair is no character")
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
            codes::BAD_ESCAPE
                .error(span, message)
                .with_help("double the backslash for a plain one, or put r before the quote")
                .with_corrected(corrected),
        );
    }

    /// Reads the name of a character in `\N{…}`, from the brace on.
    fn named_escape(&mut self, start: usize, value: &mut String) {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let name = rest.strip_prefix('{').and_then(|rest| {
            let end = rest.find(['}', '\n', '\r', '"', '\''])?;
            rest.get(end..)?.starts_with('}').then(|| rest.get(..end))?
        });
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return self.bad_escape(start, "`\\N` needs the name of a character in braces: `\\N{EM DASH}`");
        };
        self.at += name.len() + 2;
        match character_named(name) {
            Some(c) => value.push(c),
            None => self.bad_escape(start, &format!("there is no character of the name `{name}`")),
        }
    }
}

/// Returns the closing brackets that are missing in a text. Brackets in strings count too.
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
