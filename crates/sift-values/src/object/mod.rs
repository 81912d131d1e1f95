//! The objects on the heap.

mod collections;
mod iterators;
mod opaque;
mod size;

use std::ops::Range;
use std::sync::Arc;

use num_bigint::BigInt;
use sift_compiler::exception::ExceptionClass;
use sift_numbers::decimal::{self, Decimal};
use sift_regex::Pattern;
use sift_syntax::Span;
use sift_text::Text;
use smol_str::SmolStr;

use crate::calendar::{Date, Delta, Moment, TimeOfDay};
use crate::dict::Dict;
use crate::fraction::Fraction;
use crate::value::{Type, Value};

pub use self::collections::{DequeObject, DictKind, DictObject, RangeObject, TupleClassObject, TupleObject};
pub use self::iterators::{DictPart, GeneratorObject, GeneratorState, IteratorObject, IteratorSource, SavedFrame};
pub use self::opaque::Opaque;
pub use self::size::{FIELD, deque_growth, dict_bytes, dict_growth, list_bytes, list_growth, text_bytes};

/// An object on the heap. Objects refer to each other only by handles, so that dropping one never
/// drops another.
#[derive(Debug, Clone)]
pub enum Object {
    /// A slot of the heap without an object.
    Free,
    /// A text.
    Str(Text),
    /// An integer that does not fit into an `i64`.
    BigInt(Box<BigInt>),
    /// A list.
    List(Vec<Value>),
    /// A tuple, plain or named.
    Tuple(TupleObject),
    /// A class of named tuples.
    TupleClass(Box<TupleClassObject>),
    /// A dict of any kind.
    Dict(Box<DictObject>),
    /// A set or a frozen set: its items are the keys.
    Set(Box<Dict>),
    /// A `collections.deque`.
    Deque(Box<DequeObject>),
    /// A `range`.
    Range(Box<RangeObject>),
    /// A slice: start, stop and step.
    Slice(Box<[Value; 3]>),
    /// A view of a dict, as returned by `keys()`, `values()` and `items()`.
    DictView {
        /// The dict that the view shows.
        dict: Value,
        /// The part of each entry that the view returns.
        part: DictPart,
    },
    /// An iterator implemented natively.
    Iterator(Box<IteratorObject>),
    /// A generator, suspended, running or ended.
    Generator(Box<GeneratorObject>),
    /// A function or lambda that is written in Sift, in a program or a library module.
    Function(Box<FunctionObject>),
    /// A method bound to its receiver.
    BoundMethod {
        /// The receiver of the bound method: the object from which it was read.
        receiver: Value,
        /// The library function of the bound method, written in Rust or in Sift.
        native: Value,
    },
    /// An exception.
    Exception(Box<ExceptionObject>),
    /// A closure cell: a variable that a function shares with its inner functions.
    Cell(Value),
    /// A compiled regular expression.
    Pattern(Arc<Pattern>),
    /// The result of a successful regular expression match.
    Match(Box<MatchObject>),
    /// A record with named fields.
    Record(Box<RecordObject>),
    /// A `datetime.date`.
    Date(Date),
    /// A `datetime.time`.
    Time {
        /// The time of day.
        time: TimeOfDay,
        /// The time zone of the time, or Python's `None` for a naive time.
        zone: Value,
    },
    /// A `datetime.datetime`.
    DateTime {
        /// The local date and time in the time zone.
        moment: Moment,
        /// The time zone of the datetime, or Python's `None` for a naive datetime.
        zone: Value,
    },
    /// A `datetime.timedelta`.
    TimeDelta(Delta),
    /// A time zone with a fixed offset and a name.
    NamedZone {
        /// The zone's offset from UTC in microseconds.
        offset: i64,
        /// The zone's name, as returned by `tzname()`.
        name: Box<str>,
    },
    /// An instance of a library class written in Sift.
    Instance(Box<InstanceObject>),
    /// A `decimal.Decimal`.
    Decimal(Box<Decimal>),
    /// A `decimal.Context`.
    DecimalContext(Box<decimal::Context>),
    /// A `fractions.Fraction`.
    Fraction(Box<Fraction>),
    /// A value that is not known during speculative execution.
    Unknown(Opaque),
}

