# Dates in a text in several formats.
import re
from datetime import datetime

FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y", "%m/%d/%Y"]
text = "Signed on March 5, 2021; renewed 2022-03-05, again 05.03.2023 and 5 Mar 2024. Void after 13/45/2025."

def parse(candidate):
    for form in FORMATS:
        try:
            return datetime.strptime(candidate, form).date()
        except ValueError:
            continue
    return None

pattern = r"\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2} \d{4}|\d\d/\d\d/\d{4}"
for found in re.findall(pattern, text):
    print(f"{found:16} -> {parse(found)}")
dates = sorted(d for d in map(parse, re.findall(pattern, text)) if d)
print(dates[0], dates[-1], (dates[-1] - dates[0]).days)
