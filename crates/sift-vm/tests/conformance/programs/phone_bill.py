from collections import namedtuple
from datetime import datetime, timedelta
from decimal import Decimal, ROUND_UP
from itertools import groupby

calls = """2024-06-01 09:15:00;0041441234567;00:03:20
2024-06-01 22:59:30;0041791112233;00:02:01
2024-06-02 10:00:00;0800123456;01:00:00
2024-06-03 07:59:59;0049301234;00:00:01
2024-06-03 08:00:00;0049301234;00:10:00
2024-06-03 12:00:00;0041441234567;0:0"""
Call = namedtuple("Call", "start number length")
RATES = {"0041": Decimal("0.10"), "00417": Decimal("0.35"), "0049": Decimal("0.255"), "0800": Decimal(0)}


def parse(line):
    start, number, length = line.split(";")
    hours, minutes, seconds = (int(part) for part in length.split(":"))
    return Call(datetime.strptime(start, "%Y-%m-%d %H:%M:%S"), number, timedelta(hours=hours, minutes=minutes, seconds=seconds))


def rate(number):
    prefix = max((p for p in RATES if number.startswith(p)), key=len)
    return prefix, RATES[prefix]


def cost(call):
    _, per_minute = rate(call.number)
    off_peak = call.start.weekday() >= 5 or not 8 <= call.start.hour < 22
    minutes = -(-call.length // timedelta(minutes=1))
    return (per_minute * minutes * (Decimal("0.5") if off_peak else 1)).quantize(Decimal("0.01"), rounding=ROUND_UP)


parsed = []
for number, line in enumerate(calls.splitlines(), 1):
    try:
        parsed.append(parse(line))
    except ValueError as error:
        print(f"line {number}: {error}")
for call in parsed:
    print(f"{call.start:%a %d.%m. %H:%M} {call.number:<14}{str(call.length):>9} {rate(call.number)[0]:<6}{cost(call):>7}")
for day, group in groupby(parsed, key=lambda call: call.start.date()):
    group = list(group)
    print(day.isoformat(), len(group), sum(map(cost, group)), sum((c.length for c in group), timedelta()))
total = sum((cost(c) for c in parsed), Decimal())
print(total, f"{total * Decimal('1.081'):.2f}", (total / len(parsed)).quantize(Decimal("0.001")), max(parsed, key=cost).number)
ends = [c.start + c.length for c in parsed]
print([str(b.start - e) for e, b in zip(ends, parsed[1:])], ends[1].time(), ends[1] - timedelta(days=1, microseconds=1))
