def apply(f, *args):
    return f(*args)


def twice(f):
    def run(x):
        return f(f(x))
    return run


print(apply(max, 3, 9, 2), apply("-".join, "abc"), apply(twice(lambda x: x + 3), 1))
pipeline = [str.strip, str.lower, lambda s: s.replace(" ", "_")]
name = "  Hello World "
for stage in pipeline:
    name = stage(name)
print(name)
print(list(map(str.upper, ["a", "b"])), list(map(int, "123")), list(map(len, [[], [1]])), sorted("bca", key=ord))
table = {"len": len, "sum": sum, "shout": lambda xs: [x * 2 for x in xs]}
print({k: f([1, 2, 3]) for k, f in table.items()})
print(apply.__name__, twice(len).__name__, (lambda: 0).__name__, len.__name__, str.upper.__name__)
print(callable(len), callable(apply), callable(3), callable(str), callable(lambda: 0))
method = [3, 1, 2].sort
print(method(), "abc".upper(), "x,y".split(",")[1])
bound = {"a": 1}.get
print(bound("a"), bound("b"), bound("b", 0))
