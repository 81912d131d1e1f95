//! Programs that fill the memory that they are given, each with another kind of thing, until the limit ends them.

/// A program that does not end before the memory does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bomb {
    /// What it fills the memory with.
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    /// Whether it ends when memory is full; if not, it makes garbage alone.
    pub(crate) fills: bool,
}

const fn bomb(name: &'static str, source: &'static str) -> Bomb {
    Bomb {
        name,
        source,
        fills: true,
    }
}

const fn garbage(name: &'static str, source: &'static str) -> Bomb {
    Bomb {
        name,
        source,
        fills: false,
    }
}

/// Bytes of each reply that programs are given.
pub(crate) const REPLY_BYTES: usize = 20_000;

pub(crate) const BOMBS: &[Bomb] = &[
    // Lists and tuples.
    bomb("list of ints", "a = []\nwhile True:\n    a.append(1)"),
    bomb("list doubled", "a = [1]\nwhile True:\n    a = a + a"),
    bomb("list extended by itself", "a = [1]\nwhile True:\n    a.extend(a)"),
    bomb("list times n", "a = []\nwhile True:\n    a.append([0] * 100_000)"),
    bomb("list of empty lists", "a = []\nwhile True:\n    a.append([])"),
    bomb("list of lists of one", "a = []\nwhile True:\n    a.append([1])"),
    bomb(
        "lists grown to five",
        "a = []\nwhile True:\n    b = []\n    for i in range(5):\n        b.append(i)\n    a.append(b)",
    ),
    bomb(
        "lists grown to 1025",
        "a = []\nwhile True:\n    b = []\n    for i in range(1025):\n        b.append(i)\n    a.append(b)",
    ),
    bomb(
        "lists by comprehension",
        "a = []\nwhile True:\n    a.append([i for i in range(9)])",
    ),
    bomb(
        "lists emptied",
        "a = []\nwhile True:\n    b = list(range(99))\n    b.clear()\n    a.append(b)",
    ),
    bomb(
        "lists cut down",
        "a = []\nwhile True:\n    b = list(range(99))\n    del b[1:]\n    a.append(b)",
    ),
    bomb(
        "lists popped",
        "a = []\nwhile True:\n    b = list(range(40))\n    while len(b) > 3:\n        b.pop()\n    a.append(b)",
    ),
    bomb("lists within lists", "a = []\nwhile True:\n    a = [a]"),
    bomb("tuples of one", "a = []\nwhile True:\n    a.append((len(a),))"),
    bomb("tuples of three", "a = []\nwhile True:\n    a.append((1, 2.0, len(a)))"),
    bomb("tuples within tuples", "a = ()\nwhile True:\n    a = (a, 1)"),
    bomb(
        "named tuples",
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\na = []\nwhile True:\n    a.append(P(1, 2))",
    ),
    bomb(
        "classes of named tuples",
        "from collections import namedtuple\na = []\nwhile True:\n    a.append(namedtuple('P', 'x y z'))",
    ),
    bomb("list sorted", "a = [3, 1, 2]\nwhile True:\n    a = a + sorted(a)"),
    bomb(
        "list of texts sorted",
        "a = ['x%d' % i for i in range(1000)]\nwhile True:\n    a = sorted(a + a, key=len)",
    ),
    bomb(
        "slices of a list",
        "b = list(range(50))\na = []\nwhile True:\n    a.append(b[1:-1])",
    ),
    bomb("ranges", "a = []\nwhile True:\n    a.append(range(len(a)))"),
    bomb("slice objects", "a = []\nwhile True:\n    a.append(slice(1, 2, 3))"),
    // Dicts and sets.
    bomb("dict of ints", "a = {}\nwhile True:\n    a[len(a)] = 1"),
    bomb("dict of texts", "a = {}\nwhile True:\n    a[str(len(a))] = 1"),
    bomb(
        "dict of long texts",
        "a = {}\nwhile True:\n    a['a longer key, number %d' % len(a)] = None",
    ),
    bomb("dict of tuples", "a = {}\nwhile True:\n    a[len(a), 'x'] = 1"),
    bomb("empty dicts", "a = []\nwhile True:\n    a.append({})"),
    bomb("dicts of one", "a = []\nwhile True:\n    a.append({'k': 1})"),
    bomb(
        "dicts of five",
        "a = []\nwhile True:\n    a.append({'a': 1, 'b': 2, 'c': 3, 'd': 4, 'e': 5})",
    ),
    bomb(
        "dicts grown to 29",
        "a = []\nwhile True:\n    b = {}\n    for i in range(29):\n        b[i] = i\n    a.append(b)",
    ),
    bomb(
        "dicts emptied",
        "a = []\nwhile True:\n    b = {i: i for i in range(30)}\n    for i in range(30):\n        del b[i]\n    a.append(b)",
    ),
    bomb(
        "dicts cleared",
        "a = []\nwhile True:\n    b = {i: i for i in range(60)}\n    b.clear()\n    a.append(b)",
    ),
    bomb(
        "dicts cut down",
        "a = []\nwhile True:\n    b = {i: i for i in range(60)}\n    for i in range(59):\n        del b[i]\n    a.append(b)",
    ),
    bomb(
        "dict refilled",
        "a = {}\nn = 1000\nwhile True:\n    n *= 2\n    for i in range(n):\n        a[i] = i\n    for i in range(0, n, 2):\n        del a[i]\n    for i in range(n):\n        a[-i] = i",
    ),
    bomb(
        "dict as a queue",
        "a = {}\nn = 0\nwhile True:\n    a[n] = a[n + 1] = a[n + 2] = n\n    a.pop(n)\n    n += 3",
    ),
    bomb(
        "dict by comprehension",
        "n = 1000\nwhile True:\n    n *= 2\n    a = {i: i for i in range(n)}",
    ),
    bomb(
        "dict copied",
        "b = {i: i for i in range(30)}\na = []\nwhile True:\n    a.append(b.copy())",
    ),
    bomb(
        "dicts joined",
        "b = {i: i for i in range(30)}\na = []\nwhile True:\n    a.append(b | {'x': 1})",
    ),
    bomb(
        "views of dicts",
        "b = {1: 2}\na = []\nwhile True:\n    a.append(b.items())",
    ),
    bomb(
        "lists of views",
        "b = {i: i for i in range(100)}\na = []\nwhile True:\n    a.append(list(b.items()))",
    ),
    bomb("set of ints", "a = set()\nwhile True:\n    a.add(len(a))"),
    bomb("set of texts", "a = set()\nwhile True:\n    a.add(str(len(a)))"),
    bomb("sets of one", "a = []\nwhile True:\n    a.append({1})"),
    bomb("empty sets", "a = []\nwhile True:\n    a.append(set())"),
    bomb("frozen sets", "a = []\nwhile True:\n    a.append(frozenset([1, 2, 3]))"),
    bomb(
        "sets joined",
        "b = set(range(40))\na = []\nwhile True:\n    a.append(b | {-1})",
    ),
    bomb("counter", "a = Counter()\nwhile True:\n    a[len(a)] += 1"),
    bomb("counters", "a = []\nwhile True:\n    a.append(Counter('abc'))"),
    bomb(
        "default dict of lists",
        "a = defaultdict(list)\nwhile True:\n    a[len(a)].append(1)",
    ),
    bomb(
        "ordered dicts",
        "from collections import OrderedDict\na = []\nwhile True:\n    a.append(OrderedDict(x=1))",
    ),
    bomb("deque", "a = deque()\nwhile True:\n    a.append(1)"),
    bomb("deques of one", "a = []\nwhile True:\n    a.append(deque([1]))"),
    bomb(
        "deque as a queue",
        "a = deque()\nwhile True:\n    a.append(1)\n    a.append(2)\n    a.append(3)\n    a.popleft()",
    ),
    bomb(
        "deques emptied",
        "a = []\nwhile True:\n    b = deque(range(40))\n    while b:\n        b.pop()\n    a.append(b)",
    ),
    // Texts.
    bomb("short texts", "a = []\nwhile True:\n    a.append('%d' % len(a))"),
    bomb(
        "texts of 24 bytes",
        "a = []\nwhile True:\n    a.append('%024d' % len(a))",
    ),
    bomb(
        "texts of 100 bytes",
        "a = []\nwhile True:\n    a.append('%0100d' % len(a))",
    ),
    bomb(
        "texts of 1000 bytes",
        "a = []\nwhile True:\n    a.append('%01000d' % len(a))",
    ),
    bomb(
        "texts of 1100 bytes",
        "a = []\nwhile True:\n    a.append('%01100d' % len(a))",
    ),
    bomb("long texts", "a = []\nwhile True:\n    a.append('%0100000d' % len(a))"),
    bomb(
        "text doubled and looked at",
        "a = 'x'\nwhile True:\n    a = a + a\n    re.search('y', a)",
    ),
    bomb(
        "text times n, looked at",
        "n = 1000\nwhile True:\n    n *= 2\n    a = ('x' * n).upper()",
    ),
    bomb("text appended to", "a = ''\nwhile True:\n    a += 'some more text '"),
    bomb("text put before", "a = ''\nwhile True:\n    a = 'some more text ' + a"),
    bomb(
        "ropes of two",
        "x = 'x' * 2000\ny = 'y' * 2000\na = []\nwhile True:\n    a.append(x + y)",
    ),
    bomb(
        "rope of slices of one text",
        "x = 'abcdefgh' * 10000\nre.search('q', x)\na = ''\nn = 0\nwhile True:\n    n = (n + 7919) % 70000\n    a += x[n:n + 300]",
    ),
    bomb(
        "slices of slices",
        "x = 'abcdefgh' * 10000\nre.search('q', x)\na = []\nwhile True:\n    a.append(x[5:2000])",
    ),
    bomb(
        "slices that keep long texts",
        "a = []\nwhile True:\n    a.append(('%d' % len(a) + 'x' * 100_000).upper()[:1500])",
    ),
    bomb(
        "ropes cut",
        "x = ''\nfor i in range(10000):\n    x += '%d, ' % i\na = []\nwhile True:\n    a.append(x[len(a) % 1000:40000])",
    ),
    bomb(
        "characters of the context",
        "a = []\nwhile True:\n    a.extend(context)",
    ),
    bomb(
        "lines of the context",
        "a = []\nwhile True:\n    a.append(context.splitlines())",
    ),
    bomb(
        "words of the context",
        "a = []\nwhile True:\n    a.append(context.split())",
    ),
    bomb(
        "context in capitals",
        "a = []\nwhile True:\n    a.append(context.upper())",
    ),
    bomb(
        "context appended and flattened",
        "a = ''\nwhile True:\n    a += context\n    a.isspace()",
    ),
    bomb(
        "pieces of the context joined",
        "w = context.split()\na = []\nwhile True:\n    s = ' '.join(w)\n    re.search('no such thing', s)\n    a.append(s)",
    ),
    bomb(
        "short joined pieces of the context",
        "w = context.split()[:3]\na = []\nwhile True:\n    s = '-'.join(w)\n    re.search('no such thing', s)\n    a.append(s)",
    ),
    bomb(
        "sums of pieces of the context",
        "w = context.split()\na = []\nwhile True:\n    a.append(w[0] + w[1])",
    ),
    bomb(
        "joined texts",
        "a = []\nwhile True:\n    a.append(', '.join(str(i) for i in range(100)))",
    ),
    bomb(
        "text joined ever longer",
        "a = ['ab']\nwhile True:\n    a = a + a\n    s = ','.join(a)",
    ),
    bomb(
        "text split",
        "s = 'a b c '\nwhile True:\n    s = s + s\n    w = s.split()",
    ),
    bomb(
        "text replaced",
        "s = 'a b c '\nwhile True:\n    s = s.replace('a', 'a a')",
    ),
    bomb(
        "formatted texts",
        "a = []\nwhile True:\n    a.append(f'{len(a):>40} {len(a)!r:<30}')",
    ),
    bomb(
        "one long formatted text",
        "n = 1000\nwhile True:\n    n *= 2\n    s = f'{1:>{n}}'",
    ),
    bomb(
        "repr of a list",
        "a = ['text']\nwhile True:\n    a = a + a\n    s = repr(a)",
    ),
    bomb(
        "translated text",
        "s = 'abc'\nwhile True:\n    s = s + s\n    t = s.translate({97: 'xyz'})",
    ),
    bomb(
        "non-ASCII text",
        "s = 'äöü€😀'\nwhile True:\n    s = s + s\n    t = s.upper()",
    ),
    bomb(
        "list of characters",
        "s = 'äöü€😀'\nwhile True:\n    s = s + s\n    t = list(s)",
    ),
    bomb(
        "reversed text",
        "s = 'abcd'\nwhile True:\n    s = s + s\n    t = s[::-1]",
    ),
    bomb(
        "normalised text",
        "import unicodedata\ns = 'äöü'\nwhile True:\n    s = s + s\n    t = unicodedata.normalize('NFD', s)",
    ),
    bomb(
        "wrapped text",
        "import textwrap\ns = 'some words of a text '\nwhile True:\n    s = s + s\n    t = textwrap.fill(s, 40)",
    ),
    bomb(
        "text written to a buffer",
        "import io\na = io.StringIO()\nwhile True:\n    a.write('some more text\\n')",
    ),
    // Numbers.
    bomb("floats", "a = []\nwhile True:\n    a.append(len(a) / 7)"),
    bomb(
        "integers of 65 bits",
        "a = []\nwhile True:\n    a.append(2 ** 64 + len(a))",
    ),
    bomb(
        "integers of 1000 bits",
        "a = []\nwhile True:\n    a.append(2 ** 1000 + len(a))",
    ),
    bomb("one large integer", "a = 3\nwhile True:\n    a = a << 100_000"),
    bomb("shifted integers", "a = []\nwhile True:\n    a.append(1 << 100_000)"),
    bomb(
        "decimals",
        "from decimal import Decimal\na = []\nwhile True:\n    a.append(Decimal(len(a)))",
    ),
    bomb(
        "long decimals",
        "from decimal import Decimal\na = []\nwhile True:\n    a.append(Decimal('1.%0300d' % len(a)))",
    ),
    bomb(
        "fractions",
        "from fractions import Fraction\na = []\nwhile True:\n    a.append(Fraction(1, len(a) + 1))",
    ),
    bomb("dates", "a = []\nwhile True:\n    a.append(datetime.date(2024, 1, 1))"),
    bomb(
        "datetimes",
        "a = []\nwhile True:\n    a.append(datetime.datetime(2024, 1, 1, 10))",
    ),
    bomb(
        "timedeltas",
        "a = []\nwhile True:\n    a.append(datetime.timedelta(days=1))",
    ),
    bomb(
        "time zones",
        "a = []\nwhile True:\n    a.append(datetime.timezone(datetime.timedelta(hours=1), 'CET'))",
    ),
    // Functions and what runs.
    bomb(
        "closures",
        "def make(n):\n    return lambda x: x + n\na = []\nwhile True:\n    a.append(make(1))",
    ),
    bomb(
        "lambdas with defaults",
        "a = []\nwhile True:\n    a.append(lambda x, y=1, z=2: x)",
    ),
    bomb(
        "generators",
        "def f(n):\n    x = [n]\n    yield n\n    yield x\na = []\nwhile True:\n    g = f(1)\n    next(g)\n    a.append(g)",
    ),
    bomb(
        "generators that have not begun",
        "def f(a, b, c, d, e):\n    yield a\na = []\nwhile True:\n    a.append(f(1, 2, 3, 4, 5))",
    ),
    bomb(
        "generators that have ended",
        "def f(n):\n    yield n\na = []\nwhile True:\n    g = f(1)\n    list(g)\n    a.append(g)",
    ),
    bomb(
        "generator expressions",
        "a = []\nwhile True:\n    a.append(i for i in range(3))",
    ),
    bomb(
        "deep recursion with lists",
        "def f(n, a):\n    b = a + [n]\n    if n % 900 == 0:\n        return b\n    return f(n + 1, b)\na = []\nwhile True:\n    a = a + f(1, a)",
    ),
    bomb("bound methods", "a = []\nwhile True:\n    a.append(a.append)"),
    bomb(
        "partial functions",
        "from functools import partial\na = []\nwhile True:\n    a.append(partial(int, base=2))",
    ),
    bomb(
        "results of a cached function",
        "from functools import cache\n@cache\ndef f(n):\n    return [n]\nn = 0\nwhile True:\n    n += 1\n    f(n)",
    ),
    bomb(
        "iterators of lists",
        "b = [1]\na = []\nwhile True:\n    a.append(iter(b))",
    ),
    bomb("iterators of texts", "a = []\nwhile True:\n    a.append(iter('text'))"),
    bomb("zips", "a = []\nwhile True:\n    a.append(zip([1], [2], [3]))"),
    bomb("enumerations", "a = []\nwhile True:\n    a.append(enumerate([1]))"),
    bomb(
        "tee",
        "from itertools import tee, count\nx, y = tee(count())\nfor i in x:\n    pass",
    ),
    bomb(
        "products",
        "from itertools import product\na = list(product(range(1000), repeat=3))",
    ),
    bomb(
        "permutations",
        "from itertools import permutations\na = list(permutations(range(12)))",
    ),
    bomb(
        "groups",
        "from itertools import groupby\na = []\nwhile True:\n    a.append([(k, list(g)) for k, g in groupby([1, 1, 2, 3])])",
    ),
    bomb(
        "heap",
        "from heapq import heappush\na = []\nwhile True:\n    heappush(a, (len(a) * 7919 % 1000, 'x'))",
    ),
    bomb(
        "exceptions",
        "a = []\nwhile True:\n    a.append(ValueError('wrong', 1))",
    ),
    bomb(
        "exceptions that were raised",
        "a = []\nwhile True:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        a.append(e)",
    ),
    bomb(
        "exceptions with chains",
        "e = None\nwhile True:\n    try:\n        raise ValueError('next') from e\n    except ValueError as x:\n        e = x",
    ),
    bomb(
        "exceptions with help",
        "a = []\nwhile True:\n    try:\n        int('no number')\n    except ValueError as e:\n        a.append(e)",
    ),
    bomb(
        "chain maps",
        "from collections import ChainMap\na = []\nwhile True:\n    a.append(ChainMap({}))",
    ),
    bomb(
        "chains",
        "from itertools import chain\na = []\nwhile True:\n    a.append(chain([1], [2]))",
    ),
    // Patterns.
    bomb(
        "matches",
        "a = []\nwhile True:\n    a.append(re.match('(a)(b)', 'abc'))",
    ),
    bomb(
        "matches of many groups",
        "a = []\nwhile True:\n    a.append(re.match('(a)' * 50, 'a' * 50))",
    ),
    bomb(
        "patterns",
        "a = []\nwhile True:\n    a.append(re.compile('a%d' % len(a)))",
    ),
    bomb(
        "patterns that were used",
        "a = []\nwhile True:\n    p = re.compile('(?i)[a-z]+x%d|[α-ω]{2,9}' % len(a))\n    p.search(context)\n    a.append(p)",
    ),
    bomb(
        "patterns with look-around",
        "a = []\nwhile True:\n    p = re.compile('(?<=x)(a|b%d)\\\\1' % len(a))\n    p.search(context)\n    a.append(p)",
    ),
    bomb(
        "patterns of many words",
        "a = []\nwhile True:\n    p = re.compile('|'.join('w%d%d' % (len(a), i) for i in range(200)))\n    p.search(context)\n    a.append(p)",
    ),
    bomb(
        "patterns of large counts",
        "a = []\nwhile True:\n    p = re.compile('\\\\w{300}%d' % len(a))\n    p.search(context)\n    a.append(p)",
    ),
    bomb(
        "found by a pattern",
        "s = 'ab cd ef '\nwhile True:\n    s = s + s\n    t = re.findall(r'\\w+', s)",
    ),
    bomb(
        "found groups",
        "s = 'ab cd ef '\nwhile True:\n    s = s + s\n    t = re.findall(r'(\\w)(\\w)', s)",
    ),
    bomb(
        "match iterators",
        "a = []\nwhile True:\n    i = re.finditer(r'\\w+', context)\n    next(i)\n    a.append(i)",
    ),
    bomb(
        "split by a pattern",
        "s = 'ab cd ef '\nwhile True:\n    s = s + s\n    t = re.split(r'\\s', s)",
    ),
    bomb(
        "replaced by a pattern",
        "s = 'ab cd ef '\nwhile True:\n    s = re.sub(r'\\w+', r'\\g<0> \\g<0>', s)",
    ),
    // Formats.
    bomb(
        "JSON read",
        "s = json.dumps([{'id': i, 'name': 'n%d' % i, 'tags': ['a', 'b'], 'x': None} for i in range(1000)])\na = []\nwhile True:\n    a.append(json.loads(s))",
    ),
    bomb(
        "large JSON read",
        "a = '[1, [], {}]'\nwhile True:\n    a = '[' + a + ', ' + a + ']'\n    b = json.loads(a)",
    ),
    bomb(
        "JSON written",
        "a = [{'id': 1, 'name': 'text', 'tags': ['a', 'b']}]\nwhile True:\n    a = a + a\n    s = json.dumps(a, indent=2)",
    ),
    bomb(
        "rows of CSV",
        "import csv\ns = 'a,b,\"c\"\\n' * 1000\na = []\nwhile True:\n    a.extend(csv.reader(s.splitlines()))",
    ),
    bomb(
        "rows of CSV by name",
        "import csv\ns = 'a,b,c\\n' * 1000\na = []\nwhile True:\n    a.extend(csv.DictReader(s.splitlines()))",
    ),
    bomb(
        "records of grep",
        "a = []\nwhile True:\n    a.append(grep(context, 'w'))",
    ),
    bomb(
        "chunks of the context",
        "a = []\nwhile True:\n    a.append(chunks(context, 100))",
    ),
    // Prints and calls.
    bomb(
        "prints",
        "a = []\nwhile True:\n    print('a line of output', len(a))\n    a.append(1)",
    ),
    bomb("replies", "a = []\nwhile True:\n    a.append(llm_query('q').strip())"),
    bomb(
        "replies that nothing looks at",
        "a = []\nwhile True:\n    a.append(llm_query('q'))",
    ),
    bomb(
        "batches of replies",
        "a = []\nwhile True:\n    a.extend(llm_batch(['q'] * 100))",
    ),
    bomb(
        "prompts that wait",
        "a = []\nx = 'x' * 100_000\nwhile True:\n    r = llm_query('q')\n    a.append(llm_query(x.upper() + r))",
    ),
    bomb(
        "prompts that wait for one another",
        "r = 'x'\nwhile True:\n    r = llm_query(('%d' % len(r) if False else 'x' * 100_000).upper() + r)",
    ),
    bomb(
        "prints that wait",
        "x = ('x' * 10_000).upper()\nwhile True:\n    r = llm_query('q')\n    for i in range(1000):\n        print(x[i:], r)",
    ),
    bomb(
        "short pieces of replies",
        "a = []\nwhile True:\n    r = llm_query('q')\n    for i in range(1000):\n        a.append(r[i:i + 1] + '')",
    ),
    bomb(
        "replies in capitals",
        "a = []\nwhile True:\n    a.append(llm_query('q').upper())",
    ),
    // What goes and comes again.
    bomb(
        "every second goes",
        "a = [[i] for i in range(200_000)]\nwhile True:\n    a = a[::2]\n    a.extend([[i] for i in range(len(a) * 3)])",
    ),
    bomb(
        "every second text goes, then one text",
        "a = ['%0100d' % i for i in range(LIMIT // 250)]\na = a[::2]\nx = 'x'\nwhile True:\n    x = (x + x).upper()",
    ),
    bomb(
        "every second date goes, then one text",
        "a = [datetime.date(2024, 1, 1) for i in range(LIMIT // 80)]\na = a[::2]\nx = 'x'\nwhile True:\n    x = (x + x).upper()",
    ),
    bomb(
        "nearly all dates go, then one text",
        "a = [datetime.date(2024, 1, 1) for i in range(LIMIT // 80)]\na = a[::200]\nx = 'x'\nwhile True:\n    x = (x + x).upper()",
    ),
    bomb(
        "all dates go, then one text",
        "a = [datetime.date(2024, 1, 1) for i in range(LIMIT // 80)]\na = None\nx = 'x'\nwhile True:\n    x = (x + x).upper()",
    ),
    bomb(
        "all texts go, then one text",
        "a = ['%0100d' % i for i in range(LIMIT // 250)]\na = None\nx = 'x'\nwhile True:\n    x = (x + x).upper()",
    ),
    bomb(
        "lists of growing lengths, all but one go",
        "n = 1\nwhile True:\n    a = [[1] * n for i in range(LIMIT // (80 + 24 * n))]\n    a = a[:10] * 2\n    n = n * 2",
    ),
    bomb(
        "garbage of texts",
        "n = 0\na = []\nwhile True:\n    n += 1\n    x = ('%d' % n + 'x' * 5000).upper()\n    if n % 10 == 0:\n        a.append(x)",
    ),
    bomb(
        "garbage of cycles",
        "n = 0\na = []\nwhile True:\n    n += 1\n    b = [n]\n    b.append(b)\n    if n % 10 == 0:\n        a.append(b)",
    ),
    // Slices of ropes, which make a part of the tree anew.
    garbage(
        "garbage of slices of a rope",
        "T = 'plain words without bracket\\n' * 2_000_000\nfor i in range(60_000):\n    T[5:-5]",
    ),
    garbage(
        "garbage of slices of a rope beside others",
        "T = 'plain words without bracket\\n' * 200_000\nbig = [str(i).upper() for i in range(LIMIT // 400)]\nfor i in range(60_000):\n    T[5:-5]",
    ),
    garbage(
        "garbage of slices that are compared",
        "T = 'plain words without bracket\\n' * 200_000\nfor i in range(30_000):\n    T == T[1:]\n    T in [T[1:]]\n    T.startswith('plain', 1)",
    ),
    bomb(
        "slices of a long rope",
        "T = 'plain words without bracket\\n' * 2_000_000\na = []\nwhile True:\n    a.append(T[5:-5])",
    ),
    // What takes more while it is made than when it is done.
    bomb(
        "product of a large integer",
        "x = 1 << (LIMIT * 3)\ny = x * x\nwhile True:\n    y = y * y",
    ),
    bomb(
        "product of a larger integer",
        "x = 1 << (LIMIT * 6)\ny = x * x\nwhile True:\n    y = y * y",
    ),
    bomb(
        "sums of large integers",
        "n = 8\nwhile True:\n    n = n * 5 // 4\n    x = 1 << n * 8\n    y = (x + 1) - (x >> 1) | -x & x ^ ~x",
    ),
    bomb(
        "quotients of large integers",
        "n = 8\nwhile True:\n    n = n * 5 // 4\n    x = 1 << n * 8\n    y = x // 10, x % 1000, divmod(x, -7)",
    ),
    bomb(
        "decimal with a point",
        "import decimal\nn = 1000\nwhile True:\n    n = n * 5 // 4\n    s = format(decimal.Decimal('1e%d' % n), 'f')",
    ),
    bomb(
        "decimal with a point, too long",
        "import decimal\ns = f\"{decimal.Decimal('1e99999999'):f}\"\nwhile True:\n    s = s + f\"{decimal.Decimal('1e99999999'):f}\"",
    ),
    bomb(
        "one padded text",
        "n = 1000\nwhile True:\n    n = n * 5 // 4\n    s = '{:>{}}'.format('a', n)",
    ),
    bomb(
        "one padded text by percent",
        "n = 1000\nwhile True:\n    n = n * 5 // 4\n    s = '%*d' % (n, 1)",
    ),
    bomb(
        "cached calls",
        "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    return x\ni = 0\nwhile True:\n    i += 1\n    f(i)",
    ),
    bomb(
        "cached calls by two arguments",
        "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x, y):\n    return x\ni = 0\nwhile True:\n    i += 1\n    f(i, 'a')",
    ),
    bomb(
        "patterns with classes",
        "import re\na = []\ni = 0\nwhile True:\n    i += 1\n    p = re.compile(r'(?i)\\w+[а-я]{5}%d' % i)\n    p.search('abc def' * 100)\n    a.append(p)",
    ),
    bomb(
        "text buffers",
        "import io\na = []\nwhile True:\n    a.append(io.StringIO('a'))",
    ),
];
