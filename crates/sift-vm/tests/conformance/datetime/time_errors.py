from datetime import time, timedelta, timezone

tries = [lambda: time(24), lambda: time(1, 60), lambda: time(1, 2, 60), lambda: time(1, 2, 3, 10**6), lambda: time(fold=3), lambda: time("1"), lambda: time(1.5), lambda: time(tzinfo="UTC"),
         lambda: time.fromisoformat("25:00"), lambda: time.fromisoformat("7:05"), lambda: time.fromisoformat("noon"), lambda: time.fromisoformat(7), lambda: time(1) + timedelta(1), lambda: time(2) - time(1),
         lambda: time(1) < 3, lambda: time(1) < time(1, tzinfo=timezone.utc), lambda: time(1).isoformat("days"), lambda: time(1).isoformat(5), lambda: [time(1)][0].year, lambda: time.fromisoformat("07:05+25:00")]
for attempt in tries:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, "|", e)
