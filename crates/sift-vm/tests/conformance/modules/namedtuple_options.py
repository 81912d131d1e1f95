# Defaults, field names in other forms, and invalid names.
from collections import namedtuple
Point = namedtuple("Point", ["x", "y"], defaults=[0])
print(Point(1), Point(1, 2), Point(y=5, x=4), Point._field_defaults, Point._fields)
print(namedtuple("T", "a, b,c")(1, 2, 3), namedtuple("E", "")(), namedtuple("S", ("one",))(1), namedtuple("R", "a class a _x 2d", rename=True)._fields)
Node = namedtuple("Node", "value left right", defaults=(None, None))
tree = Node(2, Node(1), Node(3))
def walk(node):
    return walk(node.left) + [node.value] + walk(node.right) if node else []
print(walk(tree), tree, tree.left._replace(value=0))
Counted = namedtuple("Counted", "count index")
print(Counted(5, 6).count, Counted(5, 6).index, Point(1, 1).count(1), Point(7, 8).index(8), bool(namedtuple("E", [])()), bool(Point(0)))
for fields, options in (("x x", {}), ("1x", {}), ("_x", {}), ("class", {}), ("x", {"defaults": [1, 2]}), ("a b", {"rename": 3, "defaults": ()}), ([1], {})):
    try:
        print(namedtuple("Row", fields, **options)._fields)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
for name in ("my row", "def", ""):
    try:
        namedtuple(name, "x")
    except ValueError as error:
        print(error)
