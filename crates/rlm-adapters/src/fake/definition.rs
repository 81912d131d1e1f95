//! The JSON file format that defines fake models.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The definition of a fake model: the content of a whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// The replies to calls of the root model, in order.
    #[serde(default)]
    pub(super) script: Vec<Scripted>,
    /// The rules that answer calls of programs. The first rule that matches applies.
    #[serde(default)]
    pub(super) rules: Vec<RuleDefinition>,
    /// The reply to calls of programs that no rule matches.
    #[serde(default)]
    pub(super) default_reply: Option<String>,
}

/// A scripted reply to a call of the root model: in JSON a string, or an object with an optional
/// delay and failure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Scripted {
    pub(super) reply: Option<String>,
    pub(super) delay_ms: u64,
    pub(super) fail: Option<FailureDefinition>,
}

impl Scripted {
    pub(super) const fn reply(reply: String) -> Self {
        Self {
            reply: Some(reply),
            delay_ms: 0,
            fail: None,
        }
    }
}

/// The definition of a rule that answers calls of programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleDefinition {
    #[serde(rename = "match")]
    pub(super) pattern: String,
    #[serde(default = "yes")]
    pub(super) regex: bool,
    #[serde(default, rename = "in")]
    pub(super) place: Place,
    #[serde(default)]
    pub(super) reply: Option<String>,
    #[serde(default)]
    pub(super) delay_ms: u64,
    #[serde(default)]
    pub(super) fail: Option<FailureDefinition>,
}

/// The part of a request in which a rule searches for its pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// The last user message, which is the prompt that the program passed to its query function.
    #[default]
    Prompt,
    /// The contents of all messages of the request, separated by empty lines.
    Messages,
}

impl RuleDefinition {
    pub(super) const fn literal(text: String, reply: String) -> Self {
        Self {
            pattern: text,
            regex: false,
            place: Place::Messages,
            reply: Some(reply),
            delay_ms: 0,
            fail: None,
        }
    }

    pub(super) const fn regex(pattern: String, reply: String) -> Self {
        Self {
            pattern,
            regex: true,
            place: Place::Prompt,
            reply: Some(reply),
            delay_ms: 0,
            fail: None,
        }
    }
}

/// The definition of a simulated failure of a fake model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FailureDefinition {
    pub(super) kind: String,
    #[serde(default)]
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) message: Option<String>,
    /// The pause before a retry that the simulated server asks for, in seconds.
    #[serde(default)]
    pub(super) retry_after: Option<f64>,
    /// The number of attempts at each call that fail. `None` if all fail.
    #[serde(default)]
    pub(super) times: Option<u32>,
}

const fn yes() -> bool {
    true
}

impl<'de> Deserialize<'de> for Scripted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Object {
            reply: Option<String>,
            #[serde(default)]
            delay_ms: u64,
            fail: Option<FailureDefinition>,
        }

        struct TextOrObject;
        impl<'de> Visitor<'de> for TextOrObject {
            type Value = Scripted;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a reply: a string, or an object with `reply`, `delay_ms`, `fail`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scripted, E> {
                Ok(Scripted::reply(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scripted, A::Error> {
                let Object { reply, delay_ms, fail } = Object::deserialize(de::value::MapAccessDeserializer::new(map))?;
                if reply.is_none() && fail.is_none() {
                    return Err(de::Error::custom("a script entry has neither `reply` nor `fail`"));
                }
                Ok(Scripted { reply, delay_ms, fail })
            }
        }
        deserializer.deserialize_any(TextOrObject)
    }
}
