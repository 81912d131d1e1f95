//! Name resolution: finds the variable that each name refers to.
//!
//! Name resolution precedes code generation, because an assignment anywhere in a function makes a
//! name local, and a closure anywhere makes a variable a cell.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use sift_syntax::ast::{
    Argument, Block, Clause, DictItem, Expr, ExprKind, FStringPart, FunctionDef, ImportItem, Params, PostfixKind,
    Program, Stmt, StmtKind, Subscript, Target, Try,
};
use smol_str::SmolStr;

/// The index of a scope in the program. The top level is scope 0.
pub(super) type ScopeId = usize;

/// A variable, identified by the scope that binds it and its name.
pub(super) type Variable = (ScopeId, SmolStr);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Function,
    /// A generator expression. It has its own frame, but `:=` in it binds in the enclosing
    /// function.
    Generator,
    /// A list, set or dict comprehension. It has its own names, but shares the frame of the
    /// enclosing function.
    Comprehension,
}

/// The names that one scope binds, captures and uses.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    parent: Option<ScopeId>,
    /// The names that the scope binds, in the order of their first occurrence.
    pub(super) bound: Vec<SmolStr>,
    bound_set: BTreeSet<SmolStr>,
    used: BTreeSet<SmolStr>,
    globals: BTreeSet<SmolStr>,
    nonlocals: BTreeSet<SmolStr>,
    /// The variables that the scope binds and a nested function captures.
    pub(super) cells: BTreeSet<SmolStr>,
    /// The variables of enclosing functions that are used in this function or in a function nested
    /// in it.
    pub(super) free: BTreeSet<Variable>,
    /// Whether the function contains `yield`.
    pub(super) yields: bool,
}

/// The place where the value of a name is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Global,
    /// A variable in the frame of this function or of an enclosing one.
    Variable(Variable),
}

/// All scopes of a program, keyed by the syntax nodes that open them.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
    by_node: HashMap<usize, ScopeId>,
}

/// Returns the address of a syntax node as its key. The tree doesn't move while it is compiled.
fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

impl Scopes {
    /// Resolves the names in all scopes of `program`.
    pub(super) fn of(program: &Program) -> Self {
        let mut scopes = Self::default();
        let module = scopes.open(ScopeKind::Module, None);
        scopes.block(module, &program.body);
        scopes.resolve_uses();
        scopes
    }

