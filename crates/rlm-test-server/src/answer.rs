//! What the server says to a request.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// The usage that a reply reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Input tokens, cached ones included.
    pub input: u64,
    /// The part of the input that was cached.
    pub cached_input: u64,
    /// Output tokens, reasoning included.
    pub output: u64,
    /// The part of the output that was reasoning.
    pub reasoning: u64,
}

impl Usage {
    /// Writes it as chat completions do.
    fn report(self) -> Value {
        json!({
            "prompt_tokens": self.input,
            "completion_tokens": self.output,
            "total_tokens": self.input + self.output,
            "prompt_tokens_details": {"cached_tokens": self.cached_input},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning},
        })
    }
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            input: 100,
            cached_input: 0,
            output: 10,
            reasoning: 0,
        }
    }
}

/// A way to fail a client that no well-formed HTTP answer can express.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Reads the request and never writes.
    Hang,
    /// Writes the answer one byte at a time, with this pause before each.
    Drip(Duration),
    /// Closes the connection instead of answering.
    CloseAtOnce,
    /// Closes the connection after the headers.
    CloseAfterHeaders,
    /// Closes the connection after this many bytes of the body.
    Truncate(usize),
    /// Writes this many bytes of the body, then nothing more, and keeps the connection.
    Stall(usize),
    /// Announces no length: the body goes on until the connection closes.
    WithoutLength,
    /// Writes the answer this many bytes at a time, each as a piece of its own as far as the network lets it.
    CutEvery(usize),
}

/// One answer: status, headers and body, and how badly they are delivered.
///
/// ```
/// use std::io::{Read as _, Write as _};
/// use std::net::{Shutdown, TcpStream};
/// use rlm_test_server::{Answer, TestServer, Usage};
///
/// let server = TestServer::in_order([Answer::server_error(), Answer::completion("42", "length", Some(Usage::default()))])?;
/// let ask = || {
///     let mut stream = TcpStream::connect(server.url().trim_start_matches("http://"))?;
///     stream.write_all(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")?;
///     stream.shutdown(Shutdown::Write)?;
///     let mut answer = String::new();
///     stream.read_to_string(&mut answer)?;
///     Ok::<_, std::io::Error>(answer)
/// };
/// assert!(ask()?.starts_with("HTTP/1.1 500"));
/// assert!(ask()?.contains(r#""finish_reason":"length""#));
/// assert_eq!(server.requests()[1].path, "/v1/chat/completions");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) latency: Duration,
    pub(crate) fault: Option<Fault>,
}

