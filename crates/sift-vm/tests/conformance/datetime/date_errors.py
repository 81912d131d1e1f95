from datetime import date, datetime

tries = [lambda: date(2023, 2, 29), lambda: date(2024, 13, 1), lambda: date(0, 1, 1), lambda: date(10000, 1, 1), lambda: date("2024", 1, 1), lambda: date(2024.5, 1, 1),
         lambda: date(2**40, 1, 1), lambda: date(10**30, 1, 1), lambda: date.fromordinal(0), lambda: date.fromordinal(4_000_000), lambda: date.fromisocalendar(2021, 53, 1),
         lambda: date.fromisocalendar(2021, 1, 8), lambda: date.fromisoformat("2024-2-3"), lambda: date.fromisoformat("2024-02-31"), lambda: date.fromisoformat(20240101),
         lambda: date(2024, 1, 31).replace(month=2), lambda: date(2024, 1, 1) + 1, lambda: date(2024, 1, 1) - "x", lambda: date(2024, 1, 1) < 5, lambda: date.fromtimestamp("1"),
         lambda: [date(2024, 1, 1)][0].hour, lambda: date(2024, 1, 1) < datetime(2024, 1, 1), lambda: date(2024, 1, 1) - datetime(2024, 1, 1), lambda: date(2024, 1, 1)[0], lambda: int(date(2024, 1, 1))]
for attempt in tries:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, "|", e)
