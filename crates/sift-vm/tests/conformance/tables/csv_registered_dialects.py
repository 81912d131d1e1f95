import csv
import io

print([name for name in csv.list_dialects() if name.startswith(("excel", "unix"))])
csv.register_dialect("pipes", delimiter="|", quotechar="'", lineterminator="\n", skipinitialspace=True)
pipes = csv.get_dialect("pipes")
print(pipes.delimiter, pipes.quotechar, repr(pipes.lineterminator), pipes.skipinitialspace, pipes.doublequote, pipes.quoting)
print("pipes" in csv.list_dialects())
text = "a| 'b|c'| d''e\n1|2|''\n"
print(list(csv.reader(io.StringIO(text), "pipes")), list(csv.DictReader(text.splitlines(), dialect="pipes")))
out = io.StringIO()
csv.writer(out, "pipes").writerows([["x|y", "it's", 3], ["", None, 0.1]])
print(out.getvalue())
writer = csv.DictWriter(out, ["k", "v"], dialect="pipes")
writer.writeheader()
csv.register_dialect("pipes", "excel-tab")
print(repr(csv.get_dialect("pipes").delimiter), csv.field_size_limit())
print(csv.field_size_limit(50), csv.field_size_limit(131072))


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(csv.unregister_dialect, "pipes")
show(csv.unregister_dialect, "pipes")
show(csv.get_dialect, "pipes")
show(csv.get_dialect)
show(csv.list_dialects, 1)
show(csv.register_dialect, 5)
show(csv.register_dialect, "bad", delimiter="ab")
show(csv.register_dialect, "bad", quoting=9)
show(csv.field_size_limit, "10")
show(csv.unregister_dialect)
