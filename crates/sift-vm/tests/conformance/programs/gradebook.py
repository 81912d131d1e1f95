import csv
import io
import statistics

sheet = """name,math,art,sport
Ann,90,85,
Ben,70,,88
"Cy, Jr.",55,61,47
Dee,abc,99,100
"""
SUBJECTS = ("math", "art", "sport")


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


grades = {
    row["name"]: {s: n for s in SUBJECTS if (n := number(row[s])) is not None}
    for row in csv.DictReader(io.StringIO(sheet))
}
print(f"{'':<8}" + "".join(f"{s:>8}" for s in SUBJECTS) + f"{'mean':>8}")
for name, of in grades.items():
    cells = "".join(f"{of.get(s, '-'):>8}" for s in SUBJECTS)
    print(f"{name:<8}{cells}{statistics.mean(of.values()):>8.2f}")
for s in SUBJECTS:
    column = [of[s] for of in grades.values() if s in of]
    low, *_, high = sorted(column)
    print(f"{s:<6} n={len(column)} range {low:g}..{high:g} median {statistics.median(column)} spread {statistics.pstdev(column):.3f}")


def letter(mean):
    for limit, mark in ((85, "A"), (70, "B"), (50, "C")):
        if mean >= limit:
            return mark
    else:
        return "F"


marks = {name: letter(statistics.fmean(of.values())) for name, of in grades.items()}
best = max(grades, key=lambda name: sum(grades[name].values()))
print(marks, best, [name for name, of in grades.items() if len(of) < len(SUBJECTS)])
out = io.StringIO()
writer = csv.writer(out, lineterminator="\n")
writer.writerow(["name", "mark"])
writer.writerows(sorted(marks.items(), key=lambda pair: (pair[1], pair[0])))
print(out.getvalue())
