import csv, io

out = io.StringIO()
writer = csv.writer(out)
print(writer.writerow(["name", "count", "share"]))
writer.writerows([["a,b", 3, 0.5], ['say "hi"', None, 1e-7], ["two\nlines", True, -2]])
writer.writerow(x * 2 for x in range(3))
writer.writerow([])
writer.writerow([""])
text = out.getvalue()
print(repr(text))
back = list(csv.reader(io.StringIO(text, newline="")))
print(back)
print(back[2][0] == 'say "hi"', len(back))
