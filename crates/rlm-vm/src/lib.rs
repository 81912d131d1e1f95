//! The Sift machine: a compiler to flat ops and a stepping evaluator that pays fuel for everything.
#![allow(dead_code)]

mod compile;
mod dict;
mod exception;
mod flow;
pub mod format;
mod heap;
mod library;
mod machine;
mod meter;
mod object;
mod op;
mod operate;
pub mod regex;
mod step;
pub mod text_methods;
mod value;

pub use compile::TooLarge;
pub use exception::ExceptionClass;
pub use flow::{End, Limit};
pub use library::{ContextData, ContextDocument, ContextKind};
pub use machine::{CallFailure, CallKey, CallKind, CallOutcome, IssuedCall, MAX_DEPTH, MAX_UNSETTLED, Printed};
pub use step::{
    CancelHandle, Compiled, Done, Echo, Ended, Machine, Needs, OutOfFuel, Raised, RaisedError, Refusal, Report,
    Settings, Step, Variable,
};
