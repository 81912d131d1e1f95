import statistics

groups = {"a": [1, 2, 3], "b": []}
for name, values in groups.items():
    print(name, statistics.mean(values))
