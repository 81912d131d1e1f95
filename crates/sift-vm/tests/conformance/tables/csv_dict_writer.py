import csv, io

people = [
    {"name": "Ada", "born": 1815, "field": "mathematics"},
    {"name": "Grace", "born": 1906},
    {"name": "Lin, Maya", "born": None, "field": "ships"},
]
out = io.StringIO()
writer = csv.DictWriter(out, fieldnames=["name", "field", "born"], restval="?")
writer.writeheader()
writer.writerows(people)
print(out.getvalue())
print(writer.fieldnames, writer.restval, writer.extrasaction)
narrow = csv.DictWriter(out, ["born"], extrasaction="ignore", lineterminator="\n")
print(narrow.writerow(people[0]))
try:
    csv.DictWriter(out, ["name"]).writerow({"name": "X", "age": 3})
except ValueError as error:
    print(error)
try:
    csv.DictWriter(out, ["name"], extrasaction="stop")
except ValueError as error:
    print(error)
