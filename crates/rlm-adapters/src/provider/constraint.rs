//! The constraints on replies that a server can enforce, and the extraction of constrained replies.

use std::borrow::Cow;

use rlm_model::{Digest, Finish, Grammar, GrammarWay, ReplyForm};
use serde_json::{Value, json};

use super::assembly::Assembly;
use super::server::ModelServer;

/// The name of the field of an [envelope](Constraint::Envelope) that contains the reply.
const ENVELOPED: &str = "program";

/// A constraint on the format of a reply, as sent to the server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Constraint<'a> {
    /// A tool that the model must call with a text of the grammar as input.
    Tool(&'a Grammar),
    /// A grammar for the whole output, in a notation that the server accepts.
    WholeReply { server: ModelServer, grammar: &'a str },
    /// A JSON object with one string field that holds the reply, for servers that don't support
    /// grammars.
    Envelope,
    /// A JSON schema for the whole output.
    Schema { schema: Cow<'a, Value>, is_strict: bool },
}

/// The kinds of reply formats that a server may support or reject as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FormKind {
    Grammar,
    Schema,
}

impl FormKind {
    pub(crate) const fn of(form: &ReplyForm) -> Self {
        match form {
            ReplyForm::Grammar(_) => Self::Grammar,
            ReplyForm::Json(_) => Self::Schema,
        }
    }

    /// Returns the name of the format kind for notes to the user, such as `the grammar`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Grammar => "the grammar",
            Self::Schema => "the JSON schema",
        }
    }
}

impl Constraint<'_> {
    pub(crate) const fn kind(&self) -> FormKind {
        match self {
            Self::Tool(_) | Self::WholeReply { .. } | Self::Envelope => FormKind::Grammar,
            Self::Schema { .. } => FormKind::Schema,
        }
    }

    /// Returns `true` if the constraint uses the method that the requested format names. A model
    /// that was instructed to call a tool can't be constrained without one.
    pub(crate) fn fits(&self, form: &ReplyForm) -> bool {
        match (self, form) {
            (Self::Tool(_), ReplyForm::Grammar(grammar)) => grammar.way == GrammarWay::Tool,
            (Self::WholeReply { .. }, ReplyForm::Grammar(grammar)) => grammar.way == GrammarWay::WholeReply,
            (Self::Envelope, ReplyForm::Grammar(grammar)) => grammar.way == GrammarWay::Envelope,
            (Self::Schema { .. }, ReplyForm::Json(_)) => true,
            _ => false,
        }
    }

    /// Returns a digest that distinguishes the constraint from others of its kind, to remember that
    /// it was rejected.
    pub(crate) fn digest(&self) -> Digest {
        match self {
            Self::Tool(grammar) => Digest::of(grammar.lark.as_bytes()),
            Self::WholeReply { grammar, .. } => Digest::of(grammar.as_bytes()),
            Self::Envelope => Digest::of(ENVELOPED.as_bytes()),
            Self::Schema { schema, .. } => Digest::of(schema.to_string().as_bytes()),
        }
    }

    /// Returns the names of the constraint's fields in a request, by which error messages refer to
    /// it.
    pub(super) const fn fields(&self) -> &'static [&'static str] {
        match self {
            Self::Tool(_) => &["tools", "tool_choice", "parallel_tool_calls"],
            Self::WholeReply { server, .. } => match server {
                ModelServer::Vllm => &["structured_outputs"],
                ModelServer::LlamaCpp => &["grammar"],
                ModelServer::Sglang => &["ebnf"],
            },
            Self::Envelope => &["format"],
            Self::Schema { .. } => &[
                "response_format",
                "text",
                "output_config",
                "format",
                "responsejsonschema",
                "response_json_schema",
                "responsemimetype",
                "response_mime_type",
            ],
        }
    }

    /// Returns the lower-case words in error messages that can only refer to a constraint of this
    /// kind.
    pub(super) const fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Tool(_) => &[
                "tool_choice",
                "parallel_tool_calls",
                "custom tool",
                "custom tools",
                "grammar",
                "lark",
            ],
            Self::WholeReply { .. } => &["grammar", "ebnf", "structured_outputs", "structured outputs"],
            Self::Envelope | Self::Schema { .. } => &[
                "response_format",
                "json_schema",
                "schema",
                "schemas",
                "output_config",
                "output format",
                "structured output",
                "structured outputs",
                "grammar",
            ],
        }
    }

    /// Extracts the text of a constrained reply from its tool call or envelope. A reply in another
    /// format stays unchanged.
    pub(crate) fn unwrap(&self, reply: &mut Assembly) {
        match self {
            Self::Tool(grammar) => unwrap_call(&grammar.name, reply),
            Self::Envelope => unwrap_envelope(reply),
            Self::WholeReply { .. } | Self::Schema { .. } => {}
        }
    }
}

