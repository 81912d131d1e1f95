import csv
import io

text = '''id,city,note
1,"Berlin, Mitte","said ""hello"""
2,Paris,
3,"New
York",two lines
'''
rows = list(csv.reader(io.StringIO(text)))
header, *body = rows
print(header, len(body))
for row in body:
    print(len(row), row)
print([row[1] for row in body if "," in row[1]])
reader = csv.reader(text.splitlines(keepends=True))
print(next(reader), reader.line_num)
print(sum(1 for _ in reader), reader.line_num)
