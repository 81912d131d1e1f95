//! The fuel costs of operations, in units of fuel.
//! [`docs/fuel.md`](https://github.com/rlm-rs/rlm/blob/main/crates/sift-vm/docs/fuel.md) explains
//! the rules.
//!
//! Every op costs [`OP`]. Ops and library functions charge for additional work in advance. Changing
//! a cost changes the fuel of recorded runs. `tests/it/costs.rs` of sift-vm tests the cost of one
//! call of every function.

/// Fuel units for each op that is run.
pub const OP: u64 = 1;

/// Fuel units for each item that is created, moved individually or examined.
pub const ITEM: u64 = 1;

/// Bytes that are copied, compared, searched or hashed for one unit of fuel.
pub const BYTES_PER_UNIT: u64 = 16;

/// Bytes that are processed character by character, for example escaped, for one unit of fuel.
pub const CHARACTER_BYTES_PER_UNIT: u64 = 4;

/// Fuel units for each byte of tokenized text. At 4, a unit takes 7 to 32 ns for any text (`cargo
/// bench --bench fuel tokenizer`).
pub const TOKENIZED_BYTE: u64 = 4;

/// Fuel units for each window of text passed to a tokenizer, in addition to its bytes.
pub const TOKEN_WINDOW: u64 = 32;

/// Fuel units for locating a code point in a non-ASCII text of more than [`UNINDEXED`] bytes.
pub const PLACE: u64 = 6;

/// Fuel units for locating a code point in a rope.
pub const ROPE_PLACE: u64 = 24;

/// Nominal bytes of a rope's tree that are built for one unit of fuel.
pub const BUILT_BYTES_PER_UNIT: u64 = 128;

/// The maximum length in bytes of a text in which locating a code point is free.
pub const UNINDEXED: usize = 64;

/// Fuel units for each doubling while a text is repeated.
pub const DOUBLING: u64 = 4;

/// Additional fuel units for each doubling of a text that isn't contiguous, which joins two trees.
pub const TREE_DOUBLING: u64 = 24;

/// The maximum length in bytes up to which a repeated text is contiguous.
pub const ONE_PLACE: u64 = 1_024;

/// Fuel units for each field of a format template, in addition to those for its output.
pub const FORMAT_FIELD: u64 = 4;

/// Fuel units for creating a dict or set, in addition to those for its entries.
pub const TABLE: u64 = 4;

/// Fuel units for reading an entry of a dict or set and inserting it into another one.
pub const ENTRY: u64 = 2;

/// Returns the fuel units for creating a dict or set with this many entries.
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

/// Fuel units for accessing a name that an object doesn't have. The error suggests similar names.
pub const MISSING_NAME: u64 = 8;

/// The number of names that are compared with a missing name for one unit of fuel.
pub const NAMES_PER_UNIT: u64 = 1;

// Large integers.

/// Products of two 64-bit words, in arithmetic on large integers, that are computed for one unit of
/// fuel.
pub const PRODUCTS_PER_UNIT: u64 = 8;

/// Bits of a large integer that are copied, as an operand or argument, for one unit of fuel.
pub const COPIED_BITS_PER_UNIT: u64 = 1_024;

/// Fuel units for a logarithm or an exponential function of floats, which takes about ten times as
/// long as other functions. A power uses one of each.
pub const ELEMENTARY: u64 = 4;

/// Fuel units for `pow` with a modulus, in addition to the products of its steps.
pub const MODULAR_POWER: u64 = 16;

/// Returns the number of 64-bit words in an integer with this many bits.
#[must_use]
pub const fn words(bits: u64) -> u64 {
    bits / 64 + 1
}

/// Returns the fuel units for multiplying or dividing integers with these numbers of bits, which
/// are proportional to the product of their lengths in words.
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

/// Returns the fuel units for converting an integer with this many bits to decimal, by repeated
/// division.
///
/// ```
/// use sift_values::cost::decimal_digits;
///
/// assert!(decimal_digits(16_000) > 30 * decimal_digits(2_000), "quadratic");
/// ```
#[must_use]
pub const fn decimal_digits(bits: u64) -> u64 {
    // Longer integers are rejected: see `MAX_INT_DIGITS`.
    let bits = if bits < 1 << 14 { bits } else { 1 << 14 };
    product(bits, bits) + 2 * words(bits)
}

