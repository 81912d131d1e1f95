//! Conversion of values between programs and their host with serde: without an intermediate tree,
//! with bounded depth, metered like a program's own values.
//!
//! - [`read`] deserializes the values of variables;
//! - [`mod@write`] serializes into values.

mod read;
mod write;

use read::Reader;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sift_runtime::runtime::Runtime;
use sift_strings::methods::isidentifier;
use sift_syntax::ast::{StmtKind, Target};
use sift_syntax::{KEYWORDS, parse};
use sift_values::flow::Limit;
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use smol_str::SmolStr;
use write::Writer;

use crate::machine::Interpreter;
use crate::step::{Machine, OutOfFuel};

/// The maximum nesting of containers in a value that the host reads or writes.
pub const MAX_VALUE_DEPTH: usize = 128;

/// The maximum length of a path that is shown in an error, in bytes.
const SHOWN_PLACE: usize = 120;

/// The maximum length of a key that is shown in a path, in code points.
const SHOWN_KEY: usize = 40;

/// The error of a value that can't be passed between a program and its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct ValueError {
    /// The path to the value, as a program would write it: `rows[2]["name"]`.
    pub place: String,
    /// The reason why the value can't be passed.
    pub fault: ValueFault,
}

/// The reason why a value can't be passed between a program and its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueFault {
    /// The name is not bound to a value.
    #[error("no program has bound this name")]
    Unbound,
    /// The name is not a valid identifier.
    #[error("this is not a name")]
    NotAName,
    /// The value can't leave its program. It has a type such as a function, a generator or a
    /// pattern.
    #[error("a value of type {type_name} stays with its program{}", hinted(.hint))]
    NotPlain {
        /// The name of the value's type.
        type_name: SmolStr,
        /// What the program can pass instead of the value, if anything.
        hint: Option<&'static str>,
    },
    /// The value is `nan`, `inf` or `-inf`, and the Rust type is not a float.
    #[error("the float {0} can only be read as a float")]
    NotFinite(&'static str),
    /// The value is an integer that does not fit into the Rust type.
    #[error("an integer of {bits} bits does not fit; pass it as str(n)")]
    LargeInteger {
        /// The number of bits of the integer's magnitude.
        bits: u64,
    },
    /// The value can't be a key of a dict.
    #[error("a value of type {type_name} can't be a key of a dict")]
    NotAKey {
        /// The name of the type of the rejected key.
        type_name: SmolStr,
    },
    /// The value is nested deeper than [`MAX_VALUE_DEPTH`], or contains itself.
    #[error("it is nested more than {MAX_VALUE_DEPTH} deep, or contains itself")]
    TooDeep,
    /// The value contains a pending model reply.
    #[error("it holds a reply that has not arrived")]
    Pending,
    /// The value contains the reply of a failed model call.
    #[error("it holds the reply of a call that failed: {message}")]
    FailedCall {
        /// The error message of the failed call.
        message: String,
    },
    /// The value does not match the Rust type, or the Rust type returned an error.
    #[error("{message}")]
    Mismatch {
        /// The error message of serde.
        message: String,
    },
    /// The value needs more fuel or memory than the settings allow for one program.
    #[error("it takes more {} than the settings allow", resource(.0))]
    Limit(Limit),
    #[error("the machine was cancelled")]
    /// The conversion was cancelled with the machine.
    Cancelled,
}

impl ValueError {
    /// Returns the stable code of the error, such as `unbound`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.fault {
            ValueFault::Unbound => "unbound",
            ValueFault::NotAName => "not_a_name",
            ValueFault::NotPlain { .. } => "not_plain",
            ValueFault::NotFinite(_) => "not_finite",
            ValueFault::LargeInteger { .. } => "large_integer",
            ValueFault::NotAKey { .. } => "not_a_key",
            ValueFault::TooDeep => "too_deep",
            ValueFault::Pending => "pending",
            ValueFault::FailedCall { .. } => "failed_call",
            ValueFault::Mismatch { .. } => "mismatch",
            ValueFault::Limit(limit) => limit.name(),
            ValueFault::Cancelled => "cancelled",
        }
    }

    /// Prepends a part to the path in the error.
    pub(crate) fn within(mut self, part: &str) -> Self {
        self.place.insert_str(0, part);
        if self.place.len() > SHOWN_PLACE {
            self.place.truncate(self.place.floor_char_boundary(SHOWN_PLACE));
            self.place.push('…');
        }
        self
    }
}

impl From<ValueFault> for ValueError {
    fn from(fault: ValueFault) -> Self {
        Self {
            place: String::new(),
            fault,
        }
    }
}

impl serde::de::Error for ValueError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        ValueFault::Mismatch { message }.into()
    }
}

impl serde::ser::Error for ValueError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        serde::de::Error::custom(message)
    }
}

fn hinted(hint: &Option<&str>) -> String {
    hint.map(|hint| format!("; pass {hint}")).unwrap_or_default()
}

