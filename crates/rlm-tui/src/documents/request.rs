//! Creates the document of a host request other than a model call, with its answer.

use rlm_trace::{HostAnswer, HostRequest, Passage};

use super::{DocumentBuilder, OneRow};
use crate::document::{Document, Role};
use crate::run::{Row, RowId};

/// Adds the details of a host request to its document.
pub(super) fn tell(builder: DocumentBuilder<'_>, id: RowId, row: &Row, document: &mut Document) {
    let state = builder.state(row);
    let time = builder.time(row).map(|time| format!(", {time}")).unwrap_or_default();
    let tree = builder.run.tree_of(id);
    tree.with_request(row, |request| {
        let (name, asked) = match request.asked.map(|asked| &asked.request) {
            Some(HostRequest::Search { query, .. }) => ("Search", query.as_str()),
            Some(HostRequest::Tool { name, arguments }) => (name.as_str(), arguments.as_str()),
            None => ("Request", ""),
        };
        document.heading(&format!("{name}: {} {}{time}", state.symbol(), state.name()));
        document.heading("Request");
        document.text(Role::Plain, asked);
        match request.answered.map(|answered| &answered.answer) {
            Some(HostAnswer::Hits(hits)) => {
                document.heading("Passages, best first");
                for hit in hits {
                    passage(builder, hit.score, &hit.passage, document);
                }
            }
            Some(HostAnswer::Value(value)) => {
                document.heading("Result");
                document.text(Role::Plain, value);
            }
            Some(HostAnswer::Failed(failure)) => {
                document.heading("Error");
                document.line(&[
                    (Role::Bad, &failure.code),
                    (Role::Plain, ": "),
                    (Role::Plain, &failure.message),
                ]);
                if let Some(hint) = &failure.hint {
                    document.line(&[(Role::Muted, "hint: "), (Role::Plain, hint)]);
                }
            }
            None => {}
        }
    });
}

fn passage(builder: DocumentBuilder<'_>, score: f64, passage: &Passage, document: &mut Document) {
    match passage {
        Passage::Context(range) => {
            let name = builder.source_name(range.source);
            let place = format!("{score:.4}  {name}, bytes {} to {}", range.start, range.end);
            document.line(&[(Role::Muted, &place)]);
            if let Some(text) = builder.texts.get(*range) {
                document.text(Role::Cited, &text);
            }
        }
        Passage::Elsewhere {
            document: name,
            start,
            end,
            text,
        } => {
            let place = format!("{score:.4}  {name}, characters {start} to {end}");
            document.line(&[(Role::Muted, &place)]);
            document.text(Role::Cited, text);
        }
    }
}
