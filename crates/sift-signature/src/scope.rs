//! What names are bound to.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::signature::Signature;
use crate::types::Type;

/// What a known name is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// A value of this type.
    Value(Type),
    /// A function with a known signature.
    Function(Signature),
    /// A class that is called like a function and has attributes of its own (`Counter`, `datetime`, `str`, `dict`).
    Class {
        /// How it is called.
        signature: Signature,
        /// Its class-level attributes (`dict.fromkeys`, `str.join`, `datetime.strptime`).
        members: BTreeMap<SmolStr, Binding>,
    },
    /// A provided module, by name.
    Module(SmolStr),
}

/// The members of a provided module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModuleScope {
    /// What it offers.
    pub members: BTreeMap<SmolStr, Binding>,
}

/// The attributes and methods of a type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeScope {
    /// Methods by name.
    pub methods: BTreeMap<SmolStr, Signature>,
    /// Attributes that are not called.
    pub attributes: BTreeSet<SmolStr>,
}

/// What to do instead of something that the language leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instead {
    /// What to do, in a few words.
    pub help: SmolStr,
    /// One line that runs; empty if there is none.
    pub corrected: SmolStr,
}

/// All that the language provides; built once per process from the library table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryScope {
    /// Names bound from the start: builtins, provided modules and their usual members, given names.
    pub names: BTreeMap<SmolStr, Binding>,
    /// Provided modules by dotted name.
    pub modules: BTreeMap<SmolStr, ModuleScope>,
    /// Types whose attributes are known.
    pub types: BTreeMap<Type, TypeScope>,
    /// Modules that are not provided.
    pub refused_modules: BTreeMap<SmolStr, Instead>,
    /// Members that Python has and the language leaves out, by owner and name: `re.Scanner`, `str.encode`; `ast.*` stands
    /// for all that `ast` does not hold.
    pub refused_members: BTreeMap<SmolStr, Instead>,
}

/// What to do with a name that nothing binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum UnknownNames {
    /// Refuse the program: its names are all known here.
    #[default]
    Refuse,
    /// Let it pass: the host may bind it.
    Allow,
}

/// What a program is checked against.
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
    /// What the language provides.
    pub library: &'a LibraryScope,
    /// Names that the session and the host bind: context names, host tools, names of earlier turns.
    pub session: &'a BTreeMap<SmolStr, Binding>,
    /// What to do with other names.
    pub unknown_names: UnknownNames,
}

impl<'a> Scope<'a> {
    /// Returns what `name` is bound to before the program runs; a session's binding hides the library's.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<&'a Binding> {
        self.session.get(name).or_else(|| self.library.names.get(name))
    }
}
