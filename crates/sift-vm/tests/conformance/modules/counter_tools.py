# Counting with several tools at once.
from collections import Counter, defaultdict, OrderedDict
from itertools import chain, groupby, combinations
from operator import itemgetter
tags = {"p1": ["red", "big"], "p2": ["red"], "p3": ["big", "old", "red"]}
counts = Counter(chain.from_iterable(tags.values()))
print(counts.most_common(), sorted(counts.items(), key=itemgetter(1, 0)))
pairs = Counter(chain.from_iterable(combinations(sorted(names), 2) for names in tags.values()))
print(pairs.most_common(1), sum(pairs.values()))
index = defaultdict(set)
for page, names in tags.items():
    for name in names:
        index[name].add(page)
print({name: sorted(pages) for name, pages in sorted(index.items())})
ordered = OrderedDict(sorted(counts.items(), key=itemgetter(1), reverse=True))
print(ordered, ordered.keys(), ordered.values(), ordered.items(), type(ordered.keys()).__name__, OrderedDict.fromkeys("ab", 1), defaultdict.fromkeys("ab", 2))
by_size = {size: [name for name, _ in group] for size, group in groupby(sorted(counts.items(), key=itemgetter(1)), key=itemgetter(1))}
print(by_size)
try:
    next(iter(ordered.popitem(last=False)[5:]))
except StopIteration:
    print("empty")
