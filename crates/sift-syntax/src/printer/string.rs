//! Printing of strings and f-strings.

use sift_text::is_invisible;

use super::writer::Printer;
use crate::ast::{Conversion, Expr, FStringField, FStringPart};

/// The kind of string that a text is in, which determines the necessary escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Plain,
    Formatted,
    Specification,
}

impl Printer<'_> {
    pub(super) fn string(&mut self, text: &str) {
        let quote = self.quote();
        self.push_char(quote);
        self.escaped(text, quote, Place::Plain);
        self.push_char(quote);
    }

    pub(super) fn fstring(&mut self, parts: &[FStringPart]) {
        let quote = self.quote();
        // The text of a `{value=}` may contain line ends, which require triple quotes.
        let quotes = quote.to_string().repeat(if holds_line_end(parts) { 3 } else { 1 });
        self.push("f");
        self.push(&quotes);
        self.quotes += 1;
        self.parts(parts, quote, Place::Formatted);
        self.quotes -= 1;
        self.push(&quotes);
    }

    fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    /// Returns the quote for a string at the current nesting depth. Quotes alternate within fields,
    /// as older Python versions require.
    fn quote(&self) -> char {
        if self.quotes.is_multiple_of(2) { '"' } else { '\'' }
    }

    fn parts(&mut self, parts: &[FStringPart], quote: char, place: Place) {
        for part in parts {
            match part {
                FStringPart::Text(text) => self.escaped(text, quote, place),
                FStringPart::Field(field) => self.field(field, quote),
            }
        }
    }

    fn field(&mut self, field: &FStringField, quote: char) {
        self.push("{");
        match &field.debug {
            Some(text) => self.push(text),
            None => self.field_value(&field.value),
        }
        if let Some(conversion) = field.conversion {
            self.push(match conversion {
                Conversion::Str => "!s",
                Conversion::Repr => "!r",
                Conversion::Ascii => "!a",
            });
        }
        if let Some(spec) = &field.spec {
            self.push(":");
            self.parts(spec, quote, Place::Specification);
        }
        self.push("}");
    }

    fn field_value(&mut self, value: &Expr) {
        let mut inner = Printer {
            quotes: self.quotes,
            ..Printer::default()
        };
        inner.value(value);
        let text = inner.flat();
        if text.contains("lambda") {
            // Python would read the lambda's colon as the start of a format specification.
            self.push("(");
            self.push(&text);
            self.push(")");
            return;
        }
        if text.starts_with('{') {
            self.push(" ");
        }
        self.push(&text);
    }

    fn escaped(&mut self, text: &str, quote: char, place: Place) {
        for c in text.chars() {
            match c {
                '\\' => self.push("\\\\"),
                '\n' => self.push("\\n"),
                '\r' => self.push("\\r"),
                '\t' => self.push("\\t"),
                '{' | '}' if place == Place::Formatted => {
                    self.push_char(c);
                    self.push_char(c);
                }
                '{' => self.push(if place == Place::Specification { "\\x7b" } else { "{" }),
                '}' => self.push(if place == Place::Specification { "\\x7d" } else { "}" }),
                c if c == quote => {
                    self.push_char('\\');
                    self.push_char(c);
                }
                c if is_invisible(c) || c.is_whitespace() && c != ' ' => self.escape_number(u32::from(c)),
                c => self.push_char(c),
            }
        }
    }

    fn escape_number(&mut self, code: u32) {
        let escape = match code {
            0..0x100 => format!("\\x{code:02x}"),
            0x100..0x10000 => format!("\\u{code:04x}"),
            _ => format!("\\U{code:08x}"),
        };
        self.push(&escape);
    }
}

fn holds_line_end(parts: &[FStringPart]) -> bool {
    parts.iter().any(|part| match part {
        FStringPart::Text(_) => false,
        FStringPart::Field(field) => {
            field.debug.as_ref().is_some_and(|text| text.contains('\n'))
                || field.spec.as_ref().is_some_and(|spec| holds_line_end(spec))
        }
    })
}
