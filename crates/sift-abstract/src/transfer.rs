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

/// Raises nothing.
pub const NOTHING: Raises = &[];

/// The exceptions of a function of which nothing is known.
pub const ANYTHING: Raises = &[
    ExceptionClass::TypeError,
    ExceptionClass::ValueError,
    ExceptionClass::KeyError,
    ExceptionClass::IndexError,
    ExceptionClass::AttributeError,
    ExceptionClass::ZeroDivisionError,
    ExceptionClass::OverflowError,
];

/// Returns the exceptions of a call that fails only with a `TypeError`: none if the arguments are
/// known to fit.
#[must_use]
pub const fn type_error_unless(fits: bool) -> Raises {
    if fits { NOTHING } else { &[ExceptionClass::TypeError] }
}

/// A call of a library function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The receiver of a method call.
    pub receiver: Option<Value>,
    /// The arguments by position, without the receiver.
    pub args: Vec<Value>,
    /// The arguments by name.
    pub named: Vec<(SmolStr, Value)>,
}

impl Call {
    /// Returns the argument of a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Value> {
        let mut named = self.named.iter().filter(|(named, _)| named == name);
        named.next().map(|(_, value)| *value)
    }

    /// Returns `true` if there are no arguments.
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.args.is_empty() && self.named.is_empty()
    }
}

/// An effect of a call on its arguments.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Inserts a value into a collection.
    Insert {
        /// The collection.
        into: Value,
        /// The value.
        item: Value,
    },
    /// Inserts the items of an iterable into a collection.
    InsertItems {
        /// The collection.
        into: Value,
        /// The iterable.
        of: Value,
    },
    /// Joins a description into those of a collection's items and, for a dict, keys.
    InsertAbstract {
        /// The collection.
        into: Value,
        /// The description of new items, or of new values of a dict.
        item: Box<AbstractValue>,
        /// The description of new keys.
        key: Box<AbstractValue>,
    },
    /// Creates an alias of a value.
    Share(Value),
    /// Creates aliases of the items of a collection.
    ShareItems(Value),
}

/// A pure text method without arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Changes the case of letters.
    Case,
    /// Removes white space at both ends.
    Strip,
    /// Removes white space at one end.
    StripOneEnd,
}

/// The result of a call with abstract arguments.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The result, if the call does not raise.
    pub result: AbstractValue,
    /// The exceptions that the call may raise.
    pub raises: Raises,
    /// The effects on the arguments if the call does not raise, in order.
    pub effects: Vec<Effect>,
    /// How the result is derived from the receiver.
    pub derivation: Option<Derivation>,
}

/// The result of a transfer function.
#[derive(Debug, Clone)]
pub enum Transfer {
    /// The call returns a result or raises.
    Evaluated(Evaluation),
    /// The call continues in a prelude function with these arguments.
    Delegated(&'static str, Vec<Value>),
}

impl Transfer {
    /// Returns the transfer of a pure call that does not fail.
    #[must_use]
    pub const fn pure(result: AbstractValue) -> Self {
        Self::raising(result, NOTHING)
    }

    /// Returns the transfer of a pure call that may raise.
    #[must_use]
    pub const fn raising(result: AbstractValue, raises: Raises) -> Self {
        Self::Evaluated(Evaluation {
            result,
            raises,
            effects: Vec::new(),
            derivation: None,
        })
    }

    /// Returns the transfer of a call that changes its arguments.
    #[must_use]
    pub const fn effects(effects: Vec<Effect>, result: AbstractValue, raises: Raises) -> Self {
        Self::Evaluated(Evaluation {
            result,
            raises,
            effects,
            derivation: None,
        })
    }

    /// Returns the transfer of a method that derives a text from its receiver.
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

/// Evaluates a call with abstract arguments; returns `None` if it can't.
pub type TransferFn = fn(&mut dyn Speculator, &Call) -> Option<Transfer>;

/// The transfer function of a pure function with unknown result and exceptions.
#[must_use]
pub fn anything(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::raising(AbstractValue::any(), ANYTHING))
}

/// How deep a function reads its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// It may read everything reachable from them.
    #[default]
    Deeply,
    /// It iterates over them and passes their items on.
    Items,
    /// It reads the first argument, such as a key, and passes the others on.
    FirstOnly,
    /// It stores them without reading them.
    Nothing,
}

/// How a library function is executed speculatively.
#[derive(Debug, Clone, Copy, Default)]
pub struct Speculation {
    /// The transfer function; `None` if calls with unknown values can't be evaluated.
    pub transfer: Option<TransferFn>,
    /// How deep the function reads its arguments.
    pub reads: Reads,
    /// Whether the result contains items of the arguments.
    pub passes_items: bool,
}

impl Speculation {
    /// Returns the entry of a function that may read everything reachable from its arguments.
    #[must_use]
    pub const fn new(transfer: TransferFn) -> Self {
        Self {
            transfer: Some(transfer),
            reads: Reads::Deeply,
            passes_items: false,
        }
    }

    /// Returns the entry of a function without a transfer function.
    #[must_use]
    pub const fn unforeseen(reads: Reads) -> Self {
        Self {
            transfer: None,
            reads,
            passes_items: false,
        }
    }

    /// Sets how deep the function reads its arguments.
    #[must_use]
    pub const fn reading(self, reads: Reads) -> Self {
        Self { reads, ..self }
    }

    /// Marks the result as containing items of the arguments.
    #[must_use]
    pub const fn passing_items(self) -> Self {
        Self {
            passes_items: true,
            ..self
        }
    }
}

/// The machine during speculative execution, as transfer functions see it.
pub trait Speculator {
    /// Returns the heap.
    fn heap(&self) -> &Heap;

    /// Returns the abstract value of a value, known or not.
    fn describe(&self, value: Value) -> AbstractValue;

    /// Returns `true` if a value is known; its items may be unknown.
    fn is_known(&self, value: Value) -> bool;

    /// Returns `true` if a text or a dict is known to contain a text or a key.
    fn contains(&self, whole: Value, part: Value) -> bool;

    /// Returns `true` if a text is known to have no white space at its ends.
    fn is_stripped(&self, text: Value) -> bool;

    /// Starts an iteration; returns the source of its items.
    fn iterate(&mut self, iterable: Value) -> Iteration;

    /// Returns the description of an iterator.
    fn iterator(&self, iteration: Iteration) -> AbstractValue;

    /// Returns the pattern of an argument: a known pattern object, or a known text compiled with
    /// these flags.
    fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Option<Pattern>;

    /// Returns `true` if the fields of a template accept the arguments of `str.format`.
    fn accepts_fields(&mut self, template: Value, call: &Call) -> bool;
}

impl dyn Speculator + '_ {
    /// Returns the description of the argument at an index; unknown if it is missing.
    #[must_use]
    pub fn argument(&self, call: &Call, place: usize) -> AbstractValue {
        let arg = call.args.get(place);
        arg.map_or_else(AbstractValue::any, |arg| self.describe(*arg))
    }

    /// Returns the description of the receiver.
    #[must_use]
    pub fn receiver(&self, call: &Call) -> AbstractValue {
        call.receiver
            .map_or_else(AbstractValue::any, |receiver| self.describe(receiver))
    }

    /// Returns `true` if all arguments by position have one of these types.
    #[must_use]
    pub fn all_args_are(&self, call: &Call, kinds: Kinds) -> bool {
        call.args.iter().all(|arg| self.describe(*arg).is(kinds))
    }

    /// Returns a known text that is stored in one piece.
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

/// A pattern and its object.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The pattern object.
    pub value: Value,
    /// The compiled pattern.
    pub known: KnownPattern,
}
