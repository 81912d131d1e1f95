//! The execution of a provider's protocol: one attempt at a call, from a request to a reply or an
//! error.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rlm_model::{
    BoxFuture, Call, GrammarWay, Model, ModelError, ModelErrorKind, ModelIdentity, ModelLimits, Price, RateLimits,
    Reply, ReplyForm, ReplyNote, Request,
};
use serde_json::{Map, Value};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::constraint::{Constraint, FormKind};
use super::dialect::Dialect;
use super::parameter::Rejection;
use super::reach::{Reachability, ReachableModel};
use super::rejection;
use super::{Asked, Assembly, Authorization, Endpoint, EndpointError, Fault, ModelServer, Protocol, failure, wire};
use crate::transport::{
    ApiKey, Event, EventDecoder, Exchange, Framing, HttpReply, HttpRequest, JSON, Progress, Secrets, Transport,
    one_line,
};

/// The timeout for identifying the server program. A server that exceeds the timeout is not asked
/// again.
const TO_NAME_ITSELF: Duration = Duration::from_secs(3);

/// The hint for a reply that must be constrained to a grammar, if the server can't do that.
const UNCONSTRAINED_HINT: &str = "allow unconstrained programs with `--constrain auto` or `--constrain never`";

/// A model of a provider with the protocol `P`.
///
/// Servers accept different parameters. A rejected parameter is renamed or dropped once, remembered
/// for the lifetime of this value, and mentioned in the notes of every affected reply. The
/// exception is the output limit, since budgets depend on it: it may be renamed, but is never
/// dropped. If a server ignores a request for streaming, it is not asked again. Reply formats are
/// dropped in the same way: all of a kind that the server doesn't support, or a single one that it
/// rejects, such as a schema with an unsupported keyword. If a grammar is required, its rejection
/// is an error.
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
    /// The server program, once identified. `None` if it could not be identified.
    server: OnceCell<Option<ModelServer>>,
}

#[expect(private_bounds, reason = "protocols are defined only in this crate")]
impl<P: Protocol> Provider<P> {
    /// Creates a model of the provider with a protocol and an authorization. No connection is
    /// opened before the first call.
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
            price: endpoint.certain_price(adapter),
            limits: endpoint.limits,
            server: OnceCell::new_with(endpoint.server.map(Some)),
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

    /// Checks whether the server is reachable and accepts the key, without a model call. Lists the
    /// models, after requesting an access token if one is needed.
    pub(super) async fn look(&self) -> Result<Reachability, ModelError> {
        let token = match &self.authorization {
            Authorization::ServiceAccount(account) => Some(account.token().await?),
            Authorization::Key { .. } => None,
        };
        let bearer = token.map(|token| (AUTHORIZATION, token.header("Bearer ")));
        let headers = bearer.into_iter().chain(self.headers.iter().cloned()).collect();
        let listed = self.transport.get(self.protocol.list().unwrap_or_default(), headers);
        let http = match listed.await {
            Ok(exchange) => exchange.whole().await,
            Err(error) => Err(error),
        };
        let http = http.map_err(|error| self.secrets.scrub_error(error))?;
        match http.status {
            401 | 403 => {
                let error = failure::of(&self.identity, &self.protocol.keys(), &http);
                Err(self.secrets.scrub_error(error))
            }
            200 => Ok(Reachability::of_list(&http.body, &self.identity.model)),
            _ => Ok(Reachability::Answered),
        }
    }

    async fn attempt(&self, request: &Request, token: Option<&ApiKey>) -> Result<Reply, ModelError> {
        if !P::TAKES_IMAGES {
            request.without_images(&self.identity)?;
        }
        let server = match request.form {
            Some(ReplyForm::Grammar(_)) => self.server().await,
            _ => None,
        };
        loop {
            let spoken = self.dialect().clone();
            let asked = Asked {
                request,
                model: &self.identity.model,
                constraint: self.constraint(request, server, &spoken),
                dialect: &spoken,
            };
            if asked.constraint.is_none() && must_be_constrained(request) {
                return Err(self.not_held());
            }
            let exchange = self.transport.post(self.encode(&asked, token)).await?;
            if exchange.status() == 200 {
                let reply = self.answer(&asked, exchange).await?;
                return self.conclude(&asked, reply);
            }
            let http = exchange.whole().await?;
            let rejection = rejection::of(&http, &asked);
            let must_end = |rejection| {
                let is_form = !matches!(rejection, Rejection::Parameter(_));
                is_form && must_be_constrained(request) && self.constraint(request, server, &self.dialect()).is_none()
            };
            // Each round drops or renames one of a few parameters and formats, so this terminates.
            let adapted = rejection.filter(|rejection| self.dialect().adapt(&spoken, *rejection));
            let ends_here = adapted.is_some_and(must_end);
            if let Some(rejection) = adapted.filter(|_| !ends_here) {
                tracing::info!(model = %self.identity, ?rejection, "the server rejected part of the request");
                continue;
            }
            let error = failure::of(&self.identity, &self.protocol.keys(), &http);
            let error = refused_images(request, self.protocol.explain(&asked, &http, error));
            return Err(if ends_here {
                error.with_hint(UNCONSTRAINED_HINT)
            } else {
                error
            });
        }
    }

