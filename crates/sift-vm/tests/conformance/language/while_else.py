def first_factor(n):
    d = 2
    while d * d <= n:
        if n % d == 0:
            result = d
            break
        d += 1
    else:
        result = n
    return result


print([first_factor(n) for n in range(2, 20)])
for name in ["a", "b"]:
    if name == "z":
        break
else:
    print("not found")
n, steps = 27, 0
while True:
    if n == 1:
        break
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
    if steps > 1000:
        raise RuntimeError("too long")
print(steps)
out = []
for i in range(10):
    if i % 2:
        continue
    for j in range(i):
        if j == 3:
            break
        out.append((i, j))
    else:
        out.append(i)
print(out)
