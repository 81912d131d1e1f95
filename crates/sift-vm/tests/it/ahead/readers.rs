//! Variants of the shapes: other ways to read a reply, and other things to do with what was read.

/// (group, name, program)
pub(crate) const READERS: &[(&str, &str, &str)] = &[
    (
        "numbers",
        "fullmatch int",
        r#"
import re
n = 0
for c in chunks:
    a = llm_query(f'only a number: {c}').strip()
    if re.fullmatch(r'\d+', a):
        n += int(a)
print(n)
"#,
    ),
    (
        "numbers",
        "match int",
        r#"
import re
n = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    if re.match(r'^\s*\d+\s*$', a):
        n += int(a)
print(n)
"#,
    ),
    (
        "numbers",
        "isdigit int",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'only a number: {c}').strip()
    if a.isdigit():
        n += int(a)
print(n)
"#,
    ),
    (
        "numbers",
        "not isdigit continue",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'only a number: {c}').strip()
    if not a.isdigit():
        continue
    n += int(a)
print(n)
"#,
    ),
    (
        "numbers",
        "digits joined",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'number in {c}')
    digits = ''.join(ch for ch in a if ch.isdigit())
    n += int(digits) if digits else 0
print(n)
"#,
    ),
    (
        "numbers",
        "filter isdigit",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'number in {c}')
    digits = ''.join(filter(str.isdigit, a))
    if digits:
        n += int(digits)
