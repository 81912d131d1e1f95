//! Carrying a protocol out: one attempt, from a request to a reply or an error.

use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rlm_model::{
    BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, ModelLimits, Price, RateLimits, Reply, Request,
};
use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::{Asked, Assembly, Authorization, Endpoint, EndpointError, Fault, Protocol, failure, wire};
use crate::transport::{
    ApiKey, Event, EventDecoder, Exchange, Framing, HttpReply, HttpRequest, JSON, Progress, Secrets, Transport,
    one_line,
};

/// A model of a provider, reached by its protocol `P`.
///
/// Servers differ in the parameters they take. What a server rejects is renamed or dropped once, remembered for the life of
/// this value, and said in the notes of every reply that it touches; except the output limit, which budgets rest on: it may
/// go by its older name, but it is never dropped. A server that answers in one piece although it was asked to stream is not
/// asked to again.
pub struct Provider<P> {
    identity: ModelIdentity,
    transport: Transport,
    protocol: P,
    authorization: Authorization,
    headers: Vec<(HeaderName, HeaderValue)>,
    parameters: Map<String, Value>,
    secrets: Secrets,
    dialect: Mutex<Dialect>,
    price: Option<Price>,
    limits: ModelLimits,
}

#[expect(private_bounds, reason = "protocols are made in this crate alone")]
impl<P: Protocol> Provider<P> {
    /// Makes a model. Nothing is opened before the first call.
    pub(crate) fn with(
        adapter: &str,
        endpoint: Endpoint,
        protocol: P,
        authorization: Authorization,
    ) -> Result<Self, EndpointError> {
        let key = endpoint.api_key.as_ref().map(ApiKey::new).transpose()?;
        let mut secrets = Secrets::default();
        let mut headers = Vec::new();
        if let (Authorization::Key { header, prefix }, Some(key)) = (&authorization, &key) {
            headers.push((header.clone(), key.header(prefix)));
        }
        headers.extend(protocol.headers());
        let stated = endpoint.header_map(&mut secrets)?;
        headers.retain(|(name, _)| !stated.iter().any(|(other, _)| other == name));
        headers.extend(stated);
        key.into_iter().for_each(|key| secrets.add(key));
        let dialect = Dialect::new(protocol.names());
        Ok(Self {
            identity: endpoint.identity(adapter),
            price: endpoint.certain_price(),
            limits: endpoint.limits,
            transport: Transport::new(endpoint.base_url, endpoint.timeouts),
            parameters: dialect.without_limits(endpoint.parameters),
            dialect: Mutex::new(dialect),
            protocol,
            authorization,
            headers,
            secrets,
        })
    }

    async fn authorized(&self, request: &Request) -> Result<Reply, ModelError> {
        let Authorization::ServiceAccount(account) = &self.authorization else {
            return self.secrets.scrub(self.attempt(request, None).await);
        };
        let token = account.token().await?;
        let mut secrets = self.secrets.clone();
        secrets.add(token.clone());
        let result = secrets.scrub(self.attempt(request, Some(&token)).await);
        if result.as_ref().is_err_and(|error| error.status == Some(401)) {
            account.forget(&token).await;
        }
        result
    }

    async fn attempt(&self, request: &Request, token: Option<&ApiKey>) -> Result<Reply, ModelError> {
        loop {
            let spoken = self.dialect().clone();
            let asked = Asked {
                request,
                model: &self.identity.model,
                dialect: &spoken,
            };
            let exchange = self.transport.post(self.encode(&asked, token)).await?;
            if exchange.status() == 200 {
                let reply = self.answer(&asked, exchange).await?;
                return self.conclude(&asked, reply);
            }
            let http = exchange.whole().await?;
            if let Some(parameter) = failure::rejected_parameter(&http, &spoken, &spoken.sent(request)) {
                // Each round drops or renames one of a handful of parameters, so this ends.
                if self.dialect().adapt(&spoken, parameter) {
                    tracing::info!(model = %self.identity, ?parameter, "the server rejects a parameter");
                    continue;
                }
            }
            let error = failure::of(&self.identity, self.protocol.keys(), &http);
            return Err(self.protocol.explain(&asked, &http, error));
        }
    }

    fn encode(&self, asked: &Asked<'_>, token: Option<&ApiKey>) -> HttpRequest {
        let bearer = token.map(|token| (AUTHORIZATION, token.header("Bearer ")));
        HttpRequest {
            path: self.protocol.path(asked),
            content_type: JSON,
            headers: bearer.into_iter().chain(self.headers.iter().cloned()).collect(),
            body: wire::with_extra(self.protocol.encode(asked), &self.parameters),
        }
    }

    /// Reads a good answer, as it comes.
    async fn answer(&self, asked: &Asked<'_>, exchange: Exchange<'_>) -> Result<Assembly, ModelError> {
        if let Some(framing) = exchange.framing() {
            return self.stream(exchange, framing).await;
        }
        let http = exchange.whole().await?;
        if asked.streams() {
            if is_stream(&http.body) {
                return self.streamed(&http);
            }
            self.dialect().does_not_stream();
        }
        let body: Value = serde_json::from_slice(&http.body).map_err(|error| self.not_json(&http.body, &error))?;
        let mut reply = Assembly::default();
        let read = self.protocol.read(&body, &mut reply);
        read.map_err(|fault| self.fault(fault, &body.to_string()))?;
        Ok(reply)
    }

