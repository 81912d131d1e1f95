def append_none(x): return x.append()
def append_two(x): return x.append(1, 2)
def append_named(x): return x.append(x=1)
def insert_one(x): return x.insert(1)
def pop_two(x): return x.pop(1, 2)
def sort_positional(x): return x.sort(1)
def sort_unknown(x): return x.sort(foo=1)
def copy_one(x): return x.copy(1)
def index_none(x): return x.index()
def reverse_one(x): return x.reverse(1)
for function in [append_none, append_two, append_named, insert_one, pop_two, sort_positional, sort_unknown, copy_one, index_none, reverse_one]:
    try:
        print(function([1]))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)
def get_none(x): return x.get()
def get_three(x): return x.get(1, 2, 3)
def keys_one(x): return x.keys(1)
def pop_none(x): return x.pop()
def pop_three(x): return x.pop(1, 2, 3)
def update_two(x): return x.update(1, 2)
def setdefault_none(x): return x.setdefault()
def get_named(x): return x.get(key=1)
for function in [get_none, get_three, keys_one, pop_none, pop_three, update_two, setdefault_none, get_named]:
    try:
        print(function({1: 2}))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)
def add_none(x): return x.add()
def add_two(x): return x.add(1, 2)
def remove_none(x): return x.remove()
def issubset_none(x): return x.issubset()
for function in [add_none, add_two, remove_none, issubset_none]:
    try:
        print(function({1}))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)
