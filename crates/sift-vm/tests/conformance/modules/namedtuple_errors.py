# Errors of named tuples.
from collections import namedtuple
Point = namedtuple("Point", "x y")
Named = namedtuple("Named", "name tag", defaults=["none"])
p = Point(1, 2)
checks = [
    lambda: Point(1), lambda: Point(), lambda: Point(1, 2, 3), lambda: Point(1, z=3), lambda: Point(1, 2, x=3), lambda: Named(), lambda: Named(1, 2, 3),
    lambda: Point._make([1]), lambda: Point._make(5), lambda: p._replace(z=1), lambda: p._replace(z=1, q=2), lambda: p.z, lambda: Point.z, lambda: p[5], lambda: p["x"],
    lambda: p < 5, lambda: p(), lambda: p + [1], lambda: sorted([p, Point("a", 1)]), lambda: {Point([], 1): 1}, lambda: getattr(p, "q"),
]
for check in checks:
    try:
        print(check())
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        print(type(error).__name__, error)
print(p < Point(1, 3), p == Point(1, 2), p != (1, 2), p is p, hasattr(p, "x"), hasattr(p, "z"), getattr(p, "z", "none"), callable(Point), max(p), sum(p))
a, *rest = Named("n")
print(a, rest, [x for x in p], Point(x=p, y=[p]), str(p) == repr(p), f"{p}", f"{p.x:03d}", "{0.x}-{0.y}".format(p))
