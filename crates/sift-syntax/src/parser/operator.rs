//! The parsing rules of operators.

use super::input::{Expected, Input, Read, fail, peek};
use crate::Span;
use crate::ast::{BinaryOp, CompareOp, Precedence, UnaryOp};
use crate::codes;
use crate::lexer::{Keyword, Op, Token};

pub(super) fn read_compare_op(input: &mut Input<'_, '_>) -> Read<CompareOp> {
    let op = match peek(input) {
        Some(Token::Op(op)) => match op {
            Op::EqualEqual => CompareOp::Equal,
            Op::NotEqual => CompareOp::NotEqual,
            Op::Less => CompareOp::Less,
            Op::LessEqual => CompareOp::LessEqual,
            Op::Greater => CompareOp::Greater,
            Op::GreaterEqual => CompareOp::GreaterEqual,
            _ => return Err(fail(input, Expected::OPERATOR)),
        },
        Some(Token::Keyword(word)) => match word {
            Keyword::In => CompareOp::In,
            Keyword::NotIn => CompareOp::NotIn,
            Keyword::Is => CompareOp::Is,
            Keyword::IsNot => CompareOp::IsNot,
            _ => return Err(fail(input, Expected::OPERATOR)),
        },
        _ => return Err(fail(input, Expected::OPERATOR)),
    };
    input.skip();
    Ok(op)
}

pub(super) fn read_binary_op(input: &mut Input<'_, '_>, precedence: Precedence) -> Read<BinaryOp> {
    let Some(Token::Op(op)) = peek(input) else {
        return Err(fail(input, Expected::OPERATOR));
    };
    let found = match (precedence, op) {
        (Precedence::Term, Op::Star) => BinaryOp::Multiply,
        (Precedence::Term, Op::Slash) => BinaryOp::Divide,
        (Precedence::Term, Op::DoubleSlash) => BinaryOp::FloorDivide,
        (Precedence::Term, Op::Percent) => BinaryOp::Modulo,
        (Precedence::Term, Op::At) => BinaryOp::MatrixMultiply,
        (Precedence::Sum, Op::Plus) => BinaryOp::Add,
        (Precedence::Sum, Op::Minus) => BinaryOp::Subtract,
        (Precedence::Shift, Op::ShiftLeft) => BinaryOp::ShiftLeft,
        (Precedence::Shift, Op::ShiftRight) => BinaryOp::ShiftRight,
        (Precedence::BitAnd, Op::Ampersand) => BinaryOp::BitAnd,
        (Precedence::BitXor, Op::Caret) => BinaryOp::BitXor,
        (Precedence::BitOr, Op::Pipe) => BinaryOp::BitOr,
        _ => return Err(fail(input, Expected::OPERATOR)),
    };
    if found == BinaryOp::MatrixMultiply
        && let Some(lexeme) = input.peek()
    {
        input.state().report(
            codes::MATRIX_PRODUCT
                .error(lexeme.span, "`@` is not in Sift: there are no matrices")
                .with_help("multiply item by item")
                .with_corrected("total = sum(x * y for x, y in zip([1, 2], [3, 4]))"),
        );
    }
    input.skip();
    Ok(found)
}

pub(super) fn read_unary_op(input: &mut Input<'_, '_>) -> Read<(UnaryOp, Span)> {
    let lexeme = input.peek();
    let op = match lexeme.map(|lexeme| lexeme.token) {
        Some(Token::Op(Op::Minus)) => UnaryOp::Negate,
        Some(Token::Op(Op::Plus)) => UnaryOp::Plus,
        Some(Token::Op(Op::Tilde)) => UnaryOp::Invert,
        _ => return Err(fail(input, Expected::EXPRESSION)),
    };
    input.skip();
    Ok((op, lexeme.map(|lexeme| lexeme.span).unwrap_or_default()))
}
