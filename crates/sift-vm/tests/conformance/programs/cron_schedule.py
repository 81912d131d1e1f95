from datetime import datetime, timedelta
from itertools import islice


def parse_field(text, low, high):
    values = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, high
        elif "-" in span:
            first, last = map(int, span.split("-"))
        else:
            first = int(span)
            last = high if step else first
        if not low <= first <= last <= high:
            raise ValueError(f"{part!r} is not within {low}-{high}")
        values.update(range(first, last + 1, int(step or 1)))
    return sorted(values)


def parse(line):
    minute, hour, day, month, weekday = line.split()
    return [parse_field(f, lo, hi) for f, lo, hi in zip((minute, hour, day, month, weekday), (0, 0, 1, 1, 0), (59, 23, 31, 12, 6))]


def runs(line, start):
    minutes, hours, days, months, weekdays = parse(line)
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        if day.month in months and day.day in days and day.isoweekday() % 7 in weekdays:
            for hour in hours:
                for minute in minutes:
                    at = day.replace(hour=hour, minute=minute)
                    if at > start:
                        yield at
        day += timedelta(days=1)


start = datetime(2024, 2, 28, 23, 50)
for line in ("*/20 0,12 * * *", "0 9 29 2 *", "30 6 * * 1-5", "5-10/5 23 * 2 *"):
    print(f"{line:<18}", [f"{at:%a %d %b %H:%M}" for at in islice(runs(line, start), 3)])
for line in ("60 * * * *", "a * * * *", "1 2 3", "5-1 * * * *", "* * 0 * *", "*/0 * * * *"):
    try:
        print(len(parse(line)))
    except ValueError as error:
        print(f"{line:<18}", type(error).__name__, error)
gaps = [b - a for a, b in zip(*(list(islice(runs("0 */7 * * *", start), n, n + 4)) for n in (0, 1)))]
print([str(gap) for gap in gaps], max(gaps), sum(gaps, timedelta()).total_seconds())
