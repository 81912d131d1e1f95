//! Programs with one information flow each: a value derived from untrusted text is used in one
//! statement, and the observable effect is sent by a tool call.

use sift_vm::library_examples;

use super::Dice;

/// The first statements of every generated program. They define values that are derived from the
/// untrusted context `P`, and containers that don't depend on it.
///
/// `u` is a string, `w` its first letter, `n` a positive number, `m` one of 0, 1, 2, and `b` a
/// bool.
const PREAMBLE: &str = "\
import bisect, csv, difflib, functools, heapq, io, itertools, json, math, operator, re, statistics, textwrap
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, getcontext, setcontext
from fractions import Fraction
from functools import lru_cache, partial, reduce
u = P.strip()
w = u[:1]
n = len(u)
m = n % 3
b = w == 'ж'
names = ['a', 'b', 'c']
letters = {'ж': 'a', 'щ': 'b', 'ы': 'c'}
row = ['a', 'b', 'c', 'd']
same = row
rows = [['p'], ['q'], ['r']]
d = {'a': 1, 'b': 2, 'c': 3}
dd = defaultdict(list, {'ж': ['x']})
od = OrderedDict([('a', 1), ('b', 2), ('c', 3)])
dq = deque(['a', 'b', 'c', 'd'])
c = Counter(['a', 'b', 'c'])
s = {'a', 'ж'}
it = iter(range(50))
its = [iter(range(50)), iter(range(20, 70)), iter(range(30, 90))]
file = io.StringIO('abcdefghijklmnopqrstuvwxyz')
fs = {'ж': (lambda: 'x'), 'щ': (lambda: 'y')}
def gen(start):
    for value in range(start, start + 9):
        yield value
Pair = namedtuple('Pair', 'left right')
";

/// Statements that may mutate one kind of container, and expressions that observe the mutation.
struct Kind {
    changes: &'static [&'static str],
    sights: &'static [&'static str],
}

/// All kinds of mutable objects, each with the statements that mutate and observe it.
const KINDS: &[Kind] = &[LIST, DEQUE, DICT, SET, ITERATOR, FILE, DECIMALS, SETTINGS];

