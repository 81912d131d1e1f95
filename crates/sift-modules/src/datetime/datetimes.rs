//! The class `datetime`: a date and a time of day, with or without a time zone.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_text::Text;
use sift_values::calendar::{DAY, Date, EPOCH, Moment, RangeError, SECOND, TimeOfDay, year_of_ordinal};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use super::{dates, iso_text, times};
use crate::datetime::arguments::{detail_arg, iso_arg, iso_error, out_of_range, zone_arg};
use crate::datetime::deltas::big_quotient;
use crate::datetime::texts::datetime_text;
use crate::datetime::values::{date_of, datetime_of, new_date, new_datetime, new_time, time_of, zone_offset};
use crate::datetime::zones::{moved, named_zone, zone_of_offset};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("datetime"),
        rows: &[entry(
            "datetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0) -> datetime",
            "Makes a date with a time of day.",
            |m, a| {
                let date = dates::date_arg(m, a)?;
                let (time, zone) = times::clock_args(m, a, 3, (TimeOfDay::MIDNIGHT, Value::NONE))?;
                new_datetime(m, Moment { date, time }, zone)
            },
        )],
    },
    Group {
        owner: Owner::Class("datetime"),
        rows: CLASS_FUNCTIONS,
    },
    Group {
        owner: Owner::Method(&[Type::DateTime]),
        rows: METHODS,
    },
];

const CLASS_FUNCTIONS: &[Entry] = &[
    entry(
        "strptime(date_string, format, /) -> datetime",
        "Reads a text in a format: %Y-%m-%d %H:%M:%S, %d %B %Y, %z.",
        super::strptime::strptime,
    ),
    entry(
        "fromisoformat(date_string, /) -> datetime",
        "Reads ISO 8601: 2024-01-31T14:30:00+01:00, 2024-01-31 14:30, 20240131T1430Z.",
        from_iso,
    ),
    entry(
        "combine(date, time, tzinfo=None) -> datetime",
        "Puts a date and a time of day together.",
        combine,
    ),
    entry(
        "fromtimestamp(timestamp, tz=None) -> datetime",
        "Returns the time of a number of seconds since 1970, in a zone, or in UTC without one.",
        from_timestamp,
    ),
    entry(
        "utcfromtimestamp(timestamp, /) -> datetime",
        "Returns the time, in UTC, of a number of seconds since 1970.",
        from_utc_timestamp,
    ),
    entry(
        "fromordinal(ordinal, /) -> datetime",
        "Returns the midnight of a number of days; that of January 1 of year 1 is 1.",
        |m, a| {
            let date = dates::ordinal_arg(m, a)?;
            midnight(m, date)
        },
    ),
    entry(
        "fromisocalendar(year, week, day) -> datetime",
        "Returns the midnight of an ISO year, week and day of the week.",
        |m, a| {
            let date = dates::iso_calendar_arg(m, a)?;
            midnight(m, date)
        },
    ),
];

const METHODS: &[Entry] = &[
    entry(
        "isoformat(sep='T', timespec='auto') -> str",
        "Returns it as 2024-01-31T14:30:00, with microseconds and the offset where there are any.",
        iso_format,
    ),
    entry(
        "replace(year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, \
         fold=None) -> datetime",
        "Returns it with some fields changed.",
        |m, a| {
            let (before, zone) = receiver(m, a);
            times::check_fold(m, a, 8)?;
            let date = dates::replaced(m, a, before.date)?;
            let (time, zone) = times::clock_args(m, a, 3, (before.time, zone))?;
            new_datetime(m, Moment { date, time }, zone)
        },
    ),
    entry("date() -> date", "Returns the date alone.", |m, a| {
        let (moment, _) = receiver(m, a);
        new_date(m, moment.date)
    }),
    entry(
        "time() -> time",
        "Returns the time of day alone, without its zone.",
        |m, a| {
            let (moment, _) = receiver(m, a);
            new_time(m, moment.time, Value::NONE)
        },
    ),
    entry(
        "timetz() -> time",
        "Returns the time of day alone, with its zone.",
        |m, a| {
            let (moment, zone) = receiver(m, a);
            new_time(m, moment.time, zone)
        },
    ),
    entry(
        "timestamp() -> float",
        "Returns the seconds since 1970; without a zone, the time is taken for UTC.",
        timestamp,
    ),
    entry(
        "astimezone(tz=None) -> datetime",
        "Returns the same moment in another zone; without a zone, the time is taken for UTC.",
        as_time_zone,
    ),
    entry(
        "utctimetuple()",
        "Returns the fields in UTC as a named tuple: tm_year, tm_mon, tm_mday, tm_wday, tm_yday and so on.",
        |m, a| {
            let (moment, zone) = receiver(m, a);
            let offset = zone_offset(m, zone).unwrap_or(0);
            let moment = moved(m, moment, -offset)?;
            Err(dates::time_tuple(moment, 0))
        },
    ),
];

