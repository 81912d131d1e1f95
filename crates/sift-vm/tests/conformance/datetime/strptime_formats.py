from datetime import datetime

samples = [
    ("2024-02-29", "%Y-%m-%d"), ("29/02/24", "%d/%m/%y"), ("Feb 29, 2024", "%b %d, %Y"), ("29 February 2024", "%d %B %Y"),
    ("Thursday, February 29 2024", "%A, %B %d %Y"), ("02/29/2024 03:04 PM", "%m/%d/%Y %I:%M %p"), ("20240229T150405", "%Y%m%dT%H%M%S"),
    ("10/Oct/2000:13:55:36 -0700", "%d/%b/%Y:%H:%M:%S %z"), ("Thu Feb 29 15:04:05 2024", "%c"), ("2024-060", "%Y-%j"),
    ("2024-W09-4", "%G-W%V-%u"), ("15:04:05.25", "%H:%M:%S.%f"), ("68 69", "%y %d"), ("12 AM", "%I %p"),
]
for text, form in samples:
    try:
        moment = datetime.strptime(text, form)
        print(f"{text!r:32} {moment.isoformat()}")
    except ValueError as error:
        print(f"{text!r:32} {error}")
