from itertools import combinations

articles = """budget: money, council, tax
bridge: road, council, steel
harvest: farm, weather
storm: weather, road, insurance"""
tags = {}
for line in articles.splitlines():
    name, _, listed = line.partition(":")
    tags[name] = dict.fromkeys(tag.strip() for tag in listed.split(","))
for a, b in combinations(tags, 2):
    if tags[a].keys().isdisjoint(tags[b]):
        print(f"{a} and {b} have nothing in common")
    else:
        print(f"{a} and {b} share {', '.join(sorted(tags[a].keys() & tags[b].keys()))}")
index = {}
for name, of in tags.items():
    for tag in of:
        index.setdefault(tag, []).append(name)
print({tag: names for tag, names in sorted(index.items()) if len(names) > 1})
print(sorted(tags["storm"].keys() - tags["harvest"].keys() - {"road"}))
print(tags["budget"].items().isdisjoint(tags["bridge"].items()), tags["budget"].items() & tags["bridge"].items())
