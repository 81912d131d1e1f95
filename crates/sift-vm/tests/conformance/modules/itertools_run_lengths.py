from itertools import accumulate, chain, combinations_with_replacement, compress, count, cycle, dropwhile, filterfalse, groupby, islice, pairwise, permutations, product, repeat, starmap, takewhile, tee, zip_longest
import operator


def encode(text):
    return "".join(f"{n}{c}" if (n := len(list(group))) > 1 else c for c, group in groupby(text))


def decode(code):
    number = ""
    for char in code:
        if char.isdigit():
            number += char
        else:
            yield from repeat(char, int(number or 1))
            number = ""


for text in ("aaabccd", "", "zzzzzzzzzzzz", "éé!!"):
    assert "".join(decode(encode(text))) == text
    print(repr(encode(text)), end=" ")
print()
print(list(combinations_with_replacement("abc", 2)), list(combinations_with_replacement([], 0)), len(list(permutations(range(5)))))
print(list(starmap(operator.mul, zip(range(1, 5), count(2)))), list(accumulate([1, 2, 3, 4], operator.mul)), list(accumulate([])), list(accumulate([], initial=0)))
columns = list(zip_longest("ab", [1, 2, 3], (), fillvalue=0))
print(columns, list(map(list, zip(*columns))))
a, b, c = tee([3, 1, 2], 3)
print(sorted(a), max(b), list(c), list(tee("x", 0)), list(islice(cycle("ab"), 5)), list(cycle([])))
header, body = takewhile(lambda line: line, lines := ["h1", "h2", "", "body", ""]), dropwhile(lambda line: line, lines)
print(list(header), list(body)[1:], list(filterfalse(None, [0, 1, "", "x"])), list(compress("abcdef", [1, 0, 1])))
print([b - a for a, b in pairwise([1, 4, 9, 16])], list(pairwise("x")), [x for x in chain([1], *[[2], [3]])], sum(1 for _ in product(*[range(3)] * 3)))
print([list(g) for _, g in groupby(enumerate([5, 6, 7, 10, 11, 20]), key=lambda pair: pair[1] - pair[0])])
groups = groupby("aab")
kept = [(key, group) for key, group in groups]
print([(key, list(group)) for key, group in kept])
