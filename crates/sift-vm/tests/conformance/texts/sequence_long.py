from difflib import SequenceMatcher

old = "the quick brown fox jumps over the lazy dog " * 8
new = old.replace("lazy", "sleepy").replace("quick", "slow", 3)
for autojunk in (True, False):
    matcher = SequenceMatcher(None, old, new, autojunk=autojunk)
    print(len(matcher.get_opcodes()), round(matcher.ratio(), 6), sorted(matcher.bpopular)[:4])
lines_old = [f"line {n}" for n in range(300)]
lines_new = [line for line in lines_old if line != "line 150"] + ["last"]
matcher = SequenceMatcher(None, lines_old, lines_new)
print([code for code in matcher.get_opcodes() if code[0] != "equal"])
print(len(list(matcher.get_grouped_opcodes(2))), list(matcher.get_grouped_opcodes(2))[0])
