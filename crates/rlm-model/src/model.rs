//! The one interface that every model stands behind.

use std::fmt;
use std::future::Future;
use std::num::{NonZeroU32, NonZeroU64};
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{CallId, GrammarWay, ModelError, Price, RateLimits, Reply, Request, RequestId, Tokens};

/// A future on the heap, so that [`Model`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who answers: what tells two models apart in caches, journals and replays.
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
    /// The kind of adapter, such as `openai` or `fake`.
    pub adapter: SmolStr,
    /// Where it is reached: a base URL, a file, or empty.
    pub endpoint: SmolStr,
    /// The model that answers.
    pub model: SmolStr,
    /// What else makes it answer otherwise than its namesakes, such as a digest of parameters that every request is sent with;
    /// empty where nothing does.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub variant: SmolStr,
}

impl ModelIdentity {
    /// Names a model.
    #[must_use]
    pub fn new(adapter: impl Into<SmolStr>, endpoint: impl Into<SmolStr>, model: impl Into<SmolStr>) -> Self {
        Self {
            adapter: adapter.into(),
            endpoint: endpoint.into(),
            model: model.into(),
            variant: SmolStr::default(),
        }
    }

    /// Tells it apart from the model of the same name that is sent other parameters.
    #[must_use]
    pub fn with_variant(mut self, variant: impl Into<SmolStr>) -> Self {
        self.variant = variant.into();
        self
    }
}

impl fmt::Display for ModelIdentity {
    /// Shows `adapter:model`, as it is written on a command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.model.is_empty() {
            self.adapter.fmt(f)
        } else {
            write!(f, "{}:{}", self.adapter, self.model)
        }
    }
}

/// One call: a request with its place in the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its place in the run.
    pub id: CallId,
    /// Which sample of which request it is.
    pub request_id: RequestId,
    /// What is asked.
    pub request: Request,
}

/// What a model takes, where somebody who knows has said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ModelLimits {
    /// The tokens that prompt and reply may have together.
    pub window: Option<Tokens>,
    /// The requests that the account may make in a minute.
    pub requests_per_minute: Option<NonZeroU32>,
    /// The tokens, input and output together, that the account may use in a minute.
    pub tokens_per_minute: Option<NonZeroU64>,
}

/// Something that answers requests.
///
/// One call of [`complete`](Model::complete) is one attempt: retries, rates, budgets and caches are the caller's. Dropping
/// the future cancels the attempt and frees its connection at once.
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
    /// Returns who answers.
    fn identity(&self) -> &ModelIdentity;

    /// Returns what a token costs, where the adapter knows it for certain (offline and loopback models are free).
    fn price(&self) -> Option<Price> {
        None
    }

    /// Returns what the model takes, as far as the user has said so.
    fn limits(&self) -> ModelLimits {
        ModelLimits::default()
    }

    /// Returns what the server said of its rates with its newest answer, good or bad.
    fn rate_limits(&self) -> Option<RateLimits> {
        None
    }

    /// Tells whether it is worth holding the model to a grammar ([`ReplyForm::Grammar`](crate::ReplyForm)) where nobody asked for it:
    /// replies are not much slower or dearer for it, and no worse. Asks nobody. `grammar/README.md` says what engines take for the
    /// grammar of Sift, because of which no provider says so yet.
    fn is_grammar_advised(&self) -> bool {
        false
    }

    /// Says in which way the model can be held to a grammar; none where it can't be, or where nobody knows. May ask the model's
    /// server, once.
    fn grammar_way(&self) -> BoxFuture<'_, Option<GrammarWay>> {
        Box::pin(std::future::ready(None))
    }

    /// Makes one attempt at the call.
    ///
    /// # Errors
    /// A [`ModelError`] that says what happened, what to do, and whether trying again can help.
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
