//! Checks of `global` and `nonlocal` declarations against earlier uses of the same name in the
//! scope.
//!
//! Only scopes with a declaration are visited, in source order, like in Python's compiler.

use std::collections::BTreeMap;

use super::Checker;
use super::visit::{StmtPart, param_parts, parts, stmt_parts, target_parts};
use crate::ast::{Block, Clause, Expr, ExprKind, FunctionDef, Name, Params, Stmt, StmtKind, Target};
use crate::codes;

/// The uses of one name so far in a scope.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    parameter: bool,
    used: bool,
    assigned: bool,
    annotated: bool,
    global: bool,
    nonlocal: bool,
}

/// A visitor that walks the statements of one scope in source order.
struct Walk<'c, 'k, 'a> {
    checker: &'c mut Checker<'k>,
    names: BTreeMap<&'a str, Seen>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Function,
}

/// Which names of an expression belong to the current scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All names of the expression.
    Own,
    /// Only the names bound by `:=`. Other names belong to a comprehension.
    Comprehension,
}

impl<'a> Checker<'a> {
    /// Checks the `global` and `nonlocal` declarations at the top level.
    pub(super) fn module_declarations(&mut self, body: &'a Block) {
        self.declarations(None, body, Kind::Module);
    }

    /// Checks the `global` and `nonlocal` declarations of a function.
    pub(super) fn function_declarations(&mut self, def: &'a FunctionDef) {
        self.declarations(Some(&def.params), &def.body, Kind::Function);
    }

    fn declarations(&mut self, params: Option<&'a Params>, body: &'a Block, kind: Kind) {
        let declares = self.frames.last().is_some_and(|frame| frame.bindings.declares());
        if !declares {
            return;
        }
        let seen = Seen {
            parameter: true,
            ..Seen::default()
        };
        let params = params.into_iter().flat_map(|params| &params.items);
        let mut walk = Walk {
            names: params.map(|param| (param.name.text.as_str(), seen)).collect(),
            checker: self,
            kind,
        };
        walk.block(body);
    }
}

impl<'a> Walk<'_, '_, 'a> {
    fn block(&mut self, body: &'a Block) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Global(names) => names.iter().for_each(|name| self.declare(name, "global")),
            StmtKind::Nonlocal(names) => names.iter().for_each(|name| self.declare(name, "nonlocal")),
            StmtKind::AnnAssign { target, value, .. } => {
                self.annotated(target);
                self.exprs(value);
            }
            // Python allows an import before the declaration.
            _ => stmt_parts(statement, &mut |part| match part {
                StmtPart::Expr(expr) => self.expr(expr),
                StmtPart::Target(target) => self.target(target),
                StmtPart::Name(name) => self.assigned(name),
                StmtPart::Block(body) => self.block(body),
            }),
        }
    }

    fn declare(&mut self, name: &'a Name, word: &'static str) {
        let text = name.text.as_str();
        let seen = self.names.entry(text).or_default();
        let other = match word {
            "global" => seen.nonlocal,
            _ => seen.global,
        };
        let message = if seen.parameter {
            format!("`{text}` is a parameter, which is always local")
        } else if other {
            format!("`{text}` is declared both `global` and `nonlocal`")
        } else if seen.annotated {
            format!("`{text}` has an annotation, so that it can't be `{word}`")
        } else if seen.assigned {
            format!("`{text}` is assigned before it is declared `{word}`")
        } else if seen.used {
            format!("`{text}` is used before it is declared `{word}`")
        } else {
            seen.global |= word == "global";
            seen.nonlocal |= word == "nonlocal";
            return;
        };
        let help = match (seen.parameter, other) {
            (true, _) => "give the parameter another name".to_owned(),
            (_, true) => "keep one of the two".to_owned(),
            _ if self.kind == Kind::Module => {
                format!("leave it out: at the top level every name is global already ({text})")
            }
            _ => format!("write `{word} {text}` as the first line of the function"),
        };
        let corrected = "pass".to_owned();
        self.checker
            .error(codes::BAD_DECLARATION, name.span, &message, &help, corrected);
    }

    fn annotated(&mut self, target: &'a Target) {
        if let Target::Name(name) = target {
            let seen = self.names.entry(name.text.as_str()).or_default();
            if (seen.global || seen.nonlocal) && self.kind == Kind::Function {
                let message = format!("`{}` is not local, so that it can't have an annotation", name.text);
                let help = "leave the annotation out";
                let corrected = format!("{} = None", name.text);
                return self
                    .checker
                    .error(codes::BAD_DECLARATION, name.span, &message, help, corrected);
            }
            seen.annotated = true;
        }
        self.target(target);
    }

    fn target(&mut self, target: &'a Target) {
        match target {
            Target::Name(name) => self.assigned(name),
            Target::Tuple { items, .. } => items.iter().for_each(|item| self.target(item)),
            Target::Starred { target, .. } => self.target(target),
            Target::Subscript { .. } | Target::Attribute { .. } => {
                target_parts(target, &mut |part| self.expr(part));
            }
        }
    }

    fn assigned(&mut self, name: &'a Name) {
        self.names.entry(name.text.as_str()).or_default().assigned = true;
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &'a Expr) {
        self.part(expr, Part::Own);
    }

    fn part(&mut self, expr: &'a Expr, part: Part) {
        match &expr.kind {
            ExprKind::Name(name) if part == Part::Own => self.names.entry(name.as_str()).or_default().used = true,
            ExprKind::Walrus { name, value } => {
                self.assigned(name);
                self.part(value, part);
            }
            ExprKind::Lambda { params, .. } => param_parts(params, &mut |default| self.part(default, part)),
            ExprKind::Comprehension { clauses, .. } | ExprKind::DictComprehension { clauses, .. } => {
                self.comprehension(expr, clauses, part);
            }
            _ => parts(expr, &mut |inner| self.part(inner, part)),
        }
    }

    /// Visits a comprehension. Only the first iterable is evaluated in the enclosing scope.
    fn comprehension(&mut self, expr: &'a Expr, clauses: &'a [Clause], part: Part) {
        if let Some(first) = clauses.first() {
            self.part(&first.iter, part);
        }
        parts(expr, &mut |inner| self.part(inner, Part::Comprehension));
    }
}
