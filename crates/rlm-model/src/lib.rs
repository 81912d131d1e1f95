//! Model calls, independent of providers and transports.
//!
//! A run calls models for two purposes: the root model writes the next program, and sub-models
//! answer questions about pieces of text. Both calls are a [`Request`] to a [`Model`], identified
//! by a [`CallId`] and answered by a [`Reply`].
//!
//! Three pitfalls, and how the types avoid them:
//!
//! - **Money is not a float.** [`Money`] counts whole micro-dollars; costs are rounded up.
//! - **The same prompt twice is two samples.** A [`RequestId`] is the digest of a request *and* its
//!   occurrence number within the run. So `[llm_query(p) for _ in range(5)]` makes five calls, and
//!   a cache holds a reply for each of the five.
//! - **Completion order is nondeterministic.** Calls are ordered by their [`CallId`], which is
//!   assigned when a call is issued: run path, turn, ordinal within the turn, index within a batch.
//!
//! ```
//! use rlm_model::{CallId, Message, Parameters, Request, Tokens};
//!
//! let request = Request::new(
//!     vec![Message::user("How many errors are there?")],
//!     Parameters::with_max_output(Tokens(1_024)),
//! );
//! let first = CallId::root(1, 1, 0);
//! let second = CallId::root(1, 2, 0);
//! assert!(first < second, "canonical order is the order of issue");
//! assert_eq!(request.content_chars(), 26);
//! ```

mod digest;
mod error;
mod form;
mod id;
mod image;
mod model;
mod money;
mod number;
mod pattern;
mod rate;
mod request;
mod schema;
mod usage;

pub use digest::{Digest, DigestBuilder, ParseDigestError};
pub use error::{ModelError, ModelErrorKind, RetryAdvice, TimeoutPhase};
pub use form::{Grammar, GrammarWay, RecordedForm, ReplyForm};
pub use id::{CallId, ParseIdError, Position, RunId, RunPath};
pub use image::{Image, MAX_IMAGE_BYTES, RecordedImage};
pub use model::{BoxFuture, Call, Model, ModelIdentity, ModelLimits};
pub use money::{Cost, Money, ParseMoneyError, Price};
pub use number::grouped;
pub use pattern::{EmptyPattern, NamePattern};
pub use rate::{RateLimits, RateWindow};
pub use request::{AttachedImage, Message, Parameters, Part, ReasoningEffort, Request, RequestId, Role, SourceRange};
pub use schema::{SchemaError, Validator, Violation};
pub use usage::{Finish, Reply, ReplyNote, Tokens, Usage};
