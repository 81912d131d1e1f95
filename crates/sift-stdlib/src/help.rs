//! The function `help`, which shows signatures and documentation of all library functions as text.

use sift_runtime::runtime::{Args, Group, Library, Row, Runtime};
use sift_runtime::table::prelude::is_internal;
use sift_runtime::table::{Owner, entry};
use sift_syntax::nearest;
use sift_values::classes::{ClassId, DefinitionKind, Registry, SiftClass};
use sift_values::flow::Outcome;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::builtins::MAX_NAME_BYTES;

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[entry(
        "help(obj='') -> str",
        "Returns what is known of a function, a class, a module, a value's methods, or what has this name.",
        help,
    )],
}];

fn help(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.get(0);
    let library = m.library;
    let text = match value.kind() {
        Type::Unbound => overview(library),
        Type::Str => {
            let name = m.text(value)?;
            let name = name.as_str().unwrap_or_default();
            if name.len() > MAX_NAME_BYTES {
                return Err(m.value_error(format!("help() takes a name, not a text of {} bytes", name.len())));
            }
            let name = name.trim();
            m.tools.help_named(name).unwrap_or_else(|| help_for_name(library, name))
        }
        Type::Native => shown_row(library.row(value.index())),
        Type::Provided => shown_definition(value),
        Type::Tool => m.tools.help(value),
        Type::BoundMethod => match m.heap.get(value.handle()) {
            Object::BoundMethod { native, .. } if native.kind() == Type::Provided => shown_definition(*native),
            Object::BoundMethod { native, .. } => shown_row(library.row(native.index())),
            _ => String::new(),
        },
        Type::Function => match m.heap.get(value.handle()) {
            Object::Function(function) if m.is_library_code(function.code) => help_for_name(library, &function.name),
            Object::Function(function) => format!("{}: a function of this session's programs", function.name),
            _ => String::new(),
        },
        Type::Class => help_for_class(library, value),
        Type::Module => help_for_module(library, value),
        Type::Instance => m
            .instance_class(value)
            .map_or_else(String::new, |(_, class)| shown_class(class)),
        kind => help_for_methods(library, m.class_name(value), kind),
    };
    m.meter.charge_bytes(text.len().saturating_mul(16))?;
    m.alloc_text(text)
}

/// Formats the help text of a library function: its signature with the owner, its documentation,
/// and an example.
fn shown_row(row: &Row) -> String {
    let signature = row.signature();
    let shown = match row.owner {
        Owner::Method(_) | Owner::Kin(_) => format!(".{signature}"),
        Owner::Module(module) => format!("{module}.{signature}"),
        Owner::Class(class) => format!("{class}.{signature}"),
        Owner::Builtin | Owner::Constructor(_) => signature.to_string(),
    };
    format!("{shown}\n    {}{}", row.doc, shown_example(&path(row)))
}

/// Returns the path of a library function in the manual, such as `str.split`.
fn path(row: &Row) -> String {
    let owner = match row.owner {
        Owner::Builtin => return row.name.to_owned(),
        Owner::Module(module) => module.to_owned(),
        Owner::Method([Type::Context, ..]) => "Context".to_owned(),
        Owner::Method(types) => {
            let kind = types.first().copied().unwrap_or(Type::Unbound);
            ClassId::of_instances(kind).qualified_name()
        }
        Owner::Constructor(class) => {
            return ClassId::named(class).map(ClassId::qualified_name).unwrap_or_default();
        }
        Owner::Kin(classes) => {
            let class = classes.first().copied().and_then(ClassId::named);
            class.map(ClassId::qualified_name).unwrap_or_default()
        }
        Owner::Class(class) => ClassId::named(class).map(ClassId::qualified_name).unwrap_or_default(),
    };
    format!("{owner}.{}", row.name)
}

fn shown_example(path: &str) -> String {
    super::manual::example(path).map_or_else(String::new, |example| {
        format!("\n    example: {}  # {}", example.program, example.output)
    })
}

/// Returns the help text of a definition in a module written in Sift: its signature and
/// documentation.
fn shown_definition(value: Value) -> String {
    let registry = Registry::get();
    let Some(definition) = registry.definition(value) else {
        return String::new();
    };
    let module = registry.module(definition.module).map_or("", |module| module.name);
    let signature = &definition.signature;
    let shown = match (
        definition.kind,
        definition.class.and_then(|class| registry.class(class)),
    ) {
        (DefinitionKind::Method, _) => format!(".{signature}"),
        (DefinitionKind::Function, Some(class)) => format!("{}.{signature}", class.qualified_name),
        (DefinitionKind::Function, None) => format!("{module}.{signature}"),
        (DefinitionKind::Constant, _) => format!("{module}.{}", definition.shown),
    };
    let class = definition.class.and_then(|class| registry.class(class));
    let owner = class.map_or(module, |class| class.qualified_name.as_str());
    let example = shown_example(&format!("{owner}.{}", definition.shown));
    format!("{shown}\n    {}{example}", definition.doc)
}

