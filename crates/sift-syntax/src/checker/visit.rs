//! Enumeration of the direct children of statements and expressions, for simple visitors.

use crate::ast::{
    Argument, Block, Clause, DictItem, Expr, ExprKind, FStringPart, Name, Params, Postfix, PostfixKind, Stmt, StmtKind,
    Subscript, Target,
};

/// A direct child of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) enum StmtPart<'a> {
    Expr(&'a Expr),
    Target(&'a Target),
    /// The name that a function definition or an `except` clause binds.
    Name(&'a Name),
    Block(&'a Block),
}

/// Calls `each` with every direct child of a statement, in the order in which Python's compiler
/// looks up names.
///
/// Annotations, function bodies, and the names in imports and declarations are omitted.
pub(super) fn stmt_parts<'a>(statement: &'a Stmt, each: &mut impl FnMut(StmtPart<'a>)) {
    use StmtPart::{Block, Expr, Name, Target};
    match &statement.kind {
        StmtKind::Expr(value) => each(Expr(value)),
        StmtKind::Assign { targets, value } => {
            each(Expr(value));
            targets.iter().for_each(|target| each(Target(target)));
        }
        StmtKind::AugAssign { target, value, .. } => {
            each(Target(target));
            each(Expr(value));
        }
        StmtKind::AnnAssign { target, value, .. } => {
            each(Target(target));
            value.iter().for_each(|value| each(Expr(value)));
        }
        StmtKind::If { arms, orelse } => {
            for (test, body) in arms {
                each(Expr(test));
                each(Block(body));
            }
            each(Block(orelse));
        }
        StmtKind::For {
            target,
            iter,
            body,
            orelse,
        } => {
            each(Target(target));
            each(Expr(iter));
            each(Block(body));
            each(Block(orelse));
        }
        StmtKind::While { test, body, orelse } => {
            each(Expr(test));
            each(Block(body));
            each(Block(orelse));
        }
        StmtKind::Def(def) => {
            each(Name(&def.name));
            def.decorators.iter().for_each(|decorator| each(Expr(decorator)));
            param_parts(&def.params, &mut |part| each(Expr(part)));
        }
        StmtKind::Try(statement) => {
            each(Block(&statement.body));
            for handler in &statement.handlers {
                handler.class.iter().for_each(|class| each(Expr(class)));
                handler.name.iter().for_each(|name| each(Name(name)));
                each(Block(&handler.body));
            }
            each(Block(&statement.orelse));
            each(Block(&statement.finally));
        }
        StmtKind::Return(value) => value.iter().for_each(|value| each(Expr(value))),
        StmtKind::Raise { exception, cause } => exception.iter().chain(cause).for_each(|value| each(Expr(value))),
        StmtKind::Assert { test, message } => {
            each(Expr(test));
            message.iter().for_each(|message| each(Expr(message)));
        }
        StmtKind::Delete(targets) => targets.iter().for_each(|target| each(Target(target))),
        StmtKind::Import(_)
        | StmtKind::FromImport { .. }
        | StmtKind::Global(_)
        | StmtKind::Nonlocal(_)
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Pass => {}
    }
}

/// Calls `each` with every direct subexpression, including those in the targets of clauses.
pub(super) fn parts<'a>(expr: &'a Expr, each: &mut impl FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::None
        | ExprKind::Bool(_)
        | ExprKind::Ellipsis
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Name(_)
        | ExprKind::Yield(None) => {}
        ExprKind::FString(parts) => fstring_parts(parts, each),
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => items.iter().for_each(each),
        ExprKind::Dict(items) => items.iter().for_each(|item| match item {
            DictItem::Pair(key, value) => {
                each(key);
                each(value);
            }
            DictItem::Spread(other) => each(other),
        }),
        ExprKind::Comprehension { element, clauses, .. } => {
            each(element);
            clause_parts(clauses, each);
        }
        ExprKind::DictComprehension { key, value, clauses } => {
            each(key);
            each(value);
            clause_parts(clauses, each);
        }
        ExprKind::Unary { operand, .. } => each(operand),
        ExprKind::Binary { first, rest } => {
            each(first);
            rest.iter().for_each(|(_, next)| each(next));
        }
        ExprKind::Compare { first, rest } => {
            each(first);
            rest.iter().for_each(|(_, next)| each(next));
        }
        ExprKind::Power { base, exponent } => {
            each(base);
            each(exponent);
        }
        ExprKind::Logical { values, .. } => values.iter().for_each(each),
        ExprKind::Conditional { arms, orelse } => {
            for (value, test) in arms {
                each(value);
                each(test);
            }
            each(orelse);
        }
        ExprKind::Postfix { base, ops } => {
            each(base);
            ops.iter().for_each(|op| postfix_parts(op, each));
        }
        ExprKind::Lambda { params, body } => {
            param_parts(params, each);
            each(body);
        }
        ExprKind::Walrus { value, .. }
        | ExprKind::Starred(value)
        | ExprKind::Await(value)
        | ExprKind::Yield(Some(value))
        | ExprKind::YieldFrom(value) => each(value),
    }
}

/// Calls `each` with the default and annotation of every parameter.
pub(super) fn param_parts<'a>(params: &'a Params, each: &mut impl FnMut(&'a Expr)) {
    for param in &params.items {
        param.default.iter().for_each(&mut *each);
    }
}

/// Calls `each` with the objects and indices in an assignment target.
pub(super) fn target_parts<'a>(target: &'a Target, each: &mut impl FnMut(&'a Expr)) {
    match target {
        Target::Name(_) => {}
        Target::Tuple { items, .. } => items.iter().for_each(|item| target_parts(item, each)),
        Target::Starred { target, .. } => target_parts(target, each),
        Target::Subscript { object, index, .. } => {
            each(object);
            subscript_parts(index, each);
        }
        Target::Attribute { object, .. } => each(object),
    }
}

/// Calls `each` with the index of a subscript, or the bounds and step of a slice.
pub(super) fn subscript_parts<'a>(index: &'a Subscript, each: &mut impl FnMut(&'a Expr)) {
    match index {
        Subscript::Index(index) => each(index),
        Subscript::Slice { start, stop, step } => [start, stop, step].into_iter().flatten().for_each(each),
    }
}

/// Calls `each` with the values of all fields in an f-string, including those in format
/// specifications.
pub(super) fn fstring_parts<'a>(parts: &'a [FStringPart], each: &mut impl FnMut(&'a Expr)) {
    for part in parts {
        if let FStringPart::Field(field) = part {
            each(&field.value);
            if let Some(spec) = &field.spec {
                fstring_parts(spec, each);
            }
        }
    }
}

fn clause_parts<'a>(clauses: &'a [Clause], each: &mut impl FnMut(&'a Expr)) {
    for clause in clauses {
        each(&clause.iter);
        target_parts(&clause.target, each);
        clause.conditions.iter().for_each(&mut *each);
    }
}

fn postfix_parts<'a>(op: &'a Postfix, each: &mut impl FnMut(&'a Expr)) {
    match &op.kind {
        PostfixKind::Attribute(_) => {}
        PostfixKind::Subscript(index) => subscript_parts(index, each),
        PostfixKind::Call(args) => args.iter().for_each(|argument| each(value_of(argument))),
    }
}

/// Returns the value expression of an argument.
pub(super) const fn value_of(argument: &Argument) -> &Expr {
    match argument {
        Argument::Positional(value)
        | Argument::Keyword { value, .. }
        | Argument::Starred(value)
        | Argument::DoubleStarred(value) => value,
    }
}
