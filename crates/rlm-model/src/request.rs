//! Requests to models, and the digests that identify them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Digest, DigestBuilder, Image, ModelError, ModelErrorKind, ModelIdentity, ReplyForm, Tokens};

/// The hint for a model that takes no images.
pub(crate) const NO_IMAGES_HINT: &str =
    "use a model that takes images for sub-calls, such as --sub-model openai:gpt-5-mini";

/// The author of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The message contains instructions of the application.
    System,
    /// The message contains the question, or the observation of a turn.
    User,
    /// The message is an earlier reply of the model.
    Assistant,
}

impl Role {
    /// Returns the role's name in chat protocols.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// A range of bytes in a source of the run's context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceRange {
    /// The number of the source in the list of sources in the run's journal.
    pub source: u32,
    /// The offset of the range's first byte in the source.
    pub start: u64,
    /// The offset after the range's last byte in the source.
    pub end: u64,
}

/// A piece of a message's content. A piece that was cut from the context records its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text of the piece.
    pub text: Arc<str>,
    /// The range of the context that the piece was cut from, so that a journal can refer to it
    /// instead of copying the text. `None` for other pieces.
    pub origin: Option<SourceRange>,
}

/// A message of a request.
///
/// ```
/// use rlm_model::{Message, Role};
///
/// let conversation = [
///     Message::system("Answer in one word."),
///     Message::user("Which city?"),
///     Message::assistant("Lisbon"),
/// ];
/// assert_eq!(conversation[2].role, Role::Assistant);
/// assert_eq!((conversation[1].content().as_str(), conversation[1].content_bytes()), ("Which city?", 11));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The author of the message.
    pub role: Role,
    /// The content of the message, which is the concatenation of the parts.
    pub parts: Vec<Part>,
}

impl Message {
    /// Creates a message from a role and a single text.
    #[must_use]
    pub fn new(role: Role, text: impl Into<Arc<str>>) -> Self {
        let part = Part {
            text: text.into(),
            origin: None,
        };
        Self {
            role,
            parts: vec![part],
        }
    }

    /// Creates a message with instructions of the application.
    #[must_use]
    pub fn system(text: impl Into<Arc<str>>) -> Self {
        Self::new(Role::System, text)
    }

    /// Creates a message of the user.
    #[must_use]
    pub fn user(text: impl Into<Arc<str>>) -> Self {
        Self::new(Role::User, text)
    }

    /// Creates a message that is an earlier reply of the model.
    #[must_use]
    pub fn assistant(text: impl Into<Arc<str>>) -> Self {
        Self::new(Role::Assistant, text)
    }

    /// Returns the content of the message as one text.
    #[must_use]
    pub fn content(&self) -> String {
        self.parts.iter().map(|part| &*part.text).collect()
    }

    /// Returns the length of the message's content in bytes.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.text.len() as u64).sum()
    }
}

/// The amount of reasoning that a model does before it writes the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasoningEffort {
    /// The least reasoning that the model supports.
    Minimal,
    /// Less reasoning than usual.
    Low,
    /// The usual amount of reasoning.
    Medium,
    /// More reasoning than usual.
    High,
}

impl ReasoningEffort {
    /// Returns the effort's name in chat protocols.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The parameters of a model request. Those that are `None` are omitted.
///
/// ```
/// use rlm_model::{Parameters, Tokens};
///
/// let parameters = Parameters { temperature: Some(0.0), seed: Some(7), ..Parameters::with_max_output(Tokens(1_024)) };
/// let json = serde_json::to_string(&parameters)?;
/// assert_eq!(json, r#"{"max_output":1024,"temperature":0.0,"seed":7}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// The maximum tokens of the reply. It is always sent, since budgets depend on it.
    pub max_output: Tokens,
    /// The sampling temperature of the reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The sampling seed, for providers that accept one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The stop sequences. The model stops writing when it has written one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// The amount of reasoning, for models that support it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

impl Parameters {
    /// Creates request parameters with an output limit. All others are the provider's defaults.
    #[must_use]
    pub const fn with_max_output(max_output: Tokens) -> Self {
        Self {
            max_output,
            temperature: None,
            seed: None,
            stop: Vec::new(),
            reasoning_effort: None,
        }
    }
}

/// An image of a request, with the tokens that its model counts for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedImage {
    /// The image.
    pub image: Image,
    /// An upper bound of the input tokens of the image, by the rule of the model's provider.
    pub tokens_at_most: Tokens,
}

