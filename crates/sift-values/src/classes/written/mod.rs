//! Library modules written in Sift. The file `NAME.sift` next to this one is the module `NAME`.
//!
//! A definition without a leading underscore is a member of its module: a function by its `def`,
//! documented by the comment above it, or a constant by its assignment. A class consists of the
//! functions whose names begin with its name and two underscores: `def Cursor__init(self, text)`,
//! `def Cursor__read(self)`. See `docs/values.md`.
//!
//! A file is scanned for definitions when the library is built, which takes microseconds. It is
//! parsed and compiled at its first use in the process. Its statements run in each session that
//! uses it.

mod scan;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use scan::{Found, definitions};
use sift_compiler::compile::{Globals, Symbols, compile};
use sift_compiler::op::Unit;
use sift_syntax::Signature;
use sift_syntax::ast::{Program, StmtKind, Target};
use smol_str::SmolStr;

use super::ClassId;
use crate::value::{Type, Value};

/// Whether a module imitates CPython's modules in C or in Python, in its type names and its error
/// messages for invalid arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The style of CPython's modules written in C. For example, the type of `itertools.count()` is
    /// called `itertools.count`.
    C,
    /// The style of CPython's modules written in Python.
    Python,
}

/// The source file of a library module written in Sift.
struct File {
    /// The name of the module.
    name: &'static str,
    style: Style,
    /// Members that CPython implements in Python although the rest of the module is in C.
    in_python: &'static [&'static str],
    source: &'static str,
}

const fn file(name: &'static str, style: Style, source: &'static str) -> File {
    File {
        name,
        style,
        in_python: &[],
        source,
    }
}

/// The source files of all library modules written in Sift.
const FILES: &[File] = &[
    file("asyncio", Style::Python, include_str!("asyncio.sift")),
    file("bisect", Style::C, include_str!("bisect.sift")),
    file("collections", Style::Python, include_str!("collections.sift")),
    file("decimal", Style::C, include_str!("decimal.sift")),
    File {
        in_python: &["partialmethod", "lru_cache", "cache"],
        ..file("functools", Style::C, include_str!("functools.sift"))
    },
    File {
        in_python: &["merge", "nlargest", "nsmallest"],
        ..file("heapq", Style::C, include_str!("heapq.sift"))
    },
    File {
        in_python: &["DictReader", "DictWriter"],
        ..file("csv", Style::C, include_str!("csv.sift"))
    },
    file("datetime", Style::C, include_str!("datetime.sift")),
    file("difflib", Style::Python, include_str!("difflib.sift")),
    file("io", Style::C, include_str!("io.sift")),
    file("itertools", Style::C, include_str!("itertools.sift")),
    file("json", Style::Python, include_str!("json.sift")),
    file("operator", Style::C, include_str!("operator.sift")),
    file("statistics", Style::Python, include_str!("statistics.sift")),
    file("string", Style::Python, include_str!("string.sift")),
    file("textwrap", Style::Python, include_str!("textwrap.sift")),
    file("typing", Style::Python, include_str!("typing.sift")),
];

/// A library module written in Sift.
#[derive(Debug)]
pub struct SiftModule {
    /// The name by which programs import the module.
    pub name: &'static str,
    style: Style,
    in_python: &'static [&'static str],
    /// The source text of the module, in Sift.
    pub source: &'static str,
    /// The public members of the module: functions, constants and classes.
    pub members: BTreeMap<&'static str, Value>,
    classes: Vec<usize>,
    compiled: OnceLock<ModuleUnit>,
}

/// The compiled code of a library module, and the names it binds. Each session allocates its own
/// slots for the names.
#[derive(Debug, Default)]
pub struct ModuleUnit {
    /// The compiled code of the module's statements and functions.
    pub unit: Unit,
    /// The names that the module binds, with their slots within the module.
    pub names: Symbols,
}

/// Whether a definition in a library module is a function, a method or a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionKind {
    /// A function of the module, or of a class if it takes no instance.
    Function,
    /// A function of a class whose first parameter is an instance.
    Method,
    /// A constant that the module assigns.
    Constant,
}

