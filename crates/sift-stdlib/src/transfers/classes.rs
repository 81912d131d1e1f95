//! Transfer functions of constructors, and of class tests.

use sift_abstract::{AbstractValue, Call, Kinds, NOTHING, Raises, Refinement, Speculator, Transfer, type_error_unless};
use sift_compiler::exception::ExceptionClass as E;
use sift_values::classes::ClassId;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

pub(crate) fn str(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    (call.args.len() == 1).then(|| Transfer::pure(AbstractValue::text()))
}

pub(crate) fn bool(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let value = call.args.first().filter(|arg| arg.kind() == Type::Unknown);
    let of = m.argument(call, 0);
    let test =
        value.map(|value| AbstractValue::testing(value.handle(), of.refinement_if(true), of.refinement_if(false)));
    Some(Transfer::pure(test.unwrap_or(AbstractValue::new(Kinds::BOOL))))
}

pub(crate) fn int(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let value = m.argument(call, 0);
    let (kinds, raises): (Kinds, Raises) = match () {
        () if call.args.len() != 1 || !call.named.is_empty() => (Kinds::INT, &[E::ValueError, E::TypeError]),
        () if value.is(Kinds::BOOL.or(Kinds::COUNT)) => (Kinds::COUNT, NOTHING),
        () if value.is(Kinds::INTS) => (Kinds::INT, NOTHING),
        // A string of digits that is too long to convert is a limit of the machine, not an
        // exception.
        () if value.is(Kinds::STR) && value.shape.is_int() => (Kinds::INT, NOTHING),
        () if value.is(Kinds::STR) => (Kinds::INT, &[E::ValueError]),
        () if value.is(Kinds::FLOAT) => (Kinds::INT, &[E::ValueError, E::OverflowError]),
        () => (Kinds::INT, &[E::ValueError, E::TypeError]),
    };
    Some(Transfer::raising(AbstractValue::new(kinds), raises))
}

pub(crate) fn float(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let value = m.argument(call, 0);
    let raises: Raises = match () {
        () if call.args.len() != 1 => &[E::ValueError, E::TypeError],
        () if value.is(Kinds::BOOL.or(Kinds::COUNT).or(Kinds::FLOAT)) => NOTHING,
        () if value.is(Kinds::STR) && value.shape.is_number() => NOTHING,
        () if value.is(Kinds::STR) => &[E::ValueError],
        () if value.is(Kinds::INTS) => &[E::OverflowError],
        () => &[E::ValueError, E::TypeError],
    };
    Some(Transfer::raising(AbstractValue::new(Kinds::FLOAT), raises))
}

pub(crate) fn list(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    sequence(m, call, Kinds::LIST)
}

pub(crate) fn tuple(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    sequence(m, call, Kinds::TUPLE)
}

fn sequence(m: &mut dyn Speculator, call: &Call, kinds: Kinds) -> Option<Transfer> {
    let items = m.argument(call, 0);
    let result = AbstractValue::collection(kinds, items.yielded());
    Some(Transfer::raising(result, type_error_unless(items.is(Kinds::ITERABLE))))
}

pub(crate) fn set(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = m.argument(call, 0);
    let result = AbstractValue::collection(Kinds::SET, items.yielded());
    Some(Transfer::raising(result, type_error_unless(yields_keys(&items))))
}

pub(crate) fn counter(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = m.argument(call, 0);
    if call.args.len() != 1 || !call.named.is_empty() || items.is(Kinds::DICT) {
        return None;
    }
    let counts = AbstractValue::new(Kinds::COUNT);
    let result = AbstractValue::dict(DictKind::Counter, items.yielded(), counts);
    Some(Transfer::raising(result, type_error_unless(yields_keys(&items))))
}

pub(crate) fn dict(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    if call.args.len() != 1 || !call.named.is_empty() {
        return None;
    }
    let items = m.argument(call, 0);
    let pair = items.yielded();
    let entry = match pair.fields.as_deref() {
        _ if items.is(Kinds::DICT) => Some((items.key(), items.item())),
        Some([key, value]) if pair.is(Kinds::TUPLE) => Some((key.clone(), value.clone())),
        _ if pair.is(Kinds::LIST) && pair.sizes == (2, 2) => Some((pair.item(), pair.item())),
        _ => None,
    };
    let fits = entry.as_ref().is_some_and(|(key, _)| key.is(Kinds::HASHABLE)) && items.is(Kinds::ITERABLE);
    let raises: Raises = if fits { NOTHING } else { &[E::TypeError, E::ValueError] };
    let (key, value) = entry.unwrap_or((AbstractValue::any(), AbstractValue::any()));
    let result = AbstractValue::dict(DictKind::Plain, key, value.into_shared());
    Some(Transfer::raising(result, raises))
}

pub(crate) fn dict_fromkeys(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let keys = m.argument(call, 0);
    let value = match call.args.len() {
        0 | 1 => AbstractValue::new(Kinds::NONE),
        _ => m.argument(call, 1),
    };
    let result = AbstractValue::dict(DictKind::Plain, keys.yielded(), value);
    Some(Transfer::raising(result, type_error_unless(yields_keys(&keys))))
}

fn yields_keys(items: &AbstractValue) -> bool {
    items.is(Kinds::ITERABLE) && items.yielded().is(Kinds::HASHABLE)
}

pub(crate) fn isinstance(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let tested = kinds_of_classes(m, *call.args.get(1)?)?;
    let kinds = m.argument(call, 0).kinds;
    let (is, is_not) = (kinds.and(tested.or(Kinds::OTHER)), kinds.without(tested));
    let value = call.args.first().filter(|value| value.kind() == Type::Unknown);
    Some(Transfer::pure(match value {
        Some(value) if !is.is_empty() && !is_not.is_empty() => {
            AbstractValue::testing(value.handle(), Refinement::kinds(is), Refinement::kinds(is_not))
        }
        _ => AbstractValue::new(Kinds::BOOL),
    }))
}

/// Returns the types that instances of a class have, or of the classes in a tuple, as for
/// `isinstance`.
fn kinds_of_classes(m: &dyn Speculator, classes: Value) -> Option<Kinds> {
    let mut kinds = Kinds::NOTHING;
    let mut open = vec![classes];
    while let Some(class) = open.pop() {
        match m.heap().get(class.handle()) {
            Object::Tuple(classes) if class.kind() == Type::Tuple => open.extend(classes.iter()),
            _ => kinds = kinds.or(kinds_of_class(class)?),
        }
    }
    Some(kinds)
}

fn kinds_of_class(class: Value) -> Option<Kinds> {
    match ClassId::of(class)?.instance_type()? {
        Type::Int => Some(Kinds::INTS),
        kind @ (Type::Str | Type::Float | Type::Bool | Type::List | Type::Tuple | Type::Dict | Type::Set) => {
            Some(Kinds::of_type(kind))
        }
        _ => None,
    }
}
