from collections import defaultdict
from datetime import datetime

sales = """2024-01-15,120.50
2024-02-03,80.00
2024-01-30,19.50
2023-12-31,5.00
2024-02-29,40.25"""
totals = defaultdict(float)
for line in sales.splitlines():
    day, amount = line.split(",")
    totals[datetime.strptime(day, "%Y-%m-%d").strftime("%Y-%m")] += float(amount)
for month in sorted(totals):
    print(month, datetime.strptime(month, "%Y-%m").strftime("%B %Y"), f"{totals[month]:.2f}")
by_weekday = defaultdict(list)
for line in sales.splitlines():
    moment = datetime.strptime(line.split(",")[0], "%Y-%m-%d")
    by_weekday[moment.strftime("%a")].append(moment.day)
print(dict(by_weekday))
