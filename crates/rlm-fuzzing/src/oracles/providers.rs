//! Checks model adapters against a loopback server that sends arbitrary responses.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rlm_adapters::{
    AnthropicModel, Endpoint, GenericModel, GenericReply, OllamaModel, OpenAiModel, ResponsesModel, ServiceAccount,
    Timeouts, VertexModel,
};
use rlm_model::{
    Call, CallId, Digest, Message, Model, ModelError, ModelErrorKind, Parameters, Reply, Request, RequestId, Tokens,
};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::generators::Dice;

/// The API key or access token with which the models are called. It must not appear in any result.
const KEY: &str = "sk-planted-0123456789abcdef";

/// The private key of a service account for tests, without access to anything.
const PRIVATE_KEY: &str = include_str!("../../../rlm-adapters/tests/it/fixtures/test-service-account.pem");

/// The URL path at which service accounts request access tokens.
const TOKEN_PATH: &str = "/token";

/// The content type of model responses that are not streams.
pub const JSON: &str = "application/json";

/// The placeholder in a response body that the server replaces by the API key.
const ECHO: &str = "$KEY";

/// The number of calls after which the loopback server is replaced, because it stores every
/// request.
const CALLS: usize = 4_000;

/// The API of a model provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// OpenAI's Chat Completions API.
    ChatCompletions,
    /// Anthropic's Messages API.
    Messages,
    /// OpenAI's Responses API.
    Responses,
    /// Ollama's native API.
    Ollama,
    /// Gemini models of Vertex AI, including the token endpoint.
    Vertex,
    /// A custom JSON API, whose request builder and response parser are closures.
    Generic,
}

impl Protocol {
    /// All provider APIs.
    pub const ALL: [Self; 6] = [
        Self::ChatCompletions,
        Self::Messages,
        Self::Responses,
        Self::Ollama,
        Self::Vertex,
        Self::Generic,
    ];

    /// Returns the content type of the streams of this API.
    #[must_use]
    pub const fn stream_type(self) -> &'static str {
        match self {
            Self::Ollama => "application/x-ndjson",
            Self::ChatCompletions | Self::Messages | Self::Responses | Self::Vertex | Self::Generic => {
                "text/event-stream"
            }
        }
    }
}

/// The HTTP status codes of error responses that are sent.
const STATUSES: [u16; 8] = [400, 401, 404, 413, 422, 429, 500, 503];

/// Sends the input bytes to the model adapter of each API: as a whole response, as a stream, and
/// for one of the APIs as an error.
///
/// # Panics
/// If the result is neither a reply with a text nor an error of one line, or if it contains the API
/// key.
pub fn provider_reply_junk(data: &[u8]) {
    let mut dice = Dice::of_all(data);
    let body = String::from_utf8_lossy(data).replace(ECHO, KEY).into_bytes();
    for protocol in Protocol::ALL {
        for content_type in [JSON, protocol.stream_type()] {
            let answer = Answer::raw(200, body.clone()).header("content-type", content_type);
            is_a_reply_or_an_error(&asked(protocol, answer), data);
        }
    }
    let refused = Answer::raw(STATUSES[dice.roll(STATUSES.len())], body).header("content-type", JSON);
    let protocol = Protocol::ALL[dice.roll(Protocol::ALL.len())];
    is_a_reply_or_an_error(&asked(protocol, refused), data);
}

/// Sends the input bytes to the model adapter of each API as a stream, split into chunks of several
/// sizes.
///
/// # Panics
/// If the result depends on the chunk size.
pub fn sse_chunking(data: &[u8]) {
    let odd = 2 + Dice::of_all(data).roll(61);
    for protocol in Protocol::ALL {
        let answer = Answer::raw(200, data).header("content-type", protocol.stream_type());
        let whole = asked(protocol, answer.clone());
        for bytes in [1, odd] {
            let cut = asked(protocol, answer.clone().fault(Fault::CutEvery(bytes)));
            assert_eq!(
                cut,
                whole,
                "{protocol:?}, every {bytes} bytes of {:?}",
                String::from_utf8_lossy(data)
            );
        }
    }
}

/// Returns the reply that the model adapter of an API parses from a response body.
///
/// # Errors
/// The model's error if the body is not a valid reply.
pub fn reply_to(protocol: Protocol, content_type: &str, body: &[u8]) -> Result<Reply, ModelError> {
    asked(protocol, Answer::raw(200, body).header("content-type", content_type))
}

