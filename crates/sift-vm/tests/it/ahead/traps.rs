//! Programs in which something may be other than it looks ahead of a reply: no call may leave that the strict run does not make.

/// (name, program)
pub(crate) const TRAPS: &[(&str, &str)] = &[
    (
        "items of a list that is known by two names",
        r#"
rows = []
for c in chunks[:20]:
    a = llm_query(f"yes or no? {c}")
    if "yes" in a.lower():
        rows.append(a.split())
for r in rows:
    r.append(5)
try:
    for r in rows:
        for s in r:
            s.upper()
    print(llm_query("fine"))
except AttributeError:
    print("caught")
print(llm_query("after"))
"#,
    ),
    (
        "a list of words that was put elsewhere",
        r#"
rows = []
for c in chunks[:20]:
    a = llm_query(f"yes or no? {c}")
    parts = a.split()
    if "yes" in a.lower():
        rows.append(parts)
    for r in rows:
        r.append(5)
    try:
        for s in parts:
            s.upper()
        print(llm_query(f"fine {c}"))
    except AttributeError:
        print("caught")
"#,
    ),
    (
        "two names for one new list on one way",
        r#"
for c in chunks[:20]:
    a = llm_query(f"yes or no? {c}")
    x, y = ["a"], ["b"]
    if "yes" in a.lower():
        x = y = ["q"]
    x.append(5)
    try:
        for s in y:
            s.upper()
        print(llm_query(f"fine {c}"))
    except AttributeError:
        print("caught")
"#,
    ),
    (
        "a test of what the variable held before",
        r#"
import re
for c in chunks[:30]:
    a = llm_query(f"number in {c}")
    m = re.search("i", a)
    has = m is not None
    for w in a.split():
        m = re.search("i", w)
    try:
        if has:
            print(m.group(0))
        print(llm_query(f"fine {c}"))
    except AttributeError:
        print("caught")
"#,
    ),
    (
        "a second reply that may have failed",
        r#"
for c in chunks[:40]:
    a = llm_query(f"yes or no? {c}")
    b = llm_query(f"maybe {c}")
    n = len(a)
    try:
        n = len(a + b)
    except RuntimeError:
        continue
    print(llm_query(f"number in {c}"))
"#,
    ),
    (
        "items of a comprehension",
        r#"
for c in chunks[:20]:
    a = llm_query(f"number in {c}")
    words = [w if "i" in w else None for w in a.split() if w]
    try:
        for w in words:
            w.upper()
        print(llm_query(f"yes or no? {c}"))
    except AttributeError:
        print("none")
"#,
    ),
    (
        "what an exception says beside its message",
        r#"
import json
for c in chunks[:20]:
    a = llm_query(f"json {c}")
    try:
        try:
            json.loads(a)
        except json.JSONDecodeError as e:
            print(e.pos, e.msg)
    except AttributeError:
        print(llm_query("no such attribute"))
    print(llm_query(f"number in {c}"))
"#,
    ),
    (
        "a loop that is left from its middle",
        r#"
for c in chunks[:20]:
    a = llm_query(f"yes or no? {c}")
    for w in a.split():
        if w == "Yes,":
            break
    else:
        continue
    print(llm_query(f"why? {c}"))
"#,
    ),
    (
        "a global that a function of the program counts",
        r#"
log = []
n = 0
def note(a):
    global n
    n += 1
    log.append(a)
    return len(a) > 3
for c in chunks[:20]:
    a = llm_query(f"yes or no? {c}")
    if note(a) and "yes" in a.lower():
        note("x")
    if n > 12:
        print(llm_query(f"number {n} {len(log)}"))
"#,
    ),
    (
        "an iterator that is read in two places",
        r#"
rest = iter(chunks)
for c in rest:
    a = llm_query(f"yes or no? {c}")
    if "yes" in a.lower():
        next(rest)
"#,
    ),
    (
        "a generator that is left half read",
        r#"
def found():
    for c in chunks[:20]:
        a = llm_query(f"yes or no? {c}")
        if "yes" in a.lower():
            yield a
some = found()
print(next(some), next(some, None))
print(llm_query("number in the middle"))
for a in some:
    print(llm_query(f"why? {a}"))
"#,
    ),
    (
        "a variable that one way deletes",
        r#"
for c in chunks[:10]:
    a = llm_query(f"yes or no? {c}")
    x = 1
    if "yes" in a.lower():
        del x
    try:
        print(x)
    except NameError:
        print(llm_query(f"gone {c}"))
    print(llm_query(f"number in {c}"))
"#,
    ),
    (
        "a key that one way deletes",
        r#"
d = {}
for c in chunks[:20]:
    a = llm_query(f"label {c}").strip().lower()
    if a in d:
        del d[a]
    else:
        d[a] = c
    try:
        print(d[a])
        print(llm_query(f"there {c}"))
    except KeyError:
        print("gone")
"#,
    ),
    (
        "a cell that a closure changes on one way",
        r#"
def make():
    k = "a"
    def get():
        return k
    def put(v):
        nonlocal k
        k = v
    return get, put
get, put = make()
for c in chunks[:10]:
    a = llm_query(f"yes or no? {c}")
    if "yes" in a.lower():
        put(None)
    try:
        get().upper()
        print(llm_query(f"fine {c}"))
    except AttributeError:
        put("b")
"#,
    ),
    (
        "recursion that hangs on replies",
        r#"
def walk(items, depth):
    if not items or depth > 3:
        return 0
    a = llm_query(f"yes or no? {items[0]} {depth}")
    if "yes" in a.lower():
        return 1 + walk(items[1:], depth + 1)
    return walk(items[2:], depth + 1)
for i in range(6):
    print(walk(chunks[i:i + 10], 0))
"#,
    ),
    (
        "a call in a finally block",
        r#"
for c in chunks[:10]:
    a = llm_query(f"only a number: {c}")
    try:
        try:
            n = int(a)
        finally:
            print(llm_query(f"always {c}"))
    except ValueError:
        print("bad")
"#,
    ),
    (
        "an argument's default that is written to",
        r#"
def noted(x, seen=[]):
    seen.append(x)
    return seen
for c in chunks[:10]:
    a = llm_query(f"yes or no? {c}")
    if "y" in a:
        noted(1)
    if len(noted(a)) > 5:
        print(llm_query("number"))
"#,
    ),
    (
        "a length that is not true any more",
        r#"
for c in chunks[:10]:
    a = llm_query(f'number in {c}')
    parts = a.split()
    n = len(parts)
    ok = n > 2
    parts.pop()
    try:
        if ok:
            parts[2]
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "a truth that is not true any more",
        r#"
for c in chunks[:10]:
    parts = [w for w in llm_query(f'only a number: {c}').split() if w != 'none']
    empty = not parts
    parts.clear()
    try:
        if not empty:
            parts[0]
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "a key that was taken out after it was found",
        r#"
counts = {'x': 1}
for c in chunks[:20]:
    a = llm_query(f'label {c}').strip().lower()
    try:
        if a in counts:
            counts.pop(a)
            print(counts[a])
        counts[a] = 1
        print(llm_query(f'fine {c}'))
    except KeyError:
        print('caught')
"#,
    ),
    (
        "a key that was perhaps deleted after it was found",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'label {c}').strip().lower()
    counts = {'bug': 1, 'x': 2}
    try:
        if a in counts:
            del counts['bug']
            print(counts[a])
        print(llm_query(f'fine {c}'))
    except KeyError:
        print('caught')
"#,
    ),
    (
        "a part of another text of the same name",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    line = a
    try:
        if ' ' in line:
            line = line[3:]
            k, v = line.split(' ', 1)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a part of the text before",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    line = 'a b'
    ok = ' ' in line
    for w in a.split():
        if ' ' in line: 
            k, v = line.split(' ', 1)
            line = w
        try:
            if ok:
                k, v = line.split(' ', 1)
            z = 1
        except ValueError:
            z = 2
            if len(a) > 100: print(llm_query('x'))
    try:
        if ok:
            k, v = line.split(' ', 1)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a list that got shorter by its other name",
        r#"
for c in chunks[:10]:
    parts = llm_query(f'number in {c}').split()
    other = parts
    try:
        if len(parts) > 2:
            other.pop()
            print(parts[2])
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "a list that got shorter within another",
        r#"
for c in chunks[:10]:
    rows = [llm_query(f'number in {c}').split(), []]
    try:
        if len(rows[0]) > 2:
            for r in rows:
                if r: r.pop()
            print(rows[0][2])
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "lists of a list that got shorter",
        r#"
rows = []
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    if 'i' in a:
        rows.append(a.split())
    try:
        for r in rows:
            if len(r) > 2:
                for q in rows: q.pop()
                r[2]
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
        rows = []
"#,
    ),
    (
        "a list that a function made shorter",
        r#"
def cut(xs):
    xs.pop()
for c in chunks[:10]:
    parts = llm_query(f'number in {c}').split()
    try:
        if len(parts) >= 3:
            cut(parts)
            print(parts[2])
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "as many parts as there may be",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    try:
        k, v = a.split(' ', 1)
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a part of a list of known length",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = a.split(' ')
    try:
        if len(parts) > 2:
            x = parts[1:][1]
            y = parts[2:][1]
        print(llm_query(f'fine {c}'))
    except IndexError:
        print('caught')
"#,
    ),
    (
        "what a loop tested before it was gone through again",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    m = re.search('i', a)
    first = m
    while m:
        m = re.search('zzz', a)
    if first is None:
        print(llm_query(f'none {c}'))
"#,
    ),
    (
        "a pattern that only one way has compiled",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    m = None
    if 'i' in a:
        m = re.search(r'(\w+)', a)
    k = re.search(r'(\d+)', a)
    try:
        if m:
            int(m.group(1))
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "an operand that a loop makes another",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    x = '5'
    try:
        for w in a.split():
            n = int(x)
            x = w
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "digits that a loop makes a word",
        r#"
import re
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    m = re.search(r'\d+', a)
    x = m.group(0) if m else '0'
    n = 0
    try:
        for w in a.split():
            n += int(x)
            x = w
        print(llm_query(f'fine {c}'))
    except ValueError:
        print('caught')
"#,
    ),
    (
        "a list that grows while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = a.split()
    try:
        for p in parts:
            if len(parts) < 4:
                parts.append(None)
            p.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "a dict that grows while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'label {c}').strip().lower()
    d = {'bug': 1, 'x': 2}
    try:
        for k in d:
            if a not in d:
                d[a] = 1
        print(llm_query(f'fine {c}'))
    except RuntimeError:
        print('changed')
"#,
    ),
    (
        "a dict of words that grows while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'about {c}')
    d = {}
    for w in a.split():
        d[w] = len(w)
    try:
        for k in d:
            if k not in d or len(k) > 2:
                d[k + 'x'] = 1
        print(llm_query(f'fine {c}'))
    except RuntimeError:
        print('changed')
"#,
    ),
    (
        "a dict that shrinks while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    d = {}
    for w in a.split():
        d[w] = len(w)
    try:
        for k, v in d.items():
            if v > 2:
                d.pop(k)
        print(llm_query(f'fine {c}'))
    except RuntimeError:
        print('changed')
"#,
    ),
    (
        "a set that is put into while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    s = set(a.split())
    try:
        for k in s:
            s.add(k[:1])
        print(llm_query(f'fine {c}'))
    except RuntimeError:
        print('changed')
"#,
    ),
    (
        "a deque that is put into while it is iterated over",
        r#"
from collections import deque
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    s = deque(a.split())
    try:
        for k in s:
            if k == 'it':
                s.append(k[:1])
        print(llm_query(f'fine {c}'))
    except RuntimeError:
        print('changed')
"#,
    ),
    (
        "a list that grows by its other name while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = a.split()
    rows = [parts]
    try:
        for p in parts:
            for r in rows:
                if len(r) < 4:
                    r.append(None)
            p.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "a list that grows while it is numbered",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = a.split()
    try:
        for i, p in enumerate(parts):
            if i < 4:
                parts.append(None)
            p.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "a known list that perhaps grows while it is iterated over",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = ['a', 'b']
    try:
        for p in parts:
            if 'i' in a and len(parts) < 5:
                parts.append(None)
            p.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "an iterator over a list that grows before it is read",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = a.split()
    it = iter(parts)
    if 'i' in a:
        parts.append(None)
    try:
        for p in it:
            p.upper()
        print(llm_query(f'fine {c}'))
    except AttributeError:
        print('caught')
"#,
    ),
    (
        "a map over a list that grows before it is read",
        r#"
for c in chunks[:20]:
    a = llm_query(f'number in {c}')
    parts = a.split()
    it = map(str.upper, parts)
    if 'i' in a:
        parts.append(None)
    try:
        for p in it:
            p.upper()
        print(llm_query(f'fine {c}'))
    except (AttributeError, TypeError):
        print('caught')
"#,
    ),
];
