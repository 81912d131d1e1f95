pattern = re.compile(r"(ERROR|WARN) user=(\d+) category=(\w+)")
counts = {}
for line in context.split("\n"):
    found = pattern.search(line)
    if found:
        key = (found.group(1), found.group(3))
        counts[key] = counts.get(key, 0) + 1
print(sorted(counts.items()))
