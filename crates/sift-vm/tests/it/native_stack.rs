//! Deeply nested values use no native stack.

use sift::{ExecEnd, Session};
use sift_vm::{RaisedError, Settings};

use crate::support::run;

/// The stack size of the thread that runs the programs.
const STACK_BYTES: usize = 256 << 10;

/// Runs a program on a thread with a small stack; returns its output or the message of its
/// exception.
fn ran(source: &'static str) -> String {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let thread = thread.spawn(move || {
        let ran = run(source);
        let error = ran.error.as_ref().map(sift_vm::RaisedError::type_name);
        error.map_or_else(|| ran.printed().to_owned(), str::to_owned)
    });
    thread.unwrap().join().unwrap()
}

#[test]
fn nested_exception_prints_its_innermost_message() {
    const CHAIN: &str = "e = ValueError('the reason')\nfor i in range(100_000):\n    e = ValueError(e)\n";
    let print = CHAIN.to_owned() + "print(str(e), f'{e}', '%s' % e, '{}'.format(e), sep='|')\nprint(e)";
    let shown = "the reason|the reason|the reason|the reason\nthe reason\n";
    assert_eq!(ran(print.leak()), shown);
    let raise = CHAIN.to_owned() + "raise e";
    assert_eq!(ran(raise.leak()), "ValueError");
}

#[test]
fn deeply_nested_exception_has_a_repr() {
    for class in ["ValueError", "KeyError", "OSError"] {
        let source = format!(
            "e = ValueError(1)\nfor i in range(10_000):\n    e = {class}(e)\nprint(len(repr(e)), len(repr([e])))\nprint(len(f'{{e}}') > 0)"
        );
        let length = "ValueError(1)".len() + 10_000 * (class.len() + 2);
        assert_eq!(ran(source.leak()), format!("{length} {}\nTrue\n", length + 2));
    }
}

#[test]
fn repeatedly_rewrapped_exception_is_caught() {
    let source = "e = ValueError(1)\nfor i in range(100_000):\n    try:\n        raise e\n    except Exception as a:\n        e = ValueError(a)\n\
        try:\n    raise e\nexcept Exception as a:\n    print(len(str(a)))";
    assert_eq!(ran(source), "1\n");
}

/// Nesting depth of values and length of chains. A native frame per level would overflow the stack.
const DEPTH: usize = 2_000;

/// Expressions that nest a value: `x` is the inner value, `n` counts.
const LINKS: &[(&str, &str)] = &[
    ("lists", "x = [x]"),
    ("lists of two", "x = [n, x]"),
    ("tuples", "x = (x,)"),
    ("dicts", "x = {'k': x}"),
    ("default dicts", "x = defaultdict(list, k=x)"),
    ("ordered dicts", "x = OrderedDict(k=x)"),
    ("counters", "x = Counter(k=x)"),
    ("frozen sets", "x = frozenset([x])"),
    ("deques", "x = deque([x])"),
    ("named tuples", "x = P(x, n)"),
    ("views", "x = {1: x}.items()"),
    ("lists and dicts", "x = [{'k': (x, deque([1]))}]"),
    ("slices", "x = slice(x, None)"),
    ("exceptions", "x = ValueError(x)"),
    ("exceptions of two", "x = ValueError(n, x)"),
    ("key errors", "x = KeyError(x)"),
    (
        "exceptions with causes",
        "try:\n        raise ValueError(n) from (x if isinstance(x, Exception) else None)\n    except ValueError as e:\n        x = e",
    ),
    (
        "exceptions in handlers",
        "try:\n        try:\n            raise (x if isinstance(x, Exception) else ValueError(n))\n        except Exception:\n            raise KeyError(n)\n    except Exception as e:\n        x = e",
    ),
    (
        "closures",
        "x = (lambda inner: lambda *a, **k: inner(*a, **k) if callable(inner) else inner)(x)",
    ),
    ("closures that keep", "x = (lambda inner: lambda *a: inner)(x)"),
    ("bound methods", "x = [x].append"),
    ("partial functions", "x = functools.partial(max, x)"),
    ("partial calls", "x = functools.partial(x if callable(x) else max)"),
    (
        "generators",
        "x = (lambda inner: (y for y in inner))(x if hasattr(x, '__iter__') else [1])",
    ),
    (
        "generators that delegate",
        "x = delegate(x if hasattr(x, '__iter__') else [1])",
    ),
    ("iterators", "x = iter([x])"),
    ("maps", "x = map(str, x if hasattr(x, '__iter__') else [1])"),
    ("filters", "x = filter(None, x if hasattr(x, '__iter__') else [1])"),
    ("zips", "x = zip(x if hasattr(x, '__iter__') else [1])"),
    ("enumerations", "x = enumerate(x if hasattr(x, '__iter__') else [1])"),
    (
        "chains of iterators",
        "x = itertools.chain(x if hasattr(x, '__iter__') else [1])",
    ),
    (
        "slices of iterators",
        "x = itertools.islice(x if hasattr(x, '__iter__') else [1], 5)",
    ),
    (
        "texts that grow",
        "x = (x if isinstance(x, str) else '') + 'some more text, and a number ' + str(n)",
    ),
    (
        "texts that grow in front",
        "x = 'some more text, and a number ' * 5 + (x if isinstance(x, str) else '')",
    ),
    (
        "texts cut and joined",
        "x = (x[1:-1] if isinstance(x, str) else 'long ' * 40) + 'piece ' * 20",
    ),
    (
        "fractions",
        "x = fractions.Fraction(1, 3) + (x if isinstance(x, fractions.Fraction) else 0) * fractions.Fraction(1, 1)",
    ),
    (
        "decimals",
        "x = decimal.Decimal(n) / 7 + (x if isinstance(x, decimal.Decimal) else 0)",
    ),
    ("integers", "x = (x if isinstance(x, int) else 1) * 3 % 2 ** 4000"),
    (
        "spans",
        "x = datetime.timedelta(seconds=n) + (x if isinstance(x, datetime.timedelta) else datetime.timedelta(0))",
    ),
    ("buffers", "x = io.StringIO(str(x)[:100])"),
    (
        "JSON",
        "x = json.dumps([n])[:-1] + ', ' + (x if isinstance(x, str) else '1') + ']'",
    ),
    ("unions of types", "x = [x] if n % 2 else (x,)"),
];