print(n)
"#,
    ),
    (
        "numbers",
        "map int",
        r#"
import re
n = 0
for c in chunks:
    n += sum(map(int, re.findall(r'\d+', llm_query(f'number in {c}'))))
print(n)
"#,
    ),
    (
        "numbers",
        "map int list",
        r#"
import re
n = 0
for c in chunks:
    xs = list(map(int, re.findall(r'\d+', llm_query(f'number in {c}'))))
    if xs:
        n += max(xs)
print(n)
"#,
    ),
    (
        "numbers",
        "sys like divmod",
        r#"
n = 0
for c in chunks:
    q, r = divmod(len(llm_query(f'about {c}')), 7)
    n += q - r
print(n)
"#,
    ),
    (
        "numbers",
        "float try",
        r#"
total = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        total += float(a.strip().rstrip('%'))
    except ValueError:
        pass
print(total)
"#,
    ),
    (
        "numbers",
        "int try with default helper",
        r#"
def to_int(s, default=0):
    try:
        return int(s)
    except (TypeError, ValueError):
        return default
total = 0
for c in chunks:
    total += to_int(llm_query(f'only a number: {c}'))
print(total)
"#,
    ),
    (
        "texts",
        "first char",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').strip()
    if a and a[0].upper() == 'Y':
        n += 1
print(n)
"#,
    ),
    (
        "texts",
        "split first word",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').strip()
    w = a.split()[0] if a else ''
    if w.lower().strip('.,') == 'yes':
        n += 1
print(n)
"#,
    ),
    (
        "texts",
        "starred lines",
        r#"
n = 0
for c in chunks:
    first, *rest = llm_query(f'list of {c}').split('\n')
    n += len(rest)
    for r in rest:
        if r.startswith('-'):
            n += 1
print(n)
"#,
    ),
    (
        "texts",
        "percent",
        r#"
out = []
for i, c in enumerate(chunks):
    a = llm_query(f'about {c}')
    if len(a) > 3:
        out.append('%d: %s (%d)' % (i, a, len(a)))
    print('%s' % a)
print(len(out))
"#,
    ),
    (
        "texts",
        "percent dict",
        r#"
for i, c in enumerate(chunks):
    a = llm_query(f'about {c}').strip()
    print('%(i)03d %(a)s' % {'i': i, 'a': a})
"#,
    ),
    (
        "texts",
        "format method",
        r#"
for i, c in enumerate(chunks):
    a = llm_query(f'about {c}')
    print('{}: {} {:>5}'.format(i, a, len(a)))
"#,
    ),
    (
        "texts",
        "format map",
        r#"
for i, c in enumerate(chunks):
    a = llm_query(f'about {c}').strip()
    print('{i}: {a!r:.5}'.format(i=i, a=a))
"#,
    ),
    (
        "texts",
        "str methods args",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').translate(str.maketrans('', '', '.,')).lower().split(',')[0]
    if a == 'yes':
        n += 1
print(n)
"#,
    ),
    (
        "texts",
        "string module strip",
        r#"
import string
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').strip(string.punctuation + string.whitespace).lower()
    if a == 'yes':
        n += 1
print(n)
"#,
    ),
    (
        "texts",
        "map strip",
        r#"
n = 0
for c in chunks:
    for l in map(str.strip, llm_query(f'list of {c}').splitlines()):
        if l:
            n += 1
print(n)
"#,
    ),
    (
        "texts",
        "min max default",
        r#"
out = []
for c in chunks:
    words = llm_query(f'about {c}').split()
    out.append(max((len(w) for w in words), default=0))
print(out[:2])
"#,
    ),
    (
        "texts",
        "or default",
        r#"
out = []
for c in chunks:
    a = llm_query(f'yes or no? {c}').strip() or 'empty'
    out.append(a)
    if a == 'empty': print(c)
print(out[:3])
"#,
    ),
    (
        "texts",
        "startswith tuple",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').strip().lower()
    if a.startswith(('yes', 'y')) or a in {'ok', 'sure'}:
        n += 1
print(n)
"#,
    ),
    (
        "texts",
        "first char",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').strip()
    if a and a[0].upper() == 'Y':
        n += 1
print(n)
"#,
    ),
    (
        "collections",
        "Counter.update",
        r#"
from collections import Counter
counts = Counter()
for c in chunks:
    counts.update(llm_query(f'about {c}').lower().split())
print(counts.most_common(2))
"#,
    ),
    (
        "collections",
        "Counter.update list",
        r#"
from collections import Counter
counts = Counter()
for c in chunks:
    a = llm_query(f'list of {c}')
    counts.update([l.strip('- ') for l in a.splitlines() if l])
print(counts.most_common(2))
"#,
    ),
    (
        "collections",
        "Counter update label",
        r#"
from collections import Counter
counts = Counter()
for c in chunks:
    a = llm_query(f'label {c}').strip().lower()
    counts.update([a])
    counts[a] += 0
print(counts.most_common(2))
"#,
    ),
    (
        "collections",
        "Counter of genexp",
        r#"
from collections import Counter
total = Counter()
for c in chunks:
    total += Counter(w.lower() for w in llm_query(f'about {c}').split())
print(total.most_common(2))
"#,
    ),
    (
        "collections",
        "sorted key len",
        r#"
out = []
for c in chunks:
    a = llm_query(f'list of {c}')
    lines = sorted(a.split(), key=len, reverse=True)
    if lines:
        out.append(lines[0])
print(out[:2])
"#,
    ),
    (
        "collections",
        "set ops",
        r#"
seen = set()
dups = 0
for c in chunks:
    words = set(llm_query(f'about {c}').split())
    if words & seen:
        dups += 1
    seen |= words
print(dups, len(seen))
"#,
    ),
    (
        "collections",
        "dedupe dict fromkeys",
        r#"
n = 0
for c in chunks:
    n += len(list(dict.fromkeys(llm_query(f'about {c}').split())))
print(n)
"#,
    ),
    (
        "collections",
        "while pop unknown",
        r#"
n = 0
for c in chunks:
    words = llm_query(f'about {c}').split()
    while words:
        w = words.pop()
        if w == 'of':
            break
        n += 1
print(n)
"#,
    ),
    (
        "collections",
        "dict comp over lines",
        r#"
rows = []
for c in chunks:
    a = llm_query(f'list of {c}')
    rows.append({l.split(':')[0]: l for l in a.splitlines() if ':' in l})
print(rows[:5])
"#,
    ),
    (
        "collections",
        "namedtuple",
        r#"
from collections import namedtuple
Row = namedtuple('Row', 'i a ok')
rows = []
for i, c in enumerate(chunks):
    a = llm_query(f'yes or no? {c}')
    rows.append(Row(i, a, 'yes' in a.lower()))
print(sum(r.ok for r in rows), rows[0].i)
"#,
    ),
    (
        "collections",
        "namedtuple field test",
        r#"
from collections import namedtuple
Row = namedtuple('Row', 'i a ok')
hits = []
for i, c in enumerate(chunks):
    a = llm_query(f'yes or no? {c}')
    r = Row(i=i, a=a, ok='yes' in a.lower())
    if r.ok:
        hits.append(r.a)
print(len(hits))
"#,
    ),
    (
        "collections",
        "nested dict counts",
        r#"
table = {}
for i, c in enumerate(chunks):
    a = llm_query(f'label {c}').strip().lower()
    g = f'g{i % 3}'
    table.setdefault(g, {})
    table[g][a] = table[g].get(a, 0) + 1
print({g: sorted(t.items()) for g, t in table.items()})
"#,
    ),
    (
        "collections",
        "class-free record updates",
        r#"
state = {'n': 0, 'seen': [], 'last': None}
for c in chunks:
    a = llm_query(f'label {c}').strip().lower()
    state['n'] += 1
    if a not in state['seen']:
        state['seen'].append(a)
    state['last'] = a
print(state)
"#,
    ),
    (
        "loops",
        "walrus match",
        r#"
import re
n = 0
for c in chunks:
    if m := re.search(r'\d+', llm_query(f'number in {c}')):
        n += int(m.group())
print(n)
"#,
    ),
    (
        "loops",
        "walrus list",
        r#"
hits = [(c, a) for c in chunks if 'yes' in (a := llm_query(f'yes or no? {c}')).lower()]
print(len(hits))
"#,
    ),
    (
        "loops",
        "tuple swap",
        r#"
prev, cur = '', ''
n = 0
for c in chunks:
    prev, cur = cur, llm_query(f'yes or no? {c}')
    if prev == cur:
        n += 1
print(n)
"#,
    ),
    (
        "loops",
        "ternary chain",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'yes or no? {c}').lower()
    n += 1 if 'yes' in a else 0 if 'no' in a else 2
