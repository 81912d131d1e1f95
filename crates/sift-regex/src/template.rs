//! Replacement templates of `sub` and `Match.expand`, and `escape`.

use super::parser::{Token, Tokens, bad_escape, check_length, checked_octal, control_escape, is_octal};
use super::{Captures, Pattern, PatternError, PatternErrorKind};
use sift_strings::format::{parse_int, str_repr};
use sift_strings::methods::isidentifier;

/// CPython's limit for group numbers in a template.
const MAX_GROUPS: usize = 1_073_741_823;

/// A piece of a replacement template: literal text or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatePart {
    /// Literal text of the template.
    Literal(String),
    /// A group whose text is inserted; empty if the group did not participate in the match.
    Group(usize),
}

/// A replacement template for a pattern: `\1`, `\g<1>`, `\g<name>`, `\g<0>` and the escapes for
/// control characters.
///
/// ```
/// use sift_regex::{Flags, Pattern, SearchMode, Template};
///
/// let pattern = Pattern::compile(r"(?P<day>\d+)\.(?P<month>\d+)\.", Flags::NONE)?;
/// let template = Template::parse(r"\g<month>/\1", &pattern)?;
/// let found = pattern.search("on 31.12.", 0, SearchMode::Search, &mut |_: u64| Ok(()))?;
/// let captures = found.captures.ok_or("no match")?;
/// assert_eq!(template.expand(&captures, "on 31.12."), "12/31");
/// assert_eq!(template.expanded_len(&captures), 5);
/// assert!(Template::parse(r"\g<year>", &pattern).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<TemplatePart>,
}

impl Template {
    /// Parses a replacement template for a pattern.
    ///
    /// # Errors
    /// A [`PatternError`] with CPython's message and position.
    pub fn parse(template: &str, pattern: &Pattern) -> Result<Self, PatternError> {
        if !template.contains('\\') {
            let parts = if template.is_empty() {
                Vec::new()
            } else {
                vec![TemplatePart::Literal(template.to_owned())]
            };
            return Ok(Self { parts });
        }
        check_length(template, "template")?;
        let mut reader = Reader {
            tokens: Tokens::new(template)?,
            pattern,
            parts: Vec::new(),
            literal: String::new(),
        };
        while let Some(token) = reader.tokens.next()? {
            match token {
                Token::Char(char) => reader.literal.push(char),
                Token::Escaped(char) => reader.escape(char)?,
            }
        }
        reader.end_literal();
        Ok(Self { parts: reader.parts })
    }

    /// Returns the pieces of the template, so that callers can join slices without copying.
    #[must_use]
    pub fn parts(&self) -> &[TemplatePart] {
        &self.parts
    }

    /// Returns the length of the expanded template in bytes, as [`expand`](Self::expand) would
    /// return it.
    #[must_use]
    pub fn expanded_len(&self, captures: &Captures) -> usize {
        let part_len = |part: &TemplatePart| match part {
            TemplatePart::Literal(text) => text.len(),
            TemplatePart::Group(group) => captures.span(*group).map_or(0, |span| span.len()),
        };
        self.parts.iter().map(part_len).fold(0, usize::saturating_add)
    }

    /// Fills the template with the groups of a match in `text`.
    #[must_use]
    pub fn expand(&self, captures: &Captures, text: &str) -> String {
        let mut out = String::with_capacity(self.expanded_len(captures));
        for part in &self.parts {
            match part {
                TemplatePart::Literal(literal) => out.push_str(literal),
                TemplatePart::Group(group) => {
                    out.push_str(
                        captures
                            .span(*group)
                            .and_then(|span| text.get(span))
                            .unwrap_or_default(),
                    );
                }
            }
        }
        out
    }
}

/// Puts a backslash before each character with a special meaning in patterns.
///
/// ```
/// use sift_regex::escape;
///
/// assert_eq!(escape("1.5 (net)"), r"1\.5\ \(net\)");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(
            char,
            '(' | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '?'
                | '*'
                | '+'
                | '-'
                | '|'
                | '^'
                | '$'
                | '\\'
                | '.'
                | '&'
                | '~'
                | '#'
                | ' '
        ) || matches!(char, '\t'..='\r')
        {
            out.push('\\');
        }
        out.push(char);
    }
    out
}

struct Reader<'p> {
    tokens: Tokens,
    pattern: &'p Pattern,
    parts: Vec<TemplatePart>,
    literal: String,
}

impl Reader<'_> {
    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.parts
                .push(TemplatePart::Literal(std::mem::take(&mut self.literal)));
        }
    }

    fn group(&mut self, group: usize, back: usize) -> Result<(), PatternError> {
        if group > self.pattern.groups() {
            return Err(self.tokens.error(format!("invalid group reference {group}"), back));
        }
        self.end_literal();
        self.parts.push(TemplatePart::Group(group));
        Ok(())
    }

    fn escape(&mut self, char: char) -> Result<(), PatternError> {
        match char {
            'g' => self.named_group(),
            '0' => {
                let digits = self.tokens.take_while(2, is_octal)?;
                // Three octal digits may exceed a byte; CPython keeps the low eight bits.
                let code = u32::from_str_radix(&digits, 8).unwrap_or(0) & 0xff;
                self.literal.extend(char::from_u32(code));
                Ok(())
            }
            '1'..='9' => self.octal_or_group(char),
            _ => {
                match control_escape(char) {
                    Some(control) => self.literal.push(control),
                    None if char.is_ascii_alphabetic() => return Err(bad_escape(&self.tokens, &format!("\\{char}"))),
                    None => self.literal.extend(['\\', char]),
                }
                Ok(())
            }
        }
    }

    fn octal_or_group(&mut self, first: char) -> Result<(), PatternError> {
        let mut digits = String::from(first);
        if let Some(second) = self.tokens.take_if(|char| char.is_ascii_digit())? {
            digits.push(second);
            let octal = is_octal(first) && is_octal(second);
            if let Some(third) = self.tokens.take_if(|char| octal && is_octal(char))? {
                digits.push(third);
                let code = checked_octal(&self.tokens, &digits)?;
                self.literal.extend(char::from_u32(code));
                return Ok(());
            }
        }
        self.group(digits.parse().unwrap_or(usize::MAX), digits.len())
    }

    /// Parses a group reference after `\g`: `<name>` or `<number>`.
    fn named_group(&mut self) -> Result<(), PatternError> {
        if !self.tokens.take('<')? {
            return Err(self.tokens.error("missing <", 0));
        }
        let name = self.tokens.take_until('>', "group name")?;
        let back = name.chars().count() + 1;
        if isidentifier(&name) {
            return match self.pattern.group_index(&name) {
                Some(group) => self.group(group, back),
                None => {
                    let message = format!("unknown group name {}", str_repr(&name));
                    Err(PatternError::unplaced(PatternErrorKind::UnknownGroup, message))
                }
            };
        }
        let number = parse_int(&name, 10)
            .ok()
            .filter(|number| number.sign() != num_bigint::Sign::Minus);
        let Some(number) = number else {
            let message = format!("bad character in group name {}", str_repr(&name));
            return Err(self.tokens.error(message, back));
        };
        match usize::try_from(&number) {
            Ok(group) if group < MAX_GROUPS => self.group(group, back),
            _ => Err(self.tokens.error(format!("invalid group reference {number}"), back)),
        }
    }
}
