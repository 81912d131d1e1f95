//! The library table: everything that programs can use, for the static checker, the machine and
//! `help()`. Library functions work on a runtime `R`, which the table does not depend on.
//!
//! [`Library`] is built from [`Parts`]: rows by owner, values of modules, operators of types, and
//! the prelude.

mod dispatch;
mod operators;
pub mod prelude;
mod row;

use std::collections::BTreeMap;

use hashbrown::HashMap;
use sift_abstract::TransferFn;
use sift_compiler::compile::{Globals, Symbols, compile};
use sift_compiler::op::Unit;
use sift_syntax::LibraryScope;
use sift_values::classes::{ClassId, Registry, SiftModule};
use sift_values::object::DictKind;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use self::dispatch::Dispatch;
use crate::runtime::{CHUNK_SIZE, JOINED};

pub use self::dispatch::MethodNumber;
pub use self::operators::{Operators, RoundingMode};
pub use self::prelude::PreludeFunction;
pub use self::row::{Entry, FastPath, Group, NativeFn, Owner, Row, entry, iterating};

/// The input from which a [`Library`] is built.
#[derive(Debug)]
pub struct Parts<'a, R: 'static> {
    /// The library functions written in Rust, grouped by owner.
    pub groups: Vec<&'static Group<R>>,
    /// Members of modules that are not functions, such as constants and classes, as (module, name,
    /// value).
    pub values: Vec<(&'static str, &'static str, Value)>,
    /// Names bound without an import, as (name, module, member). The value is the module itself if
    /// there is no member.
    pub bound: &'static [(&'static str, &'static str, Option<&'static str>)],
    /// Classes that also act as the module of the same name, as in `datetime.timedelta`.
    pub classes_as_modules: &'static [&'static str],
    /// Classes that this build of the library omits. Their names are not bound.
    pub absent_classes: &'static [&'static str],
    /// Modules written in Sift that this build of the library omits.
    pub absent_modules: &'a [&'static str],
    /// The operators of types that library modules define, by type.
    pub operators: &'a [(Type, &'static dyn Operators<R>)],
    /// The source of the prelude: library functions that are written in Sift and need no import.
    pub prelude: &'a str,
    /// The transfer functions of prelude functions, by name. Speculation uses them for calls with
    /// unknown arguments.
    pub prelude_transfers: &'static [(&'static str, TransferFn)],
    /// The function that builds the static checker's view of the library. If `None`, the view is
    /// empty.
    pub scope: Option<fn(&Library<R>) -> LibraryScope>,
}

impl<R> Default for Parts<'_, R> {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            values: Vec::new(),
            bound: &[],
            classes_as_modules: &[],
            absent_classes: &[],
            absent_modules: &[],
            operators: &[],
            prelude: "",
            prelude_transfers: &[],
            scope: None,
        }
    }
}

/// The library table, with indexes for lookups by the machine and the checker.
#[derive(Debug)]
pub struct Library<R: 'static> {
    rows: Vec<Row<R>>,
    /// The row that is returned for invalid row numbers.
    no_row: Row<R>,
    methods: HashMap<(Type, &'static str), u32>,
    /// The row numbers of methods that only one kind of dict has, by class name and method name.
    kin_methods: HashMap<(&'static str, &'static str), u32>,
    /// The index of methods by number, for the machine's loop.
    dispatch: Dispatch,
    constructors: HashMap<ClassId, u32>,
    /// The row numbers of constructors, by class number. All exception classes share one row.
    constructor_rows: Vec<Option<u32>>,
    class_members: HashMap<(ClassId, &'static str), Value>,
    modules: Vec<Module>,
    module_index: HashMap<&'static str, u32>,
    /// The names bound without an import, with their slots in the builtin table.
    symbols: Symbols,
    builtins: Vec<Value>,
    prelude: Unit,
    prelude_functions: BTreeMap<SmolStr, PreludeFunction>,
    prelude_transfers: &'static [(&'static str, TransferFn)],
    scope: LibraryScope,
    /// The operators of types that library modules define, by the number of the type.
    operators: Vec<Option<&'static dyn Operators<R>>>,
    classes_as_modules: &'static [&'static str],
}

/// A library module that programs can import.
#[derive(Debug)]
pub struct Module {
    /// The module's name.
    pub name: &'static str,
    /// The members of the module, by name.
    pub members: HashMap<&'static str, Value>,
}

