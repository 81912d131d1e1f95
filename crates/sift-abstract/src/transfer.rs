//! Transfer functions: the effect of library functions on abstract values.

use sift_compiler::exception::ExceptionClass;
use sift_values::heap::Heap;
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::iteration::Iteration;
use crate::kinds::Kinds;
use crate::value::{AbstractValue, KnownPattern};

/// The classes of the exceptions that a call or an operator may raise.
pub type Raises = &'static [ExceptionClass];

/// The exceptions of a call that can't raise: none.
pub const NOTHING: Raises = &[];

/// The exceptions to assume for a call of which nothing is known.
pub const ANYTHING: Raises = &[
    ExceptionClass::TypeError,
    ExceptionClass::ValueError,
    ExceptionClass::KeyError,
    ExceptionClass::IndexError,
    ExceptionClass::AttributeError,
    ExceptionClass::ZeroDivisionError,
    ExceptionClass::OverflowError,
];

/// Returns `TypeError`, or no exceptions if the arguments are known to fit. For calls that fail
/// only with a `TypeError`.
#[must_use]
pub const fn type_error_unless(fits: bool) -> Raises {
    if fits { NOTHING } else { &[ExceptionClass::TypeError] }
}

/// The receiver and arguments of a call of a library function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The receiver of a method call; `None` for a function call.
    pub receiver: Option<Value>,
    /// The positional arguments, without the receiver.
    pub args: Vec<Value>,
    /// The keyword arguments, each with its name.
    pub named: Vec<(SmolStr, Value)>,
}

impl Call {
    /// Returns the keyword argument with this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Value> {
        let mut named = self.named.iter().filter(|(named, _)| named == name);
        named.next().map(|(_, value)| *value)
    }

    /// Returns `true` if the call has no arguments.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.args.is_empty() && self.named.is_empty()
    }
}

/// A side effect of a call on its arguments.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Inserts a value into a collection.
    Insert {
        /// The collection that the value is inserted into.
        into: Value,
        /// The value to insert.
        item: Value,
    },
    /// Inserts the items of an iterable into a collection.
    InsertItems {
        /// The collection that the items are inserted into.
        into: Value,
        /// The iterable whose items are inserted.
        of: Value,
    },
    /// Inserts a value that is known only by its abstract value into a collection.
    InsertAbstract {
        /// The collection that the value is inserted into.
        into: Value,
        /// The abstract value of the new items, or of the new values of a dict.
        item: Box<AbstractValue>,
        /// The abstract value of the new keys of a dict.
        key: Box<AbstractValue>,
    },
    /// Marks a value as having an alias.
    Share(Value),
    /// Marks the items of a collection as having aliases.
    ShareItems(Value),
}

/// The pure text method, one without arguments, that a text is derived by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Changes letter case, as `lower` and `upper` do.
    Case,
    /// Removes white space at both ends, as `strip` does.
    Strip,
    /// Removes white space at one end, as `lstrip` and `rstrip` do.
    StripOneEnd,
}

/// The result, exceptions and side effects of a call with abstract arguments.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The abstract value of the result, if the call does not raise.
    pub result: AbstractValue,
    /// The exceptions that the call may raise.
    pub raises: Raises,
    /// The side effects on the arguments, in order, if the call does not raise.
    pub effects: Vec<Effect>,
    /// The method that derives the result from the receiver, if it is a simple text method.
    pub derivation: Option<Derivation>,
}

/// The result of a transfer function, which models a call with abstract arguments.
#[derive(Debug, Clone)]
pub enum Transfer {
    /// The call is evaluated: it returns a result or raises.
    Evaluated(Evaluation),
    /// The call is passed to the prelude function with this name, with these arguments.
    Delegated(&'static str, Vec<Value>),
}

impl Transfer {
    /// Returns the transfer of a call without side effects or exceptions.
    #[must_use]
    pub const fn pure(result: AbstractValue) -> Self {
        Self::raising(result, NOTHING)
    }

    /// Returns the transfer of a call that may raise but has no side effects.
    #[must_use]
    pub const fn raising(result: AbstractValue, raises: Raises) -> Self {
        Self::Evaluated(Evaluation {
            result,
            raises,
            effects: Vec::new(),
            derivation: None,
        })
    }

    /// Returns the transfer of a call with side effects on its arguments.
    #[must_use]
    pub const fn effects(effects: Vec<Effect>, result: AbstractValue, raises: Raises) -> Self {
        Self::Evaluated(Evaluation {
            result,
            raises,
            effects,
            derivation: None,
        })
    }

    /// Returns the transfer of a method that derives a text from its receiver, such as `strip`.
    #[must_use]
    pub const fn derived(result: AbstractValue, derivation: Derivation) -> Self {
        Self::Evaluated(Evaluation {
            result,
            raises: NOTHING,
            effects: Vec::new(),
            derivation: Some(derivation),
        })
    }
}

/// A function that evaluates a call with abstract arguments. It returns `None` if it can't.
pub type TransferFn = fn(&mut dyn Speculator, &Call) -> Option<Transfer>;

/// The transfer function for a pure function of which nothing is known. The call may return any
/// value or raise any exception.
#[must_use]
pub fn anything(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::raising(AbstractValue::any(), ANYTHING))
}

