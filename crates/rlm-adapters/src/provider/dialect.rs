//! The dialect of a server: which request parameters and formats it accepts, and under which names.

use std::collections::BTreeSet;

use rlm_model::{Digest, ReplyNote, Request};
use serde_json::{Map, Value};

use super::constraint::{Constraint, FormKind};
use super::parameter::{MaxOutputName, Names, Parameter, Rejection};

/// The dialect of a server, as observed from its rejections. Initially, the server is assumed to
/// accept all parameters of its protocol.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    names: Names,
    max_output: MaxOutputName,
    dropped: BTreeSet<Parameter>,
    /// The kinds of reply formats that the server doesn't support.
    dropped_forms: BTreeSet<FormKind>,
    /// The digests of individual reply formats that the server rejected.
    refused_forms: BTreeSet<Digest>,
}

impl PartialEq for Dialect {
    fn eq(&self, other: &Self) -> bool {
        self.max_output == other.max_output
            && self.dropped == other.dropped
            && self.dropped_forms == other.dropped_forms
            && self.refused_forms == other.refused_forms
    }
}

impl Dialect {
    /// Creates the dialect of a new server. A parameter that `names` gives no name doesn't exist in
    /// the protocol.
    pub(crate) const fn new(names: Names) -> Self {
        Self {
            names,
            max_output: MaxOutputName::First,
            dropped: BTreeSet::new(),
            dropped_forms: BTreeSet::new(),
            refused_forms: BTreeSet::new(),
        }
    }

    /// Returns the name of a parameter in requests to the server, or `None` if the protocol lacks
    /// the parameter.
    pub(crate) fn name(&self, parameter: Parameter) -> Option<&'static str> {
        (self.names)(parameter)
    }

    /// Returns the output-limit parameter under the name that the server currently gets.
    pub(crate) const fn max_output(&self) -> Parameter {
        Parameter::MaxOutput(self.max_output)
    }

    /// Removes the output limit, under both of its names, from a user's additional parameters, so
    /// that the limit of the call applies. If the protocol has only one name, the field of the body
    /// takes precedence anyway.
    pub(crate) fn without_limits(&self, mut parameters: Map<String, Value>) -> Map<String, Value> {
        let names = [MaxOutputName::First, MaxOutputName::Other].map(|name| self.name(Parameter::MaxOutput(name)));
        if let [Some(first), Some(other)] = names {
            parameters.retain(|name, _| name != first && name != other);
        }
        parameters
    }

    /// Returns `true` if the server accepts a parameter, as far as is known.
    pub(crate) fn takes(&self, parameter: Parameter) -> bool {
        self.name(parameter).is_some() && !self.dropped.contains(&parameter)
    }

    /// Returns `true` if the server accepts a kind of reply formats, as far as is known.
    pub(crate) fn takes_forms(&self, kind: FormKind) -> bool {
        !self.dropped_forms.contains(&kind)
    }

    /// Returns `true` if the server accepts a constraint on replies, as far as is known.
    pub(crate) fn takes_form(&self, constraint: &Constraint<'_>) -> bool {
        let is_refused = || !self.refused_forms.is_empty() && self.refused_forms.contains(&constraint.digest());
        self.takes_forms(constraint.kind()) && !is_refused()
    }

    /// Returns the parameters that are sent to the server for a request.
    pub(crate) fn sent(&self, request: &Request) -> Vec<Parameter> {
        let ways = [Parameter::Stream, Parameter::StreamUsage];
        let optional = wanted(request).chain(ways).filter(|parameter| self.takes(*parameter));
        std::iter::once(self.max_output()).chain(optional).collect()
    }

    /// Updates the dialect after a rejection of a request that was sent in the dialect `spoken`.
    /// Returns `true` if the request would now be sent differently, so that a retry makes sense.
    /// The difference may be due to a rejection of another call.
    pub(crate) fn adapt(&mut self, spoken: &Self, rejection: Rejection) -> bool {
        match rejection {
            Rejection::Parameter(Parameter::MaxOutput(_)) => self.take_other_limit(),
            Rejection::Parameter(Parameter::Stream) => self.does_not_stream(),
            Rejection::Parameter(
                parameter @ (Parameter::Temperature
                | Parameter::Seed
                | Parameter::Stop
                | Parameter::ReasoningEffort
                | Parameter::StreamUsage),
            ) => {
                self.dropped.insert(parameter);
            }
            Rejection::Forms(kind) => {
                self.dropped_forms.insert(kind);
            }
            Rejection::Form(form) => {
                self.refused_forms.insert(form);
            }
        }
        self != spoken
    }

    /// Records that the server ignored the output limit under its name in `spoken`, since a reply
    /// was longer. The other name is used from then on.
    pub(crate) fn limit_ignored(&mut self, spoken: &Self) {
        if spoken.max_output == MaxOutputName::First {
            self.take_other_limit();
        }
    }

    fn take_other_limit(&mut self) {
        if self.name(Parameter::MaxOutput(MaxOutputName::Other)).is_some() {
            self.max_output = MaxOutputName::Other;
        }
    }

    /// Records that the server does not stream responses.
    pub(crate) fn does_not_stream(&mut self) {
        self.dropped.extend([Parameter::Stream, Parameter::StreamUsage]);
    }

    /// Returns notes for the user about parameters that are renamed or dropped in the request.
    pub(crate) fn notes(&self, request: &Request) -> Vec<ReplyNote> {
        let name = |parameter| self.name(parameter).unwrap_or_default();
        let renamed = (self.max_output == MaxOutputName::Other).then(|| {
            let first = name(Parameter::MaxOutput(MaxOutputName::First));
            let other = name(self.max_output());
            format!("sent {first} as {other}: the server rejected or ignored {first}")
        });
        let dropped = wanted(request).filter(|parameter| !self.takes(*parameter));
        let dropped = dropped.map(|parameter| match self.name(parameter) {
            Some(name) => format!("left out {name}: rejected by the server"),
            None => format!("left out {}: not supported by the protocol", usual_name(parameter)),
        });
        renamed
            .into_iter()
            .chain(dropped)
            .map(|text| ReplyNote(text.into()))
            .collect()
    }
}

