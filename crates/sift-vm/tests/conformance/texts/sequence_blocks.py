from difflib import SequenceMatcher

matcher = SequenceMatcher(None, "qabxcd", "abycdf")
print(matcher.get_matching_blocks())
for tag, i1, i2, j1, j2 in matcher.get_opcodes():
    print(f"{tag:7} a[{i1}:{i2}] {matcher.a[i1:i2]!r:5} b[{j1}:{j2}] {matcher.b[j1:j2]!r}")
match = matcher.find_longest_match(0, 6, 0, 6)
print(match, match.size, tuple(match), match == (1, 0, 2))
print(matcher.find_longest_match(2, 6, 2, 6), matcher.find_longest_match())
matcher.set_seq1("abyc")
print(matcher.ratio(), matcher.get_matching_blocks()[0].size)
matcher.set_seqs("one two", "two one")
print([list(matcher.a[a:a + size]) for a, b, size in matcher.get_matching_blocks() if size])
matcher.set_seq2("one")
print(matcher.ratio(), matcher.b, matcher.bjunk, matcher.bpopular)
