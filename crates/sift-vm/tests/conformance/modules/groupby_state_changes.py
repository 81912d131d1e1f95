# How long each state of a machine lasted.
from itertools import groupby, chain, repeat
states = "idle idle run run run error idle run".split()
print([(state, sum(1 for _ in run)) for state, run in groupby(states)])
longest = {}
for state, run in groupby(states):
    longest[state] = max(longest.get(state, 0), len(list(run)))
print(longest)
rebuilt = list(chain.from_iterable(repeat(state, count) for state, count in [("a", 2), ("b", 0), ("c", 1)]))
print(rebuilt, "".join(f"{char}{len(list(run))}" for char, run in groupby("aaabccd")))
compressed = [(key, len(list(group))) for key, group in groupby(sorted(states, key=len), key=len)]
print(compressed, [key for key, group in groupby([1, 1.0, True, 2])], list(zip(*[(k, list(g)) for k, g in groupby("ab")])))
try:
    for key, group in groupby([3, "a"], key=lambda value: value + 1):
        print(key, list(group))
except TypeError as error:
    print("stopped:", error)
