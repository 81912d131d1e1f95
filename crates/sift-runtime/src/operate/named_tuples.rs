//! Named tuples: tuples with a class that names their fields.

use std::sync::Arc;

use sift_compiler::exception::ExceptionClass;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{Object, TupleClassObject, TupleObject, list_bytes};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use crate::runtime::Runtime;

impl Runtime {
    /// Returns the named tuple class of a tuple, or `None` for a plain tuple.
    pub fn named_class(&self, tuple: Value) -> Option<Value> {
        match self.heap.get(tuple.handle()) {
            Object::Tuple(tuple_object) if tuple.kind() == Type::Tuple => {
                tuple_object.class.map(|class| Value::object(Type::TupleClass, class))
            }
            _ => None,
        }
    }

    /// Returns the definition of a named tuple class, or `None` for other values.
    pub fn tuple_class(&self, class: Value) -> Option<&TupleClassObject> {
        match self.heap.get(class.handle()) {
            Object::TupleClass(object) if class.kind() == Type::TupleClass => Some(object),
            _ => None,
        }
    }

    /// Returns a named tuple class and its field names. The value is the class itself or an
    /// instance of it.
    pub fn tuple_class_of(&self, value: Value) -> Option<(Value, Arc<[SmolStr]>)> {
        let class = self.named_class(value).unwrap_or(value);
        Some((class, self.tuple_class(class)?.fields.clone()))
    }

    /// Returns the items of a tuple. Raises a `TypeError` for other values, such as a named tuple
    /// class.
    pub fn tuple_items(&mut self, tuple: Value) -> Result<Vec<Value>, Flow> {
        match self.heap.get(tuple.handle()) {
            Object::Tuple(items) if tuple.kind() == Type::Tuple => Ok(items.to_vec()),
            _ => Err(self.type_error("this needs a named tuple, not its class")),
        }
    }

    /// Allocates a named tuple of a class, which must have as many fields as there are items.
    pub fn named_tuple(&mut self, class: Value, items: Vec<Value>) -> Outcome {
        self.meter.charge_items(items.len())?;
        self.reserve(list_bytes(items.len()))?;
        self.alloc(Type::Tuple, Object::Tuple(TupleObject::named(items, class.handle())))
    }

    /// Returns an attribute that plain tuples lack: a field by its name, or one of the class, such
    /// as `_fields`.
    pub(crate) fn named_tuple_attribute(&mut self, tuple: Value, name: &str) -> Result<Option<Value>, Flow> {
        let Some(class) = self.named_class(tuple) else {
            return Ok(None);
        };
        if name.starts_with('_') {
            return self.tuple_class_attribute(class, name);
        }
        let place = self.tuple_class(class).and_then(|class| class.place(name));
        Ok(place.and_then(|place| self.sequence_item(tuple, place)))
    }

    /// Returns an attribute of a named tuple class: `__name__`, `_fields` or `_field_defaults`.
    pub(crate) fn tuple_class_attribute(&mut self, class: Value, name: &str) -> Result<Option<Value>, Flow> {
        let Some(object) = self.tuple_class(class) else {
            return Ok(None);
        };
        match name {
            "__name__" => {
                let name = object.name.rsplit('.').next().unwrap_or_default().to_owned();
                self.alloc_text(name).map(Some)
            }
            "_fields" => {
                let fields = object.fields.clone();
                let mut names = Vec::with_capacity(fields.len());
                for field in &*fields {
                    names.push(self.alloc_text(field.as_str())?);
                }
                self.alloc_tuple(names).map(Some)
            }
            "_field_defaults" => {
                let (fields, defaults) = (object.fields.clone(), object.defaults);
                let defaults = self.items(defaults)?;
                let first = fields.len().saturating_sub(defaults.len());
                let mut pairs = Vec::with_capacity(defaults.len());
                for (field, default) in fields.iter().skip(first).zip(defaults) {
                    pairs.push((self.alloc_text(field.as_str())?, default));
                }
                self.new_dict(&pairs).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns a raised error for an assignment to an attribute of a named tuple, or `None` for
    /// other values.
    pub(crate) fn named_tuple_not_settable(&mut self, tuple: Value, name: &str) -> Option<Flow> {
        let class = self.named_class(tuple)?;
        let is_field = self.tuple_class(class)?.place(name).is_some();
        if !is_field {
            return Some(self.no_attribute(tuple, name));
        }
        let flow = self.raise(ExceptionClass::AttributeError, "can't set attribute");
        Some(self.with_help(flow, format!("make another: p = p._replace({name}=…)")))
    }
}
