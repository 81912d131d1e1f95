//! Parsing of groups and extensions in parentheses.

use super::tokens::Token;
use super::{MAX_GROUPS, Parser, Place};
use crate::ast::{GroupIndex, Look, Node};
use crate::{Flags, PatternError, PatternErrorKind};
use sift_strings::format::{parse_int, str_repr};
use sift_strings::methods::{is_alpha, isidentifier};

/// A group that sets flags.
enum FlagGroup {
    /// Flags for the whole pattern: `(?i)`.
    Global,
    /// Flags for the body of the group: `(?i-s:…)`.
    Scoped { added: Flags, removed: Flags },
}

impl Parser {
    /// Parses a group after its opening parenthesis; `None` for a comment or flags, which produce
    /// no node.
    pub(super) fn group(&mut self, flags: &mut Flags, at_start: bool) -> Result<Option<Node>, PatternError> {
        let open = self.tokens.position().saturating_sub(1);
        if !self.tokens.take('?')? {
            return self.capture(None, *flags, open).map(Some);
        }
        let Some(kind) = self.tokens.next()? else {
            return Err(self.tokens.error("unexpected end of pattern", 0));
        };
        match kind {
            Token::Char('P') => self.python_extension(*flags, open).map(Some),
            Token::Char(':') => self.rest_of_group(*flags, open).map(|body| Some(as_unit(body))),
            Token::Char('#') => self.comment(open).map(|()| None),
            Token::Char('=') => self.lookahead(*flags, open, false).map(Some),
            Token::Char('!') => self.lookahead(*flags, open, true).map(Some),
            Token::Char('<') => self.lookbehind(*flags, open).map(Some),
            Token::Char('(') => self.conditional(*flags, open).map(Some),
            Token::Char('>') => {
                let body = self.rest_of_group(*flags, open)?;
                Ok(Some(Node::Atomic(Box::new(body))))
            }
            Token::Char(letter) if letter == '-' || Flags::of_letter(letter).is_some() => {
                match self.flag_letters(letter)? {
                    FlagGroup::Global if !at_start => Err(self
                        .tokens
                        .error_at("global flags not at the start of the expression", open)),
                    FlagGroup::Global => {
                        *flags = self.flags;
                        Ok(None)
                    }
                    FlagGroup::Scoped { added, removed } => {
                        let kept = if added.has(Flags::TYPE) {
                            flags.without(Flags::TYPE)
                        } else {
                            *flags
                        };
                        let body = self.rest_of_group((kept | added).without(removed), open)?;
                        Ok(Some(as_unit(body)))
                    }
                }
            }
            other => Err(self
                .tokens
                .error(format!("unknown extension ?{other}"), other.len() + 1)),
        }
    }

    fn capture(&mut self, name: Option<String>, flags: Flags, open: usize) -> Result<Node, PatternError> {
        let index = self.group_widths.len();
        if let Some(name) = name {
            let back = name.chars().count() + 1;
            if let Some(before) = self.name_index.insert(name.clone(), index) {
                let name = str_repr(&name);
                let message = format!("redefinition of group name {name} as group {index}; was group {before}");
                return Err(self.tokens.error(message, back));
            }
            self.names.push((name, index));
        }
        self.group_widths.push(None);
        let body = self.rest_of_group(flags, open)?;
        if let Some(width) = self.group_widths.get_mut(index) {
            *width = Some(body.width());
        }
        Ok(Node::Capture {
            index,
            body: Box::new(body),
        })
    }

    /// Parses a named group or a named backreference, `(?P<name>…)` or `(?P=name)`, after the `P`.
    fn python_extension(&mut self, flags: Flags, open: usize) -> Result<Node, PatternError> {
        if self.tokens.take('<')? {
            let name = self.tokens.take_until('>', "group name")?;
            self.check_name(&name)?;
            return self.capture(Some(name), flags, open);
        }
        if self.tokens.take('=')? {
            let name = self.tokens.take_until(')', "group name")?;
            self.check_name(&name)?;
            let group = self.group_named(&name)?;
            return self.backreference(group, flags, name.chars().count() + 1);
        }
        Err(match self.tokens.next()? {
            None => self.tokens.error("unexpected end of pattern", 0),
            Some(other) => self
                .tokens
                .error(format!("unknown extension ?P{other}"), other.len() + 2),
        })
    }

