from functools import partial, reduce
from itertools import chain, permutations, zip_longest

guests = ["Ann", "Ben", "Cyd", "Dee"]
likes = {("Ann", "Ben"): 3, ("Ben", "Ann"): 1, ("Cyd", "Ann"): -2, ("Dee", "Cyd"): 4, ("Ben", "Dee"): -1}


def score(order, circle=True):
    pairs = list(zip(order, order[1:] + order[:1] if circle else order[1:]))
    return sum(likes.get(p, 0) + likes.get(p[::-1], 0) for p in pairs)


round_table = max(permutations(guests), key=score)
line_score = partial(score, circle=False)
line = max(permutations(guests), key=lambda order: (line_score(order), order))
print(round_table, score(round_table), line, line_score(line), line_score.keywords)
worst = sorted(permutations(guests), key=score)[0]
print(worst, score(worst), len({score(p) for p in permutations(guests)}))
tables = [round_table[:2], round_table[2:], ("Eve",)]
for row in zip_longest(*tables, fillvalue="-"):
    print("".join(f"{name:^7}" for name in row))
print(list(chain.from_iterable(tables)), reduce(lambda a, b: a + len(b), tables, 0), [*map(len, tables)])
flat = [name for table in tables for name in table if name > "B"]
print(flat, {name: seat for seat, name in enumerate(flat, 10)}, sorted(flat, key=str.lower, reverse=True)[:2])
