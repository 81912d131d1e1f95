//! The parser for Python 3.11's pattern syntax, with CPython's messages and positions.
//!
//! It reads a pattern in the same order as CPython, with one token of lookahead, because the order
//! decides which of two errors is reported. Groups are nested at most [`MAX_DEPTH`] deep, so the
//! recursion is bounded.

mod class;
mod escape;
mod group;
mod tokens;

use std::sync::Arc;

use hashbrown::HashMap;

use super::ast::{Assertion, Greed, GroupIndex, Node, Width};
use super::case::{CaseMode, equivalents};
use super::charset::CharSet;
use super::{Flags, PatternError, PatternErrorKind};

pub(super) use escape::{bad_escape, checked_octal, control_escape, is_octal};
pub(super) use tokens::{Token, Tokens};

/// The maximum nesting depth of groups in a pattern.
pub const MAX_DEPTH: usize = 200;
/// The maximum length of a pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1 << 20;
/// CPython's value for an unbounded repetition. Counts in a pattern must be smaller.
const MAX_REPEAT: u64 = 4_294_967_295;
/// CPython's limit for group numbers in a pattern.
const MAX_GROUPS: u64 = 1_073_741_823;

/// The result of parsing a pattern: the syntax tree, the flags and the groups.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) root: Node,
    /// The flags of the pattern: the caller's and those set at the pattern's start.
    pub(super) flags: Flags,
    /// The number of groups in the pattern, not counting the whole match.
    pub(super) groups: usize,
    /// The named groups of the pattern, in the order of their numbers.
    pub(super) names: Vec<(String, GroupIndex)>,
}

/// Rejects a pattern or a template that is longer than [`MAX_PATTERN_BYTES`].
pub(super) fn check_length(source: &str, what: &str) -> Result<(), PatternError> {
    if source.len() <= MAX_PATTERN_BYTES {
        return Ok(());
    }
    let message = format!(
        "{what} is too long ({} bytes, at most {MAX_PATTERN_BYTES})",
        source.len()
    );
    Err(PatternError::unplaced(PatternErrorKind::TooLarge, message))
}

/// Parses a pattern to a syntax tree.
pub(super) fn parse(pattern: &str, flags: Flags) -> Result<Parsed, PatternError> {
    check_length(pattern, "pattern")?;
    let mut parser = Parser {
        tokens: Tokens::new(pattern)?,
        flags,
        depth: 0,
        group_widths: vec![None],
        names: Vec::new(),
        name_index: HashMap::new(),
        groups_before_lookbehind: None,
        conditions: Vec::new(),
        late_error: None,
    };
    let root = parser.alternation(flags, Place::Top)?;
    let flags = check_flags(parser.flags)?;
    if parser.tokens.peek().is_some() {
        return Err(parser.tokens.error("unbalanced parenthesis", 0));
    }
    let groups = parser.group_widths.len() - 1;
    if let Some(&(group, offset)) = parser.conditions.iter().find(|&&(group, _)| group > groups as u64) {
        return Err(parser
            .tokens
            .error_at(format!("invalid group reference {group}"), offset));
    }
    match parser.late_error {
        Some(error) => Err(error),
        None => Ok(Parsed {
            root,
            flags,
            groups,
            names: parser.names,
        }),
    }
}

/// Rejects contradicting flags, and sets the Unicode flag unless the ASCII flag is set.
fn check_flags(flags: Flags) -> Result<Flags, PatternError> {
    let refused = |message| Err(PatternError::unplaced(PatternErrorKind::Flags, message));
    if flags.has(Flags::LOCALE) {
        refused("cannot use LOCALE flag with a str pattern")
    } else if !flags.has(Flags::ASCII) {
        Ok(flags | Flags::UNICODE)
    } else if flags.has(Flags::UNICODE) {
        refused("ASCII and UNICODE flags are incompatible")
    } else {
        Ok(flags)
    }
}

/// The position of an alternation: at the top level or inside a group. Flags for the whole pattern
/// are allowed only at the start of the top level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Nested,
}

struct Parser {
    tokens: Tokens,
    /// The flags that apply to the whole pattern.
    flags: Flags,
    depth: usize,
    /// The width of each closed group; index 0 is the whole pattern.
    group_widths: Vec<Option<Width>>,
    names: Vec<(String, GroupIndex)>,
    name_index: HashMap<String, GroupIndex>,
    /// The number of groups before the current lookbehind; `None` outside of lookbehinds.
    groups_before_lookbehind: Option<usize>,
    /// The first use of each group number in a conditional, with its position. Checked after all
    /// groups are parsed.
    conditions: Vec<(u64, usize)>,
    /// An error that CPython reports only after parsing.
    late_error: Option<PatternError>,
}

