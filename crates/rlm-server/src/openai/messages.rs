//! Turns the messages of a conversation into a question and its context.
//!
//! The last message of the user is the question. Long texts and files become the context, which the
//! root model does not see; short texts are the conversation so far.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rlm_prompt::{Exchange, SessionState};
use serde::Deserialize;

use crate::http::problem::Problem;

/// The number of characters from which a text is part of the context.
const LONG: usize = 4_000;
/// The maximum number of characters of a paragraph that is taken for the question of a long message.
const QUESTION: usize = 2_000;

/// A message of a conversation.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Message {
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

/// The content of a message: a text, or a list of parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

/// A part of a message: a text or a file. Chat completions have files in a field of their own,
/// responses have them in the part itself.
#[derive(Debug, Clone, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    file: Option<File>,
    #[serde(flatten)]
    own: File,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct File {
    #[serde(default)]
    file_id: Option<String>,
    #[serde(default)]
    file_data: Option<String>,
    #[serde(default)]
    filename: Option<String>,
}

/// A question with its context and the conversation before it.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) question: String,
    pub(super) texts: Vec<String>,
    /// The ids of files that were uploaded before.
    pub(super) files: Vec<String>,
    /// The names and bytes of files within the messages.
    pub(super) attached: Vec<(String, Vec<u8>)>,
    pub(super) session: Option<SessionState>,
}

impl Asked {
    /// Whether the question is about nothing but the conversation.
    pub(super) fn has_context(&self) -> bool {
        !(self.texts.is_empty() && self.files.is_empty() && self.attached.is_empty())
    }
}

impl Message {
    /// Returns a message that is a text.
    pub(super) fn of_text(role: &str, text: String) -> Self {
        Self {
            role: role.to_owned(),
            content: Some(Content::Text(text)),
        }
    }
}

/// Returns the question of a conversation.
///
/// # Errors
/// A [`Problem`] if there is no question, or a part is neither a text nor a file.
pub(super) fn asked(messages: &[Message]) -> Result<Asked, Problem> {
    let mut asked = Asked::default();
    let mut texts = Vec::new();
    for message in messages {
        texts.push((message.role.as_str(), text(message, &mut asked)?));
    }
    let last = texts
        .iter()
        .rposition(|(role, text)| *role == "user" && !text.trim().is_empty());
    let Some(last) = last else {
        return Err(Problem::invalid("the conversation has no message of the user"));
    };
    let (_, last_text) = texts.remove(last);
    let mut earlier = Vec::new();
    let mut waiting: Option<String> = None;
    let mut instructions = Vec::new();
    for (role, text) in texts {
        if text.chars().count() >= LONG {
            asked.texts.push(text);
            continue;
        }
        match role {
            "user" => waiting = Some(text),
            "assistant" => earlier.push(Exchange {
                question: waiting.take().unwrap_or_default(),
                answer: text,
            }),
            _ => instructions.push(text),
        }
    }
    let question = match last_text.chars().count() >= LONG {
        true => {
            let question = question_in(&last_text);
            asked.texts.push(last_text);
            question
        }
        false => last_text,
    };
    asked.question = match instructions.is_empty() {
        true => question,
        false => format!("{}\n\n{question}", instructions.join("\n\n")),
    };
    asked.session = (!earlier.is_empty()).then(|| SessionState {
        earlier,
        ..SessionState::default()
    });
    Ok(asked)
}

/// Returns the text of a message, and adds its files.
fn text(message: &Message, asked: &mut Asked) -> Result<String, Problem> {
    let parts = match &message.content {
        None => return Ok(String::new()),
        Some(Content::Text(text)) => return Ok(text.clone()),
        Some(Content::Parts(parts)) => parts,
    };
    let mut texts = Vec::new();
    for part in parts {
        match (part.kind.as_str(), &part.text) {
            ("text" | "input_text" | "output_text", Some(text)) => texts.push(text.as_str()),
            ("file" | "input_file", _) => add_file(part.file.as_ref().unwrap_or(&part.own), asked)?,
            (kind, _) => return Err(Problem::invalid(format!("parts of type `{kind}` are not supported"))),
        }
    }
    Ok(texts.join("\n"))
}

