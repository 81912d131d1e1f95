//! From the tree back to text.
//!
//! What is printed reads back to the same tree: brackets stand wherever leaving them out would join two chains into one.
//! Layout is always the same: four spaces, double quotes, one space around operators.

mod expression;
mod string;

use crate::ast::{Block, FunctionDef, ImportItem, ParamDef, Program, Stmt, StmtKind, Target, Try};
use crate::{ParamKind, ast::Expr};

pub(crate) use expression::expression;

/// Prints a program: one statement a line, every line ended.
///
/// ```
/// let parsed = rlm_syntax::parse("if x :\n  y=[ a,b ] ; z = (1+2)*3");
/// assert_eq!(rlm_syntax::print(&parsed.program), "if x:\n    y = [a, b]\n    z = (1 + 2) * 3\n");
/// ```
#[must_use]
pub fn print(program: &Program) -> String {
    let mut printer = Printer::default();
    printer.statements(&program.body);
    printer.out
}

/// Text that grows, and how far its lines are indented.
#[derive(Debug, Default)]
pub(super) struct Printer {
    pub(super) out: String,
    indent: usize,
    /// How many f-strings are open around what is printed now.
    pub(super) quotes: usize,
}

impl Printer {
    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Prints items with commas between them.
    pub(super) fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    fn statements(&mut self, body: &Block) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn line(&mut self, write: impl FnOnce(&mut Self)) {
        for _ in 0..self.indent {
            self.push("    ");
        }
        write(self);
        self.push("\n");
    }

    fn suite(&mut self, body: &Block) {
        self.indent += 1;
        if body.is_empty() {
            self.line(|p| p.push("pass"));
        }
        self.statements(body);
        self.indent -= 1;
    }

    /// Prints a clause and its block if it has statements.
    fn clause(&mut self, head: &str, body: &Block) {
        if !body.is_empty() {
            self.line(|p| p.push(head));
            self.suite(body);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::If { arms, orelse } => {
                for (index, (test, body)) in arms.iter().enumerate() {
                    self.line(|p| {
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
                self.line(|p| {
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
                self.line(|p| {
                    p.push("while ");
                    p.test(test);
                    p.push(":");
                });
                self.suite(body);
                self.clause("else:", orelse);
            }
            StmtKind::Def(def) => self.function(def),
            StmtKind::Try(statement) => self.try_statement(statement),
            kind => self.line(|p| p.simple(kind)),
        }
    }

    fn function(&mut self, def: &FunctionDef) {
        for decorator in &def.decorators {
            self.line(|p| {
                p.push("@");
                p.test(decorator);
            });
        }
        self.line(|p| {
            p.push(if def.is_async { "async def " } else { "def " });
            p.push(&def.name.text);
            p.push("(");
            p.params(&def.params.items);
            p.push(")");
            if let Some(returns) = &def.returns {
                p.push(" -> ");
                p.test(returns);
            }
            p.push(":");
        });
        self.suite(&def.body);
    }

    fn try_statement(&mut self, statement: &Try) {
        self.line(|p| p.push("try:"));
        self.suite(&statement.body);
        for handler in &statement.handlers {
            self.line(|p| {
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
            self.line(|p| p.push("finally:"));
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
                if let Some(value) = value {
                    self.push(" = ");
                    self.value(value);
                }
            }
            StmtKind::Break => self.push("break"),
            StmtKind::Continue => self.push("continue"),
            StmtKind::Pass => self.push("pass"),
            StmtKind::Return(value) => self.words("return", value.as_ref(), Self::bare),
            StmtKind::Raise { exception, cause } => {
                self.words("raise", exception.as_ref(), Self::test);
                if let Some(cause) = cause {
                    self.push(" from ");
                    self.test(cause);
                }
            }
            StmtKind::Assert { test, message } => {
                self.push("assert ");
                self.test(test);
                if let Some(message) = message {
                    self.push(", ");
                    self.test(message);
                }
            }
            StmtKind::Delete(targets) => {
                self.push("del ");
                self.list(targets, Self::target);
            }
            StmtKind::Global(names) => {
                self.push("global ");
                self.list(names, |p, name| p.push(&name.text));
            }
            StmtKind::Nonlocal(names) => {
                self.push("nonlocal ");
                self.list(names, |p, name| p.push(&name.text));
            }
            StmtKind::Import(items) => {
                self.push("import ");
                self.list(items, Self::import_item);
            }
            StmtKind::FromImport { module, names } => {
                self.push("from ");
                self.push(&module.text);
                self.push(" import ");
                if names.is_empty() {
                    self.push("*");
                }
                self.list(names, Self::import_item);
            }
            StmtKind::If { .. }
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::Def(_)
            | StmtKind::Try(_) => {}
        }
    }

    fn words(&mut self, word: &str, value: Option<&Expr>, print: fn(&mut Self, &Expr)) {
        self.push(word);
        if let Some(value) = value {
            self.push(" ");
            print(self, value);
        }
    }

    fn import_item(&mut self, item: &ImportItem) {
        self.push(&item.name.text);
        if let Some(alias) = &item.alias {
            self.push(" as ");
            self.push(&alias.text);
        }
    }

    /// Prints a target; a tuple in parentheses.
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
            Target::Subscript { object, index, .. } => {
                self.object(object);
                self.subscript(index);
            }
            Target::Attribute { object, name, .. } => {
                self.object(object);
                self.push(".");
                self.push(&name.text);
            }
        }
    }

    /// Prints a target; a tuple without parentheses.
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

    pub(super) fn params(&mut self, items: &[ParamDef]) {
        let mut before: Option<ParamKind> = None;
        for (index, param) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            if before == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly {
                self.push("/, ");
            }
            let bare_star = param.kind == ParamKind::KeywordOnly
                && !matches!(before, Some(ParamKind::KeywordOnly | ParamKind::VarArgs));
            if bare_star {
                self.push("*, ");
            }
            self.param(param);
            before = Some(param.kind);
        }
        if before == Some(ParamKind::PositionalOnly) {
            self.push(", /");
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
