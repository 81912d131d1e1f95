//! Transfer functions: what calls of library functions make of abstract values.

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

/// Raises what a function may raise of which nothing is known.
pub const ANYTHING: Raises = &[
    ExceptionClass::TypeError,
    ExceptionClass::ValueError,
    ExceptionClass::KeyError,
    ExceptionClass::IndexError,
    ExceptionClass::AttributeError,
    ExceptionClass::ZeroDivisionError,
    ExceptionClass::OverflowError,
];

/// Returns what a call raises that fails only with a `TypeError`, unless the arguments are known to fit.
#[must_use]
pub const fn type_error_unless(fits: bool) -> Raises {
    if fits { NOTHING } else { &[ExceptionClass::TypeError] }
}

/// A call of a library function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The value whose method is called.
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

/// What a call does to its arguments.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Puts a value into a collection.
    Put {
        /// The collection.
        into: Value,
        /// The value.
        item: Value,
    },
    /// Puts the items of one iterable into a collection.
    PutItems {
        /// The collection.
        into: Value,
        /// The iterable.
        of: Value,
    },
    /// Lets a collection hold items like this one; a dict, by keys like this.
    Mix {
        /// The collection.
        into: Value,
        /// What its items, or the values of a dict, may be beside what they were.
        item: Box<AbstractValue>,
        /// What its keys may be beside what they were.
        key: Box<AbstractValue>,
    },
    /// Makes a value reachable by another name.
    Share(Value),
    /// Makes the items of a collection reachable by other names.
    ShareItems(Value),
}

/// A pure method of a text without arguments: the same text gives the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Changes the case of letters.
    Case,
    /// Removes white space at both ends.
    Strip,
    /// Removes white space at one end.
    StripOneEnd,
}

/// What a call makes of its arguments.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The result.
    pub result: AbstractValue,
    /// The exceptions that the call may raise.
    pub raises: Raises,
    /// What it does to its arguments if it does not raise, in this order.
    pub effects: Vec<Effect>,
    /// How the result was made of the receiver.
    pub derivation: Option<Derivation>,
}

/// What a transfer function says of a call.
#[derive(Debug, Clone)]
pub enum Transfer {
    /// The call ends with a result or raises.
    Evaluated(Evaluation),
    /// The call is left to a function of the prelude, with these arguments.
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

/// Says what a call makes of its arguments, known or not; none if it can't be foreseen.
pub type TransferFn = fn(&mut dyn Speculator, &Call) -> Option<Transfer>;

/// Says of a pure function that its result and its failure are unknown.
#[must_use]
pub fn anything(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::raising(AbstractValue::any(), ANYTHING))
}

/// How deep a function looks into its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// It may look at all that they hold.
    #[default]
    Deeply,
    /// It goes through their items and passes these on.
    Items,
    /// It looks at the first, by which it finds a place, and passes the others on.
    FirstOnly,
    /// It puts them somewhere without looking at them.
    Nothing,
}

/// How a library function is executed speculatively.
#[derive(Debug, Clone, Copy, Default)]
pub struct Speculation {
    /// What calls make of unknown values; none if they can't be foreseen.
    pub transfer: Option<TransferFn>,
    /// How deep the function looks into its arguments.
    pub reads: Reads,
    /// Whether items of its arguments are found in its result.
    pub passes_items: bool,
}

impl Speculation {
    /// Returns the entry of a function that may look at all that its arguments hold.
    #[must_use]
    pub const fn new(transfer: TransferFn) -> Self {
        Self {
            transfer: Some(transfer),
            reads: Reads::Deeply,
            passes_items: false,
        }
    }

    /// Returns the entry of a function whose calls with unknown values can't be foreseen.
    #[must_use]
    pub const fn unforeseen(reads: Reads) -> Self {
        Self {
            transfer: None,
            reads,
            passes_items: false,
        }
    }

    /// Sets how deep the function looks into its arguments.
    #[must_use]
    pub const fn reading(self, reads: Reads) -> Self {
        Self { reads, ..self }
    }

    /// Lets items of the arguments be found in the result.
    #[must_use]
    pub const fn passing_items(self) -> Self {
        Self {
            passes_items: true,
            ..self
        }
    }
}

/// The machine that executes speculatively, as transfer functions see it.
pub trait Speculator {
    /// Returns the objects.
    fn heap(&self) -> &Heap;

    /// Returns what is known of a value; of a known one, as if only that were known.
    fn describe(&self, value: Value) -> AbstractValue;

    /// Returns `true` if a value is known, whatever its items are.
    fn is_known(&self, value: Value) -> bool;

    /// Returns `true` if a text or a dict is known to contain a text or a key.
    fn contains(&self, whole: Value, part: Value) -> bool;

    /// Returns `true` if a text is known to have no white space at its ends.
    fn is_stripped(&self, text: Value) -> bool;

    /// Begins to iterate: returns what an iterable yields as it is now.
    fn iterate(&mut self, iterable: Value) -> Iteration;

    /// Returns the description of an iterator.
    fn iterator(&self, iteration: Iteration) -> AbstractValue;

    /// Returns the pattern that an argument is: a known pattern, or a known text that is compiled with these flags.
    fn pattern(&mut self, pattern: Value, flags: Option<Value>) -> Option<Pattern>;

    /// Returns `true` if the fields of a format take the arguments of a call of `str.format`.
    fn accepts_fields(&mut self, template: Value, call: &Call) -> bool;
}

impl dyn Speculator + '_ {
    /// Returns the description of the argument at a position; of nothing known if it is missing.
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

    /// Returns a text that is known, and in one piece.
    #[must_use]
    pub fn known_text(&self, value: Value) -> Option<&str> {
        match self.heap().get(value.handle()) {
            Object::Str(text) if value.kind() == Type::Str => text.as_str(),
            _ => None,
        }
    }

    /// Returns what hashing a value may raise.
    #[must_use]
    pub fn hashing(&self, key: Value) -> Raises {
        let key = self.describe(key);
        let is_hashable = |value: &AbstractValue| value.is(Kinds::HASHABLE);
        type_error_unless(is_hashable(&key) || key.is(Kinds::TUPLE) && key.items.as_deref().is_some_and(is_hashable))
    }
}

/// A pattern with the value that stands for it.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The pattern object.
    pub value: Value,
    /// The compiled pattern.
    pub known: KnownPattern,
}
