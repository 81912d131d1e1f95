//! Detection of attributes that a value, class or module doesn't have.

use sift_signature::{Binding, Instead, Type, TypeScope};
use smol_str::SmolStr;

use super::meaning::Meaning;
use super::python::is_protocol;
use super::visit::value_of;
use super::{Checker, Found, is_dunder, nearest};
use crate::ast::{Expr, ExprKind, Name, Postfix, PostfixKind};
use crate::codes;
use crate::{Diagnostic, Span};

/// An object that lacks a requested attribute.
struct Lack<'a> {
    owner: &'a str,
    message: String,
    /// The attributes that the object has.
    known: Vec<&'a SmolStr>,
}

impl<'a> Checker<'a> {
    /// Returns the suggested replacement for a Python attribute that Sift doesn't support, or
    /// `None` if the attribute isn't one.
    pub(super) fn instead_of_member(&self, owner: &str, name: &str) -> Option<&'a Instead> {
        let owner = if owner == Type::Document.name() {
            Type::Str.name()
        } else {
            owner
        };
        let path = format!("{owner}.{name}");
        self.scope.library.refused_members.get(path.as_str())
    }

    /// Reports the access to an attribute that certainly doesn't exist.
    pub(super) fn attribute(&self, meaning: Meaning<'a>, name: &Name) -> Result<(), Box<Diagnostic>> {
        let wanted = name.text.as_str();
        let Some(lack) = self.lack(meaning, wanted) else {
            return Ok(());
        };
        let (owner, known) = (lack.owner, lack.known);
        if let Some(instead) = self.instead_of_member(owner, wanted) {
            let message = format!("`{owner}.{wanted}` is not in Sift");
            let diagnostic = codes::UNKNOWN_ATTRIBUTE.error(name.span, message);
            return Err(Box::new(diagnostic.with_instead(instead)));
        }
        // An enclosing handler may be meant for an attribute that Python lacks as well.
        if self.caught.attribute {
            return Ok(());
        }
        let near = match meaning {
            Meaning::Module(module) if self.class_of_module_has(module, wanted) => {
                vec![format!("{module}.{wanted}").into()]
            }
            _ => nearest::nearest(wanted, known.iter().copied()),
        };
        if let Some(instead) = self.instead_of_member(owner, "*").filter(|_| near.is_empty()) {
            let diagnostic = codes::UNKNOWN_ATTRIBUTE.error(name.span, lack.message);
            return Err(Box::new(diagnostic.with_instead(instead)));
        }
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => some_of(&known),
        };
        let mut diagnostic = codes::UNKNOWN_ATTRIBUTE.error(name.span, lack.message).with_help(help);
        if matches!(wanted, "length" | "lenght" | "len" | "size") {
            diagnostic = diagnostic
                .with_help("a length is asked for by the builtin")
                .with_corrected("size = len(context)");
        } else if near.is_empty() && owner == "dict" {
            diagnostic = diagnostic
                .with_help("items are read in brackets")
                .with_corrected(format!("value = {{\"{wanted}\": 1}}[\"{wanted}\"]"));
        } else if near.is_empty() {
            diagnostic = diagnostic.with_corrected(format!("print(help(\"{owner}\"))"));
        }
        diagnostic.near = near;
        Err(Box::new(diagnostic))
    }

    /// Returns the object that certainly lacks an attribute, or `None` if the attribute may exist.
    fn lack(&self, meaning: Meaning<'a>, wanted: &str) -> Option<Lack<'a>> {
        match meaning {
            Meaning::Unknown | Meaning::Function { .. } => None,
            // Its attributes aren't known, except for the unsupported ones.
            Meaning::Instance(class) => self.instead_of_member(class, wanted).map(|_| Lack {
                owner: class,
                message: String::new(),
                known: Vec::new(),
            }),
            Meaning::Module(module) => {
                let scope = self.module(module)?;
                let has = scope.members.contains_key(wanted) || self.module(&format!("{module}.{wanted}")).is_some();
                (!has).then(|| Lack {
                    owner: module,
                    message: format!("the module `{module}` has no `{wanted}` here"),
                    known: scope.members.keys().collect(),
                })
            }
            Meaning::Class { signature, members } => {
                let methods = self.scope.library.types.get(&signature.returns);
                let is_method = methods.is_some_and(|scope| scope.methods.contains_key(wanted));
                let has = members.is_empty() || members.contains_key(wanted) || is_method;
                (!has).then(|| Lack {
                    owner: &signature.name,
                    message: format!("`{}` has no `{wanted}` here", signature.name),
                    known: members.keys().collect(),
                })
            }
            Meaning::Value(found) => {
                let scope = self.scope.library.types.get(&found)?;
                let has = scope.methods.contains_key(wanted) || scope.attributes.contains(wanted);
                let owner = found.name();
                (!has).then(|| Lack {
                    owner,
                    message: format!("a {owner} has no `{wanted}`"),
                    known: scope.methods.keys().chain(&scope.attributes).collect(),
                })
            }
        }
    }

    /// Returns `true` if a module contains a class of its own name that has a member:
    /// `datetime.strptime` is `datetime.datetime.strptime`.
    fn class_of_module_has(&self, module: &str, wanted: &str) -> bool {
        match self.module(module).and_then(|scope| scope.members.get(module)) {
            Some(Binding::Class { members, .. }) => members.contains_key(wanted),
            _ => false,
        }
    }

    /// Reports an unknown name that is a member of a module, if the name is used like that member.
    pub(super) fn unqualified(&mut self, base: &Expr, ops: &[Postfix]) {
        let (ExprKind::Name(name), Some(first)) = (&base.kind, ops.first()) else {
            return;
        };
        if !self.is_reportable(name) {
            return;
        }
        let module = self.scope.library.modules.iter().find(|(module, scope)| {
            let fits = matches!(
                (scope.members.get(name), &first.kind),
                (Some(Binding::Function(_) | Binding::Class { .. }), PostfixKind::Call(_))
                    | (Some(Binding::Class { .. }), PostfixKind::Attribute(_))
            );
            fits && matches!(self.lookup(module), Found::Given(_))
        });
        let Some((module, _)) = module else { return };
        self.reported.insert(name.clone());
        let message = format!("the name `{name}` is not known");
        let mut diagnostic = codes::UNKNOWN_NAME.error(base.span, message);
        diagnostic.near = vec![format!("{module}.{name}").into()];
        self.report(diagnostic.with_help(format!("it is in `{module}`: from {module} import {name}")));
    }

    pub(super) fn attribute_name(&mut self, name: &str, span: Span) {
        if is_dunder(name) && name != "__name__" {
            self.dunder(name, span);
        }
    }

    /// Rejects an attribute name in a string if Python's types have the attribute and Sift's don't.
    /// Otherwise `hasattr` or `getattr` would return another result than in Python.
    fn left_out_attribute(&mut self, name: &str, span: Span) {
        let library = self.scope.library;
        let is_provided = |scope: &TypeScope| scope.methods.contains_key(name) || scope.attributes.contains(name);
        if library.types.values().any(is_provided) {
            return;
        }
        let left_out = library.refused_members.iter().find(|(path, _)| {
            path.rsplit_once('.').is_some_and(|(owner, member)| {
                member == name && library.types.keys().any(|found| found.name() == owner)
            })
        });
        if let Some((path, instead)) = left_out {
            let message = format!("`{path}` is not in Sift");
            self.report(codes::UNKNOWN_ATTRIBUTE.error(span, message).with_instead(instead));
        }
    }

    /// Rejects `getattr` and `hasattr` with an attribute name that isn't a literal.
    pub(super) fn computed_attribute(&mut self, base: &'a Expr, ops: &'a [Postfix]) {
        let (ExprKind::Name(function), Some(PostfixKind::Call(args))) = (&base.kind, ops.first().map(|op| &op.kind))
        else {
            return;
        };
        if !matches!(function.as_str(), "getattr" | "hasattr") || matches!(self.lookup(function), Found::Program(..)) {
            return;
        }
        match args.get(1).map(value_of) {
            Some(Expr {
                kind: ExprKind::Str(name),
                span,
            }) => {
                if function == "hasattr" && is_protocol(name) {
                    return;
                }
                self.attribute_name(name, *span);
                self.left_out_attribute(name, *span);
            }
            Some(name) => {
                let message = format!("`{function}` needs the attribute's name written out as a string");
                let help = "keep values in a dict and look them up by key";
                let corrected = "value = {\"a\": 1}.get(\"a\")".to_owned();
                self.error(codes::COMPUTED_ATTRIBUTE, name.span, &message, help, corrected);
            }
            None => {}
        }
    }
}

fn some_of(known: &[&SmolStr]) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = known.iter().take(SHOWN).map(|name| name.as_str()).collect();
    let more = if known.len() > SHOWN { ", ..." } else { "" };
    format!("it has {}{more}", names.join(", "))
}