/// Returns the usual name of a parameter, for a note that the protocol lacks the parameter.
const fn usual_name(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::MaxOutput(_) => "the output limit",
        Parameter::Temperature => "temperature",
        Parameter::Seed => "seed",
        Parameter::Stop => "stop",
        Parameter::ReasoningEffort => "reasoning_effort",
        Parameter::Stream | Parameter::StreamUsage => "stream",
    }
}

/// Returns the optional parameters that a request sets and that a server may reject.
fn wanted(request: &Request) -> impl Iterator<Item = Parameter> + use<> {
    let parameters = &request.parameters;
    let present = [
        (Parameter::Temperature, parameters.temperature.is_some()),
        (Parameter::Seed, parameters.seed.is_some()),
        (Parameter::Stop, !parameters.stop.is_empty()),
        (Parameter::ReasoningEffort, parameters.reasoning_effort.is_some()),
    ];
    present
        .into_iter()
        .filter(|(_, present)| *present)
        .map(|(parameter, _)| parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn names(parameter: Parameter) -> Option<&'static str> {
        match parameter {
            Parameter::MaxOutput(MaxOutputName::First) => Some("max_completion_tokens"),
            Parameter::MaxOutput(MaxOutputName::Other) => Some("max_tokens"),
            Parameter::Seed => Some("seed"),
            Parameter::Stream => Some("stream"),
            _ => None,
        }
    }

    #[test]
    fn output_limit_parameter_is_renamed_once_and_never_dropped() {
        let first = Dialect::new(names);
        let mut dialect = first.clone();
        assert!(dialect.adapt(&first, Rejection::Parameter(first.max_output())));
        assert_eq!(dialect.name(dialect.max_output()), Some("max_tokens"));
        let second = dialect.clone();
        assert!(
            !dialect.adapt(&second, Rejection::Parameter(second.max_output())),
            "both names rejected"
        );
    }

    #[test]
    fn concurrent_rejections_adapt_the_dialect_once() {
        let spoken = Dialect::new(names);
        let mut dialect = spoken.clone();
        assert!(dialect.adapt(&spoken, Rejection::Parameter(Parameter::Seed)));
        assert!(
            dialect.adapt(&spoken, Rejection::Parameter(Parameter::Seed)),
            "the second call goes again with what the first learnt"
        );
        let now = dialect.clone();
        assert!(
            !dialect.adapt(&now, Rejection::Parameter(Parameter::Seed)),
            "rejected although it was left out: no way on"
        );
    }

    #[test]
    fn parameters_missing_from_the_protocol_are_noted() {
        let mut parameters = rlm_model::Parameters::with_max_output(rlm_model::Tokens(1));
        parameters.temperature = Some(0.5);
        parameters.seed = Some(1);
        let request = Request::new(Vec::new(), parameters);
        let dialect = Dialect::new(names);
        assert!(!dialect.takes(Parameter::Temperature));
        let notes = dialect.notes(&request);
        assert_eq!(
            notes,
            [ReplyNote("left out temperature: not supported by the protocol".into())]
        );
    }
}
