//! Conversion of expressions to assignment targets.

use super::input::State;
use crate::Span;
use crate::ast::{BinaryOp, Expr, ExprKind, Name, Postfix, PostfixKind, Target};
use crate::codes;
use crate::source::{indentation, line_text, replaced, slice};

/// Converts an expression to an assignment target, and reports it if it can't be one.
pub(super) fn to_target(state: &mut State<'_>, expr: Expr) -> Target {
    let span = expr.span;
    match expr.kind {
        ExprKind::Name(text) => Target::Name(Name { text, span }),
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            let mut stars = items.iter().filter(|item| matches!(item.kind, ExprKind::Starred(_)));
            if let (Some(_), Some(second)) = (stars.next(), stars.next()) {
                let plain = slice(state.source, second.span).trim_start_matches(['*', ' ']);
                let corrected = replaced(state.source, second.span, plain);
                state.report(
                    codes::BAD_STAR
                        .error(second.span, "two starred names in one assignment")
                        .with_help("only one part can take the rest")
                        .with_corrected(corrected),
                );
            }
            let items = items
                .into_iter()
                .map(|item| match item.kind {
                    ExprKind::Starred(inner) => Target::Starred {
                        target: Box::new(to_target(state, *inner)),
                        span: item.span,
                    },
                    _ => to_target(state, item),
                })
                .collect();
            Target::Tuple { items, span }
        }
        ExprKind::Starred(inner) => {
            let corrected = replaced(state.source, span, &format!("{},", slice(state.source, span)));
            state.report(
                codes::BAD_STAR
                    .error(span, "a starred name must stand in a list or tuple")
                    .with_help("add a comma after it")
                    .with_corrected(corrected),
            );
            Target::Starred {
                target: Box::new(to_target(state, *inner)),
                span,
            }
        }
        ExprKind::Postfix { base, ops } => postfix_target(state, *base, ops, span),
        kind => refuse(state, &kind, span),
    }
}

fn postfix_target(state: &mut State<'_>, base: Expr, mut ops: Vec<Postfix>, span: Span) -> Target {
    let Some(last) = ops.pop() else {
        return to_target(state, base);
    };
    let object = |ops: Vec<Postfix>| {
        let Some(before) = ops.last() else {
            return Box::new(base);
        };
        Box::new(Expr::new(
            base.span.to(before.span),
            ExprKind::Postfix {
                base: Box::new(base),
                ops,
            },
        ))
    };
    match last.kind {
        PostfixKind::Attribute(name) => Target::Attribute {
            object: object(ops),
            name,
            span,
        },
        PostfixKind::Subscript(index) => Target::Subscript {
            object: object(ops),
            index,
            span,
        },
        PostfixKind::Call(_) => refuse_as(state, "a call", span),
    }
}

fn refuse(state: &mut State<'_>, kind: &ExprKind, span: Span) -> Target {
    let what = match kind {
        ExprKind::None => "`None`",
        ExprKind::Bool(_) => "`True` and `False`",
        ExprKind::Ellipsis => "`...`",
        ExprKind::Int(_) | ExprKind::Float(_) => "a number",
        ExprKind::Str(_) => "a string",
        ExprKind::FString(_) => "an f-string",
        ExprKind::Set(_) | ExprKind::Dict(_) => "a display in braces",
        ExprKind::Comprehension { .. } | ExprKind::DictComprehension { .. } => "a comprehension",
        ExprKind::Compare { .. } => "a comparison",
        ExprKind::Lambda { .. } => "a lambda",
        ExprKind::Conditional { .. } => "a conditional expression",
        ExprKind::Await(_) => "an `await`",
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "a `yield`",
        ExprKind::Binary { rest, .. } if rest.iter().all(|(op, _)| *op == BinaryOp::Subtract) => {
            "a difference (names hold `_`, not `-`)"
        }
        _ => "an expression",
    };
    refuse_as(state, what, span)
}

fn refuse_as(state: &mut State<'_>, what: &str, span: Span) -> Target {
    if !state.is_full() {
        report(state, what, span);
    }
    Target::Name(Name { text: "_".into(), span })
}

fn report(state: &mut State<'_>, what: &str, span: Span) {
    let source = state.source;
    let line = line_text(source, span.start);
    let indent = indentation(line);
    let text = slice(source, span);
    let corrected = match line.split_once(" = ") {
        Some((left, right)) if what.starts_with("a difference") => format!("{} = {right}", left.replace('-', "_")),
        Some((_, right)) if text.len() < 40 && !text.contains('\n') => format!("{indent}value = {right}"),
        _ => format!("{indent}value = 1"),
    };
    state.report(
        codes::BAD_TARGET
            .error(span, format!("{what} can't be assigned to"))
            .with_help("put a name, `x[i]` or a tuple of these there; compare with `==`")
            .with_corrected(corrected.trim_end()),
    );
}
