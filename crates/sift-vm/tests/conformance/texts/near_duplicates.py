import difflib
from itertools import combinations

titles = ["The Old Man and the Sea", "Old Man and the Sea, The", "The Old Man & the Sea", "Moby Dick", "Moby-Dick", "Dracula"]
keys = {t: " ".join(sorted(t.lower().replace(",", "").replace("-", " ").replace("&", "and").split())) for t in titles}
matcher = difflib.SequenceMatcher(autojunk=False)
pairs = []
for a, b in combinations(titles, 2):
    matcher.set_seq1(keys[a])
    matcher.set_seq2(keys[b])
    if matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.6 and (score := matcher.ratio()) > 0.8:
        pairs.append((round(score, 3), a, b))
for pair in sorted(pairs, reverse=True):
    print(*pair, sep=" | ")
for word in ("drakula", "moby dik", "sea", "zzz"):
    print(word, difflib.get_close_matches(word, [t.lower() for t in titles], n=2, cutoff=0.5))
matcher.set_seqs("qabxcd", "abycdf")
print(matcher.get_matching_blocks(), matcher.find_longest_match(0, 6, 0, 6), matcher.find_longest_match(alo=3))
print([op for op in matcher.get_opcodes() if op[0] != "equal"], list(matcher.get_grouped_opcodes(0)))
print(list(difflib.unified_diff(["a"], ["a"])), list(difflib.context_diff(["a"], ["b"], lineterm="")))
print(list(difflib.ndiff("cat", "cut")), "".join(difflib.restore(difflib.ndiff("cat", "cut"), 2)))
print([w for w in (" ", "\t", "x", "#") if difflib.IS_CHARACTER_JUNK(w)], [w for w in ("#", "", "##") if difflib.IS_LINE_JUNK(w)])
print(list(difflib.Differ(charjunk=difflib.IS_CHARACTER_JUNK).compare(["ab cd\n"], ["ab  cd\n"])))
for wrong in (dict(n=-1), dict(cutoff=-0.1)):
    try:
        difflib.get_close_matches("x", ["x"], **wrong)
    except ValueError as e:
        print(e)
