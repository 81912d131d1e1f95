import difflib

before = ["The rent is 900 euros.\n", "Pets are allowed.\n", "Notice: two months.\n"]
after = ["The rent is 950 euros.\n", "Notice: three months.\n", "No smoking.\n"]
delta = list(difflib.ndiff(before, after))
print("".join(delta), end="")
print([line[2:].strip() for line in delta if line.startswith("+ ")])
print("".join(difflib.restore(delta, 1)) == "".join(before), "".join(difflib.restore(delta, 2)) == "".join(after))
print(list(difflib.Differ().compare(["a b c"], ["a x c"])))
print(list(difflib.ndiff(["same"], ["same"])), list(difflib.ndiff(["\tx  y"], ["\tx y"], charjunk=None)))
print(difflib.IS_LINE_JUNK(" # \n"), difflib.IS_LINE_JUNK("x"), difflib.IS_CHARACTER_JUNK(" "), difflib.IS_CHARACTER_JUNK("x"))
try:
    list(difflib.restore(delta, 3))
except ValueError as error:
    print(error)
