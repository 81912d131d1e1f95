import csv
import io
from datetime import date

sheet = '''id,when,price,active,note
1,2024-01-05,2.50,yes,"says ""hi"""
2,2024-02-30,3,no,
3,,1e2,YES,"two
lines"
x,2024-03-01,-,maybe,"a,b"
'''


def truth(text):
    return {"yes": True, "no": False}[text.lower()]


readers = [("int", int), ("float", float), ("date", date.fromisoformat), ("bool", truth), ("text", str)]
rows = list(csv.DictReader(io.StringIO(sheet)))
guessed = {}
for column in rows[0]:
    for name, read in readers:
        failures = []
        for number, row in enumerate(rows, 1):
            if not row[column]:
                continue
            try:
                read(row[column])
            except (ValueError, KeyError) as e:
                failures.append((number, str(e)))
        if len(failures) <= 1:
            guessed[column] = name, failures
            break
for column, (name, failures) in guessed.items():
    print(f"{column:<7}{name:<6}", *failures)
convert = dict(readers)
clean = [
    {c: convert[guessed[c][0]](v) for c, v in row.items() if v}
    for number, row in enumerate(rows, 1)
    if not any(number == n for _, failures in guessed.values() for n, _ in failures)
]
print(clean, len(rows) - len(clean))
print([row["note"].count("\n") for row in rows], max(len(v) for row in rows for v in row.values()), list(rows[0].values()))
