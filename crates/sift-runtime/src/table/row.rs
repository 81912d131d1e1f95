//! Rows of the library table: one per library function.

use sift_abstract::{Reads, Speculation};
use sift_syntax::{Param, ParamKind, Signature};
use sift_values::classes::ClassId;
use sift_values::flow::Outcome;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::Args;

/// The type of a library function's implementation in Rust. It works on a runtime `R`, takes bound
/// arguments, and returns a value or raises an exception.
///
/// It may be run again from its start, so it must not change anything visible to programs before it
/// is certain to finish.
pub type NativeFn<R> = fn(&mut R, &Args) -> Outcome;

/// The owner of a library function: the type, class or module that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The function has no owner. Its name is bound without an import.
    Builtin,
    /// The function is a method of values with these types.
    Method(&'static [Type]),
    /// The function is a method of dicts with these classes, such as `Counter` and `OrderedDict`.
    Kin(&'static [&'static str]),
    /// The function is the constructor of the class with this name.
    Constructor(&'static str),
    /// The function belongs to the class with this name, as in `dict.fromkeys`.
    Class(&'static str),
    /// The function belongs to the module with this name.
    Module(&'static str),
}

/// The source of a row in the library table: a function's signature, documentation and
/// implementation.
#[derive(Debug)]
pub struct Entry<R> {
    /// The signature in Python's syntax, with the types that the checker uses.
    pub signature: &'static str,
    /// The documentation of the function, shown by `help()`.
    pub doc: &'static str,
    /// The implementation of the function.
    pub run: NativeFn<R>,
    /// Whether the function reads all items of its arguments. Generators are then converted to
    /// lists first.
    pub(crate) iterates: bool,
    pub(super) fast_path: Option<FastPath<R>>,
    speculation: Speculation,
}

/// The type of a method's fast path. It takes the number of arguments, which are on the stack above
/// the receiver. It has the same effect and cost as the method, or returns `None` without an
/// effect.
pub type FastPath<R> = fn(&mut R, usize) -> Option<Value>;

impl<R> Entry<R> {
    /// Sets a fast path for a method, which is tried before the regular implementation.
    pub const fn with_fast_path(self, fast_path: FastPath<R>) -> Self {
        Self {
            fast_path: Some(fast_path),
            ..self
        }
    }

    /// Sets how speculation executes the function.
    pub const fn speculated(self, speculation: Speculation) -> Self {
        Self { speculation, ..self }
    }
}

/// Creates the source entry of a library function.
pub const fn entry<R>(signature: &'static str, doc: &'static str, run: NativeFn<R>) -> Entry<R> {
    Entry {
        signature,
        doc,
        run,
        iterates: false,
        fast_path: None,
        speculation: Speculation::without_transfer(Reads::Deeply),
    }
}

/// Creates the source entry of a library function that reads all items of its arguments.
pub const fn iterating<R>(signature: &'static str, doc: &'static str, run: NativeFn<R>) -> Entry<R> {
    Entry {
        iterates: true,
        ..entry(signature, doc, run)
    }
}

/// The library functions of one owner, such as a type or module.
#[derive(Debug)]
pub struct Group<R: 'static> {
    /// The owner of the functions.
    pub owner: Owner,
    /// The functions of the owner, in the order of the library table.
    pub rows: &'static [Entry<R>],
}

/// The row of a library function in the table.
#[derive(Debug)]
pub struct Row<R> {
    /// The unqualified name of the function.
    pub name: &'static str,
    /// The type, class or module that the function belongs to.
    pub owner: Owner,
    /// The documentation of the function, shown by `help()`.
    pub doc: &'static str,
    /// The implementation of the function.
    pub run: NativeFn<R>,
    /// The fast path for calls with positional arguments, which is tried first.
    pub fast_path: Option<FastPath<R>>,
    /// How speculation executes the function.
    pub speculation: Speculation,
    pub(super) signature: Signature,
    iterates: bool,
    positional: usize,
    /// The minimum number of positional arguments with which all required parameters are bound.
    /// `None` if a required parameter is keyword-only.
    fewest: Option<usize>,
    in_python: bool,
    takes_rest: bool,
    is_method: bool,
    /// Whether the function may change its arguments.
    changes_arguments: bool,
    /// Whether a call by position may be a call of another function: `date(moment)` calls a method.
    may_redirect: bool,
    /// The parameters to which single arguments are bound; all except `*args` and `**kwargs`.
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
            may_redirect: matches!(owner, Owner::Constructor("date" | "time")),
            slots,
        })
    }

    /// Returns the row that stands for a missing function.
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
            may_redirect: false,
            slots: Vec::new(),
        }
    }

    /// Returns `true` if the function is a method of a type or of a kind of dict.
    pub const fn is_method(&self) -> bool {
        self.is_method
    }

    /// Returns `true` if the function can be called as soon as its arguments are bound. It must not
    /// iterate over arguments or call another function instead.
    pub const fn is_called_at_once(&self) -> bool {
        !self.iterates && !self.may_redirect
    }

    /// Returns `true` if the function may change a mutable argument or the decimal context.
    pub const fn changes_arguments(&self) -> bool {
        self.changes_arguments
    }

    /// Returns `true` if the only effect of the function is to add an item at an end of a
    /// container.
    pub(crate) fn appends(&self) -> bool {
        let appends = matches!(self.name, "append" | "appendleft");
        appends && matches!(self.owner, Owner::Method([Type::List | Type::Deque]))
    }

    /// Returns the types of the method's receivers, or `None` if the function is no method.
    pub(crate) const fn method_types(&self) -> Option<&'static [Type]> {
        match self.owner {
            Owner::Method(types) => Some(types),
            Owner::Kin(_) => Some(&[Type::Dict]),
            Owner::Builtin | Owner::Constructor(_) | Owner::Class(_) | Owner::Module(_) => None,
        }
    }

    /// Returns the classes of the method's receivers if only some kinds of dict have it.
    pub(crate) const fn kin(&self) -> Option<&'static [&'static str]> {
        match self.owner {
            Owner::Kin(classes) => Some(classes),
            _ => None,
        }
    }

    /// Returns the name of the class that a method belongs to, or an empty name for other
    /// functions.
    pub fn class_name(&self) -> &'static str {
        match self.owner {
            Owner::Method(types) => types.first().map_or("", |kind| ClassId::of_instances(*kind).name()),
            Owner::Kin(classes) => classes.first().copied().unwrap_or_default(),
            _ => "",
        }
    }

    /// Returns the qualified name of the function, such as `str.find` or `json.loads`. A builtin
    /// has its plain name.
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

    /// Returns the name by which CPython's error messages refer to the class of a method.
    pub(crate) fn described_class(&self) -> String {
        match self.owner {
            Owner::Method(types) => types
                .first()
                .map_or_else(String::new, |kind| ClassId::of_instances(*kind).described_name()),
            _ => self.class_name().to_owned(),
        }
    }

    /// Returns `true` if CPython implements the function in Python, so that its error messages
    /// differ from those of functions in C.
    pub(crate) const fn is_written_in_python(&self) -> bool {
        self.in_python
    }

    /// Returns `true` if the function has a `*args` parameter.
    pub(crate) const fn takes_rest(&self) -> bool {
        self.takes_rest
    }

    /// Returns `true` if a call with this number of positional arguments, and no others, is valid.
    #[inline]
    pub(crate) fn takes_by_position(&self, args: usize) -> bool {
        self.fewest.is_some_and(|fewest| fewest <= args) && (args <= self.positional || self.takes_rest)
    }

    /// Returns the parameters to which single arguments are bound; all except `*args` and
    /// `**kwargs`.
    pub fn slots(&self) -> &[Param] {
        &self.slots
    }

    /// Returns the number of parameters, not counting `*args` and `**kwargs`.
    pub const fn params(&self) -> usize {
        self.slots.len()
    }

    /// Returns `true` if none of the function's parameters can be given by name.
    pub(crate) fn names_no_param(&self) -> bool {
        self.slots.iter().all(|param| param.kind == ParamKind::PositionalOnly)
    }

    /// Returns `true` if any positional parameter of the function can also be given by name.
    pub(crate) fn positional_names(&self) -> bool {
        self.slots.iter().any(|param| param.kind == ParamKind::Positional)
    }

    /// Returns `true` if the function reads all items of its arguments. Generators are then
    /// converted to lists first.
    pub const fn consumes_iterables(&self) -> bool {
        self.iterates
    }

    /// Returns the number of positional parameters of the function, not counting `*args`.
    pub(crate) const fn positional_params(&self) -> usize {
        self.positional
    }

    /// Returns the index of the parameter with this name, if it can be given by name.
    pub(crate) fn param_named(&self, name: &str) -> Option<usize> {
        self.slots
            .iter()
            .position(|param| param.name == name && param.kind != ParamKind::PositionalOnly)
    }

    /// Returns the indices and names of the parameters without a default.
    pub fn required(&self) -> impl Iterator<Item = (usize, &str)> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, param)| param.default.is_none())
            .map(|(index, param)| (index, param.name.as_str()))
    }
}

impl<R> Row<R> {
    /// Returns `true` if the function has a `**kwargs` parameter.
    pub(crate) fn takes_keywords(&self) -> bool {
        self.signature()
            .params
            .iter()
            .any(|param| param.kind == ParamKind::VarKeywords)
    }

    /// Returns the function's parsed signature.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }
}

/// Returns `true` if a library function is known not to change its arguments, except that it may
/// advance iterators.
///
/// All other functions count as changing their arguments, so that new rows are safe by default.
/// Debug builds check this.
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

/// The names of builtin functions that don't change their arguments.
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
