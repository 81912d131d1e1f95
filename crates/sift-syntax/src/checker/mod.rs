//! Static checks of a program: names, arguments, methods, modules and misplaced statements.
//!
//! The order of bindings doesn't matter: a name is known if the program, the session or the library
//! binds it anywhere. A name that the program rebinds loses its library meaning. Errors inside a
//! `try` whose handler would catch Python's exception are left to run time, except for Python
//! features that Sift lacks, because no handler is meant for those.

mod arguments;
mod bindings;
mod calls;
mod caught;
mod declarations;
mod meaning;
mod members;
mod nearest;
mod python;
mod statements;
mod visit;

use std::collections::HashSet;

use sift_signature::{Scope, UnknownNames};
use smol_str::SmolStr;

use crate::ast::{DictItem, Expr, ExprKind, Name, Program, StmtKind};
use crate::codes::{self, CodeInfo};
use crate::lexer::MAX_DIAGNOSTICS;
use crate::{Diagnostic, Span};
use bindings::{Bindings, Bound};
use caught::Caught;
pub use nearest::nearest;

/// Checks a program against the names and signatures of a scope.
///
/// Returns diagnostics in source order. A program without error diagnostics may run. Check only
/// programs that were parsed without errors, because the bindings in unparsed parts are unknown.
///
/// ```
/// use std::collections::BTreeMap;
/// use sift_syntax::{Binding, LibraryScope, Scope, Signature, UnknownNames, check, parse};
///
/// let print = Signature::parse("print(*values, sep=' ', end='\\n')").unwrap();
/// let library = LibraryScope {
///     names: BTreeMap::from([("print".into(), Binding::Function(print))]),
///     ..LibraryScope::default()
/// };
/// let scope = Scope { library: &library, session: &BTreeMap::new(), unknown_names: UnknownNames::Refuse };
/// let found = check(&parse("total = 1\nprint(totl)").program, &scope);
/// assert_eq!(found[0].message, "the name `totl` is not known");
/// assert_eq!((found[0].exception, found[0].near[0].as_str()), ("NameError", "total"));
/// ```
#[must_use]
pub fn check(program: &Program, scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut checker = Checker::new(program, scope);
    checker.tool_call(program);
    checker.module_declarations(&program.body);
    checker.block(&program.body);
    let mut diagnostics = checker.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    diagnostics
}

/// The maximum length of a name for which an unsupported module is suggested before similar names.
const SHORT_NAME: usize = 3;

/// The maximum number of known names that an unknown name is compared with.
const MAX_COMPARED: usize = 5_000;

/// A scope of the program in which names are looked up.
struct Frame<'a> {
    kind: FrameKind,
    bindings: Bindings<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Module,
    Function,
    Lambda,
    Comprehension,
}

/// The result of the lookup of a name.
enum Found<'c, 'a> {
    Program(&'c Bound<'a>, FrameKind),
    Given(&'a sift_signature::Binding),
    Missing,
}

struct Checker<'a> {
    scope: &'a Scope<'a>,
    frames: Vec<Frame<'a>>,
    /// The number of enclosing loops in the current function.
    loops: usize,
    caught: Caught,
    /// The number of comprehension iterables around the current expression.
    iterables: usize,
    /// The unknown names that are already reported. Each name is reported once.
    reported: HashSet<SmolStr>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn new(program: &'a Program, scope: &'a Scope<'a>) -> Self {
        Self {
            scope,
            frames: vec![Frame {
                kind: FrameKind::Module,
                bindings: Bindings::of_module(&program.body),
            }],
            loops: 0,
            caught: Caught::default(),
            iterables: 0,
            reported: HashSet::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Returns `true` if no more diagnostics are reported because their maximum number is reached.
    fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_DIAGNOSTICS
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.diagnostics.push(diagnostic);
        }
    }

    fn error(&mut self, code: CodeInfo, span: Span, message: &str, help: &str, corrected: String) {
        self.report(code.error(span, message).with_help(help).with_corrected(corrected));
    }

    fn lookup(&self, name: &str) -> Found<'_, 'a> {
        let mut skip_to_module = false;
        for frame in self.frames.iter().rev() {
            if skip_to_module && frame.kind != FrameKind::Module {
                continue;
            }
            if frame.bindings.is_global(name) {
                skip_to_module = true;
                continue;
            }
            if let Some(bound) = frame.bindings.get(name) {
                return Found::Program(bound, frame.kind);
            }
        }
        self.scope.lookup(name).map_or(Found::Missing, Found::Given)
    }

