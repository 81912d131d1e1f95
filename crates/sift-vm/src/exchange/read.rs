//! A serde deserializer that reads the values of a machine.

use std::borrow::Cow;
use std::cell::Cell;

use num_traits::ToPrimitive;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use sift_text::Text;
use sift_values::cost;
use sift_values::flow::Limit;
use sift_values::object::{Object, dict_bytes, list_bytes};
use sift_values::value::{Type, Value};

use super::{MAX_VALUE_DEPTH, ValueError, ValueFault, subscript};
use crate::machine::Interpreter;

/// Reads the values of one machine for the host, with a separate budget of fuel and memory.
pub(super) struct Reader<'m> {
    machine: &'m Interpreter,
    fuel: Cell<u64>,
    bytes: Cell<usize>,
}

impl<'m> Reader<'m> {
    pub(super) const fn new(machine: &'m Interpreter, fuel: u64, bytes: usize) -> Self {
        Self {
            machine,
            fuel: Cell::new(fuel),
            bytes: Cell::new(bytes),
        }
    }

    /// Reads a value and everything that it contains as a Rust type.
    ///
    /// # Errors
    /// The reason why a value can't be read, with the path to the value.
    pub(super) fn read<T: DeserializeOwned>(&self, value: Value) -> Result<T, ValueError> {
        T::deserialize(Part {
            reader: self,
            value,
            depth: 0,
        })
    }

    /// Charges fuel and memory for the value that is read next.
    fn pay(&self, fuel: u64, bytes: usize) -> Result<(), ValueError> {
        let fuel = self
            .fuel
            .get()
            .checked_sub(fuel)
            .ok_or(ValueFault::Limit(Limit::Fuel))?;
        let bytes = self
            .bytes
            .get()
            .checked_sub(bytes)
            .ok_or(ValueFault::Limit(Limit::Memory))?;
        self.fuel.set(fuel);
        self.bytes.set(bytes);
        Ok(())
    }

    /// Returns the content of a text, with replies instead of its pending values.
    fn text<'t>(&self, text: &'t Text) -> Result<Cow<'t, str>, ValueError> {
        let pending = &self.machine.pending_calls;
        let replies = text.pending_ids().map(|id| (pending.reply(id), pending.failure(id)));
        let mut bytes = text.known_bytes();
        for reply in replies {
            bytes = bytes.saturating_add(match reply {
                (Some(reply), _) => reply.known_bytes(),
                (None, Some(failure)) => {
                    let message = failure.message.clone();
                    return Err(ValueFault::FailedCall { message }.into());
                }
                (None, None) => return Err(ValueFault::Pending.into()),
            });
        }
        self.pay(1 + bytes as u64 / cost::BYTES_PER_UNIT, bytes)?;
        if !text.has_pending() {
            return text.to_flat().map_err(|_| ValueFault::Pending.into());
        }
        let filled = text.fill(|id| pending.reply(id).cloned());
        let filled = filled.map_err(|_| ValueFault::Limit(Limit::Memory))?;
        let flat = filled.to_flat().map_err(|_| ValueFault::Pending)?;
        Ok(Cow::Owned(flat.into_owned()))
    }
}

/// A value to deserialize, or a part of such a value.
#[derive(Clone, Copy)]
struct Part<'r, 'm> {
    reader: &'r Reader<'m>,
    value: Value,
    /// The number of containers around the value.
    depth: usize,
}

