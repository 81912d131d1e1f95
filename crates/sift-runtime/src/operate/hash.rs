//! Hashing of values. It uses loops instead of recursion, and equal values have equal hashes.

use std::hash::{BuildHasher as _, Hasher as _};

use hashbrown::DefaultHashBuilder;
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive as _;
use sift_numbers::decimal::HASH_MODULUS;
use sift_text::Text;
use sift_values::flow::Flow;
use sift_values::meter::Meter;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::Number;
use crate::runtime::Runtime;

/// The error for an unhashable value, with the name of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unhashable(pub(crate) String);

impl Runtime {
    /// Returns the hash of a value for dicts and sets.
    ///
    /// # Errors
    /// A `TypeError` for unhashable values; waits for pending replies.
    pub fn hash(&mut self, value: Value) -> Result<u64, Flow> {
        // The most common keys.
        if value.kind() == Type::Str
            && let Object::Str(text) = self.heap.get(value.handle())
            && let Some(flat) = text.as_str()
        {
            self.meter.pay_to_read(text)?;
            return Ok(hash_short(flat).unwrap_or_else(|| hash_long(text)));
        }
        match self.hash_key(value)? {
            Ok(hash) => Ok(hash),
            Err(Unhashable(type_name)) => Err(self.type_error(format!("unhashable type: '{type_name}'"))),
        }
    }

    /// Hashes a tuple of small integers and texts without a work list, with the same result as
    /// [`hash_key`](Self::hash_key). Returns `None` for other values.
    fn hash_flat_tuple(&mut self, value: Value) -> Result<Option<u64>, Flow> {
        let Object::Tuple(items) = self.heap.get(value.handle()) else {
            return Ok(None);
        };
        if value.kind() != Type::Tuple || items.len() > SHORT_TUPLE {
            return Ok(None);
        }
        let mut hasher = hasher();
        hasher.write_u8(Type::Tuple as u8);
        hasher.write_usize(items.len());
        let mut units = items.len() as u64;
        for item in items.iter() {
            match (item.kind(), self.heap.get(item.handle())) {
                (Type::Int | Type::Bool, _) => hasher.write_i64(item.raw_int()),
                (Type::Str, Object::Str(text)) if !text.has_pending() && text.known_bytes() <= SHORT_ITEM => {
                    units += Meter::units_for_bytes(text.known_bytes());
                    self.meter.note_read(text);
                    write_text(text, &mut hasher);
                }
                _ => return Ok(None),
            }
        }
        self.meter.charge(units)?;
        Ok(Some(finished(&hasher)))
    }

    pub(crate) fn hash_key(&mut self, value: Value) -> Result<Result<u64, Unhashable>, Flow> {
        let mut hasher = hasher();
        // The common keys need no work list.
        match value.kind() {
            Type::Int | Type::Bool | Type::RegexFlag => {
                hasher.write_i64(value.raw_int());
                return Ok(Ok(finished(&hasher)));
            }
            Type::Str => {
                self.settle_text(value)?;
                let Object::Str(text) = self.heap.get(value.handle()) else {
                    return Ok(Ok(0));
                };
                self.meter.pay_to_read(text)?;
                return Ok(Ok(hash_text(text)));
            }
            _ => {}
        }
        if let Some(hash) = self.hash_flat_tuple(value)? {
            return Ok(Ok(hash));
        }
        self.hash_nested(value, hasher)
    }

