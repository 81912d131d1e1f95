//! The form that a reply must have, for models that can be held to one while they write.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use crate::{Digest, DigestBuilder, Tokens};

/// The form that a reply must have.
///
/// ```
/// use std::sync::Arc;
/// use rlm_model::{Message, Parameters, ReplyForm, Request, Tokens};
/// use serde_json::json;
///
/// let schema = json!({"type": "object", "properties": {"late": {"type": "boolean"}}});
/// let form = ReplyForm::Json(Arc::new(schema));
/// let messages = vec![Message::user("Is A-1 late?")];
/// let request = Request::new(messages, Parameters::with_max_output(Tokens(64)));
/// let bare = request.input_tokens_at_most();
/// // What the model is shown of the form is paid for too.
/// let at_most = form.input_tokens_at_most();
/// assert_eq!(request.with_form(Some(form)).input_tokens_at_most(), Tokens(bare.0 + at_most.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum ReplyForm {
    /// A text of a formal language, such as a program.
    Grammar(Arc<Grammar>),
    /// A JSON value that a JSON Schema describes.
    Json(Arc<Value>),
}

/// A formal language, in the notations that providers take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grammar {
    /// Its name, in the characters that names of tools may have: letters, digits, `_` and `-`.
    pub name: SmolStr,
    /// What a text of it does, in a sentence for the model.
    pub purpose: SmolStr,
    /// The notation of Lark, as llguidance reads it.
    pub lark: Arc<str>,
    /// The notation of llama.cpp.
    pub gbnf: Arc<str>,
    /// How the model is to be held to it: as it said that it can be.
    pub way: GrammarWay,
    /// Whether a reply that was not held to it is none: a server that takes no grammar is an error then.
    pub required: bool,
}

/// How a model is held to a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrammarWay {
    /// It calls a tool, whose input is a text of the language and the reply.
    Tool,
    /// All that it writes is a text of the language.
    WholeReply,
    /// It writes a JSON object with one string, which is the reply. What stands in the string is held to nothing.
    Envelope,
}

impl ReplyForm {
    /// Returns an upper bound of the input tokens that the form takes: one for each byte of what the model is shown of it.
    #[must_use]
    pub fn input_tokens_at_most(&self) -> Tokens {
        let bytes = match self {
            Self::Grammar(grammar) => match grammar.way {
                // The definition of a tool is a part of the prompt.
                GrammarWay::Tool => grammar.name.len() + grammar.purpose.len() + grammar.lark.len(),
                GrammarWay::WholeReply | GrammarWay::Envelope => 0,
            },
            Self::Json(schema) => schema.to_string().len(),
        };
        Tokens(bytes as u64)
    }

    /// Adds the form to the digest of a request. A grammar counts by its name: what was written under it stays a reply to the same
    /// request when the language grows.
    pub(crate) fn digest(&self, digest: &mut DigestBuilder) {
        match self {
            Self::Grammar(grammar) => {
                digest.field(b"grammar");
                digest.field(grammar.name.as_bytes());
            }
            Self::Json(schema) => {
                digest.field(b"json");
                digest.field(schema.to_string().as_bytes());
            }
        }
    }

    /// Returns the form as journals hold it.
    #[must_use]
    pub fn recorded(&self) -> RecordedForm {
        match self {
            Self::Grammar(grammar) => RecordedForm::Grammar {
                name: grammar.name.clone(),
                digest: Digest::of(grammar.lark.as_bytes()),
            },
            Self::Json(schema) => RecordedForm::Json(Value::clone(schema)),
        }
    }
}

/// The form that a reply must have, as journals hold it: a grammar is as long as a book's chapter, so it is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedForm {
    /// A text of a formal language.
    Grammar {
        /// Its name.
        name: SmolStr,
        /// The digest of its grammar in the notation of Lark.
        digest: Digest,
    },
    /// A JSON value that this JSON Schema describes.
    Json(Value),
}