/// Fuel units for each word of the longer integer when two integers are divided to a float.
pub const DIVIDED_WORD: u64 = 4;

/// Fuel units for each step of computing a modular inverse. There is one step per bit of the
/// modulus.
pub const INVERSE_STEP: u64 = 8;

/// The maximum number of digits of a float that are computed without arbitrary-precision
/// arithmetic.
pub const SHORT_DIGITS: usize = 17;

/// Fuel units for each digit of a float beyond [`SHORT_DIGITS`].
pub const LONG_DIGIT: u64 = 4;

/// The difference of exponents in a float remainder that costs one unit of fuel.
pub const EXPONENTS_PER_UNIT: u64 = 8;

/// Returns the fuel units for the remainder of two floats. It is computed bit by bit over the
/// difference of their exponents.
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

/// Fuel units for compiling a regular expression, in addition to those for its bytes and the states
/// of its automata.
pub const PATTERN: u64 = 1_000;

/// Fuel units for each byte of a regular expression that is compiled.
pub const PATTERN_BYTE: u64 = 16;

/// Fuel units for each state of the automata of a regular expression that is compiled.
pub const PATTERN_STATE: u64 = 20;

/// Fuel units for looking up a regular expression that is already compiled.
pub const PATTERN_FOUND: u64 = 4;

/// Fuel units for a regular expression match, in addition to the bytes read and its groups.
pub const MATCH: u64 = 4;

// Additional costs of searches are in [`sift_regex::cost`].

// Library functions.

/// Fuel units for a model call, in addition to the bytes of its prompt: issuing the request and
/// storing the reply.
pub const MODEL_CALL: u64 = 1_000;

/// Fuel units for a call of a host tool, in addition to the JSON of its arguments and its result.
pub const TOOL_CALL: u64 = 1_000;

/// Fuel units for ranking the passages of a search, in addition to looking up the words of the
/// query.
pub const RANKING: u64 = 1_000;

/// Bytes of the context in which a byte of a search query is looked up for one unit of fuel.
pub const INDEXED_BYTES_PER_UNIT: u64 = 16_384;

/// Fuel units for each passage that a search finds, in addition to its bytes.
pub const PASSAGE: usize = 32;

/// Fuel units for each variable in a listing of the program's variables.
pub const LISTED_VARIABLE: usize = 8;

/// Fuel units for each document of the context that is examined.
pub const DOCUMENT: usize = 4;

/// Fuel units for each value read from or written to JSON, in addition to its bytes.
pub const JSON_VALUE: u64 = 4;

/// Fuel units for each dict entry read from JSON, in addition to its value.
pub const JSON_ENTRY: usize = 4;

/// Fuel units for each value read from a Python literal, in addition to its bytes.
pub const LITERAL_VALUE: u64 = 4;

/// Fuel units for each byte of an invalid literal, which is parsed for the error message.
pub const PARSED_BYTE: usize = 8;

/// Bytes of CSV that are read for one unit of fuel.
pub const CSV_BYTES_PER_UNIT: usize = 4;

/// Steps of the inner loop of a `difflib` comparison that are run for one unit of fuel.
pub const DIFF_STEPS_PER_UNIT: usize = 4;

/// Fuel units for formatting a date, a time or a duration.
pub const TIME_TEXT: u64 = 8;

/// Fuel units for combining the parsed fields of a date.
pub const TIME_FIELDS: u64 = 24;

/// Fuel units for converting a day number to a date.
pub const TIME_CALENDAR: u64 = 4;

/// Fuel units for arithmetic on a duration whose microseconds exceed 64 bits.
pub const TIME_WIDE: u64 = 4;

// Garbage collection uses no fuel, so that fuel doesn't depend on its timing. Allocations pay for
// it.

/// The divisor of the memory limit that gives the minimum bytes that make a garbage collection
/// worthwhile, either allocated before it or freed by it.
pub const WORTHWHILE_PART: usize = 8;

/// The maximum number of consecutive garbage collections for lack of memory that free too little to
/// be worthwhile. After that, the program ends.
pub const VAIN_COLLECTIONS: u8 = 2;

/// The names of the ops that programs consist of. Each costs [`OP`] and its work on the operands.
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
