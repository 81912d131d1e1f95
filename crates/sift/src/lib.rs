#![doc = include_str!("../README.md")]

mod error;
mod function;
mod result;
mod run;
mod session;

pub use error::{Error, Refused};
pub use function::{Arguments, HostFunction};
pub use result::{Calls, ExecEnd, ExecError, ExecResult, NoCalls};
pub use run::{Answer, Recording, Run, Suspended};
pub use session::{FunctionError, IntoProgram, Program, Session};
pub use sift_syntax::{Diagnostic, Severity, Span};
pub use sift_text::Text;
pub use sift_vm::{
    CallFailure, CallKey, CallOutcome, CancelHandle, ContextData, Echo, ExceptionClass, IssuedCall, Limit, Machine,
    Printed, RaisedError, Settings, Step, ToolNameError, ValueError, Variable, cost, library_manual,
};
