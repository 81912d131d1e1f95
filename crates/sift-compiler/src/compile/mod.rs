//! Compilation of the syntax tree to flat ops.
//!
//! Names are resolved to slots first (`scopes`). Then each function, nested functions included,
//! becomes one [`Code`] in one pass over its statements. Every construct that the checker accepts
//! can be compiled.

mod exceptions;
mod expressions;
mod fuse;
mod scopes;
mod statements;

use fuse::fuse;
use hashbrown::HashMap;
use scopes::{Place, ScopeId, ScopeKind, Scopes, Variable};
use sift_syntax::ast::{Name, Params, Program};
use sift_syntax::{ParamKind, Span};
use smol_str::SmolStr;

use crate::op::{Code, CodeKind, Const, Op, ParamSpec, Unit};

/// The error for a program that exceeds the operand range of an instruction, for example one with
/// more than 65,535 variables in a function or arguments in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many {what} in one {place}: at most {most}")]
pub struct TooLarge {
    /// The kind of item of which the program has too many, for example variables.
    pub what: &'static str,
    /// The construct that contains too many items, for example a function.
    pub place: &'static str,
    /// The maximum number of items in the construct.
    pub most: usize,
    /// The position in the source at which the limit is exceeded.
    pub span: Span,
}

/// The names of a session's global variables, each with its slot.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    names: Vec<SmolStr>,
    slots: HashMap<SmolStr, u32>,
}

impl Symbols {
    /// Returns the slot of `name`, and allocates one on the first use.
    pub fn slot(&mut self, name: &str) -> u32 {
        if let Some(&slot) = self.slots.get(name) {
            return slot;
        }
        let slot = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.into());
        self.slots.insert(name.into(), slot);
        slot
    }

    /// Returns the slot of `name`, or `None` if it has none.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.slots.get(name).copied()
    }

    /// Returns the name of a slot, or `None` if the slot doesn't exist.
    pub fn name(&self, slot: u32) -> Option<&SmolStr> {
        self.names.get(slot as usize)
    }

    /// Returns the slots in ascending order, each with its name.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &SmolStr)> {
        (0..).zip(&self.names)
    }

    /// Returns the number of slots, each of which holds a global variable.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns `true` if no global variable has a slot.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// The symbol tables in which the compiler resolves global names: names that no function binds.
pub enum Globals<'a> {
    /// The table of the session's global variables, for a program.
    Program(&'a mut Symbols),
    /// The library's own table, for the prelude. The prelude's functions are added to it. Programs
    /// can't change it.
    Library(&'a mut Symbols),
    /// The tables for a library module: the module's own names are looked up first, then those of
    /// the library.
    Module {
        /// The names that the module binds.
        own: &'a mut Symbols,
        /// The names in the library's own table.
        library: &'a Symbols,
    },
}

/// Compiles a checked program. The last code of the unit is the top level.
///
/// # Errors
/// [`TooLarge`] if a function has more variables, or a call more arguments, than an instruction can
/// address.
pub fn compile(program: &Program, globals: Globals<'_>) -> Result<Unit, TooLarge> {
    let scopes = Scopes::of(program);
    let mut compiler = Compiler {
        scopes: &scopes,
        globals,
        codes: Vec::new(),
        function: Function::new("<module>".into(), CodeKind::Module, 0),
        outer: Vec::new(),
    };
    compiler.module(&program.body)?;
    let module = compiler.function.finish();
    compiler.codes.push(module);
    Ok(Unit { codes: compiler.codes })
}

/// A block around the current statement that a jump out of it, such as `return`, has to unwind.
enum Enclosing<'a> {
    /// A loop. `for` loops keep their iterator on the stack.
    Loop {
        has_iterator: bool,
        start: usize,
        breaks: Vec<usize>,
    },
    /// A block that is guarded by exception handlers.
    Guard,
    /// A `try` block with a `finally` block.
    Finally {
        /// The slot that records why the `finally` block was entered.
        reason: u16,
        /// The indices of the jumps into the `finally` block.
        entries: Vec<usize>,
        /// The jumps (`break`, `continue`, `return`) that the `finally` block resumes, in the order
        /// of their numbers.
        exits: Vec<statements::Exit>,
    },
    /// The body of an `except … as name` clause. The name is deleted at the end of the clause.
    ExceptName(&'a Name),
}

/// The state of the compilation of one function.
struct Function<'a> {
    code: Code,
    scope: ScopeId,
    slots: HashMap<Variable, u16>,
    const_index: HashMap<ConstKey, u32>,
    name_index: HashMap<SmolStr, u32>,
    enclosing: Vec<Enclosing<'a>>,
    /// The slots of the exceptions that are being handled, for a bare `raise`.
    handled: Vec<u16>,
    span: Span,
    too_large: Option<TooLarge>,
}

