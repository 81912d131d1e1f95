//! The names available to a program before it runs, and what each is bound to.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::signature::Signature;
use crate::types::Type;

/// What a name is bound to before a program runs: a value, function, class or module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// A value of the given static type.
    Value(Type),
    /// A function with a known signature.
    Function(Signature),
    /// A class that is callable and has class-level attributes (`Counter`, `datetime`, `str`,
    /// `dict`).
    Class {
        /// The signature of the class's constructor.
        signature: Signature,
        /// The class-level attributes by name, such as `dict.fromkeys`, `str.join` or
        /// `datetime.strptime`.
        members: BTreeMap<SmolStr, Binding>,
    },
    /// A library module, given by its name.
    Module(SmolStr),
}

/// The members of a library module, as the static checker knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleScope {
    /// The module's members by name.
    pub members: BTreeMap<SmolStr, Binding>,
}

/// The attributes and methods of a type, as the static checker knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeScope {
    /// The methods of the type by name.
    pub methods: BTreeMap<SmolStr, Signature>,
    /// The names of the type's attributes that aren't methods.
    pub attributes: BTreeSet<SmolStr>,
}

/// The suggested replacement for an unsupported Python feature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instead {
    /// A short description of the replacement, for messages.
    pub help: SmolStr,
    /// A line of valid code that shows the replacement. Empty if there is none.
    pub corrected: SmolStr,
}

/// All names that the library provides. It is built once per process from the library table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryScope {
    /// The global names of the library: builtins, modules, common members of modules, and the names
    /// that the runtime binds.
    pub names: BTreeMap<SmolStr, Binding>,
    /// The library modules by dotted name.
    pub modules: BTreeMap<SmolStr, ModuleScope>,
    /// The types whose attributes the checker knows.
    pub types: BTreeMap<Type, TypeScope>,
    /// The unsupported Python modules by name, with their replacements.
    pub refused_modules: BTreeMap<SmolStr, Instead>,
    /// The unsupported members of Python's modules and types, with their replacements. Keys are
    /// owner and name, such as `re.Scanner` or `str.encode`; the key `ast.*` matches all members of
    /// `ast` that aren't supported.
    pub refused_members: BTreeMap<SmolStr, Instead>,
}

/// The checker's treatment of names without a known binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UnknownNames {
    /// Rejects the program, because the checker knows all names that exist.
    #[default]
    Refuse,
    /// Accepts unknown names, because the host may bind them at run time.
    Allow,
}

/// The names that the checker knows when it checks a program.
///
/// ```
/// use std::collections::BTreeMap;
/// use sift_signature::{Binding, LibraryScope, Scope, Signature, Type, UnknownNames};
///
/// let len = Binding::Function(Signature::parse("len(obj, /) -> int")?);
/// let library = LibraryScope { names: [("len".into(), len.clone())].into(), ..LibraryScope::default() };
/// let session = BTreeMap::from([("reviews".into(), Binding::Value(Type::List))]);
/// let scope = Scope { library: &library, session: &session, unknown_names: UnknownNames::Refuse };
/// assert_eq!(scope.lookup("reviews"), Some(&Binding::Value(Type::List)));
/// assert_eq!(scope.lookup("len"), Some(&len));
/// # Ok::<(), sift_signature::ParseSignatureError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The names that the library provides.
    pub library: &'a LibraryScope,
    /// The names that the session and the host bind: context names, host tools, names from earlier
    /// turns.
    pub session: &'a BTreeMap<SmolStr, Binding>,
    /// The treatment of names that neither the library nor the session binds.
    pub unknown_names: UnknownNames,
}

impl<'a> Scope<'a> {
    /// Returns what `name` is bound to before the program runs. A name of the session shadows the
    /// library's.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<&'a Binding> {
        self.session.get(name).or_else(|| self.library.names.get(name))
    }
}
