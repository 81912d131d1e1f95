import csv

def lines():
    for number in range(5):
        yield f"{number},{number ** 2}"

def large(rows, least):
    return (row for row in rows if int(row[1]) >= least)

reader = csv.reader(lines())
print(next(reader))
print(list(large(reader, 4)))
print(next(reader, "ended"))
names = iter(["x,y", "1,2"])
print([row for row in csv.DictReader(names)], list(names))
columns = list(zip(*csv.reader(["a,b,c", "1,2,3", "4,5,6"])))
print(columns)
print(dict(csv.reader(["k1,v1", "k2,v2"])), max(csv.reader(["b,1", "c,0"])), len(list(csv.reader([]))))
