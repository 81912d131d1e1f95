//! The parsing rules of logical lines: simple statements, or the head of a compound statement.

use super::expression::{expression, expressions, loop_target, named_expression, value};
use super::group::read_import_items;
use super::input::{
    Expected, Input, Node, Read, Rule, after, at_keyword, at_op, begins_expression, eat_keyword, eat_op,
    expect_keyword, expect_name, expect_op, fail, group_of, peek, position, rule,
};
use super::target::to_target;
use crate::Span;
use crate::ast::{BinaryOp, Expr, ExprKind, ImportItem, Name, Params, Stmt, StmtKind, Target};
use crate::codes;
use crate::lexer::{GroupKind, Keyword, Op, Token};
use crate::source::line_text;

/// The parsed content of a logical line.
#[derive(Debug)]
pub(super) enum LineKind {
    /// One or more complete simple statements.
    Simple(Vec<Stmt>),
    /// The head of a compound statement, and any statements after it on the same line.
    Head(Head, Vec<Stmt>),
}

/// The head of a compound statement, up to its colon.
#[derive(Debug)]
pub(super) enum Head {
    If(Expr),
    Elif(Expr),
    Else,
    For(Target, Expr),
    While(Expr),
    Def(DefHead),
    Try,
    Except { class: Option<Expr>, name: Option<Name> },
    Finally,
    Decorator(Expr),
}

/// The head of a function definition.
#[derive(Debug)]
pub(super) struct DefHead {
    pub(super) name: Name,
    pub(super) params: Params,
    pub(super) returns: Option<Expr>,
    pub(super) is_async: bool,
}

/// Parses a whole logical line.
pub(super) fn line<'a>() -> impl Rule<'a, LineKind> {
    rule(|input| {
        let head = match peek(input) {
            Some(Token::Op(Op::At)) => {
                input.skip();
                let decorator = input.parse(named_expression())?;
                return Ok(LineKind::Head(Head::Decorator(decorator), Vec::new()));
            }
            Some(Token::Keyword(word)) => read_head(input, word)?,
            _ => None,
        };
        let Some(head) = head else {
            return read_simple_statements(input).map(LineKind::Simple);
        };
        expect_op(input, Op::Colon, Expected::COLON)?;
        let inline = match input.peek() {
            Some(_) => read_simple_statements(input)?,
            None => Vec::new(),
        };
        Ok(LineKind::Head(head, inline))
    })
}

fn read_head(input: &mut Input<'_, '_>, word: Keyword) -> Read<Option<Head>> {
    let read = match word {
        Keyword::If => |input: &mut Input<'_, '_>| input.parse(named_expression()).map(Head::If),
        Keyword::Elif => |input: &mut Input<'_, '_>| input.parse(named_expression()).map(Head::Elif),
        Keyword::While => |input: &mut Input<'_, '_>| input.parse(named_expression()).map(Head::While),
        Keyword::Else => |_: &mut Input<'_, '_>| Ok(Head::Else),
        Keyword::Try => |_: &mut Input<'_, '_>| Ok(Head::Try),
        Keyword::Finally => |_: &mut Input<'_, '_>| Ok(Head::Finally),
        Keyword::For => read_for,
        Keyword::Except => read_except,
        Keyword::Def => |input: &mut Input<'_, '_>| read_def(input, false),
        Keyword::Async => read_async,
        _ => return Ok(None),
    };
    input.skip();
    read(input).map(Some)
}

fn read_for(input: &mut Input<'_, '_>) -> Read<Head> {
    let target = input.parse(loop_target())?;
    expect_keyword(input, Keyword::In, Expected::IN)?;
    Ok(Head::For(target, input.parse(expressions())?))
}

fn read_async(input: &mut Input<'_, '_>) -> Read<Head> {
    if eat_keyword(input, Keyword::Def).is_none() {
        return Err(fail(input, Expected::STATEMENT));
    }
    read_def(input, true)
}

fn read_except(input: &mut Input<'_, '_>) -> Read<Head> {
    if at_op(input, Op::Colon) {
        return Ok(Head::Except {
            class: None,
            name: None,
        });
    }
    if let Some(star) = eat_op(input, Op::Star) {
        let line = line_text(input.state().source, star.start)
            .trim_end()
            .replacen("except*", "except", 1);
        input.state().report(
            codes::EXCEPT_GROUP
                .error(star, "`except*` is not in Sift: there are no exception groups")
                .with_help("write `except`")
                .with_corrected(line.replacen("except *", "except ", 1)),
        );
    }
    let class = input.parse(expression())?;
    let name = after(input, Token::Keyword(Keyword::As), expect_name)?;
    Ok(Head::Except {
        class: Some(class),
        name,
    })
}

