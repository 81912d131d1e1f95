def account(balance):
    log = []

    def deposit(amount):
        nonlocal balance
        balance += amount
        log.append(("in", amount))
        return balance

    def withdraw(amount):
        nonlocal balance
        if amount > balance:
            raise ValueError(f"only {balance} left")
        balance -= amount
        log.append(("out", amount))
        return balance

    return {"deposit": deposit, "withdraw": withdraw, "log": log, "balance": lambda: balance}


a = account(50)
a["deposit"](25)
a["withdraw"](60)
try:
    a["withdraw"](16)
except ValueError as error:
    print("refused:", error)
print(a["balance"](), a["log"])
