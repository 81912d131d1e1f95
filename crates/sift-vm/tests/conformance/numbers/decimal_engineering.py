from decimal import Decimal

readings = ["0.00000012", "1.2E+7", "1E+5", "123E-9", "0E+2", "-45600", "1234567E+3", "0.1", "5E-7"]
print(f"{'reading':>12} | {'str':>12} | {'eng':>14} | digits")
for text in readings:
    d = Decimal(text)
    sign, digits, exponent = d.as_tuple()
    print(f"{text:>12} | {str(d):>12} | {d.to_eng_string():>14} | {sign} {''.join(map(str, digits))} e{exponent}")
print(Decimal("Infinity").to_eng_string(), Decimal("NaN").as_tuple(), Decimal("-Infinity").as_tuple())
rebuilt = [Decimal(Decimal(text).as_tuple()) for text in readings]
print(all(str(a) == str(Decimal(b)) for a, b in zip(rebuilt, readings)))
print(Decimal((0, (1, 2, 3), -2)), Decimal((1, (0, 0, 5), 3)), Decimal((0, (), 0)))
for wrong in [(0, (1, 12), 0), (2, (1,), 0), (0, (1,), "x"), (0, 1, 2), (0, (1,))]:
    try:
        print(Decimal(wrong))
    except (ValueError, TypeError) as e:
        print(wrong, type(e).__name__, e)
