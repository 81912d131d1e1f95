# Tax brackets, line numbers of offsets, and ranges of dates.
import bisect
from itertools import accumulate
brackets, rates = [0, 10_000, 40_000], [0.1, 0.2, 0.4]
def tax(income):
    at = bisect.bisect_right(brackets, income) - 1
    return sum((min(high, income) - low) * rate for low, high, rate in zip(brackets[:at + 1], brackets[1:at + 1] + [income], rates))
print([tax(income) for income in (5_000, 10_000, 60_000)])
text = "one\ntwo\n\nfour"
starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))][:-1]
print(starts, [bisect.bisect_right(starts, text.index(word)) for word in ("two", "four", "one")])
days = ["2024-01-03", "2024-01-09", "2024-02-01", "2024-02-20"]
print(days[bisect.bisect_left(days, "2024-01-05"):bisect.bisect_right(days, "2024-02-01")], bisect.bisect([], 1))
board = []
for score in (50, 80, 65, 80):
    bisect.insort(board, score, key=lambda n: -n)
    print(board, end=" ")
print()
bisect.insort_left(days, "2024-01-09")
bisect.insort_right(days, "2023-12-31", 0, 1)
print(days, bisect.bisect_left([(1, "a"), (1, "c")], (1, "b")), bisect.bisect_left("aceg", "d"), bisect.bisect_right(range(0, 100, 7), 49))
for wrong in (lambda: bisect.bisect_left([1, 2], None), lambda: bisect.insort_right({}, 1), lambda: bisect.bisect([1], 1, "a"), lambda: bisect.insort_left("abc", "b")):
    try:
        print(wrong())
    except (TypeError, KeyError, AttributeError) as error:
        print(type(error).__name__, error)
