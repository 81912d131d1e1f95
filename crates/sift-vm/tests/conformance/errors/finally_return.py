def returns_from_finally():
    try:
        return "try"
    finally:
        return "finally"


def overrides_exception():
    try:
        raise ValueError("lost")
    finally:
        return "swallowed"


def loop_with_finally():
    out = []
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append(f"f{i}")
    return out


def value_is_kept():
    x = 1
    try:
        return x
    finally:
        x = 2


print(returns_from_finally(), overrides_exception(), loop_with_finally(), value_is_kept())
