//! Formats a conversation as one text, for programs that take a single prompt.

use std::fmt::Write as _;

use rlm_model::{Call, Role};

/// Returns the conversation of a call as one text.
///
/// Instructions and a single message of the user are separated by an empty line. In a longer
/// conversation, each message begins with a line that names its author. The line contains a digest
/// of the request, which no text of the conversation can contain, so that texts can't forge it.
pub(super) fn prompt(call: &Call) -> String {
    let messages = &call.request.messages;
    let is_single = match messages.as_slice() {
        [message] => message.role == Role::User,
        [first, second] => first.role == Role::System && second.role == Role::User,
        _ => false,
    };
    if is_single {
        let texts: Vec<String> = messages.iter().map(|message| message.content()).collect();
        return texts.join("\n\n");
    }
    let mark = call.request_id.digest.short();
    let mut text = format!(
        "The conversation so far is below. Each message begins with a line like `--- user {mark} ---`. Reply with the next \
         message of the assistant, and nothing else.\n"
    );
    for message in messages {
        // Writing to a string can't fail.
        let _ = write!(
            text,
            "\n--- {} {mark} ---\n{}\n",
            message.role.as_str(),
            message.content()
        );
    }
    text
}
