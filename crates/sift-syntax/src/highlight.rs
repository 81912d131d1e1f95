//! What the pieces of a program are, for whoever shows it in colours.

use std::ops::Range;

use crate::Span;
use crate::lexer::{GroupKind, Keyword, Lexed, Lexeme, Token, lex};
use crate::parser::MAX_SOURCE_BYTES;

/// What a piece of a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Highlight {
    /// A reserved word, or `not in` and `is not`.
    Keyword,
    /// `True`, `False`, `None`.
    Constant,
    /// A name that is called or defined.
    Function,
    /// A number.
    Number,
    /// A string; of an f-string, what is not in a field.
    String,
    /// A comment.
    Comment,
}

/// Tells what the pieces of a program are: ranges of bytes in order, none touching another of its kind. What has no range is
/// neither. A text that can't be read as a program to its end has ranges for what could be read; one of more than
/// [`MAX_SOURCE_BYTES`] has none.
///
/// ```
/// use sift_syntax::{Highlight, highlight};
///
/// let source = "print('a')  # b";
/// let pieces: Vec<_> = highlight(source).into_iter().map(|(range, kind)| (&source[range], kind)).collect();
/// assert_eq!(
///     pieces,
///     [("print", Highlight::Function), ("'a'", Highlight::String), ("# b", Highlight::Comment)]
/// );
/// ```
#[must_use]
pub fn highlight(source: &str) -> Vec<(Range<usize>, Highlight)> {
    if source.len() > MAX_SOURCE_BYTES {
        return Vec::new();
    }
    let lexed = lex(source);
    let mut canvas = Canvas(vec![None; source.len()]);
    for (span, kind) in painted(&lexed) {
        canvas.paint(span, kind);
    }
    canvas.pieces(source)
}

/// Returns what is painted over what: an f-string, its fields over it as if they were blank, what stands in them over these.
fn painted(lexed: &Lexed) -> Vec<(Span, Option<Highlight>)> {
    let mut painted: Vec<(Span, Option<Highlight>)> = Vec::new();
    let fields = lexed.groups.iter().filter(|group| group.kind == GroupKind::Field);
    painted.extend(fields.map(|field| (field.span, None)));
    for tokens in [&lexed.tokens, &lexed.grouped] {
        let next = tokens.iter().skip(1).map(Some).chain([None]);
        let mut after_def = false;
        for (lexeme, next) in tokens.iter().zip(next) {
            if let Some(kind) = kind(lexeme, next, after_def) {
                painted.push((head(lexeme), Some(kind)));
            }
            after_def = lexeme.token == Token::Keyword(Keyword::Def);
        }
    }
    painted.extend(
        lexed
            .comments
            .iter()
            .map(|comment| (comment.span, Some(Highlight::Comment))),
    );
    // What holds another begins before it, or where it begins and is longer.
    painted.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    painted
}

fn kind(lexeme: &Lexeme, next: Option<&Lexeme>, after_def: bool) -> Option<Highlight> {
    let is_called = || {
        next.is_some_and(|next| {
            matches!(next.token, Token::Group(GroupKind::Call | GroupKind::Parameters, _))
                && next.span.start == lexeme.span.end
        })
    };
    match lexeme.token {
        Token::Keyword(Keyword::True | Keyword::False | Keyword::None) => Some(Highlight::Constant),
        Token::Keyword(_) => Some(Highlight::Keyword),
        Token::Int(_) | Token::Float(_) => Some(Highlight::Number),
        Token::Str(_) | Token::FString(_) => Some(Highlight::String),
        Token::Name(_) if after_def || is_called() => Some(Highlight::Function),
        Token::Group(GroupKind::LambdaParameters, _) => Some(Highlight::Keyword),
        Token::Name(_) | Token::Group(..) | Token::Op(_) | Token::Broken => None,
    }
}

/// Returns where a token stands; of the parameters of a lambda, the word before them.
fn head(lexeme: &Lexeme) -> Span {
    let Span { start, end } = lexeme.span;
    match lexeme.token {
        Token::Group(GroupKind::LambdaParameters, _) => {
            let word = u32::try_from(Keyword::Lambda.as_str().len()).unwrap_or_default();
            Span::new(start, end.min(start.saturating_add(word)))
        }
        _ => lexeme.span,
    }
}

/// What each byte is.
struct Canvas(Vec<Option<Highlight>>);

impl Canvas {
    fn paint(&mut self, span: Span, kind: Option<Highlight>) {
        let range = span.start as usize..span.end as usize;
        if let Some(bytes) = self.0.get_mut(range) {
            bytes.fill(kind);
        }
    }

    fn pieces(&self, source: &str) -> Vec<(Range<usize>, Highlight)> {
        let mut pieces: Vec<(Range<usize>, Highlight)> = Vec::new();
        for (at, char) in source.char_indices() {
            let Some(kind) = self.0.get(at).copied().flatten() else {
                continue;
            };
            let end = at.saturating_add(char.len_utf8());
            match pieces.last_mut() {
                Some((range, last)) if *last == kind && range.end == at => range.end = end,
                _ => pieces.push((at..end, kind)),
            }
        }
        pieces
    }
}
