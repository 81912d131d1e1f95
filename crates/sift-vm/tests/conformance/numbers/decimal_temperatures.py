from decimal import Decimal

readings = {"oven": "180.0", "fridge": "-4", "room": "21.37", "lab": "-0.05", "sun": "5.5E+3"}
values = {name: Decimal(text) for name, text in readings.items()}
ranked = sorted(values, key=lambda name: values[name].copy_abs())
print([f"{name} {values[name]:.1f}" for name in ranked])
hottest = coldest = Decimal(0)
for value in values.values():
    hottest, coldest = hottest.max_mag(value), coldest.max(value.copy_negate())
print(hottest, coldest, hottest.min_mag(coldest), values["fridge"].min_mag(4), values["fridge"].max_mag(4))
for name in ranked:
    v = values[name]
    print(f"{name:<7}{v.to_integral():>6} {v.next_toward(0)} {v.compare_total_mag(Decimal(21))} {v.adjusted()}")
print([v.is_qnan() or v.is_nan() or v.is_subnormal() for v in values.values()], values["lab"].radix(), values["lab"].is_canonical())
print(Decimal.from_float(-0.5).canonical(), Decimal.from_float(2).to_integral(), Decimal("2.5").to_integral(rounding="ROUND_UP"))
print(f"{values['sun']:,.2f} {values['sun']:e} {values['sun']:g} {values['room']:+08.1f} {values['lab']:%} {values['room']:>10}|")
