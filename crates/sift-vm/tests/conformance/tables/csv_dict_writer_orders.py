import csv
import io

orders = [
    {"id": 1, "item": "pen, blue", "price": 1.5},
    {"id": 2, "item": 'desk "oak"', "price": 120},
    {"id": 3, "item": "two\nlines", "price": None},
]
out = io.StringIO()
writer = csv.DictWriter(out, fieldnames=["id", "item", "price"], lineterminator="\n")
print(writer.writeheader(), writer.writerow(orders[0]), writer.writerows(orders[1:]))
print(out.getvalue())
loose = csv.DictWriter(io.StringIO(), ["id", "note"], restval="-", extrasaction="ignore", delimiter=";")
print(loose.writeheader(), loose.writerow({"id": 5, "extra": 1}), loose.fieldnames, loose.restval)


def show(call, *args, **kwargs):
    try:
        print(repr(call(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


show(writer.writerow, {"id": 1, "colour": "red"})
show(writer.writerows, [{"id": 1}, {"size": 2}])
show(writer.writerow, 5)
show(writer.writerows, None)
show(writer.writerow)
show(writer.writeheader, 1)
show(csv.DictWriter, io.StringIO())
show(csv.DictWriter, io.StringIO(), ["a"], extrasaction="loud")
show(csv.DictWriter, None, ["a"])
show(csv.DictReader)
show(csv.DictReader, 5)
rows = list(csv.DictReader(io.StringIO(out.getvalue())))
print(len(rows), rows[1], rows[2]["item"].splitlines(), rows[2]["price"] == "")
