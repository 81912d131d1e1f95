rows = [("b", 2, "x"), ("a", 2, "y"), ("c", 1, "z"), ("a", 1, "w"), ("b", 1, "v")]
print(sorted(rows, key=lambda r: r[1]))
print(sorted(rows, key=lambda r: r[1], reverse=True))
print(sorted(sorted(rows, key=lambda r: r[2]), key=lambda r: r[0]))
words = ["banana", "Apple", "cherry", "apple", "Banana"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=lambda w: (w.lower(), w)))
print(sorted([3, 1.5, True, -2]), sorted("hello"), sorted({"b": 1, "a": 2}), sorted([(1, "b"), (1, "a"), (0, "z")]))
print(sorted(range(5), key=lambda n: -n % 3), sorted([[2], [1, 5], []]))
items = [5, 3, 9]
print(items.sort(), items, items.sort(reverse=True), items)
for bad in [[1, "a"], [None, 0], [{}, {}], [[1], ["a"]]]:
    try:
        print(sorted(bad))
    except TypeError as error:
        print(error)
print(sorted([1, "a", None], key=str), sorted([], key=len))
try:
    sorted([1, 2], key=lambda n: n / 0)
except ZeroDivisionError as error:
    print(error)
