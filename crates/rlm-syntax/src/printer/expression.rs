//! Expressions, with the brackets that they need.

use super::Printer;
use crate::ast::{
    Argument, BinaryOp, Clause, ComprehensionKind, DictItem, Expr, ExprKind, LogicalOp, Postfix, PostfixKind,
    Subscript, UnaryOp,
};

/// How tightly an expression binds, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    /// What needs parentheses nearly everywhere: tuples, stars, `yield`, `:=`.
    Loose,
    /// Lambdas and conditionals.
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Unary,
    Power,
    Await,
    Postfix,
    Atom,
}

/// Prints one expression as it would stand alone.
pub(crate) fn expression(expr: &Expr) -> String {
    let mut printer = Printer::default();
    printer.test(expr);
    printer.out
}

impl Printer {
    /// Prints a value at the right of `=` or on its own: `yield` and tuples may stand bare.
    pub(super) fn value(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => self.yields(expr),
            _ => self.bare(expr),
        }
    }

    /// Prints a value where a tuple may stand without parentheses.
    pub(super) fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Tuple(items) if items.len() > 1 => self.list(items, Self::element),
            ExprKind::Starred(_) => self.element(expr),
            _ => self.test(expr),
        }
    }

    /// Prints a value where anything but a bare tuple, star, `yield` or `:=` may stand.
    pub(super) fn test(&mut self, expr: &Expr) {
        self.at_least(expr, Binding::Test);
    }

    /// Prints what stands before a postfix.
    pub(super) fn object(&mut self, expr: &Expr) {
        match &expr.kind {
            // A postfix after a number would be read as a part of it.
            ExprKind::Int(_) | ExprKind::Float(_) => self.parenthesized(expr),
            ExprKind::Postfix { .. } => self.at_least(expr, Binding::Postfix),
            _ => self.at_least(expr, Binding::Atom),
        }
    }

    fn base(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Int(_) | ExprKind::Float(_) => self.parenthesized(expr),
            _ => self.at_least(expr, Binding::Atom),
        }
    }

    fn parenthesized(&mut self, expr: &Expr) {
        self.push("(");
        self.unparenthesized(expr);
        self.push(")");
    }

    fn at_least(&mut self, expr: &Expr, least: Binding) {
        if binding(&expr.kind) < least {
            self.parenthesized(expr);
        } else {
            self.unparenthesized(expr);
        }
    }

    /// Prints an item of a display: a star may stand before it.
    fn element(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Starred(items) => {
                self.push("*");
                self.at_least(items, Binding::BitOr);
            }
            _ => self.test(expr),
        }
    }

    fn unparenthesized(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None => self.push("None"),
            ExprKind::Bool(true) => self.push("True"),
            ExprKind::Bool(false) => self.push("False"),
            ExprKind::Ellipsis => self.push("..."),
            ExprKind::Int(digits) => self.push(digits),
            ExprKind::Float(value) => self.float(*value),
            ExprKind::Str(text) => self.string(text),
            ExprKind::FString(parts) => self.fstring(parts),
            ExprKind::Name(name) => self.push(name),
            ExprKind::List(items) => self.display("[", items, "]"),
            ExprKind::Set(items) => self.display("{", items, "}"),
            ExprKind::Tuple(items) => self.tuple_items(items),
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Comprehension { kind, element, clauses } => self.comprehension(*kind, element, clauses),
            ExprKind::DictComprehension { key, value, clauses } => {
                self.push("{");
                self.test(key);
                self.push(": ");
                self.test(value);
                self.clauses(clauses);
                self.push("}");
            }
            ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Power { .. }
            | ExprKind::Logical { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Conditional { .. } => self.operation(&expr.kind),
            ExprKind::Postfix { base, ops } => {
                self.base(base);
                for op in ops {
                    self.postfix(op);
                }
            }
            ExprKind::Lambda { params, body } => {
                self.push(if params.items.is_empty() { "lambda" } else { "lambda " });
                self.params(&params.items);
                self.push(": ");
                self.test(body);
            }
            ExprKind::Walrus { name, value } => {
                self.push(&name.text);
                self.push(" := ");
                self.test(value);
            }
            ExprKind::Starred(_) => self.element(expr),
            ExprKind::Await(value) => {
                self.push("await ");
                self.at_least(value, Binding::Postfix);
            }
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => self.yields(expr),
        }
    }

    fn operation(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Unary { ops, operand } => {
                for op in ops {
                    self.push(match op {
                        UnaryOp::Negate => "-",
                        UnaryOp::Plus => "+",
                        UnaryOp::Invert => "~",
                        UnaryOp::Not => "not ",
                    });
                }
                let inner = if ops.contains(&UnaryOp::Not) {
                    Binding::Compare
                } else {
                    Binding::Power
                };
                self.at_least(operand, inner);
            }
            ExprKind::Binary { first, rest } => {
                let operand = binding(kind).next();
                self.at_least(first, operand);
                for (op, next) in rest {
                    self.spaced(op.as_str());
                    self.at_least(next, operand);
                }
            }
            ExprKind::Power { base, exponent } => {
                self.at_least(base, Binding::Await);
                self.spaced("**");
                self.at_least(exponent, Binding::Unary);
            }
            ExprKind::Logical { op, values } => {
                let word = match op {
                    LogicalOp::And => "and",
                    LogicalOp::Or => "or",
                };
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.spaced(word);
                    }
                    self.at_least(value, binding(kind).next());
                }
            }
            ExprKind::Compare { first, rest } => {
                self.at_least(first, Binding::BitOr);
                for (op, next) in rest {
                    self.spaced(op.as_str());
                    self.at_least(next, Binding::BitOr);
                }
            }
            ExprKind::Conditional { arms, orelse } => {
                for (value, test) in arms {
                    self.at_least(value, Binding::Or);
                    self.push(" if ");
                    self.at_least(test, Binding::Or);
                    self.push(" else ");
                }
                // One more conditional would join the chain.
                match &orelse.kind {
                    ExprKind::Conditional { .. } => self.parenthesized(orelse),
                    _ => self.test(orelse),
                }
            }
            _ => {}
        }
    }

    fn spaced(&mut self, text: &str) {
        self.push(" ");
        self.push(text);
        self.push(" ");
    }

    fn yields(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Yield(None) => self.push("yield"),
            ExprKind::Yield(Some(value)) => {
                self.push("yield ");
                self.bare(value);
            }
            ExprKind::YieldFrom(items) => {
                self.push("yield from ");
                self.test(items);
            }
            _ => {}
        }
    }

    fn float(&mut self, value: f64) {
        if value.is_infinite() {
            self.push("1e999");
        } else {
            self.push(&format!("{value:?}"));
        }
    }

    fn display(&mut self, open: &str, items: &[Expr], close: &str) {
        self.push(open);
        self.list(items, Self::element);
        self.push(close);
    }

    /// Prints what stands between the parentheses of a tuple.
    fn tuple_items(&mut self, items: &[Expr]) {
        self.list(items, Self::element);
        if items.len() == 1 {
            self.push(",");
        }
    }

    fn dict(&mut self, items: &[DictItem]) {
        self.push("{");
        self.list(items, |p, item| match item {
            DictItem::Pair(key, value) => {
                p.test(key);
                p.push(": ");
                p.test(value);
            }
            DictItem::Spread(other) => {
                p.push("**");
                p.test(other);
            }
        });
        self.push("}");
    }

    fn comprehension(&mut self, kind: ComprehensionKind, element: &Expr, clauses: &[Clause]) {
        let (open, close) = match kind {
            ComprehensionKind::List => ("[", "]"),
            ComprehensionKind::Set => ("{", "}"),
            ComprehensionKind::Generator => ("(", ")"),
        };
        self.push(open);
        self.generator(element, clauses);
        self.push(close);
    }

    fn generator(&mut self, element: &Expr, clauses: &[Clause]) {
        self.test(element);
        self.clauses(clauses);
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            self.push(if clause.is_async { " async for " } else { " for " });
            self.bare_target(&clause.target);
            self.push(" in ");
            self.at_least(&clause.iter, Binding::Or);
            for condition in &clause.conditions {
                self.push(" if ");
                self.at_least(condition, Binding::Or);
            }
        }
    }

    fn postfix(&mut self, op: &Postfix) {
        match &op.kind {
            PostfixKind::Attribute(name) => {
                self.push(".");
                self.push(&name.text);
            }
            PostfixKind::Subscript(index) => self.subscript(index),
            PostfixKind::Call(args) => self.arguments(args),
        }
    }

    pub(super) fn subscript(&mut self, index: &Subscript) {
        self.push("[");
        match index {
            Subscript::Index(index) => self.bare(index),
            Subscript::Slice { start, stop, step } => {
                if let Some(part) = start {
                    self.test(part);
                }
                self.push(":");
                if let Some(part) = stop {
                    self.test(part);
                }
                if let Some(step) = step {
                    self.push(":");
                    self.test(step);
                }
            }
        }
        self.push("]");
    }

    fn arguments(&mut self, args: &[Argument]) {
        self.push("(");
        if let [Argument::Positional(only)] = args
            && let ExprKind::Comprehension {
                kind: ComprehensionKind::Generator,
                element,
                clauses,
            } = &only.kind
        {
            self.generator(element, clauses);
        } else {
            self.list(args, Self::argument);
        }
        self.push(")");
    }

    fn argument(&mut self, argument: &Argument) {
        match argument {
            Argument::Positional(value) => self.test(value),
            Argument::Keyword { name, value } => {
                self.push(&name.text);
                self.push("=");
                self.test(value);
            }
            Argument::Starred(values) => {
                self.push("*");
                self.test(values);
            }
            Argument::DoubleStarred(values) => {
                self.push("**");
                self.test(values);
            }
        }
    }
}

