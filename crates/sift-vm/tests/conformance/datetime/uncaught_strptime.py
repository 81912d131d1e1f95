from datetime import datetime

for text in ["2024-01-01", "2024-13-01"]:
    print(datetime.strptime(text, "%Y-%m-%d").date())
