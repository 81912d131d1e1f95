def show(make):
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__ + ":", error)


d = deque([1, 2, 3])
print(d, len(d), d[0], d[-1], list(d), d.append(4), d.appendleft(0), d, d.pop(), d.popleft(), d)
print(d.extend([4, 5]), d.extendleft([0, -1]), d, d.rotate(), d, d.rotate(-2), d, d.rotate(100), d, d.count(3), d.index(3), d.reverse(), d)
print(deque(), deque("abc"), deque([1, 2, 3], 2), deque(maxlen=3), deque(range(5), maxlen=3), deque((n for n in range(3)), maxlen=None), deque([1, 2], 5).maxlen, deque().maxlen)
window = deque(maxlen=3)
for n in range(6):
    window.append(n)
    print(list(window), sum(window), end=" ")
window.appendleft("left"); print(window); window.extend([7, 8]); print(window); window.extendleft("xy"); print(window)
print(2 in d, 99 in d, d == deque(d), d == list(d), deque([1]) < deque([2]), deque([1, 2]) <= deque([1, 2]), bool(deque()), bool(d), d.copy() == d, d.copy() is d, deque([1], 4).copy())
d.insert(1, "in"); d.insert(-1, "near end"); d.insert(100, "end"); print(d)
d.remove("in"); d[0] = "first"; d[-1] = "last"; del d[1]; print(d)
print([x for x in d], sorted(deque([3, 1, 2])), list(reversed(deque([1, 2, 3]))), deque([1]) + deque([2]), deque([1, 2]) * 2, 2 * deque([1]), deque([1, 2, 3], 2) + deque([4]), [*deque([1, 2])], max(deque([1, 5])), list(enumerate(deque("ab"))), dict(zip(deque("ab"), deque([1, 2]))))
d += [1, 2]; print(d, d.clear(), d)
a, *b = deque([1, 2, 3]); print(a, b, type(d).__name__, isinstance(d, deque), type(d), tuple(deque([1])), set(deque([1, 1])), "".join(deque("ab")))
show(lambda: deque().pop())
show(lambda: deque().popleft())
show(lambda: deque(1))
show(lambda: deque([1], -1))
show(lambda: deque([1], "a"))
show(lambda: deque([1])[3])
show(lambda: deque([1])[0:1])
show(lambda: deque([1])["a"])
show(lambda: deque([1]).index(2))
show(lambda: deque([1]).remove(2))
show(lambda: deque([1], maxlen=1).insert(0, 1))
show(lambda: deque([1]).insert("a", 1))
show(lambda: deque([1]).rotate("a"))
show(lambda: deque([1]) + [1])
show(lambda: {deque(): 1})
show(lambda: deque([1]) < [1])
show(lambda: deque([1]).sort())
show(lambda: deque([3, 1, 2]).index(1, 2))
show(lambda: deque([3, 1, 2]).index(2, 1, 3))
def set_out(): deque([1])[5] = 1
def del_out(): queue = deque([1]); del queue[5]
def grow():
    queue = deque([1, 2])
    for item in queue:
        queue.append(item)
show(set_out)
show(del_out)
show(grow)
queue = deque([("a", 0)])
while queue:
    name, depth = queue.popleft()
    print(name, depth, end="; ")
    if depth < 2:
        queue.extend([(name + "l", depth + 1), (name + "r", depth + 1)])
print()
loop = deque([1]); loop.append(loop); print(loop)
