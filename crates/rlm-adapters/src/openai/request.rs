//! From a request to the body of a chat-completions call.

use std::fmt;

use rlm_model::{Message, ReasoningEffort, Request};
use serde::{Serialize, Serializer};

use super::dialect::{Dialect, MaxOutputName, Parameter};

/// Writes the body, in the server's dialect.
pub(crate) fn encode(request: &Request, model: &str, dialect: &Dialect) -> Vec<u8> {
    let parameters = &request.parameters;
    let limit = |name| (dialect.max_output() == Parameter::MaxOutput(name)).then_some(parameters.max_output.0);
    let body = Body {
        model,
        messages: request.messages.iter().map(WireMessage::from).collect(),
        max_completion_tokens: limit(MaxOutputName::MaxCompletionTokens),
        max_tokens: limit(MaxOutputName::MaxTokens),
        temperature: parameters.temperature.filter(|_| dialect.takes(Parameter::Temperature)),
        seed: parameters.seed.filter(|_| dialect.takes(Parameter::Seed)),
        stop: if dialect.takes(Parameter::Stop) {
            &parameters.stop
        } else {
            &[]
        },
        reasoning_effort: parameters
            .reasoning_effort
            .filter(|_| dialect.takes(Parameter::ReasoningEffort))
            .map(ReasoningEffort::as_str),
    };
    // Of strings and numbers alone, so this can't fail.
    serde_json::to_vec(&body).unwrap_or_default()
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<WireMessage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
}

#[derive(Serialize)]
struct WireMessage<'a> {
    role: &'static str,
    #[serde(serialize_with = "content")]
    content: &'a Message,
}

impl<'a> From<&'a Message> for WireMessage<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            role: message.role.as_str(),
            content: message,
        }
    }
}

/// Writes a message's parts one after the other, without joining them in memory first.
fn content<S: Serializer>(message: &&Message, serializer: S) -> Result<S::Ok, S::Error> {
    struct Parts<'a>(&'a Message);
    impl fmt::Display for Parts<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.parts.iter().try_for_each(|part| f.write_str(&part.text))
        }
    }
    serializer.collect_str(&Parts(message))
}

#[cfg(test)]
mod tests {
    use rlm_model::{Parameters, Part, Role, Tokens};
    use serde_json::json;

    use super::*;

    fn body(request: &Request, dialect: &Dialect) -> serde_json::Value {
        serde_json::from_slice(&encode(request, "m", dialect)).unwrap()
    }

    #[test]
    fn every_parameter_goes_by_its_name_and_parts_are_joined() {
        let part = |text: &str| Part {
            text: text.into(),
            origin: None,
        };
        let cut = Message {
            role: Role::User,
            parts: vec![part("one \"\n"), part("twö")],
        };
        let mut parameters = Parameters::with_max_output(Tokens(7));
        let messages = vec![Message::system("s"), cut, Message::assistant("a")];
        let request = Request::new(messages, parameters.clone());
        let messages = json!([
            {"role": "system", "content": "s"},
            {"role": "user", "content": "one \"\ntwö"},
            {"role": "assistant", "content": "a"},
        ]);
        let expected = json!({"model": "m", "messages": messages, "max_completion_tokens": 7});
        assert_eq!(body(&request, &Dialect::default()), expected);

        parameters.temperature = Some(0.5);
        parameters.seed = Some(u64::MAX);
        parameters.stop = vec!["END".into()];
        parameters.reasoning_effort = Some(ReasoningEffort::Low);
        let request = Request::new(request.messages, parameters);
        let expected = json!({
            "model": "m", "messages": messages, "max_completion_tokens": 7, "temperature": 0.5, "seed": u64::MAX,
            "stop": ["END"], "reasoning_effort": "low",
        });
        assert_eq!(body(&request, &Dialect::default()), expected);

        let mut dialect = Dialect::default();
        for parameter in Dialect::default().sent(&request) {
            dialect.adapt(&Dialect::default(), parameter);
        }
        let expected = json!({"model": "m", "messages": messages, "max_tokens": 7});
        assert_eq!(body(&request, &dialect), expected);
    }
}
