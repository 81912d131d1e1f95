//! Printing of expressions, with the parentheses they need.

use super::writer::{Brackets, Printer};
use crate::Span;
use crate::ast::{
    Argument, Clause, ComprehensionKind, DictItem, Expr, ExprKind, LogicalOp, Postfix, PostfixKind, Precedence,
    Subscript, UnaryOp,
};

/// The binding strength of expressions, loosest first. It determines where parentheses are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    /// Expressions that need parentheses nearly everywhere: tuples, stars, `yield`, `:=`.
    Loose,
    /// Lambdas and conditional expressions (`test` in Python's grammar).
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

/// Prints a single expression on one line.
pub(crate) fn expression(expr: &Expr) -> String {
    let mut printer = Printer::default();
    printer.test(expr);
    printer.flat()
}

impl Printer<'_> {
    /// Prints an expression in a place where `yield` and tuples need no parentheses: on the right
    /// of `=` or as a statement.
    pub(super) fn value(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => self.yields(expr),
            _ => self.bare(expr),
        }
    }

    /// Prints an expression in a place where a tuple needs no parentheses.
    pub(super) fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            // Comments after the tuple's own parenthesis belong to its first item.
            ExprKind::Tuple(items) if items.len() > 1 => self.wide(inside(items, expr.span), |p| {
                p.separated(items);
                p.line.when_broken(",");
            }),
            ExprKind::Starred(_) => self.element(expr),
            _ => self.test(expr),
        }
    }

    /// Prints items separated by commas, with a possible line break after each comma.
    fn separated(&mut self, items: &[Expr]) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(",");
                self.may_break(item.span.start, " ");
            }
            self.element(item);
        }
    }

    /// Prints content that may contain line breaks. Content that isn't in brackets gets parentheses
    /// if it is too wide for one line.
    fn wide(&mut self, place: Span, print: impl FnOnce(&mut Self)) {
        if self.brackets == 0 {
            return self.in_optional_parentheses(place.start, place.end, print);
        }
        self.line.open(false);
        print(self);
        self.line.close();
    }

    /// Prints an expression. A tuple, starred expression, `yield` or `:=` gets parentheses.
    pub(super) fn test(&mut self, expr: &Expr) {
        self.at_least(expr, Binding::Test);
    }

    /// Prints a value after `:` or `=` within brackets. The lines of a value that breaks at its
    /// operators are indented.
    fn indented_test(&mut self, expr: &Expr) {
        let breaks = matches!(
            expr.kind,
            ExprKind::Binary { .. }
                | ExprKind::Logical { .. }
                | ExprKind::Compare { .. }
                | ExprKind::Conditional { .. }
                | ExprKind::Str(_)
                | ExprKind::FString(_)
        );
        if !breaks {
            return self.test(expr);
        }
        self.line.indent();
        self.test(expr);
        self.line.dedent();
    }

    /// Prints the expression that a postfix (attribute, subscript, call) applies to.
    pub(super) fn object(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Postfix { .. } => self.at_least(expr, Binding::Postfix),
            _ => self.base(expr),
        }
    }

    fn base(&mut self, expr: &Expr) {
        match &expr.kind {
            // A postfix directly after a number would be read as a part of it.
            ExprKind::Int(_) | ExprKind::Float(_) => self.parenthesized(expr),
            _ => self.at_least(expr, Binding::Atom),
        }
    }

    fn parenthesized(&mut self, expr: &Expr) {
        if let ExprKind::Tuple(items) = &expr.kind {
            return self.tuple(expr.span, items);
        }
        let mut closers = 0;
        self.group(Brackets::new("(", ")"), |p| {
            p.may_break(expr.span.start, "");
            p.unparenthesized(expr);
            closers = p.closers;
            p.comments(p.end_with_comments(expr.span.end));
        });
        self.closers = closers + 1;
    }

    fn at_least(&mut self, expr: &Expr, least: Binding) {
        if binding(&expr.kind) < least {
            self.parenthesized(expr);
        } else {
            self.unparenthesized(expr);
        }
    }

    /// Prints an item of a display, which may be a starred expression.
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
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) | ExprKind::FString(_) => self.literal(expr),
            ExprKind::Name(name) => self.push(name),
            ExprKind::List(items) => self.display("[", items, "]", expr.span),
            ExprKind::Set(items) => self.display("{", items, "}", expr.span),
            ExprKind::Tuple(items) => self.tuple(expr.span, items),
            ExprKind::Dict(items) => self.dict(expr.span, items),
            ExprKind::Comprehension { kind, element, clauses } => {
                self.comprehension(expr.span, *kind, element, clauses);
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.group(Brackets::new("{", "}").end(expr.span.end), |p| {
                    p.may_break(key.span.start, "");
                    p.test(key);
                    p.push(": ");
                    p.indented_test(value);
                    p.clauses(clauses);
                });
            }
            ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Power { .. }
            | ExprKind::Logical { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Conditional { .. } => match &expr.kind {
                ExprKind::Unary { .. } | ExprKind::Power { .. } => self.operation(&expr.kind),
                _ => self.wide(expr.span, |p| p.operation(&expr.kind)),
            },
            ExprKind::Postfix { base, ops } => {
                self.base(base);
                for op in ops {
                    self.postfix(op);
                }
            }
            ExprKind::Lambda { params, body } => {
                self.push(if params.items.is_empty() { "lambda" } else { "lambda " });
                self.params(&params.items, |p, _, flat| p.push(flat));
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
                    self.push(op.as_str());
                    if *op == UnaryOp::Not {
                        self.push(" ");
                    }
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
                    self.operator(next, op.as_str());
                    self.at_least(next, operand);
                }
            }
            ExprKind::Power { base, exponent } => {
                self.at_least(base, Binding::Await);
                self.push(" ** ");
                self.at_least(exponent, Binding::Unary);
            }
            ExprKind::Logical { op, values } => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.operator(value, op.as_str());
                    }
                    self.at_least(value, binding(kind).next());
                }
            }
            ExprKind::Compare { first, rest } => {
                self.at_least(first, Binding::BitOr);
                for (op, next) in rest {
                    self.operator(next, op.as_str());
                    self.at_least(next, Binding::BitOr);
                }
            }
            ExprKind::Conditional { arms, orelse } => {
                let mut values = arms.iter().map(|(value, _)| value).skip(1).chain([orelse.as_ref()]);
                for (value, test) in arms {
                    self.at_least(value, Binding::Or);
                    self.operator(test, "if");
                    self.at_least(test, Binding::Or);
                    self.operator(values.next().unwrap_or(orelse), "else");
                }
                // A nested conditional without parentheses would join the chain.
                match &orelse.kind {
                    ExprKind::Conditional { .. } => self.parenthesized(orelse),
                    _ => self.test(orelse),
                }
            }
            _ => {}
        }
    }

    /// Prints a binary operator with a possible line break before it.
    fn operator(&mut self, next: &Expr, text: &str) {
        self.may_break(next.span.start, " ");
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

    fn literal(&mut self, expr: &Expr) {
        if self.original.is_some() {
            return self.as_written(expr.span);
        }
        match &expr.kind {
            ExprKind::Int(digits) => self.push(digits),
            ExprKind::Float(value) if value.is_infinite() => self.push("1e999"),
            ExprKind::Float(value) => self.push(&format!("{value:?}")),
            ExprKind::Str(text) => self.string(text),
            ExprKind::FString(parts) => self.fstring(parts),
            _ => {}
        }
    }

    /// Prints a literal as it is written in the source. Adjacent strings aren't joined.
    fn as_written(&mut self, place: Span) {
        let Some(original) = &self.original else { return };
        let literals = original.literals(place);
        if let [only] = literals.as_slice() {
            return self.push(&only.text);
        }
        let several_lines = original.breaks_between(&literals);
        self.wide(place, |p| {
            if several_lines {
                p.line.force();
            }
            for (index, literal) in literals.iter().enumerate() {
                if index > 0 {
                    p.may_break(literal.span.start, " ");
                }
                p.push(&literal.text);
            }
        });
    }

    fn display(&mut self, open: &'static str, items: &[Expr], close: &'static str, place: Span) {
        let forced = self.stood_on_lines(place, items.first().map(|item| item.span));
        let brackets = Brackets::new(open, close).end(place.end).forced(forced);
        self.bracketed(brackets, items, |item| item.span.start, Self::element);
    }

    /// Prints a tuple with parentheses.
    fn tuple(&mut self, place: Span, items: &[Expr]) {
        if let [only] = items {
            return self.group(Brackets::new("(", ")").end(place.end), |p| {
                p.may_break(only.span.start, "");
                p.element(only);
                p.push(",");
            });
        }
        self.display("(", items, ")", place);
    }

    /// Returns `true` if the first item of a display was on a new line in the source, so that the
    /// display remains broken over lines.
    fn stood_on_lines(&self, place: Span, first: Option<Span>) -> bool {
        match (&self.original, first) {
            (Some(original), Some(first)) => original.breaks_after_bracket(place, first.start),
            _ => false,
        }
    }

    fn dict(&mut self, place: Span, items: &[DictItem]) {
        let start = |item: &DictItem| match item {
            DictItem::Pair(value, _) | DictItem::Spread(value) => value.span.start,
        };
        let first = items.first().map(|item| Span::new(start(item), start(item)));
        let brackets = Brackets::new("{", "}")
            .end(place.end)
            .forced(self.stood_on_lines(place, first));
        self.bracketed(brackets, items, start, |p, item| match item {
            DictItem::Pair(key, value) => {
                p.test(key);
                p.push(": ");
                p.indented_test(value);
            }
            DictItem::Spread(other) => {
                p.push("**");
                p.at_least(other, Binding::BitOr);
            }
        });
    }

    fn comprehension(&mut self, place: Span, kind: ComprehensionKind, element: &Expr, clauses: &[Clause]) {
        let (open, close) = match kind {
            ComprehensionKind::List => ("[", "]"),
            ComprehensionKind::Set => ("{", "}"),
            ComprehensionKind::Generator => ("(", ")"),
        };
        self.group(Brackets::new(open, close).end(place.end), |p| {
            p.may_break(element.span.start, "");
            p.test(element);
            p.clauses(clauses);
        });
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            self.may_break(clause.target.span().start, " ");
            self.push(if clause.is_async { "async for " } else { "for " });
            self.bare_target(&clause.target);
            self.push(" in ");
            self.at_least(&clause.iter, Binding::Or);
            for condition in &clause.conditions {
                self.operator(condition, "if");
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
            PostfixKind::Subscript(index) => self.subscript(index, op.span.end),
            PostfixKind::Call(args) => self.arguments(args, op.span),
        }
    }

    pub(super) fn subscript(&mut self, index: &Subscript, end: u32) {
        self.group(Brackets::new("[", "]").end(end), |p| {
            p.may_break(0, "");
            p.index(index);
        });
    }

    fn index(&mut self, index: &Subscript) {
        match index {
            Subscript::Index(index) => match &index.kind {
                // A trailing comma would have no effect here, although it looks significant.
                ExprKind::Tuple(items) if items.len() > 1 => self.separated(items),
                _ => self.bare(index),
            },
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
    }

    fn arguments(&mut self, args: &[Argument], place: Span) {
        if let [Argument::Positional(only)] = args
            && let ExprKind::Comprehension {
                kind: kind @ ComprehensionKind::Generator,
                element,
                clauses,
            } = &only.kind
        {
            return self.comprehension(place, *kind, element, clauses);
        }
        let brackets = Brackets::new("(", ")").end(place.end);
        self.bracketed(brackets, args, argument_start, Self::argument);
    }

    fn argument(&mut self, argument: &Argument) {
        match argument {
            Argument::Positional(value) => self.test(value),
            Argument::Keyword { name, value } => {
                self.push(&name.text);
                self.push("=");
                self.indented_test(value);
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

fn inside(items: &[Expr], place: Span) -> Span {
    let start = items.first().map_or(place.start, |first| first.span.start);
    Span::new(start, place.end)
}

fn argument_start(argument: &Argument) -> u32 {
    match argument {
        Argument::Keyword { name, .. } => name.span.start,
        Argument::Positional(value) | Argument::Starred(value) | Argument::DoubleStarred(value) => value.span.start,
    }
}

impl Binding {
    /// Returns the binding strength that the operands of a chained operator need.
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

/// Returns the binding strength of an expression.
pub(super) fn binding(kind: &ExprKind) -> Binding {
    match kind {
        // A tuple is printed with its parentheses, except where none are needed.
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
        ExprKind::Binary { rest, .. } => rest.first().map_or(Binding::Term, |(op, _)| match op.precedence() {
            Precedence::Sum => Binding::Sum,
            Precedence::Shift => Binding::Shift,
            Precedence::BitAnd => Binding::BitAnd,
            Precedence::BitXor => Binding::BitXor,
            Precedence::BitOr => Binding::BitOr,
            Precedence::Term | Precedence::Power => Binding::Term,
        }),
        _ => Binding::Atom,
    }
}
