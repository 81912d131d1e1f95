def upper(x): return x.upper(1)
def join(x): return x.join()
def replace(x): return x.replace("x")
def split(x): return x.split(1, 2, 3)
def split_keyword(x): return x.split("a", foo=2)
def center(x): return x.center()
def center_three(x): return x.center(1, 2, 3)
def strip(x): return x.strip("a", "b")
def partition(x): return x.partition()
def expandtabs(x): return x.expandtabs(1, 2)
def missing(x): return x.trim()
def keyword(x): return x.upper(y=1)
def zfill(x): return x.zfill()
for function in [upper, join, replace, split, split_keyword, center, center_three, strip, partition, expandtabs, missing, keyword, zfill]:
    try:
        print(function("a"))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)
for value in [None, 1, 1.5, [], {}, (), {1}, True, len, str, range(1)]:
    for function in [missing, upper]:
        try:
            print(function(value))
        except Exception as error:
            print(function.__name__, type(error).__name__, error)
