//! What lives on the heap.

use std::collections::VecDeque;
use std::ops::{Deref, Range};
use std::sync::Arc;

use num_bigint::BigInt;
use rlm_syntax::Span;
use rlm_text::Text;
use smol_str::SmolStr;

use crate::decimal::{self, Decimal};
use crate::dict::Dict;
use crate::exception::ExceptionClass;
use crate::fraction::Fraction;
use crate::library::{ClassId, Date, Delta, Moment, TimeOfDay};
use crate::machine::Unknown;
use crate::regex::Pattern;
use crate::value::{Handle, Label, Type, Value};

/// An object. Objects refer to each other by handles only, so that dropping one never drops another.
#[derive(Debug, Clone)]
pub(crate) enum Object {
    /// Nothing lives here.
    Free,
    Str(Text),
    BigInt(Box<BigInt>),
    List(Vec<Value>),
    Tuple(TupleObject),
    TupleClass(Box<TupleClassObject>),
    Dict(Box<DictObject>),
    Set(Box<Dict>),
    Deque(Box<DequeObject>),
    Range(Box<RangeObject>),
    Slice(Box<[Value; 3]>),
    DictView {
        dict: Value,
        part: DictPart,
    },
    Iterator(Box<IteratorObject>),
    Generator(Box<GeneratorObject>),
    Function(Box<FunctionObject>),
    BoundMethod {
        receiver: Value,
        native: Value,
    },
    Exception(Box<ExceptionObject>),
    Cell(Value),
    Pattern(Arc<Pattern>),
    Match(Box<MatchObject>),
    Document(u32),
    Record(Box<RecordObject>),
    Date(Date),
    Time {
        time: TimeOfDay,
        zone: Value,
    },
    DateTime {
        moment: Moment,
        zone: Value,
    },
    TimeDelta(Delta),
    NamedZone {
        /// Microseconds from UTC.
        offset: i64,
        name: Box<str>,
    },
    Instance(Box<InstanceObject>),
    Decimal(Box<Decimal>),
    DecimalContext(Box<decimal::Context>),
    Fraction(Box<Fraction>),
    /// What running ahead does not know.
    Unknown(Box<Unknown>),
}

/// A tuple; a named one knows its class.
#[derive(Debug, Clone)]
pub(crate) struct TupleObject {
    items: Box<[Value]>,
    /// A class of named tuples with as many fields as there are items.
    pub(crate) class: Option<Handle>,
}

impl TupleObject {
    /// Makes a tuple of a class of named tuples.
    pub(crate) fn named(items: Vec<Value>, class: Handle) -> Self {
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
pub(crate) struct TupleClassObject {
    pub(crate) name: SmolStr,
    pub(crate) fields: Arc<[SmolStr]>,
    /// A tuple of the defaults of the last fields.
    pub(crate) defaults: Value,
}

impl TupleClassObject {
    /// Returns the place of a field.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field == name)
    }
}

/// What a dict does about keys that it does not have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DictKind {
    Plain,
    Counter,
    /// Calls its factory.
    Default(Value),
    Ordered,
}

#[derive(Debug, Clone)]
pub(crate) struct DictObject {
    pub(crate) kind: DictKind,
    pub(crate) items: Dict,
}

/// A list that grows and shrinks at both ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct DequeObject {
    pub(crate) items: VecDeque<Value>,
    /// How many items it keeps: one more pushes out one at the other end.
    pub(crate) maxlen: Option<usize>,
    /// Changes whenever items come or go: iterators notice.
    pub(crate) version: u32,
}

/// A `range`, never of step 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RangeObject {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

