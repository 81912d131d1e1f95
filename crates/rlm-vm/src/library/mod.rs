//! The library: one table of everything that programs find, read by the checker, the machine and `help()`.
//!
//! A file of rows per subject; each row is a signature, a line of documentation, and the function itself. What can be
//! said in Sift is said in it: the prelude, and whole modules (`sift`), whose functions stand in the same table.

mod builtins;
mod collections;
mod constructors;
mod context;
mod csv;
pub(crate) mod datetime;
pub(crate) mod decimal;
mod deque;
mod difflib;
mod dispatch;
pub(crate) mod exact;
pub(crate) mod fractions;
mod generators;
mod haystack;
mod help;
pub(crate) mod json;
mod literals;
mod manual;
mod mappings;
mod math;
mod named_tuples;
mod numbers;
mod prelude;
mod queries;
mod refused;
pub(crate) mod regex;
mod scope;
mod search;
mod sequences;
mod sets;
mod slices;
mod strings;
mod table;
mod tokens;
mod toolkit;
mod unicodedata;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use dispatch::Dispatch;
use hashbrown::HashMap;
use prelude::PreludeFunction;
use sift_syntax::{Binding, LibraryScope, Signature};
use smol_str::SmolStr;

use crate::classes::{ClassId, Registry};
use crate::compile::{Globals, Symbols, compile};
use crate::flow::Outcome;
use crate::object::DictKind;
use crate::op::Unit;
use crate::operate::Operators;
use crate::runtime::{Args, CHUNK_SIZE, JOINED, Runtime};
use crate::value::{Type, Value};

pub(crate) use datetime::method_meant;
pub(crate) use dispatch::MethodNumber;
pub(crate) use manual::is_given;
pub use manual::{LibraryExample, library_examples, library_manual, library_paths};
pub use search::{MAX_QUERY_CHARS, MAX_TOP_K};
pub(crate) use table::{Owner, Row};

/// What a library function does: it takes bound arguments and gives a value, or says why not.
///
/// It must not change anything that a program can see before it is sure to end: it may be run again from its start.
pub(crate) type NativeFn = fn(&mut Runtime, &Args) -> Outcome;

