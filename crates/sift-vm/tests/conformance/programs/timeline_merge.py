import heapq
from datetime import datetime, timedelta, timezone
from itertools import groupby, pairwise

east = """2024-03-10 01:30 login ann
2024-03-10 02:10 upload report.pdf
2024-03-10 05:45 logout ann"""
west = """2024-03-09T23:45:00-08:00 login bob
2024-03-10T00:05:30-08:00 delete report.pdf
2024-03-10T00:05:30-08:00 logout bob"""


def read_east(text):
    for line in text.splitlines():
        at = datetime.strptime(line[:16], "%Y-%m-%d %H:%M").replace(tzinfo=timezone(timedelta(hours=2), "EET"))
        yield at, "east", line[17:]


def read_west(text):
    for line in text.splitlines():
        at, what = line.split(" ", 1)
        yield datetime.fromisoformat(at), "west", what


merged = list(heapq.merge(read_east(east), read_west(west), key=lambda event: event[0]))
for at, source, what in merged:
    utc = at.astimezone(timezone.utc)
    print(f"{utc:%H:%M:%S} {source} {at.isoformat()} {what}")
gaps = [b[0] - a[0] for a, b in pairwise(merged)]
print([str(gap) for gap in gaps], max(gaps), sum(gaps, timedelta()) == merged[-1][0] - merged[0][0])
for hour, group in groupby(merged, key=lambda event: event[0].astimezone(timezone.utc).replace(minute=0, second=0)):
    print(hour.isoformat(), [what.split()[0] for _, _, what in group])
open_sessions, lengths = {}, {}
for at, _, what in merged:
    verb, who = what.split()
    match_login = verb == "login"
    if match_login:
        open_sessions[who] = at
    elif verb == "logout":
        lengths[who] = at - open_sessions.pop(who)
print({who: str(span) for who, span in lengths.items()}, open_sessions)
print(merged[0][0].tzname(), merged[-1][0].tzname(), merged[3][0].utcoffset(), merged[0][0].timestamp())
same = [(a[2], b[2]) for a, b in pairwise(merged) if a[0] == b[0]]
print(same, (merged[0][0] < merged[1][0]), merged[0][0].replace(tzinfo=None) < merged[-1][0].replace(tzinfo=None))