/// The key by which equal constants are stored once. Floats are compared by their bits.
#[derive(PartialEq, Eq, Hash)]
enum ConstKey {
    Int(i64),
    Float(u64),
    Str(SmolStr),
}

impl<'a> Function<'a> {
    fn new(name: SmolStr, kind: CodeKind, scope: ScopeId) -> Self {
        Self {
            code: Code {
                qualified_name: name.clone(),
                name,
                kind,
                params: ParamSpec::default(),
                locals: 0,
                local_names: Vec::new(),
                ops: Vec::new(),
                spans: Vec::new(),
                consts: Vec::new(),
                names: Vec::new(),
            },
            scope,
            slots: HashMap::new(),
            const_index: HashMap::new(),
            name_index: HashMap::new(),
            enclosing: Vec::new(),
            handled: Vec::new(),
            span: Span::default(),
            too_large: None,
        }
    }

    fn finish(mut self) -> Code {
        fuse(&mut self.code.ops);
        self.code
    }

    fn new_slot(&mut self, name: &str) -> u16 {
        let slot = u16::try_from(self.code.locals).unwrap_or_else(|_| {
            self.refuse("variables", "function", usize::from(u16::MAX));
            u16::MAX
        });
        self.code.locals += 1;
        self.code.local_names.push(name.into());
        slot
    }

    fn slot_of(&mut self, variable: Variable) -> u16 {
        if let Some(&slot) = self.slots.get(&variable) {
            return slot;
        }
        let slot = self.new_slot(&variable.1);
        self.slots.insert(variable, slot);
        slot
    }

    fn refuse(&mut self, what: &'static str, place: &'static str, most: usize) {
        self.too_large.get_or_insert(TooLarge {
            what,
            place,
            most,
            span: self.span,
        });
    }

    /// Converts a count to 16 bits. Reports the program as too large if the count doesn't fit.
    fn count(&mut self, count: usize, what: &'static str, place: &'static str) -> u16 {
        u16::try_from(count).unwrap_or_else(|_| {
            self.refuse(what, place, usize::from(u16::MAX));
            u16::MAX
        })
    }

    fn emit(&mut self, op: Op) -> usize {
        self.code.ops.push(op);
        self.code.spans.push(self.span);
        self.code.ops.len() - 1
    }

    /// Returns the index of the next op. The index fits into 32 bits, because sources are at most
    /// 256 KiB.
    fn here(&self) -> u32 {
        u32::try_from(self.code.ops.len()).unwrap_or(u32::MAX)
    }

    /// Sets the target of the jump at index `at` to the index of the next op.
    fn land(&mut self, at: usize) {
        let here = self.here();
        if let Some(
            Op::Jump(target)
            | Op::JumpIfFalse(target)
            | Op::JumpIfTrue(target)
            | Op::JumpIfFalseOrPop(target)
            | Op::JumpIfTrueOrPop(target)
            | Op::Next(target)
            | Op::Forward(target)
            | Op::PushHandler { target, .. },
        ) = self.code.ops.get_mut(at)
        {
            *target = here;
        }
    }

    fn add_const(&mut self, value: Const) -> u32 {
        let key = match &value {
            Const::Int(int) => Some(ConstKey::Int(*int)),
            Const::Float(float) => Some(ConstKey::Float(float.to_bits())),
            Const::Str(text) => Some(ConstKey::Str(text.clone())),
            Const::BigInt(_) | Const::Names(_) => None,
        };
        let next = u32::try_from(self.code.consts.len()).unwrap_or(u32::MAX);
        let Some(key) = key else {
            self.code.consts.push(value);
            return next;
        };
        let consts = &mut self.code.consts;
        *self.const_index.entry(key).or_insert_with(|| {
            consts.push(value);
            next
        })
    }

