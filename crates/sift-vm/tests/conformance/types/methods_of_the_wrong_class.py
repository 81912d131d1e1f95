def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as error:
        print(type(error).__name__, error)


for method in (int.bit_count, int.bit_length, int.conjugate):
    for value in ("5", 2.5, True, None, 2**80):
        attempt(method, value)
for method, value in ((str.upper, 5), (str.strip, None), (str.join, [","]), (list.append, (1,)), (list.sort, {2, 1}), (dict.get, [1]), (dict.keys, "ab"), (set.add, frozenset()),
                      (set.union, [1]), (float.hex, 3), (float.is_integer, "1.0")):
    attempt(method, value)
    attempt(method)
attempt(str.lower, "ABC")
attempt(str.split, "a b", " ")
attempt(str.join, "-", ["a", "b"])
attempt(dict.get, {"a": 1}, "a")
attempt(list.count, [1, 2, 1], 1)
print(sorted(["b", "C", "a"], key=str.lower), list(map(str.strip, [" a", "b "])), list(map(int.bit_length, range(5))), max(["aa", "b"], key=len))
print([*map(float.is_integer, [1.0, 2.5])], list(filter(str.isdigit, "a1b2")), list(map(dict.keys, [{"a": 1}])), "-".join(map(str.title, ["x y", "z"])))
