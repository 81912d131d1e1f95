//! The state of a session except for its call frames: what library functions and operators work on.
//!
//! - `state` is the state itself, [`Runtime`]; `allocation` allocates values and charges for them;
//!   `native` instantiates the library table for it.
//! - `bind` binds the `args` of library functions, and `arguments` those of functions that are
//!   written in Sift.
//! - `calls`, `instances`, `generators`, `exceptions` and `iterate` create what programs call,
//!   raise and iterate over.
//! - `stack` and `globals` hold variables; `host_roots` keeps values alive for the host;
//!   `dict_lookup` caches the last lookup in a dict.
//! - `replies` waits for the replies to pending calls; `labels` tracks what values derive from.
//! - `ask` sends `host_requests` to the host; `tools` holds the host's functions.
//! - `context` and `documents` are what programs read; `output` is what they printed.
//! - `fast_paths` are those of common operations; `patterns` caches compiled patterns.
//! - `codes` holds the loaded code; `coverage` counts calls of library functions.

mod allocation;
mod args;
mod arguments;
mod ask;
mod bind;
mod calls;
mod codes;
mod context;
pub mod coverage;
mod dict_lookup;
mod documents;
mod exceptions;
mod fast_paths;
mod generators;
mod globals;
mod host_requests;
mod host_roots;
mod instances;
pub mod iterate;
mod labels;
mod native;
mod output;
mod patterns;
mod replies;
mod stack;
mod state;
mod tools;

pub use self::allocation::Resources;
pub use self::args::Args;
pub use self::codes::{LoadedCode, LoadedCodes, code_bytes};
pub(crate) use self::context::{CHUNK_SIZE, JOINED};
pub use self::context::{
    CONTEXT_ATTRIBUTES, ContextData, ContextDocument, ContextFiles, ContextImage, ContextKind, DOCUMENT_ATTRIBUTES,
};
pub use self::coverage::{Coverage, LibraryUse};
pub(crate) use self::dict_lookup::DictLookup;
pub use self::globals::{ARGUMENTS, GIVEN, RESULT};
pub use self::host_requests::{FoundPassage, HostAnswer, HostQuestion, HostRequest, HostRequests, SearchUnit};
pub use self::native::{Entry, Group, Library, Parts, Row};
pub use self::output::{Output, Printed};
pub use self::patterns::PatternCache;
pub use self::state::{CallerInfo, GeneratorStage, Invocation, Runtime, SpeculationState};
pub use self::tools::{Derived, HostTool, ToolAccess, Tools};
