attempts = []


def flaky(n):
    attempts.append(n)
    if n < 3:
        raise RuntimeError(f"try {n} failed")
    return f"ok after {n}"


def retry(f, times):
    last = None
    for n in range(1, times + 1):
        try:
            return f(n)
        except RuntimeError as error:
            last = error
    raise last


print(retry(flaky, 5), attempts)
try:
    retry(flaky, 2)
except RuntimeError as error:
    print("gave up:", error, error.args)
counts = Counter()
for value in ["1", "x", "2", None, "y", [], "3"]:
    try:
        counts["ok"] += int(value) > 0
    except Exception as error:
        counts[type(error).__name__] += 1
print(sorted(counts.items()))
