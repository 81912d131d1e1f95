//! Transfer functions of the module `json`: what speculative execution knows about a result if
//! arguments are unknown.

use sift_abstract::{AbstractValue, Call, Kinds, NOTHING, Raises, Speculator, Transfer};
use sift_compiler::exception::ExceptionClass as E;

pub(super) fn loads(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let value = AbstractValue::new(Kinds::JSON);
    // The other arguments are functions of the program.
    let is_plain = m.argument(call, 0).is(Kinds::STR) && call.named.is_empty();
    is_plain.then(|| Transfer::raising(value, &[E::JsonDecodeError]))
}

pub(super) fn dumps(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let is_plain = m.argument(call, 0).is(Kinds::NONE.or(Kinds::NUMBERS).or(Kinds::STR));
    let raises: Raises = match is_plain && call.named.is_empty() {
        true => NOTHING,
        false => &[E::TypeError, E::ValueError],
    };
    Some(Transfer::raising(AbstractValue::text(), raises))
}

pub(super) fn find_json(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let default = call.args.get(1).map(|default| m.describe(*default));
    let default = default.unwrap_or(AbstractValue::new(Kinds::NONE));
    let is_text = m.argument(call, 0).is(Kinds::STR);
    is_text.then(|| Transfer::pure(AbstractValue::new(Kinds::JSON).join(&default)))
}
