//! Table of unsupported members of supported modules and types.

use super::{NO_BYTES, NO_CLASSES, NO_FILES, Refusal};

const NO_CLOCK: &str = "there is no clock: take dates from the text with datetime.strptime";
const OWN_CONTEXT: &str = "make a context of your own";
const NO_SIGNAL: &str = "only InvalidOperation, DivisionByZero and Overflow are raised";
const EXCEPTIONS: &[&str] = &[
    "Exception",
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "RuntimeError",
    "JSONDecodeError",
    "error",
];

/// The unsupported members of Python modules, classes and types, grouped by these owners.
pub(super) const MEMBERS: &[(&[&str], &[Refusal])] = &[
    (
        &["str"],
        &[("encode", NO_BYTES, "codes = [ord(char) for char in str(context)[:10]]")],
    ),
    (
        &["int", "bool"],
        &[
            ("to_bytes", NO_BYTES, "digits = format(1000, \"x\")"),
            ("from_bytes", NO_BYTES, "number = int(\"3e8\", 16)"),
        ],
    ),
    (
        &["re"],
        &[
            (
                "Scanner",
                "use one pattern with a named group for each kind",
                "words = [m.lastgroup for m in re.finditer(r\"(?P<word>[a-z]+)|(?P<number>\\d+)\", \"a 1\")]",
            ),
            ("template", "write re.compile", "pattern = re.compile(r\"\\w+\")"),
            ("TEMPLATE", "leave the flag out", "pattern = re.compile(r\"\\w+\")"),
            ("T", "leave the flag out", "pattern = re.compile(r\"\\w+\")"),
        ],
    ),
    (
        &["Pattern"],
        &[(
            "scanner",
            "use finditer",
            "words = [m.group() for m in re.compile(r\"\\w+\").finditer(str(context))]",
        )],
    ),
    (
        &["functools"],
        &[
            ("cached_property", NO_CLASSES, "size = len(context)"),
            (
                "singledispatch",
                "ask isinstance in one function",
                "kind = \"text\" if isinstance(context, str) else \"list\"",
            ),
            (
                "singledispatchmethod",
                NO_CLASSES,
                "kind = \"text\" if isinstance(context, str) else \"list\"",
            ),
            (
                "total_ordering",
                NO_CLASSES,
                "items = sorted([(2, \"b\"), (1, \"a\")], key=lambda item: item[0])",
            ),
            (
                "wraps",
                "there are no decorators but lru_cache and cache: leave it out",
                "def shout(text): return text.upper()",
            ),
            ("update_wrapper", "leave it out", "def shout(text): return text.upper()"),
            (
                "WRAPPER_ASSIGNMENTS",
                "leave it out",
                "def shout(text): return text.upper()",
            ),
            (
                "WRAPPER_UPDATES",
                "leave it out",
                "def shout(text): return text.upper()",
            ),
        ],
    ),
    (
        &["operator"],
        &[
            (
                "matmul",
                "write the sum out",
                "product = sum(a * b for a, b in zip([1, 2], [3, 4]))",
            ),
            (
                "imatmul",
                "write the sum out",
                "product = sum(a * b for a, b in zip([1, 2], [3, 4]))",
            ),
        ],
    ),
    (
        &["string"],
        &[
            (
                "Template",
                "write an f-string, or str.format",
                "text = \"{name}\".format(name=\"value\")",
            ),
            (
                "Formatter",
                "write an f-string, or str.format",
                "text = \"{name}\".format(name=\"value\")",
            ),
        ],
    ),
    (
        EXCEPTIONS,
        &[
            (
                "with_traceback",
                "raise the exception itself, or another from it",
                "error = ValueError(\"text\")",
            ),
            (
                "add_note",
                "put the note into the text",
                "error = ValueError(\"text: a note\")",
            ),
        ],
    ),
    (
        &["json"],
        &[
            (
                "load",
                "there are no files: read a text with json.loads",
                "value = json.loads('{\"a\": 1}')",
            ),
            (
                "dump",
                "there are no files: print the text that json.dumps makes",
                "print(json.dumps({\"a\": 1}))",
            ),
            ("detect_encoding", NO_BYTES, "value = json.loads('{\"a\": 1}')"),
            (
                "JSONEncoder.iterencode",
                "write the whole text with encode",
                "text = json.JSONEncoder().encode({\"a\": 1})",
            ),
        ],
    ),
    (
        &["collections"],
        &[
            ("UserDict", NO_CLASSES, "values = {}"),
            ("UserList", NO_CLASSES, "values = []"),
            ("UserString", NO_CLASSES, "text = \"\""),
            ("abc", NO_CLASSES, "print(isinstance([], (list, tuple)))"),
        ],
    ),
    (
        &["ast"],
        &[(
            "*",
            "there are no source trees: find definitions in a text with re",
            "names = re.findall(r\"^def (\\w+)\", str(context), re.M)",
        )],
    ),
    (
        &["unicodedata"],
        &[
            (
                "decomposition",
                "normalize takes characters apart",
                "parts = unicodedata.normalize(\"NFD\", \"\u{e9}\")",
            ),
            (
                "unidata_version",
                "leave it out: the tables are those of a newer Unicode",
                "kind = unicodedata.category(\"a\")",
            ),
            ("ucd_3_2_0", "leave it out", "kind = unicodedata.category(\"a\")"),
            ("UCD", "leave it out", "kind = unicodedata.category(\"a\")"),
        ],
    ),
    (
        &["decimal"],
        &[
            (
                "localcontext",
                "there is no `with`: set the precision, and set it back",
                "decimal.getcontext().prec = 50",
            ),
            ("BasicContext", OWN_CONTEXT, "context = decimal.Context(prec=9)"),
            ("ExtendedContext", OWN_CONTEXT, "context = decimal.Context(prec=9)"),
            ("DefaultContext", OWN_CONTEXT, "context = decimal.Context()"),
            ("Inexact", NO_SIGNAL, "print(decimal.InvalidOperation)"),
            ("Rounded", NO_SIGNAL, "print(decimal.InvalidOperation)"),
            ("Clamped", NO_SIGNAL, "print(decimal.InvalidOperation)"),
            ("Subnormal", NO_SIGNAL, "print(decimal.InvalidOperation)"),
            ("Underflow", NO_SIGNAL, "print(decimal.InvalidOperation)"),
            ("FloatOperation", NO_SIGNAL, "print(decimal.InvalidOperation)"),
        ],
    ),
    (
        &["statistics"],
        &[(
            "NormalDist",
            "compute with mean and stdev, and math.erf for probabilities",
            "below = (1 + math.erf((3 - 2) / (0.5 * math.sqrt(2)))) / 2",
        )],
    ),
    (
        &["csv"],
        &[
            (
                "Sniffer",
                "count the candidates in a line, and pass delimiter=",
                "delimiter = max(\",;\\t|\", key=str(context).split(\"\\n\")[0].count)",
            ),
            (
                "Dialect",
                "pass the settings by name",
                "rows = list(csv.reader(io.StringIO(\"a;b\"), delimiter=\";\"))",
            ),
        ],
    ),
    (
        &["difflib"],
        &[
            (
                "HtmlDiff",
                "print a unified diff",
                "print(\"\\n\".join(difflib.unified_diff([\"a\"], [\"b\"], lineterm=\"\")))",
            ),
            (
                "diff_bytes",
                NO_BYTES,
                "lines = list(difflib.unified_diff([\"a\"], [\"b\"]))",
            ),
        ],
    ),
    (
        &["io"],
        &[
            ("BytesIO", NO_BYTES, "file = io.StringIO(\"text\")"),
            (
                "*",
                "there are no files: io.StringIO makes one of a text",
                "file = io.StringIO(str(context))",
            ),
        ],
    ),
    (
        &["StringIO"],
        &[
            ("fileno", NO_FILES, "text = io.StringIO(\"text\").getvalue()"),
            ("detach", NO_FILES, "text = io.StringIO(\"text\").getvalue()"),
        ],
    ),
    (
        &["typing"],
        &[
            (
                "NamedTuple",
                "use collections.namedtuple",
                "Point = collections.namedtuple(\"Point\", \"x y\")",
            ),
            ("TypedDict", "use a dict", "item = {\"name\": \"value\"}"),
            (
                "*",
                "annotations are read and ignored: leave it out",
                "def first(items: list) -> str: return items[0]",
            ),
        ],
    ),
    (
        &["datetime", "date"],
        &[
            ("now", NO_CLOCK, "now = datetime(2024, 1, 31, 12, 0)"),
            ("today", NO_CLOCK, "today = datetime(2024, 1, 31).date()"),
            (
                "utcnow",
                NO_CLOCK,
                "now = datetime(2024, 1, 31, 12, 0, tzinfo=timezone.utc)",
            ),
            (
                "datetime_CAPI",
                "there is nothing behind the module: its classes are date, time, datetime, timedelta, timezone",
                "day = datetime(2024, 1, 31).date()",
            ),
        ],
    ),
    (
        &["date"],
        &[
            (
                "strptime",
                "read with datetime.strptime and take the date of it",
                "day = datetime.strptime(\"31.01.2024\", \"%d.%m.%Y\").date()",
            ),
            (
                "hour",
                "a date has no time of day; a datetime has",
                "hour = datetime(2024, 1, 31, 12).hour",
            ),
            (
                "timestamp",
                "only a datetime has a timestamp",
                "seconds = datetime(2024, 1, 31, tzinfo=timezone.utc).timestamp()",
            ),
        ],
    ),
    (
        &["time"],
        &[(
            "strptime",
            "read with datetime.strptime and take the time of it",
            "noon = datetime.strptime(\"12:00\", \"%H:%M\").time()",
        )],
    ),
    (
        &["timedelta"],
        &[
            (
                "hours",
                "a timedelta has days, seconds and microseconds; divide it",
                "hours = timedelta(minutes=90) / timedelta(hours=1)",
            ),
            (
                "minutes",
                "a timedelta has days, seconds and microseconds; divide it",
                "minutes = timedelta(hours=2) / timedelta(minutes=1)",
            ),
            (
                "weeks",
                "a timedelta has days, seconds and microseconds; divide it",
                "weeks = timedelta(days=21) / timedelta(weeks=1)",
            ),
            (
                "milliseconds",
                "a timedelta has days, seconds and microseconds; divide it",
                "milliseconds = timedelta(seconds=2) / timedelta(milliseconds=1)",
            ),
        ],
    ),
];