fn read_def(input: &mut Input<'_, '_>, is_async: bool) -> Read<Head> {
    let name = expect_name(input)?;
    let Some(group) = group_of(peek(input), GroupKind::Parameters) else {
        return Err(fail(input, Expected::PARAMETERS));
    };
    input.skip();
    let params = match input.state().take(group) {
        Node::Params(params) => params,
        _ => Params::default(),
    };
    let returns = after(input, Token::Op(Op::Arrow), |input| input.parse(expression()))?;
    Ok(Head::Def(DefHead {
        name,
        params,
        returns,
        is_async,
    }))
}

fn read_simple_statements(input: &mut Input<'_, '_>) -> Read<Vec<Stmt>> {
    let mut statements = Vec::new();
    loop {
        statements.push(read_simple(input)?);
        if eat_op(input, Op::Semicolon).is_none() || input.peek().is_none() {
            return Ok(statements);
        }
    }
}

fn read_simple(input: &mut Input<'_, '_>) -> Read<Stmt> {
    let before = input.cursor();
    let kind = match peek(input) {
        Some(Token::Keyword(word)) => match read_keyword_statement(input, word)? {
            Some(kind) => kind,
            None => read_expression_statement(input)?,
        },
        _ => read_expression_statement(input)?,
    };
    let tokens = input.slice_since(&before..);
    let span = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    };
    Ok(Stmt { kind, span })
}

fn read_keyword_statement(input: &mut Input<'_, '_>, word: Keyword) -> Read<Option<StmtKind>> {
    let read = match word {
        Keyword::Pass => |_: &mut Input<'_, '_>| Ok(StmtKind::Pass),
        Keyword::Break => |_: &mut Input<'_, '_>| Ok(StmtKind::Break),
        Keyword::Continue => |_: &mut Input<'_, '_>| Ok(StmtKind::Continue),
        Keyword::Return => read_return,
        Keyword::Raise => read_raise,
        Keyword::Assert => read_assert,
        Keyword::Del => read_del,
        Keyword::Global => |input: &mut Input<'_, '_>| read_names(input).map(StmtKind::Global),
        Keyword::Nonlocal => |input: &mut Input<'_, '_>| read_names(input).map(StmtKind::Nonlocal),
        Keyword::Import => read_import,
        Keyword::From => read_from_import,
        _ => return Ok(None),
    };
    input.skip();
    read(input).map(Some)
}

fn read_return(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    if at_end(input) {
        return Ok(StmtKind::Return(None));
    }
    input.parse(expressions()).map(|value| StmtKind::Return(Some(value)))
}

fn at_end(input: &mut Input<'_, '_>) -> bool {
    input.peek().is_none() || at_op(input, Op::Semicolon)
}

fn read_raise(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    if at_end(input) {
        return Ok(StmtKind::Raise {
            exception: None,
            cause: None,
        });
    }
    let exception = Some(input.parse(expression())?);
    let cause = after(input, Token::Keyword(Keyword::From), |input| input.parse(expression()))?;
    Ok(StmtKind::Raise { exception, cause })
}

fn read_assert(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    let test = input.parse(expression())?;
    let message = after(input, Token::Op(Op::Comma), |input| input.parse(expression()))?;
    Ok(StmtKind::Assert { test, message })
}

fn read_del(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    let expr = input.parse(expressions())?;
    let items = match expr.kind {
        // `del a, b` deletes two targets and `del (a, b)` one tuple, which is equivalent.
        ExprKind::Tuple(items) => items,
        _ => vec![expr],
    };
    let state = input.state();
    Ok(StmtKind::Delete(
        items.into_iter().map(|item| to_target(state, item)).collect(),
    ))
}

fn read_names(input: &mut Input<'_, '_>) -> Read<Vec<Name>> {
    let mut names = vec![expect_name(input)?];
    while eat_op(input, Op::Comma).is_some() {
        names.push(expect_name(input)?);
    }
    Ok(names)
}

fn read_dotted(input: &mut Input<'_, '_>) -> Read<Name> {
    let mut name = expect_name(input)?;
    while eat_op(input, Op::Dot).is_some() {
        let next = expect_name(input)?;
        name = Name {
            text: format!("{}.{}", name.text, next.text).into(),
            span: name.span.to(next.span),
        };
    }
    Ok(name)
}

fn read_import(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    let mut items = Vec::new();
    loop {
        let name = read_dotted(input)?;
        let alias = after(input, Token::Keyword(Keyword::As), expect_name)?;
        items.push(ImportItem { name, alias });
        if eat_op(input, Op::Comma).is_none() {
            return Ok(StmtKind::Import(items));
        }
    }
}

