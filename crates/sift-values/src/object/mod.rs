//! What lives on the heap.

mod opaque;
mod size;

use std::collections::VecDeque;
use std::ops::{Deref, Range};
use std::sync::Arc;

use num_bigint::BigInt;
use sift_compiler::exception::ExceptionClass;
use sift_numbers::decimal::{self, Decimal};
use sift_regex::Pattern;
use sift_syntax::Span;
use sift_text::Text;
use smol_str::SmolStr;

use crate::calendar::{Date, Delta, Moment, TimeOfDay};
use crate::classes::ClassId;
use crate::dict::Dict;
use crate::fraction::Fraction;
use crate::value::{Handle, Label, Type, Value};

pub use self::opaque::Opaque;
pub use self::size::{FIELD, deque_growth, dict_bytes, dict_growth, list_bytes, list_growth, make_room, text_bytes};
pub(crate) use self::size::{is_roomy, take_room_back};

/// An object. Objects refer to each other by handles only, so that dropping one never drops another.
#[derive(Debug, Clone)]
pub enum Object {
    /// Nothing lives here.
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
    /// A view of a dict: what `keys()`, `values()` and `items()` return.
    DictView {
        /// The dict that is viewed.
        dict: Value,
        /// The part of each entry that the view shows.
        part: DictPart,
    },
    /// An iterator that the library implements.
    Iterator(Box<IteratorObject>),
    /// A generator.
    Generator(Box<GeneratorObject>),
    /// A function or a lambda of a program, or of a library module.
    Function(Box<FunctionObject>),
    /// A method with its receiver.
    BoundMethod {
        /// The object that the method was read from.
        receiver: Value,
        /// The function that it calls: a native, or a definition of a library module.
        native: Value,
    },
    /// An exception.
    Exception(Box<ExceptionObject>),
    /// A variable that a function shares with its closures.
    Cell(Value),
    /// A compiled regular expression.
    Pattern(Arc<Pattern>),
    /// The result of a successful regular expression match.
    Match(Box<MatchObject>),
    /// A record.
    Record(Box<RecordObject>),
    /// A `datetime.date`.
    Date(Date),
    /// A `datetime.time`.
    Time {
        /// The time of day.
        time: TimeOfDay,
        /// The time zone, or `None` for a naive time.
        zone: Value,
    },
    /// A `datetime.datetime`.
    DateTime {
        /// The date and the time of day, as clocks in the time zone show them.
        moment: Moment,
        /// The time zone, or `None` for a naive datetime.
        zone: Value,
    },
    /// A `datetime.timedelta`.
    TimeDelta(Delta),
    /// A time zone with a fixed offset and a name.
    NamedZone {
        /// Microseconds from UTC.
        offset: i64,
        /// The name, as `tzname()` returns it.
        name: Box<str>,
    },
    /// An instance of a class that a library module defines.
    Instance(Box<InstanceObject>),
    /// A `decimal.Decimal`.
    Decimal(Box<Decimal>),
    /// A `decimal.Context`.
    DecimalContext(Box<decimal::Context>),
    /// A `fractions.Fraction`.
    Fraction(Box<Fraction>),
    /// What running ahead does not know.
    Unknown(Opaque),
}

impl Object {
    /// Visits the values that the object holds.
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

    /// Visits the texts that the object holds.
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

/// A tuple; a named one knows its class.
#[derive(Debug, Clone)]
pub struct TupleObject {
    items: Box<[Value]>,
    /// A class of named tuples with as many fields as there are items.
    pub class: Option<Handle>,
}

impl TupleObject {
    /// Makes a tuple of a class of named tuples.
    pub fn named(items: Vec<Value>, class: Handle) -> Self {
        Self {
            items: items.into(),
            class: Some(class),
        }
    }
}

impl Deref for TupleObject {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl<T: Into<Box<[Value]>>> From<T> for TupleObject {
    fn from(items: T) -> Self {
        Self {
            items: items.into(),
            class: None,
        }
    }
}

/// A class of named tuples.
#[derive(Debug, Clone)]
pub struct TupleClassObject {
    /// The name of the class.
    pub name: SmolStr,
    /// The names of the fields, in order.
    pub fields: Arc<[SmolStr]>,
    /// A tuple of the defaults of the last fields.
    pub defaults: Value,
}

impl TupleClassObject {
    /// Returns the place of a field.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field == name)
    }
}

/// The class of a dict, which decides what a missing key does.
#[derive(Debug, Clone, Copy)]
pub enum DictKind {
    /// A `dict`: a missing key is a `KeyError`.
    Plain,
    /// A `Counter`: a missing key counts 0.
    Counter,
    /// Calls its factory.
    Default(Value),
    /// An `OrderedDict`: a missing key is a `KeyError`.
    Ordered,
}

impl DictKind {
    /// Returns the name of the class, without its module.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Plain => "dict",
            Self::Counter => "Counter",
            Self::Default(_) => "defaultdict",
            Self::Ordered => "OrderedDict",
        }
    }
}

