import string
import textwrap
from collections import Counter
from itertools import groupby

poem = """\
Tiger  Tiger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?

In what distant deeps or skies.
Burnt the fire of thine eyes?
"""
stanzas = [list(lines) for filled, lines in groupby(poem.splitlines(), key=bool) if filled]
print([len(s) for s in stanzas], sum(map(len, stanzas)))
strip = str.maketrans("", "", string.punctuation)
words = poem.lower().translate(strip).split()
print(Counter(words).most_common(4), f"{len(set(words)) / len(words):.2%}", max(words, key=lambda w: (len(w), w)))


def ending(line, n=3):
    return line.lower().translate(strip).split()[-1][-n:]


for stanza in stanzas:
    print([ending(line) for line in stanza], [ending(line, 1) for line in stanza])
by_length = {n: sorted(set(group)) for n, group in groupby(sorted(words, key=len), key=len)}
print({n: ws for n, ws in by_length.items() if len(ws) <= 2})
for width in (16, 30):
    print(textwrap.fill(" ".join(poem.split()), width, max_lines=3, placeholder=" [..]"))
print(textwrap.indent("\n".join(stanzas[1]), "> ", lambda line: "fire" in line))
print(textwrap.shorten(poem, 40), textwrap.wrap("a" * 25, 10), poem.splitlines()[0].title(), poem[:5].swapcase())
initials = "".join(line[0] for line in poem.splitlines() if line)
print(initials, initials[::-1], initials[::2], "-".join(initials).center(21, "*"), poem.count("\n"), poem.find("\n\n"))
