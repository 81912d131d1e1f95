//! Adjacent string literals: joins them and parses the fields of f-strings.

use smol_str::SmolStr;

use super::input::{Input, take_expr};
use crate::Span;
use crate::ast::{Expr, ExprKind, FStringField, FStringPart};
use crate::lexer::{LexedPart, Lexeme, Token};

/// Parses adjacent string literals and joins them to one expression.
pub(super) fn read_strings(input: &mut Input<'_, '_>) -> Expr {
    let mut joined = Joined::default();
    let mut formatted = false;
    let mut place: Option<Span> = None;
    while let Some(Lexeme { token, span }) = input.peek() {
        match token {
            Token::Str(id) => joined.texts.push(input.state().text(id)),
            Token::FString(id) => {
                formatted = true;
                let lexed = input.state().lexed;
                for part in lexed.fstrings.get(id as usize).into_iter().flatten() {
                    read_part(input, part, &mut joined);
                }
            }
            _ => break,
        }
        place = Some(place.map_or(span, |start| start.to(span)));
        input.skip();
    }
    let kind = if formatted {
        ExprKind::FString(joined.finish())
    } else {
        ExprKind::Str(join_texts(&joined.texts))
    };
    Expr {
        kind,
        span: place.unwrap_or_default(),
    }
}

/// The literals joined so far: parts of f-strings, and plain texts not yet added to them.
#[derive(Default)]
struct Joined {
    parts: Vec<FStringPart>,
    texts: Vec<SmolStr>,
}

impl Joined {
    fn flush(&mut self) {
        let text = join_texts(&self.texts);
        self.texts.clear();
        if !text.is_empty() {
            self.parts.push(FStringPart::Text(text));
        }
    }

    fn finish(mut self) -> Vec<FStringPart> {
        self.flush();
        self.parts
    }
}

fn join_texts(texts: &[SmolStr]) -> SmolStr {
    match texts {
        [] => SmolStr::default(),
        [only] => only.clone(),
        _ => texts.iter().map(SmolStr::as_str).collect::<String>().into(),
    }
}

fn read_part(input: &mut Input<'_, '_>, part: &LexedPart, joined: &mut Joined) {
    match part {
        LexedPart::Text(text) => joined.texts.push(text.clone()),
        LexedPart::Field(field) => {
            joined.flush();
            let span = input
                .state()
                .lexed
                .groups
                .get(field.group as usize)
                .map(|group| group.span);
            let value = take_expr(input, field.group, span.unwrap_or_default());
            let spec = field.spec.as_ref().map(|spec| {
                let mut inner = Joined::default();
                spec.iter().for_each(|part| read_part(input, part, &mut inner));
                inner.finish()
            });
            joined.parts.push(FStringPart::Field(Box::new(FStringField {
                value,
                debug: field.debug.clone(),
                conversion: field.conversion,
                spec,
            })));
        }
    }
}
