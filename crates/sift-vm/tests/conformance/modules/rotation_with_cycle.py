# A rota, round robin and colors in turn.
from itertools import cycle, islice, chain, repeat, zip_longest, count
people, days = ["ann", "bob", "cy"], ["mon", "tue", "wed", "thu"]
rota = dict(zip(days, cycle(people)))
print(rota, Counter(rota.values()))
def round_robin(*lists):
    nothing = object()
    return [item for row in zip_longest(*lists, fillvalue=nothing) for item in row if item is not nothing]
print(round_robin("abc", [1], "xy"), list(islice(cycle([1, 2]), 3, 8)), list(zip(repeat("k"), range(2))))
def matches(teams):
    teams = list(teams)
    for turn in range(len(teams) - 1):
        yield [(teams[i], teams[-1 - i]) for i in range(len(teams) // 2)]
        teams[1:] = [teams[-1]] + teams[1:-1]
for number, games in zip(count(1), matches("abcd")):
    print(number, games)
print(list(chain.from_iterable(zip("ac", "bd"))), [color for color, _ in zip(cycle(["r", "g"]), range(5))], list(repeat([], 2)), sum(repeat(2, 5)))
for wrong in (lambda: cycle(None), lambda: repeat("x", 1.5), lambda: next(cycle([]))):
    try:
        wrong()
    except (TypeError, StopIteration) as error:
        print(type(error).__name__, error)
