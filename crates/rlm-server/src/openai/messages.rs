//! Turns the messages of a conversation into a question and its context.
//!
//! The last message of the user is the question. Long texts become the context, which the root model
//! does not see; short ones are the conversation so far.

use rlm_prompt::{Exchange, SessionState};
use serde::Deserialize;
use serde_json::Value;

use crate::problem::Problem;

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

#[derive(Debug, Clone, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(flatten)]
    _other: serde_json::Map<String, Value>,
}

/// A question with the texts of its context and the conversation before it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) question: String,
    pub(super) texts: Vec<String>,
    pub(super) session: Option<SessionState>,
}

/// Returns the question of a conversation.
///
/// # Errors
/// A [`Problem`] if there is no question, or a part is no text.
pub(super) fn asked(messages: &[Message]) -> Result<Asked, Problem> {
    let texts = messages
        .iter()
        .map(|message| Ok((message.role.as_str(), text(message)?)));
    let mut texts = texts.collect::<Result<Vec<_>, Problem>>()?;
    let last = texts
        .iter()
        .rposition(|(role, text)| *role == "user" && !text.trim().is_empty());
    let Some(last) = last else {
        return Err(Problem::invalid("`messages` has no message of the user"));
    };
    let (_, last_text) = texts.remove(last);
    let mut long = Vec::new();
    let mut earlier = Vec::new();
    let mut waiting: Option<String> = None;
    let mut instructions = Vec::new();
    for (role, text) in texts {
        if text.chars().count() >= LONG {
            long.push(text);
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
            long.push(last_text);
            question
        }
        false => last_text,
    };
    let question = match instructions.is_empty() {
        true => question,
        false => format!("{}\n\n{question}", instructions.join("\n\n")),
    };
    Ok(Asked {
        question,
        texts: long,
        session: (!earlier.is_empty()).then(|| SessionState {
            earlier,
            ..SessionState::default()
        }),
    })
}

fn text(message: &Message) -> Result<String, Problem> {
    match &message.content {
        None => Ok(String::new()),
        Some(Content::Text(text)) => Ok(text.clone()),
        Some(Content::Parts(parts)) => {
            let texts = parts.iter().map(|part| match (part.kind.as_str(), &part.text) {
                ("text" | "input_text" | "output_text", Some(text)) => Ok(text.as_str()),
                (kind, _) => Err(Problem::invalid(format!("parts of type `{kind}` are not supported"))),
            });
            Ok(texts.collect::<Result<Vec<_>, _>>()?.join("\n"))
        }
    }
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
    use serde_json::json;

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
    fn conversations_without_a_question_or_with_images_are_refused() {
        let refused = |messages: Value| asked(&serde_json::from_value::<Vec<Message>>(messages).expect("messages"));
        assert!(refused(json!([])).is_err());
        let image = json!([{"type": "image_url", "image_url": {"url": "data:"}}]);
        let problem = refused(json!([{"role": "user", "content": image}])).expect_err("an image");
        assert_eq!(problem.detail, "parts of type `image_url` are not supported");
    }
}
