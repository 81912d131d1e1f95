//! The formats that can be required of a reply, for models that support constrained decoding.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use crate::{Digest, DigestBuilder, Tokens};

/// The format that a model's reply must have.
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
    /// The reply is a text of a formal language, such as a program.
    Grammar(Arc<Grammar>),
    /// The reply is a JSON value that conforms to a JSON Schema.
    Json(Arc<Value>),
}

/// The grammar of a formal language, in the notations that providers accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grammar {
    /// The name of the language, in the characters allowed in tool names: letters, digits, `_` and
    /// `-`.
    pub name: SmolStr,
    /// A sentence for the model that describes what a text of the language does.
    pub purpose: SmolStr,
    /// The grammar in Lark notation, in the dialect of llguidance.
    pub lark: Arc<str>,
    /// The grammar in the GBNF notation of llama.cpp.
    pub gbnf: Arc<str>,
    /// The way in which decoding is constrained, as returned by
    /// [`Model::grammar_way`](crate::Model::grammar_way).
    pub way: GrammarWay,
    /// Whether a call fails if the server does not accept a grammar. Otherwise its reply is
    /// unconstrained in that case.
    pub required: bool,
}

/// The way in which a model's decoding is constrained to a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrammarWay {
    /// The model calls a tool whose input is a text of the language. The reply is that input.
    Tool,
    /// The whole output of the model is a text of the language.
    WholeReply,
    /// The output of the model is a JSON object with one string, which is the reply. The content of
    /// the string is not constrained.
    Envelope,
}

impl ReplyForm {
    /// Returns an upper bound of the input tokens that describing the format takes: one token for
    /// each byte of the description in the prompt.
    #[must_use]
    pub fn input_tokens_at_most(&self) -> Tokens {
        let bytes = match self {
            Self::Grammar(grammar) => match grammar.way {
                // The definition of a tool is part of the prompt.
                GrammarWay::Tool => grammar.name.len() + grammar.purpose.len() + grammar.lark.len(),
                GrammarWay::WholeReply | GrammarWay::Envelope => 0,
            },
            Self::Json(schema) => schema.to_string().len(),
        };
        Tokens(bytes as u64)
    }

    /// Adds the reply format to the digest of a request. A grammar is identified by its name, so
    /// that recorded replies remain valid when the language is extended.
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

    /// Returns the reply format as recorded in journals.
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

/// The format that a reply must have, as recorded in journals. A grammar is recorded by name and
/// digest, since its text is long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedForm {
    /// The reply is a text of a formal language.
    Grammar {
        /// The name of the formal language.
        name: SmolStr,
        /// The digest of the language's grammar in Lark notation.
        digest: Digest,
    },
    /// The reply is a JSON value that conforms to this JSON Schema.
    Json(Value),
}
