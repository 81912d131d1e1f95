def moving_average(values, size):
    window, total, out = deque(maxlen=size), 0, []
    for v in values:
        if len(window) == size:
            total -= window[0]
        window.append(v)
        total += v
        if len(window) == size:
            out.append(total / size)
    return out


print(moving_average([3, 5, 7, 9, 11, 4], 3), moving_average([1], 2))
ring = deque(range(1, 8))
out = []
while len(ring) > 1:
    ring.rotate(-2)
    out.append(ring.popleft())
print("josephus", out, ring[0])
history = deque(maxlen=3)
for word in "a b c d e".split():
    history.appendleft(word)
    print(list(history), history.count("c"), "c" in history)
undo = deque()
for action in ["type", "bold", "undo", "type", "undo", "undo", "undo"]:
    if action != "undo":
        undo.append(action)
    elif undo:
        print("undone", undo.pop())
    else:
        print("nothing left")
lines = deque(["x", "y"])
lines.extend("z"); lines.extendleft(["w"]); lines.insert(2, "-"); lines.remove("x"); lines.reverse()
copy = lines.copy(); lines.clear()
print(copy, lines, copy.index("y"), copy == deque(["z", "y", "-", "w"]))
