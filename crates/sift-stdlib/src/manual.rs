//! The library manual: every function with its signature, a sentence, and an example with its
//! output.
//!
//! `examples.txt` next to this file contains the examples: a path, a program, and the value of its
//! last expression. `tests/examples/update.py` of sift-vm generates it with CPython, and its `tests/it/manual.rs`
//! runs all examples.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use sift_runtime::runtime::{Group, Library};
use sift_runtime::table::Owner;
use sift_runtime::table::prelude::is_internal;
use sift_values::classes::{ClassId, DefinitionKind, Registry, SiftClass};
use sift_values::value::{Type, Value};

use super::{help, queries, search, tokens, toolkit};

/// An example of a library function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LibraryExample {
    /// The path of the function: `grep`, `str.split`, `re.Match.group`.
    pub path: &'static str,
    /// The source of the example: statements separated by `; `, the last of which is an expression.
    pub program: &'static str,
    /// The result of the example: the `repr` of the last expression's value, or the printed output.
    pub output: &'static str,
    /// Whether CPython lacks the function, so that the output is from Sift itself.
    pub is_own: bool,
}

/// Returns all examples, sorted by path.
///
/// ```
/// use sift_stdlib::library_examples;
///
/// let shown = library_examples().find(|example| example.path == "str.count").expect("it has one");
/// assert_eq!((shown.program, shown.output), (r#""banana".count("an")"#, "2"));
/// ```
pub fn library_examples() -> impl Iterator<Item = LibraryExample> {
    include_str!("examples.txt").lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some(LibraryExample {
            path: fields.next()?,
            program: fields.next()?,
            output: fields.next()?,
            is_own: fields.next() == Some("own"),
        })
    })
}

/// Returns the example of a library function, if there is one.
pub(super) fn example(path: &str) -> Option<LibraryExample> {
    static EXAMPLES: OnceLock<BTreeMap<&'static str, LibraryExample>> = OnceLock::new();
    let examples = EXAMPLES.get_or_init(|| library_examples().map(|example| (example.path, example)).collect());
    examples.get(path).copied()
}

/// An entry of the manual: a function or a constant.
struct Item {
    path: String,
    /// The entry's signature, such as `.split(sep=None, maxsplit=-1) -> list`.
    shown: String,
    doc: String,
}

/// A section of the manual: the functions of a module or the methods of a type.
struct Section {
    title: String,
    about: &'static str,
    items: Vec<Item>,
}

/// Returns the reference manual of the library, as Markdown.
///
/// ```
/// use sift_stdlib::library_manual;
///
/// assert!(library_manual().contains("grep"));
/// ```
#[must_use]
pub fn library_manual() -> String {
    let library = super::library();
    let mut shown = String::from(
        "# The library\n\nMade from the table that the checker and the machine use; `just manual` writes it. `help(\"name\")` gives a program the \
         same of one name.\n\nWhat Python has too behaves as in CPython 3.11. A call costs one unit of fuel, and its work before it is done: a unit \
         for 16 bytes that are copied or searched, a unit for an item that is made or looked at; products of large integers by the product of their \
         words, backtracking patterns by their steps, a call of a model 1,000 units and its prompt's bytes. What is made counts as memory.\n\n\
         The examples with `P` and `ctx` read the text `# Trip`, `id: 1 || city: Oslo`, an empty line, `# Stay`, `id: 2 || city: Rome`.\n",
    );
    for section in sections(library) {
        // Writing to a String can't fail.
        let _ = write!(shown, "\n## {}\n\n{}", section.title, section.about);
        if !section.about.is_empty() {
            shown.push_str("\n\n");
        }
        for item in &section.items {
            let _ = write!(shown, "- `{}`", item.shown);
            if !item.doc.is_empty() {
                let _ = write!(shown, ": {}", item.doc);
            }
            if let Some(example) = example(&item.path) {
                let _ = write!(shown, "  \n  {} gives {}", code(example.program), code(example.output));
            }
            shown.push('\n');
        }
    }
    shown
}

/// Returns the paths of all functions in the manual, each with whether it has an example.
///
/// ```
/// use sift_stdlib::library_paths;
///
/// let paths = library_paths();
/// assert!(paths["grep"] && paths.values().all(|has_example| *has_example));
/// ```
#[must_use]
pub fn library_paths() -> BTreeMap<String, bool> {
    let items = sections(super::library()).into_iter().flat_map(|section| section.items);
    items
        .filter(|item| item.shown.contains('('))
        .map(|item| (item.path.clone(), example(&item.path).is_some()))
        .collect()
}

