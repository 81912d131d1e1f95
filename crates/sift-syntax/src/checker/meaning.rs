//! What an expression is known to be, and what follows from it for attributes and calls.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::arguments::{Mismatch, mismatch, wrong_type};
use super::bindings::{Bound, QUESTIONS};
use super::visit::value_of;
use super::{Checker, Found, FrameKind, is_dunder, nearest};
use crate::ast::{Argument, BinaryOp, ComprehensionKind, Expr, ExprKind, Name, Postfix, PostfixKind, Subscript};
use crate::codes;
use crate::printer::expression;
use crate::{Binding, Diagnostic, Instead, ModuleScope, Signature, Span, Type, TypeScope};

/// How many names are followed to find out what one is.
const MAX_HOPS: usize = 4;

/// How many calls and attributes in a row are followed to find out what they give.
pub(super) const MAX_CHAIN: usize = 16;

/// What is known of a value.
#[derive(Debug, Clone, Copy)]
enum Meaning<'a> {
    Unknown,
    Value(Type),
    /// A function of the library; `owner` is the module or type it belongs to.
    Function {
        signature: &'a Signature,
        owner: Option<&'a str>,
    },
    Class {
        signature: &'a Signature,
        members: &'a BTreeMap<SmolStr, Binding>,
    },
    Module(&'a str),
    /// What a class of this name gives that is of no known type.
    Instance(&'a str),
}

impl<'a> Checker<'a> {
    /// Checks a value with all that follows it.
    pub(super) fn postfixed(&mut self, whole: &'a Expr, base: &'a Expr, ops: &'a [Postfix]) {
        self.unqualified(base, ops);
        self.expr(base);
        let mut meaning = self.meaning(base, MAX_HOPS);
        self.computed_attribute(base, ops);
        for (index, op) in ops.iter().enumerate() {
            match &op.kind {
                PostfixKind::Attribute(name) if is_dunder(&name.text) => {
                    self.attribute_name(&name.text, name.span);
                    meaning = Meaning::Value(Type::Str);
                }
                PostfixKind::Attribute(name) => {
                    if self.is_full() {
                        meaning = Meaning::Unknown;
                    } else if let Err(diagnostic) = self.attribute(meaning, name) {
                        self.report(*diagnostic);
                        meaning = Meaning::Unknown;
                    } else {
                        meaning = self.member(meaning, &name.text);
                    }
                }
                PostfixKind::Subscript(subscript) => {
                    self.subscript(subscript);
                    meaning = item(meaning, subscript);
                }
                PostfixKind::Call(args) => {
                    self.exprs(args.iter().map(value_of));
                    self.call(meaning, whole, index, args, op.span);
                    meaning = result(meaning);
                }
            }
            if self.is_questioned_path(base, ops, index + 1) {
                meaning = Meaning::Unknown;
            }
        }
    }

    /// Returns the type of an expression where it is plain to see.
    fn type_of(&self, expr: &'a Expr, hops: usize) -> Type {
        match self.meaning(expr, hops) {
            Meaning::Value(found) => found,
            _ => Type::Any,
        }
    }

    fn meaning(&self, expr: &'a Expr, hops: usize) -> Meaning<'a> {
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
            // A text stays a text under `+` and `%`; anything else raises.
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
        if self.is_questioned(name) {
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
                // Before it is bound, the name may still mean what it meant in the session.
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

    /// Returns `true` if the program asks about the type of a name, or passes it to a function of its own that may.
    fn is_questioned(&self, name: &str) -> bool {
        self.is_asked_about(name, || name.to_owned())
    }

    /// Returns `true` if the program asks about the type of a value: a name with its first `len` attributes, items and calls.
    fn is_questioned_path(&self, base: &Expr, ops: &[Postfix], len: usize) -> bool {
        let ExprKind::Name(root) = &base.kind else {
            return false;
        };
        let path = || {
            expression(&Expr {
                kind: ExprKind::Postfix {
                    base: Box::new(base.clone()),
                    ops: ops.iter().take(len).cloned().collect(),
                },
                span: base.span,
            })
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

    fn module(&self, name: &str) -> Option<&'a ModuleScope> {
        self.scope.library.modules.get(name)
    }

    /// Returns what an attribute is; unknown if there is no such attribute.
    fn member(&self, meaning: Meaning<'a>, name: &str) -> Meaning<'a> {
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
                        owner: Some(type_name(found)),
                    }),
                None => Meaning::Unknown,
            },
        }
    }

    /// Returns what to do instead of a member that Python has and the language leaves out.
    pub(super) fn instead_of_member(&self, owner: &str, name: &str) -> Option<&'a Instead> {
        let owner = if owner == Type::Document.name() {
            Type::Str.name()
        } else {
            owner
        };
        let path = format!("{owner}.{name}");
        self.scope.library.refused_members.get(path.as_str())
    }

    /// Says what is wrong with an attribute, if it is plain that there is none of its name.
    fn attribute(&self, meaning: Meaning<'a>, name: &Name) -> Result<(), Box<Diagnostic>> {
        let wanted = name.text.as_str();
        let (owner, message, known): (&str, String, Vec<&SmolStr>) = match meaning {
            Meaning::Unknown | Meaning::Function { .. } => return Ok(()),
            // Its fields are not known: it is only known what it lacks.
            Meaning::Instance(class) => match self.instead_of_member(class, wanted) {
                Some(_) => (class, String::new(), Vec::new()),
                None => return Ok(()),
            },
            Meaning::Module(module) => {
                let submodule = format!("{module}.{wanted}");
                let Some(scope) = self.module(module) else {
                    return Ok(());
                };
                if scope.members.contains_key(wanted) || self.module(&submodule).is_some() {
                    return Ok(());
                }
                (
                    module,
                    format!("the module `{module}` has no `{wanted}` here"),
                    scope.members.keys().collect(),
                )
            }
            Meaning::Class { signature, members } => {
                let methods = self.scope.library.types.get(&signature.returns);
                let is_method = methods.is_some_and(|scope| scope.methods.contains_key(wanted));
                if members.is_empty() || members.contains_key(wanted) || is_method {
                    return Ok(());
                }
                (
                    &signature.name,
                    format!("`{}` has no `{wanted}` here", signature.name),
                    members.keys().collect(),
                )
            }
            Meaning::Value(found) => {
                let Some(scope) = self.scope.library.types.get(&found) else {
                    return Ok(());
                };
                if scope.methods.contains_key(wanted) || scope.attributes.contains(wanted) {
                    return Ok(());
                }
                let known = scope.methods.keys().chain(&scope.attributes).collect();
                let owner = type_name(found);
                (owner, format!("a {owner} has no `{wanted}`"), known)
            }
        };
        if let Some(instead) = self.instead_of_member(owner, wanted) {
            let message = format!("`{owner}.{wanted}` is not in Sift");
            let diagnostic = Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, name.span, message);
            return Err(Box::new(diagnostic.with_instead(instead)));
        }
        // What Python hasn't either may be what a handler around is for.
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
            let diagnostic = Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, name.span, message);
            return Err(Box::new(diagnostic.with_instead(instead)));
        }
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => some_of(&known),
        };
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, name.span, message).with_help(help);
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

    fn call(&mut self, meaning: Meaning<'a>, whole: &Expr, index: usize, args: &'a [Argument], place: Span) {
        let (signature, owner) = match meaning {
            Meaning::Function { signature, owner } => (signature, owner),
            Meaning::Class { signature, .. } => (signature, None),
            Meaning::Module(module) => return self.called_module(module, whole, index),
            Meaning::Unknown | Meaning::Value(_) | Meaning::Instance(_) => return,
        };
        if self.caught.type_ || self.is_full() {
            return;
        }
        let Some(mismatch) = mismatch(signature, args) else {
            return self.argument_types(signature, args);
        };
        let shown = match owner {
            Some(owner) => format!("{owner}.{signature}"),
            None => signature.to_string(),
        };
        let name = &signature.name;
        let (span, message) = match &mismatch {
            Mismatch::TooMany { allowed, given } => {
                let span = args.get(*allowed).map_or(place, |argument| value_of(argument).span);
                (
                    span,
                    format!("`{name}` takes {} without a name, not {given}", at_most(*allowed)),
                )
            }
            Mismatch::UnknownKeyword {
                name: keyword, span, ..
            } => (*span, format!("`{name}` has no parameter `{keyword}`")),
            Mismatch::PositionOnly { name: keyword, span } => {
                (*span, format!("`{keyword}` of `{name}` is given without its name"))
            }
            Mismatch::Twice { name: keyword, span } => (*span, format!("`{keyword}` of `{name}` is given twice")),
            Mismatch::Missing {
                name: missing,
                by_name: false,
            } => (place, format!("`{name}` needs a value for `{missing}`")),
            Mismatch::Missing {
                name: missing,
                by_name: true,
            } => (place, format!("`{name}` needs `{missing}=`, by name")),
        };
        self.report(
            Diagnostic::error(codes::WRONG_ARGUMENTS, span, message)
                .with_help(shown)
                .with_corrected(corrected_call(whole, index, args, &mismatch)),
        );
    }

    /// Reports an argument whose type is plain to see and is not one that a host tool takes.
    fn argument_types(&mut self, signature: &'a Signature, args: &'a [Argument]) {
        let Some(wrong) = wrong_type(signature, args, |value| self.type_of(value, MAX_HOPS)) else {
            return;
        };
        let (name, param, given) = (&signature.name, &wrong.param.name, wrong.given.name());
        let message = format!("`{param}` of `{name}` is {}, not {given}", wrong.param.accepted());
        let span = wrong.span;
        self.report(
            Diagnostic::error(codes::WRONG_ARGUMENTS, span, message)
                .with_help(signature.to_string())
                .with_corrected(format!("print(help(\"{name}\"))")),
        );
    }

    /// Tells whether a module's class of its own name has a member: `datetime.strptime` is `datetime.datetime.strptime`.
    fn class_of_module_has(&self, module: &str, wanted: &str) -> bool {
        match self.module(module).and_then(|scope| scope.members.get(module)) {
            Some(Binding::Class { members, .. }) => members.contains_key(wanted),
            _ => false,
        }
    }

    /// Reports a call of a module, with the class of its name in its place.
    fn called_module(&mut self, module: &str, whole: &Expr, index: usize) {
        if self.caught.type_ || self.is_full() {
            return;
        }
        let ExprKind::Postfix { base, ops } = &whole.kind else {
            return;
        };
        let before = index.checked_sub(1).and_then(|index| ops.get(index));
        let span = before.map_or(base.span, |op| op.span);
        let message = format!("`{module}` is a module, which can't be called");
        let mut diagnostic = Diagnostic::error(codes::WRONG_ARGUMENTS, span, message);
        let has_class = self
            .module(module)
            .is_some_and(|scope| matches!(scope.members.get(module), Some(Binding::Class { .. })));
        diagnostic = match (&base.kind, before) {
            (ExprKind::Name(name), None) if has_class => {
                let class = SmolStr::from(format!("{name}.{module}"));
                diagnostic.near = vec![class.clone()];
                diagnostic.with_help(format!("call its class: {class}"))
            }
            _ => diagnostic
                .with_help("call one of its functions")
                .with_corrected(format!("print(help(\"{module}\"))")),
        };
        self.report(diagnostic);
    }

    /// Reports an unknown name that a module provides, where it is used as what it is there.
    fn unqualified(&mut self, base: &Expr, ops: &[Postfix]) {
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
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, base.span, message);
        diagnostic.near = vec![format!("{module}.{name}").into()];
        self.report(diagnostic.with_help(format!("it is in `{module}`: from {module} import {name}")));
    }

    fn attribute_name(&mut self, name: &str, span: Span) {
        if is_dunder(name) && name != "__name__" {
            self.dunder(name, span);
        }
    }

    /// Refuses the literal name of an attribute that Python's types have and ours do not: the answer would differ.
    fn left_out_attribute(&mut self, name: &str, span: Span) {
        let library = self.scope.library;
        let is_provided = |scope: &TypeScope| scope.methods.contains_key(name) || scope.attributes.contains(name);
        if library.types.values().any(is_provided) {
            return;
        }
        let left_out = library.refused_members.iter().find(|(path, _)| {
            path.rsplit_once('.').is_some_and(|(owner, member)| {
                member == name && library.types.keys().any(|found| type_name(*found) == owner)
            })
        });
        if let Some((path, instead)) = left_out {
            let message = format!("`{path}` is not in Sift");
            self.report(Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, span, message).with_instead(instead));
        }
    }

    /// Refuses `getattr` and `hasattr` with a name that is not written out.
    fn computed_attribute(&mut self, base: &'a Expr, ops: &'a [Postfix]) {
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
                if function == "hasattr" && super::python::is_protocol(name) {
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

fn of_binding<'a>(binding: &'a Binding, owner: Option<&'a str>) -> Meaning<'a> {
    match binding {
        Binding::Value(Type::Any) => Meaning::Unknown,
        Binding::Value(found) => Meaning::Value(*found),
        Binding::Function(signature) => Meaning::Function { signature, owner },
        Binding::Class { signature, members } => Meaning::Class { signature, members },
        Binding::Module(name) => Meaning::Module(name),
    }
}

/// Returns what a call gives.
fn result(meaning: Meaning<'_>) -> Meaning<'_> {
    match meaning {
        Meaning::Class { signature, .. } if signature.returns == Type::Any => Meaning::Instance(&signature.name),
        Meaning::Function { signature, .. } | Meaning::Class { signature, .. } => match signature.returns {
            // A function that may give None is not written down as giving something else, but None itself is no use.
            Type::Any => Meaning::Unknown,
            known => Meaning::Value(known),
        },
        Meaning::Unknown | Meaning::Value(_) | Meaning::Module(_) | Meaning::Instance(_) => Meaning::Unknown,
    }
}

/// Returns what an index or a slice gives.
fn item<'a>(meaning: Meaning<'a>, subscript: &Subscript) -> Meaning<'a> {
    match (meaning, subscript) {
        (Meaning::Value(of), _) if is_text(of) => Meaning::Value(Type::Str),
        (Meaning::Value(Type::List | Type::Tuple), Subscript::Slice { .. }) => meaning,
        _ => Meaning::Unknown,
    }
}

/// Returns `true` if values of a type are texts: a document is a text with a name.
const fn is_text(found: Type) -> bool {
    matches!(found, Type::Str | Type::Document)
}

const fn type_name(found: Type) -> &'static str {
    found.name()
}

