//! The parameters of requests, and rejections by servers.

use rlm_model::Digest;

use super::constraint::FormKind;

/// A parameter, independent of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Parameter {
    MaxOutput(MaxOutputName),
    Temperature,
    Seed,
    Stop,
    ReasoningEffort,
    /// Requests a streamed response.
    Stream,
    /// Requests the usage at the end of a stream.
    StreamUsage,
}

/// The name of the output limit, of which chat completions have two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum MaxOutputName {
    /// The name that is tried first.
    #[default]
    First,
    /// The name that is used if a server rejects the first.
    Other,
}

/// A function that returns the name of a parameter in a protocol, if it exists.
pub(crate) type Names = fn(Parameter) -> Option<&'static str>;

/// A rejected part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// A parameter, which is unsupported or must have its default value.
    Parameter(Parameter),
    /// All formats of a kind.
    Forms(FormKind),
    /// A single format, such as a schema with an unsupported keyword. Others may be accepted.
    Form(Digest),
}
