table = """| name  | qty | price |
|-------|----:|-------|
| apple |   3 | 1.20  |
| kiwi  |  12 | 0.35  |
| fig \\| date | 1 | 9 |"""
rows = [re.split(r"\s*(?<!\\)\|\s*", line.strip())[1:-1] for line in table.splitlines() if not re.match(r"^\|[-:|]+\|$", line)]
print(rows)
head, *body = rows
records = [dict(zip(head, row)) for row in body]
print(records, sum(int(r["qty"]) * float(r["price"]) for r in records))
print(re.sub(r"[ \t]+", " ", table).count(" "), [re.sub(r"\\\|", "|", r["name"]) for r in records])
csv_line = 'x,"a, b",,"say ""hi""",end'
cells = [quoted.replace('""', '"') if quoted else plain for quoted, plain in re.findall(r'(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))', csv_line)]
print(cells, len(cells))
