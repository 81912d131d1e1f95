errors = [ValueError, KeyError, IndexError, TypeError, ZeroDivisionError, AttributeError, NameError, StopIteration, RuntimeError, ArithmeticError, LookupError, OverflowError, AssertionError, NotImplementedError, UnicodeError, RecursionError]
for error in errors:
    bases = [base.__name__ for base in (LookupError, ArithmeticError, RuntimeError, ValueError, Exception) if issubclass(error, base)]
    print(error.__name__, bases)
print(isinstance(KeyError("k"), LookupError), isinstance(ValueError(), KeyError), issubclass(ZeroDivisionError, (KeyError, ArithmeticError)))
print(str(KeyError("k")), repr(KeyError("k", 1)), str(ValueError()), repr(ValueError()), str(ValueError(1, 2)), repr(ValueError("it's")))
print(ValueError("a") == ValueError("a"), ValueError, type(ValueError("x")) is ValueError)
e = ValueError("kept")
try:
    raise e
except ValueError as caught:
    print(caught is e, e.args)
try:
    print(caught)
except NameError as error:
    print(error)
