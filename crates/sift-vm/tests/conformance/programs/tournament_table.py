from collections import defaultdict, namedtuple
from functools import cmp_to_key
from itertools import combinations
import re

results = """Lions 3:1 Bears
Owls 0-0 Lions
Bears 2 : 2 Owls
Foxes 5:0 Owls
Lions 1:4 Foxes
Bears postponed Foxes"""
Row = namedtuple("Row", "team played won drawn lost scored against points", defaults=(0,) * 7)
table, played = {}, {}
for line in results.splitlines():
    m = re.fullmatch(r"(\w+) (\d+) ?[:-] ?(\d+) (\w+)", line)
    if m is None:
        print("not played:", *re.findall(r"[A-Z]\w+", line), sep=" ")
        continue
    home, a, b, away = m[1], int(m[2]), int(m[3]), m[4]
    played[home, away] = (a, b)
    for team, ours, theirs in ((home, a, b), (away, b, a)):
        row = table.setdefault(team, Row(team))
        won, drawn = ours > theirs, ours == theirs
        table[team] = row._replace(played=row.played + 1, won=row.won + won, drawn=row.drawn + drawn, lost=row.lost + (not won and not drawn),
                                   scored=row.scored + ours, against=row.against + theirs, points=row.points + (3 if won else drawn))


def better(x, y):
    for key in (lambda r: r.points, lambda r: r.scored - r.against, lambda r: r.scored):
        if key(x) != key(y):
            return key(y) - key(x)
    direct = played.get((x.team, y.team))
    return (x.team > y.team) - (x.team < y.team) if direct is None else direct[1] - direct[0]


print(f"{'':<3}{'team':<8}" + "".join(f"{h:>4}" for h in ("P", "W", "D", "L", "+/-", "Pts")))
for place, r in enumerate(sorted(table.values(), key=cmp_to_key(better)), 1):
    print(f"{place:<3}{r.team:<8}{r.played:>4}{r.won:>4}{r.drawn:>4}{r.lost:>4}{r.scored - r.against:>+4d}{r.points:>4}")
missing = [pair for pair in combinations(sorted(table), 2) if pair not in played and pair[::-1] not in played]
print(missing, sum(r.scored for r in table.values()) == sum(map(sum, played.values())), max(played.items(), key=lambda kv: abs(kv[1][0] - kv[1][1])))
goals = defaultdict(list)
for (home, away), (a, b) in played.items():
    goals[home].append(a)
    goals[away].append(b)
print({team: (min(g), max(g), sum(g) / len(g)) for team, g in sorted(goals.items())}, Row("x"), Row._field_defaults["points"])
