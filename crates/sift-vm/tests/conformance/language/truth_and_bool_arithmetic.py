flags = [True, False, True, True]
print(sum(flags), True + True, True * 10, -True, ~True, True / 2, divmod(True, 2))
print(True & False, True | False, True ^ True, True & 3, type(True & False).__name__, type(True & 1).__name__)
print(["no", "yes"][True], "ab"[False], {True: "t", 1: "one"}, {0: "zero", False: "f"})
print(bool("False"), int(True), float(False), str(True), repr(False), f"{True:d} {True:>6} {True!s:>6}")
print(isinstance(True, int), isinstance(1, bool), type(True) is bool, type(True) == int)
print(True < 2, max(True, 0), sorted([True, 0, False, 1]), [1, True, 1.0].count(True))
print(bool([[]]), bool(range(0)), bool(set()), not not "x")
print(all([]), any([]), all([1, "a", [0]]), any([0, "", None]), all("abc"), any([0, 3]))
