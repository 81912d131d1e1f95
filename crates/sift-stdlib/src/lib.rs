//! Sift's library: built-in functions, methods of types, and the table of all names that programs
//! can use ([`library`]).
//!
//! There is a file of rows per subject. Each row consists of a signature, a line of documentation,
//! and the function itself. The modules written in Rust are in `sift_modules`, those written in
//! Sift in `sift_values::classes`. Functions written in Sift that need no import are in
//! `prelude.sift` and `toolkit.sift`.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod arithmetic;
mod builtins;
mod collections;
mod constructors;
mod context;
mod deque;
mod families;
mod generators;
mod haystack;
mod help;
mod manual;
mod mappings;
mod named_tuples;
mod numbers;
mod queries;
mod refused;
mod scope;
mod search;
mod sequences;
mod sets;
mod slices;
mod strings;
mod tokens;
mod toolkit;
mod transfers;

use std::sync::OnceLock;

use sift_modules::regex::operators::RegexTypes;
use sift_modules::{json, literals, math, regex};
use sift_runtime::runtime::{Group, Library, Parts, Runtime};
use sift_runtime::table::Operators;
use sift_syntax::{LibraryScope, Signature};
use sift_values::classes::ClassId;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

pub use manual::{LibraryExample, is_given, library_examples, library_manual, library_paths};
pub use scope::session_binding;
pub use search::{MAX_QUERY_CHARS, MAX_TOP_K};

/// The Sift source of the prelude functions that the VM calls. Their names begin with an
/// underscore.
const MACHINE: &str = include_str!("prelude.sift");
/// The Sift source of the prelude functions that programs call.
const TOOLKIT: &str = include_str!("toolkit.sift");

/// Returns the process-wide library.
pub fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        Library::new(Parts {
            groups: groups().collect(),
            values: module_values().collect(),
            bound: BOUND_FROM_MODULES,
            classes_as_modules: &["datetime"],
            operators: &operators(),
            absent_classes: families::ABSENT_CLASSES,
            absent_modules: &families::absent_modules(),
            prelude: &prelude(),
            prelude_transfers: transfers::prelude::TRANSFERS,
            scope: Some(scope::build),
        })
    })
}

/// Returns the Sift source of the prelude: the functions for the VM and the functions for programs.
fn prelude() -> String {
    format!("{MACHINE}\n\n{TOOLKIT}")
}

/// Returns all native functions of the library, grouped by owner (a module, a class, or the
/// builtins).
fn groups() -> impl Iterator<Item = &'static Group> {
    [
        builtins::GROUPS,
        constructors::GROUPS,
        queries::GROUPS,
        search::GROUPS,
        strings::GROUPS,
        sequences::GROUPS,
        mappings::GROUPS,
        collections::GROUPS,
        deque::GROUPS,
        named_tuples::GROUPS,
        sets::GROUPS,
        slices::GROUPS,
        generators::GROUPS,
        numbers::GROUPS,
        math::GROUPS,
        regex::GROUPS,
        json::GROUPS,
        literals::GROUPS,
        context::GROUPS,
        toolkit::GROUPS,
        tokens::GROUPS,
        help::GROUPS,
    ]
    .into_iter()
    .flatten()
    .chain(families::groups())
}

/// Returns the operator implementations of the types that modules define, such as `re.Pattern`.
fn operators() -> Vec<(Type, &'static dyn Operators<Runtime>)> {
    let of_regex = [Type::Pattern, Type::Match, Type::RegexFlag];
    let of_regex = of_regex.map(|kind| (kind, &RegexTypes as &dyn Operators<Runtime>));
    of_regex.into_iter().chain(families::operators()).collect()
}

/// Returns the constants and classes of modules, each with the module's name and its own.
fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    regex::module_values()
        .chain(json::module_values())
        .chain(collections::module_values())
        .chain(math::module_values())
        .chain(families::module_values())
}

