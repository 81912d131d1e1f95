flags = [True, False, True, True]
print(sum(flags), sum(flags) / len(flags), max(flags), flags.count(1), True + 1.5, True * "ab", [10, 20][True], {1: "one"}[True])
print(isinstance(True, int), type(True + 0).__name__, True == 1.0, False < True, int(True), float(False), str(True), f"{True:>6}", f"{True:2d}")
print(True & True, True | 0, True ^ True, ~True, not 0, bool("0"), bool(0.0), bool([]), bool(None), -True, True ** 2, True // 1, True.bit_length())
print(sum(x > 2 for x in [1, 2, 3, 4]), all(x for x in [1, 1]), any([]), sorted([True, 0, 2, False]))
