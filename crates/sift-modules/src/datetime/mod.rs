//! The module `datetime`: dates, times of day, durations and fixed offsets from UTC, as in CPython
//! 3.11.
//!
//! There is no clock, so `now` and `today` are rejected before a program runs. Where Python uses
//! the local time zone (`timestamp` of a naive datetime, `fromtimestamp` without a zone,
//! `astimezone`), UTC is used instead. The result of a program must not depend on the machine.

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
mod values;
mod zones;

use sift_runtime::runtime::{Group, Library, Row};
use sift_runtime::table::Owner;
use sift_values::classes::ClassId;
use sift_values::value::{Type, Value};

/// Returns the native functions of `datetime`, grouped by module or class.
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

/// Returns the members of the module `datetime` that aren't functions: its classes, `MINYEAR`,
/// `MAXYEAR` and `UTC`.
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

/// The constants of each class of `datetime`, such as `date.max`, which are also available on
/// instances.
const CLASS_CONSTANTS: &[(&str, &[&str])] = &[
    ("date", &["max", "min", "resolution"]),
    ("time", &["max", "min", "resolution"]),
    ("datetime", &["max", "min", "resolution"]),
    ("timedelta", &["max", "min", "resolution"]),
    ("timezone", &["max", "min", "utc"]),
];

/// The names of the fields of each class of `datetime`, such as `year`, which instances have.
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

/// Returns the names of a `datetime` class's constants, such as `max`.
pub fn constants(class: &str) -> &'static [&'static str] {
    row(CLASS_CONSTANTS, class)
}

/// Returns the names of the fields that instances of a `datetime` class have.
pub fn fields(class: &str) -> &'static [&'static str] {
    row(FIELDS, class)
}

fn row(table: &'static [(&str, &[&str])], class: &str) -> &'static [&'static str] {
    let row = table.iter().find(|(name, _)| *name == class);
    row.map_or(&[], |(_, names)| names)
}

/// Returns the `datetime` method that a call means although its name refers to a class, if any.
/// `datetime.date(moment)` calls the method `date`, not the class `date`.
pub fn method_meant(library: &'static Library, row: &Row, argument: Value) -> Option<&'static Row> {
    match row.owner {
        Owner::Constructor(name @ ("date" | "time")) if argument.kind() == Type::DateTime => {
            let method = library.method(Type::DateTime, name)?;
            Some(library.row(method.index()))
        }
        _ => None,
    }
}
