//! The checker's visitor of statements and expressions.

use super::bindings::Bindings;
use super::caught::Caught;
use super::visit::{StmtPart, fstring_parts, param_parts, parts, stmt_parts, subscript_parts, target_parts};
use super::{Checker, Found, FrameKind, nearest};
use crate::Span;
use crate::ast::{
    Block, Clause, Expr, ExprKind, FunctionDef, Handler, ImportItem, Name, Stmt, StmtKind, Subscript, Target, Try,
};
use crate::codes;
use crate::printer::expression;

impl<'a> Checker<'a> {
    pub(super) fn block(&mut self, body: &'a Block) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) => self.value(value),
            StmtKind::Assign { targets, value } => {
                match &value.kind {
                    // Some agent frameworks suspend a program by `results = yield wait(*handles)`.
                    // Here calls block, so the yielded value is the result.
                    ExprKind::Yield(Some(awaited)) if self.frames.len() == 1 => self.value(awaited),
                    _ => self.value(value),
                }
                targets.iter().for_each(|target| self.target(target));
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.value(value);
                self.target(target);
                if let Target::Name(name) = target {
                    self.name(&name.text, name.span);
                }
            }
            StmtKind::AnnAssign { target, value, .. } => {
                value.iter().for_each(|value| self.value(value));
                self.target(target);
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.value(iter);
                self.target(target);
                self.in_loop(body);
                self.block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.in_loop(body);
                self.block(orelse);
            }
            StmtKind::Break => self.loop_control("break", statement.span),
            StmtKind::Continue => self.loop_control("continue", statement.span),
            StmtKind::Def(def) => self.function(def),
            StmtKind::Return(value) => self.return_statement(value.as_ref(), statement.span),
            StmtKind::Try(statement) => self.try_statement(statement),
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.deleted(target)),
            StmtKind::Global(names) => self.global(names),
            StmtKind::Nonlocal(names) => self.nonlocal(names),
            StmtKind::Import(items) => items.iter().for_each(|item| self.import(item)),
            StmtKind::FromImport { module, names } => self.members_import(module, names),
            StmtKind::If { .. } | StmtKind::Raise { .. } | StmtKind::Assert { .. } | StmtKind::Pass => {
                stmt_parts(statement, &mut |part| match part {
                    StmtPart::Expr(expr) => self.expr(expr),
                    StmtPart::Block(body) => self.block(body),
                    StmtPart::Target(_) | StmtPart::Name(_) => {}
                });
            }
        }
    }

    fn in_loop(&mut self, body: &'a Block) {
        self.loops += 1;
        self.block(body);
        self.loops -= 1;
    }

    fn loop_control(&mut self, word: &str, span: Span) {
        if self.loops == 0 {
            let message = format!("`{word}` stands in no loop");
            let help = "put it into the loop, or leave it out";
            self.error(codes::LOOP_CONTROL_OUTSIDE, span, &message, help, "pass".to_owned());
        }
    }

    fn return_statement(&mut self, value: Option<&'a Expr>, span: Span) {
        if let Some(value) = value {
            self.value(value);
        }
        if !self.in_function() {
            let corrected = value.map_or_else(|| "pass".to_owned(), |value| format!("print({})", expression(value)));
            let help = "a program has no result of its own: print it, or end the run with FINAL(value)";
            self.error(
                codes::RETURN_OUTSIDE,
                span,
                "`return` stands in no function",
                help,
                corrected,
            );
        }
    }

    fn function(&mut self, def: &'a FunctionDef) {
        self.exprs(&def.decorators);
        param_parts(&def.params, &mut |part| self.expr(part));
        self.bound_name(&def.name);
        for param in &def.params.items {
            self.bound_name(&param.name);
        }
        let loops = std::mem::take(&mut self.loops);
        self.within(FrameKind::Function, Bindings::of_function(def), |checker| {
            checker.function_declarations(def);
            checker.block(&def.body);
        });
        self.loops = loops;
    }

    fn declaration(&mut self, name: &Name, message: &str, help: &str) {
        self.error(codes::BAD_DECLARATION, name.span, message, help, "pass".to_owned());
    }

    fn global(&mut self, names: &[Name]) {
        names.iter().for_each(|name| self.bound_name(name));
    }

    fn nonlocal(&mut self, names: &[Name]) {
        if !self.in_function() {
            for name in names {
                self.declaration(name, "`nonlocal` stands in no function", "at the top level just assign");
            }
            return;
        }
        for name in names {
            let outer = self
                .frames
                .iter()
                .rev()
                .skip(1)
                .filter(|frame| frame.kind == FrameKind::Function);
            if !outer.into_iter().any(|frame| frame.bindings.get(&name.text).is_some()) {
                let message = format!("no function around this one binds `{}`", name.text);
                self.declaration(name, &message, "write `global` for a name of the top level");
            }
        }
    }

    fn try_statement(&mut self, statement: &'a Try) {
        let before = self.caught;
        for handler in &statement.handlers {
            self.caught = self.caught.or(self.caught_by(handler));
        }
        self.block(&statement.body);
        self.caught = before;
        for handler in &statement.handlers {
            self.exprs(&handler.class);
            if let Some(name) = &handler.name {
                self.bound_name(name);
            }
            self.block(&handler.body);
        }
        self.block(&statement.orelse);
        self.block(&statement.finally);
    }

    fn caught_by(&self, handler: &Handler) -> Caught {
        match &handler.class {
            None => Caught::ALL,
            Some(class) => self.caught_by_class(class),
        }
    }

    fn caught_by_class(&self, class: &Expr) -> Caught {
        match &class.kind {
            ExprKind::Tuple(classes) => classes.iter().fold(Caught::default(), |caught, class| {
                caught.or(self.caught_by_class(class))
            }),
            ExprKind::Name(name) => match name.as_str() {
                "Exception" | "BaseException" => Caught::ALL,
                "NameError" => Caught {
                    name: true,
                    ..Caught::default()
                },
                "AttributeError" => Caught {
                    attribute: true,
                    ..Caught::default()
                },
                "TypeError" => Caught {
                    type_: true,
                    ..Caught::default()
                },
                "ImportError" | "ModuleNotFoundError" => Caught {
                    import: true,
                    ..Caught::default()
                },
                // A name bound by the program may refer to any of them.
                name if matches!(self.lookup(name), Found::Program(..)) => Caught::ALL,
                _ => Caught::default(),
            },
            ExprKind::Postfix { .. } => Caught::default(),
            _ => Caught::ALL,
        }
    }

    fn import(&mut self, item: &ImportItem) {
        self.bound_name(item.alias.as_ref().unwrap_or(&item.name));
        self.module_is_provided(&item.name);
    }

    fn members_import(&mut self, module: &Name, names: &[ImportItem]) {
        for item in names {
            self.bound_name(item.alias.as_ref().unwrap_or(&item.name));
        }
        if !self.module_is_provided(module) || self.caught.import {
            return;
        }
        let Some(scope) = self.scope.library.modules.get(&module.text) else {
            return;
        };
        for item in names {
            let wanted = &item.name.text;
            let submodule = format!("{}.{wanted}", module.text);
            if scope.members.contains_key(wanted) || self.scope.library.modules.contains_key(submodule.as_str()) {
                continue;
            }
            if let Some(instead) = self.instead_of_member(&module.text, wanted) {
                let message = format!("`{}.{wanted}` is not in Sift", module.text);
                let diagnostic = codes::UNKNOWN_MEMBER.error(item.name.span, message);
                self.report(diagnostic.with_instead(instead));
                continue;
            }
            let near = nearest::nearest(wanted, scope.members.keys());
            let message = format!("the module `{}` has no `{wanted}` here", module.text);
            let diagnostic = codes::UNKNOWN_MEMBER.error(item.name.span, message);
            if let Some(instead) = self.instead_of_member(&module.text, "*").filter(|_| near.is_empty()) {
                self.report(diagnostic.with_instead(instead));
                continue;
            }
            let help = match near.first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`{}` holds other names here", module.text),
            };
            let mut diagnostic = diagnostic.with_help(help);
            diagnostic.near = near;
            if diagnostic.near.is_empty() {
                diagnostic = diagnostic.with_corrected(format!("import {}", module.text));
            }
            self.report(diagnostic);
        }
    }

    /// Returns `true` if the library provides a module. Otherwise reports the module as unknown.
    fn module_is_provided(&mut self, module: &Name) -> bool {
        let library = self.scope.library;
        let name = module.text.as_str();
        if library.modules.contains_key(name) {
            return true;
        }
        if self.caught.import {
            return false;
        }
        let top = name.split('.').next().unwrap_or(name);
        let instead = library
            .refused_modules
            .get(name)
            .or_else(|| library.refused_modules.get(top));
        let near = nearest::nearest(name, library.modules.keys());
        let diagnostic = codes::UNKNOWN_MODULE.error(module.span, format!("the module `{name}` is not provided"));
        self.report(match (instead, near.first()) {
            (Some(instead), _) => diagnostic.with_instead(instead),
            (None, Some(near)) => diagnostic
                .with_help(format!("did you mean `{near}`?"))
                .with_corrected(format!("import {near}")),
            (None, None) if library.modules.is_empty() => diagnostic.with_help("no modules are provided here"),
            (None, None) => {
                let provided: Vec<&str> = library.modules.keys().map(|name| name.as_str()).collect();
                diagnostic.with_help(format!("provided and bound already: {}", provided.join(", ")))
            }
        });
        false
    }

    fn target(&mut self, target: &'a Target) {
        self.target_names(target);
        target_parts(target, &mut |part| self.expr(part));
    }

    fn deleted(&mut self, target: &'a Target) {
        if let Target::Name(name) = target {
            self.name(&name.text, name.span);
        }
        target_parts(target, &mut |part| self.expr(part));
    }

    fn target_names(&mut self, target: &'a Target) {
        match target {
            Target::Name(name) | Target::Attribute { name, .. } => self.bound_name(name),
            Target::Tuple { items, .. } => items.iter().for_each(|item| self.target_names(item)),
            Target::Starred { target, .. } => self.target_names(target),
            Target::Subscript { .. } => {}
        }
    }

    /// Checks an expression in a place where a starred expression is not allowed.
    fn value(&mut self, expr: &'a Expr) {
        if let ExprKind::Starred(items) = &expr.kind {
            let help = "add a comma for a tuple, or brackets for a list";
            let corrected = format!("items = [*{}]", expression(items));
            self.error(codes::BAD_STAR, expr.span, "a star can't stand alone", help, corrected);
        }
        self.expr(expr);
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::FString(pieces) => fstring_parts(pieces, &mut |part| self.expr(part)),
            ExprKind::Postfix { base, ops } => self.postfixed(expr, base, ops),
            ExprKind::Lambda { params, body } => {
                param_parts(params, &mut |part| self.expr(part));
                let bindings = Bindings::of_lambda(params, body);
                self.within(FrameKind::Lambda, bindings, |checker| checker.expr(body));
            }
            ExprKind::Comprehension { element, clauses, .. } => self.comprehension(clauses, [element.as_ref()]),
            ExprKind::DictComprehension { key, value, clauses } => {
                self.comprehension(clauses, [key.as_ref(), value.as_ref()]);
            }
            ExprKind::Walrus { name, value } => {
                self.bound_name(name);
                self.walrus(name);
                self.expr(value);
            }
            ExprKind::Yield(value) => {
                self.yields(expr.span);
                self.exprs(value.as_deref());
            }
            ExprKind::YieldFrom(values) => {
                self.yields(expr.span);
                self.expr(values);
            }
            _ => parts(expr, &mut |part| self.expr(part)),
        }
    }

    fn comprehension<const N: usize>(&mut self, clauses: &'a [Clause], elements: [&'a Expr; N]) {
        // The first iterable is evaluated before the comprehension's own names exist.
        if let Some(first) = clauses.first() {
            self.iterable(&first.iter);
        }
        self.within(FrameKind::Comprehension, Bindings::of_clauses(clauses), |checker| {
            for (index, clause) in clauses.iter().enumerate() {
                if index > 0 {
                    checker.iterable(&clause.iter);
                }
                checker.target(&clause.target);
                checker.exprs(&clause.conditions);
            }
            checker.exprs(elements);
        });
    }

    fn iterable(&mut self, iter: &'a Expr) {
        self.iterables += 1;
        self.expr(iter);
        self.iterables -= 1;
    }

    /// Rejects `:=` within an iterable of a comprehension, and an assignment by `:=` to a name that
    /// the comprehension binds.
    fn walrus(&mut self, name: &Name) {
        let own = self
            .frames
            .iter()
            .rev()
            .take_while(|frame| frame.kind == FrameKind::Comprehension)
            .any(|frame| frame.bindings.get(&name.text).is_some());
        let (message, help) = if self.iterables > 0 {
            (
                "`:=` can't stand in what a comprehension goes through".to_owned(),
                "bind it on a line before",
            )
        } else if own {
            (
                format!("`{}` is the comprehension's own, so that `:=` can't bind it", name.text),
                "bind another name",
            )
        } else {
            return;
        };
        let corrected = "found = [length for word in str(context).split() if (length := len(word)) > 3]".to_owned();
        self.error(codes::BAD_WALRUS, name.span, &message, help, corrected);
    }

    fn yields(&mut self, span: Span) {
        match self.frames.last().map(|frame| frame.kind) {
            Some(FrameKind::Function | FrameKind::Lambda) => {}
            Some(FrameKind::Comprehension) => {
                let help = "write a loop with `yield` in it";
                let corrected = "for value in [1, 2]: yield value".to_owned();
                self.error(
                    codes::YIELD_OUTSIDE,
                    span,
                    "`yield` can't stand in a comprehension",
                    help,
                    corrected,
                );
            }
            Some(FrameKind::Module) | None => {
                let help = "put it into a function, or collect into a list";
                let corrected = "def values(): yield 1".to_owned();
                self.error(
                    codes::YIELD_OUTSIDE,
                    span,
                    "`yield` stands in no function",
                    help,
                    corrected,
                );
            }
        }
    }

    pub(super) fn subscript(&mut self, subscript: &'a Subscript) {
        subscript_parts(subscript, &mut |part| self.expr(part));
    }
}
