//! The parameters of requests, and their rejection by servers.

use rlm_model::Digest;

use super::constraint::FormKind;

/// A request parameter, independent of its name in a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Parameter {
    MaxOutput(MaxOutputName),
    Temperature,
    Seed,
    Stop,
    ReasoningEffort,
    /// Whether to stream the response.
    Stream,
    /// Whether to report the usage at the end of a stream.
    StreamUsage,
}

/// Selects one of the two names that chat completions have for the output limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum MaxOutputName {
    /// The name of the output limit that is tried first.
    #[default]
    First,
    /// The name of the output limit that is used if a server rejects the first one.
    Other,
}

/// A function that returns the name of a request parameter in a protocol, or `None` if the protocol
/// lacks it.
pub(crate) type Names = fn(Parameter) -> Option<&'static str>;

/// A part of a request that a server rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// The server rejected a parameter, which is unsupported or must have its default value.
    Parameter(Parameter),
    /// The server rejected all reply formats of a kind.
    Forms(FormKind),
    /// The server rejected a single reply format, such as a schema with an unsupported keyword.
    /// Holds the digest of the constraint.
    Form(Digest),
}
