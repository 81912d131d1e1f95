//! Parsing of escape sequences inside and outside of brackets.

use std::sync::Arc;

use super::tokens::Tokens;
use super::{Parser, case_mode, char_node, code_node};
use crate::ast::{Assertion, Node};
use crate::charset::{Category, CategoryKind, CharSet};
use crate::{Flags, PatternError};
use sift_strings::format::str_repr;

/// Returns the character of an escape such as `\n`, which means the same in patterns, sets and
/// templates; `None` for other escapes.
pub(crate) const fn control_escape(char: char) -> Option<char> {
    Some(match char {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        _ => return None,
    })
}

/// Returns the character class of an escape such as `\d` or `\S`.
pub(super) const fn category(char: char, flags: Flags) -> Option<Category> {
    let kind = match char.to_ascii_lowercase() {
        'd' => CategoryKind::Digit,
        's' => CategoryKind::Space,
        'w' => CategoryKind::Word,
        _ => return None,
    };
    Some(Category {
        kind,
        negated: char.is_ascii_uppercase(),
        ascii: flags.has(Flags::ASCII),
    })
}

/// Returns `true` if the character is an octal digit.
pub(crate) const fn is_octal(char: char) -> bool {
    matches!(char, '0'..='7')
}

impl Parser {
    /// Parses an escape sequence outside of brackets.
    pub(super) fn escape(&mut self, char: char, flags: Flags) -> Result<Node, PatternError> {
        let ascii = flags.has(Flags::ASCII);
        if let Some(category) = category(char, flags) {
            return Ok(Node::Set(Arc::new(CharSet::of_category(category))));
        }
        Ok(match char {
            'A' => Node::Assert(Assertion::TextStart),
            'Z' => Node::Assert(Assertion::TextEnd),
            'b' => Node::Assert(Assertion::WordBoundary { ascii }),
            'B' => Node::Assert(Assertion::NoWordBoundary { ascii }),
            '0' => {
                let digits = self.tokens.take_while(2, is_octal)?;
                code_node(octal(&digits), flags)
            }
            '1'..='9' => self.octal_or_backreference(char, flags)?,
            _ => match control_escape(char) {
                Some(control) => char_node(control, flags),
                None => code_node(self.code_point(char)?, flags),
            },
        })
    }

    /// Parses an escape sequence inside of brackets, other than a class such as `\d`.
    pub(super) fn class_escape(&mut self, char: char) -> Result<u32, PatternError> {
        if let Some(control) = control_escape(char) {
            return Ok(u32::from(control));
        }
        match char {
            '0'..='7' => {
                let digits = format!("{char}{}", self.tokens.take_while(2, is_octal)?);
                checked_octal(&self.tokens, &digits)
            }
            '8' | '9' => Err(bad_escape(&self.tokens, &format!("\\{char}"))),
            _ => self.code_point(char),
        }
    }

    /// Parses an escape that stands for one code point: `\x41`, `\u0041`, `\U00000041`, `\N{EM
    /// DASH}`, or an escaped literal character.
    fn code_point(&mut self, char: char) -> Result<u32, PatternError> {
        let length = match char {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => return self.named_character(),
            _ if char.is_ascii_alphabetic() => return Err(bad_escape(&self.tokens, &format!("\\{char}"))),
            _ => return Ok(u32::from(char)),
        };
        let digits = self.tokens.take_while(length, |char| char.is_ascii_hexdigit())?;
        let escape = format!("\\{char}{digits}");
        if digits.len() != length {
            return Err(self.tokens.error(format!("incomplete escape {escape}"), escape.len()));
        }
        match u32::from_str_radix(&digits, 16) {
            Ok(code) if code <= u32::from(char::MAX) => Ok(code),
            _ => Err(bad_escape(&self.tokens, &escape)),
        }
    }

    /// Parses the character name in braces after `\N`, such as `{EM DASH}`.
    fn named_character(&mut self) -> Result<u32, PatternError> {
        if !self.tokens.take('{')? {
            return Err(self.tokens.error("missing {", 0));
        }
        let name = self.tokens.take_until('}', "character name")?;
        sift_strings::character_named(&name).map(u32::from).ok_or_else(|| {
            let message = format!("undefined character name {}", str_repr(&name));
            self.tokens.error(message, name.chars().count() + "\\N{}".len())
        })
    }

    fn octal_or_backreference(&mut self, first: char, flags: Flags) -> Result<Node, PatternError> {
        let mut digits = String::from(first);
        if let Some(second) = self.tokens.take_if(|char| char.is_ascii_digit())? {
            digits.push(second);
            let octal = is_octal(first) && is_octal(second);
            if let Some(third) = self.tokens.take_if(|char| octal && is_octal(char))? {
                digits.push(third);
                return checked_octal(&self.tokens, &digits).map(|code| code_node(code, flags));
            }
        }
        let group: usize = digits.parse().unwrap_or(usize::MAX);
        if group >= self.group_widths.len() {
            return Err(self
                .tokens
                .error(format!("invalid group reference {group}"), digits.len()));
        }
        self.backreference(group, flags, digits.len() + 1)
    }

    /// Creates a backreference to a group. A group that is still open is an error, reported `back`
    /// code points before the current token.
    pub(super) fn backreference(&self, group: usize, flags: Flags, back: usize) -> Result<Node, PatternError> {
        let Some(Some(width)) = self.group_widths.get(group).copied() else {
            return Err(self.tokens.error("cannot refer to an open group", back));
        };
        self.check_lookbehind_group(group as u64)?;
        Ok(Node::Backreference {
            group,
            case: case_mode(flags),
            width,
        })
    }

    /// Rejects a reference from a lookbehind to a group that is open or inside the same lookbehind.
    pub(super) fn check_lookbehind_group(&self, group: u64) -> Result<(), PatternError> {
        let Some(before) = self.groups_before_lookbehind else {
            return Ok(());
        };
        let closed = usize::try_from(group)
            .ok()
            .and_then(|group| self.group_widths.get(group)?.as_ref())
            .is_some();
        if !closed {
            Err(self.tokens.error("cannot refer to an open group", 0))
        } else if group >= before as u64 {
            Err(self
                .tokens
                .error("cannot refer to group defined in the same lookbehind subpattern", 0))
        } else {
            Ok(())
        }
    }
}

fn octal(digits: &str) -> u32 {
    u32::from_str_radix(digits, 8).unwrap_or(0)
}

/// Converts up to three octal digits to a byte value; rejects values over `0o377`.
pub(crate) fn checked_octal(tokens: &Tokens, digits: &str) -> Result<u32, PatternError> {
    match octal(digits) {
        code @ 0..=0o377 => Ok(code),
        _ => {
            let message = format!("octal escape value \\{digits} outside of range 0-0o377");
            Err(tokens.error(message, digits.len() + 1))
        }
    }
}

/// Creates the error for an escape sequence that has no meaning.
pub(crate) fn bad_escape(tokens: &Tokens, escape: &str) -> PatternError {
    tokens.error(format!("bad escape {escape}"), escape.chars().count())
}
