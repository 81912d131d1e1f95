import re
from collections import Counter, defaultdict

log = """10:01 user 17 logged in from 10.0.0.1
10:02 user 9 logged in from 10.0.0.254
10:02 job 0xFF3A finished in 12.5s with code 0
10:03 user 17 opened "My File (1).txt"
10:04 job 0x10 finished in 3s with code 137
10:05 user 9 opened "other.txt"
10:06 out of memory"""
MASKS = [(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "<ip>"), (r"\b0x[0-9A-F]+\b", "<hex>"), (r'"[^"]*"', "<str>"), (r"\b\d+(?:\.\d+)?(?=s\b)", "<sec>"), (r"\b\d+\b", "<n>")]


def template(message):
    found = []
    def keep(m):
        found.append((m.start(), m.group()))
        return marks[-1]
    marks = []
    for pattern, mark in MASKS:
        marks.append(mark)
        message = re.sub(pattern, keep, message)
    return message, [text for _, text in found]


groups, levels = defaultdict(list), Counter()
for line in log.splitlines():
    clock, message = line.split(maxsplit=1)
    shape, values = template(message)
    groups[shape].append((clock, values))
    levels[clock[:4]] += 1
for shape, seen in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
    print(f"{len(seen)} x {shape}")
    for clock, values in seen:
        print("     ", clock, values)
pattern = re.compile(r"job (?P<id>0x[0-9A-F]+) finished in (?P<took>[\d.]+)s with code (?P<code>\d+)$", re.M)
jobs = [m.groupdict() for m in pattern.finditer(log)]
print([(int(j["id"], 16), float(j["took"]), int(j["code"]) > 128) for j in jobs], pattern.groups, sorted(pattern.groupindex))
print(re.split(r"\s*(?:in|with)\s*", "finished in 3s with code 1"), re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", "1234567"), re.findall(r"(?i)\b(user|job)\b (?!9)(\w+)", log))