    async fn stream(&self, mut exchange: Exchange<'_>, framing: Framing) -> Result<Assembly, ModelError> {
        let mut decoder = EventDecoder::new(framing);
        let mut reply = Assembly::default();
        let mut events = Vec::new();
        while !reply.is_done {
            let progress = match (reply.is_whole(), reply.has_begun()) {
                (true, _) => Progress::Whole,
                (false, true) => Progress::Begun,
                (false, false) => Progress::Waiting,
            };
            let next = match exchange.next(progress).await {
                // The last word is there: that the server forgets to say so, or breaks off, takes nothing from it.
                Err(_) if reply.is_whole() => return Ok(reply),
                next => next?,
            };
            let Some(piece) = next else {
                events.extend(decoder.finish());
                self.take(&mut events, &mut reply)?;
                return self.whole(reply);
            };
            let taken = decoder.take(&piece, &mut events);
            taken.map_err(|_| self.transport.too_long(200))?;
            self.take(&mut events, &mut reply)?;
        }
        exchange.end().await;
        Ok(reply)
    }

    /// Reads a stream from a server that does not say that it is one.
    fn streamed(&self, http: &HttpReply) -> Result<Assembly, ModelError> {
        let mut decoder = EventDecoder::new(Framing::ServerSentEvents);
        let mut events = Vec::new();
        let taken = decoder.take(&http.body, &mut events);
        taken.map_err(|_| self.transport.too_long(200))?;
        events.extend(decoder.finish());
        let mut reply = Assembly::default();
        self.take(&mut events, &mut reply)?;
        self.whole(reply)
    }

    fn take(&self, events: &mut Vec<Event>, reply: &mut Assembly) -> Result<(), ModelError> {
        for event in events.drain(..) {
            let read = self.protocol.read_event(&event, reply);
            read.map_err(|fault| self.fault(fault, &event.data))?;
        }
        if reply.is_too_long() {
            return Err(self.transport.too_long(200));
        }
        Ok(())
    }

    fn whole(&self, reply: Assembly) -> Result<Assembly, ModelError> {
        if reply.is_whole() {
            return Ok(reply);
        }
        let message = format!(
            "{} at {} ended its stream in the middle of the answer, after {} bytes of text",
            self.identity,
            self.identity.endpoint,
            reply.text.len()
        );
        Err(ModelError {
            status: Some(200),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        })
    }

    fn conclude(&self, asked: &Asked<'_>, reply: Assembly) -> Result<Reply, ModelError> {
        if let Some(error) = self.protocol.doubt(asked, &reply) {
            return Err(error);
        }
        let used = reply.usage.filter(|usage| !usage.estimated);
        if used.is_some_and(|usage| usage.output > asked.request.parameters.max_output) {
            self.dialect().limit_ignored(asked.dialect);
        }
        let mut notes = asked.dialect.notes(asked.request);
        notes.extend(self.protocol.notes(asked));
        reply.conclude(&self.identity, asked.request, notes)
    }

    fn fault(&self, fault: Fault, said: &str) -> ModelError {
        match fault {
            Fault::Stated(value) => failure::in_body(&self.identity, self.protocol.keys(), &value),
            Fault::Lacks(what) => self.malformed(format!(
                "{} at {} sent JSON without {what}, starting `{}`",
                self.identity,
                self.identity.endpoint,
                one_line(said, 60)
            )),
            Fault::Unreadable(what) => self.malformed(format!(
                "{} at {} sent JSON with {what}, starting `{}`",
                self.identity,
                self.identity.endpoint,
                one_line(said, 60)
            )),
            Fault::NotJson(error) => self.not_json(said.as_bytes(), &error),
        }
    }

    fn not_json(&self, body: &[u8], error: &serde_json::Error) -> ModelError {
        let start = one_line(&String::from_utf8_lossy(body.get(..200).unwrap_or(body)), 60);
        self.malformed(format!(
            "{} at {} sent {} bytes that are not JSON ({error}), starting `{start}`",
            self.identity,
            self.identity.endpoint,
            body.len()
        ))
    }

    fn malformed(&self, message: String) -> ModelError {
        ModelError {
            status: Some(200),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        }
        .with_hint(P::WRONG_SERVER)
    }

    fn dialect(&self) -> MutexGuard<'_, Dialect> {
        self.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Recognizes a stream by its beginning.
fn is_stream(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    [b"data:".as_slice(), b"event:", b": ", b"id:", b"retry:"]
        .iter()
        .any(|field| start.starts_with(field))
}

impl<P: Protocol> Model for Provider<P> {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        self.price
    }

    fn limits(&self) -> ModelLimits {
        self.limits
    }

    fn rate_limits(&self) -> Option<RateLimits> {
        self.transport.rate_limits()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(self.authorized(&call.request))
    }
}