/// The whole table, with the indexes that the machine needs.
#[derive(Debug)]
pub(crate) struct Library {
    rows: Vec<Row>,
    methods: HashMap<(Type, &'static str), u32>,
    /// Methods of some kinds of dict alone, by class.
    kin_methods: HashMap<(&'static str, &'static str), u32>,
    /// The same methods for the machine's loop.
    dispatch: Dispatch,
    constructors: HashMap<ClassId, u32>,
    /// The same, by the numbers of the classes; exceptions all have one.
    constructor_rows: Vec<Option<u32>>,
    class_members: HashMap<(ClassId, &'static str), Value>,
    modules: Vec<Module>,
    module_index: HashMap<&'static str, u32>,
    /// Names bound from the start, each with its slot in the builtin table.
    symbols: Symbols,
    builtins: Vec<Value>,
    prelude: Unit,
    prelude_functions: BTreeMap<SmolStr, PreludeFunction>,
    scope: LibraryScope,
    /// The operators of the types that modules define, by type.
    operators: Vec<Option<&'static dyn Operators>>,
}

#[derive(Debug)]
struct Module {
    name: &'static str,
    members: HashMap<&'static str, Value>,
}

impl Library {
    /// Returns the one table of the process.
    pub(crate) fn get() -> &'static Self {
        static LIBRARY: OnceLock<Library> = OnceLock::new();
        LIBRARY.get_or_init(Self::build)
    }

    fn build() -> Self {
        let mut library = Self {
            rows: Vec::new(),
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
            scope: LibraryScope::default(),
            operators: Vec::new(),
        };
        for (kind, operators) in table::operators() {
            library.set_operators(kind, operators);
        }
        library.bind(JOINED, Value::NONE);
        library.bind(CHUNK_SIZE, Value::NONE);
        for class in ClassId::all() {
            if let Some(name) = class.bound_name() {
                library.bind(name, class.value());
            }
        }
        for group in table::groups() {
            for row in group.rows {
                library.add(group.owner, row);
            }
        }
        for (module, member, value) in table::module_values() {
            library.add_module_value(module, member, value);
        }
        for module in Registry::get().modules() {
            for (member, value) in &module.members {
                library.add_module_value(module.name, member, *value);
            }
        }
        for (name, module, member) in table::BOUND_FROM_MODULES {
            if let Some(value) = library.module(module).and_then(|module| match member {
                None => Some(module),
                Some(member) => library.module_member(module, member),
            }) {
                library.bind(name, value);
            }
        }
        library.number_constructors();
        library.dispatch = Dispatch::new(&library.methods, &library.kin_methods, &library.rows);
        library.compile_prelude();
        library.scope = scope::build(&library);
        library
    }

    fn add(&mut self, owner: Owner, entry: &'static table::Entry) {
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

    fn set_operators(&mut self, kind: Type, operators: &'static dyn Operators) {
        let place = kind as usize;
        if place >= self.operators.len() {
            self.operators.resize(place + 1, None);
        }
        if let Some(slot) = self.operators.get_mut(place) {
            *slot = Some(operators);
        }
    }

    /// Returns the operators of a type that a module defines.
    #[inline]
    pub(crate) fn operators(&self, kind: Type) -> Option<&'static dyn Operators> {
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

    fn compile_prelude(&mut self) {
        let source = prelude::source();
        let parsed = sift_syntax::parse(&source);
        debug_assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        self.prelude_functions = prelude::functions(&source, &parsed.program);
        match compile(&parsed.program, Globals::Library(&mut self.symbols)) {
            Ok(unit) => self.prelude = unit,
            Err(error) => debug_assert!(false, "{error}"),
        }
        self.builtins.resize(self.symbols.len(), Value::UNBOUND);
    }

    /// Returns the names that are bound from the start, with their slots.
    pub(crate) const fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    pub(crate) fn prelude(&self) -> &Unit {
        &self.prelude
    }

    pub(crate) fn builtin_values(&self) -> Vec<Value> {
        self.builtins.clone()
    }

    pub(crate) fn builtin_slot(&self, name: &str) -> Option<usize> {
        self.symbols.get(name).map(|slot| slot as usize)
    }

    /// Returns what a value that a session binds is to the checker, if it is a module or a class.
    pub(crate) fn session_binding(&self, value: Value) -> Option<Binding> {
        matches!(value.kind(), Type::Module | Type::Class).then(|| scope::binding(self, value))
    }

    /// Returns what the checker knows of the library.
    pub(crate) fn scope(&self) -> &LibraryScope {
        &self.scope
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the row of a native value.
    pub(crate) fn row(&self, index: usize) -> &Row {
        static NONE: OnceLock<Row> = OnceLock::new();
        self.rows.get(index).unwrap_or_else(|| NONE.get_or_init(Row::none))
    }

    /// Returns the method of all values of a type.
    pub(crate) fn method(&self, kind: Type, name: &str) -> Option<Value> {
        // The key's lifetime is that of the table; a look-up with a shorter one needs the same shape.
        let methods: &HashMap<(Type, &str), u32> = &self.methods;
        methods
            .get(&(kind, name))
            .map(|index| Value::indexed(Type::Native, *index))
    }

    /// Returns the number of a method name, for [`method_numbered`](Self::method_numbered).
    pub(crate) fn method_number(&self, name: &str) -> Option<MethodNumber> {
        self.dispatch.numbers.get(name).copied()
    }

    /// Returns the method of all values of a type, or of a kind of dict, by the number of its name.
    #[inline]
    pub(crate) fn method_numbered(&self, kind: Type, dict: Option<&DictKind>, number: MethodNumber) -> Option<&Row> {
        let row = self.dispatch.row(Dispatch::owner(kind, dict), number)?;
        self.rows.get(row as usize)
    }

    /// Returns the method that dicts of a class have beside those of all dicts.
    pub(crate) fn kin_method(&self, class: &str, name: &str) -> Option<Value> {
        let methods: &HashMap<(&str, &str), u32> = &self.kin_methods;
        methods
            .get(&(class, name))
            .map(|index| Value::indexed(Type::Native, *index))
    }

    /// Returns the names of the methods of a type and a class, in alphabetical order.
    pub(crate) fn method_names(&self, kind: Type, class: &str) -> Vec<SmolStr> {
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

    /// Returns the function that makes instances of a class.
    pub(crate) fn constructor(&self, class: Value) -> Option<&Row> {
        let row = (*self.constructor_rows.get(class.index())?)?;
        self.rows.get(row as usize).filter(|_| class.kind() == Type::Class)
    }

    pub(crate) fn class_member(&self, class: Value, name: &str) -> Option<Value> {
        let class = ClassId::of(class)?;
        if let Some(class) = class.sift().and_then(|class| Registry::get().class(class)) {
            return class.function(name);
        }
        if let Some(member) = datetime::module_member_of_class(self, class, name) {
            return Some(member);
        }
        let members: &HashMap<(ClassId, &str), Value> = &self.class_members;
        let own = || members.get(&(class, name)).copied();
        let kin = || self.kin_method(class.name(), name);
        let unbound = || self.method(class.instance_type()?, name);
        own().or_else(kin).or_else(unbound)
    }

    /// Returns the function that a class has for itself: `datetime.strptime`.
    pub(crate) fn function_of_class(&self, class: ClassId, name: &str) -> Option<Value> {
        let members: &HashMap<(ClassId, &str), Value> = &self.class_members;
        members.get(&(class, name)).copied()
    }

    pub(crate) fn class_name(&self, class: Value) -> &'static str {
        ClassId::of(class).map_or("", ClassId::name)
    }

    pub(crate) fn class_repr(&self, class: Value) -> String {
        ClassId::of(class).map(ClassId::qualified_name).unwrap_or_default()
    }

    pub(crate) fn module(&self, name: &str) -> Option<Value> {
        let modules: &HashMap<&str, u32> = &self.module_index;
        modules.get(name).map(|index| Value::indexed(Type::Module, *index))
    }

    pub(crate) fn module_name(&self, module: Value) -> &'static str {
        self.modules.get(module.index()).map_or("", |module| module.name)
    }

    pub(crate) fn module_member(&self, module: Value, name: &str) -> Option<Value> {
        let members: &HashMap<&str, Value> = &self.modules.get(module.index())?.members;
        let prelude = || self.builtin_slot(&format!("_{}_{name}", self.module_name(module)));
        members
            .get(name)
            .copied()
            .or_else(|| self.builtins.get(prelude()?).copied())
    }

    pub(crate) fn module_members(&self, module: Value) -> Vec<SmolStr> {
        let members = self.modules.get(module.index()).map(|module| &module.members);
        let mut names: Vec<SmolStr> = members
            .into_iter()
            .flatten()
            .map(|(name, _)| SmolStr::new(name))
            .collect();
        names.sort_unstable();
        names
    }

    /// Returns what to use instead of a module that is not provided.
    pub(crate) fn instead_of_module(&self, name: &str) -> Option<String> {
        self.scope
            .refused_modules
            .get(name)
            .map(|instead| instead.help.to_string())
    }

    /// Returns what to do instead of a member that is left out.
    pub(crate) fn instead_of_member(&self, owner: &str, name: &str) -> Option<String> {
        let path = format!("{owner}.{name}");
        self.scope
            .refused_members
            .get(path.as_str())
            .map(|instead| instead.help.to_string())
    }
}

/// Returns all that the language provides and leaves out, as the checker reads it.
///
/// ```
/// use std::collections::BTreeMap;
/// use sift_syntax::{Scope, UnknownNames, check, parse};
/// use rlm_vm::library_scope;
///
/// let session = BTreeMap::new();
/// let scope = Scope { library: library_scope(), session: &session, unknown_names: UnknownNames::Refuse };
/// let refused = check(&parse("import os\n").program, &scope);
/// assert_eq!(refused[0].exception, "ModuleNotFoundError");
/// ```
#[must_use]
pub fn library_scope() -> &'static LibraryScope {
    Library::get().scope()
}

/// Returns the methods of the instances of a class by its name, such as `deque`, in alphabetical order; none where there is no such class.
///
/// ```
/// use rlm_vm::library_methods;
///
/// let names: Vec<_> = library_methods("deque").iter().map(|method| method.name.to_string()).collect();
/// assert!(names.contains(&"popleft".to_owned()) && names.is_sorted());
/// assert!(library_methods("nothing").is_empty());
/// ```
#[must_use]
pub fn library_methods(class: &str) -> Vec<Signature> {
    let library = Library::get();
    let Some(kind) = ClassId::named(class).and_then(ClassId::instance_type) else {
        return Vec::new();
    };
    let method = |name: &SmolStr| {
        let native = library.kin_method(class, name).or_else(|| library.method(kind, name))?;
        Some(library.row(native.index()).signature().clone())
    };
    library.method_names(kind, class).iter().filter_map(method).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::Op;

    #[test]
    fn every_file_compiles_and_uses_no_name_that_nothing_binds() {
        let library = Library::get();
        for module in Registry::get().modules() {
            let compiled = module.unit(library.symbols());
            let defines = |op: &&Op| matches!(op, Op::SetModuleName(_));
            let top = compiled
                .unit
                .codes
                .last()
                .map(|code| code.ops.iter().filter(defines).count());
            let own = compiled.names.len() - module.class_names().count();
            assert_eq!(
                top,
                Some(own),
                "{}: each name is bound once, and no other is used",
                module.name
            );
        }
    }
}
