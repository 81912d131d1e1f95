def clock(seconds):
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days}d {hours:02}:{minutes:02}:{seconds:02}"

for seconds in [0, 59, 3600, 86_399, 1_000_000, -1]:
    print(seconds, clock(seconds))
for pair in [(7, 3), (-7, 3), (7, -3), (7.5, 2), (-7.5, 2), (True, 2), (10**20, 7)]:
    quotient, rest = divmod(*pair)
    print(pair, quotient, rest, quotient * pair[1] + rest == pair[0])
for pair in [(1, 0), (1.0, 0), ("a", 1), (1, None)]:
    try:
        divmod(*pair)
    except (ZeroDivisionError, TypeError) as error:
        print(type(error).__name__, error)
