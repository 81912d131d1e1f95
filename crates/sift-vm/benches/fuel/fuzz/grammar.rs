//! The building blocks of programs: values of all types and sizes under short names, and
//! adversarial literals.

use super::random::Random;

/// Values of all types, small and large, for statements.
pub(crate) const VALUES: &str = "\
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
i0, i1, i7, less, i60, b64, b400, wide = 0, 1, 7, -5, 2 ** 60, 2 ** 64, 7 ** 400, 1 << 10_000
f1, f300, tiny, nan = 0.1, 1e300, 5e-324, float('nan')
s0, s1, e1, words, digits, zeros = '', 'a', 'é', 'some words here ' * 60, '7' * 900, '\\x00' * 900
s10k, lines, marks, turkish, brackets = 'ab' * 5_000, 'a b\\n' * 2_000, 'e\\u0301x' * 300, 'İß' * 400, '[' * 900
l0, l3, l1k, texts, rows, floats, bigs = [], [3, 1, 2], list(range(1_000)), [str(n) for n in range(500)], [[n, -n] for n in range(300)], [0.5] * 900, [b400] * 90
t0, t3, pairs = (), (1, 'a', 2.5), [(n, str(n)) for n in range(300)]
d0, d1k, named = {}, dict.fromkeys(l1k), {s: 1 for s in texts}
none, bag, icy = set(), set(l1k), frozenset(texts)
counter, ordered, missing, queue = Counter(words), OrderedDict(named), defaultdict(list, d1k), deque(l1k)
nested, tower = [], 'x'
for _ in range(300):
    nested = [nested]
for _ in range(9):
    tower = [tower, tower]
half, third, day, moment, span = Decimal('1.5'), Fraction(1, 3), date(2024, 2, 29), datetime(2024, 2, 29, 12, 30), timedelta(hours=3)
many, ratio = Decimal('7' * 300), Fraction(7 ** 300, 3 ** 300)
plus, twice = re.compile('a+b'), re.compile(r'(\\w)\\1')
found = re.search('(?P<a>a+)(b)?', 'x' + 'a' * 900)
Point = collections.namedtuple('Point', 'x y')
point = Point(1, nested)
kept = []
def same(x=0, *rest):
    return x
def other(x=0, *rest):
    return -x if isinstance(x, int) else x
def count(n=900):
    for i in range(n if isinstance(n, int) and n < 9_000 else 9):
        yield i
";

/// The names of those values.
pub(crate) const NAMES: &[&str] = &[
    "i0", "i1", "i7", "less", "i60", "b64", "b400", "wide", "f1", "f300", "tiny", "nan", "s0", "s1", "e1", "words",
    "digits", "zeros", "s10k", "lines", "marks", "turkish", "brackets", "l0", "l3", "l1k", "texts", "rows", "floats",
    "bigs", "t0", "t3", "pairs", "d0", "d1k", "named", "none", "bag", "icy", "counter", "ordered", "missing", "queue",
    "nested", "tower", "half", "third", "day", "moment", "span", "many", "ratio", "plus", "twice", "found", "Point",
    "point", "kept", "same", "other", "count", "count()", "P", "None", "True", "len", "str", "repr", "sorted", "int",
];

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "5",
    "9",
    "16",
    "60",
    "100",
    "255",
    "900",
    "1_000",
    "4_096",
    "9_000",
    "65_536",
    "100_000",
    "1_000_000",
    "10 ** 9",
    "2 ** 63",
    "-2 ** 63",
    "10 ** 18",
    "10 ** 30",
    "10 ** 300",
    "0.5",
    "-1.5",
    "1e300",
    "1e-300",
    "1j",
];

const CHARACTERS: &[&str] = &[
    "a",
    "b",
    "ab",
    "A",
    " ",
    "\\n",
    "\\t",
    "é",
    "\\x00",
    "ß",
    "İ",
    "\\u0301",
    "漢",
    "😀",
    "0",
    "7",
    ",",
    "{",
    "}",
    "{}",
    "%",
    "%s",
    "[",
    "]",
    "\\\\",
    "\\'",
    "\"",
    "(",
    "-",
    ".",
    "1,",
    "a b ",
    "ǆ",
    "ﷺ",
    "ŉ",
    "aab",
    "_",
    "<",
    "e\\u0301\\u0323",
    "x=1\\n",
];

const FORMATS: &[&str] = &[
    "{}",
    "{!r}",
    "{:>90}",
    "{:^900}",
    "{0}",
    "{:,}",
    "{:_}",
    "{:.3f}",
    "{:.90e}",
    "{:x}",
    "{:b}",
    "{:09}",
    "{:%}",
    "%s",
    "%r",
    "%5d",
    "%.30f",
    "%x",
    "%-900s",
    "%%",
    "{:g}",
    "{0[0]}",
    "{0.x}",
    "{:%Y-%m-%d}",
    "%c",
    "%Y",
    "%A %B",
    "%j",
    "%H:%M:%S.%f",
];

/// Returns a number.
pub(crate) fn number(random: &mut Random) -> String {
    (*random.of(NUMBERS)).to_owned()
}