fn read_from_import(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    let mut dots = String::new();
    while let Some(Token::Op(op @ (Op::Dot | Op::Ellipsis))) = peek(input) {
        dots.push_str(op.as_str());
        input.skip();
    }
    let module = if !dots.is_empty() && at_keyword(input, Keyword::Import) {
        Name {
            text: dots.into(),
            span: input.peek().map(|lexeme| lexeme.span).unwrap_or_default(),
        }
    } else {
        let name = read_dotted(input)?;
        Name {
            text: format!("{dots}{}", name.text).into(),
            span: name.span,
        }
    };
    expect_keyword(input, Keyword::Import, Expected::IMPORT)?;
    if let Some(star) = eat_op(input, Op::Star) {
        input.state().report(
            codes::STAR_IMPORT
                .error(star, "`from … import *` is not in Sift")
                .with_help("provided modules are bound already; name what you use")
                .with_corrected(format!("import {}", module.text)),
        );
        return Ok(StmtKind::FromImport {
            module,
            names: Vec::new(),
        });
    }
    let names = match group_of(peek(input), GroupKind::Imports) {
        Some(group) => {
            input.skip();
            match input.state().take(group) {
                Node::Imports(names) => names,
                _ => Vec::new(),
            }
        }
        None => {
            let names = read_import_items(input)?;
            let last = position(input).checked_sub(1);
            let last = last.and_then(|last| input.state().tokens.get(last));
            if last.is_some_and(|last| last.token == Token::Op(Op::Comma)) {
                return Err(fail(input, Expected::NAME));
            }
            names
        }
    };
    Ok(StmtKind::FromImport { module, names })
}

fn read_expression_statement(input: &mut Input<'_, '_>) -> Read<StmtKind> {
    if !begins_expression(peek(input)) && !at_keyword(input, Keyword::Yield) {
        return Err(fail(input, Expected::STATEMENT));
    }
    let first = input.parse(value())?;
    match peek(input) {
        Some(Token::Op(Op::Equal)) => read_assignment(input, first),
        Some(Token::Op(Op::Colon)) => read_annotation(input, first),
        Some(Token::Op(op)) => match augmented(op) {
            Some(op) => read_augmented(input, first, op),
            None => Ok(StmtKind::Expr(first)),
        },
        _ => Ok(StmtKind::Expr(first)),
    }
}

fn read_assignment(input: &mut Input<'_, '_>, first: Expr) -> Read<StmtKind> {
    let mut targets = Vec::new();
    let mut last = first;
    while eat_op(input, Op::Equal).is_some() {
        targets.push(to_target(input.state(), last));
        last = input.parse(value())?;
    }
    Ok(StmtKind::Assign { targets, value: last })
}

fn read_annotation(input: &mut Input<'_, '_>, first: Expr) -> Read<StmtKind> {
    let single = matches!(first.kind, ExprKind::Name(_) | ExprKind::Postfix { .. });
    if !single {
        return Err(fail(input, Expected::OPERATOR));
    }
    input.skip();
    let annotation = input.parse(expression())?;
    let value = after(input, Token::Op(Op::Equal), |input| input.parse(value()))?;
    Ok(StmtKind::AnnAssign {
        target: to_target(input.state(), first),
        annotation,
        value,
    })
}

fn read_augmented(input: &mut Input<'_, '_>, first: Expr, op: BinaryOp) -> Read<StmtKind> {
    let span = input.peek().map(|lexeme| lexeme.span).unwrap_or_default();
    input.skip();
    if op == BinaryOp::MatrixMultiply {
        input.state().report(
            codes::MATRIX_PRODUCT
                .error(span, "`@=` is not in Sift: there are no matrices")
                .with_help("multiply item by item")
                .with_corrected("total = sum(x * y for x, y in zip([1, 2], [3, 4]))"),
        );
    }
    let value = input.parse(value())?;
    let target = to_target(input.state(), first);
    if let Target::Tuple { span, .. } = target {
        input.state().report(
            codes::BAD_TARGET
                .error(span, format!("a tuple can't be changed by `{}=`", op.as_str()))
                .with_help("change one name at a time")
                .with_corrected(format!("a {}= 1", op.as_str())),
        );
    }
    Ok(StmtKind::AugAssign { target, op, value })
}

const fn augmented(op: Op) -> Option<BinaryOp> {
    Some(match op {
        Op::PlusEqual => BinaryOp::Add,
        Op::MinusEqual => BinaryOp::Subtract,
        Op::StarEqual => BinaryOp::Multiply,
        Op::SlashEqual => BinaryOp::Divide,
        Op::DoubleSlashEqual => BinaryOp::FloorDivide,
        Op::PercentEqual => BinaryOp::Modulo,
        Op::AtEqual => BinaryOp::MatrixMultiply,
        Op::AmpersandEqual => BinaryOp::BitAnd,
        Op::PipeEqual => BinaryOp::BitOr,
        Op::CaretEqual => BinaryOp::BitXor,
        Op::ShiftLeftEqual => BinaryOp::ShiftLeft,
        Op::ShiftRightEqual => BinaryOp::ShiftRight,
        Op::DoubleStarEqual => BinaryOp::Power,
        _ => return None,
    })
}
