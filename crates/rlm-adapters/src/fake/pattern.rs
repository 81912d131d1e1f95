//! Regular expressions in Python's syntax, translated to that of the `fancy_regex` engine.

use std::iter::Peekable;
use std::str::Chars;

use fancy_regex::{Captures, Regex, RegexBuilder};

/// The maximum number of backtracking steps of a search. That many steps take well under a second.
const MOST_STEPS: usize = 2_000_000;

/// The error for an invalid regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid regex `{pattern}`: {cause}")]
pub struct PatternError {
    pattern: String,
    cause: String,
}

/// A compiled pattern with the semantics of Python's `re.search` with `re.DOTALL`.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(python: &str) -> Result<Self, PatternError> {
        let error = |cause: String| PatternError {
            pattern: python.to_owned(),
            cause,
        };
        let translated = Translator::new(python).translate().map_err(error)?;
        let mut builder = RegexBuilder::new(&translated);
        let regex = builder.dot_matches_new_line(true).backtrack_limit(MOST_STEPS).build();
        regex.map(Self).map_err(|cause| error(cause.to_string()))
    }

    /// Returns the capture groups of the first match in `text`.
    pub(super) fn search<'t>(&self, text: &'t str) -> Result<Option<Captures<'t, str>>, fancy_regex::Error> {
        self.0.captures(text)
    }

    /// Returns the number of the pattern's groups, including the whole match.
    pub(super) fn groups(&self) -> usize {
        self.0.captures_len()
    }

    /// Returns the number of the group with the name `name`, if the pattern has it.
    pub(super) fn group_named(&self, name: &str) -> Option<usize> {
        self.0.capture_names().position(|group| group == Some(name))
    }
}

/// A translator of Python's regular expressions for the `fancy_regex` engine. It rewrites the
/// syntax that the engine interprets differently: `$` and `\Z`, literal braces and brackets,
/// escaped punctuation, and set operators within `[…]`.
struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    multi_line: bool,
}

impl<'a> Translator<'a> {
    fn new(pattern: &'a str) -> Self {
        Self {
            rest: pattern.chars().peekable(),
            out: String::with_capacity(pattern.len() + 8),
            multi_line: false,
        }
    }

