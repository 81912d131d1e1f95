alice = {"jazz", "rock", "folk"}
bob = {"rock", "metal"}
print(sorted(alice & bob), sorted(alice | bob), sorted(alice - bob), sorted(alice ^ bob))
print(sorted(alice.union(bob, ["pop"])), sorted(alice.intersection(bob, {"rock"})), sorted(alice.difference(["jazz"])), sorted(alice.symmetric_difference(bob)))
print(alice.isdisjoint({"metal"}), {"rock"}.issubset(alice), alice.issuperset(["folk"]), {"rock"} < alice, alice <= alice, alice < alice, alice >= bob)
s = set(range(6))
s.add(10); s.add(10); s.discard(99); s.discard(0); s.remove(1)
print(sorted(s), len(s), 10 in s)
s.update([20, 21], {22}); s.difference_update({20}); s.intersection_update(range(2, 22)); s.symmetric_difference_update({2, 100})
print(sorted(s), s.copy() == s, sum(s))
s |= {7}; s &= {7, 3, 100}; s -= {3}; s ^= {8}
print(sorted(s), {1, 1.0, True}, {"a"}.pop(), frozenset("ab") == {"a", "b"}, {frozenset([1]): "ok"}[frozenset([1])])
words = "the cat and the dog and the bird".split()
seen, repeated = set(), []
for w in words:
    if w in seen and w not in repeated:
        repeated.append(w)
    seen.add(w)
print(repeated, sorted(seen, key=words.index), len(set(words)) / len(words))
s.clear(); print(s, bool(s), set("hello") - set("help"), sorted({len(w) for w in words}))
