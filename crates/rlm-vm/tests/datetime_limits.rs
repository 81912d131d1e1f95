//! Whatever a program does with dates and times, it ends in a limit, soon and without the memory that it asks for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

mod support;

use rlm_vm::{End, Limit, Settings};
use support::{Arrival, machine, run_in};

const GIVEN: &str = "\
from datetime import date, time, datetime, timedelta, timezone
moment = datetime(2024, 2, 29, 12, 30, tzinfo=timezone(timedelta(hours=1), 'z' * 2_000_000))
day, clock, span, zone = moment.date(), moment.timetz(), timedelta(hours=3), moment.tzinfo
";

/// Runs a program with 16 MiB and a million units of fuel; returns the limit that it met.
fn limit_of(source: &str) -> Option<Limit> {
    let settings = Settings {
        fuel: 1_000_000,
        memory_bytes: 16 << 20,
        ..Settings::default()
    };
    let ran = run_in(
        machine(settings),
        &format!("{GIVEN}{source}"),
        Arrival::AtOnce,
        1_000_000,
    );
    assert!(ran.error.is_none(), "{source}: {:?}", ran.error);
    match ran.end {
        Some(End::Limit(limit)) => Some(limit),
        _ => None,
    }
}

/// A test for each function: what it does for ever ends for want of fuel; a third part is what it does with a huge argument.
macro_rules! limits {
    ($($name:ident: $call:literal $(, $huge:literal)*;)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(limit_of(concat!("while True:\n    ", $call)), Some(Limit::Fuel));
            $(assert!(limit_of($huge).is_some(), "{}", $huge);)*
        }
    )*};
}

limits! {
    limit_in_date: "date(2024, 2, 29)";
    limit_in_time: "time(12, 30)";
    limit_in_datetime: "datetime(2024, 2, 29)";
    limit_in_timedelta: "timedelta(hours=1.5)", "big = 1 << 40_000_000\nwhile True:\n    try:\n        timedelta(seconds=big)\n    except OverflowError:\n        pass";
    limit_in_timezone: "timezone(span)", "zones = [timezone(span, 'z' * 1_000_000) for _ in range(30)]";
    limit_in_fromisoformat: "date.fromisoformat('2024-02-29')", "datetime.fromisoformat('2024-02-29T12:30:00.' + '1' * 20_000_000)", "time.fromisoformat('1' * 20_000_000)";
    limit_in_fromordinal: "date.fromordinal(738_000)";
    limit_in_fromisocalendar: "datetime.fromisocalendar(2024, 9, 4)";
    limit_in_fromtimestamp: "datetime.fromtimestamp(1.5)";
    limit_in_utcfromtimestamp: "datetime.utcfromtimestamp(1.5)";
    limit_in_combine: "datetime.combine(day, clock)";
    limit_in_strptime: "datetime.strptime('2024-02-29', '%Y-%m-%d')",
        "for n in range(1_000_000):\n    datetime.strptime(f'{n}', f'{n}')",
        "datetime.strptime('1' * 2_000_000, '1' * 2_000_000)",
        "datetime.strptime(' ' * 2_000_000, 'a ' * 1_000_000)",
        "try:\n    datetime.strptime(' ' * 9_000_000, ' %d')\nexcept ValueError:\n    x = ' ' * 9_000_000";
    limit_in_strftime: "moment.strftime('%Y-%m-%d')",
        "moment.strftime('%1000d' * 200_000)",
        "moment.strftime('%Z' * 1_000)",
        "day.strftime('x' * 20_000_000)",
        "while True:\n    clock.strftime('%300A' * 1_000)";
    limit_in_format: "f'{moment:%Y-%m-%d}'", "f'{moment:{\"%Z\" * 100}}'", "format(day, '%c' * 2_000_000)";
    limit_in_isoformat: "moment.isoformat()", "while True:\n    day.isoformat(), clock.isoformat('hours')";
    limit_in_isocalendar: "day.isocalendar()", "weeks = []\nwhile True:\n    weeks.append(day.isocalendar())";
    limit_in_weekday: "day.weekday()";
    limit_in_isoweekday: "moment.isoweekday()";
    limit_in_toordinal: "day.toordinal()";
    limit_in_timetuple: "moment.timetuple()", "tuples = []\nwhile True:\n    tuples.append(moment.timetuple())";
    limit_in_utctimetuple: "moment.utctimetuple()";
    limit_in_ctime: "moment.ctime()";
    limit_in_replace: "moment.replace(day=1), day.replace(month=1), clock.replace(hour=1)";
    limit_in_date_of_datetime: "moment.date()";
    limit_in_time_of_datetime: "moment.time()";
    limit_in_timetz: "moment.timetz()";
    limit_in_timestamp: "moment.timestamp()";
    limit_in_astimezone: "moment.astimezone(timezone.utc)";
    limit_in_utcoffset: "moment.utcoffset(), zone.utcoffset(None)";
    limit_in_tzname: "moment.tzname()", "names = []\nwhile True:\n    names.append(zone.tzname(None))";
    limit_in_dst: "clock.dst(), zone.dst(None)";
    limit_in_fromutc: "zone.fromutc(moment)";
    limit_in_total_seconds: "span.total_seconds()";
    limit_in_operators: "span * 1.5, span / 7, span // span, moment + span, moment - moment, -span", "big = 1 << 40_000_000\nwhile True:\n    try:\n        span * big\n    except OverflowError:\n        pass", "while True:\n    span * 1e-300";
    limit_in_texts: "str(zone)", "while True:\n    repr(zone), str(moment), repr(day), str(span)", "shown = []\nwhile True:\n    shown.append(repr(moment))";
    limit_in_keys: "{moment: 1}, {day: 1}, {span: 1}", "seen = set()\nfor n in range(1_000_000):\n    seen.add(day - timedelta(n))";
}