/// Formats inline code in Markdown.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

fn sections(library: &Library) -> Vec<Section> {
    let mut sections = vec![given(library), context(library), builtins(library)];
    let plain = ClassId::all().filter(|class| class.exception().is_none());
    let types: Vec<Section> = plain.filter_map(|class| class_section(library, class)).collect();
    let (own, of_modules): (Vec<Section>, Vec<Section>) =
        types.into_iter().partition(|section| !section.title.contains('.'));
    sections.extend(own);
    let mut modules: Vec<&str> = library.modules().iter().map(|module| module.name).collect();
    modules.sort_unstable();
    let mut left = of_modules;
    for module in modules {
        sections.extend(module_section(library, module));
        let begins = format!("Type `{module}.");
        let (mine, others) = left
            .into_iter()
            .partition(|section: &Section| section.title.starts_with(&begins));
        left = others;
        sections.extend::<Vec<Section>>(mine);
        sections.extend(written_classes(module));
    }
    sections.extend(left);
    sections.push(exceptions());
    sections
}

fn names_of(groups: &[Group]) -> impl Iterator<Item = &'static str> {
    let rows = groups
        .iter()
        .filter(|group| group.owner == Owner::Builtin)
        .flat_map(|group| group.rows);
    rows.map(|row| row.signature.split('(').next().unwrap_or_default())
}

/// Returns the names that this runtime provides in addition to those of Python.
fn sift_only_names() -> BTreeSet<&'static str> {
    [
        queries::GROUPS,
        search::GROUPS,
        toolkit::GROUPS,
        tokens::GROUPS,
        help::GROUPS,
    ]
    .into_iter()
    .flat_map(names_of)
    .filter(|name| !is_internal(name))
    .collect()
}

/// Returns `true` if a library function is specific to this runtime and doesn't exist in Python.
pub fn is_given(library: &Library, name: &str) -> bool {
    library.prelude_functions().contains_key(name) || sift_only_names().contains(name)
}

fn given(library: &Library) -> Section {
    let written = library.prelude_functions().iter().map(|(name, function)| Item {
        path: name.to_string(),
        shown: returning(&function.signature),
        doc: function.doc.to_string(),
    });
    let own = sift_only_names();
    let native = library
        .rows()
        .iter()
        .filter(|row| row.owner == Owner::Builtin && own.contains(row.name));
    let native = native.map(|row| Item {
        path: row.name.to_owned(),
        shown: returning(row.signature()),
        doc: row.doc.to_owned(),
    });
    let mut items: Vec<Item> = written.chain(native).collect();
    items.sort_by_key(|item| item.path.to_lowercase());
    Section {
        title: "Given to every program".to_owned(),
        about: "Beside these: `context`, `query`, `P` (all text as one str), `ctx`, `answer` (a dict whose `content` is the answer once `ready` is \
                true), `memory` (a dict) and `history` (a list).",
        items,
    }
}

fn context(library: &Library) -> Section {
    Section {
        title: "The context, `ctx`".to_owned(),
        about: "`ctx.documents` is the list of documents and `ctx.text` all text. A document is a str that has a `.name` beside.",
        items: methods(library, Type::Context, "Context"),
    }
}

fn builtins(library: &Library) -> Section {
    let own = sift_only_names();
    let rows = library.rows().iter().filter(|row| match row.owner {
        Owner::Builtin => !own.contains(row.name) && !is_internal(row.name),
        _ => false,
    });
    let mut items: Vec<Item> = rows
        .map(|row| Item {
            path: row.name.to_owned(),
            shown: returning(row.signature()),
            doc: row.doc.to_owned(),
        })
        .collect();
    items.sort_by(|a, b| a.path.cmp(&b.path));
    Section {
        title: "Built-in functions".to_owned(),
        about: "",
        items,
    }
}

fn returning(signature: &sift_syntax::Signature) -> String {
    match signature.returns {
        sift_syntax::Type::Any => signature.to_string(),
        returns => format!("{signature} -> {}", returns.name()),
    }
}

fn methods(library: &Library, kind: Type, class: &str) -> Vec<Item> {
    let own = class.rsplit('.').next().unwrap_or(class);
    let names = library.method_names(kind, own);
    let item = |name: &smol_str::SmolStr| {
        let native = library.kin_method(own, name).or_else(|| library.method(kind, name))?;
        let row = library.row(native.index());
        Some(Item {
            path: format!("{class}.{name}"),
            shown: format!(".{}", returning(row.signature())),
            doc: row.doc.to_owned(),
        })
    };
    names.iter().filter_map(item).collect()
}