/// Members of modules that are bound without an import, because models use them without one. Each
/// has a module, the bound name, and the name in the module if it differs.
const BOUND_FROM_MODULES: &[(&str, &str, Option<&str>)] = &[
    ("re", "re", None),
    ("json", "json", None),
    ("math", "math", None),
    ("collections", "collections", None),
    ("asyncio", "asyncio", None),
    ("csv", "csv", None),
    ("difflib", "difflib", None),
    ("io", "io", None),
    ("namedtuple", "collections", Some("namedtuple")),
    ("reduce", "functools", Some("reduce")),
    ("partial", "functools", Some("partial")),
    ("lru_cache", "functools", Some("lru_cache")),
    ("cmp_to_key", "functools", Some("cmp_to_key")),
    ("combinations", "itertools", Some("combinations")),
    ("permutations", "itertools", Some("permutations")),
    ("groupby", "itertools", Some("groupby")),
    ("chain", "itertools", Some("chain")),
    ("islice", "itertools", Some("islice")),
    ("accumulate", "itertools", Some("accumulate")),
    ("zip_longest", "itertools", Some("zip_longest")),
    ("pairwise", "itertools", Some("pairwise")),
    ("itemgetter", "operator", Some("itemgetter")),
    ("attrgetter", "operator", Some("attrgetter")),
    ("heappush", "heapq", Some("heappush")),
    ("heappop", "heapq", Some("heappop")),
    ("heapify", "heapq", Some("heapify")),
    ("bisect_left", "bisect", Some("bisect_left")),
    ("bisect_right", "bisect", Some("bisect_right")),
    ("insort", "bisect", Some("insort")),
    ("bisect", "bisect", None),
    ("ast", "ast", None),
    ("typing", "typing", None),
    ("unicodedata", "unicodedata", None),
    ("decimal", "decimal", None),
    ("fractions", "fractions", None),
    ("getcontext", "decimal", Some("getcontext")),
    ("statistics", "statistics", None),
    // Used by the module itself, which sees the same names as programs.
    ("_StatisticsError", "statistics", Some("StatisticsError")),
    ("functools", "functools", None),
    ("heapq", "heapq", None),
    ("itertools", "itertools", None),
    ("operator", "operator", None),
    ("string", "string", None),
    ("textwrap", "textwrap", None),
];
/// Returns all names that the language provides or doesn't support, for the checker.
///
/// ```
/// use std::collections::BTreeMap;
/// use sift_syntax::{Scope, UnknownNames, check, parse};
/// use sift_stdlib::library_scope;
///
/// let session = BTreeMap::new();
/// let scope = Scope { library: library_scope(), session: &session, unknown_names: UnknownNames::Refuse };
/// let refused = check(&parse("import os\n").program, &scope);
/// assert_eq!(refused[0].exception, "ModuleNotFoundError");
/// ```
#[must_use]
pub fn library_scope() -> &'static LibraryScope {
    library().scope()
}

/// Returns the methods of a class's instances, in alphabetical order. The class is given by name,
/// such as `deque`. Empty if there is no such class.
///
/// ```
/// use sift_stdlib::library_methods;
///
/// let names: Vec<_> = library_methods("deque").iter().map(|method| method.name.to_string()).collect();
/// assert!(names.contains(&"popleft".to_owned()) && names.is_sorted());
/// assert!(library_methods("nothing").is_empty());
/// ```
#[must_use]
pub fn library_methods(class: &str) -> Vec<Signature> {
    let library = library();
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
    use sift_compiler::op::Op;
    use sift_runtime::table::prelude::functions;
    use sift_values::classes::Registry;

    #[test]
    fn library_modules_compile_and_use_only_bound_names() {
        let library = library();
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

    #[test]
    fn every_prelude_function_is_documented() {
        let source = prelude();
        let parsed = sift_syntax::parse(&source);
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        for (name, function) in functions(&source, &parsed.program) {
            assert!(function.doc.ends_with('.'), "{name}: {:?}", function.doc);
        }
    }
}