/// Returns a text: short, long, a pattern or a format.
pub(crate) fn text(random: &mut Random) -> String {
    match random.below(6) {
        0 => format!("'{}'", random.of(CHARACTERS)),
        1 => {
            let times = random.of(&["3", "30", "300", "3_000", "30_000"]);
            format!("'{}' * {times}", random.of(CHARACTERS))
        }
        2 => format!("r'{}'", pattern(random, 3)),
        3 => {
            let parts: Vec<&str> = (0..=random.below(3)).map(|_| *random.of(FORMATS)).collect();
            format!("'{}'", parts.concat())
        }
        4 => {
            let parts: Vec<&str> = (0..=random.below(6)).map(|_| *random.of(CHARACTERS)).collect();
            let times = random.of(&["1", "30", "900"]);
            format!("'{}' * {times} + '{}'", parts.concat(), random.of(CHARACTERS))
        }
        _ => format!("'{}' * 300", random.of(FORMATS)),
    }
}

/// Returns a regular expression: nested repeats, lookaround, references, classes.
pub(crate) fn pattern(random: &mut Random, depth: usize) -> String {
    const ATOMS: &[&str] = &[
        "a", "b", "ab", ".", r"\w", r"\d", r"\s", "[ab]", "[^a]", "[a-z0-9]", r"\b", "^", "$", "é", r"\W", "(?:)", "x",
        r"\Z", r"\B", "[0-9,]",
    ];
    const REPEATS: &[&str] = &["*", "+", "?", "*?", "+?", "{2,5}", "{30}", "{0,90}", "{3,}", "*+", "++"];
    let mut written = String::new();
    for _ in 0..=random.below(3) {
        let atom = match random.below(if depth == 0 { 1 } else { 9 }) {
            0..=3 => (*random.of(ATOMS)).to_owned(),
            4 => format!("({})", pattern(random, depth - 1)),
            5 => format!("(?:{}|{})", pattern(random, depth - 1), pattern(random, depth - 1)),
            6 => {
                let look = random.of(&["?=", "?!", "?<=", "?<!", "?>", "?i:"]);
                format!("({look}{})", pattern(random, depth - 1))
            }
            7 => format!(r"({})\1", pattern(random, 0)),
            _ => format!("({}|{})*", pattern(random, 0), pattern(random, 0)),
        };
        written.push_str(&atom);
        if random.once_in(2) {
            written.push_str(random.of::<&str>(REPEATS));
        }
    }
    written.replace('\'', "")
}

/// Returns a search by a pattern.
pub(crate) fn search(random: &mut Random) -> String {
    let function = random.of(&[
        "search",
        "match",
        "fullmatch",
        "findall",
        "split",
        "finditer",
        "compile",
    ]);
    let pattern = pattern(random, 3);
    let text = match random.below(3) {
        0 => (*random.of(&["words", "s10k", "lines", "marks", "digits", "turkish"])).to_owned(),
        _ => text(random),
    };
    let flags = random.of(&["", "", "", ", re.I", ", re.M", ", re.S", ", re.A", ", re.X"]);
    match *function {
        "finditer" => format!("list(re.finditer(r'{pattern}', {text}{flags}))"),
        "compile" => format!(
            "re.compile(r'{pattern}').sub({}, {text})",
            random.of(&["'b'", "r'\\g<0>'", "same", "lambda m: m[0]"])
        ),
        function => format!("re.{function}(r'{pattern}', {text}{flags})"),
    }
}

/// Returns an operator between two operands.
pub(crate) fn operation(random: &mut Random, left: &str, right: &str) -> String {
    let operator = random.of(&[
        "+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "==", "<", ">=", "!=", "in", "not in", "is",
        "and", "or",
    ]);
    format!("({left}) {operator} ({right})")
}

/// Expressions that use a value.
pub(crate) const FORMS: &[&str] = &[
    "list({})",
    "str({})",
    "repr({})",
    "sorted({})",
    "[{}]",
    "({},)",
    "{{{}}}",
    "{{1: {}}}",
    "len({})",
    "set({})",
    "tuple({})",
    "sum({})",
    "max({})",
    "min({})",
    "bool({})",
    "f'{{{}!r}}'",
    "json.dumps({})",
    "int({})",
    "float({})",
    "abs({})",
    "round({})",
    "-({})",
    "not ({})",
    "[{} for _ in range(9)]",
    "[*({})]",
    "({})[::-1]",
    "({})[1:]",
    "({})[0]",
    "hash_of({})",
    "kept.append({})",
    "Counter({})",
    "list(map(same, {}))",
    "list(zip({}, l1k))",
    "dict(enumerate({}))",
    "any(x for x in {})",
    "'-'.join(map(str, {}))",
    "print({})",
    "Decimal({})",
    "Fraction({})",
    "isinstance({}, int)",
    "type({})",
    "kept[:] = [{}]",
    "x = {}",
    "for x in {}: pass",
    "deque({}, 9)",
    "[x for x in {} if x]",
    "{{x: 1 for x in {}}}",
    "sorted({}, key=same)",
    "sorted({}, key=str)",
    "ascii({})",
    "list(reversed({}))",
    "statistics.mean({})",
    "math.fsum({})",
    "copy({})",
];

/// Nests an expression in one that uses its value.
pub(crate) fn around(random: &mut Random, expression: &str) -> String {
    let form = random.of::<&str>(FORMS);
    form.replace("{{", "\u{1}")
        .replace("}}", "\u{2}")
        .replace("{}", expression)
        .replace('\u{1}', "{")
        .replace('\u{2}', "}")
}
