import csv, io

def attempt(action):
    try:
        print(action())
    except (csv.Error, TypeError, ValueError) as error:
        print(type(error).__name__, error)

attempt(lambda: list(csv.reader(['"a"b,c'], strict=True)))
attempt(lambda: list(csv.reader(['"open'], strict=True)))
attempt(lambda: list(csv.reader(["a\rb"])))
attempt(lambda: list(csv.reader([5])))
attempt(lambda: list(csv.reader(["x"], quoting=csv.QUOTE_NONNUMERIC)))
attempt(lambda: csv.reader(["a"], delimiter=", "))
attempt(lambda: csv.reader(["a"], delimiter=None))
attempt(lambda: csv.reader(["a"], quotechar="''"))
attempt(lambda: csv.reader(["a"], quoting=7))
attempt(lambda: csv.reader(["a"], "no such dialect"))
attempt(lambda: csv.reader(12))
attempt(lambda: csv.writer("no file"))
attempt(lambda: issubclass(csv.Error, Exception))
