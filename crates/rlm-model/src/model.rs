//! The interface of all models.

use std::fmt;
use std::future::Future;
use std::num::{NonZeroU32, NonZeroU64};
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{CallId, GrammarWay, ModelError, Price, RateLimits, Reply, Request, RequestId, Tokens};

/// A boxed future, which makes [`Model`] object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The identity of a model, by which caches, journals and replays distinguish models.
///
/// ```
/// use rlm_model::{Message, ModelIdentity, Parameters, Request, Tokens};
///
/// let plain = ModelIdentity::new("openai", "https://api.openai.com/v1", "gpt-5-mini");
/// let tuned = plain.clone().with_variant("7c1f");
/// let request = Request::new(vec![Message::user("Is A-1 late?")], Parameters::with_max_output(Tokens(64)));
/// assert_ne!(request.digest(&plain), request.digest(&tuned), "a cache keeps their replies apart");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ModelIdentity {
    /// The kind of adapter that calls the model, such as `openai` or `fake`.
    pub adapter: SmolStr,
    /// The endpoint of the model: a base URL, a file, or empty.
    pub endpoint: SmolStr,
    /// The name of the model in the provider's API.
    pub model: SmolStr,
    /// A distinction from other models of the same name, such as a digest of the extra parameters
    /// of every request; usually empty.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub variant: SmolStr,
}

impl ModelIdentity {
    /// Creates an identity without a variant.
    #[must_use]
    pub fn new(adapter: impl Into<SmolStr>, endpoint: impl Into<SmolStr>, model: impl Into<SmolStr>) -> Self {
        Self {
            adapter: adapter.into(),
            endpoint: endpoint.into(),
            model: model.into(),
            variant: SmolStr::default(),
        }
    }

    /// Sets the variant, which distinguishes models of the same name that are called with different
    /// parameters.
    #[must_use]
    pub fn with_variant(mut self, variant: impl Into<SmolStr>) -> Self {
        self.variant = variant.into();
        self
    }
}

impl fmt::Display for ModelIdentity {
    /// Writes the identity as `adapter:model`, as on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.model.is_empty() {
            self.adapter.fmt(f)
        } else {
            write!(f, "{}:{}", self.adapter, self.model)
        }
    }
}

/// A call of a model: a request and its position in the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The id of the call, which determines its position in the run.
    pub id: CallId,
    /// The digest of the call's request, and its occurrence number.
    pub request_id: RequestId,
    /// The request to send to the model.
    pub request: Request,
}

/// The limits of a model that the user has configured; fields are `None` if unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ModelLimits {
    /// The maximum tokens of a prompt and its reply together.
    pub window: Option<Tokens>,
    /// The account's maximum number of requests per minute.
    pub requests_per_minute: Option<NonZeroU32>,
    /// The account's maximum number of tokens per minute, input and output together.
    pub tokens_per_minute: Option<NonZeroU64>,
    /// The maximum number of requests in flight.
    pub in_flight: Option<NonZeroU32>,
}

/// A model that answers requests.
///
/// A call of [`complete`](Model::complete) is a single attempt. The caller handles retries, rate
/// limits, budgets and caches. Dropping the future cancels the attempt and closes its connection
/// immediately.
///
/// ```
/// use rlm_model::{
///     BoxFuture, Call, CallId, Message, Model, ModelError, ModelIdentity, Parameters, Price, Reply, Request, RequestId,
///     Tokens, Usage,
/// };
///
/// /// Answers with the number of words that it is sent.
/// struct Counter(ModelIdentity);
///
/// impl Model for Counter {
///     fn identity(&self) -> &ModelIdentity {
///         &self.0
///     }
///
///     fn price(&self) -> Option<Price> {
///         Some(Price::FREE)
///     }
///
///     fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
///         Box::pin(async move {
///             let words: usize = call.request.messages.iter().map(|said| said.content().split_whitespace().count()).sum();
///             let usage = Usage { input: Tokens(words as u64), output: Tokens(1), ..Usage::default() };
///             Ok(Reply::new(words.to_string(), usage))
///         })
///     }
/// }
///
/// let model = Counter(ModelIdentity::new("counter", "", "words"));
/// let request = Request::new(vec![Message::user("Is A-1 late?")], Parameters::with_max_output(Tokens(8)));
/// let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
/// let call = Call { id: CallId::root(1, 1, 0), request_id, request };
/// // Any runtime will do; what never waits needs none.
/// # use std::task::{Context, Poll, Waker};
/// let polled = model.complete(&call).as_mut().poll(&mut Context::from_waker(Waker::noop()));
/// let Poll::Ready(reply) = polled else { unreachable!("it never waits") };
/// assert_eq!(reply?.text, "3");
/// # Ok::<(), ModelError>(())
/// ```
pub trait Model: Send + Sync {
    /// Returns the identity of the model.
    fn identity(&self) -> &ModelIdentity;

    /// Returns the price of the model if the adapter knows it for certain: offline and loopback
    /// models are free. Others return `None`.
    fn price(&self) -> Option<Price> {
        None
    }

    /// Returns the limits that the user has configured for the model.
    fn limits(&self) -> ModelLimits {
        ModelLimits::default()
    }

    /// Returns the rate limits in the latest response of the model's server, successful or not.
    fn rate_limits(&self) -> Option<RateLimits> {
        None
    }

    /// Returns `true` if constraining the model to a grammar
    /// ([`ReplyForm::Grammar`](crate::ReplyForm)) is worthwhile by default: replies are not much
    /// slower or more expensive, and no worse. Makes no request. No provider returns `true` yet,
    /// because of the cost of the grammar of Sift, which `grammar/README.md` lists by engine.
    fn is_grammar_advised(&self) -> bool {
        false
    }

    /// Returns the way in which the model's decoding can be constrained to a grammar. Returns
    /// `None` if it can't be, or if that is unknown. May send one request to the model's server.
    fn grammar_way(&self) -> BoxFuture<'_, Option<GrammarWay>> {
        Box::pin(std::future::ready(None))
    }

    /// Makes one attempt at a call, without retries.
    ///
    /// # Errors
    /// A [`ModelError`] with the failure, a hint, and whether a retry can succeed.
    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>>;
}

impl<M: Model + ?Sized> Model for Arc<M> {
    fn identity(&self) -> &ModelIdentity {
        (**self).identity()
    }

    fn price(&self) -> Option<Price> {
        (**self).price()
    }

    fn limits(&self) -> ModelLimits {
        (**self).limits()
    }

    fn rate_limits(&self) -> Option<RateLimits> {
        (**self).rate_limits()
    }

    fn is_grammar_advised(&self) -> bool {
        (**self).is_grammar_advised()
    }

    fn grammar_way(&self) -> BoxFuture<'_, Option<GrammarWay>> {
        (**self).grammar_way()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        (**self).complete(call)
    }
}
