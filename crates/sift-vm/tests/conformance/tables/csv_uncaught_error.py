import csv, io

out = io.StringIO()
writer = csv.writer(out, quoting=csv.QUOTE_NONE)
writer.writerow(["plain", 1, 2.5])
print(repr(out.getvalue()))
for row in [["fine"], ["a,b"]]:
    print(row)
    writer.writerow(row)
