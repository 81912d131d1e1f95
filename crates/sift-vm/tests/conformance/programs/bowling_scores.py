games = {"Ann": "X X X X X X X X X X X X", "Ben": "9- 9- 9- 9- 9- 9- 9- 9- 9- 9-", "Cy": "5/ 5/ 5/ 5/ 5/ 5/ 5/ 5/ 5/ 5/5", "Dee": "X 7/ 72 9/ X X X 23 6/ 7/3", "Eve": "12 3", "Flo": "1x"}


def pins(text):
    balls = []
    for c in text.replace(" ", ""):
        if c == "X":
            balls.append(10)
        elif c == "/":
            balls.append(10 - balls[-1])
        elif c == "-":
            balls.append(0)
        else:
            balls.append(int(c))
    return balls


def frames(balls):
    at = 0
    for number in range(1, 11):
        strike = balls[at] == 10
        spare = not strike and balls[at] + balls[at + 1] == 10
        yield number, sum(balls[at:at + (3 if strike or spare else 2)])
        at += 1 if strike else 2


results = {}
for name, text in games.items():
    running = 0
    try:
        for number, points in frames(pins(text)):
            running += points
    except (IndexError, ValueError) as e:
        print(f"{name}: {type(e).__name__} {e}")
    else:
        results[name] = running
for place, (name, score) in enumerate(sorted(results.items(), key=lambda r: -r[1]), 1):
    print(f"{place}. {name:<4}{score:>4} {'perfect' if score == 300 else ''}".rstrip())
print(list(frames(pins(games["Dee"])))[-2:], pins("X9/-"), max(results, key=results.get), sum(results.values()) / len(results))
