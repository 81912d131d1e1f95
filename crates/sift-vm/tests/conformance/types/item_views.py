table = {"a": [1, 2], "b": {"c": 3}}
same, other = {"b": {"c": 3}, "a": [1, 2]}, {"a": [1], "b": {"c": 3}}
print(table.items() == same.items(), table.items() != same.items(), table.items() == other.items(), table.items() != other.items())
print(table.items() == table, table.items() == list(table.items()), table.items() == 1, {}.items() == {}, {}.items() == set())
print(table.items() <= same.items(), table.items() < same.items(), other.items() >= {"b": {"c": 3}}.items(), {"a": [1]}.items() < other.items())
print({"a": [1]}.items() > other.items(), other.items() > {"a": [1]}.items(), table.items() >= other.items(), {}.items() <= table.items())
print(("a", [1, 2]) in table.items(), ("a", [1]) in table.items(), ("z", 1) in table.items(), ["a", [1, 2]] in table.items())
print("a" in table.items(), ("a",) in table.items(), ("a", [1, 2], 3) in table.items(), ("b", {"c": 3}) not in table.items())
print(table.items().isdisjoint(other.items()), table.items().isdisjoint([("a", [1])]), table.items().isdisjoint([]), table.items().isdisjoint("ab"))
plain = {1: 2, 3: 4}
print(plain.items() == {(1, 2), (3, 4)}, plain.items() == {1, 3}, plain.keys() == {1, 3}, {(3, 4), (1, 2)} == plain.items(), plain.keys() == {1: 5, 3: 6}.keys())
print(plain.items() & {(1, 2)}, plain.items() - {(1, 2)}, plain.items() <= {(1, 2), (3, 4), 5}, plain.items() > {(1, 2)}, frozenset([1, 3]) == plain.keys())
print(plain.items() == {1: 2.0, 3: 4}.items(), (1.0, 2) in plain.items(), (True, 2) in plain.items(), sorted(plain.items() ^ {(1, 2), (5, 6)}))
print(plain.values() == plain.values(), plain.items().isdisjoint({7, 8, 9}), plain.items().isdisjoint({(1, 2), 8, 9}), plain.keys().isdisjoint([5]))
print(Counter("ab").items() == {"b": 1, "a": 1}.items(), OrderedDict(a=1, b=2).items() == {"b": 2, "a": 1}.items(), defaultdict(list, a=[1]).items() == {"a": [1]}.items())
nan = float("nan")
print({1: nan}.items() == {1: nan}.items(), (1, nan) in {1: nan}.items())
print([{"a": [1]}.items()] == [{"a": [1]}.items()], ({"a": [1]}.items(), 1) == ({"a": [1]}.items(), 2))
for use in (
    lambda: table.items() == {1, 2}, lambda: table.items() <= {1, 2}, lambda: table.items() | set(),
    lambda: table.items() - {1}, lambda: set(table.items()), lambda: ([1], 2) in table.items(), lambda: table.items().isdisjoint({1, 2, 3}),
    lambda: table.items() < [1], lambda: plain.values() < plain.values(), lambda: plain.values() <= {1}, lambda: table.items() == {1},
    lambda: table.items().isdisjoint(5), lambda: table.items().isdisjoint([([], 1)]), lambda: {1} < plain.values(),
):
    try:
        print(use())
    except TypeError as error:
        print("TypeError", error)
