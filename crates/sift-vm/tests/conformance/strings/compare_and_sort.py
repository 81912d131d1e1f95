names = ["Émile", "zoe", "Adam", "élan", "Zoe", "adam", "ADAM", "10", "9", "_x", ""]
print(sorted(names), sorted(names, key=str.casefold), sorted(names, key=len), sorted(names, reverse=True)[:3])
print(min(names, key=lambda n: (len(n), n)), max(names), sorted({n.lower() for n in names}), [n for n in names if n and n[0].isupper()])
natural = sorted(["f10.txt", "f9.txt", "f1.txt", "g2.txt"], key=lambda f: [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", f)])
print(natural, "a" < "b" < "c", "a" <= "a", "abc" > "abcd", "" < "a", "10" < "9", "é" > "z", "A" == "a".upper(), "a" != "A")
groups = defaultdict(list)
for name in names:
    groups[name[:1].lower()].append(name)
print(dict(groups), [key for key in sorted(groups) if len(groups[key]) > 1])
print(type("apple").__name__, sorted("banana"), "".join(sorted("banana", reverse=True)), Counter("banana").most_common(1), sorted(Counter("banana").items(), key=lambda kv: (-kv[1], kv[0])))
try:
    sorted(["a", 1])
except TypeError as e:
    print(e)
