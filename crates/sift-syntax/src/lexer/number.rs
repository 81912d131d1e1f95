//! Lexing of number literals.

use sift_strings::format::{IntRef, MAX_INT_DIGITS, Radix, int_digits, parse_int};
use smol_str::SmolStr;

use super::{Lexer, Token};
use crate::Span;
use crate::codes;
use crate::source::slice;

/// The words that can follow a number without a space, as in `1if x else 2`.
const WORDS_AFTER: [&str; 8] = ["and", "else", "for", "if", "in", "is", "not", "or"];

impl Lexer<'_> {
    /// Reads a number, which begins with a digit, or with a dot and a digit.
    pub(super) fn number(&mut self) {
        let start = self.at;
        let radix = match (self.peek(), self.peek_at(1)) {
            (Some(b'0'), Some(b'x' | b'X')) => 16,
            (Some(b'0'), Some(b'o' | b'O')) => 8,
            (Some(b'0'), Some(b'b' | b'B')) => 2,
            _ => 10,
        };
        if radix == 10 {
            self.decimal(start);
        } else {
            self.at += 2;
            self.skip_alphanumeric();
            self.integer_of_radix(start, radix);
        }
    }

    fn decimal(&mut self, start: usize) {
        self.skip_digits();
        let mut float = false;
        if self.peek() == Some(b'.') {
            float = true;
            self.at += 1;
            self.skip_digits();
        }
        let sign = usize::from(matches!(self.peek_at(1), Some(b'+' | b'-')));
        if matches!(self.peek(), Some(b'e' | b'E')) && self.peek_at(1 + sign).is_some_and(|b| b.is_ascii_digit()) {
            float = true;
            self.at += 1 + sign;
            self.skip_digits();
        }
        let text = slice(self.source, self.span_from(start)).to_owned();
        if matches!(self.peek(), Some(b'j' | b'J')) {
            self.at += 1;
            return self.imaginary(start);
        }
        if self.letters_follow() {
            self.skip_alphanumeric();
            return self.bad_number(start, "letters follow the number");
        }
        if !underscores_are_right(&text) {
            return self.bad_number(start, "an underscore may only stand between two digits");
        }
        let digits = text.replace('_', "");
        if float {
            return self.float(start, &digits);
        }
        let trimmed = digits.trim_start_matches('0');
        if trimmed.len() < digits.len() && !trimmed.is_empty() {
            return self.bad_number(start, "an integer can't begin with 0");
        }
        self.integer(start, if trimmed.is_empty() { "0" } else { trimmed });
    }

    fn float(&mut self, start: usize, digits: &str) {
        let span = self.span_from(start);
        match digits.parse() {
            Ok(value) => {
                let id = crate::source::to_u32(self.out.floats.len());
                self.out.floats.push(value);
                self.push(Token::Float(id), span);
            }
            Err(_) => self.bad_number(start, "this is no number"),
        }
    }

    fn integer_of_radix(&mut self, start: usize, radix: u32) {
        let text = slice(self.source, self.span_from(start));
        // `parse_int` accepts digits of any script.
        let value = text.is_ascii().then(|| parse_int(text, radix).ok()).flatten();
        match value.map(|value| int_digits(IntRef::Big(&value), Radix::Decimal)) {
            Some(Ok(digits)) => self.integer(start, &digits),
            Some(Err(_)) => self.long_number(start),
            None => self.bad_number(start, "a digit does not belong to this base"),
        }
    }

    fn integer(&mut self, start: usize, digits: &str) {
        if digits.len() > MAX_INT_DIGITS {
            return self.long_number(start);
        }
        let span = self.span_from(start);
        self.push_text(Token::Int, SmolStr::new(digits), span);
    }

    fn long_number(&mut self, start: usize) {
        let span = self.span_from(start);
        self.report(
            codes::LONG_NUMBER
                .error(
                    span,
                    format!("this integer has more than {MAX_INT_DIGITS} decimal digits"),
                )
                .with_help("compute it instead")
                .with_corrected("n = 10 ** 5000"),
        );
        self.push(Token::Broken, span);
    }

    fn imaginary(&mut self, start: usize) {
        let span = self.span_from(start);
        let corrected = self.line_with(Span::new(span.end - 1, span.end), "");
        self.report(
            codes::IMAGINARY
                .error(span, "complex numbers are not in Sift")
                .with_help("keep the real and the imaginary part in a tuple")
                .with_corrected(corrected),
        );
        self.push(Token::Broken, span);
    }

    fn bad_number(&mut self, start: usize, message: &str) {
        let span = self.span_from(start);
        let text = slice(self.source, span).to_owned();
        let number: String = text.chars().take_while(char::is_ascii_digit).collect();
        let zeros = text.trim_start_matches('0');
        let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let replacement = if all_digits && !zeros.is_empty() {
            zeros.to_owned()
        } else {
            format!("\"{text}\"")
        };
        let help = if all_digits {
            "write it without the zeros in front, or as a string".to_owned()
        } else if number.is_empty() {
            "write a plain number".to_owned()
        } else {
            "put an operator between the number and the word, or quotes around both".to_owned()
        };
        let corrected = self.line_with(span, &replacement);
        self.report(
            codes::BAD_NUMBER
                .error(span, format!("`{text}`: {message}"))
                .with_help(help)
                .with_corrected(corrected),
        );
        self.push(Token::Broken, span);
    }

    fn skip_digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9' | b'_')) {
            self.at += 1;
        }
    }

    fn skip_alphanumeric(&mut self) {
        while let Some(c) = self.peek_char()
            && (c == '_' || unicode_ident::is_xid_continue(c))
        {
            self.at += c.len_utf8();
        }
    }

    fn letters_follow(&self) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        rest.starts_with(unicode_ident::is_xid_start) && !WORDS_AFTER.iter().any(|word| rest.starts_with(word))
    }
}

/// Returns `true` if each underscore in a number is between two digits.
fn underscores_are_right(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(index, byte)| {
        let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
        *byte != b'_' || (is_digit(index.checked_sub(1)) && is_digit(Some(index + 1)))
    })
}
