//! Rows of the library table: one per function.

use sift_abstract::{Reads, Speculation};
use sift_syntax::{Param, ParamKind, Signature};
use sift_values::classes::ClassId;
use sift_values::flow::Outcome;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::Args;

/// The implementation of a library function on a runtime `R`. It takes bound arguments and returns
/// a value or raises.
///
/// It may run again from its start, so it must not change anything visible to programs before it is
/// sure to finish.
pub type NativeFn<R> = fn(&mut R, &Args) -> Outcome;

/// The owner of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// None: the name is bound at the start.
    Builtin,
    /// Values of these types.
    Method(&'static [Type]),
    /// Dicts of these classes, such as `Counter` and `OrderedDict`.
    Kin(&'static [&'static str]),
    /// The class of this name, whose constructor it is.
    Constructor(&'static str),
    /// The class of this name, as in `dict.fromkeys`.
    Class(&'static str),
    /// A module.
    Module(&'static str),
}

/// A row in the source of the table.
#[derive(Debug)]
pub struct Entry<R> {
    /// The signature in Python's syntax, with the types that the checker uses.
    pub signature: &'static str,
    /// The documentation, for `help`.
    pub doc: &'static str,
    /// The implementation.
    pub run: NativeFn<R>,
    /// Whether it reads all items of its arguments; generators are converted to lists first.
    pub(crate) iterates: bool,
    pub(super) fast_path: Option<FastPath<R>>,
    speculation: Speculation,
}

/// A fast path of a method. It does the same as the method, with the receiver and this number of
/// arguments on the stack, at the same cost; or it does nothing and returns `None`.
pub type FastPath<R> = fn(&mut R, usize) -> Option<Value>;

impl<R> Entry<R> {
    /// Sets a fast path, which is tried first.
    pub const fn with_fast_path(self, fast_path: FastPath<R>) -> Self {
        Self {
            fast_path: Some(fast_path),
            ..self
        }
    }

    /// Sets how the function is executed speculatively.
    pub const fn speculated(self, speculation: Speculation) -> Self {
        Self { speculation, ..self }
    }
}

/// Creates a row.
pub const fn entry<R>(signature: &'static str, doc: &'static str, run: NativeFn<R>) -> Entry<R> {
    Entry {
        signature,
        doc,
        run,
        iterates: false,
        fast_path: None,
        speculation: Speculation::unforeseen(Reads::Deeply),
    }
}

/// Creates the row of a function that reads all items of its arguments.
pub const fn iterating<R>(signature: &'static str, doc: &'static str, run: NativeFn<R>) -> Entry<R> {
    Entry {
        iterates: true,
        ..entry(signature, doc, run)
    }
}

/// The rows of one owner.
#[derive(Debug)]
pub struct Group<R: 'static> {
    /// The owner of the functions.
    pub owner: Owner,
    /// The functions, in the order of the table.
    pub rows: &'static [Entry<R>],
}

/// A row of the table.
#[derive(Debug)]
pub struct Row<R> {
    /// The function's unqualified name.
    pub name: &'static str,
    /// The type, class or module that has the function.
    pub owner: Owner,
    /// The documentation, for `help`.
    pub doc: &'static str,
    /// The implementation.
    pub run: NativeFn<R>,
    /// A fast path for calls by position, which is tried first.
    pub fast_path: Option<FastPath<R>>,
    /// How the function is executed speculatively.
    pub speculation: Speculation,
    pub(super) signature: Signature,
    iterates: bool,
    positional: usize,
    /// Number of positional arguments that fill all slots without a default; `None` if one of these
    /// is keyword-only.
    fewest: Option<usize>,
    in_python: bool,
    takes_rest: bool,
    is_method: bool,
    /// Whether it may change its arguments.
    changes_arguments: bool,
    /// Whether a positional call may mean another function: `date(moment)` is a method's.
    means_others: bool,
    /// The parameters with slots; `*args` and `**kwargs` have none.
    slots: Vec<Param>,
}

impl<R> Row<R> {
    pub(super) fn new(owner: Owner, entry: &'static Entry<R>) -> Option<Self> {
        let signature = Signature::parse(entry.signature).ok()?;
        let name = entry.signature.split_once('(')?.0;
        let slots: Vec<Param> = signature
            .params
            .iter()
            .filter(|param| !matches!(param.kind, ParamKind::VarArgs | ParamKind::VarKeywords))
            .cloned()
            .collect();
        let positional = slots
            .iter()
            .filter(|param| param.kind != ParamKind::KeywordOnly)
            .count();
        let takes_rest = signature.params.iter().any(|param| param.kind == ParamKind::VarArgs);
        let fewest = slots
            .iter()
            .rposition(|param| param.default.is_none())
            .map_or(0, |last| last + 1);
        Some(Self {
            name,
            owner,
            doc: entry.doc,
            run: entry.run,
            fast_path: entry.fast_path,
            speculation: entry.speculation,
            signature,
            iterates: entry.iterates,
            positional,
            fewest: (fewest <= positional).then_some(fewest),
            in_python: is_written_in_python(owner),
            takes_rest,
            is_method: matches!(owner, Owner::Method(_) | Owner::Kin(_)),
            changes_arguments: !only_reads(owner, name),
            means_others: matches!(owner, Owner::Constructor("date" | "time")),
            slots,
        })
    }

    /// Returns the row of numbers without one.
    pub(super) fn none() -> Self {
        Self {
            name: "",
            owner: Owner::Builtin,
            doc: "",
            run: |_, _| Ok(Value::NONE),
            fast_path: None,
            speculation: Speculation::default(),
            signature: Signature {
                name: SmolStr::default(),
                params: Vec::new(),
                returns: sift_syntax::Type::Any,
            },
            iterates: false,
            positional: 0,
            fewest: None,
            in_python: false,
            takes_rest: false,
            is_method: false,
            changes_arguments: false,
            means_others: false,
            slots: Vec::new(),
        }
    }

    /// Returns `true` if it is a method.
    pub const fn is_method(&self) -> bool {
        self.is_method
    }

    /// Returns `true` if a call only binds arguments: no argument is read to its end, and no other
    /// function may be meant.
    pub const fn is_called_at_once(&self) -> bool {
        !self.iterates && !self.means_others
    }

    /// Returns `true` if it may change a mutable argument or the decimal context.
    pub const fn changes_arguments(&self) -> bool {
        self.changes_arguments
    }

    /// Returns `true` if it only adds an item at an end of a container.
    pub(crate) fn appends(&self) -> bool {
        let appends = matches!(self.name, "append" | "appendleft");
        appends && matches!(self.owner, Owner::Method([Type::List | Type::Deque]))
    }

    /// Returns the types of the receivers of a method.
    pub(crate) const fn method_types(&self) -> Option<&'static [Type]> {
        match self.owner {
            Owner::Method(types) => Some(types),
            Owner::Kin(_) => Some(&[Type::Dict]),
            Owner::Builtin | Owner::Constructor(_) | Owner::Class(_) | Owner::Module(_) => None,
        }
    }

    /// Returns the classes of the receivers, if only some kinds of dict have the method.
    pub(crate) const fn kin(&self) -> Option<&'static [&'static str]> {
        match self.owner {
            Owner::Kin(classes) => Some(classes),
            _ => None,
        }
    }

    /// Returns the class of a method.
    pub fn class_name(&self) -> &'static str {
        match self.owner {
            Owner::Method(types) => types.first().map_or("", |kind| ClassId::of_instances(*kind).name()),
            Owner::Kin(classes) => classes.first().copied().unwrap_or_default(),
            _ => "",
        }
    }

    /// Returns the qualified name: `str.find`, `json.loads`; the plain name for a builtin.
    pub fn qualified_name(&self) -> String {
        let name = self.name;
        match self.owner {
            Owner::Builtin | Owner::Constructor(_) => name.to_owned(),
            // Some types have no class that programs find.
            Owner::Method([kind, ..]) if self.class_name() == "object" => format!("{kind:?}.{name}"),
            Owner::Method(_) | Owner::Kin(_) => format!("{}.{name}", self.class_name()),
            Owner::Class(owner) | Owner::Module(owner) => format!("{owner}.{name}"),
        }
    }

    /// Returns the name of the class in CPython's errors.
    pub(crate) fn described_class(&self) -> String {
        match self.owner {
            Owner::Method(types) => types
                .first()
                .map_or_else(String::new, |kind| ClassId::of_instances(*kind).described_name()),
            _ => self.class_name().to_owned(),
        }
    }

    /// Returns `true` if CPython writes the function in Python, with other messages than C's.
    pub(crate) const fn is_written_in_python(&self) -> bool {
        self.in_python
    }

    /// Returns `true` if it has `*args`.
    pub(crate) const fn takes_rest(&self) -> bool {
        self.takes_rest
    }

    /// Returns `true` if this number of positional arguments is valid without others.
    #[inline]
    pub(crate) fn takes_by_position(&self, args: usize) -> bool {
        self.fewest.is_some_and(|fewest| fewest <= args) && (args <= self.positional || self.takes_rest)
    }

    /// Returns the parameters with slots.
    pub fn slots(&self) -> &[Param] {
        &self.slots
    }

    /// Returns the number of parameters, without `*args` and `**kwargs`.
    pub const fn params(&self) -> usize {
        self.slots.len()
    }

    /// Returns `true` if no parameter can be given by name.
    pub(crate) fn names_no_param(&self) -> bool {
        self.slots.iter().all(|param| param.kind == ParamKind::PositionalOnly)
    }

    /// Returns `true` if a positional parameter can also be given by name.
    pub(crate) fn positional_names(&self) -> bool {
        self.slots.iter().any(|param| param.kind == ParamKind::Positional)
    }

    /// Returns `true` if it reads all items of its arguments; generators are listed first.
    pub const fn consumes_iterables(&self) -> bool {
        self.iterates
    }

    /// Returns the number of positional parameters, without `*args`.
    pub(crate) const fn positional_params(&self) -> usize {
        self.positional
    }

    /// Returns the slot of the parameter of this name, if it can be given by name.
    pub(crate) fn param_named(&self, name: &str) -> Option<usize> {
        self.slots
            .iter()
            .position(|param| param.name == name && param.kind != ParamKind::PositionalOnly)
    }

    /// Returns the slots that must be given.
    pub fn required(&self) -> impl Iterator<Item = (usize, &str)> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, param)| param.default.is_none())
            .map(|(index, param)| (index, param.name.as_str()))
    }
}

