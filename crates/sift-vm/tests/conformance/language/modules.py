import math
import collections
from collections import Counter, defaultdict, OrderedDict, deque
from math import sqrt, pi, floor as down
import math as m, collections as c
print(sqrt(9), down(pi), m.ceil(2.1), c.Counter("aa"), collections.deque([1]), collections.defaultdict(int)["x"], collections.OrderedDict(a=1), Counter is collections.Counter, deque is c.deque)
print(math.inf > 10**300, Counter, deque, OrderedDict, defaultdict)
print([name for name in ["a"] if isinstance(Counter(), dict) and isinstance(defaultdict(int), dict) and not isinstance(deque(), list)])
