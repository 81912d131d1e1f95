from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date

events = """2024-01-05 IN widget 10 @ 2.50
2024-01-07 IN gadget 5 @ 10
2024-01-09 OUT widget 4
2024-01-12 IN widget 10 @ 3.00
2024-01-20 OUT widget 12
2024-02-01 OUT gadget 9
2024-02-03 IN gizmo 0 @ 1
2024-02-03 LOST widget 1"""
stock = defaultdict(deque)
sold, problems, journal = Counter(), [], OrderedDict()


def take(item, count):
    """Takes the oldest first; returns what they cost."""
    held = sum(n for n, _ in stock[item])
    if count > held:
        raise ValueError(f"{item}: wanted {count}, have {held}")
    cost = 0.0
    while count:
        n, price = stock[item].popleft()
        used = min(n, count)
        cost += used * price
        count -= used
        if used < n:
            stock[item].appendleft((n - used, price))
    return cost


for line in events.splitlines():
    day, kind, item, count, *price = line.split()
    when, count = date.fromisoformat(day), int(count)
    try:
        if kind == "IN":
            if not count:
                raise ValueError("empty delivery of " + item)
            stock[item].append((count, float(price[-1])))
        elif kind == "OUT":
            cost = take(item, count)
            sold[item] += count
            journal.setdefault((when.year, when.month), []).append((item, count, round(cost, 2)))
        else:
            raise KeyError(kind)
    except ValueError as error:
        problems.append(f"{when:%d.%m.}: {error}")
    except KeyError as error:
        problems.append(f"{when:%d.%m.}: unknown kind {error}")
    finally:
        last_day = when
print(*problems, sep="\n")
for (year, month), rows in journal.items():
    print(f"{year}-{month:02}", rows, sum(cost for *_, cost in rows))
print({item: list(held) for item, held in stock.items()}, dict(sold), last_day.toordinal() - date(2024, 1, 1).toordinal())
value = {item: sum(n * p for n, p in held) for item, held in stock.items() if held}
print(value, max(value, key=value.get), f"{sum(value.values()):,.2f}", sold["none"], "none" in sold, list(journal)[-1])
