log = []


def parse(text):
    try:
        return int(text)
    except ValueError as error:
        raise KeyError(text) from error
    finally:
        log.append(f"parsed {text!r}")


def total(texts):
    result = 0
    for text in texts:
        try:
            if text == "stop":
                break
            result += parse(text)
        except KeyError as error:
            log.append(f"{type(error).__name__} {error}")
            continue
        else:
            log.append("ok")
        finally:
            log.append("next")
    else:
        log.append("all")
    return result


print(total(["1", "x", "3"]), total(["5", "stop", "7"]))
print(*log, sep=", ")


def nested(n):
    try:
        try:
            return 10 // n
        except ZeroDivisionError:
            raise ValueError("bad n") from None
        finally:
            if n == 5:
                return "overridden"
    except (ValueError, TypeError) as error:
        return f"{error.args} {error!r} {error}"
    except Exception:
        raise


print(nested(3), nested(0), nested(5), nested("a"), sep=" | ")
for make in (lambda: ValueError(), lambda: ValueError(1, "two"), lambda: KeyError("k"), lambda: IndexError(), lambda: OSError("no file"), lambda: StopIteration(5), lambda: AssertionError("x"), lambda: Exception({"a": 1}), lambda: RuntimeError):
    try:
        raise make()
    except Exception as error:
        print(type(error).__name__, repr(str(error)), repr(error), error.args, isinstance(error, LookupError))
try:
    try:
        1 / 0
    except ZeroDivisionError:
        undefined_key = {}["missing"]
except KeyError as error:
    print("inner", error)
try:
    assert 1 > 2, ("tuple", 1)
except AssertionError as error:
    print(error, error.args)
try:
    raise
except RuntimeError as error:
    print(error)
try:
    raise "text"
except TypeError as error:
    print(error)
