from itertools import accumulate, chain, combinations, compress, count, cycle, dropwhile, filterfalse, groupby, islice, pairwise, permutations, product, repeat, starmap, takewhile, tee, zip_longest

staff = ["Ann", "Bo", "Cy"]
days = "Mon Tue Wed Thu Fri".split()
plan = list(zip(days, cycle(staff)))
print(plan)
print({who: [d for d, w in plan if w == who] for who in staff})
hours = [8, 7.5, 0, 9, 8]
print(list(accumulate(hours)), list(accumulate(hours, max)), list(accumulate(hours, lambda a, b: a + b if b else 0, initial=1)))
print(list(compress(days, hours)), list(filterfalse(lambda h: h < 8, hours)), list(takewhile(bool, hours)), list(dropwhile(lambda h: h > 7, hours)))
print([f"{a}-{b}" for a, b in pairwise(days)], list(islice(count(10, -3), 4)), list(islice(count(0.5, 0.25), 3)))
print(list(combinations(staff, 2)), ["".join(p) for p in permutations("abc", 2)], list(product("xy", repeat=2)), list(product([], [1])))
print(list(chain("ab", [1, 2], repeat(None, 2))), list(chain.from_iterable([[1], [], [2, 3]])), list(starmap(divmod, [(7, 2), (-7, 2)])))
left, right = tee(d[0] for d in days)
next(right)
print(list(zip(left, right)), list(zip_longest(staff, hours, fillvalue="?")))
letters = [(k, len(list(g))) for k, g in groupby("aaabccdaa")]
print(letters, [k for k, g in groupby([1, 1.0, True, 2])], [(k, [*g]) for k, g in groupby(sorted(days, key=len), len)])
print(list(islice("abcdefg", 1, None, 3)), list(islice("abc", 0)), list(islice(iter(range(5)), 2, 4)), next(islice("abc", 5, None), "none"))
