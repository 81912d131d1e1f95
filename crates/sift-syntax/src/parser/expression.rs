//! The parsing rules of expressions.
//!
//! Operators of one precedence are a flat chain in the tree. Constructs that nest to the right
//! without brackets (prefix operators, powers, conditionals, lambdas) are read in loops and folded
//! from the right, so that no rule is recursive.

use chumsky::pratt::{infix, left};
use chumsky::{IterParser, Parser};

use super::input::{
    Expected, Input, Node, Operators, Read, Rule, at_keyword, at_op, begins_expression, eat_keyword, eat_op,
    expect_keyword, expect_op, fail, group_of, peek, peek_second, position, rule, take_expr,
};
use super::literal::read_strings;
use super::operator::{read_binary_op, read_compare_op, read_unary_op};
use super::target::to_target;
use crate::Span;
use crate::ast::{
    BinaryOp, Clause, Expr, ExprKind, LogicalOp, Name, Params, Postfix, PostfixKind, Precedence, Target, UnaryOp,
};
use crate::codes;
use crate::lexer::{GroupKind, Keyword, Lexeme, MAX_DEPTH, Op, Token};
use crate::source::{replaced, slice, to_u32};

/// Parses an expression without `:=`, star or bare comma: a lambda, a conditional or a tighter
/// expression.
pub(super) fn expression<'a>() -> impl Rule<'a, Expr> {
    rule(read_expression)
}

/// Parses an expression, or an assignment expression `name := expression`.
pub(super) fn named_expression<'a>() -> impl Rule<'a, Expr> {
    rule(|input| {
        let expr = input.parse(expression())?;
        if !at_op(input, Op::Walrus) {
            return Ok(expr);
        }
        let ExprKind::Name(text) = &expr.kind else {
            return Err(fail(input, Expected::OPERATOR));
        };
        let name = Name {
            text: text.clone(),
            span: expr.span,
        };
        input.skip();
        let value = Box::new(input.parse(expression())?);
        Ok(Expr::new(name.span.to(value.span), ExprKind::Walrus { name, value }))
    })
}

/// Parses an element of a display or argument list: `*items` or a named expression.
pub(super) fn element<'a>() -> impl Rule<'a, Expr> {
    rule(|input| read_starred_or(input, named_expression()))
}

/// Parses one or more expressions separated by commas: a single value, or a tuple without
/// parentheses.
pub(super) fn expressions<'a>() -> impl Rule<'a, Expr> {
    rule(|input| {
        let item = rule(|input| read_starred_or(input, expression()));
        let first = input.parse(item)?;
        if !at_op(input, Op::Comma) {
            return Ok(first);
        }
        let start = first.span;
        let (items, end) = read_more(input, first, item)?;
        Ok(Expr::new(start.to(end), ExprKind::Tuple(items)))
    })
}

/// Parses the right side of `=` or an expression statement: `yield …` or expressions.
pub(super) fn value<'a>() -> impl Rule<'a, Expr> {
    rule(|input| {
        let Some(start) = eat_keyword(input, Keyword::Yield) else {
            return input.parse(expressions());
        };
        if eat_keyword(input, Keyword::From).is_some() {
            let items = Box::new(input.parse(expression())?);
            return Ok(Expr::new(start.to(items.span), ExprKind::YieldFrom(items)));
        }
        if !begins_expression(peek(input)) {
            return Ok(Expr::new(start, ExprKind::Yield(None)));
        }
        let item = input.parse(expressions())?;
        Ok(Expr::new(start.to(item.span), ExprKind::Yield(Some(Box::new(item)))))
    })
}

/// Parses the items after the first in a comma-separated list. A trailing comma is allowed.
pub(super) fn read_more<'a>(
    input: &mut Input<'a, '_>,
    first: Expr,
    item: impl Rule<'a, Expr>,
) -> Read<(Vec<Expr>, Span)> {
    let mut end = first.span;
    let mut items = vec![first];
    while let Some(comma) = eat_op(input, Op::Comma) {
        end = comma;
        if !begins_expression(peek(input)) {
            fail(input, Expected::EXPRESSION);
            break;
        }
        let next = input.parse(item)?;
        end = next.span;
        items.push(next);
    }
    Ok((items, end))
}

