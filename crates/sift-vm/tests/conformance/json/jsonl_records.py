lines = '''{"id": 1, "name": "Ann", "tags": ["x", "y"]}
{"id": 2, "name": "B\\u00f6b", "tags": []}

{"id": 3, "name": null, tags: []}
{"id": 4}
[5]
'''
good, bad = [], []
for number, line in enumerate(lines.splitlines(), 1):
    if not line.strip():
        continue
    try:
        record = json.loads(line)
        good.append((record["id"], record.get("name"), len(record.get("tags", []))))
    except json.JSONDecodeError as e:
        bad.append((number, e.msg, e.colno))
    except (KeyError, TypeError) as e:
        bad.append((number, type(e).__name__, str(e)))
print(good)
print(bad)
print("\n".join(json.dumps(dict(zip(["id", "name", "n"], row)), ensure_ascii=False) for row in good))