    /// Adds a note if the whole program is a tool call in JSON, as other agent frameworks use it.
    /// Such a program would have no effect.
    fn tool_call(&mut self, program: &Program) {
        let [statement] = program.body.as_slice() else { return };
        let StmtKind::Expr(Expr {
            kind: ExprKind::Dict(items),
            span,
        }) = &statement.kind
        else {
            return;
        };
        let key = |item: &DictItem| match item {
            DictItem::Pair(key, _) => match &key.kind {
                ExprKind::Str(text) => Some(text.clone()),
                _ => None,
            },
            DictItem::Spread(_) => None,
        };
        let Some(keys) = items.iter().map(key).collect::<Option<Vec<_>>>() else {
            return;
        };
        let has = |words: &[&str]| keys.iter().any(|key| words.contains(&key.as_str()));
        let calls = has(&["name", "tool", "tool_name", "function", "action"])
            && has(&["arguments", "args", "parameters", "input", "tool_input", "action_input"]);
        if calls || (keys.len() == 1 && has(&["code", "python", "program"])) {
            let message = "this program is a tool call, which does nothing here";
            let note = codes::TOOL_CALL.note(*span, message);
            self.report(note.with_help("write the code itself as the program"));
        }
    }

    /// Checks the use of a name in an expression.
    fn name(&mut self, name: &SmolStr, span: Span) {
        if is_dunder(name) {
            if name != "__name__" && name != "__import__" {
                self.dunder(name, span);
            } else if name == "__import__" {
                self.forbidden_builtin(name, span);
            }
            return;
        }
        if self.is_full() || !matches!(self.lookup(name), Found::Missing) || self.forbidden_builtin(name, span) {
            return;
        }
        if !self.is_reportable(name) {
            return;
        }
        self.reported.insert(name.clone());
        self.unknown_name(name, span);
    }

    /// Returns `true` if a name is unknown, has to be reported and isn't reported yet.
    fn is_reportable(&self, name: &SmolStr) -> bool {
        let is_allowed = self.caught.name || self.scope.unknown_names == UnknownNames::Allow;
        let is_new = !self.is_full() && !self.reported.contains(name);
        is_new && !is_allowed && matches!(self.lookup(name), Found::Missing)
    }

    fn unknown_name(&mut self, name: &SmolStr, span: Span) {
        let mut diagnostic = codes::UNKNOWN_NAME.error(span, format!("the name `{name}` is not known"));
        let module = python::usual_module_of(name);
        let near = self.near_names(name);
        if let Some((constant, help)) = python::foreign_constant(name) {
            diagnostic.near = vec![constant.into()];
            diagnostic = diagnostic.with_help(help);
        } else if let Some(instead) = self.scope.library.refused_modules.get(module)
            && (near.is_empty() || module != name || name.len() <= SHORT_NAME)
        {
            diagnostic.message = format!("the module `{module}` is not provided");
            diagnostic = diagnostic.with_instead(instead);
        } else {
            diagnostic = match near.first() {
                Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                None => diagnostic
                    .with_help("bind it first; SHOW_VARS() lists what is bound")
                    .with_corrected(format!("{name} = \"\"")),
            };
            diagnostic.near = near;
        }
        self.report(diagnostic);
    }

    fn near_names(&self, name: &str) -> Vec<SmolStr> {
        let bound = self.frames.iter().flat_map(|frame| frame.bindings.names());
        let given = self.scope.session.keys().chain(self.scope.library.names.keys());
        nearest(name, bound.chain(given).take(MAX_COMPARED))
    }

    /// Reports a use of a Python builtin that is unsupported on purpose. Returns `true` if the name
    /// is one.
    fn forbidden_builtin(&mut self, name: &str, span: Span) -> bool {
        let Some((help, corrected)) = python::forbidden_builtin(name) else {
            return false;
        };
        // The name exists in Python, so no handler is meant for its absence.
        let is_left = self.caught.name && python::needs_surroundings(name);
        if !is_left && self.reported.insert(name.into()) {
            let message = format!("`{name}` is not in Sift");
            self.error(codes::FORBIDDEN_BUILTIN, span, &message, help, corrected.to_owned());
        }
        true
    }

    fn dunder(&mut self, name: &str, span: Span) {
        let (help, corrected) = python::instead_of_dunder(name);
        let message = format!("`{name}`: names with double underscores are not in Sift");
        self.error(codes::DUNDER, span, &message, help, corrected.to_owned());
    }

    /// Checks a name that a statement or expression binds.
    fn bound_name(&mut self, name: &Name) {
        if is_dunder(&name.text) {
            self.dunder(&name.text, name.span);
        }
    }

    /// Calls a closure within a new scope with these bindings.
    fn within(&mut self, kind: FrameKind, bindings: Bindings<'a>, run: impl FnOnce(&mut Self)) {
        self.frames.push(Frame { kind, bindings });
        run(self);
        self.frames.pop();
    }

    fn in_function(&self) -> bool {
        self.frames.iter().any(|frame| frame.kind == FrameKind::Function)
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }
}

/// Returns `true` if a name has double underscores at both ends, which Python reserves.
fn is_dunder(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}
