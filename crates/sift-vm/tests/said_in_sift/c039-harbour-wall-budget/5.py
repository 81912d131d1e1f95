amount, reserve = Fraction(0), Fraction(0)
for i, d in decisions:                      # already in order of the meeting
    if d["status"] != "carried":
        continue
    v = Fraction(str(d["value"]))
    kind = d["kind"]
    if kind == "set":
        amount = v
    elif kind == "add":
        amount += v
    elif kind == "percent":
        amount *= 1 + v / 100
    elif kind == "reserve_fraction":
        reserve += (cut := amount * v)
        amount -= cut
    else:
        raise ValueError(kind)
    print(f"turn {i:>3} {d['kind']:<17}{str(v):>7} -> {float(amount):>12,.2f} (reserve {float(reserve):,.2f})")
assert amount.denominator == 1
FINAL(f"{int(amount):,} crowns")