    fn check_name(&self, name: &str) -> Result<(), PatternError> {
        if isidentifier(name) {
            Ok(())
        } else {
            Err(self.bad_name(name))
        }
    }

    fn bad_name(&self, name: &str) -> PatternError {
        let message = format!("bad character in group name {}", str_repr(name));
        self.tokens.error(message, name.chars().count() + 1)
    }

    fn group_named(&self, name: &str) -> Result<GroupIndex, PatternError> {
        self.name_index.get(name).copied().ok_or_else(|| {
            let message = format!("unknown group name {}", str_repr(name));
            self.tokens.error(message, name.chars().count() + 1)
        })
    }

    fn comment(&mut self, open: usize) -> Result<(), PatternError> {
        loop {
            match self.tokens.next()? {
                None => return Err(self.tokens.error_at("missing ), unterminated comment", open)),
                Some(Token::Char(')')) => return Ok(()),
                Some(_) => {}
            }
        }
    }

    fn lookahead(&mut self, flags: Flags, open: usize, negated: bool) -> Result<Node, PatternError> {
        let body = Box::new(self.rest_of_group(flags, open)?);
        Ok(Node::Lookaround {
            look: Look::Ahead,
            negated,
            body,
        })
    }

    fn lookbehind(&mut self, flags: Flags, open: usize) -> Result<Node, PatternError> {
        let negated = match self.tokens.next()? {
            None => return Err(self.tokens.error("unexpected end of pattern", 0)),
            Some(Token::Char('=')) => false,
            Some(Token::Char('!')) => true,
            Some(other) => {
                return Err(self
                    .tokens
                    .error(format!("unknown extension ?<{other}"), other.len() + 2));
            }
        };
        let outermost = self.groups_before_lookbehind.is_none();
        if outermost {
            self.groups_before_lookbehind = Some(self.group_widths.len());
        }
        let body = self.alternation(flags, Place::Nested)?;
        if outermost {
            self.groups_before_lookbehind = None;
        }
        self.close(open)?;
        let width = body.width();
        let unusable = if width.min > u64::from(u32::MAX) {
            Some("looks too much behind")
        } else if width.min != width.max {
            Some("look-behind requires fixed-width pattern")
        } else {
            None
        };
        if let (Some(message), None) = (unusable, &self.late_error) {
            self.late_error = Some(PatternError::unplaced(PatternErrorKind::Syntax, message));
        }
        Ok(Node::Lookaround {
            look: Look::Behind(width.min),
            negated,
            body: Box::new(body),
        })
    }

    /// Parses a conditional, `(?(name)then|otherwise)`, after the second opening parenthesis.
    fn conditional(&mut self, flags: Flags, open: usize) -> Result<Node, PatternError> {
        let name = self.tokens.take_until(')', "group name")?;
        let back = name.chars().count() + 1;
        let group = if isidentifier(&name) {
            self.group_named(&name)? as u64
        } else {
            self.group_number(&name, back)?
        };
        self.check_lookbehind_group(group)?;
        self.go_deeper()?;
        let mut inner = flags;
        let then = Box::new(self.sequence(&mut inner, false)?);
        let mut otherwise = None;
        if self.tokens.take('|')? {
            otherwise = Some(Box::new(self.sequence(&mut inner, false)?));
            if self.tokens.peek() == Some(Token::Char('|')) {
                return Err(self.tokens.error("conditional backref with more than two branches", 0));
            }
        }
        self.depth -= 1;
        self.close(open)?;
        // Out-of-range numbers are reported after all groups are parsed. Until then any index will
        // do.
        let group = usize::try_from(group).unwrap_or(usize::MAX);
        Ok(Node::Conditional { group, then, otherwise })
    }

