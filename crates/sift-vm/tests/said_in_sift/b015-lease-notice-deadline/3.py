from datetime import date, datetime, timedelta

def to_date(s: str) -> date:
    s = s.split(":")[-1].strip().rstrip(".")
    return datetime.strptime(s, "%d %B %Y").date()

def first_int(s: str) -> int:
    m = re.search(r"\d+", s)
    if m is None:
        raise ValueError(f"no integer in {s!r}")
    return int(m.group())

def add_months(d: date, months: int) -> date:
    """Add calendar months, clipping the day to the length of the target month."""
    y, m0 = divmod(d.year * 12 + d.month - 1 + months, 12)
    return date(y, m0 + 1, min(d.day, ((date(y, m0 + 1, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day))

start = to_date(facts["start_of_term"][1])
months = first_int(facts["term_months"][1])
notice_days = first_int(facts["notice_business_days"][1])
holidays = {to_date(x) for x in facts["holidays"][1].split(";")}
received = to_date(facts["notice_received"][1])
term_end = add_months(start, months) - timedelta(days=1)
print(f"start {start}, {months} months -> last day {term_end} ({term_end.strftime('%A')})")
print("notice:", notice_days, "business days; holidays:", sorted(h.isoformat() for h in holidays), "; received", received)

# Count the business days backwards from the end of the term
deadline = term_end
remaining = notice_days
while remaining > 0:
    deadline -= timedelta(days=1)
    if deadline.weekday() >= 5 or deadline in holidays:
        continue
    remaining -= 1
print("deadline:", deadline, deadline.strftime("%A"))
