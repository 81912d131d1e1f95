//! What work costs: the public table of fuel, in units. [`docs/fuel.md`](https://github.com/rlm-rs/rlm/blob/main/crates/sift-vm/docs/fuel.md)
//! tells the rules behind it.
//!
//! Every op costs [`OP`]; ops and library functions pay for what they do beside that before they do it. Who changes a cost
//! changes the fuel of recorded runs: `tests/fuel.rs` holds what one call of everything costs.

/// Units for an op.
pub const OP: u64 = 1;

/// Units for an item that is made, moved by itself, or looked at.
pub const ITEM: u64 = 1;

/// Bytes that are copied, compared, searched or hashed for one unit.
pub const BYTES_PER_UNIT: u64 = 16;

/// Bytes that are looked at character by character, as to escape them, for one unit.
pub const CHARACTER_BYTES_PER_UNIT: u64 = 4;

/// Units for a byte of a text that a tokenizer cuts: at 4, a unit takes 7 to 32 ns, whatever the text (`cargo bench --bench fuel tokenizer`).
pub const TOKENIZED_BYTE: u64 = 4;

/// Units for a window that a tokenizer is given, beside its bytes.
pub const TOKEN_WINDOW: u64 = 32;

/// Units for finding a code point in a text of more than [`UNINDEXED`] bytes that is not ASCII.
pub const PLACE: u64 = 6;

/// Units for finding a code point in a rope.
pub const ROPE_PLACE: u64 = 24;

/// Nominal bytes of a rope's tree that are built for one unit.
pub const BUILT_BYTES_PER_UNIT: u64 = 128;

/// Bytes up to which a text is too short for finding a code point in it to cost anything.
pub const UNINDEXED: usize = 64;

/// Units for each time that a text is doubled which is repeated.
pub const DOUBLING: u64 = 4;

/// Units more for each of these times in which the text no longer stands in one place: two trees are put together.
pub const TREE_DOUBLING: u64 = 24;

/// Bytes up to which it stands in one place.
pub const ONE_PLACE: u64 = 1_024;

/// Units for a field of a format, beside those for what is written.
pub const FORMAT_FIELD: u64 = 4;

/// Units for making a dict or a set, beside those for its entries.
pub const TABLE: u64 = 4;

/// Units for looking at an entry of a dict or a set and keeping it in another.
pub const ENTRY: u64 = 2;

/// Returns the units for making a dict or a set of so many entries.
///
/// ```
/// use sift_values::cost::{ENTRY, table};
///
/// assert_eq!(table(100) - table(0), 100 * ENTRY);
/// ```
#[must_use]
pub const fn table(entries: usize) -> u64 {
    (entries as u64).saturating_mul(ENTRY).saturating_add(TABLE)
}

/// Units for a name that an object does not have: its error tells which one may have been meant.
pub const MISSING_NAME: u64 = 8;

/// Names that a missing one is compared with for one unit.
pub const NAMES_PER_UNIT: u64 = 1;

// Large integers.

/// Products of two words (64 bits each) of large integers for one unit.
pub const PRODUCTS_PER_UNIT: u64 = 8;

/// Bits of a large integer that are copied for one unit, where it is an operand or an argument.
pub const COPIED_BITS_PER_UNIT: u64 = 1_024;

/// Units for a logarithm or an exponential, which takes about ten times as long as another function of floats. A power takes one of
/// each.
pub const ELEMENTARY: u64 = 4;

/// Units for `pow` with a modulus, beside the products of its steps.
pub const MODULAR_POWER: u64 = 16;

/// Returns how many words hold an integer of so many bits.
#[must_use]
pub const fn words(bits: u64) -> u64 {
    bits / 64 + 1
}

/// Returns the units for multiplying or dividing integers of so many bits: the product of their words.
///
/// ```
/// use sift_values::cost::product;
///
/// assert!(product(64_000, 64_000) > 50 * product(8_000, 8_000), "quadratic");
/// ```
#[must_use]
pub const fn product(bits: u64, other_bits: u64) -> u64 {
    let (a, b) = (words(bits), words(other_bits));
    a.saturating_mul(b).saturating_add(a).saturating_add(b) / PRODUCTS_PER_UNIT
}

/// Returns the units for writing an integer of so many bits in decimal: its words are divided again and again.
///
/// ```
/// use sift_values::cost::decimal_digits;
///
/// assert!(decimal_digits(16_000) > 30 * decimal_digits(2_000), "quadratic");
/// ```
#[must_use]
pub const fn decimal_digits(bits: u64) -> u64 {
    // Longer ones are refused: see `MAX_INT_DIGITS`.
    let bits = if bits < 1 << 14 { bits } else { 1 << 14 };
    product(bits, bits) + 2 * words(bits)
}

/// Units for a word of the longer of two integers that are divided to a float.
pub const DIVIDED_WORD: u64 = 4;

/// Units for each step of finding the inverse of an integer by a modulus, a step being a bit of the modulus.
pub const INVERSE_STEP: u64 = 8;

/// Digits of a float that are found without long arithmetic.
pub const SHORT_DIGITS: usize = 17;

/// Units for each digit of a float that is written beyond [`SHORT_DIGITS`].
pub const LONG_DIGIT: u64 = 4;

/// The difference of two floats' exponents that a remainder is found across for one unit.
pub const EXPONENTS_PER_UNIT: u64 = 8;