/// Parses the clauses of a comprehension: `for target in items if condition …`.
pub(super) fn clauses<'a>() -> impl Rule<'a, Vec<Clause>> {
    rule(read_clause).repeated().at_least(1).collect()
}

/// Returns `true` if the input continues with the first clause of a comprehension.
pub(super) fn at_clause(input: &mut Input<'_, '_>) -> bool {
    at_keyword(input, Keyword::For) || at_keyword(input, Keyword::Async)
}

/// Parses the target of `for`, such as `a, (b, *c)`.
pub(super) fn loop_target<'a>() -> impl Rule<'a, Target> {
    rule(|input| {
        let item = rule(|input| read_starred_or(input, arithmetic()));
        let first = input.parse(item)?;
        let expr = if at_op(input, Op::Comma) {
            let start = first.span;
            let (items, end) = read_more(input, first, item)?;
            Expr::new(start.to(end), ExprKind::Tuple(items))
        } else {
            first
        };
        Ok(to_target(input.state(), expr))
    })
}

/// Parses `or` and all operators that bind tighter. These are the operands of `in` and `if` in a
/// comprehension.
fn disjunction<'a>() -> impl Rule<'a, Expr> {
    let or = logical(
        LogicalOp::Or,
        Keyword::Or,
        logical(LogicalOp::And, Keyword::And, inversion()),
    );
    rule(move |input| {
        // Most values have few operators, so the rules for absent operators are skipped.
        let operators = input.state().operators;
        let value = if stands_alone(input) {
            input.parse(postfixed())?
        } else if operators.has(Operators::LOGICAL) {
            return input.parse(or);
        } else if operators.has(Operators::COMPARISON) {
            return input.parse(inversion());
        } else {
            input.parse(arithmetic())?
        };
        fail(input, Expected::OPERATOR);
        Ok(value)
    })
}

/// Returns `true` if the input continues with a value and its postfixes, and no operator follows.
fn stands_alone(input: &mut Input<'_, '_>) -> bool {
    let mut at = position(input);
    let tokens = input.state().tokens;
    let mut token = || {
        at += 1;
        tokens.get(at - 1).map(|lexeme| lexeme.token)
    };
    match token() {
        Some(Token::Name(_) | Token::Int(_) | Token::Float(_) | Token::Str(_) | Token::FString(_)) => {}
        Some(Token::Group(GroupKind::Parens | GroupKind::List | GroupKind::Braces, _)) => {}
        Some(Token::Keyword(Keyword::None | Keyword::True | Keyword::False)) => {}
        _ => return false,
    }
    loop {
        match token() {
            Some(Token::Op(Op::Dot) | Token::Name(_) | Token::Group(GroupKind::Call | GroupKind::Subscript, _)) => {}
            None | Some(Token::Op(Op::Comma | Op::Colon | Op::Equal | Op::Semicolon)) => return true,
            Some(Token::Keyword(Keyword::For | Keyword::If | Keyword::Else)) => return true,
            _ => return false,
        }
    }
}

fn logical<'a>(op: LogicalOp, word: Keyword, operand: impl Rule<'a, Expr>) -> impl Rule<'a, Expr> {
    let separator = rule(move |input| expect_keyword(input, word, Expected::OPERATOR));
    operand
        .then(separator.ignore_then(operand).repeated().collect::<Vec<_>>())
        .map(move |(first, rest)| {
            let Some(last) = rest.last() else { return first };
            let span = first.span.to(last.span);
            let values = std::iter::once(first).chain(rest).collect();
            Expr::new(span, ExprKind::Logical { op, values })
        })
}

