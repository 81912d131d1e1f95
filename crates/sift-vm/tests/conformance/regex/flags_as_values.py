print(re.I, re.I | re.M, [re.I, re.S], repr(re.I | re.M | re.S), re.NOFLAG, re.DEBUG, re.A | re.U | re.X | re.L)
print(str(re.I), f"{re.I}", f"{re.I!r}", "%s" % re.I, "%d" % re.I, "{}".format(re.M), f"{re.I:>5}|{re.S:d}", re.I.name, re.I.value, (re.I | re.M).name)
print(re.I & re.M, re.I ^ re.M, ~re.I, re.I & ~re.I, re.I | 1024, re.I | True, 2 | re.M, 3 & re.I, re.I & 2)
pattern = re.compile("a", re.I)
print(pattern.flags, pattern.flags & re.I, pattern.flags & re.M, bool(pattern.flags & re.I), pattern.flags | re.M, pattern)
print(re.I == 2, re.I == re.IGNORECASE, re.I != re.M, re.I < re.M, re.I is re.IGNORECASE, re.I in {2, 3}, {re.I: 1}[2], re.I in [2])
print(int(re.I), re.I + 1, re.I * 2, re.I - re.M, -re.I, +re.I, abs(re.I), re.I << 1, re.M >> 1, re.M // 3, re.M % 3, re.M / 2, re.I ** 2, 1.5 * re.I, round(re.I), divmod(re.M, 3))
print([1, 2, 3][re.I], "ab" * re.I, list(range(re.I)), "abcdef"[re.I : re.M], sum([re.I, re.M]), max(re.I, re.M), sorted([re.M, re.I, re.S]), json.dumps([re.I]), float(re.I))
print(type(re.I).__name__, isinstance(re.I, int), isinstance(re.I, bool), isinstance(re.I, str), bool(re.I), bool(re.NOFLAG), not re.NOFLAG, "set" if re.NOFLAG else "none")
flags = 0
for flag in (re.I, re.M):
    flags |= flag
print(flags, re.findall("^a", "A\na", flags), re.findall("^a", "A\na", re.I | 0), re.sub("B", "x", "b", flags=re.IGNORECASE | re.DOTALL), re.split("x", "aXb", flags=re.I))
print(reduce(lambda a, b: a | b, [re.I, re.S, re.X]), bin(re.I | re.M), hex(re.A), math.sqrt(re.M + 1), Counter([re.I, 2, re.M]))
for use in (lambda: re.I | 1.0, lambda: re.I + "a", lambda: "a" + re.I, lambda: re.I[0], lambda: re.I.nothing, lambda: re.I < "a", lambda: re.compile("a", "I"), lambda: re.I(), lambda: ~re.I & None):
    try:
        print(use())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