fn at_most(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_owned(),
        1 => "at most 1 argument".to_owned(),
        many => format!("at most {many} arguments"),
    }
}

fn some_of(known: &[&SmolStr]) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = known.iter().take(SHOWN).map(|name| name.as_str()).collect();
    let more = if known.len() > SHOWN { ", ..." } else { "" };
    format!("it has {}{more}", names.join(", "))
}

/// Returns the call as it would be right, as far as that can be known.
fn corrected_call(whole: &Expr, index: usize, args: &[Argument], mismatch: &Mismatch) -> String {
    let mut args = args.to_vec();
    match mismatch {
        Mismatch::TooMany { allowed, .. } => {
            let mut place = 0_usize;
            args.retain(|argument| {
                let by_position = matches!(argument, Argument::Positional(_));
                place += usize::from(by_position);
                !by_position || place <= *allowed
            });
        }
        Mismatch::UnknownKeyword { name: wrong, near, .. } => match near {
            Some(near) => {
                for argument in &mut args {
                    if let Argument::Keyword { name, .. } = argument
                        && name.text == *wrong
                    {
                        name.text = near.clone();
                    }
                }
            }
            None => args.retain(|argument| !is_keyword(argument, wrong)),
        },
        Mismatch::Twice { name, .. } => args.retain(|argument| !is_keyword(argument, name)),
        Mismatch::PositionOnly { name: wrong, .. } => {
            let position = args
                .iter()
                .take_while(|argument| matches!(argument, Argument::Positional(_)))
                .count();
            if let Some(found) = args.iter().position(|argument| is_keyword(argument, wrong)) {
                let value = value_of(&args.remove(found)).clone();
                args.insert(position.min(args.len()), Argument::Positional(value));
            }
        }
        Mismatch::Missing { name, by_name } => {
            let value = sample(name);
            let first_named = args
                .iter()
                .take_while(|argument| matches!(argument, Argument::Positional(_)))
                .count();
            if *by_name {
                args.push(Argument::Keyword {
                    name: Name {
                        text: name.clone(),
                        span: Span::default(),
                    },
                    value,
                });
            } else {
                args.insert(first_named, Argument::Positional(value));
            }
        }
    }
    let ExprKind::Postfix { base, ops } = &whole.kind else {
        return String::new();
    };
    let mut ops: Vec<Postfix> = ops.iter().take(index).cloned().collect();
    ops.push(Postfix {
        kind: PostfixKind::Call(args),
        span: whole.span,
    });
    expression(&Expr {
        kind: ExprKind::Postfix {
            base: base.clone(),
            ops,
        },
        span: whole.span,
    })
}

