//! Every built-in function ends in a limit on adversarial arguments: quickly, within memory, and at
//! any depth of nesting.

use crate::support::limits::limits;
use crate::support::machine;

/// Long containers and texts, large numbers, and values too deep for a native stack.
const GIVEN: &str = "\
numbers, words, large = list(range(1_000)), ['word'] * 3_000, 'aB ' * 300_000
deep, equal = json.loads('[' * 3_000 + ']' * 3_000), json.loads('[' * 3_000 + ']' * 3_000)
pile, heap, kinds = (), (), (int, str)
for _ in range(300):
    pile, heap, kinds = ((((((((((pile,),),),),),),),),),), ((((((((((heap,),),),),),),),),),), ((((((((((kinds,),),),),),),),),),)
tower = 'x'
for _ in range(40):
    tower = [tower, tower]
huge = 1 << 1_000_000
def again(n):
    return again(n + 1)
";

limits! { machine, GIVEN;
    limit_in_abs: "abs(-huge)", "abs(-5)";
    limit_in_all: "all(numbers)", "all(itertools.repeat(1))", "all([1] * 3_000)";
    limit_in_any: "any([0] * 3_000)", "any(itertools.repeat(0))", "any(n > 10 ** 9 for n in itertools.count())";
    limit_in_ascii: "ascii(deep)", "ascii(tower)", "ascii('é' * 300_000)", "ascii(pile)";
    limit_in_bin: "bin(5)", "bin(huge)";
    limit_in_bool: "bool(numbers)", "bool(deep)", "bool(huge)";
    limit_in_bool_as_integer_ratio: "True.as_integer_ratio()";
    limit_in_bool_bit_count: "True.bit_count()";
    limit_in_bool_bit_length: "True.bit_length()";
    limit_in_bool_conjugate: "True.conjugate()";
    limit_in_callable: "callable(again)", "callable(deep)";
    limit_in_chr: "chr(0x10ffff)", "numbers.append(chr(len(numbers)))";
    limit_in_divmod: "divmod(5, 3)", "divmod(huge, 3)", "divmod(huge, huge - 1)", "divmod(1e308, 1e-308)";
    limit_in_enumerate: "list(enumerate(numbers))", "list(enumerate(itertools.count()))", "for pair in enumerate(itertools.count(), 10 ** 15):\n    pass", "list(enumerate(numbers, huge))";
    limit_in_filter: "list(filter(None, numbers))", "list(filter(lambda n: n < 0, itertools.count()))", "list(filter(again, [1]))";
    limit_in_float: "float('1.5')", "float('1' * 900_000)", "float(7 ** 300)", "float(' ' * 900_000 + '1')";
    limit_in_float_as_integer_ratio: "(5e-324).as_integer_ratio()";
    limit_in_float_conjugate: "(1.5).conjugate()";
    limit_in_float_fromhex: "float.fromhex('0x1p5')", "float.fromhex('f' * 900_000 + 'p-3600000')";
    limit_in_float_hex: "(0.1).hex()", "(5e-324).hex()";
    limit_in_float_is_integer: "(1e308).is_integer()";
    limit_in_format: "format(5, '>9')", "format('x', '>900000000')", "format(1.5, '.90000000f')", "format(huge, 'x')", "format(huge, '_b')", "format(5, '9' * 9 + ',')", "try:\n    format(1, large)\nexcept ValueError:\n    pass";
    limit_in_getattr: "getattr(numbers, 'append')", "getattr(deep, 'missing', deep)";
    limit_in_hasattr: "hasattr(numbers, 'append')", "hasattr(deep, 'missing')";
    limit_in_hex: "hex(255)", "hex(huge)";
    limit_in_int: "int('5')", "int('f' * 900_000, 16)", "int('1' * 4_000)", "int(1e308)", "int('_'.join('1' * 900_000), 2)";
    limit_in_int_as_integer_ratio: "huge.as_integer_ratio()";
    limit_in_int_bit_count: "huge.bit_count()";
    limit_in_int_bit_length: "huge.bit_length()";
    limit_in_int_conjugate: "huge.conjugate()";
    limit_in_isinstance: "isinstance(deep, (int, str, list))", "isinstance(5, (str,) * 90_000)", "isinstance(5.5, kinds)";
    limit_in_issubclass: "issubclass(bool, (str, int))", "issubclass(bool, (str,) * 90_000)", "issubclass(float, kinds)";
    limit_in_iter: "iter(numbers)", "list(iter(itertools.count()))";
    limit_in_len: "len(large)", "len(deep)", "len(range(10 ** 18))", "len(chr(len(numbers)) * 3_000)";
    limit_in_map: "list(map(str, numbers))", "list(map(again, [1]))", "list(map(max, itertools.count(), itertools.count()))", "map(*[numbers] * 9_000)";
    limit_in_max: "max(numbers)", "max(itertools.count())", "max(numbers, key=again)", "max(deep, equal)", "max([pile, heap])", "max(*words)", "max(['a' * 90_000] * 900)";
    limit_in_min: "min(numbers)", "min(itertools.count())", "min(numbers, key=lambda n: -n)", "min(deep, equal)", "min([pile, heap])";
    limit_in_next: "next(itertools.count())", "next(n for n in itertools.count() if n < 0)", "next(iter([]), deep)";
    limit_in_object: "object()", "numbers.append(object())";
    limit_in_oct: "oct(8)", "oct(huge)";
    limit_in_ord: "ord('é')", "try:\n    ord(large)\nexcept TypeError:\n    pass";
    limit_in_pow: "pow(3, 5)", "pow(7, 10 ** 9)", "pow(3, huge, huge - 1)", "pow(huge, huge)", "pow(1.5, 600)";
    limit_in_print: "print(5)", "print(deep)", "print(tower)", "print(*words, sep='x' * 9_000)", "print(large, end='')", "print(pile)";
    limit_in_repr: "repr(numbers)", "repr(deep)", "repr(pile)", "repr(tower)", "repr('\\x00' * 900_000)", "repr({1: deep})", "deep.append(deep)\nrepr(deep)";
    limit_in_reversed: "list(reversed(numbers))", "list(reversed(range(10 ** 9)))", "''.join(reversed(large))";
    limit_in_round: "round(1.5)", "round(huge, -100_000)", "round(huge, -10 ** 9)", "round(1.5, 10 ** 9)";
    limit_in_sorted: "sorted(numbers, key=str)", "sorted(itertools.count())", "sorted([deep, equal, deep])", "sorted([pile, heap], reverse=True)", "sorted(large)",
        "sorted(numbers, key=again)", "sorted(['a' * 90_000 + str(n) for n in range(99)])";
    limit_in_str: "str(numbers)", "str(deep)", "str(pile)", "str(tower)", "str(7 ** 4_000)", "str(1.5)";
    limit_in_sum: "sum(numbers)", "sum(itertools.count())", "sum([[1]] * 3_000, [])", "sum([huge] * 9_000)", "sum([numbers] * 9_000, [])", "sum([0.1] * 3_000)";
    limit_in_type: "type(deep).__name__", "type(numbers) == list", "str(type(5))";
    limit_in_zip: "list(zip(numbers, words))", "list(zip(itertools.count(), itertools.count()))", "zip(*[numbers] * 90_000)", "list(zip(*[words] * 900))";
    limit_in_exceptions: "ValueError(large)", "ValueError(deep) == ValueError(equal)", "str(ValueError(deep, tower))", "repr(KeyError(tower))",
        "try:\n    raise ValueError(*numbers)\nexcept ValueError as error:\n    numbers.append(error)";
}
