functions = []
for i in range(4):
    functions.append(lambda: i)
print([f() for f in functions])
i = 100
print([f() for f in functions])
fixed = [lambda i=i: i * i for i in range(4)]
print([f() for f in fixed], [f(9) for f in fixed])
inner = [lambda: n for n in range(3)]
print([f() for f in inner])


def outer():
    x = 1
    def get():
        return x
    x = 2
    return get


print(outer()())
