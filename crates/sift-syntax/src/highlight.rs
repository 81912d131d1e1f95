//! Classification of a program's text for syntax highlighting.

use std::ops::Range;

use crate::Span;
use crate::lexer::{GroupKind, Keyword, Lexed, Lexeme, Token, lex};
use crate::parser::MAX_SOURCE_BYTES;

/// The class of a highlighted range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Highlight {
    /// A reserved word, including the pairs `not in` and `is not`.
    Keyword,
    /// The constants `True`, `False` and `None`.
    Constant,
    /// A name in a call or a function definition.
    Function,
    /// A number literal.
    Number,
    /// A string literal. In an f-string, only the text outside of replacement fields.
    String,
    /// A comment, from `#` to the end of the line.
    Comment,
}

/// Returns the highlighted ranges of a program, as byte ranges in source order. Adjacent ranges
/// have different classes. Other text isn't highlighted.
///
/// An invalid program has ranges for the parts that could be read. A text longer than
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

/// Returns the highlighted spans in painting order. The replacement fields of an f-string are
/// painted over its text, and the tokens in a field over the field.
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
    // An outer span precedes the spans within it.
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

/// Returns the part of a token that is highlighted. For a lambda's parameters this is the word
/// `lambda` before them.
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

/// The highlight class of each byte of a source.
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
