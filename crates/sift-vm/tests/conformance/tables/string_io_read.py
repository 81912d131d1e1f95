import io

file = io.StringIO("first line\nsecond line\nthird")
print(repr(file.readline()), file.tell())
print(repr(file.read(6)), repr(file.readline(3)), repr(file.read()))
print(repr(file.read()), repr(file.readline()), file.readlines())
file.seek(0)
print(file.readlines())
file.seek(6)
print([line.strip() for line in file])
file.seek(0, 2)
print(file.tell(), file.seek(0), file.readlines(5))
for number, line in enumerate(io.StringIO("a\n\nb"), 1):
    print(number, repr(line))
print(next(io.StringIO("only\n")), list(io.StringIO("")))
