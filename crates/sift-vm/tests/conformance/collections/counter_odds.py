from collections import Counter


def show(call, *args, **kwargs):
    try:
        print(call(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


votes = Counter(yes=3, no=2)
show(Counter.fromkeys, "ab", 1)
show(Counter.fromkeys, "ab")
show(votes.fromkeys, ["x"], 2)
show(Counter, 1, 2)
show(Counter, 5)
show(votes.most_common, 1, 2)
show(votes.most_common, "2")
show(votes.most_common, k=1)
show(votes.elements, 1)
show(votes.total, 1)
show(votes.update, 1, 2)
show(votes.update, 7)
show(votes.subtract, None)
show(votes.subtract, [1], [2])
votes.subtract({"yes": 5, "maybe": 1})
print(votes, +votes, -votes, votes.total(), sorted(votes.elements()))
print(votes.most_common(), votes.most_common(-1), votes.most_common(0), votes.most_common(n=2), votes.most_common(None))
show(lambda: votes + 1)
show(lambda: votes["unknown"])
