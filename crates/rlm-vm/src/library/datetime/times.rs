//! `time`: a time of day, with or without a zone.

use super::{Temporal, iso_text};
use crate::calendar::{Delta, RangeError, TimeOfDay};
use crate::cost;
use crate::flow::{Flow, Outcome};
use crate::library::table::{Group, Owner, entry};
use crate::runtime::{Args, Runtime};
use crate::value::{Type, Value};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("time"),
        rows: &[entry(
            "time(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0) -> time",
            "Makes a time of day.",
            |m, a| {
                let (time, zone) = clock_args(m, a, 0, (TimeOfDay::MIDNIGHT, Value::NONE))?;
                m.new_time(time, zone)
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
                    let detail = m.detail_arg(1, a.given(0))?;
                    let text = m
                        .time_of(a.receiver)
                        .map(|(time, zone)| m.time_text(time, zone, detail));
                    m.alloc_text(text.unwrap_or_default())
                },
            ),
            entry(
                "replace(hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, fold=None) -> time",
                "Returns the time with some fields changed.",
                |m, a| {
                    check_fold(m, a, 5)?;
                    let before = m.time_of(a.receiver).unwrap_or((TimeOfDay::MIDNIGHT, Value::NONE));
                    let (time, zone) = clock_args(m, a, 0, before)?;
                    m.new_time(time, zone)
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
                    match m.zone_offset(zone) {
                        Some(offset) => m.new_delta(Delta::of_small(offset)),
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
                        let name = m.zone_name(zone)?;
                        m.alloc_text(name)
                    }
                },
            ),
        ],
    },
];

fn zone_of(m: &Runtime, value: Value) -> Value {
    match m.temporal(value) {
        Some(Temporal::Time(_, zone) | Temporal::DateTime(_, zone)) => zone,
        _ => Value::NONE,
    }
}

/// Reads hour, minute, second, microsecond, tzinfo and fold from an argument on; what is not given is as before.
pub(super) fn clock_args(
    m: &mut Runtime,
    args: &Args,
    first: usize,
    (before, zone): (TimeOfDay, Value),
) -> Result<(TimeOfDay, Value), Flow> {
    let hour = m.c_int_or(args, first, before.hour())?;
    let minute = m.c_int_or(args, first + 1, before.minute())?;
    let second = m.c_int_or(args, first + 2, before.second())?;
    let microsecond = m.c_int_or(args, first + 3, before.microsecond())?;
    let fold = m.c_int_or(args, first + 5, i64::from(before.fold))?;
    let time = TimeOfDay::new(hour, minute, second, microsecond, fold).map_err(|error| m.range_error(error))?;
    let zone = match args.given(first + 4) {
        Some(zone) => m.zone_arg(zone)?,
        None => zone,
    };
    Ok((time, zone))
}

/// Looks at the fold before all other fields, as `replace` does.
pub(super) fn check_fold(m: &mut Runtime, args: &Args, index: usize) -> Result<(), Flow> {
    match m.c_int_or(args, index, 0)? {
        0 | 1 => Ok(()),
        _ => Err(m.range_error(RangeError::Fold)),
    }
}

fn from_iso(m: &mut Runtime, args: &Args) -> Outcome {
    let text = m.iso_arg(args.get(0))?;
    let written = match iso_text::read_time(&text) {
        Ok(written) => written,
        Err(error) => return Err(m.iso_error(error, args.get(0))),
    };
    let zone = match written.offset {
        Some(offset) => m.zone_of_offset(offset)?,
        None => Value::NONE,
    };
    let time = written.time().map_err(|error| m.range_error(error))?;
    m.new_time(time, zone)
}
