from collections import Counter, defaultdict
from fractions import Fraction
from operator import itemgetter
import re

returns = """District 1: Red 4,120 / Blue 3,980 / Green 901 (turnout 61.5%)
District 2: Blue 5,010 / Red 2,200 / Green 2,200 (turnout 58%)
District 3: Green 1,500 / Blue 1,499 (turnout 49.25%)
District 4: recount pending"""
LINE = re.compile(r"District (?P<no>\d+): (?P<parts>.+) \(turnout (?P<turnout>[\d.]+)%\)")
totals, winners, turnout = Counter(), {}, {}
for line in returns.splitlines():
    if not (m := LINE.fullmatch(line)):
        print("no result:", line)
        continue
    votes = {name: int(count.replace(",", "")) for name, count in re.findall(r"(\w+) ([\d,]+)", m["parts"])}
    totals.update(votes)
    best = max(votes.values())
    winners[int(m["no"])] = sorted(name for name, count in votes.items() if count == best)
    turnout[m["no"]] = float(m["turnout"])
cast = sum(totals.values())
for name, count in totals.most_common():
    share = Fraction(count, cast)
    print(f"{name:<6}{count:>8,}{float(share):>9.3%} {'#' * int(share * 40)}")


def seats(votes, count):
    """D'Hondt: the largest quotients get the seats."""
    quotients = [(Fraction(v, d), name) for name, v in votes.items() for d in range(1, count + 1)]
    return Counter(name for _, name in sorted(quotients, key=itemgetter(0), reverse=True)[:count])


def hare(votes, count):
    quota = Fraction(sum(votes.values()), count)
    given = {name: v // quota for name, v in votes.items()}
    rest = sorted(votes, key=lambda name: votes[name] % quota, reverse=True)
    for name in rest[:count - sum(given.values())]:
        given[name] += 1
    return given


for n in (1, 5, 13):
    print(n, dict(sorted(seats(totals, n).items())), dict(sorted(hare(totals, n).items())))
print(winners, max(turnout, key=turnout.get), sum(turnout.values()) / len(turnout))
districts = defaultdict(list)
for number, names in winners.items():
    districts[" & ".join(names)].append(number)
print(dict(districts), totals["Red"] - totals["Green"], totals - Counter(Red=6000, Blue=10**6))
