//! Transfer functions of the methods of lists, sets and deques.

use sift_abstract::{AbstractValue, Call, Effect, Kinds, NOTHING, Raises, Speculator, Transfer, type_error_unless};
use sift_compiler::exception::ExceptionClass as E;
use sift_values::value::Value;

const fn none() -> AbstractValue {
    AbstractValue::new(Kinds::NONE)
}

/// Transfer function of `append`, `appendleft` and `insert`, which add the last argument to the
/// receiver.
pub(crate) fn put(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    put_last(call, NOTHING)
}

/// Transfer function of `set.add`.
pub(crate) fn add(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    put_last(call, m.hash_errors(*call.args.last()?))
}

fn put_last(call: &Call, raises: Raises) -> Option<Transfer> {
    let put = Effect::Insert {
        into: call.receiver?,
        item: *call.args.last()?,
    };
    Some(Transfer::effects(vec![put], none(), raises))
}

/// Transfer function of `extend`, `extendleft` and `set.update`, which add all items of the
/// arguments to the receiver.
pub(crate) fn put_items(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let into = call.receiver?;
    let puts = call.args.iter().map(|of| Effect::InsertItems { into, of: *of });
    Some(Transfer::effects(
        puts.collect(),
        none(),
        type_error_unless(takes_items(m, call)),
    ))
}

fn takes_items(m: &dyn Speculator, call: &Call) -> bool {
    call.args.first().is_none_or(|arg| m.describe(*arg).is(Kinds::ITERABLE))
}

/// Returns the effects of removing or reordering items of a collection.
pub(super) fn rearranged(collection: Value) -> Effect {
    let nothing = Box::new(AbstractValue::new(Kinds::NOTHING));
    Effect::InsertAbstract {
        into: collection,
        item: nothing.clone(),
        key: nothing,
    }
}

fn rearranging(call: &Call, result: AbstractValue, raises: Raises) -> Option<Transfer> {
    Some(Transfer::effects(vec![rearranged(call.receiver?)], result, raises))
}

/// Transfer function of `clear`, `reverse` and `rotate`.
pub(crate) fn rearrange(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    rearranging(call, none(), NOTHING)
}

/// Transfer function of `pop` for a list or a deque.
pub(crate) fn pop(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let of = m.receiver(call);
    let is_there = call.args.is_empty() && of.has_item(-1);
    rearranging(call, of.item(), if is_there { NOTHING } else { &[E::IndexError] })
}

/// Transfer function of `deque.popleft`.
pub(crate) fn pop_first(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let of = m.receiver(call);
    let raises: Raises = if of.has_item(0) { NOTHING } else { &[E::IndexError] };
    rearranging(call, of.item(), raises)
}

/// Transfer function of `set.pop`.
pub(crate) fn pop_any(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let item = m.receiver(call).item();
    rearranging(call, item, &[E::KeyError])
}

/// Transfer function of `remove` for a list or a deque.
pub(crate) fn remove(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    rearranging(call, none(), &[E::ValueError])
}

/// Transfer function of `set.remove`.
pub(crate) fn remove_key(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    rearranging(call, none(), &[E::KeyError])
}

/// Transfer function of `set.discard`.
pub(crate) fn discard(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let raises = m.hash_errors(*call.args.first()?);
    rearranging(call, none(), raises)
}

/// Transfer function of `list.sort` without a key.
pub(crate) fn sort(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    if !call.named.is_empty() {
        return None;
    }
    let raises = type_error_unless(m.receiver(call).item().is_ordered());
    rearranging(call, none(), raises)
}

/// Transfer function of `count` for a list or a deque.
pub(crate) fn count(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::pure(AbstractValue::new(Kinds::COUNT)))
}

/// Transfer function of `index` for a list or a deque.
pub(crate) fn index(_: &mut dyn Speculator, _: &Call) -> Option<Transfer> {
    Some(Transfer::raising(AbstractValue::new(Kinds::COUNT), &[E::ValueError]))
}

/// Transfer function of `copy`, and of set methods that return a set.
pub(crate) fn combined(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let mut result = m.receiver(call);
    for arg in &call.args {
        result.items = Some(Box::new(result.item().join(&m.describe(*arg).yielded())));
    }
    Some(Transfer::raising(result, type_error_unless(takes_items(m, call))))
}

/// Transfer function of `issubset`, `issuperset` and `isdisjoint`.
pub(crate) fn compared(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    takes_items(m, call).then(|| Transfer::pure(AbstractValue::new(Kinds::BOOL)))
}
