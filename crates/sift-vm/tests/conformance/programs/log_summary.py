log = """2024-03-01 GET /a 200 12
2024-03-01 POST /b 500 340
2024-03-02 GET /a 200 8

2024-03-02 GET /c 404 3
bad line
"""
by_status = Counter()
slow = defaultdict(list)
for number, line in enumerate(log.splitlines(), start=1):
    parts = line.split()
    if len(parts) != 5 or not parts[3].isdigit():
        if line.strip():
            print(f"line {number} skipped: {line!r}")
        continue
    day, method, path, status, millis = parts
    by_status[status] += 1
    slow[path].append(int(millis))
print(by_status.most_common())
for path, times in sorted(slow.items(), key=lambda pair: (-max(pair[1]), pair[0])):
    print(path.ljust(6, ".") + str(max(times)).rjust(5), f"{sum(times) / len(times):.1f}", times.index(max(times)))
print({status: f"{count / by_status.total():.0%}" for status, count in by_status.items()})
