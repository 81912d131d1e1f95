//! The names available to a program before it runs, and their bindings.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::signature::Signature;
use crate::types::Type;

/// The value, function, class or module that a name is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// A value of this type.
    Value(Type),
    /// A function with a known signature.
    Function(Signature),
    /// A class that is callable and has class-level attributes (`Counter`, `datetime`, `str`,
    /// `dict`).
    Class {
        /// The signature of its constructor.
        signature: Signature,
        /// Its class-level attributes (`dict.fromkeys`, `str.join`, `datetime.strptime`).
        members: BTreeMap<SmolStr, Binding>,
    },
    /// A module of the library, by name.
    Module(SmolStr),
}

/// The members of a library module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleScope {
    /// The module's members by name.
    pub members: BTreeMap<SmolStr, Binding>,
}

/// The attributes and methods of a type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeScope {
    /// Methods by name.
    pub methods: BTreeMap<SmolStr, Signature>,
    /// Attributes that aren't methods.
    pub attributes: BTreeSet<SmolStr>,
}

/// The suggested replacement for an unsupported Python feature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instead {
    /// A short description of the replacement.
    pub help: SmolStr,
    /// A line of valid code that shows the replacement. Empty if there is none.
    pub corrected: SmolStr,
}

/// All names that the library provides. It is built once per process from the library table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryScope {
    /// Global names: builtins, library modules, their common members and the names that the runtime
    /// binds.
    pub names: BTreeMap<SmolStr, Binding>,
    /// Library modules by dotted name.
    pub modules: BTreeMap<SmolStr, ModuleScope>,
    /// Types with known attributes.
    pub types: BTreeMap<Type, TypeScope>,
    /// Unsupported modules by name, with their replacements.
    pub refused_modules: BTreeMap<SmolStr, Instead>,
    /// Unsupported members of Python's modules and types, by owner and name: `re.Scanner`,
    /// `str.encode`. The key `ast.*` matches all members of `ast` that aren't supported.
    pub refused_members: BTreeMap<SmolStr, Instead>,
}

/// The treatment of names without a known binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UnknownNames {
    /// Reject the program, because all names are known to the checker.
    #[default]
    Refuse,
    /// Accept the name, because the host may bind it at run time.
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
    /// The names of the library.
    pub library: &'a LibraryScope,
    /// The names that the session and the host bind: context names, host tools, names from earlier
    /// turns.
    pub session: &'a BTreeMap<SmolStr, Binding>,
    /// The treatment of all other names.
    pub unknown_names: UnknownNames,
}

impl<'a> Scope<'a> {
    /// Returns the binding of `name` before the program runs. A session's binding shadows the
    /// library's.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<&'a Binding> {
        self.session.get(name).or_else(|| self.library.names.get(name))
    }
}
