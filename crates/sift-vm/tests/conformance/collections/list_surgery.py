numbers = list(range(10))
numbers[2:5] = ["a", "b"]
numbers[::3] = "wxyz"[: len(numbers[::3])]
print(numbers, len(numbers))
del numbers[-3:], numbers[0]
numbers.insert(-1, "last but one")
numbers.insert(100, "end")
numbers.insert(-100, "front")
print(numbers, numbers.index("x"), numbers.count("x"), numbers[::-2], numbers[5:1:-2], numbers[-2:], numbers[7:3])
numbers[1:1] = [[1, 2]] * 2
numbers[1].append(3)
print(numbers[:3], numbers[1] is numbers[2], [0] * 3, [] * 5, [1] * -1, [[]] * 2 + [3])
matrix = [[0] * 3 for _ in range(2)]
matrix[0][1] = 5
print(matrix, [row[:] for row in matrix], sum(matrix, []), list(map(list, zip(*matrix))))
a = b = [3, 1, 2]
a += (9,)
b.extend("xy")
print(a is b, a, a.pop(), a.pop(0), a.copy() == a, a[1:].sort(key=str), sorted(map(str, a)))


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(a.index, "q")
show(a.index, 2, 5)
show(a.remove, "q")
show([].pop)
show(a.pop, 99)
show(a.pop, "x")
show(a.insert, 1)
show(a.insert, "x", 1)
show(a.extend, 5)
show(a.append)
show(a.sort, reverse=None)
show(a.sort, str)
show(a.sort)
show(list, 5)
show(lambda: a[99])
show(lambda: a["x"])
show(lambda: a[1.0])
show(lambda: [1] + (2,))
show(lambda: [1, 2] * 1.5)
show(lambda: a[::0])
try:
    a[::2] = [1]
except ValueError as e:
    print(e)