impl<R> Row<R> {
    /// Returns `true` if it has `**kwargs`.
    pub(crate) fn takes_keywords(&self) -> bool {
        self.signature()
            .params
            .iter()
            .any(|param| param.kind == ParamKind::VarKeywords)
    }

    /// Returns the parsed signature.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }
}

/// Returns `true` if a function changes none of its arguments, except that it may advance
/// iterators.
///
/// All other functions count as changing their arguments, so that new rows are safe by default.
/// Debug builds check this list.
fn only_reads(owner: Owner, name: &str) -> bool {
    match owner {
        Owner::Builtin => ONLY_READ.contains(&name),
        Owner::Module(module) => module != "decimal",
        Owner::Class(_) | Owner::Constructor(_) => true,
        Owner::Kin(_) => ["most_common", "elements", "total", "copy"].contains(&name),
        Owner::Method(types) => types.iter().all(|kind| match kind {
            Type::List | Type::Tuple | Type::Deque => ["count", "index", "copy"].contains(&name),
            Type::Dict => ["get", "keys", "values", "items", "copy"].contains(&name),
            Type::Set | Type::FrozenSet => {
                let changes = ["add", "remove", "discard", "pop", "clear", "update"].contains(&name);
                !changes && !name.ends_with("_update")
            }
            Type::Iterator | Type::Generator | Type::Instance | Type::DecimalContext => false,
            _ => true,
        }),
    }
}

/// The functions without an owner that only read.
const ONLY_READ: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "callable",
    "divmod",
    "failed",
    "format",
    "getattr",
    "grep",
    "hasattr",
    "hash",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "llm_query",
    "llm_query_batched",
    "max",
    "min",
    "pow",
    "print",
    "repr",
    "rlm_query",
    "rlm_query_batched",
    "round",
    "sorted",
    "sum",
];

fn is_written_in_python(owner: Owner) -> bool {
    match owner {
        Owner::Builtin => false,
        Owner::Module(module) => ["re", "json", "ast"].contains(&module),
        Owner::Constructor(class) | Owner::Class(class) => ["Counter", "Fraction"].contains(&class),
        Owner::Kin(classes) => classes == ["Counter"],
        Owner::Method(types) => matches!(types, [Type::Fraction | Type::TupleClass]),
    }
}
