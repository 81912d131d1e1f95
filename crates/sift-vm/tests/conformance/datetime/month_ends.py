# The last day of each month, and the same day a month later.
from datetime import date, timedelta

def month_end(year, month):
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)

def add_months(day, months):
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, month_end(year, month).day))

print([month_end(2024, m).day for m in range(1, 13)], month_end(2023, 2))
for months in [1, 6, 12, 13, -1]:
    print(months, add_months(date(2024, 1, 31), months))
quarters = {}
for m in range(1, 13):
    quarters.setdefault((m - 1) // 3 + 1, []).append(date(2024, m, 1).strftime("%b"))
print(quarters)