fn inversion<'a>() -> impl Rule<'a, Expr> {
    let not = rule(|input| expect_keyword(input, Keyword::Not, Expected::EXPRESSION).map(|span| (UnaryOp::Not, span)));
    not.repeated()
        .collect::<Vec<_>>()
        .then(comparison())
        .map(|(ops, operand)| prefixed(ops, operand))
}

fn comparison<'a>() -> impl Rule<'a, Expr> {
    let operand = arithmetic();
    operand
        .then(rule(read_compare_op).then(operand).repeated().collect::<Vec<_>>())
        .map(|(first, rest)| {
            let Some((_, last)) = rest.last() else { return first };
            Expr::new(
                first.span.to(last.span),
                ExprKind::Compare {
                    first: Box::new(first),
                    rest,
                },
            )
        })
}

/// The left operand of a binary operator, with the precedence of its chain. A chain in parentheses
/// has no precedence, so that it isn't extended.
struct Operand {
    expr: Expr,
    chain: Option<Precedence>,
}

/// Parses `|` and all operators that bind tighter: arithmetic and bitwise expressions.
pub(super) fn arithmetic<'a>() -> impl Rule<'a, Expr> {
    macro_rules! level {
        ($power:literal, $precedence:ident) => {
            infix(
                left($power),
                rule(|input| read_binary_op(input, Precedence::$precedence)),
                |first: Operand, op, next: Operand, _: &mut _| join(Precedence::$precedence, first, op, next),
            )
        };
    }
    let infix = factor()
        .map(|expr| Operand { expr, chain: None })
        .pratt((
            level!(6, Term),
            level!(5, Sum),
            level!(4, Shift),
            level!(3, BitAnd),
            level!(2, BitXor),
            level!(1, BitOr),
        ))
        .map(|operand| operand.expr);
    rule(move |input| {
        if input.state().operators.has(Operators::INFIX) {
            return input.parse(infix);
        }
        let value = input.parse(factor())?;
        fail(input, Expected::OPERATOR);
        Ok(value)
    })
}

fn join(precedence: Precedence, first: Operand, op: BinaryOp, next: Operand) -> Operand {
    let span = first.expr.span.to(next.expr.span);
    let kind = match first.expr.kind {
        ExprKind::Binary { first: start, mut rest } if first.chain == Some(precedence) => {
            rest.push((op, next.expr));
            ExprKind::Binary { first: start, rest }
        }
        kind => ExprKind::Binary {
            first: Box::new(Expr {
                kind,
                span: first.expr.span,
            }),
            rest: vec![(op, next.expr)],
        },
    };
    Operand {
        expr: Expr::new(span, kind),
        chain: Some(precedence),
    }
}

/// Parses prefix operators and powers: `-base ** -exponent ** …`. A prefix operator binds tighter
/// than a `**` before it and looser than one after it.
fn factor<'a>() -> impl Rule<'a, Expr> {
    let operand = rule(read_unary_op).repeated().collect::<Vec<_>>().then(postfixed());
    let power = rule(|input| expect_op(input, Op::DoubleStar, Expected::OPERATOR));
    operand
        .then(power.ignore_then(operand).repeated().collect::<Vec<_>>())
        .map_with(|((ops, first), mut rest), extra| {
            let Some((last_ops, last)) = rest.pop() else {
                return prefixed(ops, first);
            };
            extra.state().note_chain(rest.len() + 1);
            if rest.len() > MAX_DEPTH {
                // The height check reports the error.
                return prefixed(last_ops, last);
            }
            let mut exponent = prefixed(last_ops, last);
            for (ops, base) in std::iter::once((ops, first)).chain(rest).rev() {
                let power = Expr::new(
                    base.span.to(exponent.span),
                    ExprKind::Power {
                        base: Box::new(base),
                        exponent: Box::new(exponent),
                    },
                );
                exponent = prefixed(ops, power);
            }
            exponent
        })
}

fn prefixed(ops: Vec<(UnaryOp, Span)>, operand: Expr) -> Expr {
    let Some((_, start)) = ops.first() else { return operand };
    Expr::new(
        start.to(operand.span),
        ExprKind::Unary {
            ops: ops.into_iter().map(|(op, _)| op).collect(),
            operand: Box::new(operand),
        },
    )
}

