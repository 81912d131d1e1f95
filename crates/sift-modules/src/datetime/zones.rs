//! The class `timezone`: a fixed offset from UTC, with or without a name.

use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_strings::format::{REPR_GROWTH, str_repr};
use sift_values::calendar::{DAY, Delta, Moment, SECOND};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::iso_text::offset_text;
use crate::datetime::arguments::{out_of_calendar, str_arg};
use crate::datetime::values::{datetime_of, delta_of, new_datetime, new_delta, zone_offset};

/// The offset of the constant `timezone.max` from UTC, in microseconds.
pub(super) const LARGEST_NAMED: i64 = (24 * 60 - 1) * 60 * SECOND;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("timezone"),
        rows: &[entry(
            "timezone(offset, name=None) -> timezone",
            "Makes a zone of a fixed offset from UTC, such as timedelta(hours=1).",
            timezone,
        )],
    },
    Group {
        owner: Owner::Method(&[Type::TimeZone, Type::NamedZone]),
        rows: &[
            entry(
                "utcoffset(dt, /) -> timedelta",
                "Returns the offset from UTC.",
                |m, a| {
                    moment_or_none(m, "utcoffset", a.get(0))?;
                    let offset = zone_offset(m, a.receiver).unwrap_or(0);
                    new_delta(m, Delta::of_small(offset))
                },
            ),
            entry(
                "tzname(dt, /) -> str",
                "Returns the name, such as UTC+01:00.",
                |m, a| {
                    moment_or_none(m, "tzname", a.get(0))?;
                    {
                        let name = zone_name(m, a.receiver)?;
                        m.alloc_text(name)
                    }
                },
            ),
            entry(
                "dst(dt, /)",
                "Returns None: fixed offsets know no summer time.",
                |m, a| {
                    moment_or_none(m, "dst", a.get(0))?;
                    Ok(Value::NONE)
                },
            ),
            entry(
                "fromutc(dt, /) -> datetime",
                "Returns the time in this zone of a datetime that shows UTC.",
                from_utc,
            ),
        ],
    },
];

fn timezone(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(offset) = delta_of(m, args.get(0)) else {
        let message = format!(
            "timezone() argument 1 must be datetime.timedelta, not {}",
            m.type_name(args.get(0))
        );
        return Err(m.type_error(message));
    };
    let name = match args.given(1) {
        Some(name) => Some(str_arg(m, "timezone", 2, name)?),
        None => None,
    };
    let Some(offset) = within_a_day(offset) else {
        return Err(too_far(m, offset));
    };
    match name {
        Some(name) => named_zone(m, offset, &name),
        None => Ok(Value::zone(offset)),
    }
}

fn within_a_day(offset: Delta) -> Option<i64> {
    i64::try_from(offset.microseconds())
        .ok()
        .filter(|offset| offset.abs() < DAY)
}

fn too_far(m: &mut Runtime, offset: Delta) -> Flow {
    m.value_error(format!(
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}.",
        super::deltas::repr(offset)
    ))
}

fn moment_or_none(m: &mut Runtime, function: &str, value: Value) -> Result<(), Flow> {
    if value.is_none() || value.kind() == Type::DateTime {
        return Ok(());
    }
    let message = format!(
        "{function}(dt) argument must be a datetime instance or None, not {}",
        m.type_name(value)
    );
    Err(m.type_error(message))
}

fn from_utc(m: &mut Runtime, args: &Args) -> Outcome {
    let Some((moment, zone)) = datetime_of(m, args.get(0)) else {
        return Err(m.type_error("fromutc: argument must be a datetime"));
    };
    if !zone.same(args.receiver) {
        return Err(m.value_error("fromutc: dt.tzinfo is not self"));
    }
    let offset = zone_offset(m, zone).unwrap_or(0);
    let mut moment = moved(m, moment, offset)?;
    moment.time.fold = false;
    new_datetime(m, moment, zone)
}

/// Returns the unnamed time zone with an offset from UTC in microseconds.
pub(super) fn zone_of_offset(m: &mut Runtime, offset: i64) -> Outcome {
    if offset.abs() < DAY {
        return Ok(Value::zone(offset));
    }
    Err(too_far(m, Delta::of_small(offset)))
}

/// Creates a time zone from an offset from UTC in microseconds and a name.
pub(super) fn named_zone(m: &mut Runtime, offset: i64, name: &str) -> Outcome {
    let name = name.into();
    m.alloc(Type::NamedZone, Object::NamedZone { offset, name })
}

/// Returns the name of a time zone. By default it is `UTC`, followed by the offset unless that is
/// zero.
pub(super) fn zone_name(m: &mut Runtime, zone: Value) -> Result<String, Flow> {
    if let Some(name) = own_name(m, zone)? {
        return Ok(name);
    }
    Ok(match zone_offset(m, zone) {
        Some(0) | None => "UTC".to_owned(),
        Some(offset) => format!("UTC{}", offset_text(offset, ":")),
    })
}

pub(super) fn zone_repr(m: &mut Runtime, zone: Value) -> Result<String, Flow> {
    let offset = zone_offset(m, zone).unwrap_or(0);
    let delta = super::deltas::repr(Delta::of_small(offset));
    Ok(match own_name(m, zone)? {
        Some(name) => {
            m.reserve(name.len().saturating_mul(REPR_GROWTH))?;
            format!("datetime.timezone({delta}, {})", str_repr(&name))
        }
        None if offset == 0 => "datetime.timezone.utc".to_owned(),
        None => format!("datetime.timezone({delta})"),
    })
}

/// Returns the name that a program gave to a time zone, if any. Charges for copying the name,
/// because it may be long.
fn own_name(m: &mut Runtime, zone: Value) -> Result<Option<String>, Flow> {
    let length = match (zone.kind(), m.heap.get(zone.handle())) {
        (Type::NamedZone, Object::NamedZone { name, .. }) => name.len(),
        _ => return Ok(None),
    };
    m.meter.charge_bytes(length)?;
    m.reserve(length)?;
    Ok(match m.heap.get(zone.handle()) {
        Object::NamedZone { name, .. } => Some(name.to_string()),
        _ => None,
    })
}

/// Returns a date and time moved by a number of microseconds.
pub(super) fn moved(m: &mut Runtime, moment: Moment, microseconds: i64) -> Result<Moment, Flow> {
    if microseconds == 0 {
        return Ok(moment);
    }
    m.meter.charge(cost::TIME_CALENDAR)?;
    Moment::of_microseconds(moment.microseconds().saturating_add(microseconds)).map_err(|_| out_of_calendar(m))
}
