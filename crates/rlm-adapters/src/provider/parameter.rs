//! The parameters of requests, and what a server does not take of a request.

use rlm_model::Digest;

use super::constraint::FormKind;

/// A parameter, by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Parameter {
    MaxOutput(MaxOutputName),
    Temperature,
    Seed,
    Stop,
    ReasoningEffort,
    /// That the answer should come as a stream.
    Stream,
    /// That a stream should end with what the call used.
    StreamUsage,
}

/// The name of the output limit, of which chat completions have had two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum MaxOutputName {
    /// The one that is tried first.
    #[default]
    First,
    /// The one that is tried where a server does not take the first.
    Other,
}

/// The names of the parameters in one protocol.
pub(crate) type Names = fn(Parameter) -> Option<&'static str>;

/// What a server does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// A parameter, at all or with any other value than its own.
    Parameter(Parameter),
    /// Forms of a kind, whatever they are.
    Forms(FormKind),
    /// This form alone, such as a schema with a keyword that the server does not know; others may do.
    Form(Digest),
}
