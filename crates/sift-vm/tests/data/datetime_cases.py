"""Writes datetime.txt next to this file: programs over tables of inputs, and CPython 3.11's answer to each row.
Run: python3 crates/sift-vm/tests/data/datetime_cases.py

A line `program TAB name TAB program` starts a table; the program, as JSON, defines `answer(row)`. A line `row TAB answer`
contains a row as JSON, and the result or exception of `answer` for it, also as JSON. CPython and Sift run the same
program."""

import json
import os
import pathlib
import random
import sys
import time as clock
import warnings

assert sys.version_info[:2] == (3, 11), "expectations are those of CPython 3.11"
# Sift has no local time zone: times without a zone are in UTC.
os.environ["TZ"] = "UTC"
clock.tzset()
warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
rng = random.Random(311)

IMPORTS = "from datetime import date, time, datetime, timedelta, timezone\n"
# A moment in a row: year, month, day, hour, minute, second, microsecond, fold, offset in seconds or None.
MOMENT = '''
def moment(fields):
    zone = None if fields[8] is None else timezone(timedelta(seconds=fields[8]))
    return datetime(*fields[:7], tzinfo=zone, fold=fields[7])
'''

GROUPS = []


def group(name, program, rows):
    program = IMPORTS + (MOMENT if "moment(" in program else "") + program
    space = {}
    exec(compile(program, name, "exec"), space)

    def printed(row):
        try:
            return str(space["answer"](row))
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    rows = [json.loads(text) for text in dict.fromkeys(json.dumps(row) for row in rows)]
    GROUPS.append({"name": name, "program": program, "rows": rows, "printed": [printed(row) for row in rows]})


def year():
    return rng.choice([1, 2, 99, 100, 400, 999, 1000, 1582, 1899, 1900, 1904, 1968, 1969, 1970, 1999, 2000, 2001, 2020, 2023, 2024, 2025, 2038, 2100,
                       9998, 9999, rng.randint(1, 9999)])


def day_of(y):
    m = rng.randint(1, 12)
    d = rng.choice([1, 28, 29, 30, 31, rng.randint(1, 28)])
    limit = [31, 29 if y % 4 == 0 and (y % 100 or y % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]
    return m, min(d, limit)


def offset():
    return rng.choice([None, None, 0, 3600, -3600, 19800, -12600, 86399, -86399, 1, -1, rng.randint(-86399, 86399)])


def moment(zoned=True):
    y = year()
    m, d = day_of(y)
    clock = [rng.choice([0, 9, 11, 12, 13, 23, rng.randint(0, 23)]), rng.choice([0, 59, rng.randint(0, 59)]), rng.choice([0, 59, rng.randint(0, 59)])]
    us = rng.choice([0, 0, 1, 999999, 500000, 120000, rng.randint(0, 999999)])
    return [y, m, d, *clock, us, rng.choice([0, 0, 0, 1]), offset() if zoned else None]


def text_of(fields, template):
    """Formats a moment, with years of four digits."""
    from datetime import datetime, timedelta, timezone
    zone = timezone.utc if fields[8] is None else timezone(timedelta(seconds=fields[8]))
    return datetime(*fields[:7], tzinfo=zone).strftime(template.replace("%Y", f"{fields[0]:04}").replace("%G", f"{fields[0]:04}"))


def broken(text):
    """Changes one or two characters."""
    for _ in range(rng.choice([1, 1, 2])):
        at = rng.randrange(len(text) + 1)
        char = rng.choice("0123456789 -:+.,TZWaé\tx/")
        text = rng.choice([text[:at] + char + text[at:], text[:at] + text[at + 1:], text[:at] + char + text[at + 1:]])
    return text


FORMATS = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%d.%m.%Y", "%m/%d/%y", "%m/%d/%Y", "%B %d, %Y", "%b %d %Y", "%d %B %Y", "%A, %d %B %Y",
           "%a %b %d %H:%M:%S %Y", "%I:%M %p", "%Y%m%d", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%H:%M", "%H:%M:%S,%f", "%j %Y",
           "%Y-%j", "%U %w %Y", "%W %a %Y", "%G-W%V-%u", "%G %V %A", "%d/%b/%Y:%H:%M:%S %z", "%c", "%x", "%X", "%x %X", "%y%m%d", "%d %b %y", "%Y %b", "%b", "%Y",
           "%d %b", "%S.%f", "%Y-%m-%d %I:%M:%S %p", "%Y %m  %d", "[%Y-%m-%d]", "(%d.%m.)", "%d%% %m", "%Y-%m-%d %Z", "%z %Z", "%p", "%%", "on %d", "%m%d%Y",
           "%Y.%m.%d|%H", "%H%M", "%a, %d %b %Y %H:%M:%S %z", "%w %W %Y", "%u %U %Y", "%G %j", "%V %Y %u", "%G %V", "%V", "%Y %y", "%m %B", "%b %m", "%H %I %p", "%Q",
           "%", "%Y-", "%-d", "%5Y", "%e", "%F", "%T", "% Y", "%\\", "d", "", "%A %a", "%d %U", "%Y %U", "%Y%Y", "%d\t%m\n%Y", "%é", "%Ez", "%f", "%j", "%y %j"]


