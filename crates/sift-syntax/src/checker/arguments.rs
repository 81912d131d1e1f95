//! Arguments held against a signature.

use sift_signature::{Param, ParamKind, Signature, Type};
use smol_str::SmolStr;

use super::nearest::nearest;
use crate::Span;
use crate::ast::{Argument, Expr};

/// What is wrong with a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mismatch {
    /// More arguments without a name than there are places; where the first of them stands in the list.
    TooMany { allowed: usize, given: usize },
    /// A name that no parameter has, with the nearest one that has.
    UnknownKeyword {
        name: SmolStr,
        span: Span,
        near: Option<SmolStr>,
    },
    /// A parameter that takes no name.
    PositionOnly { name: SmolStr, span: Span },
    /// A parameter that has its value by position already.
    Twice { name: SmolStr, span: Span },
    /// A parameter that has no value.
    Missing { name: SmolStr, by_name: bool },
}

/// Returns the first thing that is wrong with a call.
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

/// An argument of a type that its parameter does not take.
pub(super) struct WrongType<'a> {
    pub(super) param: &'a Param,
    pub(super) span: Span,
    pub(super) given: Type,
}

/// Returns the first argument whose type is known and not one that its parameter takes; the names and the number of arguments are right.
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
            // What stands behind it may be anywhere.
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
