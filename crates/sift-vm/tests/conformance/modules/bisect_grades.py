# Grades by limits, and lists kept sorted.
import bisect
from bisect import bisect_left, bisect_right, insort
limits, grades = [60, 70, 80, 90], "FDCBA"
print([grades[bisect.bisect(limits, score)] for score in (33, 99, 77, 70, 89, 90, 100)])
numbers = [1, 3, 3, 5, 9]
for x in (0, 1, 3, 4, 10):
    print(x, bisect_left(numbers, x), bisect_right(numbers, x), bisect_left(numbers, x, 2), bisect.bisect(numbers, x, 1, 3), bisect_right(numbers, x, hi=4))
insort(numbers, 4)
bisect.insort_left(numbers, 3)
bisect.insort_right(numbers, 3.0)
print(numbers, bisect_right(numbers, 3) - bisect_left(numbers, 3))
people = [("ann", 30), ("bob", 40)]
print(bisect_left(people, 35, key=lambda person: person[1]), bisect.bisect(people, 40, key=lambda person: person[1]))
insort(people, ("cy", 33), key=lambda person: person[1])
bisect.insort_left(people, ("dee", 40), key=lambda person: person[1])
print(people)
years, laws = [1990, 2001, 2015], ["first", "second", "third"]
print(laws[bisect_right(years, 2010) - 1], bisect.bisect is bisect.bisect_right)
for wrong in (lambda: bisect_left(numbers, 3, -1), lambda: bisect_right(numbers, "x"), lambda: bisect.bisect(5, 3), lambda: insort((1, 2), 3), lambda: bisect_right(numbers, 100, 0, 50), lambda: bisect.insort_left(numbers, "a")):
    try:
        wrong()
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        print(type(error).__name__, error)
