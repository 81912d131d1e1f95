letters = list("abcdefghij")
for part in [slice(None), slice(2, 5), slice(-3, None), slice(None, -7), slice(None, None, 3), slice(None, None, -1), slice(8, 2, -2), slice(100), slice(-100, 3), slice(5, 5)]:
    print("".join(letters[part]), end=" ")
print()
print(letters[::-1][0], "abcdef"[::-2], (1, 2, 3, 4)[1:-1], range(10)[2:8:3], range(10)[::-1])
print("abc"[5:], "abc"[-1:], "abc"[:-1], ""[:3], "añb"[1:2])
letters[1:3] = ["X", "Y", "Z"]
print(letters)
letters[::4] = "123"
print(letters)
letters[5:5] = [0, 0]
letters[:2] = []
print(letters, letters[-2:])
for bad in [lambda: letters[::0], lambda: "abc"["a":], lambda: letters[1.0], lambda: letters[99], lambda: "x"[3], lambda: (1,)[-2]]:
    try:
        bad()
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
try:
    letters[::2] = [1]
except ValueError as error:
    print(error)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(3), s.indices(6), s == slice(1, 10, 2))
