from collections import Counter
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
import re

corpus = "the quick brown fox jumps over the lazy dog while the other dogs bark and the foxes leave the old house quietly"
words = Counter(re.findall(r"[a-z]+", corpus))


@lru_cache(maxsize=None)
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return distance(a[1:], b[1:])
    return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))


def edits(word):
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {l + r[1:] for l, r in splits if r} | {l + r[1] + r[0] + r[2:] for l, r in splits if len(r) > 1} | {l + c + r[1:] for l, r in splits if r for c in letters} | {l + c + r for l, r in splits for c in letters}


def correct(word):
    known = [word] if word in words else sorted(edits(word) & words.keys(), key=lambda w: (-words[w], w))
    return known[0] if known else None


for typed in ("teh", "foxs", "dgo", "quikly", "houze", "brown", "zzz", ""):
    near = get_close_matches(typed, words, n=2, cutoff=0.6)
    best = min(words, key=lambda w: (distance(typed, w), w)) if typed else "-"
    print(f"{typed!r:<9} {correct(typed) or '?':<8} {best:<8} {near}")
print(len(edits("abc")), distance("kitten", "sitting"), distance("", "abc"), distance.cache_info().misses > 100)
matcher = SequenceMatcher(None, "quietly", "quickly")
print(round(matcher.ratio(), 4), matcher.find_longest_match(), [(tag, "quietly"[a:b], "quickly"[c:d]) for tag, a, b, c, d in matcher.get_opcodes()])
print(words.most_common(3), [w for w, n in words.items() if n == 1][:4], sum(words.values()), len(words))
