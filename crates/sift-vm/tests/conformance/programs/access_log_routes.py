import re
from collections import Counter, defaultdict
from statistics import mean, median

log = '''203.0.113.9 - - [12/Mar/2024:08:00:01 +0000] "GET /api/items/17?full=1 HTTP/1.1" 200 512 0.120
203.0.113.9 - ann [12/Mar/2024:08:00:02 +0000] "POST /api/items HTTP/1.1" 201 88 0.340
198.51.100.4 - - [12/Mar/2024:08:00:09 +0000] "GET /api/items/18 HTTP/1.1" 502 - 3.001
198.51.100.4 - bob [12/Mar/2024:08:01:00 +0000] "GET /health HTTP/1.1" 200 2 0.001
-- rotated --
203.0.113.7 - - [12/Mar/2024:08:01:30 +0000] "GET /api/items/9/reviews/3 HTTP/1.1" 504 - 5.250
203.0.113.7 - - [12/Mar/2024:08:02:11 +0000] "DELETE /api/items/9 HTTP/1.1" 403 17 0.015
198.51.100.4 - - [12/Mar/2024:08:02:12 +0000] "GET /api/items/18 HTTP/1.1" 200 734 0.095'''
LINE = re.compile(r'''
    ^(?P<ip>\S+)\s-\s(?P<user>\S+)\s
    \[(?P<at>[^\]]+)\]\s
    "(?P<method>[A-Z]+)\s(?P<path>\S+)\s[^"]*"\s
    (?P<status>\d{3})\s(?P<size>\d+|-)\s(?P<took>[\d.]+)$''', re.VERBOSE)


def route(path):
    path, _, query = path.partition("?")
    return re.sub(r"/\d+(?=/|$)", "/{id}", path) + ("?" if query else "")


hits, rejected = [], []
for number, line in enumerate(log.splitlines(), 1):
    if m := LINE.match(line):
        hits.append({**m.groupdict(), "line": number})
    else:
        rejected.append((number, line))
print(len(hits), rejected)
by_route = defaultdict(list)
for hit in hits:
    by_route[hit["method"], route(hit["path"])].append(hit)
print(f"{'route':<34}{'n':>3}{'5xx':>5}{'mean':>8}{'median':>8}")
for (method, name), group in sorted(by_route.items(), key=lambda item: (-len(item[1]), item[0])):
    took = [float(hit["took"]) for hit in group]
    bad = sum(hit["status"].startswith("5") for hit in group)
    print(f"{method + ' ' + name:<34}{len(group):>3}{bad:>5}{mean(took):>8.3f}{median(took):>8.3f}")
print(Counter(hit["status"][0] + "xx" for hit in hits).most_common())
print({ip: sorted({hit["user"] for hit in hits if hit["ip"] == ip} - {"-"}) for ip in dict.fromkeys(hit["ip"] for hit in hits)})
print(sum(int(hit["size"]) for hit in hits if hit["size"] != "-"), "bytes;", max(hits, key=lambda hit: float(hit["took"]))["line"])
