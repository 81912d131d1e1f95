import difflib
from difflib import SequenceMatcher

pairs = [("color", "colour"), ("Main Street 5", "5 Main St."), ("", ""), ("same", "same"), ("abc", "xyz")]
for left, right in pairs:
    matcher = SequenceMatcher(None, left, right)
    print(left, right, round(matcher.ratio(), 3), round(matcher.quick_ratio(), 3), round(matcher.real_quick_ratio(), 3))

def similarity(a, b):
    return SequenceMatcher(None, a.lower(), b.lower()).ratio()

titles = ["The Old Harbour", "The Old Harbor", "New Harbour"]
print(max(titles[1:], key=lambda title: similarity(titles[0], title)))
print(SequenceMatcher(lambda c: c == " ", "private void", "private final void").ratio())
print(SequenceMatcher(a=[1, 2, 3], b=[1, 3, 4]).ratio(), SequenceMatcher(None, ("x", "y"), ["y", "x"]).ratio())
try:
    SequenceMatcher(None, [[1]], [[1]])
except TypeError as error:
    print(error)
