from bisect import bisect_right
from datetime import date
from statistics import mean

readings = [(date(2023, 12, 31), 1000), (date(2024, 1, 31), 1093), (date(2024, 3, 1), 1153), (date(2024, 3, 31), 1150)]
tariff = [(0, "0.30"), (50, "0.25"), (80, "0.20")]


def usage(readings):
    for (d1, r1), (d2, r2) in zip(readings, readings[1:]):
        if r2 < r1:
            raise ValueError(f"meter runs backwards on {d2}: {r1} > {r2}")
        yield d2, (d2 - d1).days, r2 - r1


def price(amount):
    total = 0
    limits = [limit for limit, _ in tariff] + [float("inf")]
    for (low, rate), high in zip(tariff, limits[1:]):
        total += max(0, min(amount, high) - low) * float(rate)
    return total


seen = []
try:
    for day, days, used in usage(readings):
        seen.append(used / days)
        step = bisect_right([limit for limit, _ in tariff], used) - 1
        print(f"{day:%b %Y}: {used:>4} kWh in {days} days, {used / days:.3f} a day, {price(used):7.2f} (step {step})")
except ValueError as e:
    print(e)
finally:
    print(len(seen), round(mean(seen), 4))
at = date(2024, 2, 10)
place = bisect_right(readings, (at,))
(d1, r1), (d2, r2) = readings[place - 1:place + 1]
print(at, r1 + (r2 - r1) * (at - d1).days / (d2 - d1).days, place, bisect_right(readings, at, key=lambda r: r[0]))
print([f"{price(n):.2f}" for n in (0, 50, 51, 80, 200)], f"{price(93):08.3f}|{price(93):<+10.1f}|{-price(1):e}")
