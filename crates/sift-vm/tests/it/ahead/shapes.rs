//! Programs as models write them.

/// (name, program): what models write.
pub(crate) const SHAPES: &[(&str, &str)] = &[
    (
        "append",
        "out = []\nfor c in chunks:\n    out.append(llm_query(f'about {c}'))\nprint(len(out), out[7])",
    ),
    (
        "print",
        "for i, c in enumerate(chunks):\n    answer = llm_query(f'about {c}')\n    print(f'{i}: {answer}')",
    ),
    (
        "chain",
        "out = []\nfor c in chunks:\n    s = llm_query(f'sum up {c}')\n    t = llm_query(f'refine {s}')\n    out.append(t)\n\
         print(llm_query('all: ' + '\\n'.join(out))[:50])",
    ),
    (
        "test",
        "hits = []\nfor c in chunks:\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a.lower():\n        hits.append(c)\nprint(len(hits), hits[:2])",
    ),
    (
        "regex",
        "import re\nfound = []\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    m = re.search(r'(\\d+)', a)\n    if m:\n        found.append(m.group(1))\nprint(len(found), found[:3])",
    ),
    (
        "regex sum",
        "import re\nn = 0\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    m = re.search(r'\\d+', a)\n    if m:\n        n += int(m.group())\nprint(n)",
    ),
    (
        "own reader",
        "import re\ndef number_of(s):\n    m = re.search(r'-?\\d+', s)\n    return int(m.group(0)) if m else 0\nn = 0\nfor c in chunks:\n    n += number_of(llm_query(f'number in {c}'))\nprint(n)",
    ),
    (
        "own reader with early return",
        "import re\ndef number_of(s):\n    m = re.search(r'(\\d+)', s)\n    if not m:\n        return 0\n    return int(m.group(1))\nn = 0\nfor c in chunks:\n    n += number_of(llm_query(f'number in {c}'))\nprint(n)",
    ),
    (
        "parse_number",
        "n = 0\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    n += parse_number(a)\nprint(n)",
    ),
    (
        "helper in comprehension",
        "def relevant(c):\n    a = llm_query(f'yes or no? {c}')\n    return 'YES' in a.upper()\nhits = [c for c in chunks if relevant(c)]\nprint(len(hits))",
    ),
    (
        "helper with returns",
        "def relevant(c):\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a.lower():\n        return True\n    return False\nflags = [relevant(c) for c in chunks]\nprint(sum(flags))",
    ),
    (
        "try int",
        "n = 0\nbad = 0\nfor c in chunks:\n    a = llm_query(f'only a number: {c}')\n    try:\n        n += int(a)\n    except ValueError:\n        bad += 1\n        continue\nprint(n, bad)",
    ),
    (
        "failing calls",
        "good, bad = [], []\nfor c in chunks:\n    try:\n        a = llm_query(f'maybe {c}')\n    except Exception as e:\n        bad.append(str(e))\n        continue\n    good.append(a)\nprint(len(good), len(bad), bad[:1])",
    ),
    (
        "while",
        "i = 0\nyes = 0\nwhile i < len(chunks):\n    reply = llm_query('yes or no? ' + chunks[i])\n    if reply.strip().lower().startswith('yes'):\n        yes += 1\n    i += 1\nprint(yes)",
    ),
    (
        "counts by label",
        "counts = {}\nfor c in chunks:\n    label = llm_query(f'label {c}').strip().lower()\n    counts[label] = counts.get(label, 0) + 1\nprint(len(counts))",
    ),
    (
        "Counter",
        "from collections import Counter\ncounts = Counter()\nfor c in chunks:\n    counts[llm_query(f'label {c}').strip().lower()] += 1\nprint(counts.most_common(2))",
    ),
    (
        "groups",
        "from collections import defaultdict\ngroups = defaultdict(list)\nfor c in chunks:\n    label = llm_query(f'label {c}').split('\\n')[0:1]\n    for part in label:\n        groups[part].append(c)\nprint(len(groups))",
    ),
    (
        "setdefault",
        "groups = {}\nfor i, c in enumerate(chunks):\n    a = llm_query(f'yes or no? {c}')\n    groups.setdefault(a.strip(), []).append(i)\nprint(sorted((k, len(v)) for k, v in groups.items())[:2])",
    ),
    (
        "dict and tuple targets",
        "results = {}\nyes, no = 0, 0\nfor key, (i, c) in enumerate(zip(range(1000), chunks)):\n    a, b = llm_query(f'yes or no? {c}'), i\n    results[key] = ('yes' in a, b)\n    if results[key][0]:\n        yes += 1\n    else:\n        no += 1\nprint(yes, no, results[3])",
    ),
    (
        "filter lines",
        "facts = []\nfor c in chunks:\n    reply = llm_query(f'list of {c}')\n    for line in reply.splitlines():\n        line = line.strip()\n        if line.startswith('-'):\n            facts.append(line[1:].strip())\nprint(len(facts), facts[:2])",
    ),
    (
        "nested helpers",
        "def ask(c):\n    return llm_query(f'yes or no? {c}').strip()\ndef is_yes(a):\n    return a.lower() in ('yes', 'y') or a.lower().startswith('yes')\ndef keep(c):\n    return is_yes(ask(c))\nkept = list(filter(keep, chunks))\nprint(len(kept))",
    ),
    (
        "elif",
        "yes = no = other = 0\nfor c in chunks:\n    a = llm_query(f'yes or no? {c}').lower()\n    if 'yes' in a:\n        yes += 1\n    elif 'no' in a:\n        no += 1\n    else:\n        other += 1\nprint(yes, no, other)",
    ),
    (
        "first found stays",
        "best = None\nfor c in chunks:\n    a = llm_query(f'number in {c}')\n    if len(a) > 10 and best is None:\n        best = c\nprint(best)",
    ),
    (
        "json in try",
        "import json\nrows, errors = [], 0\nfor c in chunks:\n    try:\n        data = json.loads(llm_query(f'json {c}'))\n        rows.append(data['n'])\n    except Exception:\n        errors += 1\nprint(len(rows), errors)",
    ),
    (
        "parse_json",
        "names = []\nfor c in chunks:\n    data = parse_json(llm_query(f'json {c}'), {})\n    if isinstance(data, dict) and data.get('n'):\n        names.append(data['n'] if 0 else data.get('n'))\nprint(len(names))",
    ),
    (
        "dict comprehension",
        "flags = {c: 'yes' in llm_query(f'yes or no? {c}').lower() for c in chunks}\nprint(sum(flags.values()))",
    ),
    (
        "print lengths",
        "total = 0\nfor i, c in enumerate(chunks):\n    a = llm_query(f'about {c}')\n    total += len(a)\n    print(f'{i:3d} {len(a):>5} {a[:20]!r} {total / 2:.1f}')\nprint(total)",
    ),
    (
        "function over all",
        "def main():\n    hits = 0\n    texts = []\n    for c in chunks:\n        a = llm_query(f'yes or no? {c}')\n        if a and not a.isspace() and 'yes' in a:\n            hits += 1\n            texts.append(a)\n    return hits, texts\nhits, texts = main()\nprint(hits)",
    ),
];

