import io


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


out = io.StringIO("one\ntwo\nthree")
for method in (out.getvalue, out.tell, out.flush, out.isatty, out.readable, out.writable, out.seekable):
    attempt(method)
    attempt(method, 1)
    attempt(method, key=1)
attempt(out.readlines, "x")
attempt(out.readlines, -1)
out.seek(0)
attempt(out.readlines, 5)
attempt(out.writelines, 5)
attempt(out.writelines, ["a", 1])
attempt(out.writelines)
attempt(out.writelines, ["b\n", "c"])
attempt(out.truncate, -1)
attempt(out.truncate, "x")
attempt(out.truncate, 3)
attempt(out.write, 5)
attempt(out.seek, -1)
attempt(out.seek, 1, 1)
attempt(out.read, "x")
attempt(out.readline, 2.5)
attempt(out.getvalue)
attempt(out.close, 1)
attempt(out.close)
attempt(out.close)
for method in (out.getvalue, out.tell, out.flush, out.isatty, out.readable, out.writable, out.seekable, out.readlines, out.read, out.truncate):
    attempt(method)
attempt(out.writelines, [])
attempt(out.write, "x")
print(out.closed)
