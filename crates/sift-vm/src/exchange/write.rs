//! A serde serializer that creates values on the heap of a machine.
//!
//! New values are rooted on the machine's stack until their container takes them, so that garbage
//! can be collected meanwhile.

use num_bigint::BigInt;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use sift_runtime::runtime::Runtime;
use sift_text::Text;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use super::{MAX_VALUE_DEPTH, ValueError, ValueFault, subscript};
use crate::machine::Interpreter;

/// Creates values for the host within the machine's fuel and memory.
pub(super) struct Writer<'m> {
    machine: &'m mut Interpreter,
    /// The number of open containers.
    depth: usize,
}

impl<'m> Writer<'m> {
    /// Creates a value on the machine's heap from a Rust value.
    ///
    /// # Errors
    /// The reason why the value can't be created, with the path to it.
    pub(super) fn write<T: Serialize + ?Sized>(machine: &'m mut Interpreter, value: &T) -> Result<Value, ValueError> {
        let kept = machine.host_roots();
        let mut writer = Writer { machine, depth: 0 };
        let written = value.serialize(&mut writer);
        let machine = writer.machine;
        let value = machine.host_roots_since(kept).first().copied().unwrap_or(Value::NONE);
        machine.truncate_host_roots(kept);
        written.map(|()| value)
    }

    /// Creates a value and roots it, for one unit of fuel.
    fn make(&mut self, make: impl FnMut(&mut Runtime) -> Outcome) -> Result<(), ValueError> {
        let charged = self.machine.meter.charge_items(1);
        let made = charged.and_then(|()| self.machine.collecting(make));
        let value = made.map_err(|flow| fault(&flow))?;
        self.machine.push_host_root(value);
        Ok(())
    }

    /// Creates a container from the values that were rooted since the container was opened.
    fn make_of(
        &mut self,
        kept: usize,
        mut make: impl FnMut(&mut Runtime, &[Value]) -> Outcome,
    ) -> Result<(), ValueError> {
        self.depth -= 1;
        let items = self.machine.host_roots_since(kept).to_vec();
        let charged = self.machine.meter.charge_items(1 + items.len());
        let made = charged.and_then(|()| self.machine.collecting(|machine| make(machine, &items)));
        let value = made.map_err(|flow| fault(&flow))?;
        self.machine.truncate_host_roots(kept);
        self.machine.push_host_root(value);
        Ok(())
    }

    fn list(&mut self, kept: usize) -> Result<(), ValueError> {
        self.make_of(kept, |machine, items| machine.alloc_list(items.to_vec()))
    }

    fn tuple(&mut self, kept: usize) -> Result<(), ValueError> {
        self.make_of(kept, |machine, items| machine.alloc_tuple(items))
    }

    /// Creates a dict from the rooted values, which alternate between keys and values.
    fn dict(&mut self, kept: usize) -> Result<(), ValueError> {
        self.make_of(kept, |machine, items| {
            let pairs: Vec<(Value, Value)> = items.as_chunks().0.iter().map(|[key, value]| (*key, *value)).collect();
            machine.new_dict(&pairs)
        })
    }

    /// Opens a container. Returns the number of rooted values before it.
    fn enter(&mut self) -> Result<usize, ValueError> {
        if self.depth >= MAX_VALUE_DEPTH {
            return Err(ValueFault::TooDeep.into());
        }
        self.depth += 1;
        Ok(self.machine.host_roots())
    }

    /// Opens the dict that represents an enum variant, with the variant's name as its only key.
    fn variant(&mut self, name: &str) -> Result<usize, ValueError> {
        let kept = self.enter()?;
        name.serialize(&mut *self)?;
        Ok(kept)
    }

    fn integer(&mut self, small: Option<i64>, large: impl Fn() -> BigInt) -> Result<(), ValueError> {
        self.make(|machine| match small {
            Some(int) => Ok(Value::int(int)),
            None => machine.alloc(Type::BigInt, Object::BigInt(Box::new(large()))),
        })
    }
}

/// Converts the failure to create a value to the error for the host.
fn fault(flow: &Flow) -> ValueError {
    match flow {
        Flow::End(End::Limit(limit)) => ValueFault::Limit(*limit),
        Flow::End(_) => ValueFault::Cancelled,
        // Creating a value requests nothing else.
        _ => ValueFault::Limit(Limit::Memory),
    }
    .into()
}

/// A container that is open: its items are being created.
pub(super) struct Open<'w, 'm> {
    writer: &'w mut Writer<'m>,
    /// The number of rooted values when the container was opened.
    kept: usize,
    /// The number of rooted values when the dict around the container was opened, if the container
    /// belongs to an enum variant.
    variant: Option<usize>,
    items: usize,
    /// The path to the container's last item, for errors.
    part: String,
}

