//! Transfer functions of prelude functions that parse a reply and never raise. With them, the
//! speculator needn't analyse the source of these functions.

use sift_abstract::{AbstractValue, Call, Kinds, Speculator, Transfer, TransferFn};

/// The transfer functions of prelude functions, each with the function's name.
pub(crate) const TRANSFERS: &[(&str, TransferFn)] = &[("parse_number", parse_number), ("parse_labels", parse_labels)];

fn parse_number(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let number = AbstractValue {
        none_if_not_found: true,
        ..AbstractValue::new(Kinds::NONE.or(Kinds::INT).or(Kinds::FLOAT))
    };
    m.argument(call, 0).is(Kinds::STR).then(|| Transfer::pure(number))
}

fn parse_labels(m: &mut dyn Speculator, call: &Call) -> Option<Transfer> {
    let labels = AbstractValue::collection(Kinds::LIST, m.argument(call, 1).item());
    m.argument(call, 0).is(Kinds::STR).then(|| Transfer::pure(labels))
}
