# A table of days until a deadline.
from datetime import date, timedelta

deadline = date(2024, 3, 15)
today = date(2024, 3, 11)
for n in range(7):
    day = today + timedelta(days=n)
    left = (deadline - day).days
    note = "due" if left == 0 else f"{left:+d}" if left else ""
    print(f"{day:%a %d %b} {'weekend' if day.weekday() >= 5 else '':8}{note:>5}")
business = [d for d in (today + timedelta(n) for n in range(14)) if d.isoweekday() < 6]
print(len(business), business[-1], business[-1].strftime("%-d/%-m"))
