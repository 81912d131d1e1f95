//! For every op a program that does little else: what is run once, and what is then repeated.

/// Op, what is given, what is repeated. Each repeated program holds its op.
pub(crate) const PROGRAMS: &[(&str, &str, &str)] = &[
    ("Const", "", "1.5; 'a'; 2.5; 'b'; 3.5; 'c'; 1 << 70"),
    ("None", "", "None; None; None; None; None; None"),
    ("Bool", "", "True; False; True; False; True; False"),
    ("Int", "", "1; 2; 3; 4; 5; 6; 7"),
    ("IntThen", "x = 5", "x + 1; x - 2; x * 3; x % 4; x + 5"),
    ("Ellipsis", "", "...; ...; ...; ...; ..."),
    ("Missing", "", "lambda a=1, *, b: a"),
    ("Local", LOCALS, "locals_only(100, 2)"),
    ("LocalPair", LOCALS, "pairs(100, 2)"),
    ("SetLocal", LOCALS, "stores(100)"),
    (
        "DeleteLocal",
        "def f():\n    for i in range(100):\n        a = i; b = i; c = i\n        del a, b, c",
        "f()",
    ),
    (
        "ClearLocal",
        "",
        "[n for n in (1, 2)]; {n for n in ()}; {n: n for n in ()}",
    ),
    (
        "MakeCell",
        "def f(a, b, c):\n    return lambda: (a, b, c)",
        "f(1, 2, 3)",
    ),
    ("CellValue", CELLS, "read()"),
    ("SetCell", CELLS, "write()"),
    (
        "DeleteCell",
        "def f():\n    a = 1\n    def g(): return a\n    del a",
        "f()",
    ),
    ("Global", "x = 5", "x; x; x; x; x; x; x; x"),
    ("SetGlobal", "", "a = b = c = d = e = 5"),
    ("DeleteGlobal", "", "a = 1; del a"),
    ("Builtin", "", "assert 1\n[0 for _ in ()]\nlen; str; print; sorted"),
    ("Pop", "x = 5", "x; x; x; x"),
    ("Dup", "x = 5", "a = b = x; 1 < x < 9"),
    ("DupTwo", "x = [0]", "x[0] += 1; x[0] += 1; x[0] += 1"),
    ("Swap", "x = [0]", "x[0] += 1\nwith_swap = 1 < 2 < 3"),
    ("Rotate3", "x = [0]", "x[0] += 1; 1 < 2 < 3"),
    ("Unary", "x = 5; y = 1.5; z = []", "-x; ~x; not x; +x; -y; not z"),
    (
        "Binary",
        "x = 7; y = 2.5; s = 'abc'; t = [1]; u = {1, 2}",
        "x / y; x // 3; x ** 2; x << 3; x & 5; x | 2; x ^ 3; y ** 2; s + s; t + t; u | u; s % (); s * 3",
    ),
    (
        "InPlace",
        "x = 7; y = 2.5; s = 'abc'",
        "x += 1; x -= 1; y *= 1.0; y /= 1.0; x |= 1; x &= 7; s = 'a'; s += 'b'",
    ),
    (
        "Compare",
        "x = 7; y = 2.5; s = 'abc'; t = [1, 2]",
        "x < y; x == 7; s == 'abd'; s < 'abd'; t == [1, 2]; 'b' in s; x in t; x is None; x not in t",
    ),
    (
        "CompareThenJump",
        "x = 7",
        "if x < 3: pass\nif x > 3: pass\nif x == 3: pass",
    ),
    ("Jump", "", "pass"),
    (
        "JumpIfFalse",
        "x = []; y = 'a'; z = 1.5",
        "if x: pass\nif y: pass\nif z: pass",
    ),
    (
        "JumpIfTrue",
        "x = []; y = 'a'",
        "if not x: pass\nif not y: pass\nassert y",
    ),
    ("JumpIfFalseOrPop", "x = []; y = 'a'", "x and y; y and x; x and x"),
    ("JumpIfTrueOrPop", "x = []; y = 'a'", "x or y; y or x; x or x"),
    ("BuildList", "", "[]; [1]; [1, 2]; [1, 2, 3]"),
    ("BuildTuple", "x = 1", "(x,); (x, x); (x, x, x); ()"),
    ("BuildSet", "", "{1}; {1, 2}; {'a', 'b', 'c'}"),
    ("BuildDict", "", "{}; {1: 2}; {'a': 1, 'b': 2}"),
    ("BuildString", "x = 'a'", "f'{x}b{x}'; f'{x}{x}{x}{x}'"),
    (
        "Format",
        "x = 5; y = 1.5; z = 'a'",
        "f'{x}'; f'{y}'; f'{z!r}'; f'{x!s}'; f'{z!a}'",
    ),
    (
        "FormatSpec",
        "x = 5; y = 1.5; z = 'a'",
        "f'{x:>9}'; f'{y:.2f}'; f'{z:^9}'; f'{x:,}'; f'{y:e}'",
    ),
    ("Append", "x = list(range(100))", "[n for n in x]"),
    ("AddToSet", "x = list(range(100))", "{n for n in x}"),
    ("SetItem", "x = list(range(100))", "{n: n for n in x}"),
    ("Extend", "x = [1, 2, 3]", "[*x, 4]; [*x, *x]; (*x,)"),
    ("UpdateSet", "x = [1, 2, 3]", "{*x, 4}"),
    ("UpdateDict", "x = {1: 2, 3: 4}", "{**x, 5: 6}; {**x}"),
    (
        "MergeKeywords",
        "x = {'a': 2}\ndef f(a=1, **k): return a",
        "f(**x); f(**x, b=3)",
    ),
    ("ListToTuple", "x = [1, 2, 3]", "(*x, 4)"),
    (
        "Attribute",
        ATTRIBUTES,
        "p.x; p.y; p.x; e.args; p.append if False else p.x",
    ),
    (
        "SetAttribute",
        "class_like = ValueError('a')",
        "class_like.x = 1; class_like.y = 2",
    ),
    (
        "DeleteAttribute",
        "p = [1]",
        "try: del p.x\nexcept AttributeError: pass",
    ),
    (
        "Index",
        "t = [1, 2, 3]; d = {'a': 1, 2: 3}; s = 'hello'",
        "t[0]; t[-1]; d['a']; d[2]; s[1]; t[1:]; s[1:3]",
    ),
    (
        "SetIndex",
        "t = [1, 2, 3]; d = {}",
        "t[0] = 5; t[-1] = 6; d['a'] = 1; d[2] = 3; t[1:2] = [7]",
    ),
    ("DeleteIndex", "", "t = [1, 2, 3]; d = {1: 2}\ndel t[0], d[1], t[-1]"),
    ("BuildSlice", "t = [1, 2, 3]", "t[:]; t[0:1]; t[::2]"),
    (
        "Call",
        "def f(a, b): return a\ndef g(a, b=1, *c): return a",
        "f(1, 2); f(1, 2); g(1); g(1, 2, 3); len('a')",
    ),
    (
        "CallKeywords",
        "def f(a, b): return a",
        "f(1, b=2); f(a=1, b=2); int('7', base=8)",
    ),
    ("CallSpread", "def f(*a): return a\nx = [1, 2]", "f(*x); max(*x)"),
    (
        "CallMethod",
        "s = 'abc'; t = []",
        "s.upper(); t.append(1); t.pop(); s.find('b')",
    ),
    (
        "CallMethodKeywords",
        "s = 'a,b'",
        "s.split(sep=','); s.split(',', maxsplit=1)",
    ),
    (
        "Iterate",
        "t = []; s = 'a'",
        "for _ in t: pass\nfor _ in s: pass\nfor _ in (): pass",
    ),
    (
        "Next",
        "t = list(range(100)); d = dict.fromkeys(t); s = 'é' * 100",
        "for _ in t: pass\nfor _ in d: pass\nfor _ in s: pass\nfor _ in range(100): pass",
    ),
    ("Unpack", "t = (1, 2); u = [1, 2, 3]", "a, b = t; a, b, c = u"),
    (
        "UnpackStarred",
        "t = (1, 2, 3, 4)",
        "a, *b = t; *a, b = t; a, *b, c = t",
    ),
    ("MakeFunction", "", "lambda: 1; lambda a: a"),
    ("PushCell", "def f():\n    a = 1\n    return lambda: a", "f()"),
    ("Return", "def f(): return None", "f(); f(); f()"),
    (
        "Yield",
        "def g():\n    while True: yield 1\nx = g()",
        "next(x); next(x); next(x)",
    ),
    ("Forward", DELEGATION, "next(x); next(x); x.send(2)"),
    (
        "GeneratorResult",
        "def h():\n    return 1\n    yield\ndef g():\n    yield (yield from h())",
        "for _ in g(): pass",
    ),
    (
        "PushHandler",
        "",
        "try: pass\nexcept ValueError: pass\ntry: pass\nfinally: pass",
    ),
    ("PopHandler", "", "try: pass\nexcept ValueError: pass"),
    ("Raise", "e = ValueError()", "try: raise e\nexcept ValueError: pass"),
    (
        "RaiseFrom",
        "e = ValueError()",
        "try: raise e from None\nexcept ValueError: pass",
    ),
    (
        "Reraise",
        "e = ValueError()",
        "try:\n    try: raise e\n    finally: pass\nexcept ValueError: pass",
    ),
    (
        "MatchException",
        "e = ValueError()",
        "try: raise e\nexcept KeyError: pass\nexcept (TypeError, IndexError): pass\nexcept ValueError: pass",
    ),
    ("MatchAny", "e = ValueError()", "try: raise e\nexcept: pass"),
    (
        "RaiseRuntimeError",
        "def g():\n    raise StopIteration\n    yield",
        "try: next(g())\nexcept RuntimeError: pass",
    ),
    (
        "RaiseAssertion",
        "",
        "try: assert 0\nexcept AssertionError: pass\ntry: assert 0, 'a'\nexcept AssertionError: pass",
    ),
    ("Echo", "", "pass"),
    ("Import", "", "import json; import re; import math"),
    ("ImportMember", "", "from math import pi; from json import dumps, loads"),
];

const LOCALS: &str = "\
def locals_only(n, a):
    for i in range(n):
        a; a; a; a; a; a
def pairs(n, a):
    for i in range(n):
        a + a; i + a; a - i; a * i
def stores(n):
    for i in range(n):
        a = i
        b = i
        c = i
";

const CELLS: &str = "\
def make():
    a = 0
    def read():
        for _ in range(50):
            a; a; a; a
    def write():
        nonlocal a
        for _ in range(50):
            a = 1; a = 2; a = 3
    return read, write
read, write = make()
";

const ATTRIBUTES: &str = "\
Point = namedtuple('Point', 'x y')
p = Point(1, 2)
e = ValueError('a')
";

const DELEGATION: &str = "\
def h():
    while True: yield 1
def g():
    yield from h()
x = g()
next(x)
";
