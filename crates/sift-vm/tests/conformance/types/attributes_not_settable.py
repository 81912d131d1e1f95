import re
from collections import deque, namedtuple
from datetime import date

Point = namedtuple("Point", "x y")
for make in (lambda: 5, lambda: "a", lambda: [1], lambda: {}, lambda: Point(1, 2), lambda: None, lambda: range(3), lambda: date(2024, 1, 1), lambda: re.compile("a"), lambda: deque(), object):
    value = make()
    try:
        value.note = 3
    except AttributeError as error:
        print(error)
for value in (Point(1, 2), date(2024, 5, 6)):
    try:
        value.x = 3
    except AttributeError as error:
        print(error)
    try:
        value.year = 3
    except AttributeError as error:
        print(error)
word, items = "abc", []
try:
    word.upper = 1
except AttributeError as error:
    print(error)
try:
    items.append = print
except AttributeError as error:
    print(error)
print(Point(1, 2)._replace(x=3), Point(1, 2)._asdict())
