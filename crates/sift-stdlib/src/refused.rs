//! What Python has and Sift leaves out: modules, and members of what it provides, each with what to write instead.
//!
//! Every line to write runs as it stands, in a program of its own: `tests/it/attributes.rs` and `tests/modules.rs` run them.

use sift_syntax::{Instead, LibraryScope};

/// A thing that is left out: its name, what to do, and a line that runs.
type Refusal = (&'static str, &'static str, &'static str);

/// Puts all of them where the checker looks.
pub(super) fn fill(scope: &mut LibraryScope) {
    for (names, help, corrected) in MODULES {
        for name in *names {
            scope.refused_modules.insert((*name).into(), instead(help, corrected));
        }
    }
    for (owners, refusals) in MEMBERS {
        for owner in *owners {
            for (name, help, corrected) in *refusals {
                let path = format!("{owner}.{name}");
                scope.refused_members.insert(path.into(), instead(help, corrected));
            }
        }
    }
}

fn instead(help: &'static str, corrected: &'static str) -> Instead {
    Instead {
        help: help.into(),
        corrected: corrected.into(),
    }
}

const NO_FILES: &str = "there are no files: the text is in `context`, its documents are in `ctx`";
const NO_NETWORK: &str = "there is no network: the text is in `context`, and llm_query(prompt) asks a model";
const NO_CLOCK: &str = "there is no clock: take dates from the text with datetime.strptime";
const NO_RANDOMNESS: &str = "there is no randomness: take every n-th item";
const OWN_CONTEXT: &str = "make a context of your own";
const NO_SIGNAL: &str = "only InvalidOperation, DivisionByZero and Overflow are raised";
const NO_CLASSES: &str = "there are no classes: use a dict, a tuple or namedtuple";
const NO_BYTES: &str = "there are no bytes: every text is a str";
const NO_PROCESS: &str = "there is no process: print what is to be seen";
const SIDE_BY_SIDE: &str = "calls run side by side already: make them all, then look at the replies";

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

/// Modules by what to do instead; the names of packages stand for all modules in them.
const MODULES: &[(&[&str], &str, &str)] = &[
    (
        &["pandas", "polars", "dask", "pyarrow", "duckdb"],
        "read tables with csv.DictReader, group with Counter or defaultdict",
        "rows = [line.split(\",\") for line in str(context).splitlines()]",
    ),
    (
        &["numpy", "scipy"],
        "use lists with sum, min, max, sorted, and the modules math and statistics",
        "mean = sum([1, 2, 3]) / 3",
    ),
    (
        &[
            "os",
            "pathlib",
            "glob",
            "shutil",
            "tempfile",
            "fnmatch",
            "stat",
            "zipfile",
            "tarfile",
            "gzip",
            "bz2",
            "lzma",
            "zlib",
            "fileinput",
            "linecache",
            "pkgutil",
        ],
        NO_FILES,
        "names = [ctx.get_document(i).name for i in range(ctx.num_documents())]",
    ),
    (
        &[
            "sys",
            "signal",
            "atexit",
            "gc",
            "platform",
            "resource",
            "psutil",
            "getpass",
            "locale",
            "site",
            "sysconfig",
            "faulthandler",
            "tracemalloc",
        ],
        NO_PROCESS,
        "print(SHOW_VARS())",
    ),
    (
        &["logging", "warnings", "rich", "loguru"],
        "print what is to be seen",
        "print(\"note:\", len(context))",
    ),
    (
        &["tqdm", "alive_progress"],
        "loop over the items themselves",
        "for i in range(3): print(i)",
    ),
    (
        &["argparse", "optparse", "getopt", "click", "fire", "dotenv"],
        "there is no command line: bind what you need",
        "options = {\"limit\": 10}",
    ),
    (
        &["subprocess", "pexpect", "pty", "shlex"],
        "programs can't start others: cut texts with re and the methods of str",
        "parts = str(context).split()",
    ),
    (
        &[
            "requests",
            "urllib",
            "http",
            "httpx",
            "aiohttp",
            "socket",
            "ssl",
            "urllib3",
            "smtplib",
            "ftplib",
            "websocket",
            "websockets",
            "wikipedia",
            "googlesearch",
            "duckduckgo_search",
            "selenium",
            "playwright",
        ],
        NO_NETWORK,
        "reply = llm_query(\"Say in one line what this is: \" + str(context)[:500])",
    ),
    (
        &["urllib.parse"],
        "cut addresses with str.partition and str.split",
        "fields = dict(pair.split(\"=\", 1) for pair in \"http://x.org/a?b=1&c=2\".partition(\"?\")[2].split(\"&\"))",
    ),
    (
        &["email", "mailbox"],
        "cut headers with str.partition, and read dates with datetime.strptime",
        "sent = datetime.strptime(\"Mon, 05 Feb 2024 10:00:00 +0000\", \"%a, %d %b %Y %H:%M:%S %z\")",
    ),
    (
        &["os.path", "posixpath", "ntpath"],
        "cut paths with str.rpartition",
        "name = \"folder/name.txt\".rpartition(\"/\")[2]",
    ),
    (
        &[
            "openai",
            "anthropic",
            "litellm",
            "langchain",
            "llama_index",
            "google",
            "cohere",
            "ollama",
            "dspy",
            "rlm",
        ],
        "llm_query(prompt) asks a model, llm_query_batched(prompts) many at once",
        "reply = llm_query(\"Say in one line what this is: \" + str(context)[:500])",
    ),
    (
        &[
            "transformers",
            "torch",
            "tensorflow",
            "sentence_transformers",
            "sklearn",
            "keras",
            "spacy",
            "gensim",
            "faiss",
            "chromadb",
            "jax",
            "xgboost",
            "lightgbm",
            "nltk",
            "textblob",
            "langdetect",
            "wordcloud",
        ],
        "count with Counter, search with re, or ask a model with llm_query(prompt)",
        "counts = Counter(re.findall(r\"\\w+\", str(context).lower()))",
    ),
    (
        &["random", "secrets"],
        NO_RANDOMNESS,
        "sample = str(context).splitlines()[::10]",
    ),
    (
        &["uuid"],
        "number the items",
        "names = {f\"item-{i}\": line for i, line in enumerate(str(context).splitlines())}",
    ),
    (
        &["time", "timeit", "sched"],
        "there is no clock: programs are measured from outside",
        "print(len(context))",
    ),
    (
        &["calendar"],
        "use datetime: strftime(\"%B %A\") names month and day; a month ends the day before the next one's first",
        "days_in_february = (datetime(2024, 3, 1) - timedelta(days=1)).day",
    ),
    (
        &["dateutil", "pytz", "zoneinfo", "arrow", "pendulum", "dateparser"],
        "use datetime.strptime with a format, and timezone with a fixed offset",
        "moment = datetime.strptime(\"31.01.2024 12:00 +0100\", \"%d.%m.%Y %H:%M %z\")",
    ),
    (
        &[
            "threading",
            "concurrent",
            "multiprocessing",
            "queue",
            "joblib",
            "ray",
            "gevent",
            "trio",
            "anyio",
            "nest_asyncio",
            "_thread",
        ],
        SIDE_BY_SIDE,
        "replies = llm_query_batched([\"one?\", \"two?\"])",
    ),
    (
        &["pickle", "shelve", "marshal", "dbm", "joblib", "dill", "cloudpickle"],
        "values stay in variables from turn to turn; json.dumps makes a text of them",
        "text = json.dumps({\"a\": 1})",
    ),
    (
        &["sqlite3", "sqlalchemy", "psycopg2", "pymongo", "redis"],
        "keep rows in a list of dicts, and look up by a dict of them",
        "by_id = {row[\"id\"]: row for row in [{\"id\": 1}]}",
    ),
    (
        &["xml", "bs4", "lxml", "html5lib", "html.parser", "BeautifulSoup"],
        "find tags with re",
        "tags = re.findall(r\"<(\\w+)[^>]*>\", str(context))",
    ),
    (
        &["html"],
        "write the few entities out with str.replace",
        "text = str(context).replace(\"&lt;\", \"<\").replace(\"&gt;\", \">\").replace(\"&amp;\", \"&\")",
    ),
    (
        &["yaml", "ruamel"],
        "read lines with str.partition",
        "values = {key.strip(): value.strip() for key, _, value in [line.partition(\":\") for line in str(context).splitlines()]}",
    ),
    (
        &["configparser", "toml", "tomllib", "tomli", "plistlib", "netrc"],
        "read lines with str.partition, and sections with re",
        "values = {key.strip(): value.strip() for key, _, value in [line.partition(\"=\") for line in str(context).splitlines()]}",
    ),
    (
        &[
            "base64", "binascii", "struct", "codecs", "array", "ctypes", "mmap", "chardet", "quopri",
        ],
        NO_BYTES,
        "codes = [ord(char) for char in str(context)[:10]]",
    ),
    (
        &["hashlib", "hmac", "zlib"],
        "compare texts directly, or use them as keys of a dict",
        "seen = {text: i for i, text in enumerate(str(context).splitlines())}",
    ),
    (
        &["tiktoken", "tokenizers"],
        "estimate tokens from characters",
        "tokens = len(context) // 4",
    ),
    (
        &[
            "dataclasses",
            "attr",
            "attrs",
            "pydantic",
            "abc",
            "types",
            "enum",
            "typing_extensions",
            "marshmallow",
        ],
        NO_CLASSES,
        "item = {\"name\": \"value\"}",
    ),
    (
        &["contextlib"],
        "there is no `with`: use try and finally",
        "print(len(context))",
    ),
    (
        &["traceback"],
        "a caught exception shows its text",
        "print(repr(ValueError(\"text\")))",
    ),
    (
        &[
            "inspect",
            "dis",
            "importlib",
            "builtins",
            "sysconfig",
            "symtable",
            "token",
            "tokenize",
            "keyword",
            "code",
            "codeop",
            "runpy",
            "site",
            "weakref",
            "copyreg",
            "pdb",
            "doctest",
            "unittest",
            "pytest",
            "cProfile",
            "profile",
        ],
        "programs can't look into programs: help(\"name\") shows what there is",
        "print(help(\"re\"))",
    ),
    (
        &["copy"],
        "make new values: dict(x), list(x), or a comprehension for what is inside",
        "rows = [dict(row) for row in [{\"a\": 1}]]",
    ),
    (
        &["pprint"],
        "print with json.dumps",
        "print(json.dumps({\"a\": [1, 2]}, indent=2, ensure_ascii=False))",
    ),
    (
        &["tabulate", "prettytable"],
        "format columns with f-strings",
        "print(f\"{'name':<12}{3:>6}\")",
    ),
    (
        &[
            "matplotlib",
            "seaborn",
            "plotly",
            "altair",
            "PIL",
            "cv2",
            "IPython",
            "ipywidgets",
            "turtle",
            "tkinter",
        ],
        "there are no pictures: print a table or bars of text",
        "print(\"#\" * 10)",
    ),
    (
        &[
            "pymupdf",
            "fitz",
            "PyPDF2",
            "pypdf",
            "pdfplumber",
            "docx",
            "openpyxl",
            "xlrd",
            "pptx",
        ],
        NO_FILES,
        "text = str(context)",
    ),
    (
        &["micropip", "pip", "subprocess32", "ensurepip", "venv"],
        "nothing can be installed: what is provided is bound already",
        "print(help())",
    ),
    (
        &[
            "rapidfuzz",
            "fuzzywuzzy",
            "thefuzz",
            "Levenshtein",
            "jellyfish",
            "editdistance",
        ],
        "compare texts with difflib",
        "score = difflib.SequenceMatcher(None, \"apple\", \"apples\").ratio()",
    ),
    (
        &["networkx", "igraph"],
        "keep a graph as a dict of sets, and walk it with deque",
        "graph = {\"a\": {\"b\"}, \"b\": set()}",
    ),
    (&["regex"], "use re", "words = re.findall(r\"\\w+\", str(context))"),
    (
        &["simplejson", "orjson", "ujson", "json5", "jsonlines", "demjson"],
        "use json, or parse_json(reply) for what a model wrote",
        "value = json.loads('{\"a\": 1}')",
    ),
    (
        &["cmath", "sympy", "mpmath"],
        "use math, fractions or decimal",
        "root = math.sqrt(2)",
    ),
    (
        &["numbers"],
        "ask isinstance(x, (int, float))",
        "print(isinstance(1, (int, float)))",
    ),
    (
        &["more_itertools", "toolz", "funcy", "boltons"],
        "use itertools, or chunks(text, size)",
        "pieces = chunks(str(context), 1000)",
    ),
    (
        &["gettext", "stringprep", "unidecode"],
        "fold letters with unicodedata.normalize",
        "text = str(context).casefold()",
    ),
    (
        &["graphlib"],
        "sort by hand: take what nothing left points to",
        "order = sorted({\"a\": set(), \"b\": {\"a\"}}.items(), key=lambda item: len(item[1]))",
    ),
];

/// Members by owner: a module, a class or a type.
const MEMBERS: &[(&[&str], &[Refusal])] = &[
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