/// Parses a value with its postfixes: attributes, calls, subscripts.
fn postfixed<'a>() -> impl Rule<'a, Expr> {
    let awaits = rule(|input| expect_keyword(input, Keyword::Await, Expected::EXPRESSION)).or_not();
    awaits
        .then(rule(read_atom))
        .then(rule(read_postfix).repeated().collect::<Vec<_>>())
        .map(|((awaits, base), ops)| {
            let expr = match ops.last() {
                None => base,
                Some(last) => Expr::new(
                    base.span.to(last.span),
                    ExprKind::Postfix {
                        base: Box::new(base),
                        ops,
                    },
                ),
            };
            match awaits {
                None => expr,
                Some(start) => Expr::new(start.to(expr.span), ExprKind::Await(Box::new(expr))),
            }
        })
}

// The functions that implement these rules.

fn read_starred_or<'a>(input: &mut Input<'a, '_>, other: impl Rule<'a, Expr>) -> Read<Expr> {
    let Some(star) = eat_op(input, Op::Star) else {
        return input.parse(other);
    };
    let items = input.parse(arithmetic())?;
    Ok(Expr::new(star.to(items.span), ExprKind::Starred(Box::new(items))))
}

/// The start of a lambda or a conditional, up to the expression that ends it.
enum Head {
    Lambda(Params, Span),
    Arm(Expr, Expr),
}

fn read_expression(input: &mut Input<'_, '_>) -> Read<Expr> {
    let mut heads = Vec::new();
    let last = loop {
        if let Some(start) = eat_keyword(input, Keyword::Lambda) {
            heads.push(Head::Lambda(read_lambda_params(input)?, start));
            continue;
        }
        let value = input.parse(disjunction())?;
        if eat_keyword(input, Keyword::If).is_none() {
            fail(input, Expected::OPERATOR);
            break value;
        }
        let test = input.parse(disjunction())?;
        expect_keyword(input, Keyword::Else, Expected::ELSE)?;
        heads.push(Head::Arm(value, test));
    };
    if heads.is_empty() {
        return Ok(last);
    }
    let lambdas = heads.iter().filter(|head| matches!(head, Head::Lambda(..))).count();
    input.state().note_chain(lambdas * 2 + 1);
    if lambdas > MAX_DEPTH {
        // The height check reports the error.
        return Ok(last);
    }
    Ok(fold_heads(heads, last))
}

/// Builds an expression from lambdas and conditionals that share their last value. Consecutive
/// conditionals become one flat chain.
fn fold_heads(heads: Vec<Head>, last: Expr) -> Expr {
    let mut result = last;
    let mut arms: Vec<(Expr, Expr)> = Vec::new();
    for head in heads.into_iter().rev() {
        match head {
            Head::Arm(value, test) => arms.push((value, test)),
            Head::Lambda(params, start) => {
                result = conditional(&mut arms, result);
                result = Expr::new(
                    start.to(result.span),
                    ExprKind::Lambda {
                        params: Box::new(params),
                        body: Box::new(result),
                    },
                );
            }
        }
    }
    conditional(&mut arms, result)
}

/// Creates a conditional expression from its arms, which are in reverse order.
fn conditional(arms: &mut Vec<(Expr, Expr)>, orelse: Expr) -> Expr {
    let Some((first, _)) = arms.last() else { return orelse };
    Expr::new(
        first.span.to(orelse.span),
        ExprKind::Conditional {
            arms: arms.drain(..).rev().collect(),
            orelse: Box::new(orelse),
        },
    )
}

fn read_lambda_params(input: &mut Input<'_, '_>) -> Read<Params> {
    let Some(group) = group_of(peek(input), GroupKind::LambdaParameters) else {
        return Err(fail(input, Expected::COLON));
    };
    input.skip();
    let params = match input.state().take(group) {
        Node::Params(params) => params,
        _ => Params::default(),
    };
    expect_op(input, Op::Colon, Expected::COLON)?;
    Ok(params)
}

