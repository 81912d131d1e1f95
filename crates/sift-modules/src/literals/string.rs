//! Parsing of string literals, as written by `repr` and in programs.

use std::borrow::Cow;

use super::reader::{Fault, syntax};

/// A string literal whose escapes aren't decoded yet.
#[derive(Debug)]
pub(super) struct StringToken<'t> {
    /// The text between the quotes.
    pub(super) inside: &'t str,
    /// The byte offset in the source at which the text between the quotes starts.
    start: usize,
    raw: bool,
}

impl<'t> StringToken<'t> {
    /// Returns the string literal at a byte offset and the offset after it, or `None` if there is
    /// no complete string literal.
    pub(super) fn read(source: &'t str, at: usize) -> Option<(Self, usize)> {
        let rest = source.get(at..)?;
        let (raw, quoted) = match rest.bytes().next()? {
            b'r' | b'R' => (true, rest.get(1..)?),
            b'u' | b'U' => (false, rest.get(1..)?),
            _ => (false, rest),
        };
        let quote = [r#"""""#, "'''", "\"", "'"]
            .into_iter()
            .find(|quote| quoted.starts_with(quote))?;
        let start = source.len() - quoted.len() + quote.len();
        let len = inside_len(source.get(start..)?, quote)?;
        let inside = source.get(start..start + len)?;
        Some((Self { inside, start, raw }, start + len + quote.len()))
    }

    /// Returns the string with escapes decoded. It is borrowed from the source if there is nothing
    /// to decode.
    pub(super) fn decoded(&self) -> Result<Cow<'t, str>, Fault> {
        let escaped = !self.raw && self.inside.contains('\\');
        if !escaped && !self.inside.contains('\r') {
            return Ok(Cow::Borrowed(self.inside));
        }
        let inside = self.inside.replace("\r\n", "\n").replace('\r', "\n");
        if !escaped {
            return Ok(Cow::Owned(inside));
        }
        let mut out = String::with_capacity(inside.len());
        let mut rest = inside.as_str();
        while let Some((before, after)) = rest.split_once('\\') {
            out.push_str(before);
            rest = self.escape(after, &mut out)?;
        }
        out.push_str(rest);
        Ok(Cow::Owned(out))
    }

    /// Decodes an escape sequence after its backslash. Returns the rest of the text.
    fn escape<'r>(&self, rest: &'r str, out: &mut String) -> Result<&'r str, Fault> {
        let mut chars = rest.chars();
        let Some(char) = chars.next() else { return Ok(rest) };
        let simple = match char {
            '\n' => return Ok(chars.as_str()),
            '\\' | '\'' | '"' => char,
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '0'..='7' => {
                let len = rest
                    .bytes()
                    .take(3)
                    .take_while(|byte| matches!(byte, b'0'..=b'7'))
                    .count();
                let (digits, rest) = rest.split_at_checked(len).unwrap_or((rest, ""));
                out.extend(u32::from_str_radix(digits, 8).ok().and_then(char::from_u32));
                return Ok(rest);
            }
            'x' => return self.code_point(chars.as_str(), 2, "\\xXX", out),
            'u' => return self.code_point(chars.as_str(), 4, "\\uXXXX", out),
            'U' => return self.code_point(chars.as_str(), 8, "\\UXXXXXXXX", out),
            'N' => return self.named(chars.as_str(), out),
            _ => {
                out.push('\\');
                char
            }
        };
        out.push(simple);
        Ok(chars.as_str())
    }

    fn code_point<'r>(&self, rest: &'r str, digits: usize, shown: &str, out: &mut String) -> Result<&'r str, Fault> {
        let read = rest.split_at_checked(digits).and_then(|(hex, rest)| {
            let plain = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = u32::from_str_radix(hex, 16).ok().filter(|_| plain)?;
            Some((code, rest))
        });
        match read {
            // Lone surrogates, which a text can't contain, become U+FFFD.
            Some((code, rest)) if code <= 0x10_FFFF => {
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                Ok(rest)
            }
            Some(_) => Err(self.unicode_error("illegal Unicode character")),
            None => Err(self.unicode_error(&format!("truncated {shown} escape"))),
        }
    }

    fn named<'r>(&self, rest: &'r str, out: &mut String) -> Result<&'r str, Fault> {
        let named = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let Some((name, rest)) = named.filter(|(name, _)| !name.is_empty()) else {
            return Err(self.unicode_error("malformed \\N character escape"));
        };
        match sift_strings::character_named(name) {
            Some(char) => {
                out.push(char);
                Ok(rest)
            }
            None => Err(self.unicode_error("unknown Unicode character name")),
        }
    }

    fn unicode_error(&self, what: &str) -> Fault {
        syntax(
            format!("(unicode error) 'unicodeescape' codec can't decode bytes: {what}"),
            self.start,
        )
    }
}

/// Returns the number of bytes before the closing quote of a string literal, or `None` if the quote
/// is missing.
fn inside_len(rest: &str, quote: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'\n' | b'\r' if quote.len() == 1 => return None,
            _ if bytes.get(at..)?.starts_with(quote.as_bytes()) => return Some(at),
            _ => at += 1,
        }
    }
}
