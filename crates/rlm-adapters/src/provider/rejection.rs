//! Detects from an error response which part of a request the server rejects.

use rlm_model::ModelErrorKind;

use super::constraint::Constraint;
use super::failure::{self, Report};
use super::parameter::{Parameter, Rejection};
use super::protocol::Asked;
use crate::transport::HttpReply;

/// The codes in error responses that indicate an unsupported request parameter.
const CODES: [&str; 4] = [
    "unsupported_parameter",
    "unsupported_value",
    "unknown_parameter",
    "extra_forbidden",
];
/// The phrases in error messages that indicate an unsupported request parameter.
const PHRASES: [&str; 9] = [
    "unsupported",
    "not supported",
    "unrecognized",
    "unknown",
    "unexpected",
    "extra_forbidden",
    "not permitted",
    "extra inputs",
    "deprecated",
];
/// The phrases in error messages that indicate that all reply formats of a kind are unsupported. In
/// errors about parameters, these phrases may have other meanings.
const PHRASES_FOR_FORMS: [&str; 5] = [
    "does not support",
    "unavailable",
    "not implemented",
    // pydantic, for a type of `response_format` that the server lacks.
    "literal_error",
    "input should be",
];
/// The phrases in error messages that indicate that a single reply format is rejected. They take
/// precedence over phrases about all formats of a kind.
const PHRASES_FOR_ONE: [&str; 12] = [
    "invalid schema",
    "invalid json schema",
    "schema contains",
    "format.schema",
    "additionalproperties",
    "too complex",
    "too large",
    "too many",
    "too deep",
    "grammar error",
    "invalid grammar",
    "failed to",
];

/// Returns the part of the request that the server rejects, if the response reports a rejection.
pub(super) fn of(http: &HttpReply, asked: &Asked<'_>) -> Option<Rejection> {
    if !matches!(http.status, 400 | 422) {
        return None;
    }
    let report = failure::report(&http.body);
    let message = report.message.to_ascii_lowercase();
    let sent = asked.dialect.sent(asked.request);
    // Ollama names the missing capability, not the field.
    if message.contains("does not support thinking") && sent.contains(&Parameter::ReasoningEffort) {
        return Some(Rejection::Parameter(Parameter::ReasoningEffort));
    }
    let is_unsupported = CODES.contains(&report.code.as_str()) || says(&message, &PHRASES);
    let parameter = is_unsupported
        .then(|| parameter(&report, &message, asked, &sent))
        .flatten();
    let constraint = asked.constraint.as_ref();
    let form =
        constraint.and_then(|constraint| Some((place(&report, &message, constraint, is_unsupported)?, constraint)));
    match (parameter, form) {
        (Some((place, parameter)), Some((other, _))) if place < other => Some(Rejection::Parameter(parameter)),
        (_, Some((_, constraint))) if failure::kind(http.status, &report) == ModelErrorKind::InvalidRequest => {
            Some(form_rejection(&message, is_unsupported, constraint))
        }
        (parameter, _) => parameter.map(|(_, parameter)| Rejection::Parameter(parameter)),
    }
}

fn says(message: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| message.contains(phrase))
}

/// Returns the parameter that an error report mentions, and the position in the message. The
/// report's field for the parameter takes precedence over the message. In the message, the first
/// parameter counts, since a recommended alternative may follow.
fn parameter(report: &Report, message: &str, asked: &Asked<'_>, sent: &[Parameter]) -> Option<(usize, Parameter)> {
    let name = |parameter: Parameter| asked.dialect.name(parameter);
    let named = sent
        .iter()
        .find(|parameter| name(**parameter) == Some(report.parameter.as_str()));
    if let Some(parameter) = named {
        return Some((0, *parameter));
    }
    let places = sent
        .iter()
        .filter_map(|parameter| Some((1 + mention(message, name(*parameter)?)?, *parameter)));
    places.min_by_key(|(place, _)| *place)
}

