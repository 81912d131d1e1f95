def mean(values):
    assert len(values) > 0, "no values"
    return sum(values) / len(values)


print(mean([1, 2, 6]))
print(mean([]))
