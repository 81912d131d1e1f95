//! Which parameters a server takes, and under which names.

use std::collections::BTreeSet;
use std::fmt;

use rlm_model::{Note, Request};

/// A parameter, by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Parameter {
    MaxOutput(MaxOutputName),
    Temperature,
    Seed,
    Stop,
    ReasoningEffort,
}

/// The name of the output limit: servers that are older than reasoning models know only the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum MaxOutputName {
    #[default]
    MaxCompletionTokens,
    MaxTokens,
}

impl Parameter {
    /// Returns the name on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::MaxOutput(MaxOutputName::MaxCompletionTokens) => "max_completion_tokens",
            Self::MaxOutput(MaxOutputName::MaxTokens) => "max_tokens",
            Self::Temperature => "temperature",
            Self::Seed => "seed",
            Self::Stop => "stop",
            Self::ReasoningEffort => "reasoning_effort",
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known of a server's parameters; at first, that it takes all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dialect {
    max_output: MaxOutputName,
    dropped: BTreeSet<Parameter>,
}

impl Dialect {
    /// Returns the name of the output limit.
    pub(crate) const fn max_output(&self) -> Parameter {
        Parameter::MaxOutput(self.max_output)
    }

    /// Tells whether the server takes a parameter, as far as is known.
    pub(crate) fn takes(&self, parameter: Parameter) -> bool {
        !self.dropped.contains(&parameter)
    }

    /// Returns the parameters that a request is sent with.
    pub(crate) fn sent(&self, request: &Request) -> Vec<Parameter> {
        let wanted = wanted(request).filter(|parameter| self.takes(*parameter));
        std::iter::once(self.max_output()).chain(wanted).collect()
    }

    /// Takes note that the server rejects a parameter of a request sent in the dialect `spoken`. Returns whether trying again
    /// makes sense: yes where the request will look different, also because another call learnt the same meanwhile.
    pub(crate) fn adapt(&mut self, spoken: &Self, rejected: Parameter) -> bool {
        match rejected {
            Parameter::MaxOutput(MaxOutputName::MaxCompletionTokens) => self.max_output = MaxOutputName::MaxTokens,
            Parameter::MaxOutput(MaxOutputName::MaxTokens) => {}
            Parameter::Temperature | Parameter::Seed | Parameter::Stop | Parameter::ReasoningEffort => {
                self.dropped.insert(rejected);
            }
        }
        self != spoken
    }

    /// Takes note that a reply was longer than the limit it was asked with: the server does not know that name of the limit.
    pub(crate) fn limit_ignored(&mut self, spoken: &Self) {
        if spoken.max_output == MaxOutputName::MaxCompletionTokens {
            self.max_output = MaxOutputName::MaxTokens;
        }
    }

    /// Says how a request was sent otherwise than it was asked for.
    pub(crate) fn notes(&self, request: &Request) -> Vec<Note> {
        let renamed = (self.max_output == MaxOutputName::MaxTokens)
            .then(|| "sent max_completion_tokens as max_tokens: the server takes only the older name".to_owned());
        let dropped = wanted(request).filter(|parameter| !self.takes(*parameter));
        let dropped = dropped.map(|parameter| format!("left out {parameter}: the server rejects it"));
        renamed
            .into_iter()
            .chain(dropped)
            .map(|text| Note(text.into()))
            .collect()
    }
}

/// The optional parameters that a request holds.
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

    #[test]
    fn the_output_limit_is_renamed_once_and_never_dropped() {
        let first = Dialect::default();
        let mut dialect = first.clone();
        assert!(dialect.adapt(&first, first.max_output()));
        assert_eq!(dialect.max_output().name(), "max_tokens");
        let second = dialect.clone();
        assert!(!dialect.adapt(&second, second.max_output()), "both names rejected");
    }

    #[test]
    fn calls_under_way_together_learn_the_same_once() {
        let spoken = Dialect::default();
        let mut dialect = spoken.clone();
        assert!(dialect.adapt(&spoken, Parameter::Seed));
        assert!(
            dialect.adapt(&spoken, Parameter::Seed),
            "the second call goes again with what the first learnt"
        );
        let now = dialect.clone();
        assert!(
            !dialect.adapt(&now, Parameter::Seed),
            "rejected although it was left out: no way on"
        );
    }
}
