import difflib

before = "alpha\nbeta\ngamma\ndelta\nepsilon\nzeta\neta\ntheta\n".splitlines(keepends=True)
after = "alpha\nbeta!\ngamma\ndelta\nepsilon\nzeta\ntheta\niota\n".splitlines(keepends=True)
print("".join(difflib.unified_diff(before, after, fromfile="v1", tofile="v2")), end="")
print("".join(difflib.unified_diff(before, after, "v1", "v2", "monday", "tuesday", n=0)), end="")
changes = [line for line in difflib.unified_diff(["a", "b"], ["a", "c"], lineterm="") if line[0] in "+-"]
print(changes)
print(list(difflib.unified_diff(["x"], ["x"])), list(difflib.unified_diff([], ["new"], lineterm="")))
for bad in (lambda: list(difflib.unified_diff([1], ["a"])), lambda: list(difflib.unified_diff(["a"], ["b"], 3))):
    try:
        bad()
    except TypeError as error:
        print(error)
