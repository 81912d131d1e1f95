//! The message for a direct answer: the question and the whole context.

use rlm_context::{Context, Document};
use serde::Serialize;
use sift_text::{Text, TextBuilder};

use super::opening::{LISTED_WITHOUT_TEXT, quoted_exchange, without_text_line};
use crate::error::{PromptError, PromptPlace};
use crate::quoting::{NAME_CHARS, quoted, quoted_line, tags_of};
use crate::session::{Exchange, SessionState};
use crate::template::{PromptName, Prompts};

/// The placeholder for the context while the template is rendered. Quoted text can't contain it.
const PLACE: &str = "\u{1}context\u{1}";

impl Prompts {
    /// Renders the request for an answer in a single call. The documents are in blocks that their
    /// content can't end, and their text keeps its origin.
    ///
    /// ```
    /// use rlm_context::Context;
    /// use rlm_prompt::Prompts;
    ///
    /// let context = Context::from_text("The vault code is 7-4-1.");
    /// let prompt = Prompts::built_in()?.direct("What is the code?", &context, None)?;
    /// let prompt = prompt.settled().expect("nothing is missing");
    /// assert!(prompt.contains("What is the code?"));
    /// // The context stands in it as a slice, so that it need not be written down again.
    /// assert!(prompt.origins().any(|span| span.origin == sift_text::Origin::Source(sift_text::SourceId(0))));
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::Render`], also if the template does not contain `{{ context }}` exactly once.
    pub fn direct(
        &self,
        question: &str,
        context: &Context,
        session: Option<&SessionState>,
    ) -> Result<Text, PromptError> {
        let wrong = |detail: &str| PromptError::Render {
            place: PromptPlace::of(PromptName::Direct.as_str(), None),
            detail: detail.to_owned(),
        };
        let variables = DirectVariables {
            context: PLACE,
            has_context: !context.documents().is_empty(),
            question: quoted(question),
            earlier: session
                .iter()
                .flat_map(|session| &session.earlier)
                .map(quoted_exchange)
                .collect(),
            left_out: session.map_or(0, |session| session.left_out),
            without_text: context
                .without_text()
                .iter()
                .take(LISTED_WITHOUT_TEXT)
                .map(without_text_line)
                .collect(),
        };
        let rendered = self.render(PromptName::Direct, variables)?;
        let mut around = rendered.split(PLACE);
        let (Some(before), Some(after), None) = (around.next(), around.next(), around.next()) else {
            return Err(wrong("it must contain {{ context }} exactly once"));
        };
        let mut text = TextBuilder::new();
        text.push_str(before);
        for (number, document) in context.documents().iter().enumerate() {
            if number > 0 {
                text.push_str("\n");
            }
            push_document(&mut text, document);
        }
        text.push_str(after);
        text.finish()
            .map_err(|_| wrong("the context exceeds the maximum length of a text"))
    }
}

fn push_document(into: &mut TextBuilder, document: &Document) {
    into.push_str(&format!(
        "<document name=\"{}\">\n",
        quoted_line(document.name(), NAME_CHARS)
    ));
    let shown = document.as_str();
    let mut start = 0;
    if let Ok(settled) = document.text().settled() {
        for end in tags_of(shown).chain([shown.len()]) {
            if let Some(piece) = settled.slice_bytes(start..end) {
                into.push_text(&piece);
            }
            if end < shown.len() {
                into.push_str("\\");
            }
            start = end;
        }
    }
    into.push_str(if shown.ends_with('\n') {
        "</document>"
    } else {
        "\n</document>"
    });
}

#[derive(Serialize)]
struct DirectVariables {
    context: &'static str,
    has_context: bool,
    question: String,
    earlier: Vec<Exchange>,
    left_out: usize,
    without_text: Vec<String>,
}
