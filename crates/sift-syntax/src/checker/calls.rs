//! The checker's rules for expressions with postfixes: calls, attributes and subscripts.

use sift_signature::{Binding, Signature, Type};
use smol_str::SmolStr;

use super::arguments::{Mismatch, mismatch, wrong_type};
use super::meaning::{MAX_HOPS, Meaning, item, result};
use super::visit::value_of;
use super::{Checker, is_dunder};
use crate::Span;
use crate::ast::{Argument, Expr, ExprKind, Name, Postfix, PostfixKind};
use crate::codes;
use crate::printer::expression;

impl<'a> Checker<'a> {
    /// Checks an expression and all its postfixes: attributes, subscripts and calls.
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
            codes::WRONG_ARGUMENTS
                .error(span, message)
                .with_help(shown)
                .with_corrected(corrected_call(whole, index, args, &mismatch)),
        );
    }

    /// Reports an argument of a known type that the parameter of a host tool doesn't accept.
    fn argument_types(&mut self, signature: &'a Signature, args: &'a [Argument]) {
        let Some(wrong) = wrong_type(signature, args, |value| self.type_of(value, MAX_HOPS)) else {
            return;
        };
        let (name, param, given) = (&signature.name, &wrong.param.name, wrong.given.name());
        let message = format!("`{param}` of `{name}` is {}, not {given}", wrong.param.accepted());
        let span = wrong.span;
        self.report(
            codes::WRONG_ARGUMENTS
                .error(span, message)
                .with_help(signature.to_string())
                .with_corrected(format!("print(help(\"{name}\"))")),
        );
    }

    /// Reports a call of a module, and suggests the class in the module with the same name.
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
        let mut diagnostic = codes::WRONG_ARGUMENTS.error(span, message);
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
}

fn at_most(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_owned(),
        1 => "at most 1 argument".to_owned(),
        many => format!("at most {many} arguments"),
    }
}

/// Returns a corrected version of a call, as far as it can be inferred.
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
    expression(&Expr::new(
        whole.span,
        ExprKind::Postfix {
            base: base.clone(),
            ops,
        },
    ))
}

/// Returns an example argument for a parameter with this name.
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