/// Returns the manual's section of a class: its constructor, its own functions, and the methods of
/// its instances.
fn class_section(library: &Library, class: ClassId) -> Option<Section> {
    let (name, qualified) = (class.name(), class.qualified_name());
    let constructor = library.constructor(class.value()).filter(|row| row.name == name);
    let mut items: Vec<Item> = constructor
        .map(|row| Item {
            path: qualified.clone(),
            shown: row.signature().to_string(),
            doc: row.doc.to_owned(),
        })
        .into_iter()
        .collect();
    let mut members: Vec<(&str, Value)> = library
        .own_members(class)
        .filter(|(_, value)| value.kind() == Type::Native)
        .collect();
    members.sort_unstable_by_key(|(member, _)| *member);
    for (member, value) in members {
        let row = library.row(value.index());
        items.push(Item {
            path: format!("{qualified}.{member}"),
            shown: format!("{name}.{}", returning(row.signature())),
            doc: row.doc.to_owned(),
        });
    }
    let kind = class.instance_type().filter(|kind| *kind != Type::Context);
    let inherits = class.name() == "bool";
    if let Some(kind) = kind.filter(|_| !inherits) {
        items.extend(methods(library, kind, &qualified));
    }
    (!items.is_empty()).then(|| Section {
        title: format!("Type `{qualified}`"),
        about: "",
        items,
    })
}

fn module_section(library: &Library, name: &'static str) -> Option<Section> {
    let module = library.module(name)?;
    let registry = Registry::get();
    let members = library.module_members(module);
    let item = |member: &smol_str::SmolStr| {
        let value = library.module_member(module, member)?;
        let (shown, doc) = match value.kind() {
            Type::Native => {
                let row = library.row(value.index());
                (format!("{name}.{}", returning(row.signature())), row.doc.to_owned())
            }
            Type::Provided => match registry.definition(value) {
                Some(definition) if definition.kind != DefinitionKind::Constant => (
                    format!("{name}.{}", returning(&definition.signature)),
                    definition.doc.to_string(),
                ),
                Some(definition) => (format!("{name}.{member}"), definition.doc.to_string()),
                None => return None,
            },
            Type::Class | Type::Module => return None,
            _ => (format!("{name}.{member}"), String::new()),
        };
        Some(Item {
            path: format!("{name}.{member}"),
            shown,
            doc,
        })
    };
    let items: Vec<Item> = members.iter().filter_map(item).collect();
    (!items.is_empty()).then(|| Section {
        title: format!("Module `{name}`"),
        about: "",
        items,
    })
}

/// Returns the manual's sections for the classes of a module that are written in Sift.
fn written_classes(module: &str) -> Vec<Section> {
    let registry = Registry::get();
    let begins = format!("{module}.");
    let classes = (0..).map_while(|number| registry.class(number));
    let mine = classes.filter(|class| class.qualified_name.starts_with(&begins) && !is_internal(class.name));
    mine.filter_map(written_class).collect()
}

fn written_class(class: &SiftClass) -> Option<Section> {
    let registry = Registry::get();
    let qualified = &class.qualified_name;
    let constructor = class.constructor().and_then(|value| registry.definition(value));
    let head = constructor.map(|definition| {
        let signature = definition.signature.to_string();
        let params = signature.split_once('(').map_or("", |(_, params)| params);
        Item {
            path: qualified.clone(),
            shown: format!("{}({params}", class.name),
            doc: definition.doc.to_string(),
        }
    });
    let functions = class.functions().filter_map(|(name, value)| {
        let definition = registry.definition(value)?;
        Some(Item {
            path: format!("{qualified}.{name}"),
            shown: format!(".{}", returning(&definition.signature)),
            doc: definition.doc.to_string(),
        })
    });
    let items: Vec<Item> = head.into_iter().chain(functions).collect();
    (!items.is_empty()).then(|| Section {
        title: format!("Type `{qualified}`"),
        about: "",
        items,
    })
}

fn exceptions() -> Section {
    let bound = ClassId::all()
        .filter(|class| class.exception().is_some())
        .filter_map(ClassId::bound_name);
    let items = bound.map(|name| Item {
        path: name.to_owned(),
        shown: name.to_owned(),
        doc: String::new(),
    });
    Section {
        title: "Exceptions".to_owned(),
        about: "",
        items: items.collect(),
    }
}
