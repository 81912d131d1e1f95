//! The class of a value, and unions of types such as `int | None`.

use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::object::{DictKind, Object, RecordObject};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::Runtime;

/// The type name of a union such as `int | None`, which is stored as a record of its member types.
pub const UNION: &str = "types.UnionType";

impl Runtime {
    /// Returns the union type `left | right`, or `None` if an operand is neither a type nor a form
    /// from `typing`.
    pub(crate) fn type_union(&mut self, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        let mut members: Vec<Value> = Vec::new();
        for side in [left, right] {
            match (side.kind(), self.heap.get(side.handle())) {
                (Type::Class | Type::None, _) => members.push(side),
                (Type::Instance, _) if self.type_name(side) == "_Form" => members.push(side),
                (Type::Record, Object::Record(union)) if union.type_name == UNION => members.extend(&union.values),
                _ => return Ok(None),
            }
        }
        self.meter.charge_items(members.len().saturating_mul(members.len()))?;
        let is_new = |index: usize, member: &Value| !members.iter().take(index).any(|other| other.same(*member));
        let values: Vec<Value> = (0..)
            .zip(&members)
            .filter(|(index, member)| is_new(*index, member))
            .map(|(_, member)| *member)
            .collect();
        if values.iter().all(|member| member.is_none()) {
            return Ok(None);
        }
        let names = (0..values.len())
            .map(|index| SmolStr::from(format!("_{index}")))
            .collect();
        let record = RecordObject {
            type_name: UNION.into(),
            names,
            values,
        };
        self.alloc(Type::Record, Object::Record(Box::new(record))).map(Some)
    }

    /// Returns the class of a value, as `type(x)` does.
    pub fn class_of(&self, value: Value) -> ClassId {
        if value.kind() == Type::Exception
            && let Some(class) = self.exception_class(value)
        {
            return ClassId::of_exception(class);
        }
        if let Some((class, _)) = self.instance_class(value) {
            return ClassId::of_sift(class);
        }
        if let Object::Generator(generator) = self.heap.get(value.handle())
            && let Some(class) = generator.class.filter(|_| value.kind() == Type::Generator)
        {
            return class;
        }
        let name = match (value.kind(), self.heap.get(value.handle())) {
            (Type::Dict, Object::Dict(dict)) => match dict.kind {
                DictKind::Plain => "dict",
                DictKind::Counter => "Counter",
                DictKind::Default(_) => "defaultdict",
                DictKind::Ordered => "OrderedDict",
            },
            (Type::Record, _) => "record",
            (Type::Tuple, _) => "tuple",
            (Type::DecimalContext, _) => "decimal.Context",
            _ => self.class_name(value),
        };
        ClassId::named(name).unwrap_or(ClassId::OBJECT)
    }
}