/// How deeply a library function reads its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// The function may read everything reachable from its arguments.
    #[default]
    Deeply,
    /// The function iterates over its arguments and passes their items on without reading them.
    Items,
    /// The function reads only its first argument, such as a key, and passes the other arguments
    /// on.
    FirstOnly,
    /// The function stores its arguments without reading them.
    Nothing,
}

/// How the speculator executes a library function.
#[derive(Debug, Clone, Copy, Default)]
pub struct Speculation {
    /// The transfer function; `None` if calls with unknown values can't be evaluated.
    pub transfer: Option<TransferFn>,
    /// How deeply the function reads its arguments.
    pub reads: Reads,
    /// Whether the result contains items of the arguments.
    pub passes_items: bool,
}

impl Speculation {
    /// Returns the entry of a function with a transfer function. It may read everything reachable
    /// from its arguments.
    #[must_use]
    pub const fn new(transfer: TransferFn) -> Self {
        Self {
            transfer: Some(transfer),
            reads: Reads::Deeply,
            passes_items: false,
        }
    }

    /// Returns the entry of a function without a transfer function, whose result can't be
    /// predicted.
    #[must_use]
    pub const fn without_transfer(reads: Reads) -> Self {
        Self {
            transfer: None,
            reads,
            passes_items: false,
        }
    }

    /// Sets how deeply the function reads its arguments.
    #[must_use]
    pub const fn reading(self, reads: Reads) -> Self {
        Self { reads, ..self }
    }

    /// Declares that the function's result contains items of its arguments.
    #[must_use]
    pub const fn passing_items(self) -> Self {
        Self {
            passes_items: true,
            ..self
        }
    }
}

/// The interface of speculative execution that transfer functions use.
pub trait Speculator {
    /// Returns the heap of values.
    fn heap(&self) -> &Heap;

    /// Returns the abstract value of any value, known or unknown.
    fn describe(&self, value: Value) -> AbstractValue;

    /// Returns `true` if a value is known. The items of a known collection may be unknown.
    fn is_known(&self, value: Value) -> bool;

    /// Returns `true` if a text is known to contain a substring, or a dict a key.
    fn contains(&self, whole: Value, part: Value) -> bool;

    /// Returns `true` if a text is known to have no white space at its ends.
    fn is_stripped(&self, text: Value) -> bool;

    /// Starts an iteration over a value and returns the source of the items.
    fn iterate(&mut self, iterable: Value) -> Iteration;

    /// Returns the abstract value of an iterator over this source of items.
    fn iterator(&self, iteration: Iteration) -> AbstractValue;

    /// Returns the regex of an argument: a known pattern object, or a known text compiled with
    /// these flags.
    fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Option<Pattern>;

    /// Returns `true` if the arguments of a `str.format` call match the fields of the template.
    fn accepts_fields(&mut self, template: Value, call: &Call) -> bool;
}

impl dyn Speculator + '_ {
    /// Returns the abstract value of the positional argument at an index; unknown if it is missing.
    #[must_use]
    pub fn argument(&self, call: &Call, place: usize) -> AbstractValue {
        let arg = call.args.get(place);
        arg.map_or_else(AbstractValue::any, |arg| self.describe(*arg))
    }

    /// Returns the abstract value of the receiver of a call.
    #[must_use]
    pub fn receiver(&self, call: &Call) -> AbstractValue {
        call.receiver
            .map_or_else(AbstractValue::any, |receiver| self.describe(receiver))
    }

    /// Returns `true` if all positional arguments have one of these types.
    #[must_use]
    pub fn all_args_are(&self, call: &Call, kinds: Kinds) -> bool {
        call.args.iter().all(|arg| self.describe(*arg).is(kinds))
    }

    /// Returns the content of a value that is a known text. Returns `None` for a text in several
    /// pieces.
    #[must_use]
    pub fn known_text(&self, value: Value) -> Option<&str> {
        match self.heap().get(value.handle()) {
            Object::Str(text) if value.kind() == Type::Str => text.as_str(),
            _ => None,
        }
    }

    /// Returns the exceptions that hashing a value may raise.
    #[must_use]
    pub fn hash_errors(&self, key: Value) -> Raises {
        let key = self.describe(key);
        let is_hashable = |value: &AbstractValue| value.is(Kinds::HASHABLE);
        type_error_unless(is_hashable(&key) || key.is(Kinds::TUPLE) && key.items.as_deref().is_some_and(is_hashable))
    }
}

/// A compiled regex with its pattern object on the heap.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The pattern object on the heap.
    pub value: Value,
    /// The compiled regex.
    pub known: KnownPattern,
}
