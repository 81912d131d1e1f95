from bisect import bisect, bisect_left, bisect_right, insort, insort_left, insort_right

scores = []
for name, points in [("ann", 7), ("ben", 3), ("cid", 7), ("dee", 9), ("eve", 3)]:
    insort_left(scores, (points, name))
print(scores, bisect_left(scores, (7,)), bisect_right(scores, (7, "zzz")))
numbers = [1, 3, 3, 3, 8]
marks = [float(n) for n in numbers]
insort_left(marks, 3)
insort_right(marks, 3)
print([type(m).__name__[0] for m in marks], marks)
people = [{"name": "Z", "age": 20}, {"name": "Y", "age": 30}]
insort_left(people, {"name": "X", "age": 30}, key=lambda p: p["age"])
insort_left(people, {"name": "W", "age": 25}, 1, 2, key=lambda p: p["age"])
print([p["name"] for p in people], bisect(numbers, 3), bisect(numbers, 3, hi=2), bisect(numbers, 0, 2))


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


show(insort_left, numbers, 2, -1)
show(insort_left, numbers, "x")
show(insort_left, (1, 2), 1)
show(insort_left, numbers)
show(insort_left, numbers, 1, key=5)
show(insort_left, None, 1)