/// Returns the help text of a class written in Sift: its constructor and its functions.
fn shown_class(class: &SiftClass) -> String {
    let registry = Registry::get();
    let constructor = class.constructor().and_then(|value| registry.definition(value));
    let head = constructor.map(|definition| {
        let signature = definition.signature.to_string();
        let params = signature.split_once('(').map_or("", |(_, params)| params);
        format!("{}({params}\n    {}", class.qualified_name, definition.doc)
    });
    let functions = class.functions().filter_map(|(_, value)| {
        let definition = registry.definition(value)?;
        Some(format!(".{}: {}", definition.signature, definition.doc))
    });
    joined(head.into_iter().chain(functions))
}

fn joined(shown: impl IntoIterator<Item = String>) -> String {
    let shown: Vec<String> = shown.into_iter().collect();
    shown.join("\n")
}

/// Returns the help text without a topic: a list of the names that are bound without an import.
fn overview(library: &Library) -> String {
    let mut names: Vec<&str> = library
        .bound_names()
        .map(|(name, _)| name.as_str())
        .filter(|name| !is_internal(name))
        .collect();
    names.sort_unstable();
    format!("help(\"name\") tells more of each of: {}", names.join(", "))
}

fn help_for_name(library: &Library, name: &str) -> String {
    if let Some(function) = library.prelude_functions().get(name) {
        return format!("{}\n    {}{}", function.signature, function.doc, shown_example(name));
    }
    if let Some((owner, member)) = name.rsplit_once('.') {
        if let Some(member) = library
            .module(owner)
            .and_then(|module| library.module_member(module, member))
        {
            return help_for_value(library, member);
        }
        let class = ClassId::named(owner).map(ClassId::value);
        if let Some(member) = class.and_then(|class| library.class_member(class, member)) {
            return help_for_value(library, member);
        }
    }
    if let Some(module) = library.module(name) {
        return help_for_module(library, module);
    }
    let bound = library.bound_names().find(|(bound, _)| *bound == name);
    if let Some((_, value)) = bound.filter(|(_, value)| !value.is_unbound() && !is_internal(name)) {
        return help_for_value(library, value);
    }
    let member = name.rsplit_once('.').map_or(name, |(_, member)| member);
    let rows: Vec<String> = library
        .rows()
        .iter()
        .filter(|row| row.name == member && !is_internal(member))
        .map(shown_row)
        .collect();
    if !rows.is_empty() {
        return rows.join("\n");
    }
    let known = library.bound_names().map(|(name, _)| name);
    match nearest(name, known.filter(|known| !is_internal(known))).first() {
        Some(near) => format!("nothing is called '{name}'; did you mean '{near}'?"),
        None => format!("nothing is called '{name}'; help() lists what there is"),
    }
}

fn help_for_value(library: &Library, value: Value) -> String {
    match value.kind() {
        Type::Native => shown_row(library.row(value.index())),
        Type::Provided => shown_definition(value),
        Type::Class => help_for_class(library, value),
        Type::Module => help_for_module(library, value),
        _ => "a constant".to_owned(),
    }
}

fn help_for_class(library: &Library, class: Value) -> String {
    let written = ClassId::of(class).and_then(ClassId::sift);
    if let Some(class) = written.and_then(|class| Registry::get().class(class)) {
        return shown_class(class);
    }
    let name = library.class_name(class);
    let own = match library.constructor(class) {
        Some(row) if row.name == name => shown_row(row),
        _ => format!("class {name}"),
    };
    let kind = ClassId::of(class).and_then(ClassId::instance_type);
    match kind.map(|kind| shown_methods(library, kind, name)) {
        Some(methods) if !methods.is_empty() => format!("{own}\n{methods}"),
        _ => own,
    }
}

fn help_for_module(library: &Library, module: Value) -> String {
    let name = library.module_name(module);
    let members = library.module_members(module);
    let shown = members
        .iter()
        .map(|member| match library.module_member(module, member) {
            Some(value) if value.kind() == Type::Native => {
                let row = library.row(value.index());
                format!("{name}.{}: {}", row.signature(), row.doc)
            }
            Some(value) if value.kind() == Type::Provided => match Registry::get().definition(value) {
                Some(definition) if definition.kind != DefinitionKind::Constant => {
                    format!("{name}.{}: {}", definition.signature, definition.doc)
                }
                _ => format!("{name}.{member}"),
            },
            _ => format!("{name}.{member}"),
        });
    joined(std::iter::once(format!("module {name}")).chain(shown))
}

fn help_for_methods(library: &Library, type_name: &str, kind: Type) -> String {
    let methods = shown_methods(library, kind, type_name);
    if methods.is_empty() {
        return format!("a value of type {type_name}");
    }
    format!("a value of type {type_name}\n{methods}")
}

fn shown_methods(library: &Library, kind: Type, class: &str) -> String {
    let methods = library.method_names(kind, class);
    joined(methods.iter().filter_map(|name| {
        let native = library.kin_method(class, name).or_else(|| library.method(kind, name))?;
        let row = library.row(native.index());
        Some(format!(".{}: {}", row.signature(), row.doc))
    }))
}
