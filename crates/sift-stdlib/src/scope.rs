//! Conversion of the library table to the names and types that the static checker knows.

use std::collections::{BTreeMap, BTreeSet};

use sift_modules::regex::PATTERN_ATTRIBUTES;
use sift_runtime::runtime::{CONTEXT_ATTRIBUTES, DOCUMENT_ATTRIBUTES, Library};
use sift_runtime::table::prelude::is_internal;
use sift_syntax::{Binding, LibraryScope, ModuleScope, Signature, Type as Known, TypeScope};
use sift_values::classes::{ClassId, DefinitionKind, Registry, SiftClass};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::families;
use crate::refused;

/// The runtime types whose methods the static checker knows, each with the checker's type.
const KNOWN_TYPES: [(Known, Type); 18] = [
    (Known::Str, Type::Str),
    (Known::List, Type::List),
    (Known::Tuple, Type::Tuple),
    (Known::Dict, Type::Dict),
    (Known::Set, Type::Set),
    (Known::Int, Type::Int),
    (Known::Float, Type::Float),
    (Known::Bool, Type::Bool),
    (Known::Pattern, Type::Pattern),
    (Known::Date, Type::Date),
    (Known::Time, Type::Time),
    (Known::DateTime, Type::DateTime),
    (Known::TimeDelta, Type::TimeDelta),
    (Known::TimeZone, Type::TimeZone),
    (Known::Context, Type::Context),
    (Known::Document, Type::Str),
    (Known::Decimal, Type::Decimal),
    (Known::Fraction, Type::Fraction),
];

pub(super) fn build(library: &Library) -> LibraryScope {
    let mut scope = LibraryScope::default();
    for (name, value) in library.bound_names() {
        if is_internal(name) {
            continue;
        }
        let binding = match library.prelude_functions().get(name) {
            Some(function) => Binding::Function(function.signature.clone()),
            None => binding(library, value),
        };
        scope.names.insert(name.clone(), binding);
    }
    for module in library.modules() {
        let members = module
            .members
            .iter()
            .map(|(name, value)| (SmolStr::new(name), binding(library, *value)));
        scope.modules.insert(
            module.name.into(),
            ModuleScope {
                members: members.collect(),
            },
        );
    }
    for (known, kind) in KNOWN_TYPES {
        // Values of these classes also have the class methods: `moment.fromisoformat`.
        let class = ClassId::of_instances(kind);
        let functions = library
            .own_members(class)
            .filter(|(_, value)| value.kind() == Type::Native && !families::fields(class.name()).is_empty());
        let functions = functions.map(|(name, value)| (name, value.index()));
        let methods = library
            .methods_of(kind)
            .chain(functions)
            .filter_map(|(name, index)| Some((SmolStr::new(name), library.rows().get(index)?.signature().clone())));
        scope.types.insert(
            known,
            TypeScope {
                methods: methods.collect(),
                attributes: attributes(known),
            },
        );
    }
    refused::fill(&mut scope);
    scope
}

/// Returns the attributes of a type, without its methods, for the static checker.
fn attributes(known: Known) -> BTreeSet<SmolStr> {
    match known {
        Known::Pattern => PATTERN_ATTRIBUTES.into_iter().map(SmolStr::new_static).collect(),
        Known::Decimal => families::DECIMAL_ATTRIBUTES
            .iter()
            .copied()
            .map(SmolStr::new_static)
            .collect(),
        Known::Fraction => families::FRACTION_ATTRIBUTES
            .iter()
            .copied()
            .map(SmolStr::new_static)
            .collect(),
        Known::Int | Known::Float | Known::Bool => ["real", "imag", "numerator", "denominator"]
            .into_iter()
            .filter(|name| known != Known::Float || matches!(*name, "real" | "imag"))
            .map(SmolStr::new_static)
            .collect(),
        Known::Date | Known::Time | Known::DateTime | Known::TimeDelta | Known::TimeZone => {
            let kind = KNOWN_TYPES.iter().find(|(of, _)| *of == known).map(|(_, kind)| *kind);
            let class = kind.map_or("", |kind| ClassId::of_instances(kind).name());
            let names = families::fields(class).iter().chain(families::constants(class));
            names.copied().map(SmolStr::new_static).collect()
        }
        Known::Context => CONTEXT_ATTRIBUTES.map(SmolStr::new_static).into(),
        Known::Document => DOCUMENT_ATTRIBUTES.map(SmolStr::new_static).into(),
        _ => BTreeSet::new(),
    }
}

