def inner(kind):
    try:
        if kind == "value":
            raise ValueError("v")
        if kind == "type":
            raise TypeError("t")
        return "fine"
    except ValueError as error:
        raise KeyError("from inner") from error
    finally:
        print("inner leaves", kind)


def outer(kind):
    try:
        return inner(kind)
    except KeyError as error:
        return f"key {error}"
    except TypeError:
        try:
            raise RuntimeError("again")
        except RuntimeError as again:
            return f"then {again}"


for kind in ["none", "value", "type"]:
    print(outer(kind))
