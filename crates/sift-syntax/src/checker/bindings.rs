//! The names that a scope binds, and the values that they are bound to.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::visit::{StmtPart, param_parts, parts, stmt_parts, target_parts, value_of};
use crate::ast::{
    Argument, Block, Clause, Expr, ExprKind, FunctionDef, ImportItem, Params, PostfixKind, Stmt, StmtKind, Target,
};
use crate::printer::expression;

/// The maximum length of a chain of calls and attributes for which the checker infers a type.
pub(super) const MAX_CHAIN: usize = 16;

/// The binding of a name, as far as the checker can infer it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound<'a> {
    /// A name that is bound exactly once, to this value.
    Once(&'a Expr),
    /// A name that `import` binds to this module.
    Module(&'a str),
    /// A name that `from module import member` binds to a member of a module.
    Member {
        /// The name of the module.
        module: &'a str,
        /// The name of the member.
        member: &'a str,
    },
    /// A name that is bound to an unknown value or more than once.
    Unclear,
}

/// The bindings of the names in one scope.
#[derive(Debug, Default)]
pub(super) struct Bindings<'a> {
    names: BTreeMap<SmolStr, Bound<'a>>,
    globals: BTreeSet<SmolStr>,
    nonlocals: BTreeSet<SmolStr>,
    /// Whether the scope contains a `global` or `nonlocal` declaration.
    declares: bool,
    questions: Questions,
}

/// The names of operations that show which type a program expects of a value: builtins that inspect
/// their first argument, and `del`, which removes an attribute.
pub(super) const QUESTIONS: [&str; 7] = [
    "isinstance",
    "issubclass",
    "type",
    "hasattr",
    "getattr",
    "callable",
    "del",
];

/// The values whose type a program inspects with functions such as `isinstance`, or may inspect in
/// a function of its own.
///
/// An example is `ctx.documents` in `isinstance(ctx.documents, dict)`. The checker assumes no type
/// for such a value in the whole scope, because the code after the test may be valid for another
/// type.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// The functions that each value is passed to. The keys are the name that the value's
    /// expression begins with, then the whole expression as text.
    values: BTreeMap<SmolStr, BTreeMap<String, BTreeSet<SmolStr>>>,
}

impl Questions {
    fn extend(&mut self, other: Self) {
        for (root, values) in other.values {
            let own = self.values.entry(root).or_default();
            for (value, functions) in values {
                own.entry(value).or_default().extend(functions);
            }
        }
    }

    /// Returns the inspected values whose expression begins with this name, as text, each with the
    /// functions that it is passed to.
    pub(super) fn beginning_with(&self, root: &str) -> Option<&BTreeMap<String, BTreeSet<SmolStr>>> {
        self.values.get(root)
    }

    fn call(&mut self, function: &SmolStr, args: &[Argument]) {
        let count = if QUESTIONS.contains(&function.as_str()) {
            1
        } else {
            args.len()
        };
        for argument in args.iter().take(count) {
            self.pass(value_of(argument), function);
        }
    }

    fn pass(&mut self, value: &Expr, function: &SmolStr) {
        let root = match &value.kind {
            ExprKind::Name(name) => name,
            ExprKind::Walrus { value, .. } => return self.pass(value, function),
            ExprKind::Postfix { base, ops } if ops.len() <= MAX_CHAIN => match &base.kind {
                ExprKind::Name(name) => name,
                _ => return,
            },
            _ => return,
        };
        let values = self.values.entry(root.clone()).or_default();
        values.entry(expression(value)).or_default().insert(function.clone());
    }
}

impl<'a> Bindings<'a> {
    /// Collects the names that a whole program binds, including those that its functions declare
    /// `global`.
    pub(super) fn of_module(body: &'a Block) -> Self {
        let mut bindings = Self::default();
        bindings.block(body);
        each_function(body, &mut |def| {
            let mut inner = Self::default();
            inner.block(&def.body);
            for name in inner.globals {
                bindings.names.insert(name, Bound::Unclear);
            }
            bindings.questions.extend(inner.questions);
        });
        bindings.declares = !bindings.globals.is_empty();
        // `global` has no effect at the top level.
        bindings.globals.clear();
        bindings
    }

    /// Collects the names that a function binds.
    pub(super) fn of_function(def: &'a FunctionDef) -> Self {
        let mut bindings = Self::default();
        bindings.block(&def.body);
        each_function(&def.body, &mut |inner| {
            let mut deeper = Self::default();
            deeper.block(&inner.body);
            for name in &deeper.nonlocals {
                bindings
                    .names
                    .entry(name.clone())
                    .and_modify(|bound| *bound = Bound::Unclear);
            }
            bindings.questions.extend(deeper.questions);
        });
        for name in bindings.globals.iter().chain(&bindings.nonlocals) {
            bindings.names.remove(name);
        }
        bindings.declares = !bindings.globals.is_empty() || !bindings.nonlocals.is_empty();
        bindings.params(&def.params);
        bindings
    }

    /// Collects the parameters of a lambda and the names that `:=` binds in its body.
    pub(super) fn of_lambda(params: &'a Params, body: &'a Expr) -> Self {
        let mut bindings = Self::default();
        bindings.expr(body);
        bindings.params(params);
        bindings
    }

