import csv

print(csv.list_dialects())
csv.register_dialect("pipes", delimiter="|", quoting=csv.QUOTE_NONE)
print(next(csv.reader(['a|"b|c'], "pipes")))
pipes = csv.get_dialect("pipes")
print(pipes.delimiter, pipes.quoting, repr(pipes.lineterminator), pipes.quotechar, pipes.doublequote)
print(csv.excel.delimiter, csv.excel_tab.delimiter == "\t", csv.unix_dialect.quoting, csv.excel().delimiter)
csv.unregister_dialect("pipes")
for action in (lambda: csv.get_dialect("pipes"), lambda: csv.unregister_dialect("pipes"), lambda: csv.register_dialect(3)):
    try:
        action()
    except (csv.Error, TypeError) as error:
        print(type(error).__name__, error)
reader = csv.reader(["a;b"], "excel-tab", delimiter=";")
print(reader.dialect.delimiter, list(reader))