impl<'r, 'm> Part<'r, 'm> {
    fn object(&self) -> &'m Object {
        self.reader.machine.heap.get(self.value.handle())
    }

    /// Charges for reading a container and returns the nesting depth of its content.
    fn enter(&self, items: usize, bytes: usize) -> Result<usize, ValueError> {
        if self.depth >= MAX_VALUE_DEPTH {
            return Err(ValueFault::TooDeep.into());
        }
        self.reader.pay(1 + items as u64, bytes)?;
        Ok(self.depth + 1)
    }

    fn seq<'de, V: Visitor<'de>>(
        self,
        len: usize,
        values: impl Iterator<Item = Value>,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let depth = self.enter(len, list_bytes(len))?;
        let mut items = Items {
            reader: self.reader,
            values,
            depth,
            len,
            read: 0,
        };
        let read = visitor.visit_seq(&mut items)?;
        if items.read < len {
            let message = format!("expected {} items, not {len}", items.read);
            return Err(ValueFault::Mismatch { message }.into());
        }
        Ok(read)
    }

    fn map<'de, V: Visitor<'de>>(
        self,
        len: usize,
        entries: impl Iterator<Item = (Value, Value)>,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let depth = self.enter(len, dict_bytes(len))?;
        visitor.visit_map(Entries {
            reader: self.reader,
            entries,
            depth,
            left: len,
            begun: None,
        })
    }

    fn not_plain(&self) -> ValueError {
        let hint = match self.value.kind() {
            Type::Range | Type::DictView | Type::Iterator | Type::Generator => Some("list(…) of it"),
            Type::Decimal | Type::Fraction | Type::Context => Some("str(…) of it"),
            Type::Date | Type::Time | Type::DateTime => Some("its isoformat()"),
            Type::TimeDelta => Some("its total_seconds()"),
            Type::Match => Some("its group()"),
            Type::Exception => Some("str(…) of it"),
            _ => None,
        };
        let type_name = self.reader.machine.class_name(self.value).into();
        ValueFault::NotPlain { type_name, hint }.into()
    }

    /// Returns the value, which is a key, as a subscript in the path of an error.
    fn subscript(&self) -> String {
        subscript(self.reader.machine, self.value)
    }
}

