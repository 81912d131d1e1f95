from collections import defaultdict
from statistics import mean, median, pstdev

text = """north,12.5
south,7.25
north,14.0
east,3
south,9.75
north,10.5"""
groups = defaultdict(list)
for line in text.splitlines():
    region, value = line.split(",")
    groups[region].append(float(value))
for region, values in sorted(groups.items()):
    print(f"{region:<6} n={len(values)} mean={mean(values):.3f} median={median(values):.2f} sd={pstdev(values):.3f}")
best = max(groups, key=lambda region: mean(groups[region]))
print(best, mean(map(mean, groups.values())))
