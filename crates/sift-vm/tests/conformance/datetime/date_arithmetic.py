from datetime import date, timedelta

start = date(2024, 1, 31)
print(start + timedelta(days=30), start - timedelta(weeks=5), timedelta(1) + start, start + timedelta(hours=47), start - timedelta(hours=47))
print((date(2024, 12, 25) - start).days, date(2024, 3, 1) - date(2024, 2, 28), date(2023, 3, 1) - date(2023, 2, 28))
days = [start + timedelta(days=7 * n) for n in range(4)]
print(days, start in days, date(2024, 2, 14) in days, days.index(date(2024, 2, 14)))
print(max(days), min(days), sorted(days, reverse=True)[0], start == date(2024, 1, 31), start != days[1], start < days[1] <= days[1])
age = lambda born, on: on.year - born.year - ((on.month, on.day) < (born.month, born.day))
print(age(date(2000, 2, 29), date(2024, 2, 28)), age(date(2000, 2, 29), date(2024, 2, 29)))
for wrong in [date.max, date.min]:
    try:
        print(wrong + timedelta(days=1), wrong - timedelta(days=1))
    except OverflowError as e:
        print(type(e).__name__, e)
