from collections import Counter

ballots = ["abc", "bca", "abc", "cab", "bac", "cba", "cba", "b", "", "aac", "dab"]


def valid(ballot, names="abc"):
    return bool(ballot) and len(set(ballot)) == len(ballot) and set(ballot) <= set(names)


votes = [b for b in ballots if valid(b)]
print(len(votes), [b for b in ballots if not valid(b)])


def run_off(votes):
    names = set("".join(votes))
    while True:
        first = Counter({n: 0 for n in names})
        for v in votes:
            for n in v:
                if n in names:
                    first[n] += 1
                    break
        total = first.total()
        yield dict(sorted(first.items()))
        leader, most = max(first.items(), key=lambda p: (p[1], p[0]))
        if most * 2 > total or len(names) == 1:
            yield leader
            return
        names.discard(min(first, key=lambda n: (first[n], n)))


print(*run_off(votes), sep="\n")
borda = Counter()
for v in votes:
    borda.update({n: 2 - place for place, n in enumerate(v)})
print(borda, borda.most_common(1)[0][0])
duels = {(a, b): sum((v + a + b).index(a) < (v + b + a).index(b) for v in votes) for a in "abc" for b in "abc" if a != b}
print(duels)
for a in "abc":
    print(a, all(duels[a, b] > duels[b, a] for b in "abc" if b != a), *(f"{duels[a, b]}:{duels[b, a]}" for b in "abc" if b > a))