/// Returns the units for the remainder of two floats: it is found bit by bit, across the difference of their exponents.
///
/// ```
/// use sift_values::cost::float_remainder;
///
/// assert_eq!(float_remainder(7.5, 2.0), 0);
/// assert!(float_remainder(1.7e308, 5e-324) > 200);
/// ```
#[must_use]
pub const fn float_remainder(a: f64, b: f64) -> u64 {
    let (a, b) = (a.to_bits() >> 52 & 0x7ff, b.to_bits() >> 52 & 0x7ff);
    a.saturating_sub(b) / EXPONENTS_PER_UNIT
}

// Regular expressions.

/// Units for compiling a pattern, beside those for its bytes and for the states of its automata.
pub const PATTERN: u64 = 1_000;

/// Units for a byte of a pattern that is compiled.
pub const PATTERN_BYTE: u64 = 16;

/// Units for a state of an automaton that is built.
pub const PATTERN_STATE: u64 = 20;

/// Units for a pattern that was compiled before.
pub const PATTERN_FOUND: u64 = 4;

/// Units for a match, beside the bytes that were read and its groups.
pub const MATCH: u64 = 4;

// What searches pay beside these is in [`sift_regex::cost`].

// Library functions.

/// Units for a call of a model, beside the bytes of its prompt: handing it out and taking its reply back.
pub const MODEL_CALL: u64 = 1_000;

/// A call of a function of the host; what its arguments and its result take as JSON is paid beside it.
pub const TOOL_CALL: u64 = 1_000;

/// Units for ranking passages, beside those for looking up the query's words.
pub const RANKING: u64 = 1_000;

/// Bytes of the context in which a byte of a query is looked up for one unit.
pub const INDEXED_BYTES_PER_UNIT: u64 = 16_384;

/// Units for a passage that was found, beside its bytes.
pub const PASSAGE: usize = 32;

/// Units for a variable that is listed.
pub const LISTED_VARIABLE: usize = 8;

/// Units for a document of the context that is looked at.
pub const DOCUMENT: usize = 4;

/// Units for a value that JSON is read into or written from, beside its bytes.
pub const JSON_VALUE: u64 = 4;

/// Units for an entry of a dict that JSON is read into, beside its value.
pub const JSON_ENTRY: usize = 4;

/// Units for a value that a literal is read into, beside its bytes.
pub const LITERAL_VALUE: u64 = 4;

/// Units for a byte of a text that is no literal: it is parsed, to say why.
pub const PARSED_BYTE: usize = 8;

/// Bytes of a line of CSV that are read for one unit.
pub const CSV_BYTES_PER_UNIT: usize = 4;

/// Steps of the inner loop of a comparison by `difflib` for one unit.
pub const DIFF_STEPS_PER_UNIT: usize = 4;

/// Units for writing a date, a time or a span.
pub const TIME_TEXT: u64 = 8;

/// Units for putting the fields of a date together that were read.
pub const TIME_FIELDS: u64 = 24;

/// Units for finding the date of a number of days.
pub const TIME_CALENDAR: u64 = 4;

/// Units for arithmetic on microseconds, which are more than 64 bits hold.
pub const TIME_WIDE: u64 = 4;

// Garbage is collected without fuel, so that fuel does not depend on when: it is paid by what was allocated.

/// The part of the memory limit that must have been allocated, or come free, for a collection to be worth its work.
pub const WORTHWHILE_PART: usize = 8;

/// How many collections in a row may be made because memory is full without being worth their work; then the program
/// ends.
pub const VAIN_COLLECTIONS: u8 = 2;

/// The ops that programs are made of, by name. Each costs [`OP`], and what it does to its operands.
pub const OPS: &[&str] = &[
    "Const",
    "None",
    "Bool",
    "Int",
    "IntThen",
    "Ellipsis",
    "Missing",
    "Local",
    "LocalPair",
    "SetLocal",
    "DeleteLocal",
    "ClearLocal",
    "MakeCell",
    "CellValue",
    "SetCell",
    "DeleteCell",
    "Global",
    "SetGlobal",
    "DeleteGlobal",
    "Builtin",
    "Pop",
    "Dup",
    "DupTwo",
    "Swap",
    "Rotate3",
    "Unary",
    "Binary",
    "InPlace",
    "Compare",
    "CompareThenJump",
    "Jump",
    "JumpIfFalse",
    "JumpIfTrue",
    "JumpIfFalseOrPop",
    "JumpIfTrueOrPop",
    "BuildList",
    "BuildTuple",
    "BuildSet",
    "BuildDict",
    "BuildString",
    "Format",
    "FormatSpec",
    "Append",
    "AddToSet",
    "SetItem",
    "Extend",
    "UpdateSet",
    "UpdateDict",
    "MergeKeywords",
    "ListToTuple",
    "Attribute",
    "SetAttribute",
    "DeleteAttribute",
    "Index",
    "SetIndex",
    "DeleteIndex",
    "BuildSlice",
    "Call",
    "CallKeywords",
    "CallSpread",
    "CallMethod",
    "CallMethodKeywords",
    "Iterate",
    "Next",
    "Unpack",
    "UnpackStarred",
    "MakeFunction",
    "PushCell",
    "Return",
    "Yield",
    "Forward",
    "GeneratorResult",
    "PushHandler",
    "PopHandler",
    "Raise",
    "RaiseFrom",
    "Reraise",
    "MatchException",
    "MatchAny",
    "RaiseRuntimeError",
    "RaiseAssertion",
    "Echo",
    "Import",
    "ImportMember",
];
