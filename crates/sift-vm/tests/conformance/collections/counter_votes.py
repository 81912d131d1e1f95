ballots = [["ann", "bob"], ["bob"], ["cy", "ann"], ["bob", "cy"], ["ann"]]
first = Counter(b[0] for b in ballots)
every = Counter(name for b in ballots for name in b)
print(first.most_common(), every.most_common(1), first.total(), every.total())
while True:
    leader, votes = first.most_common(1)[0]
    if votes * 2 > first.total() or len(first) == 1:
        break
    loser = min(first, key=lambda n: (first[n], n))
    ballots = [[n for n in b if n != loser] for b in ballots]
    first = Counter(b[0] for b in ballots if b)
    print("out:", loser, dict(first))
print(leader, votes)
stock, sold = Counter(apple=5, pear=2), Counter({"apple": 2, "fig": 1})
stock.subtract(sold)
print(stock, [k for k, n in stock.items() if n < 0], sorted(stock.elements()), sum(stock.values()))
merged = sum((Counter(w) for w in ["ab", "bc", "cd"]), Counter())
print(merged, Counter({"x": 1.5}) + Counter({"x": 2}), dict(Counter("hello").most_common(2)))