def strptime_rows():
    for _ in range(900):
        template = rng.choice(FORMATS[:52]) if rng.random() < 0.8 else rng.choice(FORMATS)
        fields = moment()
        if fields[8] is not None:
            fields[8] = fields[8] // 60 * 60
        try:
            text = text_of(fields, template)
        except ValueError:
            text = "2024"
        roll = rng.random()
        if roll < 0.25:
            text = broken(text)
        elif roll < 0.35:
            text = rng.choice([text.upper(), text.lower(), " " + text, text + " ", text.replace(" ", "  "), text.replace("-0", "-").replace("/0", "/")])
        yield [text, template]
    for template in FORMATS:
        for text in ["", "2024-02-29", "29 Feb", "12", "31 12", "１２", "60", "00", "24 366", "2023 366", "2024 366", "9999 366", "1 1 1 1"]:
            if rng.random() < 0.35:
                yield [text, template]
    for text in ["Z", "z", "+0530", "+05:30", "-05:30:07", "+053007", "+05:3007", "+0530:07", "+05:30:07.25", "-053007.000001", "+2400", "+24:00", "+23:59", "+5", "+0560", "+05:30:60", "-00:00", "UTC"]:
        yield [text, "%z"]
        yield [text + " UTC", "%z %Z"]
        yield [text + "gmt", "%z%Z"]
    for day in range(8):
        for week in [0, 1, 2, 26, 52, 53, 54]:
            for y in [1, 1900, 2020, 2021, 2024, 9999]:
                if rng.random() < 0.3:
                    yield [f"{y:04} {week} {day}", rng.choice(["%Y %U %w", "%Y %W %w", "%G %V %u", "%Y %U %u", "%G %W %w"])]


def strftime_rows():
    letters = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZf%EOQ+:é"
    flags = ["", "", "", "", "-", "_", "0", "^", "#", "^#", "_-", "0_", "5", "12", "05", "_5", "-5", "^9", "#12", "E", "O", "_3E", "-O"]
    for letter in letters:
        for flag in ["", "-", "_", "0", "^", "#", "6", "-6", "_6", "06", "E", "O"]:
            if rng.random() < 0.75:
                yield [moment(), f"%{flag}{letter}|"]
    for _ in range(420):
        template = "".join(rng.choice(["%" + rng.choice(flags) + rng.choice(letters), rng.choice(["-", " ", "T", "ü", "%%", "年", "."])]) for _ in range(rng.randint(1, 6)))
        yield [moment(), template]
    for template in ["%", "", "abc%", "%Y-%m-%d", "%400d", "%1100d", "%2000d", "%10000Y", "%99999999999d", "%-", "%5", "%^", "%0", "%E", "a\0b%d", "%d\0", "%Y" * 50, "%300A" * 10,
                     "%" + "0" * 30 + "d", "%::z", "%Ey", "%Ec", "%Ox", "%EO", "%^p", "%#p", "%^P", "%#P", "%#Z", "%^Z", "%-Z", "%10z", "%_z"]:
        yield [moment(), template]


