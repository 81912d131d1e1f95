//! Type inference: what the checker infers of expressions, their attributes and calls.

use std::collections::BTreeMap;

use sift_signature::{Binding, ModuleScope, Signature, Type};
use smol_str::SmolStr;

use super::bindings::{Bound, MAX_CHAIN, QUESTIONS};
use super::{Checker, Found, FrameKind};
use crate::ast::{BinaryOp, ComprehensionKind, Expr, ExprKind, Postfix, PostfixKind, Subscript};
use crate::printer::expression;

/// The maximum number of variables to follow when inferring the value of a name.
pub(super) const MAX_HOPS: usize = 4;

/// What the checker infers of the value of an expression.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning<'a> {
    Unknown,
    Value(Type),
    /// A function of the library. `owner` is the function's module or type.
    Function {
        signature: &'a Signature,
        owner: Option<&'a str>,
    },
    Class {
        signature: &'a Signature,
        members: &'a BTreeMap<SmolStr, Binding>,
    },
    Module(&'a str),
    /// An instance of the library class with this name, which has no [`Type`] of its own.
    Instance(&'a str),
}

impl<'a> Checker<'a> {
    /// Returns the type of an expression, or [`Type::Any`] if it can't be inferred.
    pub(super) fn type_of(&self, expr: &'a Expr, hops: usize) -> Type {
        match self.meaning(expr, hops) {
            Meaning::Value(found) => found,
            _ => Type::Any,
        }
    }

    pub(super) fn meaning(&self, expr: &'a Expr, hops: usize) -> Meaning<'a> {
        let value = match &expr.kind {
            ExprKind::None => Type::None,
            ExprKind::Bool(_) => Type::Bool,
            ExprKind::Int(_) => Type::Int,
            ExprKind::Float(_) => Type::Float,
            ExprKind::Str(_) | ExprKind::FString(_) => Type::Str,
            ExprKind::List(_) => Type::List,
            ExprKind::Tuple(_) => Type::Tuple,
            ExprKind::Set(_) => Type::Set,
            ExprKind::Dict(_) | ExprKind::DictComprehension { .. } => Type::Dict,
            ExprKind::Comprehension { kind, .. } => match kind {
                ComprehensionKind::List => Type::List,
                ComprehensionKind::Set => Type::Set,
                ComprehensionKind::Generator => Type::Any,
            },
            // `+` and `%` on a string give a string or raise an error.
            ExprKind::Binary { first, rest } if is_text(self.type_of(first, hops)) => match rest.as_slice() {
                rest if rest
                    .iter()
                    .all(|(op, _)| matches!(op, BinaryOp::Add | BinaryOp::Modulo)) =>
                {
                    Type::Str
                }
                _ => Type::Any,
            },
            ExprKind::Name(name) => return self.named(name, hops),
            ExprKind::Postfix { base, ops } => return self.chain(base, ops, hops),
            _ => Type::Any,
        };
        match value {
            Type::Any => Meaning::Unknown,
            known => Meaning::Value(known),
        }
    }

    fn named(&self, name: &str, hops: usize) -> Meaning<'a> {
        if self.is_type_tested(name) {
            return Meaning::Unknown;
        }
        match self.lookup(name) {
            Found::Given(binding) => of_binding(binding, None),
            Found::Missing => Meaning::Unknown,
            Found::Program(bound, kind) => match *bound {
                Bound::Unclear => Meaning::Unknown,
                Bound::Module(module) => match self.scope.library.modules.contains_key(module) {
                    true => Meaning::Module(module),
                    false => Meaning::Unknown,
                },
                Bound::Member { module, member } => match self.scope.library.modules.get(module) {
                    Some(scope) => scope
                        .members
                        .get(member)
                        .map_or(Meaning::Unknown, |found| of_binding(found, None)),
                    None => Meaning::Unknown,
                },
                // Before its assignment, the name may still refer to the session's value.
                Bound::Once(value) => {
                    let shadows = kind == FrameKind::Module && self.scope.lookup(name).is_some();
                    match hops.checked_sub(1) {
                        Some(hops) if !shadows => match self.meaning(value, hops) {
                            known @ (Meaning::Value(_) | Meaning::Instance(_)) => known,
                            _ => Meaning::Unknown,
                        },
                        _ => Meaning::Unknown,
                    }
                }
            },
        }
    }

    fn chain(&self, base: &'a Expr, ops: &'a [Postfix], hops: usize) -> Meaning<'a> {
        if ops.len() > MAX_CHAIN {
            return Meaning::Unknown;
        }
        let mut meaning = self.meaning(base, hops);
        for (index, op) in ops.iter().enumerate() {
            meaning = match &op.kind {
                PostfixKind::Attribute(name) => self.member(meaning, &name.text),
                PostfixKind::Subscript(subscript) => item(meaning, subscript),
                PostfixKind::Call(_) => result(meaning),
            };
            if self.is_questioned_path(base, ops, index + 1) {
                meaning = Meaning::Unknown;
            }
        }
        meaning
    }

    /// Returns `true` if the program inspects the type of a variable, or passes the variable to a
    /// function of its own that may do so.
    fn is_type_tested(&self, name: &str) -> bool {
        self.is_asked_about(name, || name.to_owned())
    }

    /// Returns `true` if the program inspects the type of a value that is written as a name and its
    /// first `len` postfixes (attributes, subscripts, calls).
    pub(super) fn is_questioned_path(&self, base: &Expr, ops: &[Postfix], len: usize) -> bool {
        let ExprKind::Name(root) = &base.kind else {
            return false;
        };
        let path = || {
            expression(&Expr::new(
                base.span,
                ExprKind::Postfix {
                    base: Box::new(base.clone()),
                    ops: ops.iter().take(len).cloned().collect(),
                },
            ))
        };
        len <= MAX_CHAIN && self.is_asked_about(root, path)
    }

    fn is_asked_about(&self, root: &str, shown: impl Fn() -> String) -> bool {
        let may_ask = |function: &SmolStr| {
            QUESTIONS.contains(&function.as_str())
                || match self.lookup(function) {
                    Found::Program(..) => true,
                    Found::Given(binding) => matches!(binding, Binding::Value(_)),
                    Found::Missing => false,
                }
        };
        let mut asked = self
            .frames
            .iter()
            .filter_map(|frame| frame.bindings.questions().beginning_with(root))
            .peekable();
        if asked.peek().is_none() {
            return false;
        }
        let shown = shown();
        asked.any(|values| {
            values
                .get(&shown)
                .is_some_and(|functions| functions.iter().any(may_ask))
        })
    }

    pub(super) fn module(&self, name: &str) -> Option<&'a ModuleScope> {
        self.scope.library.modules.get(name)
    }

    /// Returns what is inferred of an attribute, or [`Meaning::Unknown`] if there is no such
    /// attribute.
    pub(super) fn member(&self, meaning: Meaning<'a>, name: &str) -> Meaning<'a> {
        match meaning {
            Meaning::Unknown | Meaning::Function { .. } | Meaning::Instance(_) => Meaning::Unknown,
            Meaning::Module(module) => match self.module(module).and_then(|scope| scope.members.get(name)) {
                Some(binding) => of_binding(binding, Some(module)),
                None => Meaning::Unknown,
            },
            Meaning::Class { signature, members } => members
                .get(name)
                .map_or(Meaning::Unknown, |binding| of_binding(binding, Some(&signature.name))),
            Meaning::Value(found) => match self.scope.library.types.get(&found) {
                Some(scope) => scope
                    .methods
                    .get(name)
                    .map_or(Meaning::Unknown, |signature| Meaning::Function {
                        signature,
                        owner: Some(found.name()),
                    }),
                None => Meaning::Unknown,
            },
        }
    }
}

