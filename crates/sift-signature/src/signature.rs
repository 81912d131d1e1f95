//! Function signatures: representation, parsing and display.

use std::fmt;

use smol_str::SmolStr;

use crate::types::Type;

/// The ways in which an argument can be passed to a parameter: by position, by name, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// A parameter before `/`, whose argument is passed by position only.
    PositionalOnly,
    /// A parameter whose argument is passed by position or by name.
    Positional,
    /// The parameter `*args`, which receives all further positional arguments.
    VarArgs,
    /// A parameter after `*`, whose argument is passed by name only.
    KeywordOnly,
    /// The parameter `**kwargs`, which receives all further named arguments.
    VarKeywords,
}

/// One parameter of a function's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The parameter's name.
    pub name: SmolStr,
    /// The ways in which the parameter's argument can be passed.
    pub kind: ParamKind,
    /// The types that the parameter accepts. Empty if it accepts any type or the signature declares
    /// none.
    pub accepts: Vec<Type>,
    /// The parameter's default value as shown in the signature. `None` if the parameter is
    /// required.
    pub default: Option<SmolStr>,
}

impl Param {
    /// Returns `true` if the parameter accepts a value of the type. An `int` is accepted for a
    /// `float`, and a document for a `str`.
    #[must_use]
    pub fn takes(&self, given: Type) -> bool {
        self.accepts.is_empty()
            || given == Type::Any
            || self.accepts.contains(&given)
            || (given == Type::Int && self.accepts.contains(&Type::Float))
            || (given == Type::Tuple && self.accepts.contains(&Type::List))
            || (given == Type::Document && self.accepts.contains(&Type::Str))
    }

    /// Returns the types that the parameter accepts as shown in messages: `int or None`.
    #[must_use]
    pub fn accepted(&self) -> String {
        let names: Vec<&str> = self.accepts.iter().map(|accepted| accepted.name()).collect();
        names.join(" or ")
    }
}

/// The error for an invalid function signature. Signatures come from the library table and host
/// tools, never from programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a signature: `{0}`; write `name(a, /, b=1, *args, c, **rest) -> type`")]
pub struct ParseSignatureError(String);

/// The signature of a library function, a prelude function or a host tool.
///
/// ```
/// use sift_signature::{ParamKind, Signature, Type};
///
/// let signature = Signature::parse("lookup(key: str, /, *, most: int | None=None) -> list")?;
/// assert_eq!((signature.name.as_str(), signature.returns), ("lookup", Type::List));
/// let most = &signature.params[1];
/// assert_eq!((most.kind, most.accepted().as_str()), (ParamKind::KeywordOnly, "int or None"));
/// assert!(most.takes(Type::Int) && !most.takes(Type::Str));
/// # Ok::<(), sift_signature::ParseSignatureError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The function's name.
    pub name: SmolStr,
    /// The function's parameters, in order.
    pub params: Vec<Param>,
    /// The function's return type.
    pub returns: Type,
}

impl Signature {
    /// Parses a signature of the form `name(a, /, b=1, *args, c, d=None, **rest) -> type`. A
    /// parameter may declare its types: `a: int | None=None`.
    ///
    /// # Errors
    /// [`ParseSignatureError`] with the text if it isn't of that form.
    pub fn parse(text: &str) -> Result<Self, ParseSignatureError> {
        let error = || ParseSignatureError(text.to_owned());
        let (name, rest) = text.split_once('(').ok_or_else(error)?;
        let (inside, after) = rest.rsplit_once(')').ok_or_else(error)?;
        let returns = match after.trim().strip_prefix("->") {
            Some(name) => Type::from_name(name.trim()),
            None if after.trim().is_empty() => Type::Any,
            None => return Err(error()),
        };
        let mut params: Vec<Param> = Vec::new();
        let mut kind = ParamKind::Positional;
        for part in split_at_commas(inside) {
            if part == "/" {
                for param in &mut params {
                    param.kind = ParamKind::PositionalOnly;
                }
                continue;
            }
            if part == "*" {
                kind = ParamKind::KeywordOnly;
                continue;
            }
            let (name, kind_here) = if let Some(name) = part.strip_prefix("**") {
                (name, ParamKind::VarKeywords)
            } else if let Some(name) = part.strip_prefix('*') {
                kind = ParamKind::KeywordOnly;
                (name, ParamKind::VarArgs)
            } else {
                (part, kind)
            };
            let (name, default) = match name.split_once('=') {
                Some((name, default)) => (name.trim(), Some(default.trim().into())),
                None => (name, None),
            };
            let (name, accepts) = match name.split_once(':') {
                Some((name, types)) => (name.trim(), accepted_types(types)),
                None => (name, Vec::new()),
            };
            if name.is_empty() {
                return Err(error());
            }
            params.push(Param {
                name: name.into(),
                kind: kind_here,
                accepts,
                default,
            });
        }
        Ok(Self {
            name: name.trim().into(),
            params,
            returns,
        })
    }
}

