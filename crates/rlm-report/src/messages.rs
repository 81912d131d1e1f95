//! Writes the messages sent to models, verbatim.

use rlm_model::{CallId, Role};
use rlm_trace::{JournalMessage, JournalPart, Messages};

use crate::bounds::PIECE;
use crate::figures::{bytes, counted};
use crate::html::Html;
use crate::view::{View, call_place};

/// Writes the messages of a request. Messages shared with an earlier call are replaced by a link to
/// that call.
pub(crate) fn write(html: &mut Html, view: &View<'_>, messages: &Messages, most: usize) {
    if let Some(repeated) = &messages.repeated {
        html.element("p", "muted small", |html| {
            html.text(&format!(
                "Starts with the first {} of ",
                counted(repeated.messages, "message")
            ));
            let CallId { run, position } = &repeated.call;
            html.link_if_shown(&call_place(run, *position), |html| {
                html.text(&format!("call {}", repeated.call))
            });
            html.text(", then:");
        });
    }
    for message in &messages.own {
        write_one(html, view, message, most);
    }
}

/// Writes one message of a request to a model. The system prompt, which is the same in every run, is
/// folded.
pub(crate) fn write_one(html: &mut Html, view: &View<'_>, message: &JournalMessage, most: usize) {
    let what = format!("{}, {}", message.role.as_str(), bytes(message.content_bytes()));
    match message.role {
        Role::System => html.details(
            "message",
            false,
            |html| html.text(&what),
            |html| {
                html.element("pre", "", |html| parts(html, view, message, most));
            },
        ),
        Role::User | Role::Assistant => {
            let class = if message.role == Role::Assistant {
                "message is-assistant"
            } else {
                "message"
            };
            html.element("div", class, |html| {
                html.label("p", "", &what);
                html.element("pre", "", |html| parts(html, view, message, most));
            });
        }
    }
}

/// Writes the text of a message, with its pieces of the context marked.
fn parts(html: &mut Html, view: &View<'_>, message: &JournalMessage, most: usize) {
    for part in &message.parts {
        match part {
            JournalPart::Text(text) => html.quote(text, most),
            JournalPart::Source(range) => {
                let place = view.places.name(*range);
                html.with(
                    "span",
                    &[("class", "from-context"), ("title", &place)],
                    |html| match view.sources.words(*range) {
                        Some(words) => html.quote(words, PIECE),
                        None => html.label("span", "cut", &format!("[{place}]")),
                    },
                );
            }
        }
    }
}
