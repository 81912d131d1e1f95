# Ballots counted by instant runoff, in pairs and by points.
context = json.loads(r'''{"ballots": [["Ann", "Bob", "Cat"], ["Ann", "Cat"], ["Bob", "Cat", "Ann"], ["Bob", "Ann"], ["Cat", "Bob"], ["Dan", "Cat"], ["Dan"], ["Ann"]], "seats": 1}''')

from collections import Counter
ballots = [list(b) for b in context["ballots"]]
out, rounds = [], []
while True:
    tally = Counter(b[0] for b in ballots if b)
    for c in {x for b in ballots for x in b}:
        tally.setdefault(c, 0)
    total = sum(tally.values())
    rounds.append(dict(sorted(tally.items())))
    leader, votes = max(sorted(tally.items()), key=lambda kv: kv[1])
    if votes * 2 > total or len(tally) <= 2:
        break
    low = min(tally.values())
    losers = sorted(c for c, n in tally.items() if n == low)
    out.append(losers[-1])
    ballots = [[c for c in b if c != losers[-1]] for b in ballots]
for i, r in enumerate(rounds, 1):
    print(f"round {i}: " + ", ".join(f"{c}={n}" for c, n in r.items()))
print(leader, votes, total, out)