fn receiver(m: &Runtime, args: &Args) -> (Moment, Value) {
    datetime_of(m, args.receiver).unwrap_or((Moment::MIN, Value::NONE))
}

fn midnight(m: &mut Runtime, date: Date) -> Outcome {
    let time = TimeOfDay::MIDNIGHT;
    new_datetime(m, Moment { date, time }, Value::NONE)
}

fn from_iso(m: &mut Runtime, args: &Args) -> Outcome {
    let text = iso_arg(m, args.get(0))?;
    let (date, written) = match iso_text::read_datetime(&text) {
        Ok(parts) => parts,
        Err(error) => return Err(iso_error(m, error, args.get(0))),
    };
    let zone = match written.offset {
        Some(offset) => zone_of_offset(m, offset)?,
        None => Value::NONE,
    };
    let date = date.map_err(|error| iso_error(m, error, args.get(0)))?;
    let time = written.time().map_err(|error| out_of_range(m, error))?;
    new_datetime(m, Moment { date, time }, zone)
}

fn combine(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(date) = date_of(m, args.get(0)) else {
        let message = format!(
            "combine() argument 1 must be datetime.date, not {}",
            m.type_name(args.get(0))
        );
        return Err(m.type_error(message));
    };
    let Some((time, zone)) = time_of(m, args.get(1)) else {
        let message = format!(
            "combine() argument 2 must be datetime.time, not {}",
            m.type_name(args.get(1))
        );
        return Err(m.type_error(message));
    };
    let zone = match args.given(2) {
        Some(zone) => zone_arg(m, zone)?,
        None => zone,
    };
    new_datetime(m, Moment { date, time }, zone)
}

fn iso_format(m: &mut Runtime, args: &Args) -> Outcome {
    let separator = match args.given(0) {
        Some(separator) => char_arg(m, separator)?,
        None => 'T',
    };
    m.meter.charge(cost::TIME_TEXT)?;
    let detail = detail_arg(m, 2, args.given(1))?;
    let (moment, zone) = receiver(m, args);
    m.alloc_text(datetime_text(
        m,
        moment,
        zone,
        separator.encode_utf8(&mut [0; 4]),
        detail,
    ))
}

fn char_arg(m: &mut Runtime, value: Value) -> Result<char, Flow> {
    if value.kind() == Type::Str {
        let text = m.text(value)?;
        let mut chars = text.as_str().unwrap_or_default().chars();
        if let (Some(char), None) = (chars.next(), chars.next()) {
            return Ok(char);
        }
    }
    let message = format!(
        "isoformat() argument 1 must be a unicode character, not {}",
        m.type_name(value)
    );
    Err(m.type_error(message))
}

/// How the fraction of a timestamp's seconds is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fraction {
    /// Rounds down to whole seconds.
    Floored,
    /// Rounds to microseconds, with ties to even.
    Rounded,
}