impl Parser {
    /// Parses an alternation, `a|b|c`, up to a closing parenthesis or the end of the pattern.
    fn alternation(&mut self, mut flags: Flags, place: Place) -> Result<Node, PatternError> {
        self.go_deeper()?;
        let mut arms = Vec::new();
        loop {
            let may_set_flags = place == Place::Top && arms.is_empty();
            arms.push(self.sequence(&mut flags, may_set_flags)?);
            if !self.tokens.take('|')? {
                break;
            }
        }
        self.depth -= 1;
        Ok(match (arms.pop(), arms.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                arms.extend(last);
                Node::Alternate(arms)
            }
        })
    }

    fn go_deeper(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("groups are nested too deeply (at most {MAX_DEPTH})");
            let error = self.tokens.error(message, 0);
            return Err(PatternError {
                kind: PatternErrorKind::TooLarge,
                ..error
            });
        }
        Ok(())
    }

    /// Parses a concatenation of items, up to `|`, `)` or the end of the pattern.
    fn sequence(&mut self, flags: &mut Flags, may_set_flags: bool) -> Result<Node, PatternError> {
        let mut parts: Vec<Node> = Vec::new();
        while let Some(token) = self.tokens.peek() {
            if matches!(token, Token::Char('|' | ')')) {
                break;
            }
            self.tokens.advance()?;
            if flags.has(Flags::VERBOSE) && self.skips(token)? {
                continue;
            }
            match token {
                Token::Escaped(escaped) => parts.push(self.escape(escaped, *flags)?),
                Token::Char('[') => parts.push(self.class(*flags)?),
                Token::Char(sign @ ('*' | '+' | '?' | '{')) => match self.quantifier(sign)? {
                    Some((min, max, start)) => self.repeat(&mut parts, min, max, start)?,
                    None => parts.push(char_node('{', *flags)),
                },
                Token::Char('.') if flags.has(Flags::DOTALL) => parts.push(Node::Any),
                Token::Char('.') => parts.push(Node::AnyButNewline),
                Token::Char('(') => parts.extend(self.group(flags, may_set_flags && parts.is_empty())?),
                Token::Char('^') if flags.has(Flags::MULTILINE) => parts.push(Node::Assert(Assertion::LineStart)),
                Token::Char('^') => parts.push(Node::Assert(Assertion::TextStart)),
                Token::Char('$') if flags.has(Flags::MULTILINE) => parts.push(Node::Assert(Assertion::LineEnd)),
                Token::Char('$') => parts.push(Node::Assert(Assertion::FinalLineEnd)),
                Token::Char(char) => parts.push(char_node(char, *flags)),
            }
        }
        Ok(match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Node::Concat(parts)
            }
        })
    }

    /// Returns `true` if a verbose pattern ignores the token: white space or the start of a
    /// comment. Skips the rest of the comment.
    fn skips(&mut self, token: Token) -> Result<bool, PatternError> {
        match token {
            Token::Char(' ' | '\t'..='\r') => Ok(true),
            Token::Char('#') => {
                while !matches!(self.tokens.next()?, None | Some(Token::Char('\n'))) {}
                Ok(true)
            }
            Token::Char(_) | Token::Escaped(_) => Ok(false),
        }
    }

    /// Parses a quantifier such as `*` or `{2,3}`. Returns its minimum, maximum and position;
    /// `None` if the brace is a literal character.
    fn quantifier(&mut self, sign: char) -> Result<Option<(u32, Option<u32>, usize)>, PatternError> {
        let after_sign = self.tokens.position();
        let start = after_sign.saturating_sub(1);
        match sign {
            '?' => return Ok(Some((0, Some(1), start))),
            '*' => return Ok(Some((0, None, start))),
            '+' => return Ok(Some((1, None, start))),
            _ => {}
        }
        if self.tokens.peek() == Some(Token::Char('}')) {
            return Ok(None);
        }
        let low = self.tokens.take_while(usize::MAX, |char| char.is_ascii_digit())?;
        let high = if self.tokens.take(',')? {
            self.tokens.take_while(usize::MAX, |char| char.is_ascii_digit())?
        } else {
            low.clone()
        };
        if !self.tokens.take('}')? {
            self.tokens.seek(after_sign)?;
            return Ok(None);
        }
        let min = repetition_count(&low)?.unwrap_or(0);
        let max = repetition_count(&high)?;
        if max.is_some_and(|max| max < min) {
            let back = self.tokens.position().saturating_sub(after_sign);
            return Err(self.tokens.error("min repeat greater than max repeat", back));
        }
        Ok(Some((min, max, start)))
    }

    /// Wraps the last node of a sequence in a repetition.
    fn repeat(&mut self, parts: &mut Vec<Node>, min: u32, max: Option<u32>, start: usize) -> Result<(), PatternError> {
        let message = match parts.last() {
            None | Some(Node::Assert(_)) => "nothing to repeat",
            Some(Node::Repeat { .. }) => "multiple repeat",
            Some(_) => {
                let greed = if self.tokens.take('?')? {
                    Greed::Lazy
                } else if self.tokens.take('+')? {
                    Greed::Possessive
                } else {
                    Greed::Greedy
                };
                let body = parts.pop().map(Box::new);
                parts.extend(body.map(|body| Node::Repeat { min, max, greed, body }));
                return Ok(());
            }
        };
        Err(self.tokens.error_at(message, start))
    }
}

fn repetition_count(digits: &str) -> Result<Option<u32>, PatternError> {
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse::<u64>() {
        Ok(count) if count < MAX_REPEAT => Ok(u32::try_from(count).ok()),
        _ => {
            let message = "the repetition number is too large";
            Err(PatternError::unplaced(PatternErrorKind::RepetitionTooLarge, message))
        }
    }
}

fn case_mode(flags: Flags) -> CaseMode {
    match (flags.has(Flags::IGNORECASE), flags.has(Flags::ASCII)) {
        (false, _) => CaseMode::Exact,
        (true, false) => CaseMode::Ignore,
        (true, true) => CaseMode::IgnoreAscii,
    }
}

fn char_node(char: char, flags: Flags) -> Node {
    let case = case_mode(flags);
    if equivalents(case, char).is_empty() {
        Node::Char(char)
    } else {
        let code = u32::from(char);
        Node::Set(Arc::new(CharSet::new(false, case, vec![(code, code)], Vec::new())))
    }
}

/// Creates a syntax tree node for a code point, which may be a surrogate that occurs in no text.
fn code_node(code: u32, flags: Flags) -> Node {
    match char::from_u32(code) {
        Some(char) => char_node(char, flags),
        None => Node::Set(Arc::new(CharSet::new(
            false,
            CaseMode::Exact,
            vec![(code, code)],
            Vec::new(),
        ))),
    }
}
