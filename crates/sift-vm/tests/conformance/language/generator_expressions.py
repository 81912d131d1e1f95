data = ["3 apples", "12 pears", "x plums", "7 figs"]
numbers = (int(word.split()[0]) for word in data if word[0].isdigit())
print(sum(numbers), sum(numbers))
print(max(len(word) for word in data), min((len(word) for word in data), default=0))
print(", ".join(word.upper() for word in data if "p" in word))
print(sorted((len(w), w) for w in data), dict((w[-1], w) for w in data))
lazy = (1 // n for n in [1, 0, 2])
print(next(lazy))
try:
    next(lazy)
except ZeroDivisionError as error:
    print(error)
print(list(lazy))
source = [1, 2, 3]
doubled = (2 * n for n in source)
source.append(4)
print(list(doubled))
source = [9]
print(type(doubled).__name__, all(n > 0 for n in []), any(n > 0 for n in []))
print(set(c for c in "hello") == set("hello"), tuple(i for i in range(3)))