/// Uses of `x` and an equal `y`.
const USES: &[&str] = &[
    "repr(x)",
    "str(x), f'{x}', '%s' % (x,), '{}'.format(x), ascii(x)",
    "print(x)",
    "x == y, x != y",
    "x < y, x >= y",
    "max(x, y), sorted([x, y])",
    "{x: 1}, {x}",
    "x in [y], [y].index(x), [y].count(x)",
    "json.dumps(x), json.dumps(x, indent=1, default=str)",
    "json.loads(x), ast.literal_eval(x), parse_json(x)",
    "ast.literal_eval(repr(x))",
    "x.copy(), list(x), tuple(x)",
    "list(x), dict(x), set(x), frozenset(x)",
    "next(x)",
    "sum(x, []), len(x), bool(x)",
    "x()",
    "raise x",
    "raise ValueError(x) from x",
    "x + x, x * 2, -x, x | y",
    "x[0], x[0:1], x['k']",
    "isinstance(x, (x, list)), type(x), callable(x), dir(x)",
    "functools.reduce(lambda a, b: a, [x, y]), list(itertools.chain(x, y))",
    "SHOW_VARS()",
    "x = y = None",
];

const PRELUDE: &str = "import ast, json, itertools, functools, fractions, decimal, datetime, io\n\
from collections import OrderedDict, Counter, defaultdict, deque, namedtuple\n\
P = namedtuple('P', 'a b')\ndef delegate(inner):\n    yield from inner\n";

#[test]
fn nested_values_of_every_kind_need_no_native_recursion() {
    let threads = LINKS.chunks(LINKS.len().div_ceil(4)).map(|links| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let every = move || links.iter().for_each(|(name, link)| use_chain(name, link));
        thread.spawn(every).unwrap()
    });
    let threads: Vec<_> = threads.collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Builds a chain and applies all uses; unsupported ones raise, or end in a limit.
fn use_chain(name: &str, link: &str) {
    let mut session = Session::new(Settings::default());
    let made =
        format!("{PRELUDE}y = x = 1\nfor n in range({DEPTH}):\n    {link}\n    if n == {DEPTH} - 2:\n        y = x\n");
    let made = session.exec(&made);
    let is_bounded = |error: &RaisedError| error.type_name() == "RecursionError";
    match &made.end {
        ExecEnd::Done => {}
        // The depth of iterators is limited, so the uses apply to the part that was built.
        ExecEnd::Raised(error) if is_bounded(error) => {}
        other => panic!("{name}: {other:?}"),
    }
    let mut done = 0;
    for used in USES {
        let used = session.exec(used);
        done += usize::from(matches!(used.end, ExecEnd::Done));
    }
    assert!(done > 2, "{name}: only {done} uses end as expected");
}