fn of_binding<'a>(binding: &'a Binding, owner: Option<&'a str>) -> Meaning<'a> {
    match binding {
        Binding::Value(Type::Any) => Meaning::Unknown,
        Binding::Value(found) => Meaning::Value(*found),
        Binding::Function(signature) => Meaning::Function { signature, owner },
        Binding::Class { signature, members } => Meaning::Class { signature, members },
        Binding::Module(name) => Meaning::Module(name),
    }
}

/// Returns what is inferred of the result of a call, given the callee.
pub(super) fn result(meaning: Meaning<'_>) -> Meaning<'_> {
    match meaning {
        Meaning::Class { signature, .. } if signature.returns == Type::Any => Meaning::Instance(&signature.name),
        Meaning::Function { signature, .. } | Meaning::Class { signature, .. } => match signature.returns {
            // The declared type is reliable: a function that may return `None` is never declared to
            // return another type.
            Type::Any => Meaning::Unknown,
            known => Meaning::Value(known),
        },
        Meaning::Unknown | Meaning::Value(_) | Meaning::Module(_) | Meaning::Instance(_) => Meaning::Unknown,
    }
}

/// Returns what is inferred of the result of a subscript, an index or a slice.
pub(super) fn item<'a>(meaning: Meaning<'a>, subscript: &Subscript) -> Meaning<'a> {
    match (meaning, subscript) {
        (Meaning::Value(of), _) if is_text(of) => Meaning::Value(Type::Str),
        (Meaning::Value(Type::List | Type::Tuple), Subscript::Slice { .. }) => meaning,
        _ => Meaning::Unknown,
    }
}

/// Returns `true` if values of this type are strings. A document is a string with a name.
const fn is_text(found: Type) -> bool {
    matches!(found, Type::Str | Type::Document)
}
