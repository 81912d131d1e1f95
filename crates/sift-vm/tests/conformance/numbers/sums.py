import math

print(sum([]), sum([1, 2, 3]), sum([0.1] * 10), math.fsum([0.1] * 10), sum([1, 2.5]), sum([[1], [2]], []), sum((i for i in range(5)), 10), sum([True, True]))
print(math.prod([1, 2, 3, 4]), math.prod([]), math.prod([0.5, 4], start=3), sum({1: "a", 2: "b"}), sum(range(101)), math.fsum([1e100, 1, -1e100]))
for function in [lambda: sum(["a"]), lambda: sum("ab"), lambda: sum(5), lambda: sum([1], "a"), lambda: sum([None]), lambda: math.fsum(["a"])]:
    try:
        print(function())
    except TypeError as error:
        print(error)
