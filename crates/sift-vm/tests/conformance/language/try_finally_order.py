trace = []


def step(name, fail=None):
    trace.append(name)
    if fail:
        raise fail
    return name


def run(kind):
    try:
        step("open")
        if kind == "value":
            step("work", ValueError("bad"))
        elif kind == "key":
            {}["k"]
        elif kind == "return":
            return step("early")
        else:
            step("work")
    except ValueError as e:
        step("caught")
        raise RuntimeError("wrapped") from e
    except (KeyError, IndexError) as e:
        return f"lookup {e}"
    else:
        step("else")
    finally:
        step("close")
    return "end"


for kind in ("value", "key", "return", "fine"):
    trace.clear()
    try:
        print(kind, run(kind), trace)
    except RuntimeError as e:
        print(kind, type(e).__name__, e, trace)


def loops():
    for n in range(5):
        try:
            if n == 1:
                continue
            if n == 3:
                break
            yield n
        finally:
            trace.append(f"after {n}")
    else:
        yield "never"


trace.clear()
print(list(loops()), trace)


def override():
    try:
        return "try"
    finally:
        return "finally"


def reraise():
    try:
        raise KeyError("a")
    except KeyError:
        try:
            raise ValueError("inner")
        except ValueError:
            pass
        raise


print(override())
try:
    reraise()
except LookupError as e:
    print(repr(e))
try:
    try:
        1 / 0
    finally:
        [][0]
except (IndexError, ZeroDivisionError) as e:
    print(type(e).__name__, e)
try:
    raise
except RuntimeError as e:
    print(e)