const LIST: Kind = Kind {
    changes: &[
        "del row[:m]",
        "del row[m]",
        "row[:m] = []",
        "row[m:m + 1] = ['y', 'z']",
        "row[m] = 'y'",
        "row.insert(m, 'y')",
        "row.remove(names[m])",
        "row.pop(m)",
        "row.sort(reverse=b)",
        "row.sort(key=lambda x: x == names[m])",
        "row.extend(['y'] * m)",
        "row += ['y'] * m",
        "row *= m",
        "row.extend(names[m:])",
        "rows[m].append('y')\nrow = rows[0]",
        "[row.append, names.append][b]('y')",
        "[list.append, list.remove][b](row, 'a')",
        "[list.sort, list.reverse][b](row)",
        "[row.clear, names.clear][b]()",
        "rows[m].clear()\nrow = rows[0]",
        "bisect.insort(row, names[m])",
        "heapq.heapify(row)\nheapq.heappush(row, letters[w])",
        "heapq.heapreplace(row, letters[w])",
        "list(map(row.append, ['y'] * m))",
        "operator.delitem(row, m)",
        "operator.setitem(row, m, 'y')",
        "operator.iconcat(row, ['y'] * m)",
        "operator.methodcaller('insert', m, 'y')(row)",
        "partial(row.insert, m)('y')",
        "row[:] = dq\ndq.rotate(m)\nrow[:] = dq",
        "row, names = (row, names)[b], row",
        "rows[0].extend(itertools.repeat('y', m))\nrow = rows[0]",
        "seen = lru_cache(maxsize=9)(lambda x: 1)\nseen('ж')\nseen(w)\nrow = list(seen.cache_info())",
        "row = list(itertools.chain(['x'] * m, row))",
        "row = list(itertools.combinations('abcd', m))",
        "row = list(itertools.product('ab', repeat=m))",
        "row = list(itertools.repeat('x', n))",
        "row = list(itertools.compress('abcd', [b, True, not b]))",
        "row = [key for key, group in itertools.groupby('abc', partial(operator.eq, names[m]))]",
        "row = sorted('abc', reverse=b)",
        "row = list(reversed(row))[m:]",
        "row = [*row[m:]]",
        "row = (lambda *a: list(a))(*row[m:])",
        "row = (lambda **k: list(k))(**{letters[w]: 1})",
        "row = (lambda a='x', b='x', c='x': [a, b, c])(**{letters[w]: 'y'})",
        "row = 'a-b-c-d'.split('-', m)",
        "row = re.split('-', 'a-b-c-d', maxsplit=m)",
        "row = heapq.nlargest(m, row)",
        "row = textwrap.wrap('one two three four', width=n + 5)",
        "row = difflib.get_close_matches(letters[w], names, 1, 0.1)",
        "row = list(Pair('x', 'y')._replace(**{['left', 'right'][b]: 'z'}))",
        "row = statistics.quantiles([1, 2, 3, 4], n=m + 2)",
        "row = list(map(partial(max, key=lambda x: x == names[m]), [names]))",
        "a, *row = ['x'] * (m + 1)",
    ],
    sights: &[
        "t = str(row[0])",
        "t = str(same[0])",
        "t = str(same[-1])",
        "t = str(len(same))",
        "t = str(len(names))",
        "t = str(rows[0])",
        "t = str(row == ['a', 'b', 'c', 'd'])",
        "t = ','.join(map(str, row))",
        "k = 0\nfor x in row:\n    k += 1\nt = str(k)",
        "k = 0\nfor x in same:\n    k += 1\nt = str(k)",
        "for x in row:\n    t = str(x)\n    break",
        "first, *others = row\nt = str(first)",
        "t = str(*row[:1])",
        "t = f'{row[0]}'",
        "t = (lambda *a: str(len(a)))(*same)",
        "t = 'some' if row else 'none'",
        "t = str(not row)",
        "t = json.dumps(row)",
    ],
};

const DEQUE: Kind = Kind {
    changes: &[
        "dq.rotate(m)",
        "dq.insert(m, 'y')",
        "dq.remove(names[m])",
        "del dq[m]",
        "dq[m] = 'y'",
        "dq.extendleft(['y'] * m)",
        "dq += ['y'] * m",
        "[dq.pop, dq.popleft][b]()",
    ],
    sights: &[
        "t = str(dq[0])",
        "t = str(len(dq))",
        "t = str(next(iter(dq)))",
        "t = str(dq.popleft())",
        "for x in dq:\n    t = str(x)\n    break",
    ],
};

const DICT: Kind = Kind {
    changes: &[
        "d[letters[w]] = 9",
        "d[names[m]] = 9",
        "del d[names[m]]",
        "d.pop(names[m])",
        "d.pop(letters[w], None)",
        "d.update({letters[w]: 9})",
        "d.update([(names[m], 9)])",
        "del d['a'], d['b']\nd.setdefault(letters[w], 9)",
        "d |= {letters[w]: 9}",
        "d = {**d, letters[w]: 9}",
        "d = {letters[w]: 9}",
        "d = {key: 9 for key in [w, 'a']}",
        "d = dict.fromkeys([w, 'ж'], 1)",
        "d = dict([(w, 1), ('ж', 2)])",
        "d = ChainMap({letters[w]: 9}, d)",
        "d = ChainMap({}, d)\nd[letters[w]] = 9",
        "od.move_to_end('a', last=b)\nd = od",
        "od.move_to_end(names[m])\nd = od",
        "od.popitem(last=b)\nd = od",
        "dd[w]\nd = dd",
        "dd[w].append('y')\nd = dd",
        "c.update([letters[w]])\nd = c",
        "c.subtract({letters[w]: 1})\nd = +c",
        "c[letters[w]] -= 1\nd = c",
    ],
    sights: &[
        "t = str(len(d))",
        "t = str(list(d)[0])",
        "t = str(d['a'])",
        "t = str(d.get('a'))",
        "t = str('a' in d)",
        "k = 0\nfor x in d:\n    k += 1\nt = str(k)",
        "for x in d:\n    t = str(x)\n    break",
        "for x in d.values():\n    t = str(x)\n    break",
    ],
};