/// Programs whose calls depend on replies: none of them leaves before it is sure to be made.
pub(crate) const STRICT: &[(&str, &str)] = &[
    (
        "a search between calls",
        "for c in chunks[:9]:\n    a = llm_query(f'yes or no? {c}')\n    if 'Yes' in a:\n        print(search(a + ' fox'))",
    ),
    (
        "a search of a reply",
        "for c in chunks[:9]:\n    hits = search(llm_query(f'yes or no? {c}') + ' lazy')\n    replies = [llm_query(hit.text + c) for hit in hits]",
    ),
    (
        "early exit",
        "for i, c in enumerate(chunks):\n    a = llm_query(f'yes or no? {c}')\n    if 'Yes' in a:\n        print(i, a)\n        break",
    ),
    (
        "return from a function",
        "def first():\n    for c in chunks:\n        if 'Yes' in llm_query(f'yes or no? {c}'):\n            return c\nprint(first())",
    ),
    (
        "any",
        "print(any('Yes' in llm_query(f'yes or no? {c}') for c in chunks))",
    ),
    (
        "a second call for some",
        "for c in chunks[:40]:\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a:\n        print(llm_query(f'why? {c}'))",
    ),
    (
        "retry",
        "for c in chunks[:40]:\n    a = llm_query(f'only a number: {c}')\n    while not a.strip().isdigit():\n        a = llm_query(f'number again, 3: {c}')\n        a = '3'\n    print(a)",
    ),
    (
        "enough",
        "found = []\nfor c in chunks:\n    if len(found) >= 3:\n        break\n    a = llm_query(f'yes or no? {c}')\n    if 'yes' in a.lower():\n        found.append(c)\nprint(found)",
    ),
    (
        "bare int",
        "n = 0\nfor c in chunks[:30]:\n    n += int(llm_query(f'number in {c}').split()[-1].replace('items', '1').replace('5', '5'))\nprint(n)",
    ),
    (
        "bare json",
        "import json\nfor c in chunks[:30]:\n    print(json.loads(llm_query(f'json {c}')))",
    ),
    (
        "incomplete replies",
        "import re\nlabel = re.compile(r'(\\d+)\\W+(P[123])')\ndef triage(batch, depth=0):\n    if not batch:\n        return {}\n    ids = [c.split()[1] for c in batch]\n    reply = llm_query(f'triage {ids}')\n    found = {tid: level for tid, level in label.findall(reply) if tid in ids}\n    missing = [i for i in ids if i not in found]\n    if not missing:\n        return found\n    if len(batch) == 1:\n        return {ids[0]: 'P2'}\n    mid = len(batch) // 2\n    return {**triage(batch[:mid], depth + 1), **triage(batch[mid:], depth + 1)}\nlevels = {}\nfor i in range(0, 24, 8):\n    levels.update(triage(chunks[i:i + 8]))\nprint(levels)",
    ),
    (
        "assert",
        "for c in chunks[:30]:\n    a = llm_query(f'yes or no? {c}')\n    assert a, 'empty'",
    ),
];
