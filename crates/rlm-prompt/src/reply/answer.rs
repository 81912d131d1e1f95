//! The parsing of a reply to a request for an answer in plain text, after which no program is run.

use super::{Action, Final, bare, blocks, finals, is_name, read, without_thinking};
use crate::message::NoProgram;

/// Parses the answer in a reply that should be plain text. Models also put it into a fence, or into
/// a program that ends by calling `FINAL` with a literal or does nothing but name a variable.
/// Returns `None` if the reply has no answer.
///
/// ```
/// use rlm_prompt::reply::{Final, read_answer};
///
/// let green = Some(Final::Text("It is green.".to_owned()));
/// assert_eq!(read_answer("It is green."), green);
/// assert_eq!(read_answer("```repl\nFINAL('It is green.')\n```"), green);
/// assert_eq!(read_answer("```repl\nprint(P[:100])\n```"), None);
/// ```
#[must_use]
pub fn read_answer(reply: &str) -> Option<Final> {
    match read(reply).action {
        Action::Final(value) => Some(value),
        Action::Program { source, .. } => in_program(&source),
        Action::Nothing(NoProgram::Empty | NoProgram::OnlyThinking) => None,
        Action::Nothing(_) => Some(Final::Text(without_fence(without_thinking(reply).trim()))),
    }
}

/// Returns the answer that a program gives without being run, if any. A fence for programs may hold
/// prose instead.
fn in_program(source: &str) -> Option<Final> {
    let Some(found) = finals::find(source) else {
        let is_prose = !bare::is_mostly_code(source) && !sift_syntax::parse(source).is_accepted();
        return is_prose.then(|| Final::Text(source.trim().to_owned()));
    };
    // Lines before the final form may bind the variable.
    let is_alone = source.get(..found.start).is_some_and(|before| before.trim().is_empty());
    match found.value {
        Final::Text(text) => Some(Final::Text(text)),
        Final::Variable(name) => is_alone.then_some(Final::Variable(name)),
        Final::Expression(name) if is_name(&name) => is_alone.then_some(Final::Variable(name)),
        Final::Expression(value) => {
            let is_literal = serde_json::from_str::<serde_json::Value>(&value).is_ok();
            is_literal.then_some(Final::Text(value))
        }
    }
}

/// Returns the content of a text that is a single fence, or else the text.
fn without_fence(text: &str) -> String {
    match blocks::cut(text).as_slice() {
        [block] => block.kind.source().map(|content| content.trim().to_owned()),
        _ => None,
    }
    .unwrap_or_else(|| text.to_owned())
}