/// Returns a value that a parameter of this name may well take.
fn sample(name: &str) -> Expr {
    let of = |kind: ExprKind| Expr {
        kind,
        span: Span::default(),
    };
    let number = |digits: &str| of(ExprKind::Int(digits.into()));
    match name {
        "string" | "text" | "s" | "str" | "data" | "obj" | "object" | "haystack" => {
            of(ExprKind::Name(SmolStr::new_static("context")))
        }
        "iterable" | "iterables" | "items" | "values" | "sequence" | "seq" | "list" | "parts" | "bounds" => {
            of(ExprKind::List(vec![number("1"), number("2")]))
        }
        "prompts" | "chunks" | "texts" | "labels" => of(ExprKind::List(vec![of(ExprKind::Str("text".into()))])),
        "function" | "func" | "key" => of(ExprKind::Name(SmolStr::new_static("len"))),
        "n" | "k" | "r" | "x" | "y" | "a" | "b" | "i" | "size" | "index" | "count" | "number" => number("1"),
        "year" => number("2024"),
        "month" | "day" | "week" | "ordinal" | "timestamp" => number("1"),
        "format" => of(ExprKind::Str("%Y-%m-%d".into())),
        _ => of(ExprKind::Str("text".into())),
    }
}

fn is_keyword(argument: &Argument, wanted: &SmolStr) -> bool {
    matches!(argument, Argument::Keyword { name, .. } if name.text == *wanted)
}
