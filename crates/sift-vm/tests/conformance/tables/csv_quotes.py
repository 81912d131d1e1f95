import csv

lines = ['"a""b",c', '"x"y,z', 'p"q,r', '"",""', '" lead","trail "', "'s',t"]
for line in lines:
    print(line, next(csv.reader([line])))
print(next(csv.reader(['a\\,b,c\\\\d'], escapechar="\\")))
print(next(csv.reader(['"a\\"b",c'], escapechar="\\", doublequote=False)))
print(next(csv.reader(['"a,b"'], quoting=csv.QUOTE_NONE)))
print(next(csv.reader(["a,b"], quotechar=None)))
print(next(csv.reader(["1.5,'text',-3"], quotechar="'", quoting=csv.QUOTE_NONNUMERIC)))
print(csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE)
