//! All of a session but the functions that are running: what library functions and operators work on.
//!
//! - `state` is the state itself, [`Runtime`]; `allocation` makes values and pays for them; `native` names the library's
//!   table for it.
//! - `bind` gives library functions their `args`, and `arguments` those of functions that are written in Sift.
//! - `calls`, `instances`, `generators`, `exceptions` and `iterate` make what programs call, raise and iterate over.
//! - `stack` and `globals` hold variables; `kept` what the host holds meanwhile; `found` the last look-up in a dict.
//! - `holes` keeps the calls to models, and `replies` waits for their replies; `labels` tells what values derive from.
//! - `asking` and `host_requests` put requests to the host; `tools` holds the host's functions.
//! - `context` and `documents` are what programs read; `output` is what they printed.
//! - `shortcuts` are fast paths of common operations; `patterns` caches compiled patterns.
//! - `codes` holds the code that is loaded; `coverage` counts calls of library functions, if asked to.

mod allocation;
mod args;
mod arguments;
mod asking;
mod bind;
mod calls;
mod codes;
mod context;
pub mod coverage;
mod documents;
mod exceptions;
mod found;
mod generators;
mod globals;
pub mod holes;
mod host_requests;
mod instances;
pub mod iterate;
mod kept;
mod labels;
mod native;
mod output;
mod patterns;
mod replies;
mod shortcuts;
mod stack;
mod state;
mod tools;

pub use self::allocation::Means;
pub use self::args::Args;
pub use self::asking::{Asking, FoundPassage, HostAnswer, HostQuestion, HostRequest};
pub use self::codes::{LoadedCode, LoadedCodes, code_bytes};
pub(crate) use self::context::{CHUNK_SIZE, JOINED};
pub use self::context::{ContextData, ContextDocument, ContextFiles, ContextKind, DOCUMENT_ATTRIBUTES};
pub use self::coverage::{Coverage, LibraryUse};
pub(crate) use self::found::Found;
pub use self::globals::{ARGUMENTS, GIVEN, RESULT};
pub use self::holes::{
    CallFailure, CallKey, CallKind, CallOutcome, Holes, IssuedCall, MAX_SCHEMA_BYTES, MAX_UNSETTLED, NewCall, UNKNOWN,
};
pub use self::native::{Entry, Group, Library, Parts, Row};
pub use self::output::{Output, Printed};
pub use self::patterns::PatternCache;
pub use self::state::{Entered, GeneratorStage, Running, Runtime, Trial};
pub use self::tools::{Derived, HostTool, ToolAccess, Tools};
