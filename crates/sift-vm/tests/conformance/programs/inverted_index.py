import re
from collections import Counter, defaultdict
from math import log

documents = {
    "tides.txt": "The tide rises, the tide falls. The twilight darkens, the curlew calls.",
    "sea.md": "Sea-fever: I must go down to the seas again, to the lonely sea and the sky.",
    "empty.txt": "",
    "café.txt": "Le café noir — le CAFÉ crème; café!",
}
STOP = frozenset("the to and a i le".split())


def words(text):
    return [w for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower()) if w not in STOP]


index = defaultdict(lambda: defaultdict(list))
for name, text in documents.items():
    for position, word in enumerate(words(text)):
        index[word][name].append(position)
print(len(index), sorted(index)[:6], sorted(index)[-2:])
print({name: places for name, places in index["tide"].items()}, "missing" in index, len(index["missing"]), "missing" in index)
del index["missing"]


def score(query):
    scores = Counter()
    for word in words(query):
        found = index.get(word, {})
        for name, places in found.items():
            scores[name] += len(places) * log(len(documents) / len(found))
    return [(name, round(value, 4)) for name, value in scores.most_common()]


for query in ("tide tide calls", "the sea", "CAFÉ Sky", "nothing here", ""):
    print(f"{query!r:>18} -> {score(query)}")
longest = max(index, key=lambda word: (len(word), word))
print(longest, Counter(map(len, index)).most_common(2), sum(len(p) for d in index.values() for p in d.values()))


def snippet(name, word, radius=12):
    text = documents[name]
    at = text.lower().find(word)
    if at < 0:
        return None
    start, end = max(0, at - radius), min(len(text), at + len(word) + radius)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


print(snippet("tides.txt", "falls"), snippet("café.txt", "noir"), snippet("sea.md", "xyz"), snippet("sea.md", "sea-fever"), sep="\n")
