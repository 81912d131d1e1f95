from datetime import timedelta

for span in [timedelta(), timedelta(1), timedelta(0, 90), timedelta(days=1.5), timedelta(weeks=2, hours=-3), timedelta(minutes=0.1),
             timedelta(milliseconds=1500), timedelta(microseconds=2.5), timedelta(seconds=-1), timedelta(hours=100, minutes=59, seconds=59.999999)]:
    print(repr(span), "|", span, "|", span.days, span.seconds, span.microseconds, span.total_seconds(), bool(span))
print(timedelta.min, timedelta.max, timedelta.resolution, timedelta(True))