impl<'de> Deserializer<'de> for Part<'_, '_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.value.kind() {
            Type::None => return visitor.visit_unit(),
            Type::Bool => return visitor.visit_bool(self.value.raw_int() == 1),
            Type::Int | Type::RegexFlag => return visitor.visit_i64(self.value.raw_int()),
            Type::Float => {
                let float = self.value.raw_float();
                return match (float.is_finite(), float.is_nan(), float > 0.0) {
                    (true, ..) => visitor.visit_f64(float),
                    (_, true, _) => Err(ValueFault::NotFinite("nan").into()),
                    (.., true) => Err(ValueFault::NotFinite("inf").into()),
                    _ => Err(ValueFault::NotFinite("-inf").into()),
                };
            }
            kind if !kind_is_plain_object(kind) => return Err(self.not_plain()),
            _ => {}
        }
        match self.object() {
            Object::Str(text) => match self.reader.text(text)? {
                Cow::Borrowed(text) => visitor.visit_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Object::BigInt(int) => match int.to_u64() {
                Some(int) => visitor.visit_u64(int),
                None => Err(ValueFault::LargeInteger { bits: int.bits() }.into()),
            },
            Object::List(items) => self.seq(items.len(), items.iter().copied(), visitor),
            Object::Tuple(items) => self.seq(items.len(), items.iter().copied(), visitor),
            Object::Set(items) => self.seq(items.len(), items.keys(), visitor),
            Object::Deque(deque) => self.seq(deque.items.len(), deque.items.iter().copied(), visitor),
            Object::Dict(dict) => self.map(dict.items.len(), dict.items.iter(), visitor),
            Object::Record(record) => {
                let depth = self.enter(record.values.len(), dict_bytes(record.values.len()))?;
                visitor.visit_map(Fields {
                    reader: self.reader,
                    fields: record.names.iter().zip(&record.values),
                    depth,
                    begun: None,
                })
            }
            _ => Err(self.not_plain()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        if self.value.is_none() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.value.kind() {
            Type::Float => visitor.visit_f64(self.value.raw_float()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.object() {
            Object::BigInt(int) if self.value.kind() == Type::BigInt => match int.to_i128() {
                Some(int) => visitor.visit_i128(int),
                None => Err(ValueFault::LargeInteger { bits: int.bits() }.into()),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.object() {
            Object::BigInt(int) if self.value.kind() == Type::BigInt => match int.to_u128() {
                Some(int) => visitor.visit_u128(int),
                None => Err(ValueFault::LargeInteger { bits: int.bits() }.into()),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if self.value.kind() == Type::Str {
            return visitor.visit_enum(Variant {
                name: self,
                value: None,
            });
        }
        let entry = match self.object() {
            Object::Dict(dict) if self.value.kind() == Type::Dict && dict.items.len() == 1 => dict.items.iter().next(),
            _ => None,
        };
        let Some((name, value)) = entry else {
            let message = "expected a string, or a dict of one item".to_owned();
            return Err(ValueFault::Mismatch { message }.into());
        };
        let depth = self.enter(1, dict_bytes(1))?;
        let part = |value| Part {
            reader: self.reader,
            value,
            depth,
        };
        let (name, value) = (part(name), part(value));
        visitor
            .visit_enum(Variant {
                name,
                value: Some(value),
            })
            .map_err(|error| error.within(&name.subscript()))
    }

    /// Skips a value that the Rust type ignores, without visiting its content.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier
    }
}

/// Returns `true` if values of this type are heap objects that the host can read.
const fn kind_is_plain_object(kind: Type) -> bool {
    matches!(
        kind,
        Type::Str
            | Type::BigInt
            | Type::List
            | Type::Tuple
            | Type::Set
            | Type::FrozenSet
            | Type::Deque
            | Type::Dict
            | Type::Record
    )
}

struct Items<'r, 'm, I> {
    reader: &'r Reader<'m>,
    values: I,
    depth: usize,
    len: usize,
    read: usize,
}

impl<'de, I: Iterator<Item = Value>> SeqAccess<'de> for Items<'_, '_, I> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ValueError> {
        let Some(value) = self.values.next() else {
            return Ok(None);
        };
        let item = seed.deserialize(Part {
            reader: self.reader,
            value,
            depth: self.depth,
        });
        let item = item.map_err(|error| error.within(&format!("[{}]", self.read)))?;
        self.read += 1;
        Ok(Some(item))
    }

    fn size_hint(&self) -> Option<usize> {
        self.len.checked_sub(self.read)
    }
}

struct Entries<'r, 'm, I> {
    reader: &'r Reader<'m>,
    entries: I,
    depth: usize,
    left: usize,
    /// The dict entry whose key was read last, and whose value is read next.
    begun: Option<(Value, Value)>,
}

impl<'r, 'm, I> Entries<'r, 'm, I> {
    const fn part(&self, value: Value) -> Part<'r, 'm> {
        Part {
            reader: self.reader,
            value,
            depth: self.depth,
        }
    }
}

impl<'de, I: Iterator<Item = (Value, Value)>> MapAccess<'de> for Entries<'_, '_, I> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        self.begun = self.entries.next();
        let Some((key, _)) = self.begun else {
            return Ok(None);
        };
        self.left = self.left.saturating_sub(1);
        let part = self.part(key);
        let key = seed.deserialize(part);
        key.map(Some).map_err(|error| error.within(&part.subscript()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let (key, value) = self.begun.take().unwrap_or((Value::NONE, Value::NONE));
        let value = seed.deserialize(self.part(value));
        value.map_err(|error| error.within(&self.part(key).subscript()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

struct Fields<'r, 'm, I> {
    reader: &'r Reader<'m>,
    fields: I,
    depth: usize,
    begun: Option<(&'m str, Value)>,
}

impl<'de, 'm, I: Iterator<Item = (&'m smol_str::SmolStr, &'m Value)>> MapAccess<'de> for Fields<'_, 'm, I> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ValueError> {
        self.begun = self.fields.next().map(|(name, value)| (name.as_str(), *value));
        let Some((name, _)) = self.begun else {
            return Ok(None);
        };
        seed.deserialize(IntoDeserializer::<ValueError>::into_deserializer(name))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ValueError> {
        let (name, value) = self.begun.take().unwrap_or(("", Value::NONE));
        let value = seed.deserialize(Part {
            reader: self.reader,
            value,
            depth: self.depth,
        });
        value.map_err(|error| error.within(&format!(".{name}")))
    }
}

/// A variant of a Rust enum: the variant's name, and its value if it has one.
struct Variant<'r, 'm> {
    name: Part<'r, 'm>,
    value: Option<Part<'r, 'm>>,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = ValueError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), ValueError> {
        Ok((seed.deserialize(self.name)?, self))
    }
}

impl<'r, 'm> Variant<'r, 'm> {
    fn value(self) -> Result<Part<'r, 'm>, ValueError> {
        let message = "this variant has a value: expected a dict of one item".to_owned();
        self.value.ok_or_else(|| ValueFault::Mismatch { message }.into())
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        match self.value {
            Some(value) => serde::Deserialize::deserialize(value),
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ValueError> {
        seed.deserialize(self.value()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.value()?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.value()?.deserialize_any(visitor)
    }
}
