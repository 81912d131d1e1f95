rows = "name|qty|price\nbolt|12|0.25\nnut|7|0.1\nwasher|100|0.05".split("\n")
header, *body = [row.split("|") for row in rows]
records = [dict(zip(header, row)) for row in body]
widths = {key: max(len(key), *(len(record[key]) for record in records)) for key in header}
print(" | ".join(key.center(widths[key]) for key in header))
print("-+-".join("-" * widths[key] for key in header))
for record in records:
    print(" | ".join(value.rjust(widths[key]) if value.replace(".", "", 1).isdecimal() else value.ljust(widths[key]) for key, value in record.items()))
total = math.fsum(int(r["qty"]) * float(r["price"]) for r in records)
print(f"{total:.2f}", round(total, 1), "{:>10,.3f}".format(total * 1000))
print("bolt nut".title().swapcase().partition(" ")[::2], "a-b_c".translate(str.maketrans("-_", "  ")).split())
groups = {}
for record in records:
    groups.setdefault(len(record["name"]) % 2 == 0, []).append(record["name"])
print(groups, max(groups, key=lambda k: len(groups[k])))
