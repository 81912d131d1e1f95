//! Descriptions of custom protocols in TOML: the server, the request body, and the location of the
//! reply in the response.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use reqwest::header::HeaderName;
use rlm_model::{Finish, Message, Request, Role, Usage};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{GenericError, GenericModel, GenericReply};
use crate::entry::in_a_line;
use crate::environment::{Environment, KeyRequirement, ResolveOptions, first_set};
use crate::provider::{Authorization, Endpoint, tokens_at};
use crate::{SpecError, Timeouts};

/// The placeholders in a description's request body. Each is replaced as a whole JSON string.
const PLACEHOLDERS: [&str; 9] = [
    "$model",
    "$messages",
    "$prompt",
    "$system",
    "$user",
    "$max_output",
    "$temperature",
    "$seed",
    "$stop",
];

/// The default timeout of a call with a custom protocol, in seconds.
const TIMEOUT: u64 = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: String,
    base_url: String,
    #[serde(default = "default_path")]
    path: String,
    #[serde(default = "default_timeout")]
    timeout: u64,
    api_key_env: Option<String>,
    #[serde(default = "default_key_header")]
    key_header: String,
    #[serde(default = "default_key_prefix")]
    key_prefix: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default = "default_request")]
    request: Map<String, Value>,
    #[serde(default)]
    response: Places,
}

/// The locations of a reply's parts in the response, as JSON pointers (RFC 6901).
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Places {
    text: String,
    reasoning: Option<String>,
    input_tokens: String,
    output_tokens: String,
    finish: String,
    /// The value at the location `finish` if the reply reached its output limit.
    length: String,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            text: "/choices/0/message/content".to_owned(),
            reasoning: None,
            input_tokens: "/usage/prompt_tokens".to_owned(),
            output_tokens: "/usage/completion_tokens".to_owned(),
            finish: "/choices/0/finish_reason".to_owned(),
            length: "length".to_owned(),
        }
    }
}

fn default_path() -> String {
    GenericModel::PATH.to_owned()
}

const fn default_timeout() -> u64 {
    TIMEOUT
}

fn default_key_header() -> String {
    "authorization".to_owned()
}

fn default_key_prefix() -> String {
    "Bearer ".to_owned()
}

fn default_request() -> Map<String, Value> {
    let fields = [
        ("model", "$model"),
        ("messages", "$messages"),
        ("max_tokens", "$max_output"),
        ("temperature", "$temperature"),
        ("seed", "$seed"),
        ("stop", "$stop"),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into_iter()
        .collect()
}

/// Creates a model from the TOML description of its protocol.
pub(super) fn read(
    text: &str,
    path: &Path,
    env: Environment<'_>,
    options: &ResolveOptions,
) -> Result<GenericModel, SpecError> {
    let wrong = |detail: String| GenericError::Form {
        path: path.to_owned(),
        detail,
    };
    let file: File = toml::from_str(text).map_err(|error| wrong(in_a_line(text, &error)))?;
    check(&file).map_err(wrong)?;
    let base_url = file.base_url.parse().map_err(|cause| GenericError::BaseUrl {
        path: path.to_owned(),
        cause,
    })?;
    let mut endpoint = Endpoint {
        timeouts: Timeouts {
            total: Duration::from_secs(file.timeout.max(1)),
            ..options.timeouts
        },
        ..Endpoint::new(base_url, file.model)
    };
    for (header, value) in &file.headers {
        let value = match value.strip_prefix('$') {
            None => value.clone(),
            Some(variable) => env(variable).ok_or_else(|| {
                wrong(format!(
                    "the header `{header}` is read from {variable}, which is not set"
                ))
            })?,
        };
        endpoint.headers.insert(header.clone(), value.into());
    }
    let named = options.api_key_env.clone().or(file.api_key_env);
    let key = named.as_deref().map(|variable| (variable, first_set(&[variable], env)));
    match key {
        Some((_, Some((_, key)))) => endpoint.api_key = Some(key.into()),
        Some((variable, None)) if options.keys == KeyRequirement::Required => {
            return Err(SpecError::MissingNamedKey {
                named_by: path.display().to_string(),
                variable: variable.to_owned(),
            });
        }
        _ => {}
    }
    let header: HeaderName = file
        .key_header
        .parse()
        .map_err(|_| wrong(format!("invalid header name in `key_header`: `{}`", file.key_header)))?;
    let authorization = Authorization::Key {
        header,
        prefix: Cow::Owned(file.key_prefix),
    };
    let (request, places) = (file.request, file.response);
    let payload = move |asked: &Request, model: &str| Value::Object(filled(&request, asked, model));
    let parser = move |body: &Value| places.find(body);
    let made = GenericModel::of(endpoint, file.path, Box::new(payload), Box::new(parser), authorization);
    made.map_err(|cause| SpecError::Key {
        variable: named.unwrap_or_else(|| path.display().to_string()),
        cause,
    })
}

fn check(file: &File) -> Result<(), String> {
    let mut used = Vec::new();
    placeholders(&Value::Object(file.request.clone()), &mut used);
    if let Some(unknown) = used.iter().find(|name| !PLACEHOLDERS.contains(&name.as_str())) {
        let known = PLACEHOLDERS.join(", ");
        return Err(format!(
            "unknown placeholder `{unknown}` in [request]; expected one of {known}"
        ));
    }
    let has = |name: &str| used.iter().any(|used| used == name);
    if !has("$max_output") {
        return Err("missing \"$max_output\" in [request]: budgets depend on the output limit".to_owned());
    }
    if !["$messages", "$prompt", "$user"].iter().any(|name| has(name)) {
        return Err(
            "missing \"$messages\", \"$prompt\" or \"$user\" in [request]: the request would have no prompt".to_owned(),
        );
    }
    let places = &file.response;
    let reasoning = places.reasoning.as_ref();
    let all = [
        &places.text,
        &places.input_tokens,
        &places.output_tokens,
        &places.finish,
    ];
    match all
        .into_iter()
        .chain(reasoning)
        .find(|place| !place.is_empty() && !place.starts_with('/'))
    {
        Some(place) => Err(format!(
            "invalid JSON pointer `{place}` in [response]: it must start with `/`"
        )),
        None => Ok(()),
    }
}

fn placeholders(value: &Value, used: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with('$') => used.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| placeholders(value, used)),
        Value::Object(fields) => fields.values().for_each(|value| placeholders(value, used)),
        _ => {}
    }
}