const SET: Kind = Kind {
    changes: &[
        "s.add(w)",
        "s.discard(w)",
        "s.discard(letters[w])",
        "s |= {w}",
        "s &= {w}",
        "s ^= {w}",
        "s = s - {w}",
        "s = {w, 'ж'}",
        "s = {*[w, 'ж']}",
        "s = {x for x in [w, 'ж']}",
        "s.symmetric_difference_update([w])",
        "s.intersection_update([w, 'a'])",
    ],
    sights: &[
        "t = str(len(s))",
        "t = str('ж' in s)",
        "k = 0\nfor x in s:\n    k += 1\nt = str(k)",
        "t = str(sorted(s)[0] == 'a')",
        "t = str(not s)",
    ],
};

const ITERATOR: Kind = Kind {
    changes: &[
        "n in it",
        "n not in it",
        "next(its[m])\nit = its[0]",
        "list(zip(it, u))",
        "list(zip(u, it))",
        "list(itertools.islice(it, n))",
        "next(itertools.islice(it, n, None))",
        "next(itertools.dropwhile(lambda x: x < n, it))",
        "list(itertools.takewhile(lambda x: x < n, it))",
        "next(filter(lambda x: x > n, it))",
        "next(filter(partial(operator.lt, n), it))",
        "any(map(partial(operator.eq, n), it))",
        "all(map(partial(operator.ne, n), it))",
        "pairs = enumerate(it)\n(n, n) in pairs",
        "operator.contains(it, n)",
        "operator.indexOf(it, n)",
        "deque(itertools.islice(it, n), maxlen=0)",
        "dict(zip(it, u))",
        "a, *rest = zip(u, it)",
        "list(map(lambda x, y: x, u, it))",
        "list(map(lambda x, y: x, it, u))",
        "it = gen(n)",
        "it = [gen(1), gen(2), gen(3)][m]",
    ],
    sights: &[
        "t = str(next(it))",
        "for x in it:\n    t = str(x)\n    break",
        "t = str(list(it)[0])",
        "t = str(next(enumerate(it)))",
        "t = str(next(zip(it, 'a')))",
    ],
};

const FILE: Kind = Kind {
    changes: &[
        "file.read(m)",
        "file.seek(n)",
        "file.truncate(n)",
        "file.write('y' * m)",
        "file = io.StringIO('x' * n)",
    ],
    sights: &[
        "t = str(file.tell())",
        "t = file.read(1)",
        "t = str(len(file.getvalue()))",
    ],
};

const DECIMALS: Kind = Kind {
    changes: &[
        "getcontext().prec = n + 1",
        "setcontext(Context(prec=n + 1))",
        "setcontext([Context(prec=2), Context(prec=3), Context(prec=4)][m])",
        "getcontext().rounding = ['ROUND_UP', 'ROUND_DOWN'][b]",
        "Decimal(1) / (m + 1)",
    ],
    sights: &[
        "t = str(Decimal(1) / 3)",
        "t = str(len(f'{Decimal(2).sqrt()}'))",
        "t = str(round(Decimal('1.2345678'), 3) + Decimal('1.11111111111'))",
        "t = str(sum([Decimal(1) / 3]))",
        "t = str(getcontext())",
        "t = str(getcontext().prec)",
        "t = str(getcontext().rounding)",
    ],
};

const SETTINGS: Kind = Kind {
    changes: &["csv.field_size_limit(n)"],
    sights: &["t = str(csv.field_size_limit())"],
};

