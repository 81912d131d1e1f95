//! Providers that answer anything at all, over a real loopback server.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rlm_adapters::{
    AnthropicModel, Endpoint, GenericModel, GenericReply, OllamaModel, OpenAiModel, ResponsesModel, Timeouts,
};
use rlm_model::{
    Call, CallId, Digest, Message, Model, ModelError, ModelErrorKind, Parameters, Reply, Request, RequestId, Tokens,
};
use rlm_test_server::{Answer, Fault, TestServer};
use tokio::runtime::Runtime;

/// The key that calls are made with: it stands nowhere in what comes of them.
const KEY: &str = "sk-planted-0123456789abcdef";

/// Where this stands in a body, the server repeats the key.
const ECHO: &str = "$KEY";

/// How many calls a server answers before it is replaced: it remembers each.
const CALLS: usize = 4_000;

/// The kinds of models that are asked.
const KINDS: usize = 5;

/// The statuses that a server answers with; a good one more often.
const STATUSES: [u16; 12] = [200, 200, 200, 200, 400, 401, 404, 413, 422, 429, 500, 503];

/// Lets each provider's model read any bytes as its answer, whole and as a stream, with a status that the last byte says.
///
/// # Panics
/// Where something else comes of it than a reply with a text or an error in one line, or the key stands in it.
pub fn provider_reply_junk(data: &[u8]) {
    let last = usize::from(data.last().copied().unwrap_or_default());
    let body = String::from_utf8_lossy(data).replace(ECHO, KEY).into_bytes();
    let kinds = ["application/json", "text/event-stream", "application/x-ndjson"];
    for content_type in kinds {
        let answer = Answer::raw(STATUSES[last % STATUSES.len()], body.clone()).header("content-type", content_type);
        let kind = if content_type == "application/x-ndjson" {
            3
        } else {
            last % KINDS
        };
        is_a_reply_or_an_error(&asked(kind, answer), data);
    }
}

/// Lets each provider's model read any bytes as a stream, cut into pieces of several sizes.
///
/// # Panics
/// Where it makes a difference how the stream is cut.
pub fn sse_chunking(data: &[u8]) {
    let last = usize::from(data.last().copied().unwrap_or_default());
    let (kind, content_type) = match last % KINDS {
        3 => (3, "application/x-ndjson"),
        kind => (kind, "text/event-stream"),
    };
    let answer = Answer::raw(200, data).header("content-type", content_type);
    let whole = asked(kind, answer.clone());
    for bytes in [1, 2 + last % 61] {
        let cut = asked(kind, answer.clone().fault(Fault::CutEvery(bytes)));
        assert_eq!(
            cut,
            whole,
            "model {kind}, every {bytes} bytes of {:?}",
            String::from_utf8_lossy(data)
        );
    }
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

/// A server, what it answers next, and what drives the models that ask it.
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
        let server =
            TestServer::start(move |_, _| said.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap();
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

/// Asks a new model of a kind, to which the server answers so.
fn asked(kind: usize, answer: Answer) -> Result<Reply, ModelError> {
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
        loopback
            .runtime
            .block_on(model(kind, endpoint).complete(&call()))
            .map_err(without_port)
    })
}

fn model(kind: usize, endpoint: Endpoint) -> Box<dyn Model> {
    match kind {
        0 => Box::new(OpenAiModel::new(endpoint).unwrap()),
        1 => Box::new(AnthropicModel::new(endpoint).unwrap()),
        2 => Box::new(ResponsesModel::new(endpoint).unwrap()),
        3 => Box::new(OllamaModel::new(endpoint).unwrap()),
        _ => {
            let payload = Box::new(|_: &Request, _: &str| serde_json::json!({"ask": "?"}));
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

/// Servers that are replaced have another port.
fn without_port(mut error: ModelError) -> ModelError {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    while let Some((before, after)) = error.message.split_once("127.0.0.1:") {
        error.message = format!("{before}(here){}", &after[digits(after)..]);
    }
    error
}
