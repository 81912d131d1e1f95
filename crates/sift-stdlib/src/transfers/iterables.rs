//! Transfer functions of built-in functions on iterables.

use sift_abstract::{
    AbstractValue, Call, Iteration, Kinds, NOTHING, Raises, Speculator, Transfer, anything, type_error_unless,
};
use sift_compiler::exception::ExceptionClass as E;
use sift_values::value::Value;

pub(crate) fn map(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    match call.args.as_slice() {
        [_, _] => Some(Transfer::Delegated("_map_one", call.args.clone())),
        _ => None,
    }
}

pub(crate) fn filter(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    match call.args.as_slice() {
        [function, values] if function.is_none() => Some(Transfer::Delegated("_filter_true", vec![*values])),
        [_, _] => Some(Transfer::Delegated("_filter_by", call.args.clone())),
        _ => None,
    }
}

pub(crate) fn sorted(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let named = ["key", "reverse"];
    let only_named = call.named.iter().all(|(name, _)| named.contains(&name.as_str()));
    if let (Some(key), [values], true) = (key_of(call), call.args.as_slice(), only_named) {
        let reverse = call.named("reverse").unwrap_or(Value::FALSE);
        return Some(Transfer::Delegated("_sorted_by", vec![*values, key, reverse]));
    }
    let items = m.argument(call, 0);
    let is_ordered = items.is(Kinds::ITERABLE) && items.yielded().is_ordered();
    let list = AbstractValue::collection(Kinds::LIST, items.yielded());
    call.named
        .is_empty()
        .then(|| Transfer::raising(list, type_error_unless(is_ordered)))
}

fn key_of(call: &Call) -> Option<Value> {
    call.named("key").filter(|key| !key.is_none())
}

pub(crate) fn sort_by_keys(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = m.argument(call, 0).yielded();
    let keys = m.describe(*call.args.get(1)?).yielded();
    let list = AbstractValue::collection(Kinds::LIST, items);
    Some(Transfer::raising(list, type_error_unless(keys.is_ordered())))
}

/// Transfer function of `min` and `max`.
pub(crate) fn extreme(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = m.argument(call, 0);
    let item = items.yielded();
    let is_ordered = items.is(Kinds::ITERABLE) && item.is_ordered();
    match call.named.as_slice() {
        [] if call.args.len() > 1 => {
            let nothing = AbstractValue::new(Kinds::NOTHING);
            let joined = call
                .args
                .iter()
                .fold(nothing, |joined, arg| joined.join(&m.describe(*arg)));
            let raises = type_error_unless(joined.is_ordered());
            Some(Transfer::raising(joined, raises))
        }
        [] => {
            let raises: Raises = match is_ordered {
                true if items.sizes.0 > 0 => NOTHING,
                true => &[E::ValueError],
                false => &[E::ValueError, E::TypeError],
            };
            Some(Transfer::raising(item, raises))
        }
        [(name, default)] if name == "default" => {
            let result = item.join(&m.describe(*default));
            Some(Transfer::raising(result, type_error_unless(is_ordered)))
        }
        _ => anything(m, call),
    }
}

pub(crate) fn sum(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = m.argument(call, 0);
    let kinds = items.yielded().kinds;
    let is_plain = call.args.len() == 1 && call.named.is_empty();
    if !is_plain || !kinds.is_subset_of(Kinds::NUMBERS) || !items.is(Kinds::ITERABLE) {
        return Some(Transfer::raising(AbstractValue::any(), &[E::TypeError]));
    }
    let may_overflow = kinds.overlaps(Kinds::FLOAT) && kinds.overlaps(Kinds::INT);
    let result = if kinds.is_subset_of(Kinds::INTS) {
        Kinds::INT
    } else {
        Kinds::NUMBERS
    };
    let raises: Raises = if may_overflow { &[E::OverflowError] } else { NOTHING };
    Some(Transfer::raising(AbstractValue::new(result), raises))
}

/// Transfer function of `any` and `all`, which depend on the truth values of items.
pub(crate) fn truth_of_items(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let raises = type_error_unless(m.argument(call, 0).is(Kinds::ITERABLE));
    Some(Transfer::raising(AbstractValue::new(Kinds::BOOL), raises))
}

pub(crate) fn enumerate(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let items = m.argument(call, 0);
    let start = call.args.get(1).copied().or(call.named("start"));
    if start.is_some_and(|start| !m.describe(start).is(Kinds::COUNT)) {
        return None;
    }
    let iteration = m.iterate(*call.args.first()?);
    let pairs = m.iterator(Iteration::Enumerated(Box::new(iteration)));
    Some(Transfer::raising(pairs, type_error_unless(items.is(Kinds::ITERABLE))))
}

pub(crate) fn zip(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let all_iterable = m.all_args_are(call, Kinds::ITERABLE);
    let iterations = call.args.iter().map(|arg| m.iterate(*arg)).collect();
    let tuples = m.iterator(Iteration::Zipped(iterations));
    let raises: Raises = match all_iterable && call.named.is_empty() {
        true => NOTHING,
        false => &[E::TypeError, E::ValueError],
    };
    Some(Transfer::raising(tuples, raises))
}

/// Transfer function of `reversed`, and of `iter` for an iterable.
pub(crate) fn iterator(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let [iterable] = call.args.as_slice() else { return None };
    let is_iterable = m.describe(*iterable).is(Kinds::ITERABLE);
    let iteration = m.iterate(*iterable);
    let items = m.iterator(iteration);
    Some(Transfer::raising(items, type_error_unless(is_iterable)))
}

pub(crate) fn range(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let counts = AbstractValue::collection(Kinds::ITERATOR, AbstractValue::new(Kinds::COUNT));
    let are_counts = m.all_args_are(call, Kinds::BOOL.or(Kinds::COUNT));
    (are_counts && call.args.len() < 3).then(|| Transfer::pure(counts))
}
