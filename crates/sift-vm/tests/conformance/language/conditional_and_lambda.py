sign = lambda n: "neg" if n < 0 else "zero" if n == 0 else "pos"
print([sign(n) for n in (-2, 0, 9)])
compose = lambda *fs: (lambda x: x if not fs else compose(*fs[1:])(fs[0](x)))
print(compose(str, len, lambda n: n * 10)(12345))
ops = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}
print({op: f(6, 3) for op, f in ops.items()})
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4))
people = [("Zoë", 31), ("Bo", 25), ("Al", 31)]
print(sorted(people, key=lambda p: (-p[1], p[0])))
print(sorted(people, key=lambda p: p[0].lower(), reverse=True), max(people, key=lambda p: p[1]))
print(list(map(lambda p, n: p[0] * n, people, [1, 2])), list(filter(lambda p: p[1] > 30, people)))
