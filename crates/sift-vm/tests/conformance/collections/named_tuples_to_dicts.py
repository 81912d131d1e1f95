import json
from collections import namedtuple

Line = namedtuple("Line", "item price count", defaults=[1])
order = [Line("pen", 1.5, 10), Line("desk", 120.0), Line(count=2, price=3.25, item="cup")]
for line in order:
    print(json.dumps(line._asdict()), line.price * line.count)
table = [line._asdict() for line in order]
print(table[1] | {"count": 5}, list(table[0]), Line._fields, Line._field_defaults)
print(Line(**table[0]) == order[0], Line._make(["x", 2, 3]), order[0]._replace(count=11))
total = sum(line.price * line.count for line in order)
print(f"{total:.2f}", max(order, key=lambda line: line.price).item, order[0][:2], order[0].index(1.5), order[2].count)


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(order[0]._asdict, 1)
show(order[0]._replace, colour="red")
show(order[0]._replace, 1)
show(Line._make, [1, 2])
show(Line._make)
show(Line._make, 5)
show(Line, 1, 2, 3, 4)
show(Line)
show(Line, "pen", item="pen")
show(Line, "pen", 1, weight=3)
