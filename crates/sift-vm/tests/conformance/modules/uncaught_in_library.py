# An error in a library function ends the program at the call.
from functools import reduce
totals = []
for values in ([1, 2], [3, "x"]):
    totals.append(reduce(lambda a, b: a + b, values))
    print(totals)
