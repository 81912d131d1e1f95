records = [
    {"email": "A@x.org ", "name": "Ann", "seen": 3},
    {"email": "b@x.org", "name": "", "seen": 1},
    {"email": "a@x.org", "name": "Anna", "seen": 5},
    {"email": "b@x.org", "name": "Bob", "seen": 2},
    {"email": "c@x.org", "name": "Cy", "seen": 0},
]
merged = {}
for r in records:
    key = r["email"].strip().lower()
    old = merged.get(key)
    if old is None:
        merged[key] = {**r, "email": key}
    else:
        old["seen"] += r["seen"]
        old["name"] = max(old["name"], r["name"], key=len)
print(list(merged.values()))
groups = {}
for key, r in merged.items():
    groups.setdefault(r["seen"] > 2, set()).add(key.split("@")[0])
print({k: sorted(v) for k, v in groups.items()})
seen = set()
unique = [x for x in [3, 1, 3, 2, 1] if not (x in seen or seen.add(x))]
print(unique, list(dict.fromkeys("mississippi")), sorted(set("mississippi"), key="mississippi".index))
