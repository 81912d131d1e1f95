def report(title, *values, sep=", ", **options):
    print(title, sep.join(str(v) for v in values), sorted(options.items()))


report("none")
report("some", 1, 2.5, "x", sep=" | ")
report("named", *range(3), unit="kg", scale=2)
pairs = {"unit": "m", "sep": "-"}
report("both", *[1, 2], *(3, 4), **pairs, extra=None)
first, *middle, last = "abcdef"
print(first, middle, last)
*head, tail = [1]
print(head, tail)


def collect(*args, **kwargs):
    return args, kwargs


print(collect(*"ab", *[], c=1, **{"d": 2}))
