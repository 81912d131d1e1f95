//! Variants of the shapes: loops over what is not known that are left early, and exceptions that the program raises.

/// (group, name, program)
pub(crate) const EXITS: &[(&str, &str, &str)] = &[
    (
        "loops",
        "break over lines",
        r#"
firsts = []
for c in chunks:
    a = llm_query(f'list of {c}')
    for line in a.splitlines():
        if line.startswith('-'):
            firsts.append(line)
            break
print(len(firsts))
"#,
    ),
    (
        "loops",
        "break over lines else",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'list of {c}')
    for line in a.split('\n'):
        line = line.strip()
        if not line:
            continue
        if line == 'none':
            break
        n += 1
    else:
        n += 10
print(n)
"#,
    ),
    (
        "loops",
        "return in loop over lines",
        r#"
def first_item(a):
    for line in a.splitlines():
        line = line.strip()
        if line.startswith('-'):
            return line[1:].strip()
    return None
out = []
for c in chunks:
    x = first_item(llm_query(f'list of {c}'))
    if x is not None:
        out.append(x)
print(out[:3], len(out))
"#,
    ),
    (
        "loops",
        "while break unknown",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'list of {c}')
    while True:
        i = a.find('-')
        if i < 0:
            break
        n += 1
        a = a[i + 1:]
print(n)
"#,
    ),
    (
        "loops",
        "nested loops break",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'list of {c}')
    for line in a.splitlines():
        for word in line.split():
            if word == '-':
                break
            n += 1
        else:
            continue
        n += 100
        break
print(n)
"#,
    ),
    (
        "loops",
        "try with break in loop over lines",
        r#"
n = bad = 0
for c in chunks:
    a = llm_query(f'number in {c}')
    for w in a.split():
        try:
            n += int(w)
            break
        except ValueError:
            bad += 1
print(n, bad)
"#,
    ),
    (
        "loops",
        "return int in try in loop",
        r#"
def num(a):
    for w in a.split():
        try:
            return int(w)
        except ValueError:
            pass
    return None
n = 0
for c in chunks:
    x = num(llm_query(f'number in {c}'))
    if x is not None:
        n += x
print(n)
"#,
    ),
    (
        "loops",
        "try with continue in loop over lines",
        r#"
n = bad = 0
for c in chunks:
    a = llm_query(f'list of {c}')
    for line in a.splitlines():
        try:
            n += int(line)
        except ValueError:
            bad += 1
            continue
        n += 1
print(n, bad)
"#,
    ),
    (
        "loops",
        "lines reversed",
        r#"
out = []
for c in chunks:
    for l in reversed(llm_query(f'list of {c}').strip().split('\n')):
        if l:
            out.append(l)
            break
print(len(out))
"#,
    ),
    (
        "loops",
        "return known label",
        r#"
LABELS = ['bug', 'feature', 'question']
def label_of(a):
    for label in LABELS:
        if label in a.lower():
            return label
    return 'other'
counts = {}
for c in chunks:
    l = label_of(llm_query(f'label {c}'))
    counts[l] = counts.get(l, 0) + 1
print(sorted(counts.items()))
"#,
    ),
    (
        "loops",
        "enumerate lines",
        r#"
out = []
for c in chunks:
    a = llm_query(f'list of {c}')
    for i, line in enumerate(a.splitlines()):
        if line.strip():
            out.append((i + 1, line.strip()))
print(out[:3])
"#,
    ),
    (
        "loops",
        "enumerate lines start",
        r#"
out = []
for c in chunks:
    a = llm_query(f'list of {c}')
    for i, line in enumerate(a.splitlines(), 1):
        if line.strip():
            out.append(f'{i}: {line.strip()}')
print(out[:3])
"#,
    ),
    (
        "loops",
        "zip lines",
        r#"
out = []
for c in chunks:
    a = llm_query(f'list of {c}')
    for k, line in zip(['x', 'y'], a.splitlines()):
        out.append(k + line.strip())
print(out[:3])
"#,
    ),
    (
        "errors",
        "raise in helper",
        r#"
def check(a):
    a = a.strip()
    if not a:
        raise ValueError('empty')
    if not a.isdigit():
        raise ValueError('no number: ' + a)
    return int(a)
n = bad = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        n += check(a)
    except ValueError as e:
        bad += 1
        print(e)
print(n, bad)
"#,
    ),
    (
        "errors",
        "if then int in try with more",
        r#"
n = bad = ok = 0
for c in chunks:
    a = llm_query(f'number in {c}')
    try:
        if ':' in a:
            n += int(a.split(':')[1].split()[0])
        else:
            n += int(a.split()[-1])
        ok += 1
    except (ValueError, IndexError):
        bad += 1
print(n, bad, ok)
"#,
    ),
    (
        "errors",
        "json loads list of dict",
        r#"
import json
names = []
for c in chunks:
    a = llm_query(f'json {c}')
    try:
        d = json.loads(a)
        for item in d:
            names.append(item['n'])
    except Exception:
        pass
print(len(names))
"#,
    ),
    (
        "errors",
        "raise in try",
        r#"
n = bad = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        if not a.strip().isdigit():
            raise ValueError('not a number')
        n += int(a)
    except ValueError:
        bad += 1
print(n, bad)
"#,
    ),
    (
        "errors",
        "assert in try",
        r#"
n = bad = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        assert a.strip().isdigit(), f'no: {a}'
        n += 1
    except AssertionError as e:
        bad += 1
print(n, bad)
"#,
    ),
    (
        "errors",
        "raise from",
        r#"
class_errors = []
n = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        try:
            n += int(a)
        except ValueError as e:
            raise RuntimeError('bad') from e
    except RuntimeError as e:
        class_errors.append(str(e))
print(n, len(class_errors))
"#,
    ),
    (
        "reading",
        "groups unpack",
        r#"
import re
rows = []
for c in chunks:
    a = llm_query(f'number in {c}')
    m = re.search(r'(\w+) (\d+)', a)
    if m:
        k, v = m.groups()
        rows.append((k.upper(), int(v)))
print(rows[:3])
"#,
    ),
    (
        "reading",
        "findall two groups",
        r#"
import re
n = 0
for c in chunks:
    a = llm_query(f'number in {c}')
    for w, v in re.findall(r'(\w+) (\d+)', a):
        n += int(v) + len(w)
print(n)
"#,
    ),
    (
        "reading",
        "finditer",
        r#"
import re
n = 0
for c in chunks:
    a = llm_query(f'number in {c}')
    for m in re.finditer(r'(?P<w>\w+) (?P<n>\d+)', a):
        n += int(m.group('n')) + len(m['w'])
print(n)
"#,
    ),
    (
        "reading",
        "any generator",
        r#"
n = 0
for c in chunks:
    a = llm_query(f'about {c}').lower()
    if any(w in a for w in ('yes', '1', 'x')):
        n += 1
print(n)
"#,
    ),
];
