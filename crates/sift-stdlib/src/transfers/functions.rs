//! Transfer functions of built-in functions on single values.

use sift_abstract::{AbstractValue, Call, Kinds, Raises, Speculator, Transfer, anything, type_error_unless};
use sift_compiler::exception::ExceptionClass as E;
use sift_values::value::{Type, Value};

pub(crate) fn print(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::pure(AbstractValue::new(Kinds::NONE)))
}

pub(crate) fn repr(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::pure(AbstractValue::text()))
}

pub(crate) fn failed(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::pure(AbstractValue::new(Kinds::BOOL)))
}

pub(crate) fn len(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let value = call.args.first().copied();
    let is_view = value.is_some_and(|value| value.kind() == Type::DictView);
    if !is_view && !m.argument(call, 0).is(Kinds::SIZED) {
        return Some(Transfer::raising(AbstractValue::new(Kinds::COUNT), &[E::TypeError]));
    }
    let unknown = value.filter(|value| !m.is_known(*value));
    Some(Transfer::pure(AbstractValue {
        length_of: unknown.map(Value::handle),
        ..AbstractValue::new(Kinds::COUNT)
    }))
}

pub(crate) fn abs(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let of = m.argument(call, 0);
    let kinds = of.kinds.without(Kinds::BOOL).or(Kinds::COUNT);
    of.is(Kinds::NUMBERS).then(|| Transfer::pure(AbstractValue::new(kinds)))
}

pub(crate) fn round(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let of = m.argument(call, 0);
    let digits = call.args.get(1).copied().or(call.named("ndigits"));
    let fits = digits.is_none_or(|digits| m.describe(digits).is(Kinds::COUNT.or(Kinds::NONE)));
    let (kinds, raises): (Kinds, Raises) = match digits {
        _ if of.is(Kinds::INTS) => (Kinds::INT, type_error_unless(fits)),
        Some(_) if of.is(Kinds::FLOAT) => (Kinds::FLOAT, &[E::TypeError, E::OverflowError]),
        None if of.is(Kinds::NUMBERS) => (Kinds::NUMBERS, &[E::ValueError, E::OverflowError]),
        _ if of.is(Kinds::NUMBERS) => (Kinds::NUMBERS, &[E::TypeError, E::ValueError, E::OverflowError]),
        _ => return None,
    };
    Some(Transfer::raising(AbstractValue::new(kinds), raises))
}

pub(crate) fn divmod(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let is_divisor = |value: &Value| value.kind() == Type::Int && value.as_int().is_some_and(|int| int != 0);
    if m.all_args_are(call, Kinds::COUNT) && call.args.get(1).is_some_and(is_divisor) {
        let counts = vec![AbstractValue::new(Kinds::COUNT); 2];
        return Some(Transfer::pure(AbstractValue::tuple(counts)));
    }
    anything(m, call)
}