/// A function, method or constant defined in the file of a library module.
#[derive(Debug)]
pub struct Definition {
    /// The number of the module that contains the definition.
    pub module: usize,
    /// The name that the definition has in the file.
    name: &'static str,
    /// Whether the definition is a function, a method or a constant.
    pub kind: DefinitionKind,
    /// The name of the definition as programs see it, without the class.
    pub shown: &'static str,
    /// The number of the class that the definition belongs to, or `None` for a member of the
    /// module.
    pub class: Option<usize>,
    /// The parameters of the function as programs see them, without the instance.
    pub signature: Signature,
    /// The comment above the definition, or an empty text if there is none.
    pub doc: SmolStr,
}

/// Whether a function in a library module belongs to the module itself or to a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionOwner {
    /// The function belongs to the module itself.
    Module,
    /// The function is a method or another function of a class.
    Class,
    /// The function creates instances of a class, or implements calls of instances.
    Constructor,
}

/// What a compiled function of a library module is to programs: its name, owner and style.
#[derive(Debug, Clone)]
pub struct Role {
    /// The name of the function as programs see it.
    pub shown: SmolStr,
    /// The number of the function's definition, or `None` for an internal helper function.
    pub definition: Option<usize>,
    /// The class of the generators that the function creates, or `None` for plain generators.
    pub generates: Option<ClassId>,
    /// The style of the function's error messages for invalid arguments.
    pub style: Style,
    /// Whether the function belongs to the module or to a class.
    pub owner: DefinitionOwner,
    /// The name of the module that contains the function.
    pub module: &'static str,
}

/// A class of a library module that is written in Sift.
#[derive(Debug)]
pub struct SiftClass {
    /// The class's name without its module.
    pub name: &'static str,
    /// The class's name with its module.
    pub qualified_name: String,
    /// The number of the module that contains the class.
    pub module: usize,
    /// The numbers of the class's definitions, by name. The machine calls special ones, such as
    /// `init` and `iter`.
    functions: BTreeMap<&'static str, usize>,
}

/// All library modules written in Sift, with their definitions and classes.
#[derive(Debug, Default)]
pub struct Registry {
    modules: Vec<SiftModule>,
    definitions: Vec<Definition>,
    classes: Vec<SiftClass>,
}

/// The special functions of classes, with their names in Python. The machine calls them; programs
/// can't access them as attributes under these names.
const SPECIAL: &[(&str, &str)] = &[
    ("init", "__init__"),
    ("new", "__new__"),
    ("call", "__call__"),
    ("iter", "__iter__"),
    ("len", "__len__"),
    ("lt", "__lt__"),
    ("le", "__le__"),
    ("gt", "__gt__"),
    ("ge", "__ge__"),
    ("eq", "__eq__"),
    ("ne", "__ne__"),
    ("getitem", "__getitem__"),
    ("setitem", "__setitem__"),
    ("delitem", "__delitem__"),
    ("contains", "__contains__"),
];

/// Functions that CPython's classes inherit, with the name of the class that defines them. Error
/// messages use that name.
const INHERITED: &[(&str, &str)] = &[
    ("ChainMap__items", "Mapping.items"),
    ("ChainMap__keys", "Mapping.keys"),
    ("ChainMap__setdefault", "MutableMapping.setdefault"),
    ("ChainMap__update", "MutableMapping.update"),
    ("ChainMap__values", "Mapping.values"),
];

/// The name prefix of functions that compute an attribute of an instance.
const PROPERTY: &str = "property_";