fn add_file(file: &File, asked: &mut Asked) -> Result<(), Problem> {
    match (&file.file_id, &file.file_data) {
        (Some(id), _) => asked.files.push(id.clone()),
        (None, Some(data)) => {
            // A data URL, or its base64 alone.
            let base64 = data.split_once(";base64,").map_or(data.as_str(), |(_, base64)| base64);
            let bytes = STANDARD.decode(base64.trim());
            let bytes = bytes.map_err(|error| Problem::invalid(format!("`file_data` is not base64: {error}")))?;
            let name = file.filename.clone();
            let name = name.unwrap_or_else(|| format!("file {}.txt", asked.attached.len() + 1));
            asked.attached.push((name, bytes));
        }
        (None, None) => return Err(Problem::invalid("a file has neither `file_id` nor `file_data`")),
    }
    Ok(())
}

/// Returns the question in a long message: its last paragraph, or its first one if the last is long.
fn question_in(text: &str) -> String {
    let is_short = |paragraph: &&str| paragraph.chars().count() <= QUESTION;
    let is_blank = |paragraph: &&str| paragraph.trim().is_empty();
    let first = text.split("\n\n").find(|paragraph| !is_blank(paragraph));
    let last = text.rsplit("\n\n").find(|paragraph| !is_blank(paragraph));
    let found = last.filter(is_short).or(first.filter(is_short));
    match found {
        Some(paragraph) => paragraph.trim().to_owned(),
        None => text.chars().take(QUESTION).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(messages: Value) -> Asked {
        asked(&serde_json::from_value::<Vec<Message>>(messages).expect("messages")).expect("a question")
    }

    #[test]
    fn long_messages_are_the_context_and_their_last_paragraph_is_the_question() {
        let log = "a line of the log\n".repeat(300);
        let asked = of(json!([{"role": "user", "content": format!("{log}\n\nHow many lines are there?")}]));
        assert_eq!(asked.question, "How many lines are there?");
        assert_eq!(asked.texts.len(), 1);

        let parts = json!([{"type": "text", "text": log}, {"type": "text", "text": "\nHow many?"}]);
        assert_eq!(of(json!([{"role": "user", "content": parts}])).question, "How many?");
    }

    #[test]
    fn short_messages_are_the_conversation_so_far() {
        let asked = of(json!([
            {"role": "system", "content": "Answer in French."},
            {"role": "user", "content": "Which city?"},
            {"role": "assistant", "content": "Lisbonne."},
            {"role": "user", "content": "And its river?"},
        ]));
        assert_eq!(asked.question, "Answer in French.\n\nAnd its river?");
        assert!(asked.texts.is_empty());
        let earlier = asked.session.expect("a conversation").earlier;
        assert_eq!(
            (earlier[0].question.as_str(), earlier[0].answer.as_str()),
            ("Which city?", "Lisbonne.")
        );
    }

    #[test]
    fn files_are_the_context_in_both_forms() {
        let chat = json!([
            {"type": "file", "file": {"file_id": "ctx-1"}},
            {"type": "file", "file": {"filename": "a.md", "file_data": "data:text/plain;base64,SGk="}},
            {"type": "text", "text": "What?"},
        ]);
        let responses = json!([
            {"type": "input_file", "file_id": "ctx-1"},
            {"type": "input_file", "filename": "a.md", "file_data": "SGk="},
            {"type": "input_text", "text": "What?"},
        ]);
        for parts in [chat, responses] {
            let asked = of(json!([{"role": "user", "content": parts}]));
            assert_eq!(
                (asked.question.as_str(), &asked.files),
                ("What?", &vec!["ctx-1".to_owned()])
            );
            assert_eq!(asked.attached, [("a.md".to_owned(), b"Hi".to_vec())]);
        }
    }

    #[test]
    fn conversations_without_a_question_or_with_images_are_refused() {
        let refused = |messages: Value| asked(&serde_json::from_value::<Vec<Message>>(messages).expect("messages"));
        assert!(refused(json!([])).is_err());
        let image = json!([{"type": "image_url", "image_url": {"url": "data:"}}]);
        let problem = refused(json!([{"role": "user", "content": image}])).expect_err("an image");
        assert_eq!(problem.detail, "parts of type `image_url` are not supported");
    }
}
