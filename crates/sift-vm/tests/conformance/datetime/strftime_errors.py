from datetime import date, datetime, time

for value in [date(2024, 1, 2), datetime(2024, 1, 2), time(3)]:
    for form in [None, 5, ["%Y"]]:
        try:
            print(value.strftime(form))
        except TypeError as e:
            print(type(e).__name__, e)
try:
    f"{date(2024, 1, 2).isocalendar():%d}"
except TypeError as e:
    print(type(e).__name__)
print(format(date(2024, 1, 2), ""), format(time(1, 2), "%M"), "{0:%d.%m.}{0.year}".format(date(2024, 1, 2)))
