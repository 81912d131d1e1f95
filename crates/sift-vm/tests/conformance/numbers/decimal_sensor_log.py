from decimal import Decimal, InvalidOperation

log = """t1 20.5
t1 20.50
t1 NaN
t2 -3E-2
t2 1e400
t3 sNaN
t3 0E-5
t3 -0
"""
good, bad = {}, []
for line in log.splitlines():
    name, text = line.split()
    value = Decimal(text)
    if value.is_nan() or value.is_subnormal():
        bad.append((name, text, value.is_qnan(), value.is_snan()))
        continue
    good.setdefault(name, []).append(value.canonical())
print(bad)
for name, values in good.items():
    low, high = values[0], values[0]
    for value in values[1:]:
        low, high = low.min_mag(value), high.max_mag(value)
    print(name, low, high, low.next_toward(high), [v.to_integral() for v in values if v < 1000])
    print("  ", [str(a.compare_total_mag(b)) for a, b in zip(values, values[1:])], all(v.is_canonical() for v in values))
print(Decimal.from_float(20.5) == good["t1"][0], Decimal.from_float(0.1) > Decimal("0.1"), good["t1"][0].radix())
try:
    good["t1"][0].compare_signal(Decimal("NaN"))
except InvalidOperation as e:
    print(type(e).__name__)
print(Decimal("1").compare_signal(2), Decimal("5").compare_signal(Decimal("5.0")))
