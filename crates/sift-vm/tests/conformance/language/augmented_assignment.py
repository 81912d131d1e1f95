n = 10
n += 5; n -= 3; n *= 4; n //= 5; n **= 2; n %= 7
print(n)
n = 0b1010
n |= 0b0101; n &= 0b1110; n ^= 0b0011; n <<= 3; n >>= 1
print(n, bin(n))
x = 9
x /= 2
print(x)
items = [1]
alias = items
items += [2, 3]
items *= 2
print(items, alias is items)
t = (1,)
u = t
t += (2,)
print(t, u)
grid = {"a": [1, 2]}
grid["a"][0] += 10
grid["a"] += [3]
print(grid)
s = "ab"
s += "c"
s *= 2
print(s)


def index():
    print("index once")
    return 0


items[index()] += 100
print(items)
pair = ([1], 2)
try:
    pair[0] += [9]
except TypeError as error:
    print(error, pair)
