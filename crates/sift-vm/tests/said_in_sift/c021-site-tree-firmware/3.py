import re
# firmware comes as "v3.2.1", "3.2", "3.2.1-beta"; power as int, "60 W", "1.2kW" or null
def fw(s):
    nums = [int(x) for x in re.findall(r"\d+", s.split("-")[0])]
    return tuple((nums + [0, 0, 0])[:3])

def watts(p):
    if p is None:
        return 0
    if isinstance(p, (int, float)):
        return p
    if isinstance(p, str):
        num, unit = re.fullmatch(r"([\d.]+)\s*(k?W)", p).groups()
        return float(num) * (1000 if unit == "kW" else 1)
    raise TypeError(p)

rows = [(d["id"], d["kind"], crit, d["enabled"], fw(d["firmware"]), watts(d["max_power_w"]), "/".join(path)) for path, crit, d in devs]
hits = sorted(r for r in rows if r[2] and r[3] and r[4] < (3, 4, 0))
for i, kind, *_ , v, w, path in hits:
    print(f"{i} {kind:<8} {'.'.join(map(str, v)):>7} {w:>7g} W  {path}")
off = sum(r[5] for r in rows if not r[3])
print(off)
FINAL(f"{', '.join(r[0] for r in hits)}; disabled total {off / 1000:.3f} kW")
