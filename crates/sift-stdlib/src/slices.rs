//! The type `slice`, whose values describe index ranges such as `a:b:c` in `items[a:b:c]`.

use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::flow::{Delegate, Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("slice"),
        rows: &[entry(
            "slice(start, stop=None, step=None, /)",
            "Makes a slice, for use as an index: items[slice(1, 3)] is items[1:3].",
            slice,
        )],
    },
    Group {
        owner: Owner::Method(&[Type::Slice]),
        rows: &[entry(
            "indices(length, /) -> tuple",
            "Returns start, stop and step for a sequence of a length.",
            indices,
        )],
    },
];

fn slice(m: &mut Runtime, args: &Args) -> Outcome {
    let parts = match args.given(1) {
        Some(stop) => [args.get(0), stop, args.given(2).unwrap_or(Value::NONE)],
        None => [Value::NONE, args.get(0), Value::NONE],
    };
    m.alloc(Type::Slice, Object::Slice(Box::new(parts)))
}

fn indices(m: &mut Runtime, args: &Args) -> Outcome {
    let Object::Slice(parts) = m.heap.get(args.receiver.handle()) else {
        return Ok(Value::NONE);
    };
    let parts = **parts;
    let is_large = args.get(0).kind() == Type::BigInt;
    let length = match is_large {
        true => m.slice_part(args.get(0))?.unwrap_or_default(),
        false => m.int_arg(args.get(0))?,
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(m.value_error("length should not be negative"));
    };
    let (start, stop, step) = m.slice_bounds(args.receiver, length)?;
    // Bounds are truncated to 64 bits above. The prelude computes with larger ones.
    if is_large || parts.iter().any(|part| part.kind() == Type::BigInt) {
        return Err(Flow::Delegate(Box::new(Delegate {
            function: "_slice_indices",
            args: [args.get(0)].into_iter().chain(parts).collect(),
        })));
    }
    m.alloc_tuple(vec![Value::int(start), Value::int(stop), Value::int(step)])
}