impl RangeObject {
    /// Returns how many items the range has.
    pub(crate) fn len(&self) -> u64 {
        let (start, stop, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let count = if step > 0 {
            (stop - start + step - 1) / step
        } else {
            (start - stop - step - 1) / -step
        };
        u64::try_from(count.max(0)).unwrap_or(u64::MAX)
    }

    /// Returns the item at an index that is in range.
    pub(crate) const fn at(&self, index: u64) -> i64 {
        (self.start as i128 + self.step as i128 * index as i128) as i64
    }

    /// Returns the index of an item, if it is one.
    pub(crate) fn position(&self, item: i64) -> Option<u64> {
        let distance = i128::from(item) - i128::from(self.start);
        let step = i128::from(self.step);
        let index = u64::try_from(distance / step).ok()?;
        (distance % step == 0 && index < self.len()).then_some(index)
    }
}

/// Which part of a dict's entries a view or an iterator shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DictPart {
    Keys,
    Values,
    Items,
}

/// An iterator of ours. Generators are apart: only the machine can run them.
#[derive(Debug, Clone)]
pub(crate) struct IteratorObject {
    pub(crate) source: IteratorSource,
    /// The name of its type, which stays when nothing is left.
    pub(crate) type_name: &'static str,
    /// How many iterators stand one in another; bounded.
    pub(crate) depth: u16,
    /// What joins every item.
    pub(crate) label: Label,
}

#[derive(Debug, Clone)]
pub(crate) enum IteratorSource {
    /// Nothing is left.
    Ended,
    /// A list, a tuple or a record; a list may grow meanwhile.
    Sequence {
        items: Value,
        next: usize,
    },
    /// A deque; changing what is in it meanwhile is an error.
    Deque {
        deque: Value,
        next: usize,
        version: u32,
    },
    /// A list, a tuple or a deque from the end.
    Reversed {
        items: Value,
        left: usize,
    },
    /// The characters of a text, from a byte on.
    Chars {
        text: Text,
        next_byte: usize,
    },
    Range {
        next: i64,
        left: u64,
        step: i64,
    },
    /// A dict or a set; changing its size meanwhile is an error.
    Dict {
        dict: Value,
        part: DictPart,
        next: usize,
        version: u32,
        len: usize,
    },
    Enumerate {
        inner: Value,
        next: i64,
    },
    Zip {
        inners: Vec<Value>,
    },
    /// Matches of a pattern, from a byte on.
    Matches {
        pattern: Value,
        text: Value,
        scan: crate::regex::Scan,
        /// The bytes between which is searched.
        searched: Range<usize>,
    },
}

/// A generator: a frame that is not running.
#[derive(Debug, Clone)]
pub(crate) struct GeneratorObject {
    pub(crate) name: SmolStr,
    /// The library's class that it is an instance of, if it is no plain generator.
    pub(crate) class: Option<ClassId>,
    /// How many values and guards it had to keep at most.
    pub(crate) room: usize,
    pub(crate) state: GeneratorState,
}

#[derive(Debug, Clone)]
pub(crate) enum GeneratorState {
    Suspended(SavedFrame),
    /// Its frame is on the machine's stack; the next one is saved where this one was.
    Running(Vec<Value>),
    Ended,
}

impl SavedFrame {
    /// Returns how many values and guards the frame keeps; a guard counts as two.
    pub(crate) const fn room(&self) -> usize {
        self.stack.len() + 2 * self.guards.len()
    }
}

/// A frame taken off the stack.
#[derive(Debug, Clone)]
pub(crate) struct SavedFrame {
    pub(crate) code: u32,
    pub(crate) ip: usize,
    /// Locals and operands.
    pub(crate) stack: Vec<Value>,
    /// Guards in force: target, stack height above the frame's base, whether a failed call is caught.
    pub(crate) guards: Vec<(u32, usize, bool)>,
}