impl PartialEq for DictKind {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Default(a), Self::Default(b)) => a.same(b),
            (Self::Plain, Self::Plain) | (Self::Counter, Self::Counter) | (Self::Ordered, Self::Ordered) => true,
            _ => false,
        }
    }
}

/// A dict on the heap.
#[derive(Debug, Clone)]
pub struct DictObject {
    /// The class of the dict, which decides what a missing key does.
    pub kind: DictKind,
    /// The entries, in the order of insertion.
    pub items: Dict,
}

/// A list that grows and shrinks at both ends.
#[derive(Debug, Clone, Default)]
pub struct DequeObject {
    /// The items, from left to right.
    pub items: VecDeque<Value>,
    /// How many items it keeps: one more pushes out one at the other end.
    pub maxlen: Option<usize>,
    /// Changes whenever items come or go: iterators notice.
    pub version: u32,
}

/// A `range`, never of step 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeObject {
    /// The first item, if there is one.
    pub start: i64,
    /// The exclusive end.
    pub stop: i64,
    /// The difference between neighbouring items; negative if the range counts down.
    pub step: i64,
}

impl RangeObject {
    /// Returns how many items the range has.
    #[inline]
    pub fn len(&self) -> u64 {
        let (start, stop, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let count = if step > 0 {
            (stop - start + step - 1) / step
        } else {
            (start - stop - step - 1) / -step
        };
        u64::try_from(count.max(0)).unwrap_or(u64::MAX)
    }

    /// Returns `true` if the range has no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the item at an index that is in range.
    #[inline]
    pub const fn at(&self, index: u64) -> i64 {
        (self.start as i128 + self.step as i128 * index as i128) as i64
    }

    /// Returns the index of an item, if it is one.
    pub fn position(&self, item: i64) -> Option<u64> {
        let distance = i128::from(item) - i128::from(self.start);
        let step = i128::from(self.step);
        let index = u64::try_from(distance / step).ok()?;
        (distance % step == 0 && index < self.len()).then_some(index)
    }
}

/// Which part of a dict's entries a view or an iterator shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictPart {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Tuples of key and value.
    Items,
}

/// An iterator of ours. Generators are apart: only the machine can run them.
#[derive(Debug, Clone)]
pub struct IteratorObject {
    /// Where the items come from, and how far they have been read.
    pub source: IteratorSource,
    /// The name of its type, which stays when nothing is left.
    pub type_name: &'static str,
    /// How many iterators stand one in another; bounded.
    pub depth: u16,
    /// What joins every item.
    pub label: Label,
}

/// The state of an iterator.
#[derive(Debug, Clone)]
pub enum IteratorSource {
    /// Nothing is left.
    Ended,
    /// A list, a tuple or a record; a list may grow meanwhile.
    Sequence {
        /// The list, tuple or record.
        items: Value,
        /// The index of the next item.
        next: usize,
    },
    /// A deque; changing what is in it meanwhile is an error.
    Deque {
        /// The deque.
        deque: Value,
        /// The index of the next item.
        next: usize,
        /// The version of the deque when the iteration began.
        version: u32,
    },
    /// A list, a tuple or a deque from the end.
    Reversed {
        /// The list, tuple or deque.
        items: Value,
        /// The number of items that are left; the next one has the index below it.
        left: usize,
    },
    /// The characters of a text, from a byte on.
    Chars {
        /// The text.
        text: Text,
        /// The byte offset of the next character.
        next_byte: usize,
    },
    /// A `range`.
    Range {
        /// The next item.
        next: i64,
        /// The number of items that are left.
        left: u64,
        /// The difference between neighbouring items.
        step: i64,
    },
    /// A dict or a set; changing its size meanwhile is an error.
    Dict {
        /// The dict or set.
        dict: Value,
        /// The part of each entry that is returned.
        part: DictPart,
        /// The place in the map to continue from.
        next: usize,
        /// The version of the map when the iteration began.
        version: u32,
        /// The number of entries when the iteration began.
        len: usize,
    },
    /// An `enumerate`.
    Enumerate {
        /// The iterator whose items are numbered.
        inner: Value,
        /// The number of the next item.
        next: i64,
    },
    /// A `zip`.
    Zip {
        /// The iterators, one for each element of the tuples.
        inners: Vec<Value>,
    },
    /// Matches of a pattern, from a byte on.
    Matches {
        /// The compiled pattern.
        pattern: Value,
        /// The text that is searched.
        text: Value,
        /// How far the search has come.
        scan: sift_regex::Scan,
        /// The bytes between which is searched.
        searched: Range<usize>,
    },
}

