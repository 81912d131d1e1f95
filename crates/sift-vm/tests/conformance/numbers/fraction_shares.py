from fractions import Fraction

shares = {"Ada": Fraction(1, 3), "Ben": Fraction(1, 4), "Cleo": Fraction(1, 6)}
rest = 1 - sum(shares.values())
shares["Dan"] = rest
print({name: str(share) for name, share in shares.items()}, sum(shares.values()) == 1)
estate = 100_000
for name, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
    amount = estate * share
    print(f"{name:<5}{str(share):>5}{float(amount):>12,.2f} {amount}")
print(sum((Fraction(x) for x in ["1/2", "1/3", "1/6"]), Fraction(0)), min(shares, key=shares.get))