    fn group_number(&mut self, name: &str, back: usize) -> Result<u64, PatternError> {
        let number = parse_int(name, 10).map_err(|_| self.bad_name(name))?;
        if number.sign() == num_bigint::Sign::Minus {
            return Err(self.bad_name(name));
        }
        match u64::try_from(&number) {
            Ok(0) => Err(self.tokens.error("bad group number", back)),
            Ok(number) if number < MAX_GROUPS => {
                if !self.conditions.iter().any(|&(group, _)| group == number) {
                    self.conditions
                        .push((number, self.tokens.position().saturating_sub(back)));
                }
                Ok(number)
            }
            _ => Err(self.tokens.error(format!("invalid group reference {number}"), back)),
        }
    }

    /// Parses the flags of `(?i)` or `(?i-s:…)` after the first character.
    fn flag_letters(&mut self, first: char) -> Result<FlagGroup, PatternError> {
        let mut added = Flags::NONE;
        let mut removed = Flags::NONE;
        let mut letter = first;
        while letter != '-' {
            let flag = Flags::of_letter(letter).unwrap_or_default();
            if flag == Flags::LOCALE {
                let message = "bad inline flags: cannot use 'L' flag with a str pattern";
                return Err(self.tokens.error(message, 0));
            }
            added = added | flag;
            if flag.has(Flags::TYPE) && added.has(Flags::TYPE.without(flag)) {
                let message = "bad inline flags: flags 'a', 'u' and 'L' are incompatible";
                return Err(self.tokens.error(message, 0));
            }
            letter = self.flag_letter(")-:", "missing -, : or )")?;
            if letter == ')' {
                self.flags = self.flags | added;
                return Ok(FlagGroup::Global);
            }
            if letter == ':' {
                break;
            }
        }
        if added.has(Flags::GLOBAL_ONLY) {
            return Err(self.tokens.error("bad inline flags: cannot turn on global flag", 1));
        }
        if letter == '-' {
            letter = self.flag_letter("", "missing flag")?;
            while letter != ':' {
                let flag = Flags::of_letter(letter).unwrap_or_default();
                if flag.has(Flags::TYPE) {
                    let message = "bad inline flags: cannot turn off flags 'a', 'u' and 'L'";
                    return Err(self.tokens.error(message, 0));
                }
                removed = removed | flag;
                letter = self.flag_letter(":", "missing :")?;
            }
        }
        if removed.has(Flags::GLOBAL_ONLY) {
            return Err(self.tokens.error("bad inline flags: cannot turn off global flag", 1));
        }
        if added.has(removed) {
            return Err(self.tokens.error("bad inline flags: flag turned on and off", 1));
        }
        Ok(FlagGroup::Scoped { added, removed })
    }

    /// Consumes a flag letter or one of the characters in `others`.
    fn flag_letter(&mut self, others: &str, missing: &str) -> Result<char, PatternError> {
        match self.tokens.next()? {
            None => Err(self.tokens.error(missing, 0)),
            Some(token) => match token.plain() {
                Some(char) if others.contains(char) || Flags::of_letter(char).is_some() => Ok(char),
                Some(char) if is_alpha(char) => Err(self.tokens.error("unknown flag", 1)),
                _ => Err(self.tokens.error(missing, token.len())),
            },
        }
    }

    /// Parses the body of a group and the closing parenthesis.
    fn rest_of_group(&mut self, flags: Flags, open: usize) -> Result<Node, PatternError> {
        let body = self.alternation(flags, Place::Nested)?;
        self.close(open)?;
        Ok(body)
    }

    fn close(&mut self, open: usize) -> Result<(), PatternError> {
        if self.tokens.take(')')? {
            Ok(())
        } else {
            Err(self.tokens.error_at("missing ), unterminated subpattern", open))
        }
    }
}

/// Wraps the body of a group, so that a repetition after the group doesn't apply to a repetition or
/// an assertion inside of it.
fn as_unit(body: Node) -> Node {
    match body {
        Node::Repeat { .. } | Node::Assert(_) => Node::Concat(vec![body]),
        other => other,
    }
}
