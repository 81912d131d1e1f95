from datetime import time, timezone, timedelta

opening, closing = time(9), time(17, 30)
visits = [time(8, 59, 59), time(9), time(12, 15), time(17, 30), time(17, 30, 0, 1)]
print([opening <= visit <= closing for visit in visits], sorted(visits, reverse=True)[0], max(visits), min(visits))
utc, east = time(12, tzinfo=timezone.utc), time(14, tzinfo=timezone(timedelta(hours=2)))
print(utc == east, utc < east, utc <= east, hash_alike := len({utc, east}), time(12) == utc, time(12) in {time(12): 1}, time(12) == "12:00")
rota = {time(6): "early", time(14): "late", time(22): "night"}
shift = lambda clock: rota[max((start for start in rota if start <= clock), default=time(22))]
print([shift(time(h)) for h in (0, 6, 13, 14, 23)])
