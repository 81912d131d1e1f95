//! The responses of the test server.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// The token usage that a reply reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The number of input tokens, including cached ones.
    pub input: u64,
    /// The number of input tokens that were cached.
    pub cached_input: u64,
    /// The number of output tokens, including reasoning.
    pub output: u64,
    /// The number of output tokens used for reasoning.
    pub reasoning: u64,
}

impl Usage {
    /// Formats the usage as in chat completions.
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

/// A failure that no well-formed HTTP response can express.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Reads the request and never responds.
    Hang,
    /// Sends the response one byte at a time, with a pause before each.
    Drip(Duration),
    /// Closes the connection instead of responding.
    CloseAtOnce,
    /// Closes the connection after the headers.
    CloseAfterHeaders,
    /// Closes the connection after a number of bytes of the body.
    Truncate(usize),
    /// Sends a number of bytes of the body, then nothing more, and keeps the connection open.
    Stall(usize),
    /// Sends no length: the body ends when the connection closes.
    WithoutLength,
    /// Sends the response in chunks of a number of bytes, in separate packets if the network
    /// permits.
    CutEvery(usize),
}

/// A response: status, headers and body, and how it is delivered.
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
    /// Creates a response with a status and a raw body.
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

    /// Creates a response with a status and a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, body.to_string()).header("content-type", "application/json")
    }

    /// Creates a successful completion with a text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::completion(&text.into(), "stop", Some(Usage::default()))
    }

    /// Creates a completion with a text, a finish reason, and the reported usage, if any.
    #[must_use]
    pub fn completion(text: &str, finish_reason: &str, usage: Option<Usage>) -> Self {
        Self::choice(&json!({"role": "assistant", "content": text}), finish_reason, usage)
    }

    /// Creates a completion with a given JSON message.
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

    /// Creates a stream of server-sent events, one for each item of `data`. An item that starts
    /// with `event:` or `:` is sent unchanged.
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

    /// Creates a stream of JSON values, one per line.
    #[must_use]
    pub fn lines(values: &[Value]) -> Self {
        let body: String = values.iter().map(|value| format!("{value}\n")).collect();
        Self::raw(200, body).header("content-type", "application/x-ndjson")
    }

    /// Creates a streamed completion from pieces of text, a finish reason, and the reported usage,
    /// if any.
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

    /// Creates a model list with a single model and its reported owner.
    #[must_use]
    pub fn models(model: &str, owned_by: &str) -> Self {
        let model = json!({"id": model, "object": "model", "created": 1_700_000_000, "owned_by": owned_by});
        Self::json(200, &json!({"object": "list", "data": [model]}))
    }

    /// Creates an error response of the chat-completions protocol.
    #[must_use]
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"error": {"message": message, "type": "error", "param": null, "code": code}});
        Self::json(status, &body)
    }

    /// Creates a response with status 429 and a `Retry-After` header.
    #[must_use]
    pub fn rate_limited(retry_after: &str) -> Self {
        Self::error(429, "rate_limit_exceeded", "Rate limit reached for requests.").header("retry-after", retry_after)
    }

    /// Creates a response with status 500.
    #[must_use]
    pub fn server_error() -> Self {
        Self::error(
            500,
            "server_error",
            "The server had an error while processing your request.",
        )
    }

    /// Creates a response with status 400 which reports that `parameter` is not supported.
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

    /// Creates a response with status 200 and a completion without text.
    #[must_use]
    pub fn empty() -> Self {
        Self::text("")
    }

    /// Creates a response with status 200 and a body that is not JSON.
    #[must_use]
    pub fn invalid_json() -> Self {
        Self::raw(200, "{\"choices\": [oops").header("content-type", "application/json")
    }

    /// Creates a completion with a text of `bytes` letters.
    #[must_use]
    pub fn large(bytes: usize) -> Self {
        Self::text("x".repeat(bytes))
    }

    /// Creates a response that is never sent.
    #[must_use]
    pub fn hang() -> Self {
        Self::text("never sent").fault(Fault::Hang)
    }

    /// Creates a response that is sent one byte at a time, with `pause` before each.
    #[must_use]
    pub fn drip(pause: Duration) -> Self {
        Self::text("one byte at a time").fault(Fault::Drip(pause))
    }

    /// Creates a response that closes the connection after the headers.
    #[must_use]
    pub fn close_after_headers() -> Self {
        Self::text("never sent").fault(Fault::CloseAfterHeaders)
    }

    /// Creates a response that closes the connection in the middle of the body.
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

    /// Sets the delay before the first byte of the response.
    #[must_use]
    pub const fn after(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets the failure with which the response is delivered.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }
}