    /// Hashes a value and, with a work list, all values nested in it.
    fn hash_nested(
        &mut self,
        value: Value,
        mut hasher: impl std::hash::Hasher,
    ) -> Result<Result<u64, Unhashable>, Flow> {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            self.charge_hashed_integer(value)?;
            if let Some(number) = self.number(value) {
                hash_number(&number, &mut hasher);
                continue;
            }
            if let Some(operators) = self.operators(value)
                && operators.hash(self, value, &mut hasher)?
            {
                continue;
            }
            match value.kind() {
                Type::FrozenSet => hasher.write_u8(Type::Set as u8),
                Type::Str => {}
                kind => hasher.write_u8(kind as u8),
            }
            if !value.is_object() {
                hasher.write_u64(value.index() as u64);
                continue;
            }
            if value.kind() == Type::Str {
                self.settle_text(value)?;
            }
            if let Err(unhashable) = self.hash_object(value, &mut hasher, &mut pending)? {
                return Ok(Err(unhashable));
            }
        }
        Ok(Ok(finished(&hasher)))
    }

    /// Adds an object to a hash, except for the values in it, which are added to `pending`.
    fn hash_object(
        &mut self,
        value: Value,
        hasher: &mut impl std::hash::Hasher,
        pending: &mut Vec<Value>,
    ) -> Result<Result<(), Unhashable>, Flow> {
        match self.heap.get(value.handle()) {
            Object::Str(text) => {
                self.meter.pay_to_read(text)?;
                write_text(text, hasher);
            }
            Object::Tuple(items) => {
                self.meter.charge_items(items.len())?;
                hasher.write_usize(items.len());
                pending.extend(items.iter().rev());
            }
            Object::Record(record) => {
                self.meter.charge_items(record.values.len())?;
                pending.extend(record.values.iter().rev());
            }
            Object::Set(items) if value.kind() == Type::FrozenSet => {
                // The order of insertion must not matter.
                self.meter.charge_items(items.len())?;
                let sum = items
                    .iter_hashed()
                    .fold(0_u64, |sum, (hash, ..)| sum.wrapping_add(hash));
                hasher.write_u64(sum);
            }
            Object::Range(range) => {
                hasher.write_u64(range.len());
                hasher.write_i64(range.start);
            }
            Object::Pattern(pattern) => hasher.write(pattern.source().as_bytes()),
            Object::List(_)
            | Object::Deque(_)
            | Object::Dict(_)
            | Object::Set(_)
            | Object::DictView { .. }
            | Object::Slice(_) => {
                return Ok(Err(Unhashable(self.type_name(value).into())));
            }
            _ => hasher.write_u32(value.handle().0),
        }
        Ok(Ok(()))
    }
}

/// Returns the residue modulo 2^61 - 1 by which Python hashes integers. It is negated for a
/// negative integer.
pub(crate) fn big_residue(value: &BigInt) -> u64 {
    let residue = (value.magnitude() % HASH_MODULUS).to_u64().unwrap_or(0);
    signed_residue(residue, value.sign() == Sign::Minus)
}

/// Returns the residue modulo 2^61 - 1 by which Python hashes a finite float. It equals the
/// [`big_residue`] of an equal integer.
pub(crate) fn float_residue(value: f64) -> u64 {
    let (mut fraction, mut exponent) = libm::frexp(value.abs());
    // A float has 53 significant bits.
    fraction *= 9_007_199_254_740_992.0;
    exponent -= 53;
    // 2^61 is congruent to 1, so powers of two are periodic.
    let power = u32::try_from(exponent.rem_euclid(61)).unwrap_or(0);
    let residue = (u128::from(fraction as u64) << power) % u128::from(HASH_MODULUS);
    signed_residue(u64::try_from(residue).unwrap_or(0), value < 0.0)
}

/// Returns a float as a 64-bit integer, or `None` if it is not integral or too large.
pub(crate) fn float_as_int(value: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    (value.trunc() == value && (-BEYOND..BEYOND).contains(&value)).then_some(value as i64)
}

/// Negates a hash residue, in two's complement, if `negative` is set.
pub const fn signed_residue(residue: u64, negative: bool) -> u64 {
    if negative { residue.wrapping_neg() } else { residue }
}

/// The maximum number of items in a tuple that is hashed before the work is charged.
const SHORT_TUPLE: usize = 16;
/// The maximum bytes of each text in a tuple that is hashed before the work is charged.
const SHORT_ITEM: usize = 64;

/// The bit of a hash that is set only for short texts.
const SHORT_TEXT: u64 = 1 << 63;

/// Returns `true` if a hash is that of a short text. No other value has such a hash.
pub(super) const fn is_short_text(hash: u64) -> bool {
    hash & SHORT_TEXT != 0
}

/// Hashes a text. Up to eight ASCII characters are packed into the hash, so that equal hashes mean
/// equal texts.
fn hash_text(text: &Text) -> u64 {
    match packed(text) {
        Some(characters) => SHORT_TEXT | scattered(characters),
        None => hash_long(text),
    }
}

/// Adds a text, as a part of another value, to a hash.
fn write_text(text: &Text, hasher: &mut impl std::hash::Hasher) {
    match packed(text) {
        Some(characters) => hasher.write_u64(SHORT_TEXT | characters),
        None => {
            hasher.write_u8(Type::Str as u8);
            text.hash_with(hasher);
        }
    }
}

/// Packs a short ASCII text, flat or a rope, into a number. Returns `None` for other texts.
fn packed(text: &Text) -> Option<u64> {
    match text.as_str() {
        Some(flat) => short_ascii(flat),
        None if text.known_bytes() <= 8 => text.to_flat().ok().and_then(|flat| short_ascii(&flat)),
        None => None,
    }
}

