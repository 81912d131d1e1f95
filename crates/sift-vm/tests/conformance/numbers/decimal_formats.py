from decimal import Decimal

for text in ["1234567.891", "-0.005", "0", "1E+7", "0.00000012", "99.995"]:
    d = Decimal(text)
    print(f"{d} | {d:.2f} | {d:,.1f} | {d:>14} | {d:e} | {d:.3g} | {d:.1%} | {d:+.0f} | {d:010.2f} | {d!r}")
print("{:,}".format(Decimal("1234567.5")), "%.3f" % Decimal("2.0005"), "%s" % Decimal("1.10"), "%d" % Decimal("9.9"))
print(format(Decimal("3.14159"), "*^12.3f"), f"{Decimal('NaN'):>6}", f"{Decimal('-Infinity'):.2f}", Decimal("1E+3").to_eng_string())
for spec in ["d", "s", "#.2f", "_"]:
    try:
        print(format(Decimal("1.5"), spec))
    except ValueError as error:
        print(spec, error)
