import json
from collections import ChainMap, Counter, defaultdict

sources = [
    '{"store": "A", "items": [{"sku": "x1", "qty": 3, "price": 2.5}, {"sku": "y2", "qty": 0, "price": 10}]}',
    '{"store": "B", "items": [{"sku": "x1", "qty": 4, "price": 2.75}, {"sku": "z3", "qty": 1}]}',
    '{"store": "C", "items": []}',
    '{"store": "D" "items": []}',
]
stock, prices, problems = Counter(), defaultdict(dict), []
for number, text in enumerate(sources):
    try:
        data = json.loads(text)
    except json.JSONDecodeError as e:
        problems.append(f"source {number}: {e}")
        continue
    for place, item in enumerate(data["items"]):
        try:
            prices[item["sku"]][data["store"]] = item["price"]
        except KeyError as e:
            problems.append(f"{data['store']}[{place}]: missing {e}")
        stock[item["sku"]] += item.get("qty", 0)
print(stock, stock.total(), +stock, list(prices))
for sku in sorted(prices):
    low, high = (pick(prices[sku].items(), key=lambda p: p[1]) for pick in (min, max))
    print(f"{sku}: {stock[sku]:>3} at {low[1]:.2f} ({low[0]}) .. {high[1]:.2f} ({high[0]})", low == high)
print(*problems, sep="\n")
value = sum(stock[sku] * min(of.values()) for sku, of in prices.items())
overrides = ChainMap({"x1": 1.0}, {sku: min(of.values()) for sku, of in prices.items()})
print(value, sum(n * overrides.get(sku, 0) for sku, n in stock.items()), overrides.maps[1])
print(json.dumps({"stock": stock, "prices": prices, "empty": [], "none": None}, indent=2, sort_keys=True))
