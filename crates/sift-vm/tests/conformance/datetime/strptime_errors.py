from datetime import datetime

for text, form in [("31.02.2024", "%d.%m.%Y"), ("2024-1-5x", "%Y-%m-%d"), ("soon", "%Y"), ("2024", "%Q"), ("5", "%"), ("13:61", "%H:%M"), ("", "%d"), ("2024 53", "%G %V"), ("1", "%V"), ("24:00", "%H:%M")]:
    try:
        print(datetime.strptime(text, form))
    except ValueError as e:
        print(type(e).__name__, e)
for wrong in [None, 20240101, ["2024"]]:
    try:
        datetime.strptime(wrong, "%Y%m%d")
    except TypeError as e:
        print(type(e).__name__, e)
    try:
        datetime.strptime("2024", wrong)
    except TypeError as e:
        print(e)
