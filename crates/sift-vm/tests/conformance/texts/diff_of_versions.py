import difflib

old = """title: Report
author: Ann
pages: 12
status: draft
note: check figures
""".splitlines(keepends=True)
new = """title: Final Report
author: Ann
pages: 14
status: done
tag: finance
note: check figures
""".splitlines(keepends=True)
print("".join(difflib.unified_diff(old, new, "v1", "v2", n=1)))
print("".join(difflib.context_diff(old, new, fromfile="v1", tofile="v2", n=0)))
delta = list(difflib.ndiff(old, new))
print("".join(delta), end="")
print("".join(difflib.restore(delta, 1)) == "".join(old), "".join(difflib.restore(delta, 2)) == "".join(new))
changed = [line[2:].strip() for line in difflib.Differ().compare(old, new) if line.startswith(("+ ", "- "))]
print(changed)
matcher = difflib.SequenceMatcher(None, old, new)
for tag, i1, i2, j1, j2 in matcher.get_opcodes():
    print(f"{tag:<8}{[line.split(':')[0] for line in old[i1:i2]]} -> {[line.split(':')[0] for line in new[j1:j2]]}")
print([[op[0] for op in group] for group in matcher.get_grouped_opcodes(1)], matcher.get_matching_blocks()[-1])
print(matcher.find_longest_match(), f"{matcher.ratio():.3f} {matcher.quick_ratio():.3f} {matcher.real_quick_ratio():.3f}")
print(difflib.get_close_matches("statsu", [line.split(":")[0] for line in new]))
print(difflib.IS_LINE_JUNK("  # \n"), difflib.IS_LINE_JUNK("x\n"), difflib.IS_CHARACTER_JUNK(" "), difflib.IS_CHARACTER_JUNK("\n"))
