//! Traps about what tests tell of texts, formats, keys, generators and exceptions: no call may leave that the strict run does not make.

/// (name, program)
pub(crate) const TEXT_TRAPS: &[(&str, &str)] = &[
    (
        "digits of another text of the same name",
        r#"
for c in chunks[:20]:
    a = llm_query(f'only a number: {c}').strip()
    ok = a.isdigit()
    a = llm_query(f'number in {c}')
    try:
        if ok:
            int(a)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "digits of a text that a loop replaces",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    x = '5'
    try:
        for w in a.split():
            if x.isdigit():
                int(x)
            y = x
            x = w
            if y.isdigit():
                int(x)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "digits with spaces put together",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = [w + ' ' for w in a.split()]
    n = ''.join([p for p in parts if p.strip().isdigit()])
    try:
        if n:
            int(n)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "signed digits put together",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    n = ''.join(re.findall(r'-?\d+', a.replace(' ', '-')))
    try:
        if n:
            int(n)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a test of not being digits",
        r#"
for c in chunks[:20]:
    a = llm_query(f'only a number: {c}').strip()
    try:
        if not a.isdigit():
            int(a)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a match that is not of the whole text",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        if re.match(r'\d+', a) or re.search(r'\d+$', a):
            int(a)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a match of whole lines",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'list of {c}') + '\n7'
    try:
        if re.search(r'^\d+$', a, re.M):
            int(a)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "the first word of a text of white space",
        r#"
for c in chunks[:20]:
    a = llm_query(f'yes or no? {c}')[:0] + ' '
    try:
        if a:
            a.split()[0]
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "the first character of an empty text",
        r#"
for c in chunks[:20]:
    a = llm_query(f'yes or no? {c}')
    b = a.strip()
    try:
        if a or b:
            b[0]
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "a format that has one value too few",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        pair = tuple(a.split())
        print('%s %s' % pair)
        print(llm_query(f'fine {c}'))
    except TypeError:
        print('caught')
"#,
    ),
    (
        "a format of a number for a text",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        print('%d' % (a if 'it' in a else len(a)))
        print(llm_query(f'fine {c}'))
    except TypeError:
        print('caught')
"#,
    ),
    (
        "a template's format for a text",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        print('{:d}'.format(a if 'it' in a else len(a)))
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a key by which not all can be sorted",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        sorted(a.split(), key=lambda w: w if w.isdigit() else None)
        print(llm_query(f'fine {c}'))
    except TypeError:
        print('caught')
"#,
    ),
    (
        "a function for each item that raises",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        print(sum(map(int, a.split())))
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a map that is not read",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    m = map(int, a.split())
    if 'it' in a:
        m = None
    try:
        for x in m:
            pass
        print(llm_query(f'fine {c}'))
    except (ValueError, TypeError):
        print('caught')
"#,
    ),
    (
        "counts of what can't be counted",
        r#"
from collections import Counter
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    counts = Counter()
    try:
        counts.update([w.split() if 'i' in w else w for w in a.split()])
        print(llm_query(f'fine {c}'))
    except TypeError:
        print('caught')
"#,
    ),
    (
        "a set that another name puts into",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    words = set(a.split())
    other = words
    try:
        other |= {None}
        for w in words:
            w.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "pairs that are none",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        dict([w.split('i', 1) for w in a.split()])
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a key that another took the place of",
        r#"
for c in chunks[:20]:
    a = llm_query(f'label {c}').strip().lower()
    counts = {'bug': 1, 'x': 2}
    try:
        if a in counts:
            del counts['bug']
            counts['zzz'] = 1
            print(counts[a])
        print(llm_query(f'fine {c}'))
    except KeyError:
        print('caught')
"#,
    ),
    (
        "a list that is empty when it is popped again",
        r#"
for c in chunks[:20]:
    words = llm_query(f'only a number: {c}').split()
    try:
        if words:
            words.pop()
            words.pop()
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "keys of a dict are not its values",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    d = {}
    for w in a.split():
        d[w] = len(w)
    n = 0
    try:
        for k in list(d):
            n += k
        print(llm_query(f'fine {c}'))
    except TypeError:
        print('caught')
"#,
    ),
    (
        "the largest of nothing",
        r#"
for c in chunks[:20]:
    a = llm_query(f'yes or no? {c}')
    try:
        max(a.split())
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "fields of a tuple that differ",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    pair = ('x', 1) if 'it' in a else (1, 'x')
    try:
        pair[0].upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "a raise in a loop that a handler in the loop takes for another",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    n = 0
    try:
        for w in a.split():
            try:
                if w == 'it':
                    raise KeyError(w)
                n += int(w)
            except ValueError:
                break
        print(llm_query(f'fine {c}'))
    except KeyError:
        print('caught')
"#,
    ),
    (
        "a raise in finally",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        try:
            n = int(a)
        finally:
            if 'items' in a:
                raise KeyError('x')
    except (KeyError, ValueError) as e:
        print(type(e).__name__)
        continue
    print(llm_query(f'fine {c}'))
"#,
    ),
    (
        "a return in a loop with a call behind it",
        r#"
def first(a):
    for w in a.split():
        if w.isdigit():
            return w
    return llm_query(f'no digits in {a}')
for c in chunks[:20]:
    print(first(llm_query(f'number in {c}')))
"#,
    ),
    (
        "a break behind which a call stands",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    for w in a.split():
        if w.isdigit():
            break
    else:
        print(llm_query(f'none {c}'))
"#,
    ),
    (
        "the rest of a generator that was left",
        r#"
def words(a):
    for w in a.split():
        yield w
    seen.append(a)
seen = []
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    g = words(a)
    if 'it' in a:
        next(g)
    rest = next(g, None)
    n = len(seen)
    try:
        for i, w in enumerate(g):
            w.upper()
        if len(seen) == n:
            raise ValueError
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a generator that any has left",
        r#"
def words(a):
    for w in a.split():
        counted.append(w)
        yield w
counted = []
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    g = words(a)
    if any('i' in w for w in g):
        counted.append(None)
    try:
        for w in counted:
            w.upper()
        for w in g:
            if len(w) > 100:
                print(llm_query(f'long {c}'))
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
        counted = []
"#,
    ),
    (
        "a generator within another that was left",
        r#"
def words(a):
    for w in a.split():
        yield w
        seen.append(1)
seen = []
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    pairs = enumerate(words(a))
    first = next((p for p in pairs if p[0] > 0), None)
    try:
        pairs2 = list(pairs)
        if len(seen) > 3:
            seen = []
            raise KeyError
        print(llm_query(f'fine {c}'))
    except KeyError:
        print('caught')
"#,
    ),
    (
        "lists by another name in what is sorted",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    rows = [[a.split()[0:1]], [a.split()[1:]]]
    for r in sorted(rows, key=len):
        r.append(None)
    try:
        for r in rows:
            for x in r:
                x.append(1)
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "the first of a generator by another name",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    rows = [['x'], ['y']]
    r = next((r for r in rows if r[0] in a or 'it' in a), rows[1])
    r.append(None)
    try:
        for r in rows:
            for x in r:
                x.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "the largest by another name",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    rows = [[1, 'x'], [len(a), 'y']]
    r = max(rows[0][:1], rows[1])
    r.append(None)
    r = min(rows, key=lambda r: r[0])
    r.append(None)
    try:
        for r in rows:
            r[-1].upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "a function of matches that fails",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        re.sub(r'\w+', lambda m: str(int(m.group(0))), a)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a function of matches that asks",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    print(re.sub(r'\d+', lambda m: llm_query(f'list {m.group(0)}'), a))
"#,
    ),
];
