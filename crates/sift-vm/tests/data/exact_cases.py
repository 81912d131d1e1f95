#!/usr/bin/env python3
"""Writes exact_numbers.txt: expressions over Decimal and Fraction, and CPython 3.11's results.

A line is an expression, a tab, and the repr of its value or `Type: message` of its exception. A line that starts with `!` is a
statement that runs before the lines after it. The numbers are drawn with a fixed seed.
"""

import pathlib, random
from decimal import *
from fractions import Fraction
import math

RANDOM = random.Random(2024)
NAMES = {"D": Decimal, "F": Fraction, "math": math, "getcontext": getcontext, "setcontext": setcontext, "Context": Context}
SPECIAL = ["0", "-0", "0.00", "0E+3", "-0E-7", "1", "-1", "1.0", "10", "100", "0.1", "0.5", "1.5", "2.5", "-2.5", "0.25", "1E+3",
           "1E-10", "1.23E+20", "9.99", "99999999999999999999999999.5", "9999999999999999999999999999", "0.3333333333333333333333333333",
           "12345678901234567890123456789012345", "1E+999999", "9.9E+999999", "1E-999999", "1E-1000026", "Infinity", "-Infinity", "NaN",
           "NaN123", "sNaN", "-NaN"]
ROUNDINGS = ["ROUND_CEILING", "ROUND_FLOOR", "ROUND_UP", "ROUND_DOWN", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_05UP"]


def number():
    kind = RANDOM.random()
    if kind < 0.2:
        return RANDOM.choice(SPECIAL)
    digits = "".join(RANDOM.choice("0123456789") for _ in range(RANDOM.choice([1, 2, 3, 4, 5, 8, 15, 28, 29, 40])))
    sign = RANDOM.choice(["", "", "", "-"])
    if kind < 0.4:
        return sign + digits
    if kind < 0.8:
        place = RANDOM.randrange(len(digits) + 1)
        return sign + (digits[:place] or "0") + "." + (digits[place:] or "0")
    return f"{sign}{digits}E{RANDOM.randint(-40, 40)}"


def plain():
    """Returns a number that is typical of amounts and measurements."""
    return f"{RANDOM.choice(['', '-'])}{RANDOM.randrange(10 ** RANDOM.randint(1, 7))}.{RANDOM.randrange(10 ** 4):0{RANDOM.randint(1, 4)}}"


def fraction():
    return f"F({RANDOM.randint(-10 ** RANDOM.randint(1, 20), 10 ** RANDOM.randint(1, 20))}, {RANDOM.randint(1, 10 ** RANDOM.randint(1, 12))})"


def small_fraction():
    return f"F({RANDOM.randint(-30, 30)}, {RANDOM.randint(1, 12)})"


def other():
    """Returns the other operand of an operator."""
    return RANDOM.choice([lambda: str(RANDOM.randint(-99, 99)), lambda: repr(RANDOM.choice([0.5, 1.25, -2.75, 0.1, float(10 ** 20)])),
                          lambda: "True", lambda: "'a'", lambda: "None", lambda: f"D('{plain()}')", small_fraction])()


def rows():
    for _ in range(420):
        yield f"D('{number()}') {RANDOM.choice(['+', '-', '*', '/', '//', '%'])} D('{number()}')"
    for _ in range(160):
        yield f"D('{plain()}') {RANDOM.choice(['+', '-', '*', '/', '//', '%'])} D('{plain()}')"
    for _ in range(130):
        yield f"D('{number()}') {RANDOM.choice(['<', '<=', '==', '!=', '>', '>='])} {RANDOM.choice([lambda: repr(Decimal(number())).replace('Decimal', 'D'), other])()}"
    for _ in range(100):
        pair = [f"D('{plain()}')", other()]
        RANDOM.shuffle(pair)
        yield f"{pair[0]} {RANDOM.choice(['+', '-', '*', '/', '//', '%', '**'])} {pair[1]}"
    for _ in range(120):
        yield f"D('{RANDOM.choice([plain, number])()}') ** {RANDOM.choice([lambda: RANDOM.randint(-5, 30), lambda: RANDOM.randint(0, 400), lambda: repr(Decimal(plain())).replace('Decimal', 'D')])()}"
    for _ in range(60):
        yield f"divmod(D('{number()}'), D('{number()}'))"
        yield f"D('{1 + RANDOM.randint(1, 2500) / 10000}') ** {RANDOM.randint(2, 360)}"
    for _ in range(200):
        places = RANDOM.choice(["1", "0.1", "0.01", "0.001", "1E+2", "1E-10", "1E-30", "0.05"])
        yield f"D('{RANDOM.choice([plain, number])()}').quantize(D('{places}'), rounding='{RANDOM.choice(ROUNDINGS)}')"
    for _ in range(60):
        yield f"round(D('{RANDOM.choice([plain, number])()}'), {RANDOM.choice([0, 1, 2, 3, -1, -2, 27, None])})"
        yield f"D('{RANDOM.choice([plain, number])()}').to_integral_value('{RANDOM.choice(ROUNDINGS)}')"
    for name in ["normalize", "sqrt", "exp", "ln", "log10", "next_plus", "next_minus", "logb", "adjusted", "as_tuple", "as_integer_ratio",
                 "to_eng_string", "number_class", "to_integral_exact", "copy_abs", "is_signed", "is_normal", "is_subnormal", "is_finite"]:
        for _ in range(22):
            value = number()
            while name in ("as_integer_ratio",) and abs(Decimal(value).adjusted()) > 60:
                value = number()
            yield f"D('{value}').{name}()"
    for text in ["0.9", "1.1", "0.99999", "1.00001", "10", "1E-50", "1E+50", "2", "0.5", "123456.789", "7E-5", "-3", "0", "1"]:
        for name in ["exp", "ln", "log10", "sqrt"]:
            yield f"D('{text}').{name}()"
    for name in ["compare", "max", "min", "max_mag", "min_mag", "remainder_near", "scaleb", "copy_sign", "compare_total", "same_quantum",
                 "next_toward", "compare_signal", "compare_total_mag"]:
        for _ in range(14):
            argument = str(RANDOM.randint(-20, 20)) if name == "scaleb" else f"D('{number()}')"
            yield f"D('{number()}').{name}({argument})"
    for _ in range(30):
        yield f"D('{number()}').fma(D('{number()}'), D('{number()}'))"
    for _ in range(60):
        yield f"{RANDOM.choice(['-', '+', 'abs', 'str', 'bool'])}(D('{number()}'))"
    for _ in range(60):
        value = number()
        while Decimal(value).is_finite() and abs(Decimal(value).adjusted()) > 60:
            value = number()
        yield f"{RANDOM.choice(['int', 'float', 'math.floor', 'math.ceil', 'math.trunc', 'F', 'round'])}(D('{value}'))"
    for _ in range(320):
        spec = RANDOM.choice(["", "", "<", ">", "^", "*^", "=", "_>"]) + RANDOM.choice(["", "", "+", "-", " "]) + RANDOM.choice(["", "", "", "z"]) \
            + RANDOM.choice(["", "", "0"]) + RANDOM.choice(["", "5", "12", "20"]) + RANDOM.choice(["", "", ","]) \
            + RANDOM.choice(["", "", ".0", ".1", ".2", ".3", ".10"]) + RANDOM.choice(["", "f", "f", "f", "e", "E", "g", "G", "%", "n", "F", "d", "s"])
        value = number()
        while Decimal(value).is_finite() and abs(Decimal(value).adjusted()) > 60:
            value = number()
        yield f"format(D('{value}'), '{spec}')"
    for text in ["", " 1.5 ", "1_000.5", "abc", "1e", "1e5", "+.5", ".5.", "5.", "--1", "infinity", "-inf", "nan12", "snan", "nanx", "１２.５",
                 "1,5", "$5", "1e9999999999999999999", "0x10", "1 2", "\\n7\\t", "1e-2000000000000000000", "1E+999999999999999999"]:
        yield f"D('{text}')"
        # A fraction has unlimited digits: these have too many.
        if "9999" not in text and "2000000" not in text:
            yield f"F('{text}')"
    for text in ["3/4", "-3/4", " 7 ", "3 / 4", "3/-4", "1/0", "1_000/3", "1__0", "_1", "1.5/2", "1e-3", "-1.5E+2", ".5", "5.", "1/3/4", "½"]:
        yield f"F('{text}')"
    for value in ["0.1", "1.5", "-2.5", "1e300", "5e-324", "0.0", "-0.0", "10**30", "True", "float('inf')", "float('nan')", "(0, (1, 2), -1)",
                  "(1, [3], 2)", "(2, (1,), 0)", "(0, (10,), 0)", "(0, (1,), 'F')", "(0, (), 'n')", "None", "[]", "F(1, 2)"]:
        yield f"D({value})"
        yield f"F({value})"
    for _ in range(260):
        pair = [fraction(), RANDOM.choice([fraction, small_fraction, other])()]
        RANDOM.shuffle(pair)
        operator = RANDOM.choice(["+", "-", "*", "/", "//", "%", "<", "<=", "==", ">", "!="])
        yield f"{pair[0]} {operator} {pair[1]}"
    for _ in range(80):
        yield f"{small_fraction()} ** {RANDOM.choice([lambda: RANDOM.randint(-6, 12), lambda: 2.0])()}"
        yield f"divmod({small_fraction()}, {RANDOM.choice([small_fraction, lambda: RANDOM.randint(-5, 5), lambda: 1.5])()})"
    for _ in range(60):
        yield f"round({fraction()}, {RANDOM.choice([None, 0, 1, 3, -1, -2])})"
        yield f"{fraction()}.limit_denominator({RANDOM.choice(['', 1, 10, 100, 12345])})"
        yield f"{RANDOM.choice(['int', 'float', 'str', 'repr', 'bool', 'abs', '-', 'math.floor', 'math.ceil', 'math.trunc'])}({fraction()})"
    for setting in ["setcontext(Context(prec=5))", "setcontext(Context(prec=6, rounding='ROUND_HALF_UP'))", "setcontext(Context(rounding='ROUND_FLOOR'))",
                    "setcontext(Context(prec=3, rounding='ROUND_UP', Emin=-99, Emax=99))", "setcontext(Context(prec=50))",
                    "setcontext(Context(prec=7, Emin=-9, Emax=9, clamp=1, capitals=0))"]:
        yield "!" + setting
        for _ in range(36):
            yield f"D('{number()}') {RANDOM.choice(['+', '-', '*', '/', '//', '%'])} D('{number()}')"
        for _ in range(8):
            yield f"+D('{number()}')"
            yield f"D('{plain()}') ** {RANDOM.randint(-9, 9)}"
            yield f"D('{number()}').{RANDOM.choice(['normalize', 'sqrt', 'exp', 'ln', 'log10', 'next_plus', 'next_minus'])}()"
            yield f"format(D('{plain()}'), '{RANDOM.choice(['.1f', '.2e', '.3g', ',.0f', 'e', ''])}')"
            yield f"D('{plain()}').quantize(D('0.1'))"
    yield "!setcontext(Context())"


def outcome(expression):
    try:
        return repr(eval(expression, NAMES))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    lines = {}
    for row in rows():
        if row.startswith("!"):
            exec(row[1:], NAMES)
            lines[row] = row
            continue
        result = outcome(row)
        # Complex numbers are not part of the language; a context's flags are tested elsewhere.
        if "j)" in result or "\n" in result or row + "\t" + result in lines:
            continue
        lines[row + "\t" + result] = f"{row}\t{result}"
    pathlib.Path(__file__).with_name("exact_numbers.txt").write_text("\n".join(lines.values()) + "\n")


if __name__ == "__main__":
    main()