#[derive(Debug, Clone)]
pub(crate) struct FunctionObject {
    /// The code's number in its machine.
    pub(crate) code: u32,
    pub(crate) name: SmolStr,
    pub(crate) defaults: Value,
    pub(crate) keyword_defaults: Value,
    pub(crate) closure: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct ExceptionObject {
    pub(crate) class: ExceptionClass,
    pub(crate) args: Vec<Value>,
    /// Attributes beside the arguments: `kind` and `hint` of CallFailed, `pos` of JSONDecodeError.
    pub(crate) attributes: Vec<(SmolStr, Value)>,
    pub(crate) cause: Value,
    /// In which function of the running program it was raised first, and where.
    pub(crate) raised_at: Option<(SmolStr, Span)>,
    /// What to do about it, for the model; not part of the exception's text.
    pub(crate) help: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct MatchObject {
    pub(crate) pattern: Value,
    /// The text that was searched, flat.
    pub(crate) text: Value,
    /// Byte ranges of the groups.
    pub(crate) captures: crate::regex::Captures,
    /// Bytes between which was searched.
    pub(crate) searched: Range<usize>,
}

/// Named fields in a fixed order.
#[derive(Debug, Clone)]
pub(crate) struct RecordObject {
    pub(crate) type_name: SmolStr,
    pub(crate) names: Arc<[SmolStr]>,
    pub(crate) values: Vec<Value>,
}

/// An instance of a class that the library defines in the language.
#[derive(Debug, Clone)]
pub(crate) struct InstanceObject {
    /// The class's number among those of the library.
    pub(crate) class: usize,
    /// What was assigned to its attributes.
    pub(crate) fields: Vec<(SmolStr, Value)>,
}

impl InstanceObject {
    /// Returns the field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<Value> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| *value)
    }
}

/// Nominal bytes of an object's place on the heap.
const HEADER: usize = 48;
/// Nominal bytes of an item of a list, with the room that lists keep for growing, and of having any.
const LIST_ITEM: usize = 24;
const LIST_ITEMS: usize = 24;
/// Nominal bytes of a tuple's items: of each, and of having any.
const TUPLE_ITEM: usize = 16;
/// Nominal bytes of what every dict or set holds beside its entries, of each entry with the room that is kept for growing, and of
/// having any.
const DICT: usize = 112;
const DICT_ENTRY: usize = 72;
const DICT_ENTRIES: usize = 96;
/// Nominal bytes of what every deque holds beside its items, and of each of these.
const DEQUE: usize = 128;
const DEQUE_ITEM: usize = 32;

/// Nominal bytes of a field of an instance.
pub(crate) const FIELD: usize = 40;

/// Nominal bytes of a match, beside its groups.
const MATCH: usize = 144;
/// Nominal bytes of an iterator.
const ITERATOR: usize = 128;
/// Nominal bytes of a generator, beside what it keeps.
const GENERATOR: usize = 112;

/// Nominal bytes of a zone's name, beside its characters.
const ZONE: usize = 24;

/// Nominal bytes of a large number, beside its digits.
const BIG: usize = 96;

/// Nominal bytes of a compiled pattern, and what each byte of it and each state of its automata adds.
const PATTERN: usize = 8_192;
const PATTERN_BYTE: usize = 256;
const PATTERN_STATE: usize = 192;

/// Nominal bytes of a list of this many items.
pub(crate) const fn list_bytes(items: usize) -> usize {
    HEADER + items_bytes(items)
}

const fn items_bytes(items: usize) -> usize {
    match items {
        0 => 0,
        _ => items.saturating_mul(LIST_ITEM).saturating_add(LIST_ITEMS),
    }
}

/// Nominal bytes by which a deque grows when it is given more items.
pub(crate) const fn deque_growth(more: usize) -> usize {
    more.saturating_mul(DEQUE_ITEM)
}

/// Lists of so many items grow by a quarter, others to twice their size: while they move, both places are held.
const LONG_LIST: usize = 1 << 18;

/// Makes room for more items of a list.
#[inline]
pub(crate) fn make_room(items: &mut Vec<Value>, more: usize) {
    if items.capacity() - items.len() < more {
        make_more_room(items, more);
    }
}

#[cold]
fn make_more_room(items: &mut Vec<Value>, more: usize) {
    if items.len() < LONG_LIST {
        items.reserve(more);
    } else {
        items.reserve_exact(more.max(items.len() / 4));
    }
}

/// Nominal bytes by which a list of this many items grows when it is given more.
pub(crate) const fn list_growth(items: usize, more: usize) -> usize {
    items_bytes(items.saturating_add(more)) - items_bytes(items)
}

/// Nominal bytes of a dict or set of this many entries; the places of removed ones count as well, as long as it keeps them.
pub(crate) const fn dict_bytes(entries: usize) -> usize {
    HEADER + DICT + entries_bytes(entries)
}

const fn entries_bytes(entries: usize) -> usize {
    match entries {
        0 => 0,
        _ => entries.saturating_mul(DICT_ENTRY).saturating_add(DICT_ENTRIES),
    }
}

/// Nominal bytes by which a dict or set of this many entries grows when it is given more.
pub(crate) const fn dict_growth(entries: usize, more: usize) -> usize {
    entries_bytes(entries.saturating_add(more)) - entries_bytes(entries)
}

/// Nominal bytes of a text, apart from those that it shares with others.
#[inline]
pub(crate) fn text_bytes(text: &Text) -> usize {
    HEADER.saturating_add(text.header_bytes())
}

/// Nominal bytes of an iterator over matches.
const MATCHES_BYTES: usize = 8 << 10;

/// Tells whether what has room for `capacity` items and holds `items` has too much: more than a third in vain.
pub(crate) const fn is_roomy(items: usize, capacity: usize) -> bool {
    capacity > 4 && capacity.saturating_sub(items) > items / 2
}

impl Object {
    /// Returns the object's nominal bytes: a function of what it holds alone, not of how it came to hold it. Bytes of shared
    /// texts are counted apart, each once.
    #[inline]
    pub(crate) fn nominal_bytes(&self) -> usize {
        let own = match self {
            Self::Free => return 0,
            Self::Str(text) => text.header_bytes(),
            Self::BigInt(int) => BIG + usize::try_from(int.bits() / 8).unwrap_or(usize::MAX),
            Self::List(items) => items_bytes(items.len()),
            Self::Tuple(items) => items.len().saturating_mul(TUPLE_ITEM),
            Self::Dict(dict) => DICT + entries_bytes(dict.items.places()),
            Self::Set(items) => DICT + entries_bytes(items.places()),
            Self::Deque(deque) => DEQUE + deque.items.len().saturating_mul(DEQUE_ITEM),
            Self::Range(_) | Self::Slice(_) => 48,
            Self::DictView { .. } | Self::BoundMethod { .. } | Self::Cell(_) | Self::Document(_) => 0,
            Self::Date(_) | Self::Time { .. } | Self::DateTime { .. } | Self::TimeDelta(_) => 0,
            Self::NamedZone { name, .. } => ZONE + name.len(),
            Self::Iterator(iterator) => match &iterator.source {
                IteratorSource::Zip { inners } => ITERATOR + inners.len().saturating_mul(TUPLE_ITEM),
                // It may hold matches that were found ahead.
                IteratorSource::Matches { .. } => MATCHES_BYTES,
                _ => ITERATOR,
            },
            Self::Generator(generator) => match &generator.state {
                GeneratorState::Suspended(_) | GeneratorState::Running(_) => GENERATOR + generator.room * TUPLE_ITEM,
                GeneratorState::Ended => GENERATOR,
            },
            Self::Function(_) => 96,
            Self::Exception(exception) => {
                160 + (exception.args.len() + 3 * exception.attributes.len()).saturating_mul(TUPLE_ITEM)
                    + exception.help.as_ref().map_or(0, String::len)
            }
            Self::Pattern(pattern) => {
                let states = usize::try_from(pattern.automaton_size()).unwrap_or(usize::MAX);
                PATTERN
                    .saturating_add(pattern.source().len().saturating_mul(PATTERN_BYTE))
                    .saturating_add(states.saturating_mul(PATTERN_STATE))
            }
            Self::Match(found) => MATCH + found.captures.groups().saturating_mul(24),
            Self::TupleClass(class) => 64 + class.fields.len().saturating_mul(FIELD),
            Self::Instance(instance) => 32 + instance.fields.len().saturating_mul(FIELD),
            Self::Record(record) => 48 + record.values.len().saturating_mul(TUPLE_ITEM),
            Self::Decimal(number) => BIG + number.bytes(),
            Self::DecimalContext(_) => 48,
            Self::Fraction(number) => 2 * BIG + usize::try_from(number.bits() / 8).unwrap_or(usize::MAX),
            Self::Unknown(_) => 64,
        };
        HEADER.saturating_add(own)
    }

