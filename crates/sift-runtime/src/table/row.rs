//! A row of the table: a function of the library.

use sift_abstract::{Reads, Speculation};
use sift_syntax::{Param, ParamKind, Signature};
use sift_values::classes::ClassId;
use sift_values::flow::Outcome;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::Args;

/// What a library function does, on a runtime `R`: it takes bound arguments and returns a value or raises.
///
/// It must not change anything that a program can see before it is sure to end: it may be run again from its start.
pub type NativeFn<R> = fn(&mut R, &Args) -> Outcome;

/// Who has a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Everyone: its name is bound from the start.
    Builtin,
    /// Values of these types.
    Method(&'static [Type]),
    /// Dicts of these classes: `Counter`, `OrderedDict`.
    Kin(&'static [&'static str]),
    /// The class of this name: calling it calls the function.
    Constructor(&'static str),
    /// The class of this name: `dict.fromkeys`.
    Class(&'static str),
    /// A module.
    Module(&'static str),
}

/// A row as it is written.
#[derive(Debug)]
pub struct Entry<R> {
    /// The signature as Python writes it, with the types of parameters and result where the checker
    /// uses them.
    pub signature: &'static str,
    /// What the function does, for `help`.
    pub doc: &'static str,
    /// The implementation.
    pub run: NativeFn<R>,
    /// Whether it reads all items of its arguments: generators are made lists before.
    pub(crate) iterates: bool,
    pub(super) short: Option<ShortWay<R>>,
    speculation: Speculation,
}

/// Does all that a method does with a receiver and so many arguments, which stand on the stack, or nothing, and returns none.
/// Costs the same as the method.
pub type ShortWay<R> = fn(&mut R, usize) -> Option<Value>;

impl<R> Entry<R> {
    /// Gives a method a way that is tried first.
    pub const fn or_short(self, short: ShortWay<R>) -> Self {
        Self {
            short: Some(short),
            ..self
        }
    }

    /// Says how a function is executed speculatively.
    pub const fn speculated(self, speculation: Speculation) -> Self {
        Self { speculation, ..self }
    }
}

/// Writes a row.
pub const fn entry<R>(signature: &'static str, doc: &'static str, run: NativeFn<R>) -> Entry<R> {
    Entry {
        signature,
        doc,
        run,
        iterates: false,
        short: None,
        speculation: Speculation::unforeseen(Reads::Deeply),
    }
}

/// Writes the row of a function that reads all items of its arguments.
pub const fn iterating<R>(signature: &'static str, doc: &'static str, run: NativeFn<R>) -> Entry<R> {
    Entry {
        iterates: true,
        ..entry(signature, doc, run)
    }
}

/// Rows of one owner.
#[derive(Debug)]
pub struct Group<R: 'static> {
    /// The owner of all of them.
    pub owner: Owner,
    /// The functions, in the order of the table.
    pub rows: &'static [Entry<R>],
}

/// A row as the machine uses it.
#[derive(Debug)]
pub struct Row<R> {
    /// The function's name, without its owner.
    pub name: &'static str,
    /// The type, class or module that has the function.
    pub owner: Owner,
    /// What the function does, for `help`.
    pub doc: &'static str,
    /// The implementation.
    pub run: NativeFn<R>,
    /// A fast path for calls by position, which is tried first.
    pub short: Option<ShortWay<R>>,
    /// How the function is executed speculatively.
    pub speculation: Speculation,
    pub(super) signature: Signature,
    iterates: bool,
    positional: usize,
    /// The fewest arguments that fill all slots without a default when they are given by position; none where one of these
    /// can't be.
    fewest: Option<usize>,
    in_python: bool,
    takes_rest: bool,
    is_method: bool,
    /// Whether it may change what it is given.
    changes_arguments: bool,
    /// Whether a call with all arguments by position may go elsewhere: `date(moment)` is a method's.
    means_others: bool,
    /// Names of the parameters that stand in slots: `*args` and `**kwargs` have none.
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
            short: entry.short,
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

    /// The row of a number that has none.
    pub(super) fn none() -> Self {
        Self {
            name: "",
            owner: Owner::Builtin,
            doc: "",
            run: |_, _| Ok(Value::NONE),
            short: None,
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

    /// Tells whether it is a method.
    pub const fn is_method(&self) -> bool {
        self.is_method
    }

    /// Tells whether a call needs no more than binding its arguments: none is an iterable that is read to its end, and no
    /// other function is meant.
    pub const fn is_called_at_once(&self) -> bool {
        !self.iterates && !self.means_others
    }

    /// Returns `true` if it may change an argument that can be changed: a container, or what decimal numbers are fitted to.
    pub const fn changes_arguments(&self) -> bool {
        self.changes_arguments
    }

    /// Returns `true` if all that it does is put an item at an end of a container.
    pub(crate) fn appends(&self) -> bool {
        let appends = matches!(self.name, "append" | "appendleft");
        appends && matches!(self.owner, Owner::Method([Type::List | Type::Deque]))
    }

    /// Returns the types of the receivers, if it is a method.
    pub(crate) const fn method_types(&self) -> Option<&'static [Type]> {
        match self.owner {
            Owner::Method(types) => Some(types),
            Owner::Kin(_) => Some(&[Type::Dict]),
            Owner::Builtin | Owner::Constructor(_) | Owner::Class(_) | Owner::Module(_) => None,
        }
    }

    /// Returns the classes of the receivers, if it is a method of some kinds of dict alone.
    pub(crate) const fn kin(&self) -> Option<&'static [&'static str]> {
        match self.owner {
            Owner::Kin(classes) => Some(classes),
            _ => None,
        }
    }

    /// Returns the name of the class that a method belongs to.
    pub fn class_name(&self) -> &'static str {
        match self.owner {
            Owner::Method(types) => types.first().map_or("", |kind| ClassId::of_instances(*kind).name()),
            Owner::Kin(classes) => classes.first().copied().unwrap_or_default(),
            _ => "",
        }
    }

    /// Returns its name with that of its owner: `str.find`, `json.loads`; a builtin's is its own.
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

    /// Returns the name of that class as CPython's errors show it.
    pub(crate) fn described_class(&self) -> String {
        match self.owner {
            Owner::Method(types) => types
                .first()
                .map_or_else(String::new, |kind| ClassId::of_instances(*kind).described_name()),
            _ => self.class_name().to_owned(),
        }
    }

    /// Tells whether CPython writes it in Python, whose words for wrong arguments are others than those of C.
    pub(crate) const fn is_written_in_python(&self) -> bool {
        self.in_python
    }

    /// Tells whether `*args` takes what is left of the positional arguments.
    pub(crate) const fn takes_rest(&self) -> bool {
        self.takes_rest
    }

    /// Tells whether this many arguments by position are all that it needs, and not too many.
    #[inline]
    pub(crate) fn takes_by_position(&self, args: usize) -> bool {
        self.fewest.is_some_and(|fewest| fewest <= args) && (args <= self.positional || self.takes_rest)
    }

    /// Returns the parameters that stand in slots.
    pub fn slots(&self) -> &[Param] {
        &self.slots
    }

    /// Returns how many parameters there are, `*args` and `**kwargs` not counted.
    pub const fn params(&self) -> usize {
        self.slots.len()
    }

    /// Tells whether no parameter can be given by name.
    pub(crate) fn names_no_param(&self) -> bool {
        self.slots.iter().all(|param| param.kind == ParamKind::PositionalOnly)
    }

    /// Tells whether a parameter that can be given by position can be given by name too.
    pub(crate) fn positional_names(&self) -> bool {
        self.slots.iter().any(|param| param.kind == ParamKind::Positional)
    }

    /// Returns `true` if it reads all items of its arguments: generators are turned into lists
    /// before the call.
    pub const fn consumes_iterables(&self) -> bool {
        self.iterates
    }

    /// Returns how many arguments can be given by position, those of `*args` not counted.
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
    /// Tells whether `**kwargs` takes what is left of the named arguments.
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

/// Returns `true` for a function that changes none of its arguments but iterators, which it may move. All others count as changing
/// the containers that they are given, so that a new row is on the safe side; debug builds check what is said here.
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
