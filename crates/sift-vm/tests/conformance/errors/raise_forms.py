def attempt(f):
    try:
        f()
    except Exception as error:
        print(type(error).__name__, repr(error), str(error), error.args)


def bare_class():
    raise ValueError


def with_args():
    raise ValueError("a", 2, None)


def reraise():
    try:
        raise LookupError("first")
    except LookupError:
        raise


def chained():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("chained") from error


def bare_raise():
    raise


def not_exception():
    raise "text"


def suppress():
    raise RuntimeError("no cause") from None


for f in [bare_class, with_args, reraise, chained, bare_raise, not_exception, suppress]:
    attempt(f)
