import difflib

before = ["apples\n", "pears\n", "plums\n", "figs\n"]
after = ["apples\n", "peaches\n", "plums\n", "figs\n", "dates\n"]
print("".join(difflib.context_diff(before, after, "old", "new")), end="")
print("".join(difflib.context_diff(before, before[:2], n=1)), end="")
print(len(list(difflib.context_diff(before, before))))
try:
    list(difflib.context_diff([None], ["a"]))
except TypeError as error:
    print(error)
