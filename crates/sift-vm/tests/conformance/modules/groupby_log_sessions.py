# Sessions: lines of a log less than ten minutes apart.
from itertools import groupby, accumulate, pairwise
log = """09:00 ann login
09:04 ann open
09:20 bob login
09:25 bob open
09:59 ann logout
10:05 bob logout"""
times = [int(line[:2]) * 60 + int(line[3:5]) for line in log.splitlines()]
gaps = [0] + [after - before for before, after in pairwise(times)]
sessions = list(accumulate(int(gap > 10) for gap in gaps))
for number, lines in groupby(zip(sessions, log.splitlines()), key=lambda pair: pair[0]):
    lines = [line for _, line in lines]
    print(number, len(lines), lines[0][:5], "-", lines[-1][:5], sorted({line.split()[1] for line in lines}))
print(gaps, sessions, max(gaps))