impl Registry {
    /// Returns the registry of library modules written in Sift, which the whole process shares.
    pub fn get() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(|| {
            let mut registry = Self::default();
            for file in FILES {
                registry.add_module(file);
            }
            registry
        })
    }

    /// Returns all library modules written in Sift, in the order of their numbers.
    pub fn modules(&self) -> &[SiftModule] {
        &self.modules
    }

    /// Returns the library definition that a value of [`Type::Provided`] refers to, or `None` for
    /// other values.
    pub fn definition(&self, value: Value) -> Option<&Definition> {
        self.definitions
            .get(value.index())
            .filter(|_| value.kind() == Type::Provided)
    }

    /// Returns all functions in library modules that programs can call, as the numbers of their
    /// definitions and their qualified names. A constructor has the name of its class.
    pub fn functions(&self) -> impl Iterator<Item = (usize, String)> {
        let named = self.definitions.iter().enumerate();
        named.filter_map(|(number, definition)| Some((number, self.name_for_programs(definition)?)))
    }

    fn name_for_programs(&self, definition: &Definition) -> Option<String> {
        let module = self.module(definition.module)?.name;
        let Some(class) = definition.class else {
            let is_found = definition.kind != DefinitionKind::Constant && !definition.name.starts_with('_');
            return is_found.then(|| format!("{module}.{}", definition.name));
        };
        let class = self.class(class)?;
        if matches!(definition.shown, "init" | "new") {
            let is_found = !class.name.starts_with('_');
            return is_found.then(|| format!("{module}.{}", class.name));
        }
        class.function(definition.shown)?;
        Some(format!("{module}.{}.{}", class.name, definition.shown))
    }

    /// Returns the class with this number among the library classes written in Sift.
    pub fn class(&self, class: usize) -> Option<&SiftClass> {
        self.classes.get(class)
    }

    /// Returns the number of the class with this name in a library module.
    pub(crate) fn class_named(&self, module: &str, name: &str) -> Option<usize> {
        let of_module = |class: &SiftClass| {
            self.module(class.module)
                .is_some_and(|module_of| module_of.name == module)
        };
        self.classes
            .iter()
            .position(|class| class.name == name && of_module(class))
    }

    /// Returns the module with this number among the library modules written in Sift.
    pub fn module(&self, module: usize) -> Option<&SiftModule> {
        self.modules.get(module)
    }

    /// Returns the role of a compiled function, given the number of its library module and its name
    /// in the file.
    pub fn role(&self, module: usize, name: &SmolStr) -> Role {
        let style = self.modules.get(module).map_or(Style::Python, |module| {
            let owner = split_class(name).map_or(name.as_str(), |(class, _)| class);
            let in_python = module.in_python.contains(&owner);
            if in_python { Style::Python } else { module.style }
        });
        let is_known = |definition: &&Definition| definition.module == module && definition.name == name;
        let number = self.definitions.iter().position(|definition| is_known(&definition));
        let definition = number.and_then(|number| self.definitions.get(number));
        let owner = match definition.and_then(|definition| Some((definition, self.class(definition.class?)?))) {
            None => DefinitionOwner::Module,
            Some((definition, _)) if matches!(definition.shown, "init" | "new" | "call") => {
                DefinitionOwner::Constructor
            }
            Some(_) => DefinitionOwner::Class,
        };
        let of_class = definition.filter(|definition| definition.kind == DefinitionKind::Function);
        Role {
            shown: shown_name(name, style),
            definition: number,
            generates: of_class.and_then(|definition| definition.class).map(ClassId::of_sift),
            style,
            owner,
            module: self.module(module).map_or("", |module| module.name),
        }
    }

    fn add_module(&mut self, file: &File) {
        let number = self.modules.len();
        let mut module = SiftModule {
            name: file.name,
            style: file.style,
            in_python: file.in_python,
            source: file.source,
            members: BTreeMap::new(),
            classes: Vec::new(),
            compiled: OnceLock::new(),
        };
        for found in definitions(file.source) {
            let alias = found.alias.and_then(|alias| module.members.get(alias).copied());
            if let Some(member) = alias.filter(|_| !found.name.starts_with('_')) {
                module.members.insert(found.name, member);
                continue;
            }
            let Some((class, function)) = split_class(found.name) else {
                if !found.name.starts_with('_') {
                    let member = self.add_definition(number, None, found.name, &found);
                    module.members.insert(found.name, member);
                }
                continue;
            };
            let class = self.class_of_module(&mut module, number, class);
            let value = self.add_definition(number, Some(class), function, &found);
            if let Some(class) = self.classes.get_mut(class) {
                class.functions.insert(function, value.index());
            }
        }
        self.modules.push(module);
    }

    fn class_of_module(&mut self, module: &mut SiftModule, number: usize, name: &'static str) -> usize {
        let known = module
            .classes
            .iter()
            .copied()
            .find(|class| self.classes.get(*class).is_some_and(|class| class.name == name));
        known.unwrap_or_else(|| {
            self.classes.push(SiftClass {
                name,
                qualified_name: format!("{}.{name}", module.shown_for(name)),
                module: number,
                functions: BTreeMap::new(),
            });
            let class = self.classes.len() - 1;
            module.classes.push(class);
            if !name.starts_with('_') {
                module.members.insert(name, class_value(class));
            }
            class
        })
    }

    fn add_definition(
        &mut self,
        module: usize,
        class: Option<usize>,
        shown: &'static str,
        found: &Found<'static>,
    ) -> Value {
        let index = u32::try_from(self.definitions.len()).unwrap_or(u32::MAX);
        let mut signature = found.signature.clone();
        let is_method = class.is_some() && signature.params.first().is_some_and(|param| param.name == "self");
        if is_method {
            signature.params.remove(0);
        }
        signature.name = shown.into();
        let kind = match (found.is_function, is_method) {
            (false, _) => DefinitionKind::Constant,
            (true, true) => DefinitionKind::Method,
            (true, false) => DefinitionKind::Function,
        };
        self.definitions.push(Definition {
            module,
            name: found.name,
            kind,
            shown,
            class,
            signature,
            doc: found.doc.clone(),
        });
        Value::indexed(Type::Provided, index)
    }
}