fn is_a_reply_or_an_error(result: &Result<Reply, ModelError>, data: &[u8]) {
    let said = String::from_utf8_lossy(data);
    assert!(!format!("{result:?}").contains(KEY), "{result:?} to {said:?}");
    match result {
        Ok(reply) => assert!(!reply.text.trim().is_empty(), "{reply:?} to {said:?}"),
        Err(error) => {
            let control = error.message.chars().find(|c| c.is_control());
            assert_eq!(control, None, "{error:?} to {said:?}");
            let waited = matches!(error.kind, ModelErrorKind::Timeout(_) | ModelErrorKind::Unreachable);
            assert!(!waited, "{error:?} to {said:?}");
        }
    }
}

/// A loopback server, its next response, and the async runtime for its clients.
struct Loopback {
    server: TestServer,
    next: Arc<Mutex<Answer>>,
    runtime: Runtime,
    calls: usize,
}

impl Loopback {
    fn start() -> Self {
        let next = Arc::new(Mutex::new(Answer::empty()));
        let said = Arc::clone(&next);
        let server = TestServer::start(move |_, request| match request.path.as_str() {
            TOKEN_PATH => Answer::json(
                200,
                &json!({"access_token": KEY, "expires_in": 3_599, "token_type": "Bearer"}),
            ),
            _ => said.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        })
        .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            server,
            next,
            runtime,
            calls: 0,
        }
    }
}

/// Calls a model of an API, and returns its result for the given response of the server.
fn asked(protocol: Protocol, answer: Answer) -> Result<Reply, ModelError> {
    thread_local!(static LOOPBACK: RefCell<Option<Loopback>> = const { RefCell::new(None) });
    LOOPBACK.with_borrow_mut(|loopback| {
        if loopback.as_ref().is_some_and(|loopback| loopback.calls >= CALLS) {
            *loopback = None;
        }
        let loopback = loopback.get_or_insert_with(Loopback::start);
        loopback.calls += 1;
        *loopback.next.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        let endpoint = Endpoint {
            api_key: Some(KEY.into()),
            timeouts: Timeouts {
                idle: Duration::from_secs(5),
                ..Timeouts::default()
            },
            ..Endpoint::new(loopback.server.base_url().parse().unwrap(), "m")
        };
        let model = model(protocol, endpoint, &loopback.server.url());
        loopback.runtime.block_on(model.complete(&call())).map_err(without_port)
    })
}

fn model(protocol: Protocol, endpoint: Endpoint, server: &str) -> Box<dyn Model> {
    match protocol {
        Protocol::ChatCompletions => Box::new(OpenAiModel::new(endpoint).unwrap()),
        Protocol::Messages => Box::new(AnthropicModel::new(endpoint).unwrap()),
        Protocol::Responses => Box::new(ResponsesModel::new(endpoint).unwrap()),
        Protocol::Ollama => Box::new(OllamaModel::new(endpoint).unwrap()),
        Protocol::Vertex => {
            let account = json!({
                "client_email": "runs@house.iam.gserviceaccount.com", "private_key": PRIVATE_KEY,
                "token_uri": format!("{server}{TOKEN_PATH}"),
            });
            let account = ServiceAccount::from_json(&account.to_string()).unwrap();
            Box::new(VertexModel::new(endpoint, account, "house", "global").unwrap())
        }
        Protocol::Generic => {
            let payload = Box::new(|_: &Request, _: &str| json!({"ask": "?"}));
            let parser = Box::new(|body: &serde_json::Value| match body["text"].as_str() {
                Some(text) => Ok(GenericReply {
                    text: text.to_owned(),
                    ..GenericReply::default()
                }),
                None => Err("no `text`".to_owned()),
            });
            Box::new(GenericModel::new(endpoint, "/ask", payload, parser).unwrap())
        }
    }
}

fn call() -> Call {
    let parameters = Parameters::with_max_output(Tokens(64));
    Call {
        id: CallId::root(1, 1, 0),
        request_id: RequestId {
            digest: Digest::of(b"any"),
            occurrence: 0,
        },
        request: Request::new(vec![Message::user("How many doors?")], parameters),
    }
}

/// Removes the port from an error, because replaced servers have another one.
fn without_port(mut error: ModelError) -> ModelError {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    while let Some((before, after)) = error.message.split_once("127.0.0.1:") {
        error.message = format!("{before}(here){}", &after[digits(after)..]);
    }
    error
}