/// Returns the JSON schema of an [envelope](Constraint::Envelope).
pub(crate) fn envelope_schema() -> Value {
    json!({"type": "object", "properties": {ENVELOPED: {"type": "string"}}, "required": [ENVELOPED]})
}

/// Makes the input of the call of `tool` the text of the reply, and moves other text to the
/// reasoning.
fn unwrap_call(tool: &str, reply: &mut Assembly) {
    let calls = reply.tool_calls.values().filter(|call| call.name == tool);
    let inputs: Vec<&str> = calls.map(|call| call.arguments.as_str()).collect();
    if inputs.is_empty() {
        return;
    }
    // Only one call was requested; the programs of several run in order.
    let input = inputs.join("\n");
    let beside = std::mem::replace(&mut reply.text, input);
    if !beside.trim().is_empty() {
        if !reply.reasoning.is_empty() {
            reply.reasoning.push('\n');
        }
        reply.reasoning.push_str(&beside);
    }
    // Servers report a tool call as a separate finish reason.
    reply.finish = reply.finish.map(|finish| match finish {
        Finish::Other => Finish::Stop,
        other => other,
    });
    reply.tool_calls.clear();
}

fn unwrap_envelope(reply: &mut Assembly) {
    let mut values = serde_json::Deserializer::from_str(&reply.text).into_iter::<Value>();
    if let Some(Ok(envelope)) = values.next() {
        if let Some(text) = envelope.get(ENVELOPED).and_then(Value::as_str) {
            reply.text = text.to_owned();
        }
    } else if let Some(text) = cut_off(&reply.text) {
        reply.text = text;
        reply.finish = Some(Finish::Length);
    }
}

/// Extracts the reply from a truncated envelope, as far as the string in it is complete.
fn cut_off(envelope: &str) -> Option<String> {
    // A truncated escape is dropped. The longest is a surrogate pair of twelve characters.
    const LONGEST_ESCAPE: usize = 12;
    let mut written = envelope;
    for token in ["{", "\"", ENVELOPED, "\"", ":", "\""] {
        written = written.trim_start().strip_prefix(token)?;
    }
    let ends = written.char_indices().map(|(end, _)| end).rev();
    let mut ends = std::iter::once(written.len()).chain(ends).take(1 + LONGEST_ESCAPE);
    ends.find_map(|end| serde_json::from_str(&format!("\"{}\"", written.get(..end)?)).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> (String, Option<Finish>) {
        let mut reply = Assembly {
            text: text.to_owned(),
            finish: Some(Finish::Stop),
            ..Assembly::default()
        };
        Constraint::Envelope.unwrap(&mut reply);
        (reply.text, reply.finish)
    }

    #[test]
    fn truncated_program_envelope_is_unwrapped() {
        let program = "print(\"a\\n\")\nx = '😀é'";
        // ASCII-only servers escape like this.
        let written = r#"print(\"a\\n\")\nx = '\ud83d\ude00\u00e9'"#;
        let envelope = format!("{{ \"program\": \"{written}\"}}");
        let stop = Some(Finish::Stop);
        assert_eq!(opened(&envelope), (program.to_owned(), stop));
        assert_eq!(opened(&format!("{envelope}\n<end>")), (program.to_owned(), stop));
        let begins = envelope.find("print").unwrap();
        for end in begins..envelope.len() {
            let (text, finish) = opened(envelope.get(..end).unwrap());
            assert!(program.starts_with(&text), "{text}");
            assert!(program.len() - text.len() <= envelope.len() - end, "{text}");
            assert_eq!(finish, Some(Finish::Length));
        }
        assert_eq!(
            opened(envelope.strip_suffix('}').unwrap()).0,
            program,
            "only the brace is missing"
        );
    }

    #[test]
    fn text_without_an_envelope_is_unchanged() {
        for text in ["print(1)", "{\"other\": \"x\"}", "{\"program\": 1}", "{\"pro", "{", ""] {
            assert_eq!(opened(text), (text.to_owned(), Some(Finish::Stop)));
        }
    }
}
