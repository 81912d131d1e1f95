import csv
import io

exports = {
    "bank": "Datum;Betrag;Text\n01.02.2024;-12,50;\"Kiosk; Bahnhof\"\n03.02.2024;1.200,00;Gehalt\n",
    "shop": "Datum\tBetrag\tText\n04.02.2024\t-3,20\tBrot\n",
}
csv.register_dialect("bank", delimiter=";", strict=True)
csv.register_dialect("shop", delimiter="\t")
entries = []
for name, text in exports.items():
    assert name in csv.list_dialects()
    limit = csv.field_size_limit(1000)
    for row in csv.DictReader(io.StringIO(text), dialect=name):
        day, month, year = row["Datum"].split(".")
        amount = float(row["Betrag"].replace(".", "").replace(",", "."))
        entries.append((f"{year}-{month}-{day}", amount, row["Text"], csv.get_dialect(name).delimiter))
    csv.field_size_limit(limit)
for entry in sorted(entries, key=lambda e: e[1]):
    print("{} {:>9.2f} {:<16} {!r}".format(*entry))
for name in exports:
    csv.unregister_dialect(name)
print([name for name in csv.list_dialects() if name in exports], csv.field_size_limit())
try:
    list(csv.reader(io.StringIO("x"), "bank"))
except csv.Error as e:
    print(type(e).__name__, e)
csv.field_size_limit(5)
try:
    print(list(csv.reader(["short,words,toolong"])))
except csv.Error as e:
    print(e)
csv.field_size_limit(131072)
