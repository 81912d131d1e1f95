for value in [7, -3, 2.50, 1e21, 10**18, True, 0.1 + 0.2]:
    print(str(value), repr(value), f"{value!s:>24}", "%s" % value, str(value).zfill(8), len(str(value)))
print("7".isdigit(), "-7".isdigit(), "7.5".isnumeric(), "7.5".replace(".", "", 1).isdigit(), "\u00bd".isnumeric(), int("7" * 3) // 7, "3" * 3, "3" + str(4))
print([int(part) for part in "1-22-333".split("-")], sum(map(int, "12345")), max("10", "9"), max(10, 9), sorted(["10", "9", "2"], key=int))
for function in [lambda: "3" + 4, lambda: 3 + "4", lambda: "3" * 2.0, lambda: int("3.7"), lambda: "a" - 1, lambda: -"a"]:
    try:
        function()
    except (TypeError, ValueError) as error:
        print(error)
