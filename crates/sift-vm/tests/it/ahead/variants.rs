//! Variants of the shapes: other targets, loops, collections, readers, helpers.

/// (group, name, program)
pub(crate) const VARIANTS: &[(&str, &str, &str)] = &[
    (
        "targets",
        "tuple results",
        r#"
results = []
for i, c in enumerate(chunks):
    a = llm_query(f'yes or no? {c}')
    results.append((i, a, 'yes' in a.lower()))
hits = [(i, a) for i, a, ok in results if ok]
print(len(hits), hits[:1])
"#,
    ),
    (
        "targets",
        "answers by index",
        r#"
answers = [None] * len(chunks)
for i in range(len(chunks)):
    answers[i] = llm_query(f'yes or no? {chunks[i]}').strip()
    if answers[i].lower() == 'yes':
        print(i)
print(sum(1 for a in answers if a))
"#,
    ),
    (
        "targets",
        "results slice key",
        r#"
results = {}
for c in chunks:
    results[c[:20]] = llm_query(f'yes or no? {c}')
    if not results[c[:20]]:
        results[c[:20]] = 'none'
print(len(results), results['chunk 3 of text'])
"#,
    ),
    (
        "targets",
        "list of dicts then loop",
        r#"
items = [{'id': i, 'text': c} for i, c in enumerate(chunks)]
for item in items:
    item['answer'] = llm_query(f"label {item['text']}").strip()
    item['ok'] = item['answer'].lower() == 'bug'
print(sum(1 for it in items if it['ok']))
print([it['id'] for it in items if it['ok']][:3])
"#,
    ),
    (
        "targets",
        "by label unknown key dict const",
        r#"
by = {'bug': [], 'feature': [], 'question': []}
for i, c in enumerate(chunks):
    a = llm_query(f'label {c}').strip().lower()
    by.get(a, []).append(i)
    if a in by:
        by[a].append(i)
print({k: len(v) for k, v in by.items()})
"#,
    ),
    (
        "loops",
        "while queue",
        r#"
queue = list(chunks)
out = []
while queue:
    c = queue.pop(0)
    a = llm_query(f'yes or no? {c}')
    if a.lower().startswith('yes'):
        out.append(c)
print(len(out))
"#,
    ),
    (
        "loops",
        "deque queue",
        r#"
from collections import deque
todo = deque(enumerate(chunks))
seen = set()
while todo:
    i, c = todo.popleft()
    label = llm_query(f'label {c}').strip().lower()
    if label not in seen:
        seen.add(label)
        print(i, label)
print(sorted(seen))
"#,
    ),
    (
        "loops",
        "index while with step",
        r#"
i, hits = 0, {}
while True:
    if i >= len(chunks):
        break
    a = llm_query(f'number in {chunks[i]}')
    hits[i] = a.count('7')
    i += 2
print(sum(hits.values()))
"#,
    ),
    (
        "loops",
        "generator source",
        r#"
def windows(xs, n):
    for i in range(0, len(xs), n):
        yield i, xs[i:i + n]
hits = []
for start, w in windows(chunks, 2):
    a = llm_query('yes or no? ' + ' '.join(w))
    if a.lower().startswith('yes'):
        hits.append(start)
print(hits[:4])
"#,
    ),
    (
        "loops",
        "generator of answers",
        r#"
def answers():
    for c in chunks:
        a = llm_query(f'yes or no? {c}')
        if a:
            yield a
        else:
            yield 'empty'
n = 0
for a in answers():
    if 'yes' in a.lower():
        n += 1
print(n)
"#,
    ),
    (
        "loops",
        "generator with filter",
        r#"
def relevant():
    for c in chunks:
        a = llm_query(f'yes or no? {c}')
        if 'yes' in a.lower():
            yield c
print(len(list(relevant())))
"#,
    ),
    (
        "loops",
        "nested loops questions",
        r#"
qs = ['who', 'what']
table = {}
for q in qs:
    table[q] = {}
    for c in chunks[:64]:
        a = llm_query(f'yes or no? {q} {c}')
        table[q][c] = 'yes' in a.lower()
for q in qs:
    print(q, sum(table[q].values()))
"#,
    ),
    (
        "loops",
        "two phases",
        r#"
relevant = []
for c in chunks:
    if 'yes' in llm_query(f'yes or no? {c}').lower():
        relevant.append(c)
notes = []
for c in chunks:
    notes.append(llm_query(f'about {c}'))
print(len(relevant), len(notes))
"#,
    ),
    (
        "collections",
        "if label in counts else",
        r#"
counts = {}
for c in chunks:
    label = llm_query(f'label {c}').strip().lower()
    if label in counts:
        counts[label] += 1
    else:
        counts[label] = 1
print(sorted(counts.items()))
"#,
    ),
    (
        "collections",
        "if label not in counts",
        r#"
counts = {}
for c in chunks:
    label = llm_query(f'label {c}').strip().lower()
    if label not in counts:
        counts[label] = 0
    counts[label] += 1
print(sorted(counts.items()))
"#,
    ),
    (
        "collections",
        "groups not in",
        r#"
groups = {}
for i, c in enumerate(chunks):
    label = llm_query(f'label {c}').strip().lower()
    if label not in groups:
        groups[label] = []
    groups[label].append(i)
for label, ids in sorted(groups.items()):
    print(label, len(ids))
"#,
    ),
    (
        "collections",
        "set of names",
        r#"
names = set()
for c in chunks:
    for part in llm_query(f'list of {c}').split('\n'):
        part = part.strip('- ').strip()
        if part and part.lower() != 'none':
            names.add(part)
print(sorted(names))
"#,
    ),
    (
        "collections",
        "extend comp",
        r#"
facts = []
for i, c in enumerate(chunks):
    reply = llm_query(f'list of {c}')
    if reply.strip().lower() == 'none':
        continue
    facts.extend([(i, l.lstrip('- ')) for l in reply.splitlines() if l.startswith('-')])
print(len(facts), facts[:1])
"#,
    ),
    (
        "collections",
        "defaultdict int",
        r#"
from collections import defaultdict
counts = defaultdict(int)
for c in chunks:
    counts[llm_query(f'label {c}').strip().lower()] += 1
for k in sorted(counts):
    print(k, counts[k])
"#,
    ),
    (
        "collections",
        "lower in tuple",
        r#"
valid = ('bug', 'feature', 'question')
labels = []
for c in chunks:
    l = llm_query(f'label {c}').strip().lower()
    labels.append(l if l in valid else 'unknown')
print({v: labels.count(v) for v in valid})
"#,
    ),
    (
        "collections",
        "strip list comp words",
        r#"
words = []
for c in chunks:
    words += [w.strip('.,!').lower() for w in llm_query(f'about {c}').split() if len(w) > 3]
print(len(words))
"#,
    ),
    (
        "reading",
        "findall first",
        r#"
import re
n = 0
for c in chunks:
    nums = re.findall(r'\d+', llm_query(f'number in {c}'))
    if nums:
        n += int(nums[0])
print(n)
"#,
    ),
    (
        "reading",
        "findall sum",
        r#"
import re
n = 0
for c in chunks:
    n += sum(int(x) for x in re.findall(r'\d+', llm_query(f'number in {c}')))
print(n)
"#,
    ),
    (
        "reading",
        "parse kv lines",
        r#"
rows = []
for c in chunks:
    a = llm_query(f'list of {c}')
    row = {}
    for line in a.split("\n"):
        if ":" in line:
            k, v = line.split(":", 1)
            row[k.strip()] = v.strip()
    rows.append(row)
print(len(rows), rows[:3])
"#,
    ),
    (
        "reading",
        "parse kv partition",
        r#"
rows = []
for c in chunks:
    row = {}
    for line in llm_query(f'list of {c}').splitlines():
        if ':' not in line:
            continue
        k, _, v = line.partition(':')
        row[k.strip().lower()] = v.strip()
    rows.append(row)
print(len(rows), rows[:3])
"#,
    ),
    (
        "reading",
        "len parts guard",
        r#"
pairs = []
for c in chunks:
    for line in llm_query(f'list of {c}').split('\n'):
        parts = line.split(':')
        if len(parts) == 2:
            pairs.append((parts[0].strip(), parts[1].strip()))
print(pairs[:2])
"#,
    ),
    (
        "reading",
        "len parts guard 2",
        r#"
pairs = []
for c in chunks:
    parts = llm_query(f'number in {c}').split()
    if len(parts) >= 2:
        pairs.append(parts[1])
    if len(parts) < 3:
        continue
    pairs.append(parts[2])
print(pairs[:2])
"#,
    ),
    (
        "reading",
        "first line",
        r#"
firsts = []
for c in chunks:
    firsts.append(llm_query(f'list of {c}').strip().split('\n')[0])
print(firsts[:3])
"#,
    ),
    (
        "reading",
        "last part",
        r#"
firsts = []
for c in chunks:
    firsts.append(llm_query(f'number in {c}').split(':')[-1].strip())
print(firsts[:3])
"#,
    ),
    (
        "reading",
        "partition index",
        r#"
firsts = []
for c in chunks:
    firsts.append(llm_query(f'number in {c}').partition(':')[2].strip())
print(firsts[:3])
"#,
    ),
    (
        "reading",
        "truthy index",
        r#"
out = []
for c in chunks:
    lines = [l for l in llm_query(f'list of {c}').splitlines() if l.strip()]
    if lines:
        out.append(lines[0])
    if not lines:
        continue
    out.append(lines[-1])
print(len(out), out[:2])
"#,
    ),
    (
        "reading",
        "clamp average",
        r#"
import re
scores = []
for c in chunks:
    m = re.search(r'(\d+(?:\.\d+)?)', llm_query(f'number in {c}'))
    score = float(m.group(1)) if m else 0.0
    scores.append(min(max(score, 0.0), 10.0))
avg = sum(scores) / len(scores)
print(round(avg, 2))
"#,
    ),
    (
        "reading",
        "re.sub",
        r#"
import re
out = []
for c in chunks:
    a = re.sub(r'\s+', ' ', llm_query(f'list of {c}')).strip()
    if a and a != 'none':
        out.append(a)
print(out[:2])
"#,
    ),
    (
        "reading",
        "json in data key",
        r#"
import json
n = 0
for c in chunks:
    d = parse_json(llm_query(f'json {c}'), {})
    if isinstance(d, dict) and 'n' in d:
        n += 1 if d['n'] == 1 else 0
print(n)
"#,
    ),
    (
        "helpers",
        "alias append",
        r#"
hits = []
add = hits.append
for c in chunks:
    if 'yes' in llm_query(f'yes or no? {c}').lower():
        add(c)
print(len(hits))
"#,
    ),
    (
        "helpers",
        "closures nonlocal",
        r#"
def make():
    n = 0
    def count(c):
        nonlocal n
        if 'yes' in llm_query(f'yes or no? {c}').lower():
            n += 1
        return n
    return count
count = make()
for c in chunks:
    last = count(c)
print(last)
"#,
    ),
    (
        "helpers",
        "sum genexp",
        r#"
n = sum(1 for c in chunks if 'yes' in llm_query(f'yes or no? {c}').lower())
print(n)
"#,
    ),
    (
        "helpers",
        "sum bool map",
        r#"
n = sum(map(lambda c: llm_query(f'yes or no? {c}').lower().startswith('yes'), chunks))
print(n)
"#,
    ),
    (
        "helpers",
        "helper with default and kwargs",
        r#"
def ask(q, text='', *, tries=1):
    reply = llm_query(f'{q} {text}')
    return reply.strip()
n = 0
for c in chunks:
    r = ask('yes or no?', text=c)
    if r[:1].upper() == 'Y':
        n += 1
print(n)
"#,
    ),
    (
        "helpers",
        "sorted key end",
        r#"
scores = {}
for c in chunks:
    a = llm_query(f'about {c}')
    scores[c] = len(a)
for c, s in sorted(scores.items(), key=lambda kv: kv[1], reverse=True)[:3]:
    print(c, s)
print(llm_query('all: ' + str(sorted(scores, key=scores.get)[:2])))
"#,
    ),
    (
        "errors",
        "try else finally",
        r#"
ok = bad = done = 0
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        v = int(a.strip())
    except ValueError:
        bad += 1
    else:
        ok += v
    finally:
        done += 1
print(ok, bad, done)
"#,
    ),
    (
        "errors",
        "try several statements",
        r#"
import json
rows, errors = [], []
for i, c in enumerate(chunks):
    try:
        a = llm_query(f'json {c}')
        data = json.loads(a)
        n = data['n']
        rows.append({'i': i, 'n': n})
    except Exception as e:
        errors.append((i, str(e)))
print(len(rows), len(errors))
"#,
    ),
    (
        "errors",
        "lines with strip code fence",
        r#"
import json
out = []
for c in chunks:
    a = llm_query(f'json {c}').strip()
    if a.startswith('```'):
        a = a.strip('`')
        if a.startswith('json'):
            a = a[4:]
    try:
        out.append(json.loads(a))
    except json.JSONDecodeError:
        out.append(None)
print(sum(1 for o in out if isinstance(o, dict)))
"#,
    ),
    (
        "errors",
        "json slice braces",
        r#"
import json
rows = []
for c in chunks:
    a = llm_query(f'json {c}')
    s, e = a.find('{'), a.rfind('}')
    if s == -1 or e == -1:
        rows.append({})
        continue
    try:
        rows.append(json.loads(a[s:e + 1]))
    except Exception:
        rows.append({})
print(len([r for r in rows if r]))
"#,
    ),
    (
        "errors",
        "max score",
        r#"
best, best_score = None, -1
for c in chunks:
    a = llm_query(f'only a number: {c}')
    try:
        score = float(a)
    except ValueError:
        score = 0.0
    if score > best_score:
        best, best_score = c, score
print(best, best_score)
"#,
    ),
    (
        "batches",
        "batched tests",
        r#"
hits = []
for i in range(0, len(chunks), 16):
    batch = chunks[i:i + 16]
    answers = llm_query_batched([f'yes or no? {c}' for c in batch])
    for c, a in zip(batch, answers):
        if 'yes' in a.lower():
            hits.append(c)
print(len(hits))
"#,
    ),
    (
        "batches",
        "batched index",
        r#"
out = {}
for start in range(0, len(chunks), 32):
    replies = llm_query_batched([f'label {c}' for c in chunks[start:start + 32]])
    for j, r in enumerate(replies):
        key = r.strip().lower()
        out.setdefault(key, []).append(start + j)
print(sorted((k, len(v)) for k, v in out.items()))
"#,
    ),
];
