//! `datetime`: dates, times of day, spans of time and fixed offsets from UTC, as CPython 3.11 has them.
//!
//! There is no clock here, so that `now` and `today` are refused before a program runs. What Python asks the machine's
//! zone for (`timestamp` of a time without a zone, `fromtimestamp` without one, `astimezone`) is answered as in UTC: the
//! result of a program must not depend on where it runs.

mod calendar;
mod dates;
mod datetimes;
mod deltas;
mod iso_text;
mod operators;
mod strftime;
mod strptime;
mod times;
mod zones;

use super::table::{Group, Owner};
use super::{ClassId, Library, Row};
use crate::flow::{Flow, Outcome};
use crate::machine::{Args, Interpreter};
use crate::object::Object;
use crate::operate::Number;
use crate::value::{Type, Value};
pub(crate) use calendar::{Date, Delta, Moment, TimeOfDay};
use calendar::{DeltaError, RangeError};
use iso_text::{Detail, IsoError};

pub(super) fn groups() -> impl Iterator<Item = &'static Group> {
    [
        dates::GROUPS,
        times::GROUPS,
        datetimes::GROUPS,
        deltas::GROUPS,
        zones::GROUPS,
    ]
    .into_iter()
    .flatten()
}

/// The classes, which are members of the module; `timezone.utc` is there by a name of its own too.
pub(super) fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let classes = ["date", "time", "datetime", "timedelta", "timezone", "tzinfo"].map(|name| {
        let class = ClassId::named(name).map_or(Value::NONE, ClassId::value);
        ("datetime", name, class)
    });
    let constants = [
        ("datetime", "MINYEAR", Value::int(1)),
        ("datetime", "MAXYEAR", Value::int(9_999)),
        ("datetime", "UTC", Value::zone(0)),
    ];
    classes.into_iter().chain(constants)
}

/// Units of fuel for writing a date, a time or a span.
const TEXT: u64 = 8;

/// Constants of the classes, which their values have too.
const CLASS_CONSTANTS: &[(&str, &[&str])] = &[
    ("date", &["max", "min", "resolution"]),
    ("time", &["max", "min", "resolution"]),
    ("datetime", &["max", "min", "resolution"]),
    ("timedelta", &["max", "min", "resolution"]),
    ("timezone", &["max", "min", "utc"]),
];

/// The fields of the classes' values.
const FIELDS: &[(&str, &[&str])] = &[
    ("date", &["day", "month", "year"]),
    ("time", &["fold", "hour", "microsecond", "minute", "second", "tzinfo"]),
    (
        "datetime",
        &[
            "day",
            "fold",
            "hour",
            "microsecond",
            "minute",
            "month",
            "second",
            "tzinfo",
            "year",
        ],
    ),
    ("timedelta", &["days", "microseconds", "seconds"]),
];

/// Returns the constants of a class.
pub(super) fn constants(class: &str) -> &'static [&'static str] {
    row(CLASS_CONSTANTS, class)
}

/// Returns the fields of a class's values.
pub(super) fn fields(class: &str) -> &'static [&'static str] {
    row(FIELDS, class)
}

