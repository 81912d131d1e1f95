import difflib

names = ["Anderson", "Andersen", "Sanders", "Henderson", "Ahlgren", "anderson"]
print(difflib.get_close_matches("Andersson", names))
print(difflib.get_close_matches("Andersson", names, n=1), difflib.get_close_matches("Andersson", names, n=5, cutoff=0.9))
print(difflib.get_close_matches("xyz", names), difflib.get_close_matches("", ["", "a"]))
known = {"revenue": 1, "expenses": 2, "profit": 3}
for typed in ("revenues", "expence", "proffit", "tax"):
    near = difflib.get_close_matches(typed, known, 1)
    print(typed, "->", near[0] if near else None)
for action in (lambda: difflib.get_close_matches("a", names, 0), lambda: difflib.get_close_matches("a", names, cutoff=1.5)):
    try:
        action()
    except ValueError as error:
        print(error)
