//! Tests that the tables of words and operators match the parser.

use sift_syntax::ast::{BinaryOp, CompareOp, Expr, ExprKind, LogicalOp, Precedence, StmtKind, UnaryOp};
use sift_syntax::{KEYWORDS, parse};

fn read(source: &str) -> Expr {
    let parsed = parse(source);
    assert_eq!(parsed.diagnostics, [], "{source}");
    let [statement] = <[_; 1]>::try_from(parsed.program.body).unwrap();
    match statement.kind {
        StmtKind::Expr(expr) => expr,
        other => panic!("{source} is not an expression: {other:?}"),
    }
}

/// Returns the operators of the outermost chain.
fn outermost(expr: &Expr) -> Vec<BinaryOp> {
    match &expr.kind {
        ExprKind::Binary { rest, .. } => rest.iter().map(|(op, _)| *op).collect(),
        ExprKind::Power { .. } => vec![BinaryOp::Power],
        other => panic!("no operator in {other:?}"),
    }
}

#[test]
fn operator_precedence_matches_the_table() {
    for left in BinaryOp::ALL {
        for right in BinaryOp::ALL {
            let source = format!("a {} b {} c", left.as_str(), right.as_str());
            let expected = match left.precedence().cmp(&right.precedence()) {
                std::cmp::Ordering::Less => vec![left],
                std::cmp::Ordering::Greater => vec![right],
                std::cmp::Ordering::Equal if left == BinaryOp::Power => vec![left],
                std::cmp::Ordering::Equal => vec![left, right],
            };
            assert_eq!(outermost(&read(&source)), expected, "{source}");
        }
    }
}

#[test]
fn precedences_are_ordered_and_each_has_an_operator() {
    assert!(Precedence::ALL.is_sorted());
    for precedence in Precedence::ALL {
        assert!(
            BinaryOp::ALL.iter().any(|op| op.precedence() == precedence),
            "{precedence:?}"
        );
    }
}

#[test]
fn comparison_and_unary_operators_parse_as_themselves() {
    for op in CompareOp::ALL {
        let expr = read(&format!("a {} b", op.as_str()));
        assert!(matches!(expr.kind, ExprKind::Compare { rest, .. } if rest[0].0 == op));
    }
    for op in LogicalOp::ALL {
        let expr = read(&format!("a {} b", op.as_str()));
        assert!(matches!(expr.kind, ExprKind::Logical { op: read, .. } if read == op));
    }
    for op in UnaryOp::ALL {
        let expr = read(&format!("{} a", op.as_str()));
        assert!(matches!(expr.kind, ExprKind::Unary { ops, .. } if ops == [op]));
    }
}

#[test]
fn keywords_cannot_be_assigned() {
    for word in KEYWORDS {
        let parsed = parse(&format!("{word} = 1\n"));
        assert!(!parsed.is_accepted(), "{word}");
    }
}