impl Answer {
    /// Answers with `status` and `body` as they are.
    #[must_use]
    pub fn raw(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            latency: Duration::ZERO,
            fault: None,
        }
    }

    /// Answers with `status` and a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, body.to_string()).header("content-type", "application/json")
    }

    /// Answers with a good completion of `text`.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::completion(&text.into(), "stop", Some(Usage::default()))
    }

    /// Answers with a completion: its text, the reason it ended, and the usage it reports, if any.
    #[must_use]
    pub fn completion(text: &str, finish_reason: &str, usage: Option<Usage>) -> Self {
        Self::choice(&json!({"role": "assistant", "content": text}), finish_reason, usage)
    }

    /// Answers with a completion whose message is given as it is.
    #[must_use]
    pub fn choice(message: &Value, finish_reason: &str, usage: Option<Usage>) -> Self {
        let mut body = json!({
            "id": "chatcmpl-test",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "test-model",
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        });
        if let (Some(usage), Some(fields)) = (usage, body.as_object_mut()) {
            fields.insert("usage".into(), usage.report());
        }
        Self::json(200, &body)
    }

    /// Answers with a stream of server-sent events, one for each of `data`; a text that starts with `event:` or `:` is written
    /// as it is.
    #[must_use]
    pub fn events<T: fmt::Display>(data: impl IntoIterator<Item = T>) -> Self {
        let mut body = String::new();
        for data in data {
            let data = data.to_string();
            let field = if data.starts_with("event:") || data.starts_with(':') {
                ""
            } else {
                "data: "
            };
            body.push_str(&format!("{field}{data}\n\n"));
        }
        Self::raw(200, body).header("content-type", "text/event-stream; charset=utf-8")
    }

    /// Answers with a stream of JSON values, one a line.
    #[must_use]
    pub fn lines(values: &[Value]) -> Self {
        let body: String = values.iter().map(|value| format!("{value}\n")).collect();
        Self::raw(200, body).header("content-type", "application/x-ndjson")
    }

    /// Answers with a completion as a stream: its text in these pieces, the reason it ended, and the usage it reports, if any.
    #[must_use]
    pub fn stream(pieces: &[&str], finish_reason: &str, usage: Option<Usage>) -> Self {
        let chunk = |choices: Value| {
            json!({
                "id": "chatcmpl-test", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "test-model",
                "choices": choices,
            })
        };
        let delta = |delta: Value| chunk(json!([{"index": 0, "delta": delta, "finish_reason": null}]));
        let mut events = vec![delta(json!({"role": "assistant", "content": ""}))];
        events.extend(pieces.iter().map(|piece| delta(json!({"content": piece}))));
        events.push(chunk(
            json!([{"index": 0, "delta": {}, "finish_reason": finish_reason}]),
        ));
        if let Some(usage) = usage {
            let mut last = chunk(json!([]));
            if let Some(fields) = last.as_object_mut() {
                fields.insert("usage".into(), usage.report());
            }
            events.push(last);
        }
        let events = events.iter().map(Value::to_string).chain(["[DONE]".to_owned()]);
        Self::events(events)
    }

    /// Answers with the list of the one model that the server has, and who it says owns it.
    #[must_use]
    pub fn models(model: &str, owned_by: &str) -> Self {
        let model = json!({"id": model, "object": "model", "created": 1_700_000_000, "owned_by": owned_by});
        Self::json(200, &json!({"object": "list", "data": [model]}))
    }

    /// Answers with an error of the protocol.
    #[must_use]
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"error": {"message": message, "type": "error", "param": null, "code": code}});
        Self::json(status, &body)
    }

    /// Answers 429 with a `Retry-After` header.
    #[must_use]
    pub fn rate_limited(retry_after: &str) -> Self {
        Self::error(429, "rate_limit_exceeded", "Rate limit reached for requests.").header("retry-after", retry_after)
    }

    /// Answers 500.
    #[must_use]
    pub fn server_error() -> Self {
        Self::error(
            500,
            "server_error",
            "The server had an error while processing your request.",
        )
    }

    /// Answers 400: the server does not take `parameter`.
    #[must_use]
    pub fn unsupported_parameter(parameter: &str) -> Self {
        let message = format!("Unsupported parameter: '{parameter}' is not supported with this model.");
        let error = json!({
            "message": message,
            "type": "invalid_request_error",
            "param": parameter,
            "code": "unsupported_parameter",
        });
        Self::json(400, &json!({ "error": error }))
    }

    /// Answers 200 with a completion that holds no text.
    #[must_use]
    pub fn empty() -> Self {
        Self::text("")
    }

    /// Answers 200 with a body that is not JSON.
    #[must_use]
    pub fn invalid_json() -> Self {
        Self::raw(200, "{\"choices\": [oops").header("content-type", "application/json")
    }

    /// Answers with a completion of `bytes` letters.
    #[must_use]
    pub fn large(bytes: usize) -> Self {
        Self::text("x".repeat(bytes))
    }

    /// Never answers.
    #[must_use]
    pub fn hang() -> Self {
        Self::text("never sent").fault(Fault::Hang)
    }

    /// Answers one byte at a time, with `pause` before each.
    #[must_use]
    pub fn drip(pause: Duration) -> Self {
        Self::text("one byte at a time").fault(Fault::Drip(pause))
    }

    /// Closes the connection after the headers.
    #[must_use]
    pub fn close_after_headers() -> Self {
        Self::text("never sent").fault(Fault::CloseAfterHeaders)
    }

    /// Closes the connection in the middle of the body.
    #[must_use]
    pub fn truncated() -> Self {
        Self::text("cut off").fault(Fault::Truncate(40))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Waits before the first byte of the answer.
    #[must_use]
    pub const fn after(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Delivers the answer in a broken way.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }
}