/// Splits the name of a class's function, such as `Cursor__read`, into the names of the class and
/// the function.
fn split_class(name: &str) -> Option<(&str, &str)> {
    let at = name.find("__").filter(|at| *at > 0)?;
    Some((name.get(..at)?, name.get(at + 2..)?))
}

/// Returns the name of a library function as programs see it, such as `Cursor.read` for
/// `Cursor__read`.
fn shown_name(name: &str, style: Style) -> SmolStr {
    if let Some((_, shown)) = INHERITED.iter().find(|(inherited, _)| *inherited == name) {
        return (*shown).into();
    }
    let Some((class, function)) = split_class(name) else {
        return name.into();
    };
    match SPECIAL.iter().find(|(special, _)| *special == function) {
        Some(("new", _)) => class.into(),
        Some(("init" | "call", _)) if style == Style::C => class.into(),
        Some((_, python)) => format!("{class}.{python}").into(),
        None => format!("{class}.{function}").into(),
    }
}

impl SiftClass {
    /// Returns the function that the class defines under this name, including special ones such as
    /// `init`.
    pub fn special(&self, name: &str) -> Option<Value> {
        let functions: &BTreeMap<&str, usize> = &self.functions;
        functions.get(name).map(|index| provided(*index))
    }

    /// Returns the name of the function that computes this attribute of an instance, if the class
    /// has one.
    pub fn property(&self, name: &str) -> Option<&'static str> {
        self.functions
            .keys()
            .find(|function| function.strip_prefix(PROPERTY) == Some(name))
            .copied()
    }

    /// Returns the method that programs can access by this name, if the class has one.
    pub fn function(&self, name: &str) -> Option<Value> {
        let is_special = SPECIAL.iter().any(|(special, _)| *special == name) || name.starts_with(PROPERTY);
        match is_special || name.starts_with('_') {
            true => None,
            false => self.special(name),
        }
    }

    /// Returns the names and values of the class's methods that programs can access.
    pub fn functions(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.functions
            .iter()
            .filter(|(name, _)| self.function(name).is_some())
            .map(|(name, index)| (*name, provided(*index)))
    }

    /// Returns `true` if CPython implements this class in Python, so that instances accept
    /// assignments to their attributes.
    pub fn is_python(&self) -> bool {
        Registry::get()
            .module(self.module)
            .is_some_and(|module| module.style == Style::Python)
    }

    /// Returns the name by which error messages refer to the class.
    pub fn type_name(&self) -> &str {
        if self.is_python() {
            self.name
        } else {
            &self.qualified_name
        }
    }

    /// Returns the function that is called to create an instance of the class.
    pub fn constructor(&self) -> Option<Value> {
        self.special("new").or_else(|| self.special("init"))
    }
}

