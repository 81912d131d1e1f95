# Records of a table as named tuples.
from collections import namedtuple
Employee = namedtuple("Employee", "name age role")
lines = """ann,30,dev
bob,25,ops
cy,41,dev""".splitlines()
staff = [Employee(name, int(age), role) for name, age, role in (line.split(",") for line in lines)]
for person in sorted(staff, key=lambda person: person.age):
    print(f"{person.name:>4} {person.age} {person.role}", person)
oldest = max(staff, key=lambda person: person.age)
print(oldest.name, oldest[1], oldest == ("cy", 41, "dev"), len(oldest), oldest[-1], oldest[:2])
name, age, role = oldest
print(name, age, role, list(oldest), tuple(oldest), "cy" in oldest, oldest + (1,), oldest * 2)
print(oldest._replace(age=42), oldest._asdict(), Employee._fields, Employee._make(["dee", 19, "ops"]))
print(isinstance(oldest, Employee), isinstance(oldest, tuple), isinstance(("a", 1, "b"), Employee), type(oldest).__name__, Employee.__name__, type(oldest) is Employee)
print(json.dumps(staff[0]), json.dumps(staff[0]._asdict()), "%s is %d (%s)" % staff[0], {person.role: person.name for person in staff})
groups = defaultdict(list)
for person in staff:
    groups[person.role].append(person.name)
print(dict(groups), {staff[0]: "key"}[("ann", 30, "dev")], sorted(staff)[0].name)
print([person.name for person in map(Employee._make, [("x", 1, "y"), ("z", 2, "w")])], [*staff[0]], Employee(*"abc"), Employee(**{"name": 1, "age": 2, "role": 3}))
