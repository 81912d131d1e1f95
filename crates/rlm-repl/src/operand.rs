//! Finds the expression before a dot or a bracket, and its type as far as it is known without
//! evaluation.

use sift_syntax::ast::{ComprehensionKind, Expr, ExprKind, Postfix, PostfixKind, StmtKind, Subscript};
use sift_syntax::{Binding, Signature, Type, parse};
use sift_vm::{library_methods, library_scope};
use smol_str::SmolStr;

use crate::names::Names;
use crate::scan::Scan;

/// The static meaning of an expression: what it denotes, without evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The expression is a value of a type with this name.
    Value(SmolStr),
    /// The expression is a module of the library.
    Module(SmolStr),
    /// The expression is a known class or function of the library.
    Known(&'static Binding),
    /// The expression is a method with this signature.
    Method(Signature),
}

/// Returns the operand at the end of a text: a name or a literal, followed by any dots, brackets
/// and calls.
pub(crate) fn operand_before<'t>(text: &'t str, scan: &Scan) -> &'t str {
    let mut start = text.len();
    loop {
        let before = text.get(..start).unwrap_or_default();
        if let Some(closed) = scan.closed.iter().find(|closed| closed.end == start) {
            start = closed.start;
            continue;
        }
        match before.chars().next_back() {
            Some(char) if char.is_alphanumeric() || matches!(char, '_' | '.') => start -= char.len_utf8(),
            _ => break,
        }
    }
    text.get(start..).unwrap_or_default()
}

/// Returns the static meaning of an operand, or `None` if it is unknown.
pub(crate) fn meaning(operand: &str, names: &Names) -> Option<Meaning> {
    let program = parse(operand).program;
    match program.body.as_slice() {
        [statement] => match &statement.kind {
            StmtKind::Expr(expression) => of_expression(expression, names),
            _ => None,
        },
        _ => None,
    }
}

fn of_expression(expression: &Expr, names: &Names) -> Option<Meaning> {
    let value = |name: &str| Some(Meaning::Value(name.into()));
    match &expression.kind {
        ExprKind::Str(_) | ExprKind::FString(_) => value("str"),
        ExprKind::Int(_) => value("int"),
        ExprKind::Float(_) => value("float"),
        ExprKind::Bool(_) => value("bool"),
        ExprKind::List(_) => value("list"),
        ExprKind::Tuple(_) => value("tuple"),
        ExprKind::Set(_) => value("set"),
        ExprKind::Dict(_) | ExprKind::DictComprehension { .. } => value("dict"),
        ExprKind::Comprehension { kind, .. } => match kind {
            ComprehensionKind::List => value("list"),
            ComprehensionKind::Set => value("set"),
            ComprehensionKind::Generator => value("generator"),
        },
        ExprKind::Name(name) => of_name(name, names),
        ExprKind::Postfix { base, ops } => {
            let base = of_expression(base, names)?;
            ops.iter().try_fold(base, of_postfix)
        }
        _ => None,
    }
}

/// Returns the static meaning of a name. A session's variables shadow the library.
fn of_name(name: &str, names: &Names) -> Option<Meaning> {
    let scope = library_scope();
    match (names.type_of(name), scope.names.get(name)) {
        (Some(kind), Some(Binding::Module(module))) if kind == "module" => Some(Meaning::Module(module.clone())),
        (Some(kind), known) => {
            match known.filter(|_| matches!(kind.as_str(), "function" | "type" | "builtin_function_or_method")) {
                Some(known) => of_binding(known),
                None if kind == "module" => Some(Meaning::Module(name.into())),
                None => Some(Meaning::Value(kind.clone())),
            }
        }
        (None, Some(known)) => of_binding(known),
        (None, None) => None,
    }
}

fn of_binding(binding: &'static Binding) -> Option<Meaning> {
    match binding {
        Binding::Value(Type::Any) => None,
        Binding::Value(kind) => Some(Meaning::Value(kind.name().into())),
        Binding::Module(module) => Some(Meaning::Module(module.clone())),
        Binding::Function(_) | Binding::Class { .. } => Some(Meaning::Known(binding)),
    }
}

fn of_postfix(base: Meaning, op: &Postfix) -> Option<Meaning> {
    match &op.kind {
        PostfixKind::Attribute(name) => attribute(&base, &name.text),
        PostfixKind::Call(_) => match base {
            Meaning::Known(Binding::Class { signature, .. }) => Some(Meaning::Value(match signature.returns {
                Type::Any => signature.name.clone(),
                kind => kind.name().into(),
            })),
            Meaning::Known(Binding::Function(signature)) => returned(signature),
            Meaning::Method(signature) => returned(&signature),
            Meaning::Known(_) | Meaning::Value(_) | Meaning::Module(_) => None,
        },
        PostfixKind::Subscript(subscript) => match (&base, &**subscript) {
            (Meaning::Value(kind), _) if kind == "str" => Some(base),
            (Meaning::Value(kind), Subscript::Slice { .. }) if matches!(kind.as_str(), "list" | "tuple") => Some(base),
            _ => None,
        },
    }
}

fn attribute(base: &Meaning, name: &str) -> Option<Meaning> {
    let scope = library_scope();
    match base {
        Meaning::Module(module) => match scope.modules.get(module)?.members.get(name)? {
            binding @ (Binding::Function(_) | Binding::Class { .. }) => Some(Meaning::Known(binding)),
            binding => of_binding(binding),
        },
        Meaning::Value(kind) => methods(kind)
            .into_iter()
            .find(|method| method.name == name)
            .map(Meaning::Method),
        Meaning::Known(Binding::Class { members, .. }) => of_binding(members.get(name)?),
        Meaning::Known(_) | Meaning::Method(_) => None,
    }
}

fn returned(signature: &Signature) -> Option<Meaning> {
    match signature.returns {
        Type::Any | Type::None => None,
        kind => Some(Meaning::Value(kind.name().into())),
    }
}

/// Returns the methods that values of a type have, in alphabetical order.
pub(crate) fn methods(kind: &str) -> Vec<Signature> {
    match library_scope().types.get(&Type::from_name(kind)) {
        Some(known) if Type::from_name(kind) != Type::Any => known.methods.values().cloned().collect(),
        _ => library_methods(kind),
    }
}

/// Returns the attributes that values of a type have, without methods.
pub(crate) fn attributes(kind: &str) -> Vec<SmolStr> {
    let known = library_scope().types.get(&Type::from_name(kind));
    known
        .map(|known| known.attributes.iter().cloned().collect())
        .unwrap_or_default()
}

/// Returns the signature of a call to an expression with this meaning; `None` if it is not
/// callable.
pub(crate) fn signature_of(meaning: &Meaning) -> Option<&Signature> {
    match meaning {
        Meaning::Known(Binding::Function(signature) | Binding::Class { signature, .. }) => Some(signature),
        Meaning::Method(signature) => Some(signature),
        Meaning::Known(_) | Meaning::Value(_) | Meaning::Module(_) => None,
    }
}
