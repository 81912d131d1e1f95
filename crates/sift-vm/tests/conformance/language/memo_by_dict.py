memo = {}


def ways(amount, coins):
    key = (amount, coins)
    if key in memo:
        return memo[key]
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    memo[key] = ways(amount - coins[0], coins) + ways(amount, coins[1:])
    return memo[key]


print(ways(50, (1, 5, 10, 25)), ways(100, (50, 20, 10, 5, 2, 1)), len(memo))


def edit_distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


print([edit_distance(a, b) for a, b in [("kitten", "sitting"), ("", "abc"), ("same", "same"), ("flaw", "lawn")]])
