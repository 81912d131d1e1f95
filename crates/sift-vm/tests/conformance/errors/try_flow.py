def run(action):
    trail = []
    try:
        trail.append("try")
        action()
        trail.append("done")
    except (ValueError, KeyError) as error:
        trail.append(f"caught {type(error).__name__}")
    except ZeroDivisionError:
        trail.append("zero")
    else:
        trail.append("else")
    finally:
        trail.append("finally")
    return trail


print(run(lambda: None))
print(run(lambda: int("x")))
print(run(lambda: {}["k"]))
print(run(lambda: 1 / 0))
try:
    run(lambda: [][1])
except IndexError as error:
    print("outside:", error)