fn filled(template: &Map<String, Value>, request: &Request, model: &str) -> Map<String, Value> {
    let fields = template.iter();
    fields
        .filter_map(|(name, value)| Some((name.clone(), fill(value, request, model)?)))
        .collect()
}

/// Replaces the placeholders in a JSON value of the request body. Returns `None` for a parameter
/// that the request does not set.
fn fill(value: &Value, request: &Request, model: &str) -> Option<Value> {
    Some(match value {
        Value::String(text) if text.starts_with('$') => return stood_for(text, request, model),
        Value::Array(values) => Value::Array(values.iter().filter_map(|value| fill(value, request, model)).collect()),
        Value::Object(fields) => Value::Object(filled(fields, request, model)),
        other => other.clone(),
    })
}

fn stood_for(placeholder: &str, request: &Request, model: &str) -> Option<Value> {
    let said_by = |wanted: fn(Role) -> bool| -> String {
        let messages = request.messages.iter().filter(|message| wanted(message.role));
        messages.map(Message::content).collect::<Vec<_>>().join("\n\n")
    };
    let parameters = &request.parameters;
    Some(match placeholder {
        "$model" => model.into(),
        "$messages" => request
            .messages
            .iter()
            .map(|message| json!({"role": message.role.as_str(), "content": message.content()}))
            .collect(),
        "$prompt" => said_by(|_| true).into(),
        "$system" => said_by(|role| role == Role::System).into(),
        "$user" => said_by(|role| role != Role::System).into(),
        "$max_output" => parameters.max_output.0.into(),
        "$temperature" => json!(parameters.temperature?),
        "$seed" => parameters.seed?.into(),
        "$stop" if !parameters.stop.is_empty() => parameters.stop.clone().into(),
        _ => return None,
    })
}

impl Places {
    fn find(&self, body: &Value) -> Result<GenericReply, String> {
        let text = body
            .pointer(&self.text)
            .ok_or_else(|| format!("nothing at `{}`", self.text))?;
        let text = text.as_str().ok_or_else(|| format!("no text at `{}`", self.text))?;
        let reasoning = self.reasoning.as_ref().and_then(|place| body.pointer(place)?.as_str());
        let tokens = |place: &str| tokens_at(body, place);
        let usage = tokens(&self.input_tokens).zip(tokens(&self.output_tokens));
        let finish = body.pointer(&self.finish).and_then(Value::as_str);
        Ok(GenericReply {
            text: text.to_owned(),
            reasoning: reasoning.unwrap_or_default().to_owned(),
            usage: usage.map(|(input, output)| Usage {
                input,
                output,
                ..Usage::default()
            }),
            finish: finish.map(|reason| {
                if reason == self.length {
                    Finish::Length
                } else {
                    Finish::Stop
                }
            }),
        })
    }
}