    /// Tells whether the object keeps more room for growing than its nominal bytes cover.
    pub(crate) fn is_roomy(&self) -> bool {
        match self {
            Self::List(items) => is_roomy(items.len(), items.capacity()),
            Self::Deque(deque) => is_roomy(deque.items.len(), deque.items.capacity()),
            Self::Dict(dict) => dict.items.is_roomy(),
            Self::Set(items) => items.is_roomy(),
            _ => false,
        }
    }

    /// Takes the room for growing back. What is left moves, so that the whole of the room can be used for something else of its
    /// size.
    pub(crate) fn shrink(&mut self) {
        match self {
            Self::List(items) => *items = items.as_slice().to_vec(),
            Self::Deque(deque) => deque.items = Vec::from_iter(deque.items.iter().copied()).into(),
            Self::Dict(dict) => dict.items.shrink(),
            Self::Set(items) => items.shrink(),
            _ => {}
        }
    }

    /// Visits the values that the object holds.
    pub(crate) fn for_each_value(&self, mut visit: impl FnMut(Value)) {
        match self {
            Self::Free | Self::Str(_) | Self::BigInt(_) | Self::Range(_) | Self::Pattern(_) | Self::Document(_) => {}
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
    pub(crate) fn for_each_text(&self, mut visit: impl FnMut(&Text)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_small() {
        assert!(size_of::<Object>() <= 40, "{}", size_of::<Object>());
    }

    /// What an allocator takes for a block: a header, and a multiple of 16.
    const fn block(bytes: usize) -> usize {
        if bytes == 0 {
            0
        } else {
            (bytes + 8).next_multiple_of(16)
        }
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn nominal_bytes_cover_what_small_objects_take() {
        use num_bigint::BigUint;

        let place = size_of::<Object>();
        let boxed = |bytes: usize| place + block(bytes);
        let taken = [
            ("list of one", list_bytes(1), place + block(4 * 16)),
            ("empty dict", dict_bytes(0), boxed(size_of::<DictObject>())),
            (
                "dict of one",
                dict_bytes(1),
                boxed(size_of::<DictObject>()) + block(40) + block(4 * 4 + 20),
            ),
            ("deque", HEADER + DEQUE, boxed(size_of::<DequeObject>())),
            (
                "deque of one",
                HEADER + DEQUE + DEQUE_ITEM,
                boxed(size_of::<DequeObject>()) + block(16),
            ),
            ("generator", HEADER + GENERATOR, boxed(size_of::<GeneratorObject>())),
            ("function", HEADER + 96, boxed(size_of::<FunctionObject>())),
            ("exception", HEADER + 160, boxed(size_of::<ExceptionObject>())),
            ("match", HEADER + MATCH, boxed(size_of::<MatchObject>())),
            ("iterator", HEADER + ITERATOR, boxed(size_of::<IteratorObject>())),
            ("record", HEADER + 48, boxed(size_of::<RecordObject>())),
            ("instance", HEADER + 32, boxed(size_of::<InstanceObject>())),
            ("class", HEADER + 64, boxed(size_of::<TupleClassObject>())),
            (
                "large integer",
                HEADER + BIG + 8,
                boxed(size_of::<BigInt>()) + block(4 * 8),
            ),
            ("decimal", HEADER + BIG, boxed(size_of::<Decimal>()) + block(4 * 8)),
            (
                "fraction",
                HEADER + 2 * BIG,
                boxed(size_of::<Fraction>()) + 2 * block(4 * 8),
            ),
        ];
        assert!(size_of::<BigUint>() <= size_of::<BigInt>());
        let short: Vec<_> = taken
            .iter()
            .filter(|(_, nominal, taken)| nominal * 5 / 4 < *taken)
            .collect();
        assert!(short.is_empty(), "name, nominal and taken: {short:?}");
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
