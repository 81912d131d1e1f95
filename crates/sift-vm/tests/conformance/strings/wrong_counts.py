def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as error:
        print(type(error).__name__, error)


t = "Some Text"
for f in [t.capitalize, t.casefold, t.isalnum, t.isalpha, t.isascii, t.isdecimal, t.isdigit, t.isidentifier, t.islower, t.isnumeric, t.isprintable, t.isspace, t.istitle, t.isupper, t.lower, t.swapcase, t.title, t.upper]:
    attempt(f)
    attempt(f, 1)
for f in [t.center, t.ljust, t.rjust, t.zfill, t.join, t.partition, t.rpartition, t.removeprefix, t.removesuffix, t.translate, t.format_map]:
    attempt(f)
    attempt(f, 1.5)
    attempt(f, "m", "n", "o")
for f in [t.split, t.rsplit, t.strip, t.lstrip, t.rstrip, t.expandtabs, t.splitlines]:
    attempt(f)
    attempt(f, [])
    attempt(f, "m", "n", "o")
