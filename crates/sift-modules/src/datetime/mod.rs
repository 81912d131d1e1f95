//! `datetime`: dates, times of day, spans of time and fixed offsets from UTC, as CPython 3.11 has them.
//!
//! There is no clock here, so that `now` and `today` are refused before a program runs. What Python asks the machine's
//! zone for (`timestamp` of a time without a zone, `fromtimestamp` without one, `astimezone`) is answered as in UTC: the
//! result of a program must not depend on where it runs.

mod arguments;
mod dates;
mod datetimes;
mod deltas;
mod iso_text;
pub mod operators;
mod strftime;
mod strptime;
pub mod texts;
mod times;
mod zones;

use sift_runtime::runtime::Runtime;
use sift_runtime::table::{Group, Library, Owner, Row};
use sift_values::calendar::{Date, Delta, Moment, TimeOfDay};
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

/// Returns the functions of `datetime`, by owner.
pub fn groups() -> impl Iterator<Item = &'static Group> {
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
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
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
pub fn constants(class: &str) -> &'static [&'static str] {
    row(CLASS_CONSTANTS, class)
}

/// Returns the fields of a class's values.
pub fn fields(class: &str) -> &'static [&'static str] {
    row(FIELDS, class)
}

fn row(table: &'static [(&str, &[&str])], class: &str) -> &'static [&'static str] {
    let row = table.iter().find(|(name, _)| *name == class);
    row.map_or(&[], |(_, names)| names)
}

/// Returns the method that is meant by a call of a class with one argument: `datetime.date(moment)` may be meant as the
/// method, though the name is the class `date` too.
pub fn method_meant(library: &'static Library, row: &Row, argument: Value) -> Option<&'static Row> {
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

fn temporal_of(m: &Runtime, value: Value) -> Option<Temporal> {
    match value.kind() {
        Type::Date | Type::Time | Type::DateTime | Type::TimeDelta => match m.heap.get(value.handle()) {
            Object::Date(date) => Some(Temporal::Date(*date)),
            Object::Time { time, zone } => Some(Temporal::Time(*time, *zone)),
            Object::DateTime { moment, zone } => Some(Temporal::DateTime(*moment, *zone)),
            Object::TimeDelta(delta) => Some(Temporal::Delta(*delta)),
            _ => None,
        },
        Type::TimeZone | Type::NamedZone => zone_offset(m, value).map(Temporal::Zone),
        _ => None,
    }
}

/// Returns the date of a date or a datetime.
fn date_of(m: &Runtime, value: Value) -> Option<Date> {
    match temporal_of(m, value)? {
        Temporal::Date(date) => Some(date),
        Temporal::DateTime(moment, _) => Some(moment.date),
        _ => None,
    }
}

/// Returns a value as a moment: a date's is its midnight, a time's is on the first day of 1900.
fn moment_of(m: &Runtime, value: Value) -> Moment {
    let (date, time) = match temporal_of(m, value) {
        Some(Temporal::Date(date)) => (date, TimeOfDay::MIDNIGHT),
        Some(Temporal::DateTime(moment, _)) => return moment,
        Some(Temporal::Time(time, _)) => (Date::new(1900, 1, 1).unwrap_or(Date::MIN), time),
        _ => return Moment::MIN,
    };
    Moment { date, time }
}

fn datetime_of(m: &Runtime, value: Value) -> Option<(Moment, Value)> {
    match temporal_of(m, value)? {
        Temporal::DateTime(moment, zone) => Some((moment, zone)),
        _ => None,
    }
}

fn time_of(m: &Runtime, value: Value) -> Option<(TimeOfDay, Value)> {
    match temporal_of(m, value)? {
        Temporal::Time(time, zone) => Some((time, zone)),
        _ => None,
    }
}

fn delta_of(m: &Runtime, value: Value) -> Option<Delta> {
    match temporal_of(m, value)? {
        Temporal::Delta(delta) => Some(delta),
        _ => None,
    }
}

/// Returns the offset of a zone in microseconds; none for a value that is no zone.
fn zone_offset(m: &Runtime, zone: Value) -> Option<i64> {
    match zone.kind() {
        Type::TimeZone => Some(zone.raw_int()),
        Type::NamedZone => match m.heap.get(zone.handle()) {
            Object::NamedZone { offset, .. } => Some(*offset),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the attribute of a value of these classes that is no method of its type: a field, a constant of the class,
/// or a function of the class.
fn temporal_attribute(m: &mut Runtime, value: Value, name: &str) -> Result<Option<Value>, Flow> {
    if let Some(field) = temporal_of(m, value).and_then(|temporal| field(temporal, name)) {
        return Ok(Some(field));
    }
    let class = m.class_of(value);
    if let Some(constant) = class_constant(m, class, name)? {
        return Ok(Some(constant));
    }
    Ok(m.library.function_of_class(class, name))
}

/// Returns a constant of a class, which is made when it is asked for.
fn class_constant(m: &mut Runtime, class: ClassId, name: &str) -> Result<Option<Value>, Flow> {
    let constant = match (class.name(), name) {
        ("date", "min") => new_date(m, Date::MIN),
        ("date", "max") => new_date(m, Date::MAX),
        ("date", "resolution") => new_delta(m, Delta::ONE_DAY),
        ("time", "min") => new_time(m, TimeOfDay::MIDNIGHT, Value::NONE),
        ("time", "max") => new_time(m, TimeOfDay::MAX, Value::NONE),
        ("datetime", "min") => new_datetime(m, Moment::MIN, Value::NONE),
        ("datetime", "max") => new_datetime(m, Moment::MAX, Value::NONE),
        ("time" | "datetime" | "timedelta", "resolution") => new_delta(m, Delta::TICK),
        ("timedelta", "min") => new_delta(m, Delta::MIN),
        ("timedelta", "max") => new_delta(m, Delta::MAX),
        ("timezone", "min") => Ok(Value::zone(-zones::LARGEST_NAMED)),
        ("timezone", "max") => Ok(Value::zone(zones::LARGEST_NAMED)),
        ("timezone", "utc") => Ok(Value::zone(0)),
        _ => return Ok(None),
    };
    constant.map(Some)
}

fn new_date(m: &mut Runtime, date: Date) -> Outcome {
    m.alloc(Type::Date, Object::Date(date))
}

fn new_time(m: &mut Runtime, time: TimeOfDay, zone: Value) -> Outcome {
    m.alloc(Type::Time, Object::Time { time, zone })
}

fn new_datetime(m: &mut Runtime, moment: Moment, zone: Value) -> Outcome {
    m.alloc(Type::DateTime, Object::DateTime { moment, zone })
}

fn new_delta(m: &mut Runtime, delta: Delta) -> Outcome {
    m.alloc(Type::TimeDelta, Object::TimeDelta(delta))
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