/// A request to a model: messages, images, parameters, and the format of the reply.
///
/// ```
/// use rlm_model::{Message, ModelIdentity, Parameters, Part, Request, Role, SourceRange, Tokens};
///
/// let parameters = Parameters::with_max_output(Tokens(64));
/// let whole = Request::new(vec![Message::user("Sum it up: It rained.")], parameters.clone());
///
/// // The same text, with the origin of its second part in the context.
/// let cut = Part { text: "It rained.".into(), origin: Some(SourceRange { source: 0, start: 20, end: 30 }) };
/// let parts = vec![Part { text: "Sum it up: ".into(), origin: None }, cut];
/// let cited = Request::new(vec![Message { role: Role::User, parts }], parameters);
///
/// let model = ModelIdentity::new("fake", "", "script");
/// assert_eq!(cited.digest(&model), whole.digest(&model));
/// assert_eq!(whole.input_tokens_at_most(), Tokens(21 + 2 * 16), "a token for each byte, and what stands around them");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The messages of the conversation, oldest first.
    pub messages: Vec<Message>,
    /// The sampling parameters and the output limit of the request.
    pub parameters: Parameters,
    /// The images that the model sees before the text of the last message. A model that takes no
    /// images must fail ([`without_images`](Self::without_images)).
    pub images: Vec<AttachedImage>,
    /// The format that the reply must have; `None` allows any. Adapters constrain the decoding if
    /// the server supports it. A reply in another format is accepted too, unless the format is
    /// marked as required.
    pub form: Option<ReplyForm>,
}

impl Request {
    /// Creates a request that accepts replies in any format.
    #[must_use]
    pub const fn new(messages: Vec<Message>, parameters: Parameters) -> Self {
        Self {
            messages,
            parameters,
            images: Vec::new(),
            form: None,
        }
    }

    /// Adds images for the model with this identity, before the text of the last message.
    #[must_use]
    pub fn with_images(mut self, images: impl IntoIterator<Item = Image>, identity: &ModelIdentity) -> Self {
        self.images.extend(images.into_iter().map(|image| AttachedImage {
            tokens_at_most: image.tokens_at_most(identity),
            image,
        }));
        self
    }

    /// Returns the request, or an error if it has images, for models that take none.
    ///
    /// # Errors
    /// [`ModelErrorKind::InvalidRequest`], which names the model.
    pub fn without_images(&self, identity: &ModelIdentity) -> Result<&Self, ModelError> {
        if self.images.is_empty() {
            return Ok(self);
        }
        let message = format!("{identity} takes no images");
        Err(ModelError::new(ModelErrorKind::InvalidRequest, message).with_hint(NO_IMAGES_HINT))
    }

    /// Sets the format that the reply must have.
    #[must_use]
    pub fn with_form(mut self, form: Option<ReplyForm>) -> Self {
        self.form = form;
        self
    }

    /// Returns the length of all messages of the request in code points.
    #[must_use]
    pub fn content_chars(&self) -> u64 {
        self.parts().map(|part| part.text.chars().count() as u64).sum()
    }

    /// Returns the length of all messages of the request in bytes.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.messages.iter().map(Message::content_bytes).sum()
    }

    /// Returns an upper bound of the request's input tokens: one per byte, plus
    /// [`template_tokens`](Self::template_tokens). Byte-level tokenizers never produce more than
    /// one token per byte.
    #[must_use]
    pub fn input_tokens_at_most(&self) -> Tokens {
        Tokens(self.content_bytes()).saturating_add(self.template_tokens())
    }

    /// Returns an upper bound of the request's input tokens in addition to its content. These are
    /// 16 per message and 16 per request for the provider's chat template, those of the images, and
    /// those of the reply format.
    #[must_use]
    pub fn template_tokens(&self) -> Tokens {
        let template = 16 * (self.messages.len() as u64 + 1);
        let form = self.form.as_ref().map_or(Tokens(0), ReplyForm::input_tokens_at_most);
        Tokens(template)
            .saturating_add(form)
            .saturating_add(self.image_tokens())
    }

    /// Returns an estimate of the request's input tokens for display: a quarter of the bytes,
    /// rounded up, and the tokens of the images.
    #[must_use]
    pub fn input_tokens_estimate(&self) -> Tokens {
        Tokens(self.content_bytes().div_ceil(4)).saturating_add(self.image_tokens())
    }

    /// Returns an upper bound of the input tokens of the request's images.
    #[must_use]
    pub fn image_tokens(&self) -> Tokens {
        let tokens = self.images.iter().map(|attached| attached.tokens_at_most);
        tokens.fold(Tokens(0), Tokens::saturating_add)
    }

    /// Returns the digest that identifies the request to a model. It does not depend on how the
    /// content is divided into parts.
    #[must_use]
    pub fn digest(&self, identity: &ModelIdentity) -> Digest {
        let mut digest = DigestBuilder::new("rlm request 1");
        digest.field(identity.adapter.as_bytes());
        digest.field(identity.endpoint.as_bytes());
        digest.field(identity.model.as_bytes());
        let parameters = &self.parameters;
        digest.number(parameters.max_output.0);
        digest.number(parameters.temperature.map_or(u64::MAX, f64::to_bits));
        digest.field(parameters.seed.map(u64::to_le_bytes).unwrap_or_default().as_slice());
        digest.number(u64::from(parameters.seed.is_some()));
        digest.number(parameters.stop.len() as u64);
        for stop in &parameters.stop {
            digest.field(stop.as_bytes());
        }
        digest.field(
            parameters
                .reasoning_effort
                .map_or("", ReasoningEffort::as_str)
                .as_bytes(),
        );
        digest.number(self.messages.len() as u64);
        for message in &self.messages {
            digest.field(message.role.as_str().as_bytes());
            digest.pieces(message.parts.iter().map(|part| part.text.as_bytes()));
        }
        if !identity.variant.is_empty() {
            digest.field(identity.variant.as_bytes());
        }
        if let Some(form) = &self.form {
            form.digest(&mut digest);
        }
        if !self.images.is_empty() {
            digest.field(b"images");
            for attached in &self.images {
                digest.field(attached.image.digest.to_string().as_bytes());
            }
        }
        digest.finish()
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.messages.iter().flat_map(|message| &message.parts)
    }
}