/// Expressions that depend on untrusted text, because they are computed from derived values.
const VALUES: &[&str] = &[
    "len(f\"{'':{n}}\")",
    "len(f'{1.5:.{n}f}')",
    "f'{1.5:{n}.{m}f}'",
    "f'{7:{letters[w]}>3}'",
    "len('{:{}}'.format('', n))",
    "len('{:{width}}'.format('', width=n))",
    "'{x}'.format(x=n)",
    "'{x[a]}'.format_map({'x': {'a': n}})",
    "len('%*d' % (n, 1))",
    "len('%.*f' % (n, 1.5))",
    "'%(a)s' % {'a': n}",
    "format(1.5, f'.{m}f')",
    "'{!r:>{}}'.format('a', n)",
    "'x'.ljust(n)",
    "'x'.center(n, '-')",
    "'7'.zfill(n)",
    "'a\\tb'.expandtabs(n)",
    "'aaaa'.replace('a', 'b', m)",
    "'abcd'[m]",
    "'abcd'[m:]",
    "'abcd'[::m + 1]",
    "'жщы'.find(w)",
    "'жщы'.strip(w)",
    "'жщы'.translate({ord(w): 'x'})",
    "'abc'.startswith('abc'[m:])",
    "re.sub(w, 'x', 'жщы')",
    "re.sub('.', 'x', 'abcd', count=m + 1)",
    "re.findall(f'[{w}]', 'жщы')",
    "re.compile(w).split('aжbщc')",
    "re.search(w, 'жщы').start()",
    "next(re.finditer(w, 'жщы')).start()",
    "re.sub('[жщ]', lambda found: str(found.group() == w), 'жщ')",
    "json.dumps([1], indent=m)",
    "json.dumps({'a': 1}, separators=(',', ':' * n))",
    "json.loads('[' + '1,' * m + '1]')",
    "round(1.23456, m)",
    "int('11', n + 2)",
    "pow(3, n, 50)",
    "divmod(100, n)[0]",
    "math.comb(20, n)",
    "math.floor(n / 2)",
    "math.ldexp(1.0, n)",
    "sum([1, 2], n)",
    "min(n, 100)",
    "max(range(5), key=lambda x: x == m)",
    "min('abc', key=lambda x: x != names[m])",
    "max('abc', key=partial(operator.eq, names[m]))",
    "sorted('abc', key=lambda x: x != names[m])[0]",
    "sorted('abc', reverse=b)[0]",
    "reduce(lambda x, y: x * (1 - b) + y, [1, 2, 3])",
    "reduce(operator.add, ['a'] * (m + 1))",
    "len(list(filter(partial(operator.lt, n), range(30))))",
    "list(filter(lambda x: x > n, range(30)))[0]",
    "next(filter(lambda x: x > n, range(30)))",
    "next(x for x in range(30) if x > n)",
    "next(itertools.dropwhile(lambda x: x < n, range(50)))",
    "len(list(itertools.takewhile(lambda x: x < n, range(50))))",
    "list(itertools.filterfalse(lambda x: x < n, range(50)))[0]",
    "next(itertools.count(n))",
    "list(itertools.accumulate([n, 1]))[1]",
    "list(itertools.islice(range(50), n, None))[0]",
    "list(enumerate('a', n))[0][0]",
    "list(zip('abcdefghijklmnopqrstuvw', u))[-1][0]",
    "list(map(lambda x, y: x, 'abcdefghijklmnopqrstuvw', u))[-1]",
    "len(list(itertools.zip_longest('a', u, fillvalue='z')))",
    "bisect.bisect_left(range(256), n)",
    "bisect.bisect(range(256), n)",
    "bisect.bisect_left(range(50), True, key=lambda x: x >= n)",
    "heapq.nsmallest(1, 'abc', key=lambda x: x != names[m])[0]",
    "next(heapq.merge('ac', 'b', key=lambda x: x != names[m]))",
    "range(50).index(n)",
    "range(n, 50)[0]",
    "len(range(n))",
    "names.index(names[m])",
    "[0] * n == [0] * 3",
    "{'ж': 'x', 'щ': 'y'}[w]",
    "{('ж', 1): 'x', ('щ', 1): 'y'}[w, 1]",
    "{('ж', 1): 'x', ('щ', 1): 'y'}[(w, 1)]",
    "{('ж', 1): 'x'}.get((w, 1), 'y')",
    "{frozenset('ж'): 'x'}.get(frozenset(w), 'y')",
    "fs[w]()",
    "fs.get(w)()",
    "list(map(lambda f: f(), [fs[w]]))[0]",
    "partial(fs[w])()",
    "[len, str][b]('x')",
    "[list, tuple][b]('x')",
    "[str.upper, str.title][b]('ab')",
    "operator.methodcaller(['upper', 'title'][b])('ab')",
    "operator.itemgetter(m)('abc')",
    "operator.attrgetter(['left', 'right'][b])(Pair('x', 'y'))",
    "[Pair(fs['ж'], 1), Pair(fs['щ'], 1)][b].left()",
    "next([gen(1), gen(9), gen(20)][m])",
    "[x for x in [gen(1), gen(9), gen(20)][m]][0]",
    "next(iter([gen(1), gen(9), gen(20)][m]))",
    "(lambda x=m: 'abc'[x])()",
    "(lambda f: f('ab'))([str.upper, str.title][b])",
    "any(x == m for x in range(1))",
    "n in range(5)",
    "n in iter(range(5))",
    "len(str(Fraction(n, 7)))",
    "Fraction(355, 1130).limit_denominator(n + 1)",
    "Decimal('1.2345').quantize(Decimal(['0.1', '0.01'][b]))",
    "Context(prec=n + 1).create_decimal('1.234567890123456789')",
    "(date(2024, 1, 1) + timedelta(days=n)).isoformat()",
    "date(2024, 1, n).strftime('%d')",
    "date(2024, 1, 30).strftime(['%Y', '%d'][b])",
    "datetime(2024, 1, 1).replace(hour=m).isoformat()",
    "statistics.mean([1, n])",
    "statistics.median(['a', 'b', 'c'][m:m + 1])",
    "textwrap.shorten('one two three four five', width=n + 8)",
    "textwrap.indent('a', 'x' * n)",
    "difflib.SequenceMatcher(None, 'жщ', w).get_matching_blocks()[0].a",
    "list(difflib.ndiff(['ж'], [w]))[0][:1]",
    "list(csv.reader(['xaybz'], delimiter='ay'[b]))[0][0]",
    "Counter('aab').most_common(m)",
    "ChainMap({'ж': 'x'}, {'щ': 'y'})[w]",
    "chr(ord('a') + m)",
    "bool(m)",
    "str(b)",
    "-n",
    "~n",
    "m and 'x'",
    "grep('a\\nb\\nc', names[m])[0].line",
    "chunks('one two three four five six', n + 1)[0]",
];