fn provided(index: usize) -> Value {
    Value::indexed(Type::Provided, u32::try_from(index).unwrap_or(u32::MAX))
}

/// Returns the class with this number among the library classes written in Sift, as a value.
pub(crate) fn class_value(class: usize) -> Value {
    ClassId::of_sift(class).value()
}

impl Definition {
    /// Returns the slot of the definition among the names that its module binds.
    pub fn slot(&self, unit: &ModuleUnit) -> Option<usize> {
        unit.names.get(self.name).map(|slot| slot as usize)
    }
}

impl SiftModule {
    /// Returns the name of the module in the qualified name of a class. CPython defines some
    /// classes in an internal module, such as `_csv`.
    fn shown_for(&self, class: &str) -> &'static str {
        match self.name {
            _ if self.in_python.contains(&class) => self.name,
            "csv" => "_csv",
            "io" => "_io",
            name => name,
        }
    }

    /// Returns the compiled code of the module, which is compiled on first use.
    pub fn unit(&self, library: &Symbols) -> &ModuleUnit {
        self.compiled.get_or_init(|| self.compile(library))
    }

    fn compile(&self, library: &Symbols) -> ModuleUnit {
        let parsed = sift_syntax::parse(self.source);
        debug_assert!(parsed.diagnostics.is_empty(), "{}: {:?}", self.name, parsed.diagnostics);
        let mut names = Symbols::default();
        for name in bound_names(&parsed.program) {
            names.slot(&name);
        }
        for (_, name) in self.class_names() {
            names.slot(name);
        }
        let unit = compile(
            &parsed.program,
            Globals::Module {
                own: &mut names,
                library,
            },
        );
        debug_assert!(unit.is_ok(), "{}: {unit:?}", self.name);
        ModuleUnit {
            unit: unit.unwrap_or_default(),
            names,
        }
    }

    /// Returns the numbers and names of all classes of the module, including private ones.
    pub fn class_names(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let classes = &Registry::get().classes;
        self.classes
            .iter()
            .filter_map(|class| Some((*class, classes.get(*class)?.name)))
    }
}

/// Returns the names that the top-level statements of a library module bind.
fn bound_names(program: &Program) -> impl Iterator<Item = SmolStr> {
    program.body.iter().flat_map(|statement| match &statement.kind {
        StmtKind::Def(definition) => vec![definition.name.text.clone()],
        StmtKind::Assign { targets, .. } => targets
            .iter()
            .filter_map(|target| match target {
                Target::Name(name) => Some(name.text.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visible_library_definitions_are_documented() {
        for definition in &Registry::get().definitions {
            if definition.kind != DefinitionKind::Constant && !definition.shown.starts_with('_') {
                let special = SPECIAL.iter().any(|(special, _)| *special == definition.shown);
                let constructs = matches!(definition.shown, "init" | "new");
                let documented = definition.doc.ends_with('.') || (special && !constructs);
                let hidden = definition.name.starts_with('_');
                assert!(documented || hidden, "{}: {:?}", definition.name, definition.doc);
            }
        }
    }

    #[test]
    fn class_functions_are_named_as_in_python() {
        let shown = |name| shown_name(name, Style::Python);
        assert_eq!(shown("Cursor__read"), "Cursor.read");
        assert_eq!(shown("Cursor__init"), "Cursor.__init__");
        assert_eq!(shown_name("Cursor__init", Style::C), "Cursor");
        assert_eq!(shown("chain__new"), "chain");
        assert_eq!(shown("_helper"), "_helper");
        assert_eq!(shown("accumulate"), "accumulate");
    }
}
