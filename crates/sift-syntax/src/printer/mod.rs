//! From the tree back to text.
//!
//! What is printed reads back to the same tree: brackets stand wherever leaving them out would join two chains into one.
//! Layout is always the same: four spaces, double quotes, one space around operators. [`print`] knows the tree alone and
//! breaks no line; [`format`](format()) has the text beside it, and keeps its comments, its blank lines and its spelling of
//! literals.

mod expression;
mod format;
mod layout;
mod original;
mod string;

use crate::ast::{Block, FunctionDef, ImportItem, ParamDef, Program, Stmt, StmtKind, Target, Try};
use crate::{ParamKind, ast::Expr};

pub(crate) use expression::expression;
pub use format::{FormatError, format};
pub use layout::LINE_WIDTH;

use layout::Pieces;
use original::Original;

/// Prints a program: one statement a line, every line ended.
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

/// Text that grows, and how far its lines are indented.
#[derive(Debug, Default)]
pub(super) struct Printer<'s> {
    /// The lines that are finished.
    out: String,
    /// The logical line that is being printed.
    line: Pieces,
    indent: usize,
    /// How many f-strings are open around what is printed now.
    quotes: usize,
    /// How many brackets are open in which a line may end.
    brackets: usize,
    /// How many parentheses were closed last of which no place is known: those around operators stand in no span.
    closers: usize,
    /// The text that is formatted, if one is.
    original: Option<Original<'s>>,
}

/// Where a line of the printed text stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It begins with what stood here.
    At(u32),
    /// It is a clause, which begins the next line of the text.
    Next,
}

impl Printer<'_> {
    fn push(&mut self, text: &str) {
        self.closers = 0;
        self.line.push(text);
    }

    /// Returns what was printed since the last line, on one line.
    fn flat(&self) -> String {
        let mut out = String::new();
        self.line.write_flat(&mut out);
        out
    }

    /// Prints items with commas between them.
    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    /// A place within brackets where a line may end; else `flat` stands here. Comments before `next` end it surely.
    fn may_break(&mut self, next: u32, flat: &'static str) {
        if self.brackets == 0 {
            return self.push(flat);
        }
        self.comments(next);
        self.line.may_break(flat);
    }

    /// Prints brackets with items, each on a line of its own where they don't fit on one.
    fn bracketed<T>(&mut self, brackets: Brackets, items: &[T], start: fn(&T) -> u32, each: fn(&mut Self, &T)) {
        self.group(brackets, |p| {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    p.push(",");
                }
                p.may_break(start(item), if index > 0 { " " } else { "" });
                each(p, item);
            }
            if !items.is_empty() {
                p.line.when_broken(",");
            }
        });
    }

    /// Prints brackets around something. What is printed within begins with a place where the line may end.
    fn group(&mut self, brackets: Brackets, print: impl FnOnce(&mut Self)) {
        self.line.open(brackets.forced);
        self.push(brackets.open);
        self.brackets += 1;
        self.line.indent();
        print(self);
        self.comments(brackets.end);
        self.line.dedent();
        self.line.may_break("");
        self.brackets -= 1;
        self.push(brackets.close);
        self.line.close();
    }

    /// Prints something that gets parentheses only where it is too wide for one line.
    fn in_optional_parentheses(&mut self, start: u32, end: u32, print: impl FnOnce(&mut Self)) {
        self.line.open(false);
        self.line.when_broken("(");
        self.brackets += 1;
        self.line.indent();
        self.may_break(start, "");
        print(self);
        if self.line.is_forced() {
            self.comments(self.end_with_comments(end));
        }
        self.line.dedent();
        self.line.may_break("");
        self.brackets -= 1;
        self.line.when_broken(")");
        self.line.close();
    }

    /// Returns where something ends with the comments that follow it directly.
    fn end_with_comments(&self, end: u32) -> u32 {
        let original = self.original.as_ref();
        original.map_or(end, |original| original.end_with_comments(end, self.closers))
    }

    /// Prints the comments before a place, each at the end of its line. A place where the line may end follows.
    fn comments(&mut self, before: u32) {
        let Some(original) = &mut self.original else { return };
        let mut first = true;
        while let Some(comment) = original.next_comment(before) {
            if first && comment.follows_code {
                self.line.push("  ");
            } else {
                self.line.end_line();
            }
            self.line.push(comment.text);
            self.line.force();
            first = false;
        }
    }

    fn statements(&mut self, body: &Block) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn line(&mut self, place: Place, write: impl FnOnce(&mut Self)) {
        if let Some(original) = &mut self.original {
            original.begin_line(place, self.indent, &mut self.out);
        }
        write(self);
        let line = std::mem::take(&mut self.line);
        if self.original.is_some() {
            line.write(self.indent, &mut self.out);
        } else {
            self.out.push_str(&"    ".repeat(self.indent));
            line.write_flat(&mut self.out);
        }
        self.out.push('\n');
    }

    fn suite(&mut self, body: &Block) {
        self.indent += 1;
        if body.is_empty() {
            self.line(Place::Next, |p| p.push("pass"));
        }
        self.statements(body);
        self.indent -= 1;
    }

    /// Prints a clause and its block if it has statements.
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
                if targets.is_empty() {
                    // A tuple of nothing deletes nothing, and is still read.
                    self.push("()");
                }
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
                match (names.first(), names.last()) {
                    (Some(first), Some(last)) => {
                        let end = last.alias.as_ref().unwrap_or(&last.name).span.end;
                        self.in_optional_parentheses(first.name.span.start, end, |p| p.members(names));
                    }
                    _ => self.push("*"),
                }
            }
            StmtKind::If { .. }
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::Def(_)
            | StmtKind::Try(_) => {}
        }
    }

    fn members(&mut self, names: &[ImportItem]) {
        for (index, item) in names.iter().enumerate() {
            if index > 0 {
                self.push(",");
                self.may_break(item.name.span.start, " ");
            }
            self.import_item(item);
        }
        self.line.when_broken(",");
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
    fn target(&mut self, target: &Target) {
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

    /// Prints a target; a tuple without parentheses.
    fn bare_target(&mut self, target: &Target) {
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

    /// Prints parameters; `separate` says where the line may end before each of them.
    fn params(&mut self, items: &[ParamDef], separate: fn(&mut Self, u32, &'static str)) {
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

/// Brackets, and what is known of them.
#[derive(Debug, Clone, Copy)]
struct Brackets {
    open: &'static str,
    close: &'static str,
    /// Where they end in the text, for the comments before.
    end: u32,
    /// Whether they break whatever their width.
    forced: bool,
}

impl Brackets {
    const fn new(open: &'static str, close: &'static str) -> Self {
        Self {
            open,
            close,
            end: 0,
            forced: false,
        }
    }

    const fn end(self, end: u32) -> Self {
        Self { end, ..self }
    }

    const fn forced(self, forced: bool) -> Self {
        Self { forced, ..self }
    }
}
