//! Values between programs and their host, by serde: no intermediate tree, bounded depth, paid for like a program's own.
//!
//! - [`read`] gives the values of variables to whatever deserializes from them;
//! - [`write`] makes values of whatever serializes.

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

/// Containers nested deeper than this are neither read nor written.
pub const MAX_VALUE_DEPTH: usize = 128;

/// Bytes of a path that an error shows.
const SHOWN_PLACE: usize = 120;

/// Code points of a key that a path shows.
const SHOWN_KEY: usize = 40;

/// A value could not be passed between a program and its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct ValueError {
    /// Where it is, as a program would write it: `rows[2]["name"]`.
    pub place: String,
    /// What is wrong with it.
    pub fault: ValueFault,
}

/// What is wrong with a value that can't be passed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueFault {
    /// Nothing binds the name.
    #[error("no program has bound this name")]
    Unbound,
    /// It is no name that a program could use.
    #[error("this is not a name")]
    NotAName,
    /// It has a type that only programs can use: functions, generators, patterns and such.
    #[error("a value of type {type_name} stays with its program{}", hinted(.hint))]
    NotPlain {
        /// The type's name.
        type_name: SmolStr,
        /// What the program can pass instead.
        hint: Option<&'static str>,
    },
    /// It is `nan`, `inf` or `-inf`, and what reads it does not ask for a float.
    #[error("the float {0} can only be read as a float")]
    NotFinite(&'static str),
    /// It is an integer that the type to be read does not hold.
    #[error("an integer of {bits} bits does not fit; pass it as str(n)")]
    LargeInteger {
        /// How many bits its magnitude has.
        bits: u64,
    },
    /// It is a key that dicts can't have.
    #[error("a value of type {type_name} can't be a key of a dict")]
    NotAKey {
        /// The type's name.
        type_name: SmolStr,
    },
    /// It is nested deeper than [`MAX_VALUE_DEPTH`], or contains itself.
    #[error("it is nested more than {MAX_VALUE_DEPTH} deep, or contains itself")]
    TooDeep,
    /// It holds a reply that has not arrived.
    #[error("it holds a reply that has not arrived")]
    Pending,
    /// It holds the reply of a call that failed.
    #[error("it holds the reply of a call that failed: {message}")]
    FailedCall {
        /// What happened to the call.
        message: String,
    },
    /// It is not what the Rust type expects, or the Rust type gave an error.
    #[error("{message}")]
    Mismatch {
        /// What serde says.
        message: String,
    },
    /// It is larger than the machine's settings allow for one program.
    #[error("it takes more {} than the settings allow", resource(.0))]
    Limit(Limit),
    /// The machine was cancelled.
    #[error("the machine was cancelled")]
    Cancelled,
}

impl ValueError {
    /// Returns a stable name for what is wrong.
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

    /// Says in which part of a value it happened.
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
    /// Reads a variable, or a name that programs are given.
    ///
    /// - Lists, tuples, sets and deques are sequences (sets in the order in which their items came), dicts and records are
    ///   maps or structs. A dict's keys are what they are: one with keys other than strings needs a map of such keys.
    /// - `None` is an `Option` or a unit, strings are also unit variants of enums and a dict of one item is a variant with
    ///   its value.
    /// - Integers are read into the integer and float types that hold them; integers of more than 64 bits only into `i128`
    ///   and `u128`. `nan` and the infinities are read as `f32` and `f64` only: what takes any type, such as
    ///   `serde_json::Value`, would make something else of them.
    /// - Everything else stays with its program. What the Rust type ignores is not looked at.
    ///
    /// What is read costs units of fuel and nominal bytes as if a program had copied it, and may cost as much as the
    /// settings give one program; a part is paid before it is read. The session's own fuel and memory stay untouched.
    ///
    /// # Errors
    /// A [`ValueError`] that says where the value is that could not be read, and why.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, ValueError> {
        let value = self.inner.variable(name).ok_or(ValueFault::Unbound);
        self.read(name, value)
    }

    /// Binds a name, for the programs that follow, to a value.
    ///
    /// - Sequences become lists, tuples and arrays of fixed length tuples, maps and structs dicts; keys may be whatever
    ///   programs can hash.
    /// - `Option::None` and units become `None`, unit variants strings, other variants dicts of one item. Bytes become a
    ///   list of integers. Integers may have up to 128 bits; floats stay what they are, `nan` and the infinities included.
    ///
    /// The value is metered as if a program had made it: it may cost as much fuel as the settings give one program, and
    /// its memory has to fit beside what is there.
    ///
    /// # Errors
    /// A [`ValueError`]; the name is then bound to what it was before.
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ValueError> {
        let slot = written_name(name).ok_or(ValueFault::NotAName);
        let bound = slot.map_err(ValueError::from).and_then(|slot| {
            let value = self.write(value)?;
            self.inner.bind_variable(&slot, value);
            Ok(())
        });
        bound.map_err(|error| error.within(name))
    }

    /// Makes a value on the session's heap, within the fuel of one program.
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
    /// Reads a variable of the innermost function, or of the session: as [`Machine::get`]. The program notices nothing.
    ///
    /// # Errors
    /// As [`Machine::get`]; replies that have not arrived can't be read.
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

/// Returns the part of a path that a key is.
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

/// Returns a name as programs find it; none if they can't.
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