/// Converts an argument in seconds since 1970 to microseconds.
pub(super) fn seconds_arg(m: &mut Runtime, value: Value, fraction: Fraction) -> Result<i128, Flow> {
    let out_of_range = "timestamp out of range for platform time_t";
    match m.number(value) {
        Some(Number::Int(seconds)) => Ok(i128::from(seconds) * i128::from(SECOND)),
        Some(Number::Big(_)) => Err(m.overflow_error(out_of_range)),
        Some(Number::Float(seconds)) if seconds.is_nan() => Err(m.value_error("Invalid value NaN (not a number)")),
        Some(Number::Float(seconds)) => {
            let mut whole = seconds.trunc();
            let mut ticks = match fraction {
                Fraction::Floored => 0.0,
                Fraction::Rounded => libm::rint((seconds - whole) * SECOND as f64),
            };
            if fraction == Fraction::Floored {
                whole = seconds.floor();
            }
            if ticks >= SECOND as f64 {
                ticks -= SECOND as f64;
                whole += 1.0;
            } else if ticks < 0.0 {
                ticks += SECOND as f64;
                whole -= 1.0;
            }
            // The first float that exceeds 64 bits is exactly 2⁶³.
            if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
                return Err(m.overflow_error(out_of_range));
            }
            Ok(whole as i128 * i128::from(SECOND) + ticks as i128)
        }
        None => {
            let message = format!("'{}' object cannot be interpreted as an integer", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

/// Returns the UTC date and time for a number of microseconds since 1970.
pub(super) fn moment_of_epoch(m: &mut Runtime, microseconds: i128) -> Result<Moment, Flow> {
    m.meter.charge(cost::TIME_CALENDAR)?;
    let days = i64::try_from(microseconds.div_euclid(i128::from(DAY))).unwrap_or(i64::MAX);
    let time = i64::try_from(microseconds.rem_euclid(i128::from(DAY))).unwrap_or(0);
    let ordinal = days.saturating_add(EPOCH);
    let year = year_of_ordinal(ordinal);
    // C counts years from 1900 in 32 bits.
    if i32::try_from(year - 1_900).is_err() {
        let message = m.new_text(Text::new("Value too large for defined data type"));
        return Err(m.raise_with(ExceptionClass::OSError, vec![Value::int(75), message]));
    }
    // C's years overflow 32 bits when 1900 is added.
    let year = i32::try_from(year).map_or(year - (1 << 32), i64::from);
    if year < 1 {
        return Err(out_of_range(m, RangeError::Year(year)));
    }
    let date = Date::of_ordinal(ordinal).map_err(|error| out_of_range(m, error))?;
    let time = TimeOfDay::of_microseconds(time);
    Ok(Moment { date, time })
}

fn from_timestamp(m: &mut Runtime, args: &Args) -> Outcome {
    let zone = match args.given(1) {
        Some(zone) => zone_arg(m, zone)?,
        None => Value::NONE,
    };
    let microseconds = seconds_arg(m, args.get(0), Fraction::Rounded)?;
    let moment = moment_of_epoch(m, microseconds)?;
    if zone.is_none() && moment.date == Date::MIN {
        // CPython inspects the day before, to detect a change of the local zone.
        return Err(out_of_range(m, RangeError::Year(0)));
    }
    let offset = zone_offset(m, zone).unwrap_or(0);
    let moment = moved(m, moment, offset)?;
    new_datetime(m, moment, zone)
}

fn from_utc_timestamp(m: &mut Runtime, args: &Args) -> Outcome {
    let microseconds = seconds_arg(m, args.get(0), Fraction::Rounded)?;
    let moment = moment_of_epoch(m, microseconds)?;
    new_datetime(m, moment, Value::NONE)
}

fn timestamp(m: &mut Runtime, args: &Args) -> Outcome {
    let (moment, zone) = receiver(m, args);
    match zone_offset(m, zone) {
        Some(offset) => {
            let since = moment.microseconds() - EPOCH * DAY - offset;
            Ok(Value::float(big_quotient(m, &since.into(), &SECOND.into())?))
        }
        None => {
            let ticks = moment.time.microsecond() as f64 / SECOND as f64;
            Ok(Value::float(moment.epoch_seconds() as f64 + ticks))
        }
    }
}

fn as_time_zone(m: &mut Runtime, args: &Args) -> Outcome {
    let (moment, zone) = receiver(m, args);
    let wanted = match args.some(0) {
        Some(wanted) => zone_arg(m, wanted)?,
        None => named_zone(m, 0, "UTC")?,
    };
    // Unnamed zones with the same offset are one value here. In CPython, most of them are separate
    // objects.
    if zone.same(wanted) && (zone.kind() == Type::NamedZone || zone_offset(m, zone) == Some(0)) {
        return Ok(args.receiver);
    }
    let offset = zone_offset(m, wanted).unwrap_or(0) - zone_offset(m, zone).unwrap_or(0);
    let mut moment = moved(m, moment, offset)?;
    moment.time.fold = false;
    new_datetime(m, moment, wanted)
}
