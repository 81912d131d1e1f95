//! Validation of call arguments against a signature.

use sift_signature::{Param, ParamKind, Signature, Type};
use smol_str::SmolStr;

use super::nearest::nearest;
use crate::Span;
use crate::ast::{Argument, Expr};

/// A mismatch between the arguments of a call and the signature of the callee.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mismatch {
    /// Too many positional arguments, with the maximum number and the actual number.
    TooMany { allowed: usize, given: usize },
    /// A keyword argument that the function doesn't have, with the nearest parameter name.
    UnknownKeyword {
        name: SmolStr,
        span: Span,
        near: Option<SmolStr>,
    },
    /// A keyword argument for a positional-only parameter.
    PositionOnly { name: SmolStr, span: Span },
    /// A keyword argument for a parameter that already has a positional argument.
    Twice { name: SmolStr, span: Span },
    /// A required parameter without an argument.
    Missing { name: SmolStr, by_name: bool },
}

/// Returns the first mismatch between a call and a signature, or `None` if the call is valid.
pub(super) fn mismatch(signature: &Signature, args: &[Argument]) -> Option<Mismatch> {
    let places: Vec<_> = signature
        .params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly))
        .collect();
    let has = |kind: ParamKind| signature.params.iter().any(|param| param.kind == kind);
    let starred = args.iter().any(|arg| matches!(arg, Argument::Starred(_)));
    let double_starred = args.iter().any(|arg| matches!(arg, Argument::DoubleStarred(_)));
    let given = args.iter().filter(|arg| matches!(arg, Argument::Positional(_))).count();
    if given > places.len() && !has(ParamKind::VarArgs) {
        return Some(Mismatch::TooMany {
            allowed: places.len(),
            given,
        });
    }
    let named = args.iter().filter_map(|arg| match arg {
        Argument::Keyword { name, .. } => Some(name),
        _ => None,
    });
    for name in named.clone() {
        let known = signature.params.iter().any(|param| {
            param.name == name.text && matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly)
        });
        let place = places.iter().position(|param| param.name == name.text);
        match (known, place) {
            (true, Some(place)) if place < given => {
                return Some(Mismatch::Twice {
                    name: name.text.clone(),
                    span: name.span,
                });
            }
            (true, _) => {}
            (false, _) if has(ParamKind::VarKeywords) => {}
            (false, Some(_)) => {
                return Some(Mismatch::PositionOnly {
                    name: name.text.clone(),
                    span: name.span,
                });
            }
            (false, None) => {
                let by_name = signature
                    .params
                    .iter()
                    .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly))
                    .map(|param| &param.name);
                return Some(Mismatch::UnknownKeyword {
                    name: name.text.clone(),
                    span: name.span,
                    near: nearest(&name.text, by_name).into_iter().next(),
                });
            }
        }
    }
    if double_starred {
        return None;
    }
    let is_named = |wanted: &SmolStr| named.clone().any(|name| name.text == *wanted);
    let unfilled = places
        .iter()
        .skip(given)
        .find(|param| param.default.is_none() && !is_named(&param.name));
    if let (Some(param), false) = (unfilled, starred) {
        return Some(Mismatch::Missing {
            name: param.name.clone(),
            by_name: false,
        });
    }
    signature
        .params
        .iter()
        .find(|param| param.kind == ParamKind::KeywordOnly && param.default.is_none() && !is_named(&param.name))
        .map(|param| Mismatch::Missing {
            name: param.name.clone(),
            by_name: true,
        })
}

/// An argument of a type that its parameter doesn't accept.
pub(super) struct WrongType<'a> {
    pub(super) param: &'a Param,
    pub(super) span: Span,
    pub(super) given: Type,
}

/// Returns the first argument of a known type that its parameter doesn't accept. The call must have
/// no [`Mismatch`].
pub(super) fn wrong_type<'a>(
    signature: &'a Signature,
    args: &'a [Argument],
    type_of: impl Fn(&'a Expr) -> Type,
) -> Option<WrongType<'a>> {
    if signature.params.iter().all(|param| param.accepts.is_empty()) {
        return None;
    }
    let mut places = signature
        .params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::PositionalOnly));
    for arg in args {
        let (param, value) = match arg {
            Argument::Positional(value) => (places.next(), value),
            Argument::Keyword { name, value } => {
                let named = signature.params.iter().find(|param| param.name == name.text);
                (named, value)
            }
            // The positions of all arguments after a starred one are unknown.
            Argument::Starred(_) => return None,
            Argument::DoubleStarred(_) => continue,
        };
        let given = type_of(value);
        if let Some(param) =
            param.filter(|param| !(param.takes(given) || given == Type::None && param.default.is_some()))
        {
            return Some(WrongType {
                param,
                span: value.span,
                given,
            });
        }
    }
    None
}
