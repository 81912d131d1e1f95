def count(lines):
    """Counts what is not empty."""
    return sum(1 for line in lines if line.strip())


def main():
    lines = ["a", "", "b ", "   "]
    print(count(lines), count.__name__, type(lines).__name__)
    for value in [1, "a", None, [1]]:
        has_upper = hasattr(value, "upper")
        print(type(value).__name__, has_upper, getattr(value, "upper", str)() if has_upper else "-")


if __name__ == "__main__":
    main()
else:
    print("imported as", __name__)
print(f"{__name__!r}", __name__ != "main")
