//! Transfer functions of the methods of dicts and counters.

use sift_abstract::{AbstractValue, Call, Effect, Iteration, Kinds, NOTHING, Raises, Speculator, Transfer};
use sift_compiler::exception::ExceptionClass as E;
use sift_values::object::DictPart;
use sift_values::value::Value;

use super::collections::rearranged;

/// Returns the abstract result of a dict lookup with a default, and the exceptions of hashing the
/// key.
fn found(m: &dyn Speculator, call: &Call) -> (AbstractValue, Raises) {
    let default = call.args.get(1);
    let default = default.map_or(AbstractValue::new(Kinds::NONE), |default| m.describe(*default));
    let raises = call.args.first().map_or(NOTHING, |key| m.hash_errors(*key));
    (m.receiver(call).item().join(&default), raises)
}

fn shared_default(call: &Call) -> impl Iterator<Item = Effect> {
    call.args.get(1).into_iter().map(|default| Effect::Share(*default))
}

pub(crate) fn get(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let (result, raises) = found(m, call);
    let mut effects = vec![Effect::ShareItems(call.receiver?)];
    effects.extend(shared_default(call));
    Some(Transfer::effects(effects, result, raises))
}

pub(crate) fn setdefault(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let (result, raises) = found(m, call);
    let default = call.args.get(1);
    let mut effects: Vec<Effect> = shared_default(call).collect();
    effects.push(Effect::InsertAbstract {
        into: call.receiver?,
        item: Box::new(default.map_or(AbstractValue::new(Kinds::NONE), |default| m.describe(*default))),
        key: Box::new(m.argument(call, 0)),
    });
    Some(Transfer::effects(effects, result, raises))
}

pub(crate) fn pop(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let (with_default, hashing) = found(m, call);
    let has_default = call.args.len() > 1;
    let raises: Raises = match hashing {
        hashing if has_default => hashing,
        [] => &[E::KeyError],
        _ => &[E::KeyError, E::TypeError],
    };
    let result = if has_default {
        with_default
    } else {
        m.receiver(call).item()
    };
    Some(Transfer::effects(vec![rearranged(call.receiver?)], result, raises))
}

pub(crate) fn update(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let into = call.receiver?;
    let all_dicts = m.all_args_are(call, Kinds::DICT);
    let effects = call.args.iter().map(|of| Effect::InsertItems { into, of: *of });
    Some(updating(call, effects.collect(), all_dicts))
}

/// Transfer function of `Counter.update`, which counts items or adds the counts in a mapping.
pub(crate) fn update_counts(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let into = call.receiver?;
    let are_counted = call.named.is_empty()
        && call.args.iter().all(|items| {
            let items = m.describe(*items);
            items.is(Kinds::ITERABLE.without(Kinds::DICT)) && items.yielded().is(Kinds::HASHABLE)
        });
    let key = match call.args.first() {
        Some(items) if are_counted => m.describe(*items).yielded(),
        _ => AbstractValue::any(),
    };
    let count = Effect::InsertAbstract {
        into,
        item: Box::new(AbstractValue::new(Kinds::COUNT)),
        key: Box::new(key),
    };
    let fits = are_counted || m.all_args_are(call, Kinds::DICT);
    Some(updating(call, vec![count; call.args.len()], fits))
}

fn updating(call: &Call, mut effects: Vec<Effect>, fits: bool) -> Transfer {
    if let Some(into) = call.receiver {
        let named = call.named.iter();
        effects.extend(named.map(|(_, item)| Effect::Insert { into, item: *item }));
    }
    let raises: Raises = if fits { NOTHING } else { &[E::TypeError, E::ValueError] };
    Transfer::effects(effects, AbstractValue::new(Kinds::NONE), raises)
}

pub(crate) fn keys(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    view(m, call, DictPart::Keys)
}

pub(crate) fn values(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    view(m, call, DictPart::Values)
}

pub(crate) fn items(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    view(m, call, DictPart::Items)
}

fn view(m: &dyn Speculator, call: &Call, part: DictPart) -> Option<Transfer> {
    let view = Iteration::Items {
        of: call.receiver.map(Value::handle)?,
        part,
        version: None,
    };
    sharing_items(call, m.iterator(view))
}

pub(crate) fn copy(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let copy = m.receiver(call);
    sharing_items(call, copy)
}

pub(crate) fn most_common(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let counts = m.receiver(call);
    let pair = AbstractValue::tuple(vec![counts.key(), counts.item()]);
    sharing_items(call, AbstractValue::collection(Kinds::LIST, pair))
}

pub(crate) fn total(_: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    sharing_items(call, AbstractValue::new(Kinds::NUMBERS))
}

pub(crate) fn elements(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let keys = m.receiver(call).key();
    sharing_items(call, AbstractValue::collection(Kinds::ITERATOR, keys))
}

fn sharing_items(call: &Call, result: AbstractValue) -> Option<Transfer> {
    let effects = vec![Effect::ShareItems(call.receiver?)];
    Some(Transfer::effects(effects, result, NOTHING))
}
