row = lambda: dict(P=0, W=0, D=0, L=0, GF=0, GA=0, Pts=0)
table = defaultdict(row)
for h, a, x, y in matches:
    for team, f, g in ((club(h), x, y), (club(a), y, x)):
        r = table[team]
        r["P"] += 1; r["GF"] += f; r["GA"] += g
        res = "W" if f > g else "D" if f == g else "L"
        r[res] += 1
        r["Pts"] += {"W": 3, "D": 1, "L": 0}[res]
for t, n in re.findall(r"^Deductions: (.+?) -(\d+)", context, re.M):
    table[club(t)]["Pts"] -= int(n)

def h2h(t, rivals):
    return sum(3 * (x > y) + (x == y) if club(h) == t else 3 * (y > x) + (x == y)
               for h, a, x, y in matches if t in (club(h), club(a)) and {club(h), club(a)} <= rivals)

base = lambda t: (table[t]["Pts"], table[t]["GF"] - table[t]["GA"], table[t]["GF"])
order = sorted(table, key=lambda t: (*(-x for x in base(t)), -h2h(t, {u for u in table if base(u) == base(t)}), t))
print(f"{'':>2} {'club':<20}" + "".join(f"{c:>5}" for c in ("P", "W", "D", "L", "GF", "GA", "GD", "Pts")))
for i, t in enumerate(order, 1):
    r = table[t]
    print(f"{i:>2} {t:<20}" + "".join(f"{v:>5}" for v in (r["P"], r["W"], r["D"], r["L"], r["GF"], r["GA"])) + f"{r['GF'] - r['GA']:>+5}{r['Pts']:>5}")
assert sum(r["GF"] for r in table.values()) == sum(r["GA"] for r in table.values())
top = "; ".join(f"{i}. {t} {table[t]['Pts']} pts ({table[t]['GF'] - table[t]['GA']:+d})" for i, t in enumerate(order[:3], 1))
FINAL(f"{top}; relegated: {order[-1]}")
