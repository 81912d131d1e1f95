import io

out = io.StringIO()
print(out.write("hello"), out.write(" wörld\n"), out.tell())
out.writelines(["a\n", "b\n"])
print(repr(out.getvalue()))
out.seek(0)
out.write("J")
print(out.getvalue().splitlines(), out.tell())
out.seek(0, io.SEEK_END)
for number in range(3):
    out.write(f"{number};")
print(repr(out.getvalue()[-8:]))
print(out.truncate(5), repr(out.getvalue()))
start = io.StringIO("12345")
start.write("ab")
print(start.getvalue(), start.read(), start.seek(8), start.write("z"), repr(start.getvalue()))
