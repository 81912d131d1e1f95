import io

text = "a\r\nb\rc\nd"
print(io.StringIO(text).readlines())
print(io.StringIO(text, newline="").readlines())
print(io.StringIO(text, newline=None).readlines())
print(io.StringIO(text, newline="\r").readlines())
print(repr(io.StringIO(text, newline=None).getvalue()))
out = io.StringIO(newline="\r\n")
print(out.write("x\ny\n"), repr(out.getvalue()))
print(io.StringIO(None).getvalue() == "", io.StringIO(initial_value="z").read())
