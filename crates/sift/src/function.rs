//! Host functions: Rust closures that programs call, with arguments and results converted by serde.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sift_syntax::{ParamKind, Signature};
use sift_text::Text;
use sift_vm::{CallFailure, HostAnswer};

/// A Rust closure that programs can call. It takes up to six arguments of types that serde
/// deserializes.
pub trait HostFunction<Args, R>: Send + 'static {
    /// Calls the closure with JSON arguments in the order of the signature's parameters. Omitted
    /// arguments are null.
    ///
    /// # Errors
    /// A message if an argument can't be converted to the type that the closure takes.
    fn call(&mut self, args: Vec<Value>) -> Result<R, String>;
}

macro_rules! host_function {
    ($($name:ident)*) => {
        impl<Function, R, $($name: DeserializeOwned),*> HostFunction<($($name,)*), R> for Function
        where
            Function: FnMut($($name),*) -> R + Send + 'static,
        {
            #[allow(non_snake_case, unused_mut, unused_variables, reason = "there may be no arguments")]
            fn call(&mut self, args: Vec<Value>) -> Result<R, String> {
                let mut args = args.into_iter();
                $(let $name = argument(&mut args)?;)*
                Ok(self($($name),*))
            }
        }
    };
}

host_function!();
host_function!(A);
host_function!(A B);
host_function!(A B C);
host_function!(A B C D);
host_function!(A B C D E);
host_function!(A B C D E F);

fn argument<T: DeserializeOwned>(args: &mut impl Iterator<Item = Value>) -> Result<T, String> {
    let value = args.next().unwrap_or(Value::Null);
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// The arguments of a program's call of a host function.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments {
    /// The arguments in the order of the function's parameters: null if omitted, a list for
    /// `*args`, an object for `**kwargs`.
    values: Vec<Value>,
}

impl Arguments {
    /// Parses the arguments of a call from a JSON object, which is keyed by parameter name.
    pub(crate) fn new(signature: &Signature, json: &str) -> Self {
        let mut given: serde_json::Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
        let params = signature.params.iter();
        let mut values: Vec<Value> = params
            .filter(|param| param.kind != ParamKind::VarKeywords)
            .map(|param| given.remove(param.name.as_str()).unwrap_or(Value::Null))
            .collect();
        if signature
            .params
            .iter()
            .any(|param| param.kind == ParamKind::VarKeywords)
        {
            values.push(Value::Object(given));
        }
        Self { values }
    }

    /// Returns the arguments as JSON values, in the order of the function's parameters.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Deserializes the argument at a position, counted from 0.
    ///
    /// # Errors
    /// Serde's error if the argument does not have this type.
    pub fn get<T: DeserializeOwned>(&self, place: usize) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.values.get(place).cloned().unwrap_or(Value::Null))
    }

    pub(crate) const fn none() -> Self {
        Self { values: Vec::new() }
    }

    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// The boxed closure of a host function, which takes JSON arguments and returns the answer for the
/// program.
pub(crate) type Handler = Box<dyn FnMut(Vec<Value>) -> HostAnswer + Send>;

pub(crate) fn infallible<Args, R: Serialize>(mut function: impl HostFunction<Args, R>) -> Handler {
    Box::new(move |args| match function.call(args) {
        Ok(value) => value_answer(&value),
        Err(message) => failed("wrong_argument", message),
    })
}

pub(crate) fn fallible<Args, R: Serialize, E: Display>(mut function: impl HostFunction<Args, Result<R, E>>) -> Handler {
    Box::new(move |args| match function.call(args) {
        Ok(Ok(value)) => value_answer(&value),
        Ok(Err(error)) => failed("host_error", error.to_string()),
        Err(message) => failed("wrong_argument", message),
    })
}

pub(crate) fn value_answer<T: Serialize + ?Sized>(value: &T) -> HostAnswer {
    match serde_json::to_string(value) {
        Ok(json) => HostAnswer::Value(Text::from_string(json)),
        Err(error) => failed("unwritable", error.to_string()),
    }
}

pub(crate) fn failed(kind: &str, message: String) -> HostAnswer {
    HostAnswer::Failed(CallFailure {
        kind: kind.into(),
        message,
        hint: None,
    })
}
