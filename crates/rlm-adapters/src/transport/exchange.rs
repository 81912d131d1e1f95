//! An HTTP response whose headers have arrived, and whose body is read in pieces.

use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::HeaderMap;
use rlm_model::ModelError;
use tokio::time::timeout_at;

use super::{Deadlines, Framing, MAX_REPLY_BYTES, Transport, one_line, retry_after, root_cause};

/// The time to wait for the end of a stream after its last event, so that its connection can be
/// reused.
const TO_END: Duration = Duration::from_millis(100);

/// The time to wait for the token usage after the end of a streamed reply.
const FOR_USAGE: Duration = Duration::from_secs(5);

/// An HTTP response that was read completely, with any status.
#[derive(Debug, Default)]
pub(crate) struct HttpReply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// The progress of a streamed response, which selects the timeout. While no content has arrived,
/// the timeout of the first byte applies, since models think before they write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Waiting,
    Begun,
    /// The reply is complete. Only the token usage may follow.
    Whole,
}

/// An HTTP response whose body has not been read completely. Dropping it closes the connection.
pub(crate) struct Exchange<'a> {
    transport: &'a Transport,
    response: Response,
    deadlines: Deadlines,
    read: usize,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(transport: &'a Transport, response: Response, deadlines: Deadlines) -> Self {
        Self {
            transport,
            response,
            deadlines,
            read: 0,
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Returns the framing of events in a streamed response, or `None` if the response is not
    /// streamed. The framing is determined by the content type, since servers may ignore the
    /// requested form.
    pub(crate) fn framing(&self) -> Option<Framing> {
        let kind = text_header(self.response.headers(), "content-type")?.to_ascii_lowercase();
        match kind.split(';').next().unwrap_or_default().trim() {
            "text/event-stream" => Some(Framing::ServerSentEvents),
            "application/x-ndjson" | "application/jsonl" | "application/json-lines" => Some(Framing::Lines),
            _ => None,
        }
    }

    /// Returns the content encoding of the body, if the body is compressed or otherwise encoded.
    fn encoding(&self) -> Option<String> {
        let encoding = text_header(self.response.headers(), "content-encoding")?;
        let is_plain = |name: &str| name.trim().is_empty() || name.trim().eq_ignore_ascii_case("identity");
        (!encoding.split(',').all(is_plain)).then_some(encoding)
    }

    /// Returns an error if the body has a content encoding, since none was requested.
    pub(crate) fn check_encoding(&self) -> Result<(), ModelError> {
        match self.encoding() {
            Some(encoding) => Err(self.transport.encoded(self.status(), &encoding)),
            None => Ok(()),
        }
    }

    /// Reads the next piece of the body within the timeout for `progress`. Returns `None` at the
    /// end.
    pub(crate) async fn next(&mut self, progress: Progress) -> Result<Option<Vec<u8>>, ModelError> {
        let (until, phase) = match progress {
            Progress::Waiting => self.deadlines.first(),
            Progress::Begun => self.deadlines.next(self.transport.timeouts.idle),
            Progress::Whole => self.deadlines.next(self.transport.timeouts.idle.min(FOR_USAGE)),
        };
        let next = timeout_at(until, self.response.chunk()).await;
        let next = next.map_err(|_| self.transport.timed_out(phase))?;
        let piece = next.map_err(|error| self.transport.cut_off(self.status(), self.read, &root_cause(&error)))?;
        self.read += piece.as_ref().map_or(0, |piece| piece.len());
        Ok(piece.map(Vec::from))
    }

    /// Reads the remainder of a finished stream for a short time, so that the connection can be
    /// reused.
    pub(crate) async fn end(mut self) {
        let (until, _) = self.deadlines.next(TO_END);
        while let Ok(Ok(Some(_))) = timeout_at(until, self.response.chunk()).await {}
    }

    /// Reads the whole body of the response. If the body of an error response can't be read, its
    /// status is still returned.
    pub(crate) async fn whole(mut self) -> Result<HttpReply, ModelError> {
        let status = self.status();
        let mut reply = HttpReply {
            status,
            retry_after: retry_after(self.response.headers(), SystemTime::now()),
            location: text_header(self.response.headers(), "location"),
            body: Vec::new(),
        };
        if let Some(encoding) = self.encoding() {
            if (200..300).contains(&status) {
                return Err(self.transport.encoded(status, &encoding));
            }
            reply.body = format!("(message with content-encoding {})", one_line(&encoding, 40)).into_bytes();
            return Ok(reply);
        }
        let announced = self.response.content_length();
        if announced.is_some_and(|length| length > MAX_REPLY_BYTES) {
            return Err(self.transport.too_long(status));
        }
        while let Some(piece) = self.next(Progress::Begun).await? {
            if (reply.body.len() + piece.len()) as u64 > MAX_REPLY_BYTES {
                return Err(self.transport.too_long(status));
            }
            reply.body.extend_from_slice(&piece);
        }
        Ok(reply)
    }
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
