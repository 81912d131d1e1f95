//! The class `date`, and the methods that `datetime` inherits from it.

use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::calendar::{Date, Moment};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome, delegate};
use sift_values::value::{Type, Value};

use super::iso_text;
use crate::datetime::arguments::{c_int, c_int_or, iso_arg, iso_error, out_of_range, str_arg};
use crate::datetime::texts::written_moment;
use crate::datetime::values::{date_of, moment_of, new_date};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("date"),
        rows: &[entry("date(year, month, day) -> date", "Makes a date.", |m, a| {
            let date = date_arg(m, a)?;
            new_date(m, date)
        })],
    },
    Group {
        owner: Owner::Class("date"),
        rows: &[
            entry(
                "fromisoformat(date_string, /) -> date",
                "Reads a date as ISO 8601 writes it: 2024-01-31, 20240131, 2024-W05-3.",
                from_iso,
            ),
            entry(
                "fromordinal(ordinal, /) -> date",
                "Returns the date of a number of days; that of January 1 of year 1 is 1.",
                |m, a| {
                    let date = ordinal_arg(m, a)?;
                    new_date(m, date)
                },
            ),
            entry(
                "fromisocalendar(year, week, day) -> date",
                "Returns the date of an ISO year, week and day of the week.",
                |m, a| {
                    let date = iso_calendar_arg(m, a)?;
                    new_date(m, date)
                },
            ),
            entry(
                "fromtimestamp(timestamp, /) -> date",
                "Returns the date, in UTC, of a number of seconds since 1970.",
                |m, a| {
                    let seconds = super::datetimes::seconds_arg(m, a.get(0), super::datetimes::Fraction::Floored)?;
                    let moment = super::datetimes::moment_of_epoch(m, seconds)?;
                    new_date(m, moment.date)
                },
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Date]),
        rows: &[
            entry("isoformat() -> str", "Returns the date as 2024-01-31.", |m, a| {
                m.meter.charge(cost::TIME_TEXT)?;
                let text = date_of(m, a.receiver).map(iso_text::date_text);
                m.alloc_text(text.unwrap_or_default())
            }),
            entry(
                "replace(year=None, month=None, day=None) -> date",
                "Returns the date with some fields changed.",
                replace,
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Date, Type::DateTime]),
        rows: SHARED,
    },
    Group {
        owner: Owner::Method(&[Type::Date, Type::DateTime, Type::Time]),
        rows: &[entry(
            "strftime(format) -> str",
            "Writes it in a format: %Y-%m-%d %H:%M:%S, %B %d, %A.",
            |m, a| {
                let format = str_arg(m, "strftime", 1, a.get(0))?;
                let text = written_moment(m, a.receiver, &format)?;
                m.alloc_text(text)
            },
        )],
    },
];

const SHARED: &[Entry] = &[
    entry(
        "weekday() -> int",
        "Returns the day of the week, from Monday, which is 0.",
        |m, a| of_date(m, a, Date::weekday),
    ),
    entry(
        "isoweekday() -> int",
        "Returns the day of the week, from Monday, which is 1.",
        |m, a| of_date(m, a, |date| date.weekday() + 1),
    ),
    entry(
        "toordinal() -> int",
        "Returns the number of the day; that of January 1 of year 1 is 1.",
        |m, a| of_date(m, a, Date::ordinal),
    ),
    entry(
        "isocalendar()",
        "Returns the ISO year, week and day of the week.",
        iso_calendar,
    ),
    entry(
        "timetuple()",
        "Returns the fields as a named tuple: tm_year, tm_mon, tm_mday, tm_wday, tm_yday and so on.",
        |m, a| {
            let moment = moment_of(m, a.receiver);
            Err(time_tuple(moment, -1))
        },
    ),
    entry("ctime() -> str", "Returns it as Wed Jan 31 00:00:00 2024.", |m, a| {
        m.meter.charge(cost::TIME_TEXT)?;
        let moment = moment_of(m, a.receiver);
        m.alloc_text(super::strftime::ctime(moment))
    }),
];

pub(super) fn date_arg(m: &mut Runtime, args: &Args) -> Result<Date, Flow> {
    let fields = (c_int(m, args.get(0))?, c_int(m, args.get(1))?, c_int(m, args.get(2))?);
    Date::new(fields.0, fields.1, fields.2).map_err(|error| out_of_range(m, error))
}

pub(super) fn ordinal_arg(m: &mut Runtime, args: &Args) -> Result<Date, Flow> {
    let ordinal = c_int(m, args.get(0))?;
    Date::of_ordinal(ordinal).map_err(|error| out_of_range(m, error))
}

pub(super) fn iso_calendar_arg(m: &mut Runtime, args: &Args) -> Result<Date, Flow> {
    let large = (0..3).any(|index| match m.number(args.get(index)) {
        Some(Number::Int(int)) => i32::try_from(int).is_err(),
        Some(Number::Big(_)) => true,
        _ => false,
    });
    if large {
        return Err(m.value_error("ISO calendar component out of range"));
    }
    let fields = (c_int(m, args.get(0))?, c_int(m, args.get(1))?, c_int(m, args.get(2))?);
    Date::of_iso_calendar(fields.0, fields.1, fields.2).map_err(|error| out_of_range(m, error))
}

fn from_iso(m: &mut Runtime, args: &Args) -> Outcome {
    let text = iso_arg(m, args.get(0))?;
    match iso_text::read_date(&text) {
        Ok(date) => new_date(m, date),
        Err(error) => Err(iso_error(m, error, args.get(0))),
    }
}

fn of_date(m: &mut Runtime, args: &Args, number: fn(Date) -> i64) -> Outcome {
    Ok(Value::int(date_of(m, args.receiver).map_or(0, number)))
}

fn replace(m: &mut Runtime, args: &Args) -> Outcome {
    let date = date_of(m, args.receiver).unwrap_or(Date::MIN);
    let date = replaced(m, args, date)?;
    new_date(m, date)
}

/// Returns a date with the year, month and day replaced by the first three arguments, if given.
pub(super) fn replaced(m: &mut Runtime, args: &Args, date: Date) -> Result<Date, Flow> {
    let year = c_int_or(m, args, 0, date.year())?;
    let month = c_int_or(m, args, 1, date.month())?;
    let day = c_int_or(m, args, 2, date.day())?;
    Date::new(year, month, day).map_err(|error| out_of_range(m, error))
}

fn iso_calendar(m: &mut Runtime, args: &Args) -> Outcome {
    let (year, week, day) = date_of(m, args.receiver).unwrap_or(Date::MIN).iso_calendar();
    let fields = [year, week, day].map(Value::int);
    Err(delegate("datetime._iso_calendar_date", fields.into()))
}

/// Returns a `Flow` that delegates creating a `time.struct_time` to the prelude. `summer` is the
/// value of its field `tm_isdst`.
pub(super) fn time_tuple(Moment { date, time }: Moment, summer: i64) -> Flow {
    let fields = [
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        date.weekday(),
        date.day_of_year(),
        summer,
    ];
    delegate("datetime._time_tuple", fields.map(Value::int).into())
}