/// Returns the static checker's binding for a value of a session, if it is a module or a class.
pub fn session_binding(library: &Library, value: Value) -> Option<Binding> {
    matches!(value.kind(), Type::Module | Type::Class).then(|| binding(library, value))
}

fn binding(library: &Library, value: Value) -> Binding {
    match value.kind() {
        Type::Native => Binding::Function(library.row(value.index()).signature().clone()),
        Type::Provided => provided_binding(value),
        Type::Module => Binding::Module(library.module_name(value).into()),
        Type::Class => class_binding(library, value),
        _ => Binding::Value(Known::Any),
    }
}

/// Returns the static checker's binding for a definition in a module written in Sift.
fn provided_binding(value: Value) -> Binding {
    match Registry::get().definition(value) {
        Some(definition) if definition.kind == DefinitionKind::Constant => Binding::Value(definition.signature.returns),
        Some(definition) => Binding::Function(definition.signature.clone()),
        None => Binding::Value(Known::Any),
    }
}

/// Returns the static checker's binding for a class written in Sift. The arguments of a method
/// called on the class aren't checked, because they include the receiver.
fn written_class_binding(class: &SiftClass) -> Binding {
    let registry = Registry::get();
    let members = class.functions().map(|(name, value)| {
        let is_method = registry
            .definition(value)
            .is_some_and(|definition| definition.kind == DefinitionKind::Method);
        let member = if is_method {
            Binding::Value(Known::Any)
        } else {
            provided_binding(value)
        };
        (SmolStr::new(name), member)
    });
    let members = members.collect();
    match class.constructor().and_then(|value| registry.definition(value)) {
        Some(definition) => {
            let mut signature = definition.signature.clone();
            signature.name = class.name.into();
            Binding::Class { signature, members }
        }
        None => Binding::Value(Known::Any),
    }
}

fn class_binding(library: &Library, class: Value) -> Binding {
    let written = ClassId::of(class).and_then(ClassId::sift);
    if let Some(class) = written.and_then(|class| Registry::get().class(class)) {
        return written_class_binding(class);
    }
    let Some(row) = library.constructor(class) else {
        return Binding::Value(Known::Any);
    };
    let mut signature = row.signature().clone();
    signature.name = library.class_name(class).into();
    let id = ClassId::of(class);
    let own = id.into_iter().flat_map(|id| library.own_members(id));
    let mut members: BTreeMap<SmolStr, Binding> = own
        .map(|(name, value)| (SmolStr::new(name), binding(library, value)))
        .collect();
    // The arguments of a method called on the class aren't checked, because they include the
    // receiver.
    if let Some(kind) = id.and_then(ClassId::instance_type) {
        for name in library.method_names(kind, library.class_name(class)) {
            members.entry(name).or_insert(Binding::Value(Known::Any));
        }
    }
    for name in families::constants(library.class_name(class)) {
        members.insert(SmolStr::new_static(name), Binding::Value(Known::Any));
    }
    if library.class_name(class) == "datetime" {
        members.extend(module_members_of_datetime(library, class, &signature, &members));
    }
    Binding::Class { signature, members }
}

/// Returns the members of the module `datetime`. The static checker accepts them on the class of
/// the same name, too.
fn module_members_of_datetime(
    library: &Library,
    class: Value,
    signature: &Signature,
    own: &BTreeMap<SmolStr, Binding>,
) -> Vec<(SmolStr, Binding)> {
    let Some(module) = library.module("datetime") else {
        return Vec::new();
    };
    let members = library.module_members(module).into_iter().filter_map(|name| {
        let value = library.module_member(module, &name)?;
        // The class itself isn't visited recursively.
        let member = if value.same(class) {
            let (signature, members) = (signature.clone(), own.clone());
            Binding::Class { signature, members }
        } else {
            binding(library, value)
        };
        Some((name, member))
    });
    members.collect()
}
