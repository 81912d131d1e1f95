log = []


def worker():
    done = 0
    while True:
        try:
            job = yield done
            done += 1
            log.append(job)
        except ValueError as error:
            log.append(f"skipped {error}")
        except KeyError:
            log.append("stopped")
            return done
        finally:
            log.append("round")


w = worker()
print(next(w), w.send("a"), w.throw(ValueError("bad job")), w.send("b"))
try:
    w.throw(KeyError)
except StopIteration as stop:
    print("returned", stop.value)
print(log)
for thrown in (KeyError("late"), StopIteration("late"), IndexError):
    try:
        w.throw(thrown)
    except Exception as error:
        print(type(error).__name__, error.args)

fresh = worker()
try:
    fresh.throw(RuntimeError("at once"))
except RuntimeError as error:
    print(error, list(fresh))


def shows():
    for n in range(5):
        try:
            yield n
        except Exception as error:
            yield type(error).__name__, error.args


for arguments in (
    (ValueError, "text"), (ValueError, ("a", "b")), (ValueError, None), (ValueError, KeyError("k")),
    (Exception, KeyError("k")), (ValueError, "text", None), (OSError("instance"), None),
):
    g = shows()
    print(next(g), g.throw(*arguments), next(g), next(g))

for wrong in ((), (1,), ("text",), (int,), (ValueError("x"), "y"), (ValueError, "x", 3), (1, 2, 3, 4)):
    g = shows()
    next(g)
    try:
        g.throw(*wrong)
    except TypeError as error:
        print(error, list(g))


def cleans():
    try:
        yield 1
    finally:
        print("cleaned", end=" ")


g = cleans()
next(g)
try:
    g.throw(ZeroDivisionError("thrown"))
except ZeroDivisionError as error:
    print("passed on", error, next(g, "ended"))


def replaces():
    try:
        yield 1
    except ValueError as error:
        raise KeyError("instead") from error


g = replaces()
next(g)
try:
    g.throw(ValueError("first"))
except KeyError as error:
    print(error)

g = replaces()
next(g)
try:
    g.throw(StopIteration("inside"))
except RuntimeError as error:
    print(error)

lazy = (n for n in range(3))
print(next(lazy))
try:
    lazy.throw(ValueError, "in an expression")
except ValueError as error:
    print(error, list(lazy))


def runs_itself():
    try:
        own.throw(ValueError)
    except ValueError as error:
        yield str(error)


own = runs_itself()
print(next(own))
shows().throw(LookupError("nobody catches this"))
