import re

invoice = """
2 x Desk lamp @ 24.90
10x Pencil, soft @ .35
1 x Chair (oak) @ 1,149.00 -5%
x Broken @ 1
3 x Cable @ 7.50 - 10 %
"""
row = re.compile(r"^(?P<n>\d+)\s*x\s+(?P<item>.+?)\s+@\s+(?P<price>[\d,]*\.\d\d)(?:\s*-\s*(?P<off>\d+)\s*%)?$", re.M)
total = 0
for m in row.finditer(invoice):
    d = m.groupdict(default="0")
    amount = int(d["n"]) * float(d["price"].replace(",", "")) * (1 - int(d["off"]) / 100)
    total += amount
    print(f"{d['item']:<16.16}|{d['n']:>3}|{amount:>9,.2f}|{m.start():>4}")
print(f"{total:.2f}", len(row.findall(invoice)), [line for line in invoice.split("\n") if line and not row.fullmatch(line)])
masked, count = row.subn(lambda m: f"{m['n']} x {re.escape(m['item'])}", invoice)
print(count, masked.strip().split("\n"))
spread = re.compile(r"(\d+)|([a-z]+)")
print([m.groups("") for m in spread.finditer("a1b22")], spread.match("9z").groupdict(), spread.split("x1y", maxsplit=1))
for wrong in (None, 3):
    try:
        row.fullmatch(wrong)
    except TypeError as e:
        print(e)
