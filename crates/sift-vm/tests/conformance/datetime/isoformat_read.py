from datetime import date, datetime, time

for text in ["2024-02-29", "20240229", "2024-W09-4", "2024W094", "2024-W09", "2024-02-29T13:05", "2024-02-29 13:05:07", "20240229T130507Z", "2024-02-29T13:05:07.25+02:00", "2024-02-29T13", "2024-02-29T13:05:07,123456789-0330",
             "2024-2-29", "2024-02-30", "2024-02-29T25:00", "2024/02/29", "", "2024-02-29T", "13:05"]:
    for read in [date.fromisoformat, time.fromisoformat, datetime.fromisoformat]:
        try:
            print(repr(read(text)), end=" ")
        except ValueError as e:
            print(e, end=" ")
    print()
