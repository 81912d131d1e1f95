# Records are values: copies, updates, and keys of dicts.
State = namedtuple("State", "place items", defaults=[frozenset()])
start = State("hall")
seen, queue = {start: 0}, [start]
moves = {"hall": ["attic", "cellar"], "attic": ["hall"], "cellar": ["hall"]}
things = {"attic": "lamp", "cellar": "key"}
while queue:
    state = queue.pop(0)
    for place in moves[state.place]:
        items = state.items | {things[place]} if place in things else state.items
        after = state._replace(place=place, items=items)
        if after not in seen:
            seen[after] = seen[state] + 1
            queue.append(after)
goal = State("hall", frozenset(["lamp", "key"]))
print(seen[goal], len(seen), start, State._fields, goal == ("hall", frozenset({"key", "lamp"})), goal._asdict()["place"])
print(sorted((state.place, len(state.items), steps) for state, steps in seen.items()))
pair = State("a", [1])
same = pair._replace()
same.items.append(2)
print(pair, same, pair is same, pair == same, [*pair], len({State("x"), State("x"), ("x", frozenset())}))
a, b = pair
print(a, b, pair[::-1], pair.index("a"), pair.count([1, 2]), State(place="p", items=None), str(State(1, 2)), f"{State('q', 0)!r:>30}")
try:
    {pair: 1}
except TypeError as error:
    print(error)
try:
    pair[0] = 3
except TypeError as error:
    print(error)
