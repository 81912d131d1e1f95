import csv, io
from collections import defaultdict
from decimal import Decimal, ROUND_HALF_UP, InvalidOperation

text = """invoice;customer;date;net;rate
A-100;Nordwind GmbH;2024-01-31;1.204,50;19
A-101;"Müller; Söhne";2024-02-02;99,99;7
A-102;Nordwind GmbH;2024-02-29;-204,50;19
A-103;Ölhandel;2024-03-01;n/a;19
A-104;"Müller; Söhne";2024-03-15;0,01;7
A-105;Ölhandel;2024-03-31;12.000.000,00;0
"""
CENT = Decimal("0.01")


def amount(written):
    return Decimal(written.replace(".", "").replace(",", "."))


def cents(value):
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


totals, faults = defaultdict(lambda: [Decimal(0), Decimal(0), 0]), []
for row in csv.DictReader(io.StringIO(text), delimiter=";"):
    try:
        net = amount(row["net"])
    except InvalidOperation as error:
        faults.append((row["invoice"], row["net"], type(error).__name__))
        continue
    tax = cents(net * Decimal(row["rate"]) / 100)
    entry = totals[row["customer"]]
    entry[0] += net
    entry[1] += tax
    entry[2] += 1
for customer, (net, tax, count) in sorted(totals.items(), key=lambda item: -item[1][0]):
    print(f"{customer:<16}|{count:>2}|{net:>16,.2f}|{tax:>8}|{net + tax:>16,.2f}")
print("faults:", faults)
net_sum, tax_sum = (sum((entry[i] for entry in totals.values()), Decimal()) for i in (0, 1))
print(net_sum, tax_sum, f"{tax_sum / net_sum:.6%}", (net_sum + tax_sum).normalize())
print([str(cents(Decimal(d))) for d in ("0.005", "0.015", "-0.005", "2.675")], [round(float(d), 2) for d in ("0.005", "0.015", "2.675")])
german = f"{net_sum:,.2f}".translate(str.maketrans(",.", ".,"))
print(german, amount(german) == net_sum)
