//! Traps about what tests tell of texts, formats, keys and exceptions: no call may leave that the strict run does not make.

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
];
