def append_to(item, bucket=[]):
    bucket.append(item)
    return bucket


print(append_to(1), append_to(2), append_to(3, []), append_to(4))


def greet(name, greeting="Hello", *, end="!", loud=False):
    text = f"{greeting}, {name}{end}"
    return text.upper() if loud else text


print(greet("Ann"))
print(greet("Bob", "Hi", loud=True))
print(greet(greeting="Yo", name="Cy", end="?"))
base = 3
def scaled(x, factor=base * 2):
    return x * factor
base = 100
print(scaled(2), scaled(2, factor=base))