    /// Returns the constraint that is sent for the requested reply format, or `None` if the
    /// provider or the server, by its dialect `spoken`, supports none.
    fn constraint<'a>(
        &self,
        request: &'a Request,
        server: Option<ModelServer>,
        spoken: &Dialect,
    ) -> Option<Constraint<'a>> {
        let form = request.form.as_ref()?;
        let mut constraints = self.protocol.constraints(form, server).into_iter();
        constraints.find(|constraint| constraint.fits(form) && spoken.takes_form(constraint))
    }

    /// Returns a note that the requested reply format was not sent to the server, if that is the
    /// case.
    fn form_note(&self, asked: &Asked<'_>) -> Option<ReplyNote> {
        let form = asked.request.form.as_ref().filter(|_| asked.constraint.is_none())?;
        let name = FormKind::of(form).name();
        let ways = self.protocol.constraints(form, self.server.get().copied().flatten());
        let because = if ways.iter().any(|constraint| constraint.fits(form)) {
            "rejected by the server"
        } else {
            "not supported by this provider"
        };
        Some(ReplyNote(format!("left out {name}: {because}").into()))
    }

    fn not_held(&self) -> ModelError {
        let message = format!(
            "{} at {} can't be constrained to a grammar: it has no known method for it, or rejected it before",
            self.identity, self.identity.endpoint
        );
        ModelError::new(ModelErrorKind::InvalidRequest, message).with_hint(UNCONSTRAINED_HINT)
    }

    /// Returns the server program, if requests depend on it. If the user has not configured the
    /// program, the server is asked.
    async fn server(&self) -> Option<ModelServer> {
        if !self.protocol.differs_by_server() {
            return None;
        }
        *self.server.get_or_init(|| self.ask_server()).await
    }

    async fn ask_server(&self) -> Option<ModelServer> {
        let list = async {
            let http = self
                .transport
                .get("models", self.headers.clone())
                .await
                .ok()?
                .whole()
                .await
                .ok()?;
            (http.status == 200).then_some(http.body)
        };
        let list = serde_json::from_slice(&timeout(TO_NAME_ITSELF, list).await.ok()??).ok()?;
        let server = ModelServer::of_list(&list, &self.identity.model);
        tracing::debug!(model = %self.identity, ?server, "identified the server");
        server
    }

    fn encode(&self, asked: &Asked<'_>, token: Option<&ApiKey>) -> HttpRequest {
        let is_replaced = self.headers.iter().any(|(name, _)| *name == AUTHORIZATION);
        let bearer = token
            .filter(|_| !is_replaced)
            .map(|token| (AUTHORIZATION, token.header("Bearer ")));
        HttpRequest {
            path: self.protocol.path(asked),
            content_type: JSON,
            headers: bearer.into_iter().chain(self.headers.iter().cloned()).collect(),
            body: wire::with_extra(self.protocol.encode(asked), &self.parameters),
        }
    }

    /// Parses the body of a response with status 200, streamed or not.
    async fn answer(&self, asked: &Asked<'_>, exchange: Exchange<'_>) -> Result<Assembly, ModelError> {
        exchange.check_encoding()?;
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
                // The reply is complete, even if the server doesn't signal the end or closes the
                // connection.
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

    /// Parses a response that turns out to be a stream, although the server sent another content
    /// type.
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
            // Events after the end don't belong to the reply, even in the same piece.
            if reply.is_done {
                break;
            }
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
            "{} at {} ended its stream in the middle of the response, after {} bytes of text",
            self.identity,
            self.identity.endpoint,
            reply.text.len()
        );
        Err(ModelError {
            status: Some(200),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        })
    }

    fn conclude(&self, asked: &Asked<'_>, mut reply: Assembly) -> Result<Reply, ModelError> {
        if let Some(error) = self.protocol.doubt(asked, &reply) {
            return Err(error);
        }
        let used = reply.usage.filter(|usage| !usage.estimated);
        if used.is_some_and(|usage| usage.output > asked.request.parameters.max_output) {
            self.dialect().limit_ignored(asked.dialect);
        }
        if let Some(constraint) = &asked.constraint {
            constraint.unwrap(&mut reply);
        }
        let mut notes = asked.dialect.notes(asked.request);
        notes.extend(self.form_note(asked));
        notes.extend(self.protocol.notes(asked));
        reply.conclude(&self.identity, asked.request, notes)
    }

    fn fault(&self, fault: Fault, said: &str) -> ModelError {
        match fault {
            Fault::Stated(value) => failure::in_body(&self.identity, &self.protocol.keys(), &value),
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

/// Returns `true` if the reply must be constrained to the request's grammar, so that an
/// unconstrained reply is an error.
fn must_be_constrained(request: &Request) -> bool {
    matches!(&request.form, Some(ReplyForm::Grammar(grammar)) if grammar.required)
}

/// Adds a hint to the error of a server that rejected a request with images, since it may be their
/// presence that it rejected.
fn refused_images(request: &Request, error: ModelError) -> ModelError {
    let is_refusal = error.kind == ModelErrorKind::InvalidRequest && matches!(error.status, Some(400 | 422));
    match request.without_images(&ModelIdentity::new("", "", "")) {
        Err(ModelError { hint: Some(hint), .. }) if is_refusal && error.hint.is_none() => error.with_hint(hint),
        _ => error,
    }
}

/// Returns `true` if a response body begins like a stream of server-sent events.
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

    fn grammar_way(&self) -> BoxFuture<'_, Option<GrammarWay>> {
        Box::pin(async {
            let way = self.protocol.grammar_way(self.server().await);
            way.filter(|_| self.dialect().takes_forms(FormKind::Grammar))
        })
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(self.authorized(&call.request))
    }
}

impl<P: Protocol> ReachableModel for Provider<P> {
    fn reach(&self) -> BoxFuture<'_, Result<Reachability, ModelError>> {
        Box::pin(self.look())
    }
}
