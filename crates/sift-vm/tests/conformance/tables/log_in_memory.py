import io

log = io.StringIO()
levels = ["DEBUG", "INFO", "WARN"]


def note(level, *parts, sep=" "):
    if levels.index(level) >= 1:
        log.write(f"{level:<6}{sep.join(map(str, parts))}\n")


note("DEBUG", "not seen")
note("INFO", "read", 3, "files")
mark = log.tell()
note("WARN", "disk", "90%", sep="=")
log.writelines(["raw 1\n", "raw 2\n"])
log.flush()
log.seek(mark)
print(mark, [line.rstrip() for line in log.readlines()], log.tell() == len(log.getvalue()))
log.seek(mark)
log.truncate()
print(log.getvalue(), end="")
print(log.readable(), log.writable(), log.seekable(), log.isatty(), log.closed)
try:
    note("FATAL", "x")
except ValueError as error:
    print(error)
log.close()
for attempt in (log.getvalue, log.readable, lambda: note("INFO", "late"), log.readlines):
    try:
        print(attempt())
    except ValueError as error:
        print(error)
