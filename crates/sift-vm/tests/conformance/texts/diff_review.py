import difflib
import re

before = "The quick brown fox jumps over the lazy dog. It barked."
after = "The quick red fox leaps over the lazy dog. It barked twice."


def words(text):
    return re.findall(r"\w+|[^\w\s]|\s+", text)


def marked(a, b):
    left, right = words(a), words(b)
    out = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(str.isspace, left, right).get_opcodes():
        if tag in ("replace", "delete"):
            out.append("[-" + "".join(left[i1:i2]) + "-]")
        if tag in ("replace", "insert"):
            out.append("{+" + "".join(right[j1:j2]) + "+}")
        if tag == "equal":
            out.append("".join(left[i1:i2]))
    return "".join(out)


print(marked(before, after))
sentences = [re.split(r"(?<=\.)\s+", text) for text in (before, after)]
for line in difflib.ndiff(*sentences):
    print(repr(line))
for line in difflib.context_diff(*sentences, "before", "after", lineterm=""):
    print(line)
differ = difflib.Differ(linejunk=difflib.IS_LINE_JUNK)
print(sum(line[0] == "?" for line in differ.compare(*sentences)), list(differ.compare([], ["x"])))
blocks = difflib.SequenceMatcher(None, before, after).get_matching_blocks()
print(max(blocks, key=lambda block: block.size), sum(block.size for block in blocks), blocks[-1].a == len(before))
matcher = difflib.SequenceMatcher(lambda c: c == " ", before, after)
print(matcher.find_longest_match(0, len(before), 0, len(after)), difflib.IS_CHARACTER_JUNK("\t", "\t"))
print(list(difflib.restore([" a", "+ b", "- c", "? ^"], 2)), list(difflib.restore(["  a", "+ b", "- c"], 1)))
print([tag for group in matcher.get_grouped_opcodes(2) for tag, *_ in group][:5])
