import io


def copy_upper(source, target):
    if not (source.readable() and target.writable()):
        raise ValueError("can't copy")
    count = 0
    for line in source:
        count += target.write(line.upper())
    target.flush()
    return count


source, target = io.StringIO("first\nsecond ß\n\nlast"), io.StringIO()
print(copy_upper(source, target), repr(target.getvalue()), target.tell(), source.tell(), source.seekable(), source.isatty())
source.seek(0)
print(source.readlines(7), source.readlines(), source.readlines(), source.read(), repr(source.readline()))
target.seek(0)
target.truncate(5)
print(repr(target.getvalue()), target.tell(), target.truncate(), repr(target.getvalue()))
target.writelines(f"{n}\n" for n in range(3))
print(target.getvalue().split(), target.tell(), target.seek(0, 2), target.seek(2), repr(target.read(1)))
target.seek(20)
target.write("end")
print(repr(target.getvalue()))
target.close()
source.close()
try:
    copy_upper(source, target)
except ValueError as error:
    print(type(error).__name__, error, target.closed)
