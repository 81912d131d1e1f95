rows = [("Licences", 125_000, 0.19), ("Support", 48_750.5, 0.19), ("Travel", 3_999.99, 0.07)]
print(f"{'Item':<12}{'Net':>14}{'VAT':>12}{'Gross':>14}")
total = 0
for item, net, rate in rows:
    vat = round(net * rate, 2)
    total += net + vat
    print(f"{item:<12}{net:>14,.2f}{vat:>12,.2f}{net + vat:>14,.2f}  {rate:.0%}")
print("-" * 52)
print(f"{'Total':<12}{total:>40,.2f}", f"{total / 1e6:.3f} M", f"{total:,.0f}".replace(",", "."))
print("{0:,} {1:.1%} {name!r:>10} {2:05d}".format(1234567, 0.256, 42, name="x"), f"{1e6:,.0f} {-1234.5:,.1f} {1234.5:+,.2f}")
