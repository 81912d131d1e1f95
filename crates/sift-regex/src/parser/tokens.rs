//! The tokenizer of patterns. A token is a character, or a backslash and a character.

use std::fmt;

use crate::PatternError;

/// A token of a pattern: a character, or a backslash and a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Char(char),
    /// A backslash and the character after it.
    Escaped(char),
}

impl Token {
    /// Returns the length of the token in code points.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Char(_) => 1,
            Self::Escaped(_) => 2,
        }
    }

    /// Returns the character of the token if it is not escaped.
    pub(crate) const fn plain(self) -> Option<char> {
        match self {
            Self::Char(char) => Some(char),
            Self::Escaped(_) => None,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Char(char) => write!(f, "{char}"),
            Self::Escaped(char) => write!(f, "\\{char}"),
        }
    }
}

/// A tokenizer with one token of lookahead. Positions are in code points.
///
/// The lookahead is observable: a backslash at the very end is reported as soon as the token before
/// it is consumed.
#[derive(Debug)]
pub(crate) struct Tokens {
    chars: Vec<char>,
    /// The index of the character after the current token.
    index: usize,
    ahead: Option<Token>,
}

impl Tokens {
    pub(crate) fn new(pattern: &str) -> Result<Self, PatternError> {
        let mut tokens = Self {
            chars: pattern.chars().collect(),
            index: 0,
            ahead: None,
        };
        tokens.advance()?;
        Ok(tokens)
    }

    /// Returns the current token without consuming it.
    pub(crate) const fn peek(&self) -> Option<Token> {
        self.ahead
    }

    /// Advances by one token.
    pub(crate) fn advance(&mut self) -> Result<(), PatternError> {
        self.ahead = match self.chars.get(self.index) {
            None => None,
            Some('\\') => match self.chars.get(self.index + 1) {
                Some(&char) => Some(Token::Escaped(char)),
                None => return Err(self.error_at("bad escape (end of pattern)", self.chars.len() - 1)),
            },
            Some(&char) => Some(Token::Char(char)),
        };
        self.index += self.ahead.map_or(0, Token::len);
        Ok(())
    }

    /// Consumes and returns the current token.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, PatternError> {
        let token = self.ahead;
        self.advance()?;
        Ok(token)
    }

    /// Consumes the current token if it is the given character. Returns whether it is.
    pub(crate) fn take(&mut self, char: char) -> Result<bool, PatternError> {
        let found = self.ahead == Some(Token::Char(char));
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Consumes and returns the current character if it satisfies a predicate.
    pub(crate) fn take_if(&mut self, class: impl Fn(char) -> bool) -> Result<Option<char>, PatternError> {
        match self.ahead {
            Some(Token::Char(char)) if class(char) => {
                self.advance()?;
                Ok(Some(char))
            }
            _ => Ok(None),
        }
    }

    /// Consumes and returns at most `limit` characters that satisfy a predicate.
    pub(crate) fn take_while(&mut self, limit: usize, class: impl Fn(char) -> bool) -> Result<String, PatternError> {
        let mut taken = String::new();
        for _ in 0..limit {
            match self.take_if(&class)? {
                Some(char) => taken.push(char),
                None => break,
            }
        }
        Ok(taken)
    }

    /// Consumes a name up to and including the `terminator`. Returns the name.
    pub(crate) fn take_until(&mut self, terminator: char, what: &str) -> Result<String, PatternError> {
        let mut name = String::new();
        loop {
            match self.next()? {
                None if name.is_empty() => return Err(self.error(format!("missing {what}"), 0)),
                None => {
                    let message = format!("missing {terminator}, unterminated name");
                    return Err(self.error(message, name.chars().count()));
                }
                Some(Token::Char(char)) if char == terminator => break,
                Some(token) => name.push_str(&token.to_string()),
            }
        }
        if name.is_empty() {
            Err(self.error(format!("missing {what}"), 1))
        } else {
            Ok(name)
        }
    }

    /// Returns the position at which the current token starts.
    pub(crate) fn position(&self) -> usize {
        self.index.saturating_sub(self.ahead.map_or(0, Token::len))
    }

    /// Continues tokenizing at a position of the pattern.
    pub(crate) fn seek(&mut self, position: usize) -> Result<(), PatternError> {
        self.index = position;
        self.advance()
    }

    /// Creates a pattern error whose position is `back` code points before the current token.
    pub(crate) fn error(&self, message: impl Into<String>, back: usize) -> PatternError {
        self.error_at(message, self.position().saturating_sub(back))
    }

    /// Creates a pattern error at a position.
    pub(crate) fn error_at(&self, message: impl Into<String>, position: usize) -> PatternError {
        PatternError::at(message, &self.chars, position)
    }
}