def iso_texts():
    for _ in range(500):
        fields = moment()
        dates = rng.choice(["%Y-%m-%d", "%Y%m%d", "%G-W%V-%u", "%GW%V%u", "%G-W%V", "%GW%V"])
        times = rng.choice(["%H:%M:%S", "%H:%M", "%H", "%H%M%S", "%H%M", "%H:%M:%S.%f", "%H%M%S,%f", "%H:%M:%S.%f"])
        text = text_of(fields, times)
        if "%f" in times:
            text = text[:len(text) - rng.choice([0, 0, 1, 2, 3, 4, 5, 6])] + rng.choice(["", "", "789"])
        zone = rng.choice(["", "", "", "Z", "+00:00", "-00:00", "+05:30", "-0330", "+01", "-23:59:59", "+010203.5", "+24:00", "+00:00:00.5", "-05:30:10.123456", "+1", "z"])
        which = rng.random()
        date = text_of(fields, dates)
        whole = date if which < 0.15 else text + zone if which < 0.35 else date + rng.choice(["T", " ", "T", "_", "", "é", "-", "年"]) + text + zone
        yield broken(whole) if rng.random() < 0.35 else whole
    yield from ["", "2024", "2024-1-1", "2024-W01", "2024W01", "2024W011", "2024-W01-1", "2024-W54", "2024-W00-1", "2020-W53-7", "2021-W53", "T12", "T1234", "12", "1", "24:00", "12:60", "23:59:60",
                "2024-13-01", "2024-02-30", "0000-01-01", "2024-W01-8", "2024-W01-0", "12:34x+01:00", "12:30.5", "12.5", "12:30:15.", "12:30:15.1234567890", "2024-01-01T", "2024-01-01TT12",
                "2024-01-01T12:30Z+", "2024-W01-112", "2024W01112", "2024W0111230", "20240101120000", "２０２４-01-01", "2024-W01-T12", "2024-W0112", "9999W527", "0001-W01-1", "+2024-01-01", "2024-13-01T12:00+24:00", "11:59:34:0330", "2024-01-01T11:59:34:25"]


def numbers():
    return rng.choice([0, 1, -1, 2, 7, 23, 24, 25, 59, 60, 61, 1000, 86399, 86400, 999999, 10**6, -(10**6), 0.5, -0.5, 1.5, 2.5, 0.1, 1e-6, 5e-7, 1.5e-6, 2.5e-6, -2.5e-6, 1e-7, 3.3333333, 1e5 + 0.1,
                       rng.randint(-10**6, 10**6), rng.uniform(-1e4, 1e4), rng.uniform(-1, 1)])


UNITS = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"]


def delta_rows():
    for _ in range(450):
        yield {rng.choice(UNITS): numbers() for _ in range(rng.choice([1, 1, 1, 2, 3]))}
    for unit in UNITS:
        for value in [10**9, 999999999, -999999999, 1e9, 1e15, 1e20, -1e20, 10**25, "a", None, True, 1e308, 999999999.9999999, 2**63, 0.49999999999, 1e-320]:
            yield {unit: value}


def spans():
    return [rng.choice([0, 0, 1, -1, 2, 31, 365, rng.randint(-4000, 4000)]), rng.choice([0, 1, -1, 3600, 86399, rng.randint(-10**5, 10**5)]), rng.choice([0, 0, 1, 500000, rng.randint(0, 10**6)])]


def operand():
    return rng.choice([0, 1, -1, 2, 3, 7, 10, -3, 1000, 0.5, 0.1, -0.3, 1.5, 1e-3, 1e10, 3.7, 1e300, 10**12, 10**30, 0.0, -2.5, rng.randint(-100, 100), rng.uniform(-5, 5)])


