from datetime import date, datetime, timedelta

due = datetime(2024, 7, 4, 9, 30)
rows = [("lease", date(2024, 7, 4)), ("audit", date(2025, 12, 31))]
for name, day in rows:
    print(f"{name:<8}|{day:%d %b %Y}|{day!s:>12}|{str(day):^14}|{day!r}")
print(f"{due:%A %H:%M}", "%s / %r" % (due, due.date()), f"{due=}", f"{due=:%Y}")
width = "%Y/%m"
print(f"{due:{width}}", "{:%j}".format(due), format(due, "%U"))
try:
    print(f"{timedelta(hours=1):>10}")
except TypeError as e:
    print(type(e).__name__, e)
print(f"{str(timedelta(hours=1)):>10}|")