    pub(super) fn get(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id)
    }

    /// Returns the scope that the syntax node opens.
    pub(super) fn opened_by<T>(&self, node: &T) -> ScopeId {
        self.by_node.get(&address(node)).copied().unwrap_or_default()
    }

    /// Returns the storage that `name` refers to in `scope`.
    pub(super) fn place(&self, scope: ScopeId, name: &str) -> Place {
        self.resolve(scope, name).0
    }

    fn resolve(&self, scope: ScopeId, name: &str) -> (Place, Vec<ScopeId>) {
        let mut crossed = Vec::new();
        let mut current = Some(scope);
        while let Some(id) = current {
            let Some(scope) = self.scopes.get(id) else { break };
            if scope.kind == ScopeKind::Module || scope.globals.contains(name) {
                break;
            }
            if scope.bound_set.contains(name) && !scope.nonlocals.contains(name) {
                return (Place::Variable((id, name.into())), crossed);
            }
            if scope.kind != ScopeKind::Comprehension {
                crossed.push(id);
            }
            current = scope.parent;
        }
        (Place::Global, Vec::new())
    }

    /// Marks captured variables as cells, and adds them to the free variables of each function
    /// between their use and their binding.
    fn resolve_uses(&mut self) {
        let mut captured: BTreeMap<Variable, BTreeSet<ScopeId>> = BTreeMap::new();
        for (id, scope) in self.scopes.iter().enumerate() {
            for name in scope.used.iter().chain(&scope.bound) {
                if let (Place::Variable(variable), crossed) = self.resolve(id, name)
                    && !crossed.is_empty()
                {
                    captured.entry(variable).or_default().extend(crossed);
                }
            }
        }
        for (variable, through) in captured {
            if let Some(owner) = self.scopes.get_mut(variable.0) {
                owner.cells.insert(variable.1.clone());
            }
            for id in through {
                if let Some(scope) = self.scopes.get_mut(id) {
                    scope.free.insert(variable.clone());
                }
            }
        }
    }

    fn open(&mut self, kind: ScopeKind, parent: Option<ScopeId>) -> ScopeId {
        self.scopes.push(Scope {
            kind,
            parent,
            bound: Vec::new(),
            bound_set: BTreeSet::new(),
            used: BTreeSet::new(),
            globals: BTreeSet::new(),
            nonlocals: BTreeSet::new(),
            cells: BTreeSet::new(),
            free: BTreeSet::new(),
            yields: false,
        });
        self.scopes.len() - 1
    }

    fn bind(&mut self, scope: ScopeId, name: &SmolStr) {
        if let Some(scope) = self.scopes.get_mut(scope)
            && scope.bound_set.insert(name.clone())
        {
            scope.bound.push(name.clone());
        }
    }

    fn name_used(&mut self, scope: ScopeId, name: &SmolStr) {
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.used.insert(name.clone());
        }
    }

    /// Returns the nearest scope that isn't a comprehension or generator expression. `:=` binds its
    /// name in that scope, and `yield` turns it into a generator.
    fn frame_of(&self, mut scope: ScopeId) -> ScopeId {
        while let Some(Scope {
            kind: ScopeKind::Comprehension | ScopeKind::Generator,
            parent: Some(parent),
            ..
        }) = self.scopes.get(scope)
        {
            scope = *parent;
        }
        scope
    }

    fn block(&mut self, scope: ScopeId, block: &Block) {
        for statement in block {
            self.statement(scope, statement);
        }
    }

    fn statement(&mut self, scope: ScopeId, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) => self.expr(scope, value),
            StmtKind::Assign { targets, value } => {
                self.expr(scope, value);
                for target in targets {
                    self.target(scope, target);
                }
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(scope, value);
                if let Target::Name(name) = target {
                    self.name_used(scope, &name.text);
                }
                self.target(scope, target);
            }
            StmtKind::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    self.expr(scope, value);
                }
                self.target(scope, target);
            }
            StmtKind::If { arms, orelse } => {
                for (test, body) in arms {
                    self.expr(scope, test);
                    self.block(scope, body);
                }
                self.block(scope, orelse);
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.expr(scope, iter);
                self.target(scope, target);
                self.block(scope, body);
                self.block(scope, orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(scope, test);
                self.block(scope, body);
                self.block(scope, orelse);
            }
            StmtKind::Def(function) => self.function(scope, function),
            StmtKind::Return(value) => self.optional(scope, value.as_ref()),
            StmtKind::Try(parts) => self.try_statement(scope, parts),
            StmtKind::Raise { exception, cause } => {
                self.optional(scope, exception.as_ref());
                self.optional(scope, cause.as_ref());
            }
            StmtKind::Assert { test, message } => {
                self.expr(scope, test);
                self.optional(scope, message.as_ref());
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    self.target(scope, target);
                }
            }
            StmtKind::Global(names) => {
                if let Some(scope) = self.scopes.get_mut(scope) {
                    scope.globals.extend(names.iter().map(|name| name.text.clone()));
                }
            }
            StmtKind::Nonlocal(names) => {
                if let Some(scope) = self.scopes.get_mut(scope) {
                    scope.nonlocals.extend(names.iter().map(|name| name.text.clone()));
                    scope.used.extend(names.iter().map(|name| name.text.clone()));
                }
            }
            StmtKind::Import(items) | StmtKind::FromImport { names: items, .. } => {
                for item in items {
                    self.bind(scope, &import_binding(item));
                }
            }
            StmtKind::Break | StmtKind::Continue | StmtKind::Pass => {}
        }
    }

    fn try_statement(&mut self, scope: ScopeId, parts: &Try) {
        self.block(scope, &parts.body);
        for handler in &parts.handlers {
            self.optional(scope, handler.class.as_ref());
            if let Some(name) = &handler.name {
                self.bind(scope, &name.text);
            }
            self.block(scope, &handler.body);
        }
        self.block(scope, &parts.orelse);
        self.block(scope, &parts.finally);
    }

    fn function(&mut self, scope: ScopeId, function: &FunctionDef) {
        for decorator in &function.decorators {
            self.expr(scope, decorator);
        }
        self.bind(scope, &function.name.text);
        let inner = self.open_function(scope, &function.params);
        self.by_node.insert(address(function), inner);
        self.block(inner, &function.body);
    }

    /// Opens the scope of a function and binds its parameters. Names in default values are resolved
    /// in the enclosing scope.
    fn open_function(&mut self, scope: ScopeId, params: &Params) -> ScopeId {
        for param in &params.items {
            self.optional(scope, param.default.as_ref());
        }
        let inner = self.open(ScopeKind::Function, Some(scope));
        for param in &params.items {
            self.bind(inner, &param.name.text);
        }
        inner
    }

    fn target(&mut self, scope: ScopeId, target: &Target) {
        match target {
            Target::Name(name) => self.bind(scope, &name.text),
            Target::Tuple { items, .. } => {
                for item in items {
                    self.target(scope, item);
                }
            }
            Target::Starred { target, .. } => self.target(scope, target),
            Target::Subscript { object, index, .. } => {
                self.expr(scope, object);
                self.subscript(scope, index);
            }
            Target::Attribute { object, .. } => self.expr(scope, object),
        }
    }

    fn subscript(&mut self, scope: ScopeId, subscript: &Subscript) {
        match subscript {
            Subscript::Index(index) => self.expr(scope, index),
            Subscript::Slice { start, stop, step } => {
                for part in [start, stop, step] {
                    self.optional(scope, part.as_ref());
                }
            }
        }
    }

    fn optional(&mut self, scope: ScopeId, value: Option<&Expr>) {
        if let Some(value) = value {
            self.expr(scope, value);
        }
    }

    fn exprs<'a>(&mut self, scope: ScopeId, values: impl IntoIterator<Item = &'a Expr>) {
        for value in values {
            self.expr(scope, value);
        }
    }

    fn expr(&mut self, scope: ScopeId, expr: &Expr) {
        match &expr.kind {
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Ellipsis
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_) => {}
            ExprKind::Name(name) => self.name_used(scope, name),
            ExprKind::FString(parts) => self.fstring(scope, parts),
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => self.exprs(scope, items),
            ExprKind::Dict(items) => {
                for item in items {
                    match item {
                        DictItem::Pair(key, value) => self.exprs(scope, [key, value]),
                        DictItem::Spread(other) => self.expr(scope, other),
                    }
                }
            }
            ExprKind::Comprehension { kind, element, clauses } => {
                let generator = *kind == sift_syntax::ast::ComprehensionKind::Generator;
                self.comprehension(scope, expr, generator, clauses, &[element]);
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.comprehension(scope, expr, false, clauses, &[key, value]);
            }
            ExprKind::Unary { operand, .. } => self.expr(scope, operand),
            ExprKind::Binary { first, rest } => {
                self.expr(scope, first);
                self.exprs(scope, rest.iter().map(|(_, operand)| operand));
            }
            ExprKind::Power { base, exponent } => self.exprs(scope, [&**base, &**exponent]),
            ExprKind::Logical { values, .. } => self.exprs(scope, values),
            ExprKind::Compare { first, rest } => {
                self.expr(scope, first);
                self.exprs(scope, rest.iter().map(|(_, operand)| operand));
            }
            ExprKind::Conditional { arms, orelse } => {
                self.exprs(scope, arms.iter().flat_map(|(value, test)| [test, value]));
                self.expr(scope, orelse);
            }
            ExprKind::Postfix { base, ops } => {
                self.expr(scope, base);
                for op in ops {
                    match &op.kind {
                        PostfixKind::Attribute(_) => {}
                        PostfixKind::Subscript(index) => self.subscript(scope, index),
                        PostfixKind::Call(args) => self.exprs(scope, args.iter().map(argument_value)),
                    }
                }
            }
            ExprKind::Lambda { params, body } => {
                let inner = self.open_function(scope, params);
                self.by_node.insert(address(expr), inner);
                self.expr(inner, body);
            }
            ExprKind::Walrus { name, value } => {
                self.expr(scope, value);
                let frame = self.frame_of(scope);
                self.bind(frame, &name.text);
                self.name_used(scope, &name.text);
            }
            ExprKind::Starred(value) | ExprKind::Await(value) => self.expr(scope, value),
            ExprKind::Yield(value) => {
                self.mark_yield(scope);
                if let Some(value) = value {
                    self.expr(scope, value);
                }
            }
            ExprKind::YieldFrom(value) => {
                self.mark_yield(scope);
                self.expr(scope, value);
            }
        }
    }

    fn mark_yield(&mut self, scope: ScopeId) {
        let frame = self.frame_of(scope);
        if let Some(scope) = self.scopes.get_mut(frame) {
            scope.yields = true;
        }
    }

    fn fstring(&mut self, scope: ScopeId, parts: &[FStringPart]) {
        for part in parts {
            if let FStringPart::Field(field) = part {
                self.expr(scope, &field.value);
                if let Some(spec) = &field.spec {
                    self.fstring(scope, spec);
                }
            }
        }
    }

    /// Resolves the names in a comprehension. The first iterable belongs to the enclosing scope,
    /// all other expressions to the comprehension's own.
    fn comprehension(&mut self, scope: ScopeId, node: &Expr, generator: bool, clauses: &[Clause], elements: &[&Expr]) {
        let kind = if generator {
            ScopeKind::Generator
        } else {
            ScopeKind::Comprehension
        };
        if let Some(first) = clauses.first() {
            self.expr(scope, &first.iter);
        }
        let inner = self.open(kind, Some(scope));
        self.by_node.insert(address(node), inner);
        for (index, clause) in clauses.iter().enumerate() {
            if index > 0 {
                self.expr(inner, &clause.iter);
            }
            self.target(inner, &clause.target);
            self.exprs(inner, &clause.conditions);
        }
        self.exprs(inner, elements.iter().copied());
    }
}

/// Returns the name that an import binds: its alias, or the first part of a dotted module.
pub(super) fn import_binding(item: &ImportItem) -> SmolStr {
    match &item.alias {
        Some(alias) => alias.text.clone(),
        None => item.name.text.split('.').next().unwrap_or_default().into(),
    }
}

/// Returns the value expression of an argument.
pub(super) fn argument_value(argument: &Argument) -> &Expr {
    match argument {
        Argument::Positional(value)
        | Argument::Keyword { value, .. }
        | Argument::Starred(value)
        | Argument::DoubleStarred(value) => value,
    }
}