def main():
    group("strptime", "def answer(row):\n    return repr(datetime.strptime(*row))\n", strptime_rows())
    group("strftime", "def answer(row):\n    x = moment(row[0])\n    return [x.strftime(row[1]), f'{x.date():{row[1]}}' if row[1] else '', x.timetz().strftime(row[1])]\n", strftime_rows())
    group("fromisoformat", '''
def read(function, text):
    try:
        return repr(function(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    return [read(function, row) for function in [date.fromisoformat, time.fromisoformat, datetime.fromisoformat]]
''', iso_texts())
    group("texts and fields", '''
def answer(row):
    x = moment(row)
    levels = ["auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"]
    texts = [x.isoformat(" ", level) for level in levels] + [x.timetz().isoformat(level) for level in levels]
    fields = [x.weekday(), x.isoweekday(), x.toordinal(), x.timetuple().tm_yday, list(x.isocalendar()), x.utcoffset(), x.tzname()]
    return [str(x), repr(x), str(x.date()), repr(x.date()), str(x.timetz()), repr(x.timetz()), x.ctime(), x.date().ctime()] + texts + fields
''', (moment() for _ in range(60)))
    group("timedelta", "def answer(row):\n    x = timedelta(**row)\n    return [repr(x), str(x), x.total_seconds(), bool(x), x.days, x.seconds, x.microseconds]\n", delta_rows())
    group("spans and numbers", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    x, n = timedelta(*row[0]), row[1]
    return [tried(f) for f in [lambda: x * n, lambda: n * x, lambda: x / n, lambda: x // n, lambda: x % n, lambda: x + n, lambda: -x, lambda: abs(x), lambda: x == n]]
''', ([spans(), operand()] for _ in range(110)))
    group("spans and spans", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    x, y = timedelta(*row[0]), timedelta(*row[1])
    return [tried(f) for f in [lambda: x + y, lambda: x - y, lambda: x / y, lambda: x // y, lambda: x % y, lambda: divmod(x, y), lambda: [x < y, x <= y, x == y, x != y, x > y, x >= y]]]
''', ([rng.choice([spans(), spans(), [0, 0, 0]]), rng.choice([spans(), spans(), [0, 0, 0]])] for _ in range(100)))
    group("moments and spans", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    x, y = moment(row[0]), timedelta(*row[1])
    d = x.date()
    return [tried(f) for f in [lambda: x + y, lambda: x - y, lambda: y + x, lambda: d + y, lambda: d - y, lambda: y - d, lambda: x.timetz() + y]]
''', ([moment(), rng.choice([spans(), [999999999, 0, 0], [-999999999, 0, 0], [366, 0, 0]])] for _ in range(80)))
    group("moments and moments", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    x, y = moment(row[0]), moment(row[1])
    a, b = x.timetz(), y.timetz()
    pairs = [(x, y), (x.date(), y.date()), (a, b), (x, y.date()), (x, x.replace(fold=1 - x.fold))]
    return [[tried(lambda: p - q), p == q, tried(lambda: p < q), tried(lambda: p >= q), len({p, q})] for p, q in pairs]
''', ([moment(), moment()] for _ in range(70)))
    group("zones", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    x, zone = moment(row[0]), timezone(timedelta(seconds=row[1], microseconds=row[2]))
    named = timezone(zone.utcoffset(None), "Zone")
    return [tried(f) for f in [lambda: x.astimezone(zone), lambda: x.astimezone(named), lambda: x.timestamp(), lambda: x.utctimetuple(), lambda: x.astimezone(),
            lambda: x.replace(tzinfo=zone).astimezone(timezone.utc), lambda: zone, lambda: str(zone), lambda: named.tzname(x), lambda: zone.fromutc(x.replace(tzinfo=zone)), lambda: zone == named]]
''', ([moment(), rng.choice([0, 3600, -18000, 86399, -86399, rng.randint(-86399, 86399)]), rng.choice([0, 0, 0, 1, 500000])] for _ in range(70)))
    group("timestamps", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    zone = timezone(timedelta(hours=-5))
    return [tried(f) for f in [lambda: datetime.fromtimestamp(row), lambda: datetime.fromtimestamp(row, zone), lambda: datetime.utcfromtimestamp(row), lambda: date.fromtimestamp(row)]]
''', [rng.choice([rng.randint(-10**10, 10**11), rng.uniform(-1e10, 1e11), rng.randint(-100, 100) + rng.choice([0.5, 0.0000005, 0.0000015, 0.9999995, 0.9999994])]) for _ in range(120)]
          + [-62135596800, -62135596801, -62135510400, -62135510401, 253402300799, 253402300800, 253402300799.9999999, 1e12, -1e12, 1e17, 1e18, -1e18, 1e19, 1e30, 2**62, 2**63, 10**30, 67768036191676799, 67768036191676800, 0.5, -0.5, 1.5e-6, 2.5e-6, "a", None, [], True])
    group("calendar", '''
def tried(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def answer(row):
    a, b, c = row
    return [tried(f) for f in [lambda: date(a, b, c), lambda: date.fromisocalendar(a, b, c), lambda: datetime.fromisocalendar(a, b, c), lambda: date.fromordinal(a), lambda: datetime.fromordinal(a + 700000), lambda: time(a, b, c),
            lambda: datetime(2024, 1, 31, a, b, c), lambda: date(2024, 2, 29).replace(a), lambda: datetime(2024, 2, 29).replace(day=c, month=b), lambda: time(1, 2).replace(second=c, fold=b)]]
''', ([rng.choice([year(), year(), 0, -1, 10000, 2**31, 2**40, -2**40, 10**25, 12, 23, 24, 1.0, "1", None]), rng.choice([1, 2, 12, 13, 0, 52, 53, 54, rng.randint(1, 12), "x"]),
           rng.choice([0, 1, 7, 8, 28, 29, 30, 31, 32, 59, 60, rng.randint(1, 31)])] for _ in range(150)))
    total = sum(len(part["rows"]) for part in GROUPS)
    dumped = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    with open(HERE / "datetime.txt", "w") as file:
        for part in GROUPS:
            print("program", part["name"], dumped(part["program"]), sep="\t", file=file)
            for row, printed in zip(part["rows"], part["printed"]):
                print(dumped(row), dumped(printed), sep="\t", file=file)
    print(total, "rows:", {part["name"]: len(part["rows"]) for part in GROUPS})


main()