/// Statements whose running time depends on untrusted text.
const WORK: &[&str] = &[
    "list(range(100 * n))",
    "('a' * (99 * n)).upper()",
    "sum(range(n * 10))",
    "'x' in u * 50",
    "[0] * n * 100 == [1] * n * 100",
];

/// Returns the number of [`label_program`] forms that aren't based on library examples.
#[must_use]
pub fn label_forms() -> usize {
    VALUES.len() + changes().count() + WORK.len()
}

/// Yields each mutating statement with the kind of object that it mutates.
fn changes() -> impl Iterator<Item = (&'static str, &'static Kind)> {
    KINDS
        .iter()
        .flat_map(|kind| kind.changes.iter().map(move |change| (*change, kind)))
}

/// Returns the program with a given form number. It computes with untrusted text and sends the
/// observable result. Forms from [`label_forms`] on are examples of library functions, with a
/// literal replaced by a derived value.
///
/// ```
/// use rlm_fuzzing::generators::{Dice, label_forms, label_program};
///
/// let first = label_program(&mut Dice::new(1), 0);
/// assert!(sift_syntax::parse(&first).is_accepted() && first.ends_with("send('me', t)\n"));
/// let of_the_library = label_program(&mut Dice::new(1), label_forms());
/// assert!(sift_syntax::parse(&of_the_library).is_accepted());
/// ```
pub fn label_program(dice: &mut Dice<'_>, form: usize) -> String {
    let end = |body: String| format!("{PREAMBLE}{body}\nsend('me', t)\n");
    if let Some(value) = VALUES.get(form) {
        return end(format!("t = str({value})"));
    }
    let form = form - VALUES.len();
    if let Some((change, kind)) = changes().nth(form) {
        let [first, second] = [(); 2].map(|()| dice.pick(kind.sights));
        return end(format!("{change}\n{first}\nsend('me', t)\n{second}"));
    }
    let form = form - changes().count();
    if let Some(work) = WORK.get(form) {
        return end(format!(
            "fuel = budget()['fuel']\n{work}\nt = str(fuel - budget()['fuel'])"
        ));
    }
    let examples: Vec<&str> = library_examples().map(|example| example.program).collect();
    let number = (form - WORK.len()) % examples.len();
    end(examples
        .get(number)
        .map_or_else(String::new, |example| derived(dice, example)))
}

