//! A pattern as tokens: characters, and characters behind a backslash.

use std::fmt;

use crate::PatternError;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Char(char),
    /// A backslash and this character.
    Escaped(char),
}

impl Token {
    /// Returns the length in code points.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Char(_) => 1,
            Self::Escaped(_) => 2,
        }
    }

    /// Returns the character if it stands without a backslash.
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

/// A reader of tokens that looks one ahead; positions are in code points.
///
/// Looking ahead is observable: a backslash at the very end is reported as soon as the token before it is taken.
#[derive(Debug)]
pub(crate) struct Tokens {
    chars: Vec<char>,
    /// Behind the token looked at.
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

    /// Looks at the next token.
    pub(crate) const fn peek(&self) -> Option<Token> {
        self.ahead
    }

    /// Goes on by one token.
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

    /// Takes the next token.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, PatternError> {
        let token = self.ahead;
        self.advance()?;
        Ok(token)
    }

    /// Takes the next token if it is this character.
    pub(crate) fn take(&mut self, char: char) -> Result<bool, PatternError> {
        let found = self.ahead == Some(Token::Char(char));
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the next token if it is a character of a class.
    pub(crate) fn take_if(&mut self, class: impl Fn(char) -> bool) -> Result<Option<char>, PatternError> {
        match self.ahead {
            Some(Token::Char(char)) if class(char) => {
                self.advance()?;
                Ok(Some(char))
            }
            _ => Ok(None),
        }
    }

    /// Takes at most `limit` characters of a class.
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

    /// Takes a name up to `terminator`, which is taken too.
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

    /// Returns where the token looked at starts.
    pub(crate) fn position(&self) -> usize {
        self.index.saturating_sub(self.ahead.map_or(0, Token::len))
    }

    /// Goes back to a position.
    pub(crate) fn seek(&mut self, position: usize) -> Result<(), PatternError> {
        self.index = position;
        self.advance()
    }

    /// Makes an error `back` code points before the token looked at.
    pub(crate) fn error(&self, message: impl Into<String>, back: usize) -> PatternError {
        self.error_at(message, self.position().saturating_sub(back))
    }

    /// Makes an error at a position.
    pub(crate) fn error_at(&self, message: impl Into<String>, position: usize) -> PatternError {
        PatternError::at(message, &self.chars, position)
    }
}
