//! Printing of statements, one per line.

use sift_signature::ParamKind;

use super::original::{Original, Place};
use super::writer::{Brackets, Printer};
use crate::ast::{Block, Expr, FunctionDef, ImportItem, Name, ParamDef, Program, Stmt, StmtKind, Target, Try};

/// Prints a program with one statement per line. Every line ends with a line feed.
///
/// ```
/// let parsed = sift_syntax::parse("if x :\n  y=[ a,b ] ; z = (1+2)*3");
/// assert_eq!(sift_syntax::print(&parsed.program), "if x:\n    y = [a, b]\n    z = (1 + 2) * 3\n");
/// ```
#[must_use]
pub fn print(program: &Program) -> String {
    let mut printer = Printer::default();
    printer.statements(&program.body);
    printer.out
}

impl Printer<'_> {
    pub(super) fn statements(&mut self, body: &Block) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn suite(&mut self, body: &Block) {
        self.indent += 1;
        if body.is_empty() {
            self.line(Place::Next, |p| p.push("pass"));
        }
        self.statements(body);
        self.indent -= 1;
    }

    /// Prints the head of a clause, such as `else`, and its block. Prints nothing if the block is
    /// empty.
    fn clause(&mut self, head: &str, body: &Block) {
        if !body.is_empty() {
            self.line(Place::Next, |p| p.push(head));
            self.suite(body);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        let place = Place::At(statement.span.start);
        match &statement.kind {
            StmtKind::If { arms, orelse } => {
                for (index, (test, body)) in arms.iter().enumerate() {
                    let place = if index == 0 { place } else { Place::Next };
                    self.line(place, |p| {
                        p.push(if index == 0 { "if " } else { "elif " });
                        p.test(test);
                        p.push(":");
                    });
                    self.suite(body);
                }
                self.clause("else:", orelse);
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.line(place, |p| {
                    p.push("for ");
                    p.bare_target(target);
                    p.push(" in ");
                    p.bare(iter);
                    p.push(":");
                });
                self.suite(body);
                self.clause("else:", orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.line(place, |p| {
                    p.push("while ");
                    p.test(test);
                    p.push(":");
                });
                self.suite(body);
                self.clause("else:", orelse);
            }
            StmtKind::Def(def) => self.function(place, def),
            StmtKind::Try(statement) => self.try_statement(place, statement),
            kind => self.line(place, |p| p.simple(kind)),
        }
    }

    fn function(&mut self, place: Place, def: &FunctionDef) {
        let mut place = place;
        for decorator in &def.decorators {
            self.line(place, |p| {
                p.push("@");
                p.test(decorator);
            });
            place = Place::Next;
        }
        self.line(place, |p| {
            p.push(if def.is_async { "async def " } else { "def " });
            p.push(&def.name.text);
            let end = p.original.as_ref().map_or(0, Original::end_of_line);
            p.group(Brackets::new("(", ")").end(end), |p| {
                p.params(&def.params.items, Self::may_break);
                if !def.params.items.is_empty() {
                    p.line.when_broken(",");
                }
            });
            if let Some(returns) = &def.returns {
                p.push(" -> ");
                p.test(returns);
            }
            p.push(":");
        });
        self.suite(&def.body);
    }

    fn try_statement(&mut self, place: Place, statement: &Try) {
        self.line(place, |p| p.push("try:"));
        self.suite(&statement.body);
        for handler in &statement.handlers {
            self.line(Place::Next, |p| {
                p.push("except");
                if let Some(class) = &handler.class {
                    p.push(" ");
                    p.test(class);
                }
                if let Some(name) = &handler.name {
                    p.push(" as ");
                    p.push(&name.text);
                }
                p.push(":");
            });
            self.suite(&handler.body);
        }
        self.clause("else:", &statement.orelse);
        let needs_finally = statement.handlers.is_empty();
        if needs_finally && statement.finally.is_empty() {
            self.line(Place::Next, |p| p.push("finally:"));
            self.suite(&statement.finally);
        }
        self.clause("finally:", &statement.finally);
    }

    fn simple(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::Expr(expr) => self.value(expr),
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    self.bare_target(target);
                    self.push(" = ");
                }
                self.value(value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.target(target);
                self.push(" ");
                self.push(op.as_str());
                self.push("= ");
                self.value(value);
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
            } => {
                self.target(target);
                self.push(": ");
                self.test(annotation);
                self.following(" = ", value.as_ref(), Self::value);
            }
            StmtKind::Break => self.push("break"),
            StmtKind::Continue => self.push("continue"),
            StmtKind::Pass => self.push("pass"),
            StmtKind::Return(value) => {
                self.push("return");
                self.following(" ", value.as_ref(), Self::bare);
            }
            StmtKind::Raise { exception, cause } => {
                self.push("raise");
                self.following(" ", exception.as_ref(), Self::test);
                self.following(" from ", cause.as_ref(), Self::test);
            }
            StmtKind::Assert { test, message } => {
                self.push("assert ");
                self.test(test);
                self.following(", ", message.as_ref(), Self::test);
            }
            StmtKind::Delete(targets) => {
                self.push("del ");
                if targets.is_empty() {
                    // Deleting an empty tuple deletes nothing, but it is valid.
                    self.push("()");
                }
                self.list(targets, Self::target);
            }
            StmtKind::Global(names) => self.names("global ", names),
            StmtKind::Nonlocal(names) => self.names("nonlocal ", names),
            StmtKind::Import(items) => {
                self.push("import ");
                self.list(items, Self::import_item);
            }
            StmtKind::FromImport { module, names } => self.members_import(module, names),
            StmtKind::If { .. }
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::Def(_)
            | StmtKind::Try(_) => {}
        }
    }

    fn members_import(&mut self, module: &Name, names: &[ImportItem]) {
        self.push("from ");
        self.push(&module.text);
        self.push(" import ");
        let (Some(first), Some(last)) = (names.first(), names.last()) else {
            return self.push("*");
        };
        let end = last.alias.as_ref().unwrap_or(&last.name).span.end;
        self.in_optional_parentheses(first.name.span.start, end, |p| {
            for (index, item) in names.iter().enumerate() {
                if index > 0 {
                    p.push(",");
                    p.may_break(item.name.span.start, " ");
                }
                p.import_item(item);
            }
            p.line.when_broken(",");
        });
    }

    fn names(&mut self, word: &str, names: &[Name]) {
        self.push(word);
        self.list(names, |p, name| p.push(&name.text));
    }

    /// Prints a separator and an optional part of a statement. Prints nothing if the part is
    /// absent.
    fn following(&mut self, separator: &str, part: Option<&Expr>, print: fn(&mut Self, &Expr)) {
        if let Some(part) = part {
            self.push(separator);
            print(self, part);
        }
    }

    fn import_item(&mut self, item: &ImportItem) {
        self.push(&item.name.text);
        if let Some(alias) = &item.alias {
            self.push(" as ");
            self.push(&alias.text);
        }
    }

    /// Prints an assignment target, with parentheses if it is a tuple.
    pub(super) fn target(&mut self, target: &Target) {
        match target {
            Target::Tuple { .. } => {
                self.push("(");
                self.target_items(target);
                self.push(")");
            }
            Target::Name(name) => self.push(&name.text),
            Target::Starred { target, .. } => {
                self.push("*");
                self.target(target);
            }
            Target::Subscript { object, index, span } => {
                self.object(object);
                self.subscript(index, span.end);
            }
            Target::Attribute { object, name, .. } => {
                self.object(object);
                self.push(".");
                self.push(&name.text);
            }
        }
    }

    /// Prints an assignment target, without parentheses even if it is a tuple.
    pub(super) fn bare_target(&mut self, target: &Target) {
        match target {
            Target::Tuple { items, .. } if !items.is_empty() => self.target_items(target),
            _ => self.target(target),
        }
    }

    fn target_items(&mut self, target: &Target) {
        if let Target::Tuple { items, .. } = target {
            self.list(items, Self::target);
            if items.len() == 1 {
                self.push(",");
            }
        }
    }

    /// Prints the parameters of a function. `separate` prints the possible line break before each.
    pub(super) fn params(&mut self, items: &[ParamDef], separate: fn(&mut Self, u32, &'static str)) {
        let mut before: Option<ParamKind> = None;
        for (index, param) in items.iter().enumerate() {
            let start = param.name.span.start;
            if index > 0 {
                self.push(",");
            }
            separate(self, start, if index > 0 { " " } else { "" });
            if before == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly {
                self.push("/,");
                separate(self, start, " ");
            }
            let bare_star = param.kind == ParamKind::KeywordOnly
                && !matches!(before, Some(ParamKind::KeywordOnly | ParamKind::VarArgs));
            if bare_star {
                self.push("*,");
                separate(self, start, " ");
            }
            self.param(param);
            before = Some(param.kind);
        }
        if before == Some(ParamKind::PositionalOnly) {
            self.push(",");
            separate(self, 0, " ");
            self.push("/");
        }
    }

    fn param(&mut self, param: &ParamDef) {
        match param.kind {
            ParamKind::VarArgs => self.push("*"),
            ParamKind::VarKeywords => self.push("**"),
            ParamKind::PositionalOnly | ParamKind::Positional | ParamKind::KeywordOnly => {}
        }
        self.push(&param.name.text);
        if let Some(annotation) = &param.annotation {
            self.push(": ");
            self.test(annotation);
        }
        if let Some(default) = &param.default {
            self.push(if param.annotation.is_some() { " = " } else { "=" });
            self.test(default);
        }
    }
}
