text = "the cat sat on the mat by the door"
page = slice(4, 15)
start, stop, step = page.indices(len(text))
print(repr(text[page]), start, stop, step, slice(-8, None).indices(len(text)), slice(None, None, -1).indices(0))


def windows(sequence, size, step=1):
    for at in range(0, max(len(sequence) - size, 0) + 1, step):
        yield sequence[slice(at, at + size)]


words = text.split()
print(list(windows(words, 3, 4)), list(windows("abcd", 2)), list(windows((), 2)), list(windows(range(5), 4)))
hits = [i for i, word in enumerate(words) if word == "the"]
print([words[slice(max(0, i - 1), i + 2)] for i in hits], words[slice(*hits[:2])], words[slice(*hits)])
try:
    indices = slice(0, 4).indices
    indices(-5)
except ValueError as error:
    print(error)
columns = [slice(a, b) for a, b in zip([0, 4, 8], [4, 8, None])]
print([[line[c].strip() for c in columns] for line in ("a   bb  ccc", "d", "")], [len(range(*c.indices(10))) for c in columns])
