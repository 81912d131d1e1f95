def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


print(list(map(str.strip, [" a ", "b "])), list(map(str.upper, "abc")), sorted(["b", "A", "c"], key=str.lower), list(filter(str.isdigit, "a1b2")))
print(str.join(",", ["a", "b"]), str.split("a b"), str.replace("abc", "b", "x"), str.format("{}-{}", 1, 2), str.startswith("abc", "a"), str.center("a", 5))
print(max(["aa", "b"], key=len), list(map(list.copy, [[1], [2]])), list(map(dict.copy, [{1: 2}])), dict.get({1: 2}, 1), list.index([1, 2], 2), tuple.count((1, 1), 1), set.union({1}, {2}), int.bit_length(5), float.is_integer(2.0))
call = str.upper
show(lambda: call("x"))
show(lambda: call())
show(lambda: call(1))
show(lambda: call("a", "b"))
show(lambda: list(map(str.lower, ["A", 1])))
show(lambda: sorted([1, "a"], key=str.lower))
append = list.append
show(lambda: append(1, 2))
show(lambda: append([]))
get = dict.get
show(lambda: get([], 1))
print(call, append, get, str.upper == str.upper)
print(list(map("{}!".format, ["a", 1])), list(map(",".join, ["ab", "cd"])), list(map({1: "x"}.get, [1, 2])), [f("abc") for f in [str.upper, str.title, len]])