impl<R: 'static> Library<R> {
    /// Builds the library table from its parts.
    pub fn new(parts: Parts<'_, R>) -> Self {
        let mut library = Self {
            rows: Vec::new(),
            no_row: Row::none(),
            methods: HashMap::new(),
            kin_methods: HashMap::new(),
            dispatch: Dispatch::default(),
            constructors: HashMap::new(),
            constructor_rows: Vec::new(),
            class_members: HashMap::new(),
            modules: Vec::new(),
            module_index: HashMap::new(),
            symbols: Symbols::default(),
            builtins: Vec::new(),
            prelude: Unit::default(),
            prelude_functions: BTreeMap::new(),
            prelude_transfers: parts.prelude_transfers,
            scope: LibraryScope::default(),
            operators: Vec::new(),
            classes_as_modules: parts.classes_as_modules,
        };
        for (kind, operators) in parts.operators {
            library.set_operators(*kind, *operators);
        }
        library.bind(JOINED, Value::NONE);
        library.bind(CHUNK_SIZE, Value::NONE);
        for class in ClassId::all() {
            if let Some(name) = class.bound_name().filter(|name| !parts.absent_classes.contains(name)) {
                library.bind(name, class.value());
            }
        }
        for group in parts.groups {
            for row in group.rows {
                library.add(group.owner, row);
            }
        }
        for (module, member, value) in parts.values {
            library.add_module_value(module, member, value);
        }
        let is_there = |module: &&SiftModule| !parts.absent_modules.contains(&module.name);
        for module in Registry::get().modules().iter().filter(is_there) {
            for (member, value) in &module.members {
                library.add_module_value(module.name, member, *value);
            }
        }
        for (name, module, member) in parts.bound {
            if let Some(value) = library.module(module).and_then(|module| match member {
                None => Some(module),
                Some(member) => library.module_member(module, member),
            }) {
                library.bind(name, value);
            }
        }
        library.number_constructors();
        let with_fast_path = library.rows.iter().filter(|row| row.fast_path.is_some());
        let with_fast_path: Vec<&str> = with_fast_path.map(|row| row.name).collect();
        library.dispatch = Dispatch::new(&library.methods, &library.kin_methods, &with_fast_path);
        library.compile_prelude(parts.prelude);
        if let Some(scope) = parts.scope {
            library.scope = scope(&library);
        }
        library
    }

    fn add(&mut self, owner: Owner, entry: &'static Entry<R>) {
        let Some(row) = Row::new(owner, entry) else {
            debug_assert!(false, "a row's signature can't be read: {}", entry.signature);
            return;
        };
        let index = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let value = Value::indexed(Type::Native, index);
        let name = row.name;
        match owner {
            Owner::Builtin => self.bind(name, value),
            Owner::Method(types) => {
                for kind in types {
                    self.methods.insert((*kind, name), index);
                }
            }
            Owner::Kin(classes) => {
                for class in classes {
                    self.kin_methods.insert((class, name), index);
                }
            }
            Owner::Constructor(class) => {
                if let Some(class) = ClassId::named(class) {
                    self.constructors.insert(class, index);
                }
            }
            Owner::Class(class) => {
                if let Some(class) = ClassId::named(class) {
                    self.class_members.insert((class, name), value);
                }
            }
            Owner::Module(module) => self.add_module_value(module, name, value),
        }
        self.rows.push(row);
    }

    fn set_operators(&mut self, kind: Type, operators: &'static dyn Operators<R>) {
        let place = kind as usize;
        if place >= self.operators.len() {
            self.operators.resize(place + 1, None);
        }
        if let Some(slot) = self.operators.get_mut(place) {
            *slot = Some(operators);
        }
    }

    /// Returns the operators of a type if a library module defines it.
    #[inline]
    pub fn operators(&self, kind: Type) -> Option<&'static dyn Operators<R>> {
        self.operators.get(kind as usize).copied().flatten()
    }

    fn add_module_value(&mut self, module: &'static str, member: &'static str, value: Value) {
        let next = u32::try_from(self.modules.len()).unwrap_or(u32::MAX);
        let index = *self.module_index.entry(module).or_insert_with(|| {
            self.modules.push(Module {
                name: module,
                members: HashMap::new(),
            });
            next
        });
        if let Some(module) = self.modules.get_mut(index as usize) {
            module.members.insert(member, value);
        }
    }

    fn bind(&mut self, name: &str, value: Value) {
        let slot = self.symbols.slot(name) as usize;
        if slot >= self.builtins.len() {
            self.builtins.resize(slot + 1, Value::UNBOUND);
        }
        if let Some(builtin) = self.builtins.get_mut(slot) {
            *builtin = value;
        }
    }

    fn compile_prelude(&mut self, source: &str) {
        let parsed = sift_syntax::parse(source);
        debug_assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        self.prelude_functions = prelude::functions(source, &parsed.program);
        match compile(&parsed.program, Globals::Library(&mut self.symbols)) {
            Ok(unit) => self.prelude = unit,
            Err(error) => debug_assert!(false, "{error}"),
        }
        self.builtins.resize(self.symbols.len(), Value::UNBOUND);
    }

    /// Returns the names bound without an import, with their slots in the builtin table.
    pub const fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// Returns the names bound without an import, with their values.
    pub fn bound_names(&self) -> impl Iterator<Item = (&SmolStr, Value)> {
        let value = |slot: u32| self.builtins.get(slot as usize).copied().unwrap_or(Value::NONE);
        self.symbols.iter().map(move |(slot, name)| (name, value(slot)))
    }

    /// Returns the public functions of the prelude, by name.
    pub const fn prelude_functions(&self) -> &BTreeMap<SmolStr, PreludeFunction> {
        &self.prelude_functions
    }

    /// Returns all library modules.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// Returns the names of a type's methods, with the row numbers of their functions.
    pub fn methods_of(&self, kind: Type) -> impl Iterator<Item = (&'static str, usize)> {
        let methods = self.methods.iter().filter(move |((of, _), _)| *of == kind);
        methods.map(|((_, name), index)| (*name, *index as usize))
    }

    /// Returns the members that are defined for a class itself, with their names.
    pub fn own_members(&self, class: ClassId) -> impl Iterator<Item = (&'static str, Value)> {
        let members = self.class_members.iter().filter(move |((of, _), _)| *of == class);
        members.map(|((_, name), value)| (*name, *value))
    }

    /// Returns the compiled code of the prelude.
    pub fn prelude(&self) -> &Unit {
        &self.prelude
    }

    /// Returns the transfer function of a prelude function, which speculation uses for unknown
    /// arguments.
    pub fn prelude_transfer(&self, name: &str) -> Option<TransferFn> {
        let mut transfers = self.prelude_transfers.iter();
        transfers.find(|(of, _)| *of == name).map(|(_, transfer)| *transfer)
    }

    /// Returns the initial values of the builtin table, by slot. Prelude functions are still
    /// unbound.
    pub(crate) fn builtin_values(&self) -> Vec<Value> {
        self.builtins.clone()
    }

    /// Returns the slot of a name in the builtin table.
    #[inline]
    pub fn builtin_slot(&self, name: &str) -> Option<usize> {
        self.symbols.get(name).map(|slot| slot as usize)
    }

    /// Returns the static checker's view of the library.
    pub fn scope(&self) -> &LibraryScope {
        &self.scope
    }

    /// Returns the rows of all library functions, by row number.
    #[inline]
    pub fn rows(&self) -> &[Row<R>] {
        &self.rows
    }

    /// Returns the row of the library function with this number.
    #[inline]
    pub fn row(&self, index: usize) -> &Row<R> {
        self.rows.get(index).unwrap_or(&self.no_row)
    }

    /// Returns a method as a value, if all values of the type have it.
    pub fn method(&self, kind: Type, name: &str) -> Option<Value> {
        // The key has the lifetime of the table; a lookup with a shorter one needs the same type.
        let methods: &HashMap<(Type, &str), u32> = &self.methods;
        methods
            .get(&(kind, name))
            .map(|index| Value::indexed(Type::Native, *index))
    }

    /// Returns the number of a method name, by which [`method_numbered`](Self::method_numbered)
    /// finds the method.
    pub fn method_number(&self, name: &str) -> Option<MethodNumber> {
        self.dispatch.numbers.get(name).copied()
    }

    /// Returns the row of a method for a type or a kind of dict, by the number of the method name.
    #[inline]
    pub fn method_numbered(&self, kind: Type, dict: Option<&DictKind>, number: MethodNumber) -> Option<&Row<R>> {
        let row = self.dispatch.row(Dispatch::owner(kind, dict), number)?;
        self.rows.get(row as usize)
    }

    /// Returns a method as a value, if only dicts of the given class have it.
    pub fn kin_method(&self, class: &str, name: &str) -> Option<Value> {
        let methods: &HashMap<(&str, &str), u32> = &self.kin_methods;
        methods
            .get(&(class, name))
            .map(|index| Value::indexed(Type::Native, *index))
    }

    /// Returns the sorted names of the methods that values of a type and class have.
    pub fn method_names(&self, kind: Type, class: &str) -> Vec<SmolStr> {
        let of_type = self.methods.keys().filter(|(of, _)| *of == kind).map(|(_, name)| name);
        let of_class = self
            .kin_methods
            .keys()
            .filter(|(of, _)| *of == class)
            .map(|(_, name)| name);
        let mut names: Vec<SmolStr> = of_type.chain(of_class).map(SmolStr::new).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn number_constructors(&mut self) {
        let of_exceptions = ClassId::named("Exception");
        for class in ClassId::all() {
            let made_by = if class.exception().is_some() {
                of_exceptions
            } else {
                Some(class)
            };
            let row = made_by.and_then(|class| self.constructors.get(&class)).copied();
            let place = class.value().index();
            if place >= self.constructor_rows.len() {
                self.constructor_rows.resize(place + 1, None);
            }
            if let Some(slot) = self.constructor_rows.get_mut(place) {
                *slot = row;
            }
        }
    }

    /// Returns the row of the constructor of a class.
    #[inline]
    pub fn constructor(&self, class: Value) -> Option<&Row<R>> {
        let row = (*self.constructor_rows.get(class.index())?)?;
        self.rows.get(row as usize).filter(|_| class.kind() == Type::Class)
    }

    /// Returns an attribute of a class object: a function, a method or a constant.
    pub fn class_member(&self, class: Value, name: &str) -> Option<Value> {
        let class = ClassId::of(class)?;
        if let Some(class) = class.sift().and_then(|class| Registry::get().class(class)) {
            return class.function(name);
        }
        if let Some(member) = self.member_of_its_module(class, name) {
            return Some(member);
        }
        let members: &HashMap<(ClassId, &str), Value> = &self.class_members;
        let own = || members.get(&(class, name)).copied();
        let kin = || self.kin_method(class.name(), name);
        let unbound = || self.method(class.instance_type()?, name);
        own().or_else(kin).or_else(unbound)
    }

    /// Returns a member of the module that a class also acts as, such as `datetime`. Attributes of
    /// the class itself take precedence.
    fn member_of_its_module(&self, class: ClassId, name: &str) -> Option<Value> {
        if !self.classes_as_modules.contains(&class.name()) || self.function_of_class(class, name).is_some() {
            return None;
        }
        self.module_member(self.module(class.name())?, name)
    }

    /// Returns a function defined for the class itself, such as `datetime.strptime`.
    pub fn function_of_class(&self, class: ClassId, name: &str) -> Option<Value> {
        let members: &HashMap<(ClassId, &str), Value> = &self.class_members;
        members.get(&(class, name)).copied()
    }

    /// Returns the unqualified name of a class, or an empty name for other values.
    pub fn class_name(&self, class: Value) -> &'static str {
        ClassId::of(class).map_or("", ClassId::name)
    }

    pub(crate) fn class_repr(&self, class: Value) -> String {
        ClassId::of(class).map(ClassId::qualified_name).unwrap_or_default()
    }

    /// Returns the library module with this name, as a value.
    pub fn module(&self, name: &str) -> Option<Value> {
        let modules: &HashMap<&str, u32> = &self.module_index;
        modules.get(name).map(|index| Value::indexed(Type::Module, *index))
    }

    /// Returns the name of a module value, or an empty name for other values.
    pub fn module_name(&self, module: Value) -> &'static str {
        self.modules.get(module.index()).map_or("", |module| module.name)
    }

    /// Returns a member of a module by name. If it is implemented in the prelude, returns the
    /// prelude function `_MODULE_NAME`.
    pub fn module_member(&self, module: Value, name: &str) -> Option<Value> {
        let members: &HashMap<&str, Value> = &self.modules.get(module.index())?.members;
        let prelude = || self.builtin_slot(&format!("_{}_{name}", self.module_name(module)));
        members
            .get(name)
            .copied()
            .or_else(|| self.builtins.get(prelude()?).copied())
    }

    /// Returns the names of a module's members, sorted.
    pub fn module_members(&self, module: Value) -> Vec<SmolStr> {
        let members = self.modules.get(module.index()).map(|module| &module.members);
        let mut names: Vec<SmolStr> = members
            .into_iter()
            .flatten()
            .map(|(name, _)| SmolStr::new(name))
            .collect();
        names.sort_unstable();
        names
    }

    /// Returns a hint about what to use instead of a Python module that the library does not have.
    pub(crate) fn instead_of_module(&self, name: &str) -> Option<String> {
        self.scope
            .refused_modules
            .get(name)
            .map(|instead| instead.help.to_string())
    }

    /// Returns a hint about what to use instead of a Python function that the library does not
    /// have.
    pub(crate) fn instead_of_member(&self, owner: &str, name: &str) -> Option<String> {
        let path = format!("{owner}.{name}");
        self.scope
            .refused_members
            .get(path.as_str())
            .map(|instead| instead.help.to_string())
    }
}
