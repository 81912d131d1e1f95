import io

file = io.StringIO("text")
for action in (
    lambda: file.write(5),
    lambda: file.read("x"),
    lambda: file.readline("x"),
    lambda: file.seek(-1),
    lambda: file.seek(2, 1),
    lambda: file.seek(0, 9),
    lambda: file.truncate(-1),
    lambda: io.StringIO(5),
    lambda: io.StringIO("a", newline="?"),
    lambda: next(io.StringIO()),
):
    try:
        print(action())
    except (TypeError, ValueError, OSError, StopIteration) as error:
        print(type(error).__name__, error)
print(file.closed, file.readable(), file.writable(), file.seekable(), file.isatty())
file.close()
print(file.closed)
try:
    file.read()
except ValueError as error:
    print(error)