/// Returns the position in an error message at which it mentions the constraint on the reply's
/// format, as for [`parameter`].
fn place(report: &Report, message: &str, constraint: &Constraint<'_>, is_unsupported: bool) -> Option<usize> {
    let field = report.parameter.to_ascii_lowercase();
    let field = field.split(['.', '[']).next().unwrap_or_default();
    if constraint.fields().contains(&field) {
        return Some(0);
    }
    // The names of fields are common words, so they only count if the report is about unsupported
    // parameters.
    let fields = constraint.fields().iter().filter(|_| is_unsupported);
    let words = constraint.words().iter().chain(fields);
    words.filter_map(|word| Some(1 + mention(message, word)?)).min()
}

fn form_rejection(message: &str, is_unsupported: bool, constraint: &Constraint<'_>) -> Rejection {
    let is_about_all = is_unsupported || says(message, &PHRASES_FOR_FORMS);
    if is_about_all && !says(message, &PHRASES_FOR_ONE) {
        Rejection::Forms(constraint.kind())
    } else {
        Rejection::Form(constraint.digest())
    }
}

/// Returns the position of `name` in `text` as a separate word.
fn mention(text: &str, name: &str) -> Option<usize> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = text.match_indices(name).filter(|(place, _)| {
        let before = text.get(..*place).and_then(|before| before.chars().next_back());
        let after = text.get(place + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(in_word) && !after.is_some_and(in_word)
    });
    places.next().map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use rlm_model::{Parameters, Request, Tokens};
    use serde_json::{Value, json};

    use super::super::ModelServer;
    use super::super::constraint::FormKind;
    use super::super::dialect::Dialect;
    use super::super::parameter::MaxOutputName;
    use super::*;

    fn names(parameter: Parameter) -> Option<&'static str> {
        Some(match parameter {
            Parameter::MaxOutput(MaxOutputName::First) => "max_completion_tokens",
            Parameter::MaxOutput(MaxOutputName::Other) => "max_tokens",
            Parameter::Temperature => "temperature",
            Parameter::Seed => "seed",
            Parameter::Stop => "stop",
            _ => return None,
        })
    }

    /// Returns the rejected part of a test request with a temperature and a seed, given the
    /// response.
    fn rejected(status: u16, body: &str, constraint: Option<Constraint<'_>>) -> Option<Rejection> {
        let request = Request::new(
            Vec::new(),
            Parameters {
                temperature: Some(0.5),
                seed: Some(1),
                ..Parameters::with_max_output(Tokens(1))
            },
        );
        let mut dialect = Dialect::new(names);
        if body.contains("'max_tokens' is not") {
            let first = dialect.clone();
            dialect.adapt(&first, Rejection::Parameter(first.max_output()));
        }
        let asked = Asked {
            request: &request,
            model: "m",
            dialect: &dialect,
            constraint,
        };
        let http = HttpReply {
            status,
            body: body.into(),
            ..HttpReply::default()
        };
        of(&http, &asked)
    }

    #[test]
    fn parameter_rejections_of_several_servers_are_recognized() {
        let parameter = |body| match rejected(400, body, None) {
            Some(Rejection::Parameter(parameter)) => Some(parameter),
            _ => None,
        };
        let limit = Parameter::MaxOutput(MaxOutputName::First);
        let openai = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;
        assert_eq!(parameter(openai), Some(Parameter::MaxOutput(MaxOutputName::Other)));
        let value = r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model.","param":"temperature","code":"unsupported_value"}}"#;
        assert_eq!(parameter(value), Some(Parameter::Temperature));
        let azure = r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens","type":"invalid_request_error","param":null,"code":null}}"#;
        assert_eq!(parameter(azure), Some(limit));
        let pydantic = r#"{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted"}]}"#;
        assert_eq!(parameter(pydantic), Some(limit));
        let vllm = r#"{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'seed')}]","type":"BadRequestError","code":400}"#;
        assert_eq!(parameter(vllm), Some(Parameter::Seed));
    }

    #[test]
    fn invalid_parameter_value_is_not_an_unsupported_parameter() {
        let too_large = r#"{"error":{"message":"max_tokens is too large: 100000. This model supports at most 16384 completion tokens.","param":"max_tokens","code":"invalid_value"}}"#;
        assert_eq!(rejected(400, too_large, None), None);
        let unknown_model = r#"{"error":{"message":"unknown model","code":"model_not_found"}}"#;
        assert_eq!(rejected(400, unknown_model, None), None);
        let unsupported = r#"{"error":{"param":"temperature","code":"unsupported_parameter"}}"#;
        assert_eq!(
            rejected(500, unsupported, None),
            None,
            "a server error is not a rejection"
        );
    }

    fn said(message: &str) -> String {
        json!({"error": {"message": message, "param": null, "code": null}}).to_string()
    }

    #[test]
    fn schema_rejections_are_permanent_or_specific_to_one_schema() {
        let schema: Value = json!({"type": "object"});
        let held = || Constraint::Schema {
            schema: Cow::Borrowed(&schema),
            is_strict: false,
        };
        let alone = Some(Rejection::Form(held().digest()));
        let all = Some(Rejection::Forms(FormKind::Schema));
        let python = json!({"detail": [{"type": "literal_error", "loc": ["body", "response_format", "type"],
            "msg": "Input should be 'text' or 'json_object'"}]});
        for (body, expected) in [
            // OpenAI
            (said("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."), all),
            (said("Invalid schema for response_format 'reply': In context=(), 'minLength' is not permitted."), alone),
            (json!({"error": {"message": "Unknown parameter: 'text'.", "param": "text", "code": "unknown_parameter"}}).to_string(), all),
            // Anthropic
            (said("output_config.format.schema: For 'integer' type, property 'minimum' is not supported"), alone),
            (said("output_config: Extra inputs are not permitted"), all),
            (said("The compiled grammar is too large, which would cause performance issues."), alone),
            // Vertex AI
            (said("Invalid JSON payload received. Unknown name \"responseJsonSchema\" at 'generation_config'"), all),
            (said("The specified schema produces a constraint that has too many states for serving."), alone),
            // vLLM, llama-cpp-python, DeepSeek
            (said("The provided JSON schema contains features not supported by xgrammar."), alone),
            (python.to_string(), all),
            (said("This response_format type is unavailable now"), all),
            // None of it is about the format.
            (said("messages: text must not be empty, in whatever format"), None),
            (said("This model's maximum context length is 8192 tokens, the schema included."), None),
            (said("Unsupported parameter: 'seed'"), Some(Rejection::Parameter(Parameter::Seed))),
        ] {
            assert_eq!(rejected(400, &body, Some(held())), expected, "{body}");
        }
        assert_eq!(rejected(400, &said("invalid schema"), None), None, "none was sent");
        assert_eq!(rejected(500, &said("invalid schema"), Some(held())), None);
    }

    #[test]
    fn grammar_rejections_of_several_servers_are_recognized() {
        let held = |server| Constraint::WholeReply {
            server,
            grammar: "root ::= \"a\"",
        };
        let alone = Some(Rejection::Form(held(ModelServer::Vllm).digest()));
        let all = Some(Rejection::Forms(FormKind::Grammar));
        for (server, message, expected) in [
            (
                ModelServer::Vllm,
                "Grammar error: at 543(16): invalid regex \"[\\uAA]\"",
                alone,
            ),
            (ModelServer::Vllm, "Invalid grammar specification.", alone),
            (
                ModelServer::Vllm,
                "[{'type': 'extra_forbidden', 'loc': ('body', 'structured_outputs')}]",
                all,
            ),
            (
                ModelServer::LlamaCpp,
                "Failed to initialize samplers: failed to parse grammar",
                alone,
            ),
            (ModelServer::Sglang, "Failed to compile ebnf grammar", alone),
            (ModelServer::Sglang, "Unrecognized request argument supplied: ebnf", all),
            (ModelServer::Sglang, "the prompt is bad", None),
        ] {
            assert_eq!(rejected(400, &said(message), Some(held(server))), expected, "{message}");
        }
    }
}