    fn add_name(&mut self, name: &SmolStr) -> u32 {
        let next = u32::try_from(self.code.names.len()).unwrap_or(u32::MAX);
        let names = &mut self.code.names;
        *self.name_index.entry(name.clone()).or_insert_with(|| {
            names.push(name.clone());
            next
        })
    }

    fn emit_const(&mut self, value: Const) {
        let index = self.add_const(value);
        self.emit(Op::Const(index));
    }
}

struct Compiler<'a, 'g> {
    scopes: &'a Scopes,
    globals: Globals<'g>,
    codes: Vec<Code>,
    /// The function that is being compiled.
    function: Function<'a>,
    /// The functions around the one that is being compiled, innermost last.
    outer: Vec<Function<'a>>,
}

impl<'a> Compiler<'a, '_> {
    fn emit(&mut self, op: Op) -> usize {
        self.function.emit(op)
    }

    fn at(&mut self, span: Span) {
        self.function.span = span;
    }

    /// Emits the code of a function and the op that creates the function object.
    ///
    /// The tuples of positional and keyword-only defaults are already on the stack.
    fn function(
        &mut self,
        name: SmolStr,
        scope: ScopeId,
        params: &Params,
        body: impl FnOnce(&mut Self) -> Result<(), TooLarge>,
    ) -> Result<(), TooLarge> {
        let generator = self.scopes.get(scope).is_some_and(|scope| scope.yields);
        let kind = if generator {
            CodeKind::Generator
        } else {
            CodeKind::Function
        };
        let span = self.function.span;
        let outer = std::mem::replace(&mut self.function, Function::new(name, kind, scope));
        if outer.code.kind != CodeKind::Module {
            let qualified = format!("{}.<locals>.{}", outer.code.qualified_name, self.function.code.name);
            self.function.code.qualified_name = qualified.into();
        }
        self.outer.push(outer);
        self.function.span = span;
        self.declare_params(scope, params);
        self.declare_variables(scope);
        body(self)?;
        self.function.emit(Op::None);
        self.function.emit(Op::Return);
        let outer = self
            .outer
            .pop()
            .unwrap_or_else(|| Function::new("".into(), CodeKind::Module, 0));
        let inner = std::mem::replace(&mut self.function, outer);
        if let Some(error) = inner.too_large {
            return Err(error);
        }
        self.codes.push(inner.finish());
        self.make_closure(scope);
        let index = u32::try_from(self.codes.len() - 1).unwrap_or(u32::MAX);
        self.emit(Op::MakeFunction(index));
        Ok(())
    }

    /// Assigns the first slots to the parameters: positional, keyword-only, `*args`, `**kwargs`.
    fn declare_params(&mut self, scope: ScopeId, params: &Params) {
        let of_kind = |wanted: &[ParamKind]| {
            let wanted = wanted.to_vec();
            params
                .items
                .iter()
                .filter(move |param| wanted.contains(&param.kind))
                .map(|param| param.name.text.clone())
        };
        let positional_only = of_kind(&[ParamKind::PositionalOnly]).count();
        let positional: Vec<_> = of_kind(&[ParamKind::PositionalOnly, ParamKind::Positional]).collect();
        let spec = ParamSpec {
            positional_only,
            positional: positional.len(),
            names: positional
                .into_iter()
                .chain(of_kind(&[ParamKind::KeywordOnly]))
                .collect(),
            var_args: of_kind(&[ParamKind::VarArgs]).next().is_some(),
            var_keywords: of_kind(&[ParamKind::VarKeywords]).next().is_some(),
        };
        let in_slot_order = spec
            .names
            .iter()
            .cloned()
            .chain(of_kind(&[ParamKind::VarArgs]))
            .chain(of_kind(&[ParamKind::VarKeywords]))
            .collect::<Vec<_>>();
        for name in in_slot_order {
            self.function.slot_of((scope, name));
        }
        self.function.code.params = spec;
    }

    /// Assigns slots to the closure's cells and the function's own variables. Emits code that wraps
    /// captured variables in cells.
    fn declare_variables(&mut self, scope: ScopeId) {
        let Some(scope_data) = self.scopes.get(scope) else {
            return;
        };
        for variable in &scope_data.free {
            self.function.slot_of(variable.clone());
        }
        for name in &scope_data.bound {
            let slot = match self.scopes.place(scope, name) {
                Place::Variable(variable) if variable.0 == scope => self.function.slot_of(variable),
                _ => continue,
            };
            if scope_data.cells.contains(name) {
                self.function.emit(Op::MakeCell(slot));
            }
        }
    }

    /// Emits code that pushes the tuple of the cells that the function of `scope` captures.
    fn make_closure(&mut self, scope: ScopeId) {
        let free = self.scopes.get(scope).map(|scope| &scope.free);
        for variable in free.into_iter().flatten() {
            let slot = self.function.slot_of(variable.clone());
            self.function.emit(Op::PushCell(slot));
        }
        let count = free.map_or(0, |free| free.len());
        let count = u32::from(self.function.count(count, "captured variables", "function"));
        self.function.emit(Op::BuildTuple(count));
    }

    /// Returns `true` if the variable's slot holds a cell, because a nested function captures the
    /// variable.
    fn is_cell(&self, variable: &Variable) -> bool {
        self.scopes
            .get(variable.0)
            .is_some_and(|scope| scope.cells.contains(&variable.1))
    }

    fn load(&mut self, name: &SmolStr) {
        match self.scopes.place(self.function.scope, name) {
            Place::Variable(variable) => {
                let is_cell = self.is_cell(&variable);
                let slot = self.function.slot_of(variable);
                self.emit(if is_cell { Op::CellValue(slot) } else { Op::Local(slot) });
            }
            Place::Global => {
                let op = match &mut self.globals {
                    Globals::Program(symbols) => Op::Global(symbols.slot(name)),
                    Globals::Library(symbols) => Op::Builtin(symbols.slot(name)),
                    Globals::Module { own, library } => match (own.get(name), library.get(name)) {
                        (None, Some(slot)) => Op::Builtin(slot),
                        _ => Op::ModuleName(own.slot(name)),
                    },
                };
                self.emit(op);
            }
        }
    }

    fn store(&mut self, name: &SmolStr) {
        match self.scopes.place(self.function.scope, name) {
            Place::Variable(variable) => {
                let is_cell = self.is_cell(&variable);
                let slot = self.function.slot_of(variable);
                self.emit(if is_cell { Op::SetCell(slot) } else { Op::SetLocal(slot) });
            }
            Place::Global => {
                let op = match &mut self.globals {
                    Globals::Program(symbols) => Op::SetGlobal(symbols.slot(name)),
                    Globals::Library(symbols) => Op::SetBuiltin(symbols.slot(name)),
                    Globals::Module { own, .. } => Op::SetModuleName(own.slot(name)),
                };
                self.emit(op);
            }
        }
    }

    fn delete(&mut self, name: &SmolStr) {
        match self.scopes.place(self.function.scope, name) {
            Place::Variable(variable) => {
                let is_cell = self.is_cell(&variable);
                let slot = self.function.slot_of(variable);
                self.emit(if is_cell {
                    Op::DeleteCell(slot)
                } else {
                    Op::DeleteLocal(slot)
                });
            }
            Place::Global => {
                let (Globals::Program(symbols) | Globals::Library(symbols) | Globals::Module { own: symbols, .. }) =
                    &mut self.globals;
                let slot = symbols.slot(name);
                self.emit(Op::DeleteGlobal(slot));
            }
        }
    }

    /// Enters the scope of a comprehension and returns the previous scope. The variables of the
    /// comprehension are slots in the current function's frame. The captured ones get new cells.
    fn enter_comprehension(&mut self, scope: ScopeId) -> ScopeId {
        let around = std::mem::replace(&mut self.function.scope, scope);
        debug_assert_eq!(
            self.scopes.get(scope).map(|scope| scope.kind),
            Some(ScopeKind::Comprehension)
        );
        if let Some(scope_data) = self.scopes.get(scope) {
            for name in &scope_data.cells {
                let slot = self.function.slot_of((scope, name.clone()));
                self.emit(Op::ClearLocal(slot));
                self.emit(Op::MakeCell(slot));
            }
        }
        around
    }
}
