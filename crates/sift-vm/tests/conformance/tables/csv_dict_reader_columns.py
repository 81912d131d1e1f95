import csv, io

text = "a,b\n1,2,3,4\n5\n6,7\n"
for row in csv.DictReader(io.StringIO(text)):
    print(row)
for row in csv.DictReader(io.StringIO(text), restkey="more", restval="-"):
    print(row)
reader = csv.DictReader(io.StringIO("1;2\n3;4\n"), fieldnames=["x", "y"], delimiter=";")
print(reader.fieldnames, [row["y"] for row in reader])
reader = csv.DictReader(io.StringIO("x,y\n1,2\n"))
print(reader.line_num, reader.fieldnames, reader.line_num)
print(next(reader), reader.line_num)
try:
    next(reader)
except StopIteration:
    print("no more rows")
print(list(csv.DictReader(io.StringIO(""))), csv.DictReader(io.StringIO("")).fieldnames)