/// Replaces a literal of a library example by a value derived from untrusted text. The program then
/// sends the example's value, or the observable state of a list that it received.
fn derived(dice: &mut Dice<'_>, example: &str) -> String {
    let (numbers, texts, lists) = literals(example);
    let mut places: Vec<(usize, usize, &str)> = Vec::new();
    places.extend(numbers.iter().map(|&(start, end)| (start, end, " + m)")));
    places.extend(texts.iter().map(|&(start, end)| (start, end, " + letters[w])")));
    let mut text = example.to_owned();
    let list = (!lists.is_empty() && dice.roll(2) == 0).then(|| lists[dice.roll(lists.len())]);
    if let Some((start, end)) = list {
        // Literals inside the list stay unchanged, so that its items don't depend on untrusted
        // text.
        places.retain(|place| place.1 <= start || place.0 >= end);
    }
    let chosen = (!places.is_empty()).then(|| places[dice.roll(places.len())]);
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    if let Some((start, end, more)) = chosen {
        edits.push((start, end, format!("({}{more}", &example[start..end])));
    }
    let mut before = String::new();
    if let Some((start, end)) = list {
        before = format!("row = {}\nsame = row\n", &example[start..end]);
        edits.push((start, end, "row".to_owned()));
    }
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.0));
    for (start, end, by) in edits {
        text.replace_range(start..end, &by);
    }
    let (statements, last) = match text.rsplit_once("; ") {
        Some((statements, last)) => (format!("{}\n", statements.replace("; ", "\n")), last),
        None => (String::new(), text.as_str()),
    };
    let sight = match list {
        Some(_) if dice.roll(2) == 0 => dice.pick(LIST.sights),
        _ => dice.pick(&[
            "t = str(r)",
            "t = str(r)",
            "t = str(r[0])",
            "t = str(next(iter(r)))",
            "t = str(len(r))",
            "k = 0\nfor x in r:\n    k += 1\nt = str(k)",
            "t = str(list(r))",
        ]),
    };
    format!("{before}{statements}r = {last}\n{sight}")
}

type Places = Vec<(usize, usize)>;

/// Returns the byte ranges of the numbers, the strings and the outermost lists in a program.
fn literals(program: &str) -> (Places, Places, Places) {
    let (mut numbers, mut texts, mut lists) = (Places::new(), Places::new(), Places::new());
    let bytes = program.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || byte >= 0x80;
    let (mut at, mut open) = (0, Vec::new());
    while at < bytes.len() {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                let mut end = at + 1;
                while end < bytes.len() && bytes[end] != quote {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                end = (end + 1).min(bytes.len());
                // Strings with prefixes, and dictionary keys before a colon, stay unchanged.
                if !is_word(before) && bytes.get(end) != Some(&b':') {
                    texts.push((at, end));
                }
                at = end;
            }
            b'0'..=b'9' if !is_word(before) => {
                let mut end = at;
                while end < bytes.len() && is_word(bytes[end]) {
                    end += 1;
                }
                numbers.push((at, end));
                at = end;
            }
            b'[' => {
                open.push((at, is_word(before) || before == b')' || before == b']'));
                at += 1;
            }
            b']' => {
                if let Some((start, is_index)) = open.pop()
                    && open.is_empty()
                    && !is_index
                {
                    lists.push((start, at + 1));
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    (numbers, texts, lists)
}
