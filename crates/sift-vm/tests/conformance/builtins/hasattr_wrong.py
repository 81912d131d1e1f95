import math

samples = ["text", 3, 2.5, [1], {"a": 1}, {1}, None, (1,), range(2), len, math, ValueError]
print([hasattr(x, "append") for x in samples])
print([hasattr(x, "split") for x in samples])
print([hasattr(x, "items") or hasattr(x, "count") for x in samples])
print([hasattr(x, "real") for x in samples], hasattr(math, "tau"), hasattr(math, "log3"))
check = hasattr
for args in [("x",), (), ("x", "upper", 1), ("x", 5), ([], None)]:
    try:
        print(check(*args))
    except TypeError as e:
        print(len(args), e)
flat = []
for x in samples[:8]:
    flat.extend(x if hasattr(x, "append") or hasattr(x, "index") and not hasattr(x, "upper") else [x])
print(flat)
