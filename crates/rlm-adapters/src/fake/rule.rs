//! A rule of a fake model: the part of a request that it searches, its pattern, and its reply.

use std::time::Duration;

use rlm_model::{Message, ModelError, ModelErrorKind, Request};

use super::definition::{Place, RuleDefinition};
use super::failure::Failure;
use super::pattern::Pattern;
use super::reply_template::ReplyTemplate;
use super::{FakeError, prompt};

/// The response of a rule or script entry of a fake model, for attempts that don't have to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    Reply(String),
    /// There is no reply, since all attempts fail.
    OnlyFails,
}

pub(super) struct Rule {
    number: usize,
    place: Place,
    matcher: Matcher,
    pub(super) failure: Option<Failure>,
    pub(super) delay: Duration,
}

enum Matcher {
    Literal {
        text: String,
        chosen: Chosen,
    },
    Regex {
        pattern: Pattern,
        reply: Option<ReplyTemplate>,
    },
}

/// The texts of a request in which rules search for their patterns.
pub(super) struct Searched {
    prompt: String,
    messages: String,
}

impl Searched {
    pub(super) fn of(request: &Request) -> Self {
        let messages: Vec<String> = request.messages.iter().map(Message::content).collect();
        Self {
            prompt: prompt(request),
            messages: messages.join("\n\n"),
        }
    }
}

impl Rule {
    pub(super) fn literal(text: String, reply: String) -> Self {
        Self {
            number: 0,
            place: Place::Messages,
            matcher: Matcher::Literal {
                text,
                chosen: Chosen::Reply(reply),
            },
            failure: None,
            delay: Duration::ZERO,
        }
    }

    /// Creates a rule from its definition. `number` is the rule's number in the file, counted from
    /// 1, for errors.
    pub(super) fn new(number: usize, definition: &RuleDefinition) -> Result<Self, FakeError> {
        let RuleDefinition { pattern, reply, .. } = definition;
        if reply.is_none() && definition.fail.is_none() {
            return Err(FakeError::NoResponse {
                rule: number,
                pattern: pattern.clone(),
            });
        }
        let matcher = if definition.regex {
            let pattern = Pattern::new(pattern).map_err(|cause| FakeError::Pattern { rule: number, cause })?;
            let template = |reply: &String| {
                ReplyTemplate::new(reply, &pattern).map_err(|cause| FakeError::Template { rule: number, cause })
            };
            let reply = reply.as_ref().map(template).transpose()?;
            Matcher::Regex { pattern, reply }
        } else {
            Matcher::Literal {
                text: pattern.clone(),
                chosen: reply.clone().map_or(Chosen::OnlyFails, Chosen::Reply),
            }
        };
        Ok(Self {
            number,
            place: definition.place,
            matcher,
            failure: definition.fail.as_ref().map(Failure::new).transpose()?,
            delay: Duration::from_millis(definition.delay_ms),
        })
    }

    /// Returns the rule's response to a request, or `None` if the rule does not match.
    pub(super) fn choose(&self, searched: &Searched) -> Result<Option<Chosen>, ModelError> {
        let text = match self.place {
            Place::Prompt => &searched.prompt,
            Place::Messages => &searched.messages,
        };
        match &self.matcher {
            Matcher::Literal { text: wanted, chosen } => Ok(text.contains(wanted).then(|| chosen.clone())),
            Matcher::Regex { pattern, reply } => {
                let found = pattern.search(text).map_err(|error| {
                    let message = format!("fake: can't match rule {}: {error}", self.number);
                    ModelError::new(ModelErrorKind::NoReply, message)
                        .with_hint("simplify the pattern so that it backtracks less")
                })?;
                let chosen = found.map(|groups| match reply {
                    Some(reply) => Chosen::Reply(reply.expand(&groups)),
                    None => Chosen::OnlyFails,
                });
                Ok(chosen)
            }
        }
    }
}
