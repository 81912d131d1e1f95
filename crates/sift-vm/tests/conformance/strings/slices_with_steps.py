word = "programming"
print(word[::2], word[1::2], word[::-1], word[-3:], word[:-3], word[2:8:3], word[8:2:-2], word[100:], word[:100], word[-100:3], word[5:5], word[::-4], word[-1:-5:-1])
print([word[i:i + 3] for i in range(0, len(word), 3)], [word[max(0, i - 1):i + 2] for i, c in enumerate(word) if c == "m"], word[None:None], word[True], word[slice(1, 4)])
chunks = {size: [word[i:i + size] for i in range(0, len(word), size)] for size in (4, 6)}
print(chunks, list(zip(*[iter("abcdef")] * 2)), [*range(10)][8:0:-3], (1, 2, 3)[::-1], range(20)[2:15:4], range(10)[::-3], list(range(10)[-3:]), range(5)[-1])
window = 4
print([word[i:i + window] for i in range(len(word) - window + 1)][::3], word[len(word) // 2], word[~0], word[~1], word[:(len(word) + 1) // 2][::-1])
s = slice(None, -1, 2)
print(s, s.indices(5), word[s], s.start, s.stop, s.step, slice(3) == slice(None, 3, None), slice(10, 2, -3).indices(8))
for wrong in (lambda: word[11], lambda: word[-12], lambda: word["a"], lambda: word[1.0], lambda: word[::0], lambda: word["a":], lambda: word[1, 2], lambda: (1,)[1], lambda: range(3)[3], lambda: range(3)["x"], lambda: s.indices("x"), lambda: {}[0:1]):
    try:
        print(wrong())
    except Exception as e:
        print(type(e).__name__, e)
