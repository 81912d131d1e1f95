import csv
import io
from collections import defaultdict, namedtuple
from statistics import mean

source = io.StringIO('''student,course,grade,weight
Ada,"Logic, basic",1.0,2
Ada,Music,2.3,1
Ben,Music,,1
Ben,"Logic, basic",3.7,2
Cleo,Music,5.0,1
Cleo,Art,1.3,1
Dan,Sports,abc,1
''')
Entry = namedtuple("Entry", "student course grade weight")
entries, skipped = [], []
for row in csv.DictReader(source):
    try:
        entries.append(Entry(row["student"], row["course"], float(row["grade"]), int(row["weight"])))
    except ValueError as error:
        skipped.append((row["student"], str(error)))
print(len(entries), skipped)
by_student = defaultdict(list)
for entry in entries:
    by_student[entry.student].append(entry)


def average(items):
    return sum(e.grade * e.weight for e in items) / sum(e.weight for e in items)


def verdict(value):
    for limit, word in ((1.5, "excellent"), (2.5, "good"), (4.0, "passed")):
        if value <= limit:
            return word
    return "failed"


ranking = sorted(by_student.items(), key=lambda pair: (average(pair[1]), pair[0]))
for place, (student, items) in enumerate(ranking, 1):
    value = average(items)
    print(f"{place}. {student:<6}{value:>6.3f} {verdict(value):<10}{'*' * round((5 - value) * 4)}")
courses = {}
for entry in entries:
    courses.setdefault(entry.course, []).append(entry.grade)
for course in sorted(courses, key=lambda c: (-len(courses[c]), c)):
    print(f"{course!r:<16}{len(courses[course])} {mean(courses[course]):.2f} {min(courses[course])}..{max(courses[course])}")
out = io.StringIO()
writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
writer.writerow(["student", "average", "courses"])
writer.writerows([s, f"{average(i):.2f}", "; ".join(e.course for e in i)] for s, i in ranking)
print(out.getvalue(), end="")
print(entries[0]._asdict(), entries[1]._replace(grade=1.0), Entry._fields, entries[0] < entries[1], entries[0][1:3])
