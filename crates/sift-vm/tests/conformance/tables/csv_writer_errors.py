import csv, io

out = io.StringIO()
for options, row in [
    ({"quoting": csv.QUOTE_NONE}, ["a,b"]),
    ({"quoting": csv.QUOTE_NONE}, [""]),
    ({"doublequote": False}, ['a"b']),
    ({}, 5),
    ({}, None),
]:
    try:
        csv.writer(out, **options).writerow(row)
        print("written", row)
    except csv.Error as error:
        print(type(error).__name__, error, row)
try:
    csv.writer(out, lineterminator=5)
except TypeError as error:
    print(error)
print(repr(out.getvalue()))