impl Object {
    /// Calls `visit` with each value that the object contains.
    pub fn for_each_value(&self, mut visit: impl FnMut(Value)) {
        match self {
            Self::Free | Self::Str(_) | Self::BigInt(_) | Self::Range(_) | Self::Pattern(_) => {}
            Self::Date(_) | Self::TimeDelta(_) | Self::NamedZone { .. } => {}
            Self::Time { zone, .. } | Self::DateTime { zone, .. } => visit(*zone),
            Self::Decimal(_) | Self::DecimalContext(_) | Self::Fraction(_) | Self::Unknown(_) => {}
            Self::List(items) => items.iter().copied().for_each(visit),
            Self::Tuple(tuple) => {
                if let Some(class) = tuple.class {
                    visit(Value::object(Type::TupleClass, class));
                }
                tuple.iter().copied().for_each(visit);
            }
            Self::TupleClass(class) => visit(class.defaults),
            Self::Slice(parts) => parts.iter().copied().for_each(visit),
            Self::Dict(dict) => {
                if let DictKind::Default(factory) = dict.kind {
                    visit(factory);
                }
                for (key, value) in dict.items.iter() {
                    visit(key);
                    visit(value);
                }
            }
            Self::Set(items) => items.keys().for_each(visit),
            Self::Deque(deque) => deque.items.iter().copied().for_each(visit),
            Self::DictView { dict, .. } => visit(*dict),
            Self::Iterator(iterator) => match &iterator.source {
                IteratorSource::Ended | IteratorSource::Chars { .. } | IteratorSource::Range { .. } => {}
                IteratorSource::Sequence { items, .. } | IteratorSource::Reversed { items, .. } => visit(*items),
                IteratorSource::Dict { dict, .. } => visit(*dict),
                IteratorSource::Deque { deque, .. } => visit(*deque),
                IteratorSource::Enumerate { inner, .. } => visit(*inner),
                IteratorSource::Zip { inners } => inners.iter().copied().for_each(visit),
                IteratorSource::Matches { pattern, text, .. } => {
                    visit(*pattern);
                    visit(*text);
                }
            },
            Self::Generator(generator) => {
                if let GeneratorState::Suspended(frame) = &generator.state {
                    frame.stack.iter().copied().for_each(visit);
                }
            }
            Self::Function(function) => {
                visit(function.defaults);
                visit(function.keyword_defaults);
                visit(function.closure);
            }
            Self::BoundMethod { receiver, native } => {
                visit(*receiver);
                visit(*native);
            }
            Self::Exception(exception) => {
                exception.args.iter().copied().for_each(&mut visit);
                exception
                    .attributes
                    .iter()
                    .map(|(_, value)| *value)
                    .for_each(&mut visit);
                visit(exception.cause);
            }
            Self::Cell(value) => visit(*value),
            Self::Match(found) => {
                visit(found.pattern);
                visit(found.text);
            }
            Self::Record(record) => record.values.iter().copied().for_each(visit),
            Self::Instance(instance) => instance.fields.iter().map(|(_, value)| *value).for_each(visit),
        }
    }

    /// Calls `visit` with each text that the object contains.
    pub fn for_each_text(&self, mut visit: impl FnMut(&Text)) {
        match self {
            Self::Str(text) => visit(text),
            Self::Iterator(iterator) => {
                if let IteratorSource::Chars { text, .. } = &iterator.source {
                    visit(text);
                }
            }
            _ => {}
        }
    }
}

/// A function written in Sift, with its defaults and closure.
#[derive(Debug, Clone)]
pub struct FunctionObject {
    /// The number of the function's code among all loaded code.
    pub code: u32,
    /// The unqualified name of the function.
    pub name: SmolStr,
    /// A tuple of the defaults of the last positional parameters, or Python's `None` if there are
    /// none.
    pub defaults: Value,
    /// A tuple of the defaults of the keyword-only parameters, or Python's `None` if there are
    /// none. A parameter without a default has the unbound value.
    pub keyword_defaults: Value,
    /// A tuple of the closure cells shared with enclosing functions, or Python's `None` if there
    /// are none.
    pub closure: Value,
}

/// An exception on the heap.
#[derive(Debug, Clone)]
pub struct ExceptionObject {
    /// The class of the exception.
    pub class: ExceptionClass,
    /// The arguments passed to the exception's constructor.
    pub args: Vec<Value>,
    /// Attributes of the exception in addition to its arguments: `kind` and `hint` of `CallFailed`,
    /// `pos` of `JSONDecodeError`.
    pub attributes: Vec<(SmolStr, Value)>,
    /// The cause of the exception from `raise … from`, or Python's `None`.
    pub cause: Value,
    /// The function in which the exception was first raised, and the position in its source.
    pub raised_at: Option<(SmolStr, Span)>,
    /// A hint for the model about the exception. It isn't part of the exception's text.
    pub help: Option<String>,
}

/// The result of a successful regular expression match, as in Python's `re.Match`.
#[derive(Debug, Clone)]
pub struct MatchObject {
    /// The compiled regular expression that matched.
    pub pattern: Value,
    /// The text that was searched, in contiguous memory.
    pub text: Value,
    /// The byte ranges that the groups of the pattern matched.
    pub captures: sift_regex::Captures,
    /// The byte range of the text that was searched.
    pub searched: Range<usize>,
}

/// A record on the heap: named fields in a fixed order.
#[derive(Debug, Clone)]
pub struct RecordObject {
    /// The name of the record's type.
    pub type_name: SmolStr,
    /// The names of the record's fields, in order.
    pub names: Arc<[SmolStr]>,
    /// The values of the record's fields, in the same order as the names.
    pub values: Vec<Value>,
}

/// An instance of a library class written in Sift.
#[derive(Debug, Clone)]
pub struct InstanceObject {
    /// The number of the instance's class among the library classes written in Sift.
    pub class: usize,
    /// The names and values of the instance's attributes.
    pub fields: Vec<(SmolStr, Value)>,
}

impl InstanceObject {
    /// Returns the value of the attribute with this name, if the instance has it.
    #[inline]
    pub fn field(&self, name: &str) -> Option<Value> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_size_is_bounded() {
        assert!(size_of::<Object>() <= 40, "{}", size_of::<Object>());
    }

    #[test]
    fn ranges_count_and_find_their_items() {
        let range = |start, stop, step| RangeObject { start, stop, step };
        assert_eq!(range(0, 10, 3).len(), 4);
        assert_eq!(range(10, 0, -3).len(), 4);
        assert_eq!(range(5, 5, 1).len(), 0);
        assert_eq!(range(i64::MIN, i64::MAX, 1).len(), u64::MAX);
        assert_eq!(range(10, 0, -3).at(3), 1);
        assert_eq!(range(0, 10, 3).position(9), Some(3));
        assert_eq!(range(0, 10, 3).position(10), None);
        assert_eq!(range(0, 10, 3).position(-3), None);
    }
}