/// Hashes an ASCII text of up to eight bytes. Returns `None` for other texts.
#[inline]
pub(super) fn hash_short(text: &str) -> Option<u64> {
    short_ascii(text).map(|characters| SHORT_TEXT | scattered(characters))
}

fn hash_long(text: &Text) -> u64 {
    let mut hasher = hasher();
    hasher.write_u8(Type::Str as u8);
    text.hash_with(&mut hasher);
    finished(&hasher)
}

/// Returns the final value of a hasher, without the bit that marks hashes of short texts.
fn finished(hasher: &impl std::hash::Hasher) -> u64 {
    hasher.finish() & !SHORT_TEXT
}

/// Packs up to eight ASCII characters and their number into 60 bits. Returns `None` for other
/// texts.
fn short_ascii(text: &str) -> Option<u64> {
    let word = short_word(text.as_bytes())?;
    if word & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    // Gather seven bits of each byte: in pairs of bytes, pairs of pairs, and fours.
    let word = (word & 0x007f_007f_007f_007f) | (word & 0x7f00_7f00_7f00_7f00) >> 1;
    let word = (word & 0x0000_3fff_0000_3fff) | (word & 0x3fff_0000_3fff_0000) >> 2;
    let word = (word & 0x0fff_ffff) | (word & 0x0fff_ffff_0000_0000) >> 4;
    Some(word | (text.len() as u64) << 56)
}

/// Reads up to eight bytes as a number, padded with zeros. Returns `None` for more bytes.
#[inline]
fn short_word(bytes: &[u8]) -> Option<u64> {
    // Two overlapping reads are faster than a copy of variable length.
    Some(match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
        (Some(first), Some(last), _) => {
            let shift = 8 * u32::try_from(bytes.len() - 4).ok().filter(|more| *more <= 4)?;
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift
        }
        (.., [a, rest @ ..]) => {
            rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)) << 8 | u64::from(*a)
        }
        _ => 0,
    })
}

/// Scrambles a 63-bit number by a bijection that differs from process to process.
fn scattered(word: u64) -> u64 {
    static KEYS: std::sync::LazyLock<[u64; 2]> = std::sync::LazyLock::new(|| {
        let builder = DefaultHashBuilder::default();
        // Odd factors are invertible.
        [builder.hash_one(1) | 1, builder.hash_one(2) | 1]
    });
    let [first, second] = *KEYS;
    let mixed = word.wrapping_mul(first) & !SHORT_TEXT;
    (mixed ^ mixed >> 32).wrapping_mul(second) & !SHORT_TEXT
}

/// Returns a hasher with a random seed. Dicts and sets keep insertion order, so programs never see
/// hashes, and any good hash function will do.
fn hasher() -> impl std::hash::Hasher {
    static BUILDER: std::sync::LazyLock<DefaultHashBuilder> = std::sync::LazyLock::new(DefaultHashBuilder::default);
    BUILDER.build_hasher()
}

/// Adds a number to a hash. Equal numbers of different types have equal hashes.
fn hash_number(number: &Number, hasher: &mut impl std::hash::Hasher) {
    match number {
        Number::Int(value) => hasher.write_i64(*value),
        // Decimals and fractions have the same residues.
        Number::Big(value) => hasher.write_u64(big_residue(value)),
        Number::Float(value) => match float_as_int(*value) {
            Some(small) => hasher.write_i64(small),
            None if value.is_finite() => hasher.write_u64(float_residue(*value)),
            None => hasher.write_u64(value.to_bits()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use sift_text::{Origin, SourceId, TextBuilder};

    use super::*;

    #[test]
    fn short_texts_have_unique_hashes() {
        let mut texts: HashMap<u64, String> = HashMap::new();
        let characters = ["", "\0", "a", "b", "z", "\x7f", "ab", "é"];
        for first in characters {
            for second in characters {
                for third in ["", "\0", "1234", "123456"] {
                    let whole = format!("{first}{second}{third}");
                    let mut pieces = TextBuilder::new();
                    for (source, piece) in (0..).zip([first, second, third]) {
                        pieces.push_text(&Text::with_origin(piece.to_owned(), Origin::Source(SourceId(source))));
                    }
                    let hash = hash_text(&Text::new(&whole));
                    assert_eq!(hash_text(&pieces.finish().unwrap()), hash, "{whole:?}");
                    assert_eq!(is_short_text(hash), whole.is_ascii() && whole.len() <= 8, "{whole:?}");
                    assert_eq!(texts.entry(hash).or_insert_with(|| whole.clone()), &whole);
                }
            }
        }
    }
}
