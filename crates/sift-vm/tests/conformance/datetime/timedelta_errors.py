from datetime import timedelta

span = timedelta(hours=3)
tries = [lambda: span / 0, lambda: span // 0, lambda: span % timedelta(0), lambda: span / timedelta(0), lambda: divmod(span, timedelta(0)), lambda: span / 0.0,
         lambda: span + 1, lambda: 1 - span, lambda: span < 5, lambda: 3 / span, lambda: span // 2.0, lambda: span % 2, lambda: span * span, lambda: span ** 2,
         lambda: timedelta("1"), lambda: timedelta(hours=None), lambda: timedelta(10**9), lambda: timedelta(days=10**30), lambda: timedelta(days=float("nan")),
         lambda: timedelta(days=float("inf")), lambda: span * float("nan"), lambda: timedelta.max + span, lambda: timedelta.min * 2, lambda: int(span), lambda: round(span), lambda: len(span), lambda: [span][0].hours]
for attempt in tries:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, "|", e)