impl<'w, 'm> Open<'w, 'm> {
    fn new(writer: &'w mut Writer<'m>, variant: Option<&str>) -> Result<Self, ValueError> {
        let variant = variant.map(|name| writer.variant(name)).transpose()?;
        let kept = writer.enter()?;
        Ok(Self {
            writer,
            kept,
            variant,
            items: 0,
            part: String::new(),
        })
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let written = value.serialize(&mut *self.writer);
        let written = written.map_err(|error| error.within(&format!("[{}]", self.items)));
        self.items += 1;
        written
    }

    fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ValueError> {
        name.serialize(&mut *self.writer)?;
        let written = value.serialize(&mut *self.writer);
        written.map_err(|error| error.within(&format!("[{name:?}]")))
    }

    /// Closes the container, and the dict of the enum variant around it, if any.
    fn close(self, end: impl FnOnce(&mut Writer<'m>, usize) -> Result<(), ValueError>) -> Result<(), ValueError> {
        end(self.writer, self.kept)?;
        self.variant.map_or(Ok(()), |kept| self.writer.dict(kept))
    }
}

impl<'w, 'm> Serializer for &'w mut Writer<'m> {
    type Ok = ();
    type Error = ValueError;
    type SerializeSeq = Open<'w, 'm>;
    type SerializeTuple = Open<'w, 'm>;
    type SerializeTupleStruct = Open<'w, 'm>;
    type SerializeTupleVariant = Open<'w, 'm>;
    type SerializeMap = Open<'w, 'm>;
    type SerializeStruct = Open<'w, 'm>;
    type SerializeStructVariant = Open<'w, 'm>;

    fn serialize_bool(self, value: bool) -> Result<(), ValueError> {
        self.make(|_| Ok(Value::bool(value)))
    }

    fn serialize_i8(self, value: i8) -> Result<(), ValueError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), ValueError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), ValueError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), ValueError> {
        self.make(|_| Ok(Value::int(value)))
    }

    fn serialize_i128(self, value: i128) -> Result<(), ValueError> {
        self.integer(value.try_into().ok(), || value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<(), ValueError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), ValueError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), ValueError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), ValueError> {
        self.integer(value.try_into().ok(), || value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<(), ValueError> {
        self.integer(value.try_into().ok(), || value.into())
    }

    fn serialize_f32(self, value: f32) -> Result<(), ValueError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), ValueError> {
        self.make(|_| Ok(Value::float(value)))
    }

    fn serialize_char(self, value: char) -> Result<(), ValueError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), ValueError> {
        self.machine
            .meter
            .charge_bytes(value.len())
            .map_err(|flow| fault(&flow))?;
        self.make(|machine| {
            machine.reserve(value.len())?;
            Ok(machine.new_text(Text::new(value)))
        })
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), ValueError> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), ValueError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), ValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), ValueError> {
        self.make(|_| Ok(Value::NONE))
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), ValueError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), ValueError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), ValueError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), ValueError> {
        let kept = self.variant(variant)?;
        let written = value.serialize(&mut *self);
        written.map_err(|error| error.within(&format!("[{variant:?}]")))?;
        self.dict(kept)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, None)
    }

    fn serialize_tuple(self, _len: usize) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, None)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, None)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, Some(variant))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, None)
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, None)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Open<'w, 'm>, ValueError> {
        Open::new(self, Some(variant))
    }
}

impl SerializeSeq for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.item(value)
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::list)
    }
}

impl SerializeTuple for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.item(value)
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::tuple)
    }
}

impl SerializeTupleStruct for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.item(value)
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::tuple)
    }
}

impl SerializeTupleVariant for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.item(value)
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::tuple)
    }
}

impl SerializeMap for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ValueError> {
        let kept = self.writer.machine.host_roots();
        key.serialize(&mut *self.writer)?;
        let machine = &mut *self.writer.machine;
        let key = machine.host_roots_since(kept).first().copied().unwrap_or(Value::NONE);
        self.part = subscript(machine, key);
        match machine.hash(key) {
            Ok(_) => Ok(()),
            Err(Flow::Raise(_)) => {
                let type_name = machine.class_name(key).into();
                Err(ValueError::from(ValueFault::NotAKey { type_name }).within(&self.part))
            }
            Err(flow) => Err(fault(&flow)),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let written = value.serialize(&mut *self.writer);
        written.map_err(|error| error.within(&self.part))
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::dict)
    }
}

impl SerializeStruct for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), ValueError> {
        self.entry(key, value)
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::dict)
    }
}

impl SerializeStructVariant for Open<'_, '_> {
    type Ok = ();
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), ValueError> {
        self.entry(key, value)
    }

    fn end(self) -> Result<(), ValueError> {
        self.close(Writer::dict)
    }
}
