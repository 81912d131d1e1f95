import csv

print(csv.field_size_limit())
print(csv.field_size_limit(5), csv.field_size_limit())
for line in ["abcde,f", "abcdef,g", '"abc""d"', '"abc""de"']:
    try:
        print(next(csv.reader([line])))
    except csv.Error as error:
        print(error)
try:
    csv.field_size_limit("many")
except TypeError as error:
    print(error)
csv.field_size_limit(1_000_000)
print(len(next(csv.reader(["x" * 200_000]))[0]))
csv.field_size_limit(131072)