/// A generator: a frame that is not running.
#[derive(Debug, Clone)]
pub struct GeneratorObject {
    /// The name of the generator's function.
    pub name: SmolStr,
    /// The library's class that it is an instance of, if it is no plain generator.
    pub class: Option<ClassId>,
    /// How many values and guards it had to keep at most.
    pub room: usize,
    /// The saved frame, or why there is none.
    pub state: GeneratorState,
}

/// Whether a generator can be resumed.
#[derive(Debug, Clone)]
pub enum GeneratorState {
    /// It waits, before its first statement or at a `yield`.
    Suspended(SavedFrame),
    /// Its frame is on the machine's stack; the next one is saved where this one was.
    Running(Vec<Value>),
    /// It has returned or raised.
    Ended,
}

impl SavedFrame {
    /// Returns how many values and guards the frame keeps; a guard counts as two.
    pub const fn room(&self) -> usize {
        self.stack.len() + 2 * self.guards.len()
    }
}

/// A frame taken off the stack.
#[derive(Debug, Clone)]
pub struct SavedFrame {
    /// The number of the frame's code in its machine.
    pub code: u32,
    /// The place of the next op among those of all loaded code.
    pub ip: usize,
    /// Locals and operands.
    pub stack: Vec<Value>,
    /// Guards in force: target, stack height above the frame's base, whether a failed call is caught, and what was computed with since.
    pub guards: Vec<(u32, usize, bool, Label)>,
}

/// A function with its defaults and closure.
#[derive(Debug, Clone)]
pub struct FunctionObject {
    /// The code's number in its machine.
    pub code: u32,
    /// The function's name.
    pub name: SmolStr,
    /// A tuple of the defaults of the last positional parameters, or `None`.
    pub defaults: Value,
    /// A tuple of the defaults of the keyword-only parameters, unbound where there is none, or
    /// `None`.
    pub keyword_defaults: Value,
    /// A tuple of the cells that the function shares with the functions around it, or `None`.
    pub closure: Value,
}

/// An exception on the heap.
#[derive(Debug, Clone)]
pub struct ExceptionObject {
    /// The exception's class.
    pub class: ExceptionClass,
    /// The arguments that it was made with.
    pub args: Vec<Value>,
    /// Attributes beside the arguments: `kind` and `hint` of CallFailed, `pos` of JSONDecodeError.
    pub attributes: Vec<(SmolStr, Value)>,
    /// The exception of `raise … from`, or `None`.
    pub cause: Value,
    /// In which function of the running program it was raised first, and where.
    pub raised_at: Option<(SmolStr, Span)>,
    /// What to do about it, for the model; not part of the exception's text.
    pub help: Option<String>,
}

/// The result of a successful match.
#[derive(Debug, Clone)]
pub struct MatchObject {
    /// The compiled pattern that matched.
    pub pattern: Value,
    /// The text that was searched, flat.
    pub text: Value,
    /// Byte ranges of the groups.
    pub captures: sift_regex::Captures,
    /// Bytes between which was searched.
    pub searched: Range<usize>,
}

/// Named fields in a fixed order.
#[derive(Debug, Clone)]
pub struct RecordObject {
    /// The name of the record's type.
    pub type_name: SmolStr,
    /// The names of the fields, in order.
    pub names: Arc<[SmolStr]>,
    /// The values of the fields, in the same order.
    pub values: Vec<Value>,
}

/// An instance of a class that the library defines in the language.
#[derive(Debug, Clone)]
pub struct InstanceObject {
    /// The class's number among those of the library.
    pub class: usize,
    /// What was assigned to its attributes.
    pub fields: Vec<(SmolStr, Value)>,
}

impl InstanceObject {
    /// Returns the field of this name.
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
    fn an_object_is_small() {
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
