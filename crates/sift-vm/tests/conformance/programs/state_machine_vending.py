from collections import Counter, deque

COINS = (200, 100, 50, 20, 10)
PRICES = {"tea": 120, "soup": 250, "water": 80}


def machine(change):
    credit, events = 0, []

    def give_back(amount):
        coins = Counter()
        for coin in COINS:
            n = min(amount // coin, change[coin])
            if n:
                coins[coin] += n
                amount -= n * coin
        return (coins, amount)

    def handle(word):
        nonlocal credit
        if word.isdecimal():
            coin = int(word)
            if coin not in COINS:
                raise ValueError(f"unknown coin {coin}")
            credit += coin
            change[coin] += 1
            return f"credit {credit / 100:.2f}"
        if word == "cancel":
            coins, left = give_back(credit)
            credit = left
            change.subtract(coins)
            return "back " + (" ".join(f"{n}x{c}" for c, n in sorted(coins.items(), reverse=True)) or "nothing")
        price = PRICES[word]
        if credit < price:
            raise RuntimeError(f"{word} needs {price - credit} more")
        coins, left = give_back(credit - price)
        if left:
            raise RuntimeError(f"no change for {left}")
        change.subtract(coins)
        credit = 0
        return f"{word} and {dict(coins) or 'no change'}"

    def step(word):
        try:
            result = handle(word)
        except (ValueError, RuntimeError) as error:
            result = f"! {error}"
        except KeyError as error:
            result = f"! no {error.args[0]}"
        else:
            events.append(word)
        return f"{word:<7}-> {result}"

    return step, events, change


step, events, change = machine(Counter({50: 1, 20: 2, 10: 1}))
words = deque("100 tea 20 tea 200 soup 7 50 100 soup coffee 200 200 water cancel cancel 100 water".split())
while words:
    print(step(words.popleft()))
print(events, {coin: n for coin, n in sorted(change.items())}, sum(c * n for c, n in change.items()))
print(+change, change.total(), [*change.elements()][:3], events.count("tea"))
