def show(make, *args, **kwargs):
    try:
        e = make(*args, **kwargs)
        print(repr(e), str(e) == "", e.args)
    except TypeError as wrong:
        print("TypeError", wrong)


show(Exception)
show(Exception, "text")
show(ValueError, "a", 2, [3])
show(KeyError, "key")
show(Exception, reason="x")
show(ValueError, "x", code=3)
show(RuntimeError, None)
for kind in (Exception, ValueError, KeyError, IndexError, ZeroDivisionError, StopIteration, AssertionError, OverflowError):
    try:
        raise kind("here", 1)
    except Exception as e:
        print(kind.__name__, str(e), isinstance(e, LookupError), isinstance(e, ArithmeticError), e.args[1])
try:
    raise Exception("outer") from ValueError("inner")
except Exception as e:
    print(e, repr(e))
print(repr(KeyError("it's")), str(KeyError("it's")), str(KeyError("a", "b")), f"{ValueError(3)!s:>4}|{ValueError('x')!r}")