    fn translate(mut self) -> Result<String, String> {
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '{' => self.brace(),
                '}' | ']' => self.literal(c),
                '$' if !self.multi_line => self.out.push_str(r"(?=\n?\z)"),
                _ => self.out.push(c),
            }
        }
        Ok(self.out)
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.rest.next() {
            None => return Err("trailing backslash".to_owned()),
            Some('Z') => self.out.push_str(r"\z"),
            Some('u') => self.code_point(4)?,
            Some('U') => self.code_point(8)?,
            Some('0') => self.out.push_str(r"\x00"),
            Some(c) if c.is_ascii_digit() || "AbBdDsSwWaftvnrx".contains(c) => self.out.extend(['\\', c]),
            Some(c) if c.is_ascii_alphabetic() => return Err(format!("bad escape \\{c}")),
            Some(c) => self.literal(c),
        }
        Ok(())
    }

    fn code_point(&mut self, digits: usize) -> Result<(), String> {
        let hex: String = self.rest.by_ref().take(digits).collect();
        let character = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
        let character = character.ok_or_else(|| format!("invalid code point `{hex}`"))?;
        self.literal(character);
        Ok(())
    }

    /// Translates a character class (`[…]`) of a regular expression, from after its opening
    /// bracket.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or("unclosed `[`")?;
            match c {
                ']' if !first => break,
                '\\' if self.rest.next_if_eq(&'b').is_some() => self.out.push_str(r"\x08"),
                '\\' => self.escape()?,
                '[' | ']' | '&' | '~' => self.literal(c),
                '-' if self.out.ends_with('-') => self.literal(c),
                _ => self.out.push(c),
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// Translates the start of a group of a regular expression, from after its opening parenthesis.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        match self.rest.peek().copied() {
            Some('#') => {
                self.out.pop();
                self.rest.by_ref().find(|c| *c == ')').ok_or("unclosed comment")?;
            }
            Some(c) if c.is_ascii_alphabetic() && c != 'P' => self.flags()?,
            _ => self.out.push('?'),
        }
        Ok(())
    }

    /// Translates the flags of a regular expression: `(?flags)`, or those of `(?flags:…)`. ASCII
    /// and verbose modes are not supported.
    fn flags(&mut self) -> Result<(), String> {
        let mut flags = String::new();
        while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphabetic() || *c == '-') {
            match c {
                'i' | 'm' | 's' | '-' => flags.push(c),
                'u' => {}
                _ => return Err(format!("unsupported flag `{c}`")),
            }
        }
        let for_all = self.rest.peek() == Some(&')');
        self.multi_line |= for_all && flags.contains('m');
        if for_all && flags.is_empty() {
            self.rest.next();
            self.out.pop();
        } else {
            self.out.push('?');
            self.out.push_str(&flags);
        }
        Ok(())
    }

    /// Translates a brace of a regular expression: a repetition if it has that form, otherwise a
    /// literal.
    fn brace(&mut self) {
        let mut ahead = self.rest.clone();
        let mut inside = String::new();
        while let Some(c) = ahead.next_if(|c| c.is_ascii_digit() || *c == ',') {
            inside.push(c);
        }
        let repetition = ahead.next() == Some('}') && !inside.is_empty() && inside.matches(',').count() < 2;
        if !repetition {
            self.literal('{');
            return;
        }
        self.rest = ahead;
        let zero = if inside.starts_with(',') { "0" } else { "" };
        self.out.extend(["{", zero, &inside, "}"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<String> {
        let groups = Pattern::new(pattern).unwrap().search(text).unwrap()?;
        Some(groups.get(0).unwrap().as_str().to_owned())
    }

    /// Checks searches against expected values that CPython produced.
    #[test]
    fn pattern_search_matches_cpython() {
        for (pattern, text, expected) in [
            ("a.b", "a\nb", Some("a\nb")),
            ("b$", "a\nb\n", Some("b")),
            ("a$", "a\nb", None),
            ("(?m)a$", "a\nb", Some("a")),
            (r"b\Z", "b\n", None),
            (r"[[]x[]]", "[x]", Some("[x]")),
            ("[]a]+", "a]", Some("a]")),
            ("[^]]+", "a]", Some("a")),
            ("[a&&b]+", "a&b", Some("a&b")),
            ("[+--]+", "+,-", Some("+,-")),
            ("{x}", "{x}", Some("{x}")),
            ("a{,2}b", "aaab", Some("aab")),
            (r"\<a\>", "<a>", Some("<a>")),
            (r"a\ \#\-\é", "a #-é", Some("a #-é")),
            (r"\u00e4\U0001F600", "ä😀", Some("ä😀")),
            (r"(?i)ÄB", "äb", Some("äb")),
            (r"(?P<x>a)(?P=x)", "aa", Some("aa")),
            (r"(a)\1", "aa", Some("aa")),
            (r"a(?#comment)b", "ab", Some("ab")),
            (
                r"<n=(\d+)>(?:(?!</n>).)*?stop",
                "<n=1>go</n><n=2>stop",
                Some("<n=2>stop"),
            ),
            (r"(?<=a)b", "ab", Some("b")),
            (r"[\b]", "\u{8}", Some("\u{8}")),
            (r"\d+\b", "١٢ x", Some("١٢")),
        ] {
            assert_eq!(found(pattern, text).as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn unsupported_patterns_report_the_cause() {
        let error = |pattern| Pattern::new(pattern).unwrap_err().cause;
        assert_eq!(error(r"\q"), r"bad escape \q");
        assert_eq!(error("a\\"), "trailing backslash");
        assert_eq!(error("[a"), "unclosed `[`");
        assert_eq!(error("(?x)a # b"), "unsupported flag `x`");
        assert!(Pattern::new("(a").is_err());
    }
}