impl Binding {
    /// Returns the next tighter one of those that chain.
    const fn next(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::BitOr => Self::BitXor,
            Self::BitXor => Self::BitAnd,
            Self::BitAnd => Self::Shift,
            Self::Shift => Self::Sum,
            Self::Sum => Self::Term,
            Self::Term => Self::Unary,
            other => other,
        }
    }
}

/// Returns how tightly an expression binds.
pub(super) fn binding(kind: &ExprKind) -> Binding {
    match kind {
        // A tuple is always printed with its parentheses, other than where it may stand bare.
        ExprKind::Tuple(_)
        | ExprKind::Starred(_)
        | ExprKind::Yield(_)
        | ExprKind::YieldFrom(_)
        | ExprKind::Walrus { .. } => Binding::Loose,
        ExprKind::Lambda { .. } | ExprKind::Conditional { .. } => Binding::Test,
        ExprKind::Logical { op: LogicalOp::Or, .. } => Binding::Or,
        ExprKind::Logical { op: LogicalOp::And, .. } => Binding::And,
        ExprKind::Compare { .. } => Binding::Compare,
        ExprKind::Unary { ops, .. } if ops.contains(&UnaryOp::Not) => Binding::Not,
        ExprKind::Unary { .. } => Binding::Unary,
        ExprKind::Power { .. } => Binding::Power,
        ExprKind::Await(_) => Binding::Await,
        ExprKind::Postfix { .. } => Binding::Postfix,
        ExprKind::Binary { rest, .. } => rest.first().map_or(Binding::Term, |(op, _)| match op {
            BinaryOp::Add | BinaryOp::Subtract => Binding::Sum,
            BinaryOp::ShiftLeft | BinaryOp::ShiftRight => Binding::Shift,
            BinaryOp::BitAnd => Binding::BitAnd,
            BinaryOp::BitXor => Binding::BitXor,
            BinaryOp::BitOr => Binding::BitOr,
            BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::FloorDivide
            | BinaryOp::Modulo
            | BinaryOp::Power
            | BinaryOp::MatrixMultiply => Binding::Term,
        }),
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Ellipsis
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::FString(_)
        | ExprKind::Name(_)
        | ExprKind::List(_)
        | ExprKind::Set(_)
        | ExprKind::Dict(_)
        | ExprKind::Comprehension { .. }
        | ExprKind::DictComprehension { .. } => Binding::Atom,
    }
}