    /// Collects the names that the clauses of a comprehension bind.
    pub(super) fn of_clauses(clauses: &'a [Clause]) -> Self {
        let mut bindings = Self::default();
        for clause in clauses {
            bindings.target(&clause.target);
        }
        bindings
    }

    pub(super) fn get(&self, name: &str) -> Option<&Bound<'a>> {
        self.names.get(name)
    }

    pub(super) fn is_global(&self, name: &str) -> bool {
        self.globals.contains(name)
    }

    /// Returns `true` if the scope contains a `global` or `nonlocal` declaration.
    pub(super) const fn declares(&self) -> bool {
        self.declares
    }

    pub(super) const fn questions(&self) -> &Questions {
        &self.questions
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &SmolStr> {
        self.names.keys()
    }

    fn bind(&mut self, name: &SmolStr, bound: Bound<'a>) {
        self.names
            .entry(name.clone())
            .and_modify(|before| {
                let same_import = *before == bound && !matches!(bound, Bound::Once(_));
                if !same_import {
                    *before = Bound::Unclear;
                }
            })
            .or_insert(bound);
    }

    fn params(&mut self, params: &'a Params) {
        for param in &params.items {
            self.bind(&param.name.text, Bound::Unclear);
        }
    }

    fn target(&mut self, target: &'a Target) {
        match target {
            Target::Name(name) => self.bind(&name.text, Bound::Unclear),
            Target::Tuple { items, .. } => items.iter().for_each(|item| self.target(item)),
            Target::Starred { target, .. } => self.target(target),
            Target::Subscript { .. } | Target::Attribute { .. } => {}
        }
        target_parts(target, &mut |part| self.expr(part));
    }

    fn block(&mut self, body: &'a Block) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Assign { targets, value } => {
                self.expr(value);
                targets.iter().for_each(|target| self.assign(target, value));
            }
            StmtKind::AnnAssign {
                target,
                value: Some(value),
                ..
            } => {
                self.expr(value);
                self.assign(target, value);
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.deleted(target)),
            StmtKind::Global(names) => self.globals.extend(names.iter().map(|name| name.text.clone())),
            StmtKind::Nonlocal(names) => self.nonlocals.extend(names.iter().map(|name| name.text.clone())),
            StmtKind::Import(items) => items.iter().for_each(|item| self.import(item)),
            StmtKind::FromImport { module, names } => {
                for item in names {
                    let bound = Bound::Member {
                        module: &module.text,
                        member: &item.name.text,
                    };
                    self.bind(&item.alias.as_ref().unwrap_or(&item.name).text, bound);
                }
            }
            _ => stmt_parts(statement, &mut |part| match part {
                StmtPart::Expr(expr) => self.expr(expr),
                StmtPart::Target(target) => self.target(target),
                StmtPart::Name(name) => self.bind(&name.text, Bound::Unclear),
                StmtPart::Block(body) => self.block(body),
            }),
        }
    }

    fn assign(&mut self, target: &'a Target, value: &'a Expr) {
        match target {
            Target::Name(name) => self.bind(&name.text, Bound::Once(value)),
            _ => self.target(target),
        }
    }

    /// Records a target of `del`. The deletion binds nothing, but makes the name's value unknown.
    fn deleted(&mut self, target: &'a Target) {
        match target {
            Target::Name(name) => {
                let values = self.questions.values.entry(name.text.clone()).or_default();
                let functions = values.entry(name.text.to_string()).or_default();
                functions.insert(SmolStr::new_static("del"));
            }
            _ => target_parts(target, &mut |part| self.expr(part)),
        }
    }

    fn import(&mut self, item: &'a ImportItem) {
        match &item.alias {
            Some(alias) => self.bind(&alias.text, Bound::Module(&item.name.text)),
            None => {
                // `import a.b` binds `a`.
                let top = item.name.text.split('.').next().unwrap_or_default();
                self.bind(&SmolStr::new(top), Bound::Module(top));
            }
        }
    }

    /// Collects names bound by `:=`, and type tests, from an expression. A lambda's body is a
    /// separate scope, but its type tests apply to this scope too.
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Walrus { name, .. } => self.bind(&name.text, Bound::Unclear),
            ExprKind::Postfix { base, ops } => {
                if let (ExprKind::Name(function), Some(PostfixKind::Call(args))) =
                    (&base.kind, ops.first().map(|op| &op.kind))
                {
                    self.questions.call(function, args);
                }
            }
            ExprKind::Lambda { params, body } => {
                param_parts(params, &mut |part| self.expr(part));
                let mut inner = Self::default();
                inner.expr(body);
                self.questions.extend(inner.questions);
                return;
            }
            _ => {}
        }
        parts(expr, &mut |part| self.expr(part));
    }
}

/// Calls `each` with every function in a block, at any depth.
fn each_function<'a>(body: &'a Block, each: &mut impl FnMut(&'a FunctionDef)) {
    for statement in body {
        if let StmtKind::Def(def) = &statement.kind {
            each(def);
            each_function(&def.body, each);
        }
        stmt_parts(statement, &mut |part| {
            if let StmtPart::Block(body) = part {
                each_function(body, each);
            }
        });
    }
}