fn read_clause(input: &mut Input<'_, '_>) -> Read<Clause> {
    let is_async = eat_keyword(input, Keyword::Async);
    expect_keyword(input, Keyword::For, Expected::OPERATOR)?;
    if let Some(span) = is_async {
        let source = input.state().source;
        // The space after the word is removed too.
        let rest = slice(source, Span::new(span.end, to_u32(source.len())));
        let space = rest.len() - rest.trim_start_matches(' ').len();
        let corrected = replaced(source, Span::new(span.start, span.end + to_u32(space)), "");
        input.state().report(
            codes::ASYNC_BLOCK
                .error(span, "`async for` is not in Sift: calls run side by side by themselves")
                .with_help("remove `async`")
                .with_corrected(corrected),
        );
    }
    let target = input.parse(loop_target())?;
    expect_keyword(input, Keyword::In, Expected::IN)?;
    let iter = input.parse(disjunction())?;
    let condition = rule(|input| {
        expect_keyword(input, Keyword::If, Expected::OPERATOR)?;
        input.parse(disjunction())
    });
    let conditions = input.parse(condition.repeated().collect::<Vec<_>>())?;
    Ok(Clause {
        target,
        iter,
        conditions,
        is_async: is_async.is_some(),
    })
}

fn read_atom(input: &mut Input<'_, '_>) -> Read<Expr> {
    let Some(Lexeme { token, span }) = input.peek() else {
        return Err(fail(input, Expected::EXPRESSION));
    };
    let kind = match token {
        Token::Str(_) | Token::FString(_) => return Ok(read_strings(input)),
        Token::Group(GroupKind::Parens | GroupKind::List | GroupKind::Braces, id) => {
            input.skip();
            return Ok(take_expr(input, id, span));
        }
        Token::Name(id) => ExprKind::Name(input.state().text(id)),
        Token::Int(id) => ExprKind::Int(input.state().text(id)),
        Token::Float(id) => ExprKind::Float(input.state().lexed.floats.get(id as usize).copied().unwrap_or_default()),
        Token::Keyword(Keyword::None) => ExprKind::None,
        Token::Keyword(Keyword::True) => ExprKind::Bool(true),
        Token::Keyword(Keyword::False) => ExprKind::Bool(false),
        Token::Op(Op::Ellipsis) => ExprKind::Ellipsis,
        _ => return Err(fail(input, Expected::EXPRESSION)),
    };
    input.skip();
    Ok(Expr::new(span, kind))
}

fn read_postfix(input: &mut Input<'_, '_>) -> Read<Postfix> {
    let Some(Lexeme { token, span }) = input.peek() else {
        return Err(fail(input, Expected::OPERATOR));
    };
    match token {
        Token::Op(Op::Dot) => {
            if !matches!(peek_second(input), Some(Token::Name(_))) {
                input.skip();
                return Err(fail(input, Expected::NAME));
            }
            input.skip();
            let name = super::input::expect_name(input)?;
            Ok(Postfix {
                span: span.to(name.span),
                kind: PostfixKind::Attribute(name),
            })
        }
        Token::Group(GroupKind::Call, id) => {
            input.skip();
            let args = match input.state().take(id) {
                Node::Call(args) => args,
                _ => Vec::new(),
            };
            Ok(Postfix {
                kind: PostfixKind::Call(args),
                span,
            })
        }
        Token::Group(GroupKind::Subscript, id) => {
            input.skip();
            let index = match input.state().take(id) {
                Node::Subscript(index) => index,
                _ => crate::ast::Subscript::Index(Expr::new(span, ExprKind::Ellipsis)),
            };
            Ok(Postfix {
                kind: PostfixKind::Subscript(Box::new(index)),
                span,
            })
        }
        _ => Err(fail(input, Expected::OPERATOR)),
    }
}
