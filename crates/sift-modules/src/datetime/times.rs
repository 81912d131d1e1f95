//! The class `time`: a time of day, with or without a time zone.

use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::calendar::{Delta, RangeError, TimeOfDay};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use super::iso_text;
use crate::datetime::arguments::{c_int_or, detail_arg, iso_arg, iso_error, out_of_range, zone_arg};
use crate::datetime::texts::clock_text;
use crate::datetime::values::{Temporal, new_delta, new_time, temporal_of, time_of, zone_offset};
use crate::datetime::zones::{zone_name, zone_of_offset};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("time"),
        rows: &[entry(
            "time(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0) -> time",
            "Makes a time of day.",
            |m, a| {
                let (time, zone) = clock_args(m, a, 0, (TimeOfDay::MIDNIGHT, Value::NONE))?;
                new_time(m, time, zone)
            },
        )],
    },
    Group {
        owner: Owner::Class("time"),
        rows: &[entry(
            "fromisoformat(time_string, /) -> time",
            "Reads a time of day as ISO 8601 writes it: 14:30, 143000, 14:30:00.5+01:00.",
            from_iso,
        )],
    },
    Group {
        owner: Owner::Method(&[Type::Time]),
        rows: &[
            entry(
                "isoformat(timespec='auto') -> str",
                "Returns the time as 14:30:00, with microseconds and the offset where there are any.",
                |m, a| {
                    m.meter.charge(cost::TIME_TEXT)?;
                    let detail = detail_arg(m, 1, a.given(0))?;
                    let text = time_of(m, a.receiver).map(|(time, zone)| clock_text(m, time, zone, detail));
                    m.alloc_text(text.unwrap_or_default())
                },
            ),
            entry(
                "replace(hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, fold=None) -> time",
                "Returns the time with some fields changed.",
                |m, a| {
                    check_fold(m, a, 5)?;
                    let before = time_of(m, a.receiver).unwrap_or((TimeOfDay::MIDNIGHT, Value::NONE));
                    let (time, zone) = clock_args(m, a, 0, before)?;
                    new_time(m, time, zone)
                },
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::DateTime, Type::Time]),
        rows: &[
            entry(
                "utcoffset()",
                "Returns the offset from UTC as a timedelta, or None without a zone.",
                |m, a| {
                    let zone = zone_of(m, a.receiver);
                    match zone_offset(m, zone) {
                        Some(offset) => new_delta(m, Delta::of_small(offset)),
                        None => Ok(Value::NONE),
                    }
                },
            ),
            entry("dst()", "Returns None: fixed offsets know no summer time.", |_, _| {
                Ok(Value::NONE)
            }),
            entry(
                "tzname()",
                "Returns the zone's name, such as UTC+01:00, or None without a zone.",
                |m, a| match zone_of(m, a.receiver) {
                    zone if zone.is_none() => Ok(Value::NONE),
                    zone => {
                        let name = zone_name(m, zone)?;
                        m.alloc_text(name)
                    }
                },
            ),
        ],
    },
];

fn zone_of(m: &Runtime, value: Value) -> Value {
    match temporal_of(m, value) {
        Some(Temporal::Time(_, zone) | Temporal::DateTime(_, zone)) => zone,
        _ => Value::NONE,
    }
}

/// Reads hour, minute, second, microsecond, tzinfo and fold, starting at index `first` of the
/// arguments. Omitted arguments take the values of an earlier time.
pub(super) fn clock_args(
    m: &mut Runtime,
    args: &Args,
    first: usize,
    (before, zone): (TimeOfDay, Value),
) -> Result<(TimeOfDay, Value), Flow> {
    let hour = c_int_or(m, args, first, before.hour())?;
    let minute = c_int_or(m, args, first + 1, before.minute())?;
    let second = c_int_or(m, args, first + 2, before.second())?;
    let microsecond = c_int_or(m, args, first + 3, before.microsecond())?;
    let fold = c_int_or(m, args, first + 5, i64::from(before.fold))?;
    let time = TimeOfDay::new(hour, minute, second, microsecond, fold).map_err(|error| out_of_range(m, error))?;
    let zone = match args.given(first + 4) {
        Some(zone) => zone_arg(m, zone)?,
        None => zone,
    };
    Ok((time, zone))
}

/// Checks that the argument `fold` is 0 or 1. Called before all other fields are checked, as in
/// CPython's `replace`.
pub(super) fn check_fold(m: &mut Runtime, args: &Args, index: usize) -> Result<(), Flow> {
    match c_int_or(m, args, index, 0)? {
        0 | 1 => Ok(()),
        _ => Err(out_of_range(m, RangeError::Fold)),
    }
}

fn from_iso(m: &mut Runtime, args: &Args) -> Outcome {
    let text = iso_arg(m, args.get(0))?;
    let written = match iso_text::read_time(&text) {
        Ok(written) => written,
        Err(error) => return Err(iso_error(m, error, args.get(0))),
    };
    let zone = match written.offset {
        Some(offset) => zone_of_offset(m, offset)?,
        None => Value::NONE,
    };
    let time = written.time().map_err(|error| out_of_range(m, error))?;
    new_time(m, time, zone)
}
