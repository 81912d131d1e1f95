//! Arguments of the functions on dates and times, and the exceptions that they raise, in CPython's words.

use super::iso_text::{Detail, IsoError};
use crate::calendar::{DeltaError, RangeError};
use crate::flow::{Flow, Outcome};
use crate::meter::WINDOW_BYTES;
use crate::operate::Number;
use crate::runtime::{Args, Runtime};
use crate::value::{Type, Value};

impl Runtime {
    /// Makes the exception for a field out of range.
    pub(super) fn range_error(&mut self, error: RangeError) -> Flow {
        self.value_error(error.to_string())
    }

    pub(super) fn delta_error(&mut self, error: DeltaError) -> Flow {
        self.overflow_error(&error.to_string())
    }

    /// Makes the exception for arithmetic that leaves the calendar.
    pub(super) fn out_of_calendar(&mut self) -> Flow {
        self.overflow_error("date value out of range")
    }

    pub(super) fn iso_error(&mut self, error: IsoError, text: Value) -> Flow {
        match error {
            IsoError::Range(error) => self.range_error(error),
            IsoError::Form => match self.repr(text) {
                Ok(text) => self.value_error(format!("Invalid isoformat string: {text}")),
                Err(flow) => flow,
            },
        }
    }

    /// Returns an argument that must be an int of 32 bits.
    pub(super) fn c_int(&mut self, value: Value) -> Result<i64, Flow> {
        match self.number(value) {
            Some(Number::Int(int)) if int > i64::from(i32::MAX) => {
                Err(self.overflow_error("signed integer is greater than maximum"))
            }
            Some(Number::Int(int)) if int < i64::from(i32::MIN) => {
                Err(self.overflow_error("signed integer is less than minimum"))
            }
            Some(Number::Int(int)) => Ok(int),
            Some(Number::Big(_)) => Err(self.overflow_error("Python int too large to convert to C long")),
            _ => {
                let message = format!("'{}' object cannot be interpreted as an integer", self.type_name(value));
                Err(self.type_error(message))
            }
        }
    }

    /// Returns the argument at an index as an int, or what it is by default.
    pub(super) fn c_int_or(&mut self, args: &Args, index: usize, default: i64) -> Result<i64, Flow> {
        match args.given(index) {
            Some(value) => self.c_int(value),
            None => Ok(default),
        }
    }

    /// Returns an argument that must be a zone or None.
    pub(super) fn zone_arg(&mut self, value: Value) -> Outcome {
        if value.is_none() || self.zone_offset(value).is_some() {
            return Ok(value);
        }
        let message = format!(
            "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
            self.type_name(value)
        );
        let flow = self.type_error(message);
        Err(self.with_help(
            flow,
            "zones are fixed offsets: timezone.utc, or timezone(timedelta(hours=1))",
        ))
    }

    /// Returns an argument that must be a str.
    pub(super) fn str_arg(&mut self, function: &str, place: usize, value: Value) -> Result<String, Flow> {
        if value.kind() != Type::Str {
            // The class of None is not what CPython shows here.
            let shown = if value.is_none() { "None" } else { self.type_name(value) };
            let message = format!("{function}() argument {place} must be str, not {shown}");
            return Err(self.type_error(message));
        }
        let text = self.text(value)?;
        let text = text.as_str().unwrap_or_default();
        // Nothing that is read here looks at the cancel flag.
        if text.len() > WINDOW_BYTES {
            let message = format!(
                "{function}() argument {place} is {} bytes long; at most {WINDOW_BYTES} are read",
                text.len()
            );
            return Err(self.value_error(message));
        }
        self.meter.charge_bytes(text.len())?;
        self.reserve(text.len())?;
        Ok(text.to_owned())
    }

    pub(super) fn iso_arg(&mut self, value: Value) -> Result<String, Flow> {
        if value.kind() != Type::Str {
            return Err(self.type_error("fromisoformat: argument must be str"));
        }
        self.str_arg("fromisoformat", 1, value)
    }

    pub(super) fn detail_arg(&mut self, place: usize, value: Option<Value>) -> Result<Detail, Flow> {
        let Some(value) = value else {
            return Ok(Detail::Auto);
        };
        let name = self.str_arg("isoformat", place, value)?;
        match Detail::of_name(&name) {
            Some(detail) => Ok(detail),
            None => Err(self.value_error("Unknown timespec value")),
        }
    }
}