fn row(table: &'static [(&str, &[&str])], class: &str) -> &'static [&'static str] {
    let row = table.iter().find(|(name, _)| *name == class);
    row.map_or(&[], |(_, names)| names)
}

/// Returns what the class `datetime` answers for its module, so that a program may mean either by the name: `datetime.timedelta`.
/// The names that both have, `date` and `time`, are the module's.
pub(super) fn module_member_of_class(library: &Library, class: ClassId, name: &str) -> Option<Value> {
    if class.name() != "datetime" || library.function_of_class(class, name).is_some() {
        return None;
    }
    library.module_member(library.module("datetime")?, name)
}

/// Returns the method that is meant by a call of a class with one argument: `datetime.date(moment)` may be meant as the
/// method, though the name is the class `date` too.
pub(crate) fn method_meant(library: &'static Library, row: &Row, argument: Value) -> Option<&'static Row> {
    match row.owner {
        Owner::Constructor(name @ ("date" | "time")) if argument.kind() == Type::DateTime => {
            let method = library.method(Type::DateTime, name)?;
            Some(library.row(method.index()))
        }
        _ => None,
    }
}

/// A value of one of the five classes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Temporal {
    Date(Date),
    Time(TimeOfDay, Value),
    DateTime(Moment, Value),
    Delta(Delta),
    /// An offset from UTC in microseconds.
    Zone(i64),
}

impl Interpreter {
    pub(super) fn temporal(&self, value: Value) -> Option<Temporal> {
        match value.kind() {
            Type::Date | Type::Time | Type::DateTime | Type::TimeDelta => match self.heap.get(value.handle()) {
                Object::Date(date) => Some(Temporal::Date(*date)),
                Object::Time { time, zone } => Some(Temporal::Time(*time, *zone)),
                Object::DateTime { moment, zone } => Some(Temporal::DateTime(*moment, *zone)),
                Object::TimeDelta(delta) => Some(Temporal::Delta(*delta)),
                _ => None,
            },
            Type::TimeZone | Type::NamedZone => self.zone_offset(value).map(Temporal::Zone),
            _ => None,
        }
    }

    /// Returns the date of a date or a datetime.
    fn date_of(&self, value: Value) -> Option<Date> {
        match self.temporal(value)? {
            Temporal::Date(date) => Some(date),
            Temporal::DateTime(moment, _) => Some(moment.date),
            _ => None,
        }
    }

    /// Returns a value as a moment: a date's is its midnight, a time's is on the first day of 1900.
    fn moment_of(&self, value: Value) -> Moment {
        let (date, time) = match self.temporal(value) {
            Some(Temporal::Date(date)) => (date, TimeOfDay::MIDNIGHT),
            Some(Temporal::DateTime(moment, _)) => return moment,
            Some(Temporal::Time(time, _)) => (Date::new(1900, 1, 1).unwrap_or(Date::MIN), time),
            _ => return Moment::MIN,
        };
        Moment { date, time }
    }

    fn datetime_of(&self, value: Value) -> Option<(Moment, Value)> {
        match self.temporal(value)? {
            Temporal::DateTime(moment, zone) => Some((moment, zone)),
            _ => None,
        }
    }

    fn time_of(&self, value: Value) -> Option<(TimeOfDay, Value)> {
        match self.temporal(value)? {
            Temporal::Time(time, zone) => Some((time, zone)),
            _ => None,
        }
    }

    pub(crate) fn delta_of(&self, value: Value) -> Option<Delta> {
        match self.temporal(value)? {
            Temporal::Delta(delta) => Some(delta),
            _ => None,
        }
    }

    /// Returns the offset of a zone in microseconds; none for a value that is no zone.
    pub(super) fn zone_offset(&self, zone: Value) -> Option<i64> {
        match zone.kind() {
            Type::TimeZone => Some(zone.raw_int()),
            Type::NamedZone => match self.heap.get(zone.handle()) {
                Object::NamedZone { offset, .. } => Some(*offset),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the attribute of a value of these classes that is no method of its type: a field, a constant of the class,
    /// or a function of the class.
    pub(crate) fn temporal_attribute(&mut self, value: Value, name: &str) -> Result<Option<Value>, Flow> {
        if let Some(field) = self.temporal(value).and_then(|temporal| field(temporal, name)) {
            return Ok(Some(field));
        }
        let class = self.class_of(value);
        if let Some(constant) = self.class_constant(class, name)? {
            return Ok(Some(constant));
        }
        Ok(self.library.function_of_class(class, name))
    }

    /// Returns a constant of a class, which is made when it is asked for.
    pub(crate) fn class_constant(&mut self, class: ClassId, name: &str) -> Result<Option<Value>, Flow> {
        let constant = match (class.name(), name) {
            ("date", "min") => self.new_date(Date::MIN),
            ("date", "max") => self.new_date(Date::MAX),
            ("date", "resolution") => self.new_delta(Delta::ONE_DAY),
            ("time", "min") => self.new_time(TimeOfDay::MIDNIGHT, Value::NONE),
            ("time", "max") => self.new_time(TimeOfDay::MAX, Value::NONE),
            ("datetime", "min") => self.new_datetime(Moment::MIN, Value::NONE),
            ("datetime", "max") => self.new_datetime(Moment::MAX, Value::NONE),
            ("time" | "datetime" | "timedelta", "resolution") => self.new_delta(Delta::TICK),
            ("timedelta", "min") => self.new_delta(Delta::MIN),
            ("timedelta", "max") => self.new_delta(Delta::MAX),
            ("timezone", "min") => Ok(Value::zone(-zones::LARGEST_NAMED)),
            ("timezone", "max") => Ok(Value::zone(zones::LARGEST_NAMED)),
            ("timezone", "utc") => Ok(Value::zone(0)),
            _ => return Ok(None),
        };
        constant.map(Some)
    }

    fn new_date(&mut self, date: Date) -> Outcome {
        self.alloc(Type::Date, Object::Date(date))
    }

    fn new_time(&mut self, time: TimeOfDay, zone: Value) -> Outcome {
        self.alloc(Type::Time, Object::Time { time, zone })
    }

    fn new_datetime(&mut self, moment: Moment, zone: Value) -> Outcome {
        self.alloc(Type::DateTime, Object::DateTime { moment, zone })
    }

    pub(super) fn new_delta(&mut self, delta: Delta) -> Outcome {
        self.alloc(Type::TimeDelta, Object::TimeDelta(delta))
    }

    /// Makes the exception for a field out of range.
    fn range_error(&mut self, error: RangeError) -> Flow {
        self.value_error(error.to_string())
    }

    fn delta_error(&mut self, error: DeltaError) -> Flow {
        self.overflow_error(&error.to_string())
    }

    /// Makes the exception for arithmetic that leaves the calendar.
    fn out_of_calendar(&mut self) -> Flow {
        self.overflow_error("date value out of range")
    }

    fn iso_error(&mut self, error: IsoError, text: Value) -> Flow {
        match error {
            IsoError::Range(error) => self.range_error(error),
            IsoError::Form => match self.repr(text) {
                Ok(text) => self.value_error(format!("Invalid isoformat string: {text}")),
                Err(flow) => flow,
            },
        }
    }

    /// Returns an argument that must be an int of 32 bits.
    fn c_int(&mut self, value: Value) -> Result<i64, Flow> {
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
    fn c_int_or(&mut self, args: &Args, index: usize, default: i64) -> Result<i64, Flow> {
        match args.given(index) {
            Some(value) => self.c_int(value),
            None => Ok(default),
        }
    }

    /// Returns an argument that must be a zone or None.
    fn zone_arg(&mut self, value: Value) -> Outcome {
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
    fn str_arg(&mut self, function: &str, place: usize, value: Value) -> Result<String, Flow> {
        if value.kind() != Type::Str {
            // The class of None is not what CPython shows here.
            let shown = if value.is_none() { "None" } else { self.type_name(value) };
            let message = format!("{function}() argument {place} must be str, not {shown}");
            return Err(self.type_error(message));
        }
        let text = self.text(value)?;
        let text = text.as_str().unwrap_or_default();
        self.meter.charge_bytes(text.len())?;
        self.reserve(text.len())?;
        Ok(text.to_owned())
    }

    fn iso_arg(&mut self, value: Value) -> Result<String, Flow> {
        if value.kind() != Type::Str {
            return Err(self.type_error("fromisoformat: argument must be str"));
        }
        self.str_arg("fromisoformat", 1, value)
    }

    fn detail_arg(&mut self, place: usize, value: Option<Value>) -> Result<Detail, Flow> {
        let Some(value) = value else {
            return Ok(Detail::Auto);
        };
        let name = self.str_arg("isoformat", place, value)?;
        match Detail::of_name(&name) {
            Some(detail) => Ok(detail),
            None => Err(self.value_error("Unknown timespec value")),
        }
    }

    /// Writes a date, a time or a datetime in a format.
    pub(crate) fn strftime(&mut self, value: Value, format: &str) -> Result<String, Flow> {
        self.meter.charge_bytes(format.len().saturating_mul(16))?;
        let moment = self.moment_of(value);
        let zone = match self.temporal(value) {
            Some(Temporal::DateTime(_, zone) | Temporal::Time(_, zone)) => zone,
            _ => Value::NONE,
        };
        let zone = match self.zone_offset(zone) {
            Some(offset) => Some((offset, self.zone_name(zone)?)),
            None => None,
        };
        let names = zone.as_ref().map_or(0, |(_, name)| name.len());
        let size = strftime::size_hint(format, names);
        self.meter.charge_bytes(size)?;
        self.reserve(size)?;
        let text = strftime::strftime(format, &strftime::Subject { moment, zone });
        Ok(text)
    }

    /// Returns what `str` shows of a value of these classes; none for others.
    pub(crate) fn temporal_str(&mut self, value: Value) -> Result<Option<String>, Flow> {
        self.meter.charge(TEXT)?;
        Ok(Some(match self.temporal(value) {
            None => return Ok(None),
            Some(Temporal::Date(date)) => iso_text::date_text(date),
            Some(Temporal::Time(time, zone)) => self.time_text(time, zone, Detail::Auto),
            Some(Temporal::DateTime(moment, zone)) => self.datetime_text(moment, zone, " ", Detail::Auto),
            Some(Temporal::Delta(delta)) => deltas::shown(delta),
            Some(Temporal::Zone(_)) => self.zone_name(value)?,
        }))
    }

    /// Returns what `repr` shows of a value of these classes; none for others.
    pub(crate) fn temporal_repr(&mut self, value: Value) -> Result<Option<String>, Flow> {
        Ok(Some(match self.temporal(value) {
            None => return Ok(None),
            Some(Temporal::Date(date)) => {
                format!("datetime.date({}, {}, {})", date.year(), date.month(), date.day())
            }
            Some(Temporal::Time(time, zone)) => {
                let zone = self.zone_argument(zone)?;
                format!("datetime.time({}{zone}{})", clock_repr(time), fold_argument(time))
            }
            Some(Temporal::DateTime(Moment { date, time }, zone)) => format!(
                "datetime.datetime({}, {}, {}, {}{}{})",
                date.year(),
                date.month(),
                date.day(),
                clock_repr(time),
                fold_argument(time),
                self.zone_argument(zone)?
            ),
            Some(Temporal::Delta(delta)) => deltas::repr(delta),
            Some(Temporal::Zone(_)) => self.zone_repr(value)?,
        }))
    }

    fn zone_argument(&mut self, zone: Value) -> Result<String, Flow> {
        if zone.is_none() {
            return Ok(String::new());
        }
        Ok(format!(", tzinfo={}", self.zone_repr(zone)?))
    }

    /// Writes a time of day as `isoformat` does; its caller pays for it.
    fn time_text(&self, time: TimeOfDay, zone: Value, detail: Detail) -> String {
        let mut text = iso_text::time_text(time, detail);
        if let Some(offset) = self.zone_offset(zone) {
            text.push_str(&iso_text::offset_text(offset, ":"));
        }
        text
    }

    fn datetime_text(&self, moment: Moment, zone: Value, separator: &str, detail: Detail) -> String {
        let date = iso_text::date_text(moment.date);
        format!("{date}{separator}{}", self.time_text(moment.time, zone, detail))
    }
}

/// Returns the arguments of a time of day as repr shows them: seconds and smaller only where they are not zero.
fn clock_repr(time: TimeOfDay) -> String {
    let mut text = format!("{}, {}", time.hour(), time.minute());
    if time.second() != 0 || time.microsecond() != 0 {
        text.push_str(&format!(", {}", time.second()));
    }
    if time.microsecond() != 0 {
        text.push_str(&format!(", {}", time.microsecond()));
    }
    text
}

fn fold_argument(time: TimeOfDay) -> &'static str {
    if time.fold { ", fold=1" } else { "" }
}

/// Returns a field of a value.
fn field(temporal: Temporal, name: &str) -> Option<Value> {
    let of_date = |date: Date| match name {
        "year" => Some(date.year()),
        "month" => Some(date.month()),
        "day" => Some(date.day()),
        _ => None,
    };
    let of_time = |time: TimeOfDay| match name {
        "hour" => Some(time.hour()),
        "minute" => Some(time.minute()),
        "second" => Some(time.second()),
        "microsecond" => Some(time.microsecond()),
        "fold" => Some(i64::from(time.fold)),
        _ => None,
    };
    let number = match temporal {
        Temporal::DateTime(_, zone) | Temporal::Time(_, zone) if name == "tzinfo" => return Some(zone),
        Temporal::Date(date) => of_date(date),
        Temporal::Time(time, _) => of_time(time),
        Temporal::DateTime(moment, _) => of_date(moment.date).or_else(|| of_time(moment.time)),
        Temporal::Delta(delta) => match name {
            "days" => Some(delta.days_part()),
            "seconds" => Some(delta.seconds_part()),
            "microseconds" => Some(delta.microseconds_part()),
            _ => None,
        },
        Temporal::Zone(_) => None,
    };
    number.map(Value::int)
}
