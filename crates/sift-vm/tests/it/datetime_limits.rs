//! Functions of dates and times end in a limit on adversarial arguments: quickly and within memory.

use crate::support::limits::limits;
use crate::support::machine;

/// A datetime whose zone has a long name, and its parts.
const GIVEN: &str = "\
from datetime import date, time, datetime, timedelta, timezone
moment = datetime(2024, 2, 29, 12, 30, tzinfo=timezone(timedelta(hours=1), 'z' * 500_000))
day, clock, span, zone = moment.date(), moment.timetz(), timedelta(hours=3), moment.tzinfo
";

limits! { machine, GIVEN;
    limit_in_datetime_date: "date(2024, 2, 29)";
    limit_in_datetime_date_ctime: "day.ctime()", "kept = [day.ctime() for _ in range(10 ** 9)]";
    limit_in_datetime_date_fromisocalendar: "date.fromisocalendar(2024, 9, 4)";
    limit_in_datetime_date_fromisoformat: "date.fromisoformat('2024-02-29')",
        "try:\n    date.fromisoformat('1' * 1_000_000)\nexcept ValueError:\n    pass";
    limit_in_datetime_date_fromordinal: "date.fromordinal(738_000)";
    limit_in_datetime_date_fromtimestamp: "date.fromtimestamp(1.5)";
    limit_in_datetime_date_isocalendar: "day.isocalendar()", "kept = [day.isocalendar() for _ in range(10 ** 9)]";
    limit_in_datetime_date_isoformat: "day.isoformat()", "kept = [day.isoformat() for _ in range(10 ** 9)]";
    limit_in_datetime_date_isoweekday: "day.isoweekday()";
    limit_in_datetime_date_replace: "day.replace(month=1)";
    limit_in_datetime_date_strftime: "day.strftime('%Y-%m-%d')", "day.strftime('x' * 20_000_000)";
    limit_in_datetime_date_timetuple: "day.timetuple()", "kept = [day.timetuple() for _ in range(10 ** 9)]";
    limit_in_datetime_date_toordinal: "day.toordinal()";
    limit_in_datetime_date_weekday: "day.weekday()";
    limit_in_datetime_datetime: "datetime(2024, 2, 29)";
    limit_in_datetime_datetime_astimezone: "moment.astimezone(timezone.utc)";
    limit_in_datetime_datetime_combine: "datetime.combine(day, clock)";
    limit_in_datetime_datetime_ctime: "moment.ctime()", "kept = [moment.ctime() for _ in range(10 ** 9)]";
    limit_in_datetime_datetime_date: "moment.date()";
    limit_in_datetime_datetime_dst: "moment.dst()";
    limit_in_datetime_datetime_fromisocalendar: "datetime.fromisocalendar(2024, 9, 4)";
    limit_in_datetime_datetime_fromisoformat: "datetime.fromisoformat('2024-02-29T12:30:00')",
        "datetime.fromisoformat('2024-02-29T12:30:00.' + '1' * 20_000_000)";
    limit_in_datetime_datetime_fromordinal: "datetime.fromordinal(738_000)";
    limit_in_datetime_datetime_fromtimestamp: "datetime.fromtimestamp(1.5)";
    limit_in_datetime_datetime_isocalendar: "moment.isocalendar()", "kept = [moment.isocalendar() for _ in range(10 ** 9)]";
    limit_in_datetime_datetime_isoformat: "moment.isoformat()", "kept = [moment.isoformat() for _ in range(10 ** 9)]";
    limit_in_datetime_datetime_isoweekday: "moment.isoweekday()";
    limit_in_datetime_datetime_replace: "moment.replace(day=1)";
    limit_in_datetime_datetime_strftime: "moment.strftime('%Y-%m-%d')", "moment.strftime('%1000d' * 170_000)", "moment.strftime('%Z' * 1_000)";
    limit_in_datetime_datetime_strptime: "datetime.strptime('2024-02-29', '%Y-%m-%d')",
        "for n in range(1_000_000):\n    datetime.strptime(f'{n}', f'{n}')",
        "datetime.strptime('1' * 1_000_000, '1' * 1_000_000)",
        "datetime.strptime(' ' * 1_000_000, 'a ' * 500_000)",
        "try:\n    datetime.strptime(' ' * 1_000_000, ' %d')\nexcept ValueError:\n    x = ' ' * 9_000_000";
    limit_in_datetime_datetime_time: "moment.time()";
    limit_in_datetime_datetime_timestamp: "moment.timestamp()";
    limit_in_datetime_datetime_timetuple: "moment.timetuple()", "kept = [moment.timetuple() for _ in range(10 ** 9)]";
    limit_in_datetime_datetime_timetz: "moment.timetz()";
    limit_in_datetime_datetime_toordinal: "moment.toordinal()";
    limit_in_datetime_datetime_tzname: "moment.tzname()", "kept = [moment.tzname() for _ in range(10 ** 9)]";
    limit_in_datetime_datetime_utcfromtimestamp: "datetime.utcfromtimestamp(1.5)";
    limit_in_datetime_datetime_utcoffset: "moment.utcoffset()";
    limit_in_datetime_datetime_utctimetuple: "moment.utctimetuple()", "kept = [moment.utctimetuple() for _ in range(10 ** 9)]";
    limit_in_datetime_datetime_weekday: "moment.weekday()";
    limit_in_datetime_time: "time(12, 30)";
    limit_in_datetime_time_dst: "clock.dst()";
    limit_in_datetime_time_fromisoformat: "time.fromisoformat('12:30:00')", "time.fromisoformat('1' * 20_000_000)";
    limit_in_datetime_time_isoformat: "clock.isoformat()", "kept = [clock.isoformat() for _ in range(10 ** 9)]";
    limit_in_datetime_time_replace: "clock.replace(hour=1)";
    limit_in_datetime_time_strftime: "clock.strftime('%Y-%m-%d')", "while True:\n    clock.strftime('%300A' * 1_000)";
    limit_in_datetime_time_tzname: "clock.tzname()", "kept = [clock.tzname() for _ in range(10 ** 9)]";
    limit_in_datetime_time_utcoffset: "clock.utcoffset()";
    limit_in_datetime_timedelta: "timedelta(hours=1.5)",
        "big = 1 << 40_000_000\nwhile True:\n    try:\n        timedelta(seconds=big)\n    except OverflowError:\n        pass";
    limit_in_datetime_timedelta_total_seconds: "span.total_seconds()";
    limit_in_datetime_timezone: "timezone(span)", "zones = [timezone(span, 'z' * 1_000_000) for _ in range(30)]";
    limit_in_datetime_timezone_dst: "zone.dst(None)";
    limit_in_datetime_timezone_fromutc: "zone.fromutc(moment)";
    limit_in_datetime_timezone_tzname: "zone.tzname(None)", "kept = [zone.tzname(None) for _ in range(10 ** 9)]";
    limit_in_datetime_timezone_utcoffset: "zone.utcoffset(None)";
    limit_in_datetime_format: "f'{moment:%Y-%m-%d}'", "f'{moment:{\"%Z\" * 100}}'", "format(day, '%c' * 2_000_000)";
    limit_in_datetime_operators: "span * 1.5, span / 7, span // span, moment + span, moment - moment, -span",
        "big = 1 << 40_000_000\nwhile True:\n    try:\n        span * big\n    except OverflowError:\n        pass",
        "while True:\n    span * 1e-300";
    limit_in_datetime_texts: "str(zone)",
        "while True:\n    repr(zone), str(moment), repr(day), str(span)",
        "shown = []\nwhile True:\n    shown.append(repr(moment))";
    limit_in_datetime_keys: "{moment: 1}, {day: 1}, {span: 1}", "seen = set()\nfor n in range(1_000_000):\n    seen.add(day - timedelta(n))";
}
