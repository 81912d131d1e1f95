//! Named tuples: classes of tuples whose items can also be accessed as attributes.
//!
//! `namedtuple` itself is written in Sift (`sift/collections.sift`). This module implements the
//! class it creates.

use sift_runtime::runtime::{Args, Group, Runtime};
use sift_runtime::table::{Owner, entry, iterating};
use sift_values::flow::Outcome;
use sift_values::object::{Object, TupleClassObject};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Builtin,
        rows: &[entry(
            "_tuple_class(name, fields, defaults, /)",
            "Makes the class of named tuples.",
            tuple_class,
        )],
    },
    // These attributes exist on the class and on its tuples.
    Group {
        owner: Owner::Method(&[Type::TupleClass]),
        rows: &[
            iterating(
                "_make(iterable)",
                "Makes a named tuple of the items of an iterable.",
                make,
            ),
            entry(
                "_replace(**kwargs)",
                "Returns a named tuple with other values in these fields.",
                replace,
            ),
            entry("_asdict()", "Returns a dict of the fields.", as_dict),
        ],
    },
];

fn tuple_class(m: &mut Runtime, args: &Args) -> Outcome {
    let name = m.text_of(args.get(0), "typename")?;
    let mut fields = Vec::new();
    for field in m.items(args.get(1))? {
        fields.push(m.text_of(field, "field name")?);
    }
    let bytes = fields
        .iter()
        .fold(name.known_bytes(), |sum, field| sum.saturating_add(field.known_bytes()));
    m.meter.charge_bytes(bytes)?;
    m.reserve(bytes)?;
    let fields: Vec<SmolStr> = fields
        .iter()
        .map(|field| field.as_str().unwrap_or_default().into())
        .collect();
    let class = TupleClassObject {
        name: name.as_str().unwrap_or_default().into(),
        fields: fields.into(),
        defaults: args.get(2),
    };
    m.alloc(Type::TupleClass, Object::TupleClass(Box::new(class)))
}

fn make(m: &mut Runtime, args: &Args) -> Outcome {
    let Some((class, fields)) = m.tuple_class_of(args.receiver) else {
        return Ok(Value::NONE);
    };
    let items = m.items(args.get(0))?;
    if items.len() != fields.len() {
        let plural = if fields.len() == 1 { "" } else { "s" };
        let message = format!("Expected {} argument{plural}, got {}", fields.len(), items.len());
        return Err(m.type_error(message));
    }
    m.named_tuple(class, items)
}

fn replace(m: &mut Runtime, args: &Args) -> Outcome {
    let Some((class, fields)) = m.tuple_class_of(args.receiver) else {
        return Ok(Value::NONE);
    };
    let mut items = m.tuple_items(args.receiver)?;
    m.meter.charge_items(items.len() + args.keywords.len())?;
    let mut unexpected = Vec::new();
    for (name, value) in &args.keywords {
        let place = fields.iter().position(|field| field == name);
        match place.and_then(|place| items.get_mut(place)) {
            Some(item) => *item = *value,
            None => unexpected.push(format!("'{name}'")),
        }
    }
    if !unexpected.is_empty() {
        let message = format!("Got unexpected field names: [{}]", unexpected.join(", "));
        return Err(m.value_error(message));
    }
    m.named_tuple(class, items)
}

fn as_dict(m: &mut Runtime, args: &Args) -> Outcome {
    let Some((_, fields)) = m.tuple_class_of(args.receiver) else {
        return Ok(Value::NONE);
    };
    let items = m.tuple_items(args.receiver)?;
    m.meter.charge_items(items.len())?;
    let mut pairs = Vec::with_capacity(items.len());
    for (field, item) in fields.iter().zip(items) {
        pairs.push((m.alloc_text(field.as_str())?, item));
    }
    m.new_dict(&pairs)
}
