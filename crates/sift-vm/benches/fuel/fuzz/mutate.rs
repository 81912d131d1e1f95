//! Mutates a program: literals, names, operators, the code around an expression, and whole
//! statements.

use super::grammar;
use super::random::Random;

/// A token of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    Number(&'a str),
    Text(&'a str),
    Other(&'a str),
}

impl<'a> Token<'a> {
    const fn source(self) -> &'a str {
        match self {
            Self::Name(source) | Self::Number(source) | Self::Text(source) | Self::Other(source) => source,
        }
    }
}

/// Splits source into tokens; spaces are tokens too.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let quote = rest[word..].chars().next().filter(|c| matches!(c, '\'' | '"'));
        let token = match quote {
            Some(quote) if matches!(&rest[..word], "" | "r" | "f" | "rf") => {
                Token::Text(&rest[..word + text_length(&rest[word..], quote)])
            }
            _ if first.is_ascii_digit() => {
                Token::Number(&rest[..rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len())])
            }
            _ if word > 0 => Token::Name(&rest[..word]),
            _ => Token::Other(&rest[..first.len_utf8()]),
        };
        tokens.push(token);
        rest = &rest[token.source().len()..];
    }
    tokens
}

/// Returns the length of the literal that starts with this quote.
fn text_length(source: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    source.len()
}

const KEYWORDS: &[&str] = &[
    "for",
    "in",
    "if",
    "else",
    "lambda",
    "while",
    "try",
    "except",
    "pass",
    "import",
    "from",
    "as",
    "def",
    "return",
    "yield",
    "not",
    "and",
    "or",
    "is",
    "await",
    "async",
    "raise",
    "with",
    "del",
    "finally",
    "break",
    "continue",
    "global",
    "nonlocal",
    "assert",
    "Exception",
    "ValueError",
];

/// Applies one mutation.
pub(crate) fn changed(random: &mut Random, source: &str, corpus: &[String]) -> String {
    match random.below(12) {
        0..=5 => with_another_token(random, source),
        6 => with_another_argument(random, source),
        7 => with_something_around(random, source),
        8 => format!("{source}\n{}", random.of(corpus)),
        9 => without_a_line(random, source),
        10 => grammar::search(random),
        _ => {
            let (left, right) = (*random.of(grammar::NAMES), *random.of(grammar::NAMES));
            format!("{source}\n{}", grammar::operation(random, left, right))
        }
    }
}

/// Replaces a literal or a name.
fn with_another_token(random: &mut Random, source: &str) -> String {
    let tokens = tokens(source);
    let after_dot = |at: usize| at > 0 && tokens[at - 1] == Token::Other(".");
    let is_called = |at: usize| {
        tokens
            .get(at + 1)
            .is_some_and(|next| matches!(next, Token::Other("(" | "." | "=")))
    };
    let places: Vec<usize> = (0..tokens.len())
        .filter(|at| match tokens[*at] {
            Token::Number(_) | Token::Text(_) => true,
            Token::Name(name) => !KEYWORDS.contains(&name) && !after_dot(*at) && !is_called(*at),
            Token::Other(_) => false,
        })
        .collect();
    if places.is_empty() {
        return with_something_around(random, source);
    }
    let place = *random.of(&places);
    let new = match (tokens[place], random.below(5)) {
        (_, 0) => (*random.of(grammar::NAMES)).to_owned(),
        (Token::Number(_), _) => grammar::number(random),
        (Token::Text(_), _) => grammar::text(random),
        (token, 1) => {
            let right = *random.of(grammar::NAMES);
            grammar::operation(random, token.source(), right)
        }
        _ => (*random.of(grammar::NAMES)).to_owned(),
    };
    let sources = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| if at == place { new.as_str() } else { token.source() });
    sources.collect()
}

/// Replaces an argument of a call.
fn with_another_argument(random: &mut Random, source: &str) -> String {
    let closing: Vec<usize> = source.match_indices(')').map(|(at, _)| at).collect();
    if closing.is_empty() {
        return with_something_around(random, source);
    }
    let (before, after) = source.split_at(*random.of(&closing));
    let comma = if before.ends_with('(') { "" } else { ", " };
    let argument = match random.below(4) {
        0 => grammar::number(random),
        1 => grammar::text(random),
        2 => format!("key={}", random.of(&["same", "str", "len", "other"])),
        _ => (*random.of(grammar::NAMES)).to_owned(),
    };
    format!("{before}{comma}{argument}{after}")
}

/// Nests a line that is an expression in another expression.
fn with_something_around(random: &mut Random, source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let place = random.below(lines.len());
    let changed = lines.iter().enumerate().map(|(at, line)| {
        let indent = line.len() - line.trim_start().len();
        if at != place || line.ends_with(':') {
            return (*line).to_owned();
        }
        format!("{}{}", &line[..indent], grammar::around(random, line.trim_start()))
    });
    changed.collect::<Vec<_>>().join("\n")
}

fn without_a_line(random: &mut Random, source: &str) -> String {
    let mut lines: Vec<&str> = source.lines().collect();
    if lines.len() > 1 {
        lines.remove(random.below(lines.len()));
    }
    lines.join("\n")
}
