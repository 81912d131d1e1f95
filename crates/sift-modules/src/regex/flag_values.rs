//! Regex flags as values: an `int` whose repr shows the names of its bits.

use sift_regex::Flags;
use sift_runtime::runtime::Runtime;
use sift_values::flow::Flow;
use sift_values::value::Value;

/// The names of the regex flags, in the order of Python's `repr`.
const NAMES: [(Flags, &str); 9] = [
    (Flags::ASCII, "ASCII"),
    (Flags::IGNORECASE, "IGNORECASE"),
    (Flags::LOCALE, "LOCALE"),
    (Flags::UNICODE, "UNICODE"),
    (Flags::MULTILINE, "MULTILINE"),
    (Flags::DOTALL, "DOTALL"),
    (Flags::VERBOSE, "VERBOSE"),
    (Flags::TEMPLATE, "TEMPLATE"),
    (Flags::DEBUG, "DEBUG"),
];

/// The bits of all known regex flags.
const KNOWN: i64 = 511;

/// Returns the names of the regex flags that are set, each with a prefix. Unknown bits are shown as
/// a number.
fn names(bits: i64, prefix: &str) -> String {
    let mut shown: Vec<String> = NAMES
        .iter()
        .filter(|(flag, _)| bits & i64::from(flag.bits()) != 0)
        .map(|(_, name)| format!("{prefix}{name}"))
        .collect();
    match bits & !KNOWN {
        _ if bits == 0 => shown.push(format!("{prefix}NOFLAG")),
        0 => {}
        rest => shown.push(format!("{rest:#x}")),
    }
    shown.join("|")
}

/// Returns the `repr` of regex flags.
pub(super) fn regex_flag_repr(bits: i64) -> String {
    names(bits, "re.")
}

/// Returns all known regex flags that aren't set, for `~flags`.
pub(super) fn inverted_flags(bits: i64) -> i64 {
    KNOWN & !bits
}

/// Returns an attribute of a regex flag by name, or `None` if there is no such attribute.
pub(super) fn regex_flag_attribute(m: &mut Runtime, flag: Value, name: &str) -> Result<Option<Value>, Flow> {
    let bits = flag.raw_int();
    match name {
        "value" | "real" | "numerator" => Ok(Some(Value::int(bits))),
        "imag" => Ok(Some(Value::int(0))),
        "denominator" => Ok(Some(Value::int(1))),
        "name" => m.alloc_text(names(bits, "")).map(Some),
        _ => Ok(None),
    }
}
