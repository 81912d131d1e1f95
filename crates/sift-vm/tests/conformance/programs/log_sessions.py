log = """10:00:01 INFO user=ann action=login
10:00:05 INFO user=bob action=login
10:00:09 ERROR user=ann action=upload code=500
10:01:00 INFO user=ann action=logout
10:02:30 WARN user=bob action=retry code=429
10:03:00 INFO user=bob action=logout"""
pattern = re.compile(r"(?P<time>\d\d:\d\d:\d\d) (?P<level>\w+) (?P<rest>.*)")


def seconds(clock):
    h, m, s = map(int, clock.split(":"))
    return h * 3600 + m * 60 + s


events = []
for line in log.splitlines():
    m = pattern.match(line)
    fields = dict(pair.split("=") for pair in m["rest"].split())
    events.append({"at": seconds(m.group("time")), "level": m["level"], **fields})
sessions = {}
for e in events:
    if e["action"] == "login":
        sessions[e["user"]] = [e["at"], None]
    elif e["action"] == "logout":
        sessions[e["user"]][1] = e["at"]
print({u: end - start for u, (start, end) in sessions.items()})
print(Counter(e["level"] for e in events), [e.get("code", "-") for e in events])