/// Parses the type annotation of a parameter, such as `int | None`. Returns an empty list (any
/// type) if one of the types is unknown.
fn accepted_types(types: &str) -> Vec<Type> {
    let types: Vec<Type> = types.split('|').map(|name| Type::from_name(name.trim())).collect();
    if types.contains(&Type::Any) { Vec::new() } else { types }
}

/// Splits a parameter list at its commas, except those within brackets and quotes.
fn split_at_commas(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let mut quote = None;
    text.split(move |c: char| {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') => return depth == 0,
            _ => {}
        }
        false
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

impl fmt::Display for Signature {
    /// Writes the signature in Python's syntax.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        let mut separator = "";
        let mut before = None;
        for param in &self.params {
            if before == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly {
                write!(f, "{separator}/")?;
                separator = ", ";
            }
            let bare_star = param.kind == ParamKind::KeywordOnly
                && !matches!(before, Some(ParamKind::KeywordOnly | ParamKind::VarArgs));
            if bare_star {
                write!(f, "{separator}*")?;
                separator = ", ";
            }
            let stars = match param.kind {
                ParamKind::VarArgs => "*",
                ParamKind::VarKeywords => "**",
                _ => "",
            };
            write!(f, "{separator}{stars}{}", param.name)?;
            let mut between = ": ";
            for accepted in &param.accepts {
                write!(f, "{between}{}", accepted.name())?;
                between = " | ";
            }
            if let Some(default) = &param.default {
                write!(f, "={default}")?;
            }
            separator = ", ";
            before = Some(param.kind);
        }
        if before == Some(ParamKind::PositionalOnly) {
            write!(f, "{separator}/")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_as_written() {
        for text in [
            "len(obj, /)",
            "sorted(iterable, /, *, key=None, reverse=False)",
            "print(*values, sep=' ', end='\\n')",
            "find(pattern, regex=False, max_matches=20)",
            "dict(*args, **kwargs)",
            "now()",
            "join(parts, /, sep=', ')",
            "look_up(order: int | str, *, limit: int=10, **more)",
        ] {
            assert_eq!(
                Signature::parse(text).map(|signature| signature.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn parameters_accept_declared_and_compatible_types() {
        let signature =
            Signature::parse("f(share: float, name: str | None=None, parts: list=(), any=1, odd: str | wish=1)");
        let params = signature.map(|signature| signature.params).unwrap_or_default();
        let takes = |index: usize, given: Type| params.get(index).is_some_and(|param| param.takes(given));
        assert!(takes(0, Type::Int) && takes(0, Type::Any) && !takes(0, Type::Str) && !takes(0, Type::Bool));
        assert!(takes(1, Type::None) && takes(1, Type::Str) && !takes(1, Type::List));
        assert!(takes(2, Type::Tuple) && takes(3, Type::Set) && takes(4, Type::Dict));
        assert_eq!(params.get(1).map(Param::accepted).as_deref(), Some("str or None"));
    }

    #[test]
    fn invalid_signatures_are_rejected() {
        for text in ["len", "len(x", "f(=1)", "f(x) int"] {
            assert!(Signature::parse(text).is_err(), "{text}");
        }
    }
}
