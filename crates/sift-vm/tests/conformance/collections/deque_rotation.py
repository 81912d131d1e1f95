from collections import deque

ring = deque("abcdef", maxlen=6)
ring.rotate(2)
print(ring, ring[0], ring[-1], list(ring)[1:3], ring.maxlen)
ring.append("x")
ring.extendleft("12")
print("".join(ring), ring.popleft(), ring.pop(), len(ring), "x" in ring, ring.count("a"))
ring.insert(1, "new")
ring.reverse()
print(ring, ring.index("new"), deque([1, 2]) == deque([1, 2]), deque([1]) < deque([2]), deque([1, 2]) + deque([3]), deque([1]) * 3)
copied = ring.copy()
copied.clear()
ring.remove("b")
ring[0] = "Z"
del ring[1]
print(copied, ring, bool(copied), deque(maxlen=0), deque([1, 2, 3], 2), list(reversed(ring)))


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(deque().pop)
show(deque().popleft)
show(ring.remove, "q")
show(ring.index, "q")
show(ring.rotate, "x")
show(ring.insert, 0)
show(deque("abc", maxlen=3).insert, 0, "z")
show(deque, 5)
show(deque, [], -1)
show(deque, [], "x")
show(deque, [], 1, 2)
show(ring.append)
show(ring.extend, 5)
show(ring.count)
show(ring.clear, 1)
show(ring.reverse, 1)
show(ring.copy, 1)
show(lambda: ring[99])
show(lambda: ring[0:2])
show(lambda: ring + [1])
