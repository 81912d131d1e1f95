//! Nominal sizes of heap objects. They depend only on an object's contents, so that they are the
//! same on every machine.

use sift_text::Text;

use super::{GeneratorState, IteratorSource, Object};
use crate::capacity::{is_roomy, take_room_back};

/// The nominal bytes of an object's slot on the heap.
const HEADER: usize = 48;
/// The nominal bytes of each item in a list, including spare capacity.
const LIST_ITEM: usize = 24;
/// The nominal bytes added by a list's allocation if the list is not empty.
const LIST_ITEMS: usize = 24;
/// The nominal bytes of each item in a tuple.
const TUPLE_ITEM: usize = 16;
/// The nominal bytes of a dict or set without its entries.
const DICT: usize = 112;
/// The nominal bytes of each entry in a dict or set, including spare capacity.
const DICT_ENTRY: usize = 72;
/// The nominal bytes added by the allocations of a dict or set if it is not empty.
const DICT_ENTRIES: usize = 96;
/// The nominal bytes of a deque without its items.
const DEQUE: usize = 128;
/// The nominal bytes of each item in a deque.
const DEQUE_ITEM: usize = 32;

/// The nominal bytes of each attribute of an instance, or of each field of a named tuple class.
pub const FIELD: usize = 40;

/// The nominal bytes of a regular expression match, without its groups.
const MATCH: usize = 144;
/// The nominal bytes of an iterator implemented natively.
const ITERATOR: usize = 128;
/// The nominal bytes of a generator, without its saved frame.
const GENERATOR: usize = 112;

/// The nominal bytes of a time zone's name, without its characters.
const ZONE: usize = 24;

/// The nominal bytes of a large integer, without its digits.
const BIG: usize = 96;

/// The nominal bytes of a compiled regular expression, without its source and automata.
const PATTERN: usize = 24 << 10;
/// The nominal bytes for each byte of the source of a compiled regular expression.
const PATTERN_BYTE: usize = 256;
/// The nominal bytes for each state of a regular expression's automata. When needed, automata are
/// built in both directions and again for groups.
const PATTERN_STATE: usize = 640;

/// Returns the nominal bytes of a list with this many items.
pub const fn list_bytes(items: usize) -> usize {
    HEADER + items_bytes(items)
}

const fn items_bytes(items: usize) -> usize {
    match items {
        0 => 0,
        _ => items.saturating_mul(LIST_ITEM).saturating_add(LIST_ITEMS),
    }
}

/// Returns the nominal bytes by which a deque grows when it gets `more` items.
pub const fn deque_growth(more: usize) -> usize {
    more.saturating_mul(DEQUE_ITEM)
}

/// Returns the nominal bytes by which a list of `items` items grows when it gets `more` items.
pub const fn list_growth(items: usize, more: usize) -> usize {
    items_bytes(items.saturating_add(more)) - items_bytes(items)
}

/// Returns the nominal bytes of a dict or set with this many entries. The places of removed entries
/// count until the map is packed.
pub const fn dict_bytes(entries: usize) -> usize {
    HEADER + DICT + entries_bytes(entries)
}

const fn entries_bytes(entries: usize) -> usize {
    match entries {
        0 => 0,
        _ => entries.saturating_mul(DICT_ENTRY).saturating_add(DICT_ENTRIES),
    }
}

/// Returns the nominal bytes by which a dict or set of `entries` entries grows when it gets `more`
/// entries.
pub const fn dict_growth(entries: usize, more: usize) -> usize {
    entries_bytes(entries.saturating_add(more)) - entries_bytes(entries)
}

/// Returns the nominal bytes of a text, without the bytes that it shares with other texts.
#[inline]
pub fn text_bytes(text: &Text) -> usize {
    HEADER.saturating_add(text.header_bytes())
}

/// The nominal bytes of an iterator over the matches of a regular expression.
const MATCHES_BYTES: usize = 8 << 10;

impl Object {
    /// Returns the object's nominal bytes, which depend only on its contents and not on its
    /// history. The bytes of shared texts are counted separately, each once.
    #[inline]
    pub fn nominal_bytes(&self) -> usize {
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
            Self::DictView { .. } | Self::BoundMethod { .. } | Self::Cell(_) => 0,
            Self::Date(_) | Self::Time { .. } | Self::DateTime { .. } | Self::TimeDelta(_) => 0,
            Self::NamedZone { name, .. } => ZONE + name.len(),
            Self::Iterator(iterator) => match &iterator.source {
                IteratorSource::Zip { inners } => ITERATOR + inners.len().saturating_mul(TUPLE_ITEM),
                // It may hold matches that were found in advance.
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

    /// Returns `true` if the object has more spare capacity than its nominal bytes include.
    pub(crate) fn is_roomy(&self) -> bool {
        match self {
            Self::List(items) => is_roomy(items.len(), items.capacity()),
            Self::Deque(deque) => is_roomy(deque.items.len(), deque.items.capacity()),
            Self::Dict(dict) => dict.items.is_roomy(),
            Self::Set(items) => items.is_roomy(),
            _ => false,
        }
    }

    /// Releases the object's spare capacity.
    pub(crate) fn shrink(&mut self) {
        match self {
            Self::List(items) => take_room_back(items),
            Self::Deque(deque) => deque.items = Vec::from_iter(deque.items.iter().copied()).into(),
            Self::Dict(dict) => dict.items.shrink(),
            Self::Set(items) => items.shrink(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::{BigInt, BigUint};

    use super::*;
    use crate::fraction::Fraction;
    use crate::object::DequeObject;
    use crate::object::DictObject;
    use crate::object::ExceptionObject;
    use crate::object::FunctionObject;
    use crate::object::GeneratorObject;
    use crate::object::InstanceObject;
    use crate::object::IteratorObject;
    use crate::object::MatchObject;
    use crate::object::RecordObject;
    use crate::object::TupleClassObject;
    use sift_numbers::decimal::Decimal;

    /// Returns the size of an allocated memory block: the bytes and a header, rounded up to a
    /// multiple of 16.
    const fn block(bytes: usize) -> usize {
        if bytes == 0 {
            0
        } else {
            (bytes + 8).next_multiple_of(16)
        }
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn nominal_bytes_cover_actual_sizes_of_small_objects() {
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
}