/// The identity of a sample of a request: the key of caches, single-flight and replays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequestId {
    /// The digest of the request to its model.
    pub digest: Digest,
    /// The number of equal requests that the run makes before this one, in canonical order.
    pub occurrence: u32,
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.digest.short(), self.occurrence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grammar, GrammarWay};

    fn identity() -> ModelIdentity {
        ModelIdentity::new("openai", "https://api.example/v1", "m")
    }

    #[test]
    fn request_digest_ignores_part_boundaries_but_not_message_boundaries() {
        let parameters = Parameters::with_max_output(Tokens(10));
        let part = |text: &str| Part {
            text: text.into(),
            origin: None,
        };
        let request = |messages| Request::new(messages, parameters.clone());
        let whole = request(vec![Message::user("one two")]);
        let cut = request(vec![Message {
            role: Role::User,
            parts: vec![part("one"), part(" two")],
        }]);
        let moved = request(vec![Message::user("one"), Message::user(" two")]);
        assert_eq!(whole.digest(&identity()), cut.digest(&identity()));
        assert_ne!(whole.digest(&identity()), moved.digest(&identity()));
    }

    #[test]
    fn request_digest_covers_model_and_every_parameter() {
        let base = Request::new(vec![Message::user("x")], Parameters::with_max_output(Tokens(10)));
        let mut digests = vec![
            base.digest(&identity()),
            base.digest(&ModelIdentity::new("openai", "https://api.example/v1", "n")),
            base.digest(&ModelIdentity::new("openai", "http://localhost/v1", "m")),
            base.digest(&identity().with_variant("top_k=1")),
        ];
        let changes: [fn(&mut Parameters); 5] = [
            |p| p.max_output = Tokens(11),
            |p| p.temperature = Some(0.0),
            |p| p.seed = Some(0),
            |p| p.stop = vec!["x".into()],
            |p| p.reasoning_effort = Some(ReasoningEffort::Low),
        ];
        for change in changes {
            let mut changed = base.clone();
            change(&mut changed.parameters);
            digests.push(changed.digest(&identity()));
        }
        let grammar = |name: &str| Grammar {
            name: name.into(),
            purpose: "Runs a program.".into(),
            lark: "start: \"a\"".into(),
            gbnf: "root ::= \"a\"".into(),
            way: GrammarWay::WholeReply,
            required: false,
        };
        let forms = [
            ReplyForm::Grammar(Arc::new(grammar("sift"))),
            ReplyForm::Grammar(Arc::new(grammar("json"))),
            ReplyForm::Json(Arc::new(serde_json::json!({"type": "object"}))),
            ReplyForm::Json(Arc::new(serde_json::json!({"type": "array"}))),
        ];
        for form in forms {
            digests.push(base.clone().with_form(Some(form)).digest(&identity()));
        }
        let image = |bytes: &'static [u8]| Image {
            digest: Digest::of(bytes),
            media_type: "image/png".into(),
            width: 8,
            height: 8,
            bytes: bytes.into(),
        };
        for images in [vec![image(b"a")], vec![image(b"b")], vec![image(b"a"), image(b"b")]] {
            let shown = base.clone().with_images(images, &identity());
            assert!(shown.input_tokens_at_most() > base.input_tokens_at_most());
            assert!(shown.without_images(&identity()).is_err());
            digests.push(shown.digest(&identity()));
        }
        let count = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }
}
