//! The subset of HTTP/1.1 that a model server needs: requests and responses with a known length.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::answer::{Answer, Fault};

/// A request as received by the server.
#[derive(Debug, Clone, PartialEq)]
pub struct CapturedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path, including the query.
    pub path: String,
    /// The headers in the order received, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body as JSON; null if it isn't valid JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl CapturedRequest {
    /// Returns the first header with a lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The state of a connection after a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// The connection is open for another request.
    Open,
    /// The connection is closed, by the server as the response requires, or by the client.
    Closed,
    /// The client closed the connection before the response was complete.
    HungUp,
}

/// One connection.
pub(crate) struct Connection {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self {
            reader: BufReader::new(reader),
            writer,
        }
    }

    /// Reads the next request; `None` if the client closed the connection.
    pub(crate) async fn read(&mut self) -> io::Result<Option<CapturedRequest>> {
        let Some(first) = self.line().await? else {
            return Ok(None);
        };
        let mut words = first.split_whitespace().map(str::to_owned);
        let method = words.next().unwrap_or_default();
        let path = words.next().unwrap_or_default();
        let mut headers = Vec::new();
        while let Some(line) = self.line().await?.filter(|line| !line.is_empty()) {
            if let Some((name, value)) = line.split_once(':') {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).await?;
        Ok(Some(CapturedRequest {
            method,
            path,
            headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&body).into_owned(),
        }))
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line).await?;
        Ok((read > 0).then(|| line.trim_end().to_owned()))
    }

    /// Sends a response, or fails as it specifies. Returns immediately if the client closes the
    /// connection.
    pub(crate) async fn write(&mut self, answer: &Answer) -> io::Result<After> {
        let Self { reader, writer } = self;
        tokio::select! {
            biased;
            after = deliver(writer, answer) => after,
            // There is no pipelining, so the only possible input is the end of the connection.
            _ = reader.fill_buf() => Ok(After::HungUp),
        }
    }
}

async fn deliver(writer: &mut OwnedWriteHalf, answer: &Answer) -> io::Result<After> {
    if !answer.latency.is_zero() {
        tokio::time::sleep(answer.latency).await;
    }
    match &answer.fault {
        None => {
            writer.write_all(&whole(answer, Some(answer.body.len()))).await?;
            Ok(After::Open)
        }
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Drip(pause)) => {
            for byte in whole(answer, Some(answer.body.len())) {
                tokio::time::sleep(*pause).await;
                writer.write_all(&[byte]).await?;
            }
            Ok(After::Open)
        }
        Some(Fault::CloseAtOnce) => Ok(After::Closed),
        Some(Fault::CloseAfterHeaders) => {
            writer.write_all(&cut(answer, 0)).await?;
            Ok(After::Closed)
        }
        Some(Fault::Truncate(kept)) => {
            writer.write_all(&cut(answer, *kept)).await?;
            Ok(After::Closed)
        }
        Some(Fault::Stall(kept)) => {
            writer.write_all(&cut(answer, *kept)).await?;
            std::future::pending().await
        }
        Some(Fault::CutEvery(bytes)) => {
            for piece in whole(answer, Some(answer.body.len())).chunks((*bytes).max(1)) {
                writer.write_all(piece).await?;
                writer.flush().await?;
                tokio::task::yield_now().await;
            }
            Ok(After::Open)
        }
        Some(Fault::WithoutLength) => {
            writer.write_all(&whole(answer, None)).await?;
            Ok(After::Closed)
        }
    }
}

/// Serializes a response with the given content length.
fn whole(answer: &Answer, length: Option<usize>) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    if let Some(length) = length {
        let _ = write!(head, "content-length: {length}\r\n");
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&answer.body);
    bytes
}

/// Serializes a response that declares the length of its whole body but contains only its first
/// `kept` bytes.
fn cut(answer: &Answer, kept: usize) -> Vec<u8> {
    let mut bytes = whole(answer, Some(answer.body.len()));
    bytes.truncate(bytes.len() - answer.body.len().saturating_sub(kept));
    bytes
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        300..=399 => "Redirect",
        400..=499 => "Client Error",
        _ => "Server Error",
    }
}
