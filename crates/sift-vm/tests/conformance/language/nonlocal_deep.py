def level_one():
    x = "one"

    def level_two():
        nonlocal x
        x = "two"
        y = "inner"

        def level_three():
            nonlocal x, y
            x += "+three"
            y += "+three"
            return y

        return level_three(), y

    return level_two(), x


print(level_one())


def accumulate():
    totals = {}
    count = 0

    def add(key, value):
        nonlocal count
        totals[key] = totals.get(key, 0) + value
        count += 1

    for k, v in [("a", 1), ("b", 2), ("a", 3)]:
        add(k, v)
    return totals, count


print(accumulate())
