//! Arguments and exceptions of the date and time functions, with CPython's messages.

use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Runtime};
use sift_values::calendar::{DeltaError, RangeError};
use sift_values::flow::{Flow, Outcome};
use sift_values::meter::WINDOW_BYTES;
use sift_values::value::{Type, Value};

use super::iso_text::{Detail, IsoError};
use crate::datetime::values::zone_offset;

/// Creates the `ValueError` for a date or time field that is out of range.
pub(super) fn out_of_range(m: &mut Runtime, error: RangeError) -> Flow {
    m.value_error(error.to_string())
}

pub(super) fn delta_error(m: &mut Runtime, error: DeltaError) -> Flow {
    m.overflow_error(&error.to_string())
}

/// Creates the `OverflowError` for a result outside of the years 1 to 9999.
pub(super) fn out_of_calendar(m: &mut Runtime) -> Flow {
    m.overflow_error("date value out of range")
}

pub(super) fn iso_error(m: &mut Runtime, error: IsoError, text: Value) -> Flow {
    match error {
        IsoError::Range(error) => out_of_range(m, error),
        IsoError::Form => match m.repr(text) {
            Ok(text) => m.value_error(format!("Invalid isoformat string: {text}")),
            Err(flow) => flow,
        },
    }
}

/// Converts an argument to an int, which must fit in 32 bits.
pub(super) fn c_int(m: &mut Runtime, value: Value) -> Result<i64, Flow> {
    match m.number(value) {
        Some(Number::Int(int)) if int > i64::from(i32::MAX) => {
            Err(m.overflow_error("signed integer is greater than maximum"))
        }
        Some(Number::Int(int)) if int < i64::from(i32::MIN) => {
            Err(m.overflow_error("signed integer is less than minimum"))
        }
        Some(Number::Int(int)) => Ok(int),
        Some(Number::Big(_)) => Err(m.overflow_error("Python int too large to convert to C long")),
        _ => {
            let message = format!("'{}' object cannot be interpreted as an integer", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

/// Converts the argument at an index to an int; returns the default if the argument is omitted.
pub(super) fn c_int_or(m: &mut Runtime, args: &Args, index: usize, default: i64) -> Result<i64, Flow> {
    match args.given(index) {
        Some(value) => c_int(m, value),
        None => Ok(default),
    }
}

/// Returns an argument unchanged; rejects it if it is neither a time zone nor None.
pub(super) fn zone_arg(m: &mut Runtime, value: Value) -> Outcome {
    if value.is_none() || zone_offset(m, value).is_some() {
        return Ok(value);
    }
    let message = format!(
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        m.type_name(value)
    );
    let flow = m.type_error(message);
    Err(m.with_help(
        flow,
        "zones are fixed offsets: timezone.utc, or timezone(timedelta(hours=1))",
    ))
}

/// Returns the text of an argument that must be a str. Rejects texts that are too long to parse
/// without checking for cancellation.
pub(super) fn str_arg(m: &mut Runtime, function: &str, place: usize, value: Value) -> Result<String, Flow> {
    if value.kind() != Type::Str {
        // CPython shows None instead of its class here.
        let shown = if value.is_none() { "None" } else { m.type_name(value) };
        let message = format!("{function}() argument {place} must be str, not {shown}");
        return Err(m.type_error(message));
    }
    let text = m.text(value)?;
    let text = text.as_str().unwrap_or_default();
    // The parsing functions don't check the cancel flag.
    if text.len() > WINDOW_BYTES {
        let message = format!(
            "{function}() argument {place} is {} bytes long; at most {WINDOW_BYTES} are read",
            text.len()
        );
        return Err(m.value_error(message));
    }
    m.meter.charge_bytes(text.len())?;
    m.reserve(text.len())?;
    Ok(text.to_owned())
}

pub(super) fn iso_arg(m: &mut Runtime, value: Value) -> Result<String, Flow> {
    if value.kind() != Type::Str {
        return Err(m.type_error("fromisoformat: argument must be str"));
    }
    str_arg(m, "fromisoformat", 1, value)
}

pub(super) fn detail_arg(m: &mut Runtime, place: usize, value: Option<Value>) -> Result<Detail, Flow> {
    let Some(value) = value else {
        return Ok(Detail::Auto);
    };
    let name = str_arg(m, "isoformat", place, value)?;
    match Detail::of_name(&name) {
        Some(detail) => Ok(detail),
        None => Err(m.value_error("Unknown timespec value")),
    }
}