const fn resource(limit: &Limit) -> &'static str {
    match limit {
        Limit::Fuel => "fuel",
        Limit::Memory => "memory",
        Limit::Nesting => "depth",
    }
}

impl Machine {
    /// Reads the value of a variable, or of a name that every program has, as a Rust type.
    ///
    /// - Lists, tuples, sets and deques are sequences; the items of sets are in insertion order.
    ///   Dicts and records are maps or structs. A dict with keys other than strings needs a map
    ///   with keys of that type.
    /// - `None` is an `Option` or a unit. Strings are also unit variants of enums; a dict of one
    ///   item is a variant with its value.
    /// - Integers are read into the integer and float types that can represent them; those of more
    ///   than 64 bits only into `i128` and `u128`. `nan` and the infinities are read as `f32` and
    ///   `f64` only: types that accept any value, such as `serde_json::Value`, would change them.
    /// - Values of other types can't be read. Values that the Rust type ignores are not visited.
    ///
    /// Reading costs fuel and nominal bytes as if a program had copied the value, up to what the
    /// settings give one program. A part is charged before it is read. The session's own fuel and
    /// memory don't change.
    ///
    /// # Errors
    /// A [`ValueError`] with the path to the value that can't be read, and the reason.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, ValueError> {
        let value = self.inner.variable(name).ok_or(ValueFault::Unbound);
        self.read(name, value)
    }

    /// Binds a name to a Rust value, for the following programs.
    ///
    /// - Sequences become lists; tuples and arrays of fixed length become tuples; maps and structs
    ///   become dicts. Keys may be any hashable value.
    /// - `Option::None` and units become `None`, unit variants strings, other variants dicts of one
    ///   item. Bytes become a list of integers. Integers may have up to 128 bits. Floats stay what
    ///   they are, `nan` and the infinities included.
    ///
    /// The value is metered as if a program had created it: it may cost as much fuel as the
    /// settings give one program, and must fit into the session's memory.
    ///
    /// # Errors
    /// A [`ValueError`]; the name keeps its previous value.
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ValueError> {
        let slot = written_name(name).ok_or(ValueFault::NotAName);
        let bound = slot.map_err(ValueError::from).and_then(|slot| {
            let value = self.write(value)?;
            self.inner.bind_variable(&slot, value);
            Ok(())
        });
        bound.map_err(|error| error.within(name))
    }

    /// Creates a value on the session's heap from a Rust value, within the fuel limit of one
    /// program.
    pub(crate) fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<Value, ValueError> {
        self.inner.meter.renew(self.settings.fuel);
        Writer::write(&mut self.inner, value)
    }

    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        name: &str,
        value: Result<Value, ValueFault>,
    ) -> Result<T, ValueError> {
        let reader = Reader::new(&self.inner, self.settings.fuel, self.settings.memory_bytes);
        let read = value.map_err(ValueError::from).and_then(|value| reader.read(value));
        read.map_err(|error| error.within(name))
    }
}

impl OutOfFuel {
    /// Reads a variable of the innermost function, or of the session, as [`Machine::get`] does. The
    /// program is not affected.
    ///
    /// # Errors
    /// The errors of [`Machine::get`]; pending replies can't be read.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, ValueError> {
        let interpreter = &self.machine.inner;
        let place = interpreter.places().next();
        let locals = place.map(|place| interpreter.locals(&place)).unwrap_or_default();
        let local = locals.into_iter().find(|(local, _)| local == name);
        match local {
            Some((_, value)) => self.machine.read(name, Ok(value)),
            None => self.machine.get(name),
        }
    }
}

impl Interpreter {
    fn bind_variable(&mut self, name: &str, value: Value) {
        let slot = self.set_global(name, value);
        self.stored.insert(slot);
    }
}

/// Formats a key as a subscript in the path of an error, such as `["name"]`.
fn subscript(machine: &Runtime, key: Value) -> String {
    match (key.as_int(), machine.heap.get(key.handle())) {
        (Some(int), _) => format!("[{int}]"),
        (None, Object::Str(text)) if key.kind() == Type::Str => {
            let start: String = text.as_str().unwrap_or("…").chars().take(SHOWN_KEY).collect();
            format!("[{start:?}]")
        }
        _ => "[…]".to_owned(),
    }
}

/// Returns the normalized form of a name that the host has written, or `None` if it is not a valid
/// identifier.
pub(crate) fn written_name(name: &str) -> Option<SmolStr> {
    if name.is_ascii() {
        return (isidentifier(name) && !KEYWORDS.contains(&name)).then(|| name.into());
    }
    // Other letters may be written in several ways.
    let parsed = parse(&format!("{name} = 0"));
    let [statement] = parsed.program.body.as_slice() else {
        return None;
    };
    let StmtKind::Assign { targets, .. } = &statement.kind else {
        return None;
    };
    match targets.as_slice() {
        [Target::Name(name)] if parsed.diagnostics.is_empty() => Some(name.text.clone()),
        _ => None,
    }
}
