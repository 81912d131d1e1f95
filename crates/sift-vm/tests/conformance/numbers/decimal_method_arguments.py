from decimal import Decimal


def show(method, *args, **kwargs):
    try:
        print(method.__name__, repr(method(*args, **kwargs)))
    except Exception as e:
        print(method.__name__, type(e).__name__, e)


price = Decimal("19.90")
# Methods without parameters.
for method in [price.adjusted, price.as_integer_ratio, price.as_tuple, price.canonical, price.conjugate, price.copy_abs,
               price.copy_negate, price.is_canonical, price.is_finite, price.is_infinite, price.is_nan, price.is_qnan,
               price.is_signed, price.is_snan, price.is_zero, price.radix]:
    show(method)
    show(method, 1)
# Methods with at most a context parameter.
for method in [price.exp, price.ln, price.log10, price.logb, price.next_minus, price.next_plus, price.normalize,
               price.number_class, price.is_normal, price.is_subnormal, price.to_eng_string]:
    show(method)
    show(method, None, None)
    show(method, contxt=None)
