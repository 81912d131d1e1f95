points = [("a", 1, 2), ("b", 2, 1), ("c", 1, None), ("d", 0, 0), ("e", -1, 5)]
print([n for n, x, y in points if y is not None and 0 <= x < y <= 2], [n for n, x, y in points if x == 1 != y], 1 < 2 < 3 > 2 >= 2 != 1, 1 < 3 < 2, not 1 < 2 < 0)
calls = []


def note(value):
    calls.append(value)
    return value


print(note(1) < note(5) < note(3) < note(9), calls, note(0) and note(1) or note(2), calls[3:], None or [] or 0 or "", 1 and [] and 2)
print((1, 2) < (1, 2, 0), [1, [2]] < [1, [3]], "Z" < "a" < "ä", (1, "b") > (1, "a"), () < (0,), [] == (), 1 == 1.0 == True, "1" == 1, None == 0, float("nan") != float("nan"))
a, b = [1, 2], [1, 2]
print(a == b, a is b, a is not b, a is a, None is None, (a > b, a >= b), {1, 2} > {1}, {1} <= {1}, {1} < {2}, {"x": 1} == {"x": 1.0}, range(3) == range(0, 3, 1), 2 in [1, 2] == True)
for wrong in (lambda: 1 < "2", lambda: None < 1, lambda: [1] < (1,), lambda: {} < {}, lambda: (1, None) < (1, 2), lambda: "a" >= 1.5, lambda: len < print, lambda: 1 in 5, lambda: "a" in 5, lambda: 1 in "a", lambda: {1} < [1], lambda: [] in {1}, lambda: range(2) < range(3), lambda: 1 < 2 < "3", lambda: -"a", lambda: ~1.5, lambda: +[]):
    try:
        print(wrong())
    except TypeError as e:
        print(e)