print(n)
"#,
    ),
    (
        "loops",
        "chain from iterable",
        r#"
import itertools
parts = []
for c in chunks:
    parts.append([l for l in llm_query(f'list of {c}').splitlines() if l])
flat = list(itertools.chain.from_iterable(parts))
print(len(flat))
"#,
    ),
    (
        "loops",
        "flatten comprehension",
        r#"
parts = [llm_query(f'list of {c}').splitlines() for c in chunks]
flat = [l for p in parts for l in p if l.startswith('-')]
print(len(flat))
"#,
    ),
    (
        "functions",
        "next of generator labels",
        r#"
LABELS = ['bug', 'feature', 'question']
out = []
for c in chunks:
    a = llm_query(f'label {c}').lower()
    out.append(next((l for l in LABELS if l in a), 'other'))
print(out[:5])
"#,
    ),
    (
        "functions",
        "next of generator lines",
        r#"
out = []
for c in chunks:
    a = llm_query(f'list of {c}')
    out.append(next((l for l in a.splitlines() if l.startswith('-')), ''))
print(out[:5])
"#,
    ),
    (
        "functions",
        "any generator over lines",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'list of {c}')
    if any(l.startswith('-') for l in a.splitlines()):
        n += 1
    if all(l for l in a.splitlines()):
        n += 10
print(n)
"#,
    ),
    (
        "functions",
        "any list",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'about {c}').lower()
    if any([w in a for w in ('yes', '1', 'x')]):
        n += 1
print(n)
"#,
    ),
    (
        "functions",
        "re.sub function",
        r#"
import re
out = []
for c in chunks:
    a = llm_query(f'number in {c}')
    out.append(re.sub(r'\d+', lambda m: str(int(m.group(0)) * 2), a))
print(out[:3])
"#,
    ),
];
