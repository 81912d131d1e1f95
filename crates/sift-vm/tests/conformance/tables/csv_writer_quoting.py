import csv, io

row = ["plain", 'q"q', "a,b", 7, 2.5, None, "back\\slash", "x\ny", " space"]
for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE):
    out = io.StringIO()
    csv.writer(out, quoting=quoting, escapechar="\\", lineterminator="\n").writerow(row)
    print(quoting, out.getvalue(), end="")
out = io.StringIO()
csv.writer(out, delimiter="\t", quotechar="'", lineterminator="|").writerows([["a\tb", "c"], ["d'e", "f"]])
print(repr(out.getvalue()))
out = io.StringIO()
csv.writer(out, dialect="unix").writerow(["a", 1])
csv.writer(out, doublequote=False, escapechar="~").writerow(['a"b', "c~d"])
print(repr(out.getvalue()))
