# A missing field is an error like any other.
Point = namedtuple("Point", "x y")
points = [Point(1, 2), Point(3)]
print(points)
