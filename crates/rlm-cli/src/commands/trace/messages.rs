//! `rlm trace --messages`: shows the full request and reply of a call.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use rlm_cli_execution::recording;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::places::Places;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_settings::args::RecordedContextArguments;
use rlm_cli_settings::environment::Environment;
use rlm_context::Context;
use rlm_model::{CallId, SourceRange};
use rlm_trace::{CallNode, JournalMessage, JournalPart, RecordedPrompts, RecordedRun, Tree};
use sift_text::SourceId;

use super::call_row::CallRow;
use super::head::run_id;

/// A recorded run with the place of its journal, and the arguments for reading its context again.
pub(in crate::commands) struct Place<'a> {
    pub(in crate::commands) recorded: &'a RecordedRun,
    pub(in crate::commands) journal: &'a Path,
    pub(in crate::commands) context: &'a RecordedContextArguments,
    pub(in crate::commands) environment: &'a Environment,
}

/// The text of a recorded run's context, loaded on first use. It may no longer exist.
pub(in crate::commands) struct ContextText<'a> {
    place: &'a Place<'a>,
    read: OnceCell<Result<Context, Failure>>,
    places: OnceCell<Places>,
}

impl<'a> ContextText<'a> {
    pub(in crate::commands) const fn of(place: &'a Place<'a>) -> Self {
        Self {
            place,
            read: OnceCell::new(),
            places: OnceCell::new(),
        }
    }

    fn context(&self) -> Option<&Context> {
        let Place {
            recorded,
            journal,
            context,
            environment,
        } = self.place;
        let read = self
            .read
            .get_or_init(|| recording::same_context_again(recorded, journal, context, environment));
        read.as_ref().ok()
    }

    /// Returns the text of a range of the context, if the context can be read.
    pub(in crate::commands) fn text(&self, range: SourceRange) -> Option<Arc<str>> {
        let document = self.context()?.document(SourceId(range.source))?;
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        document.as_str().get(start..end).map(Arc::from)
    }

    /// Returns the location of a range of the context, such as `land.txt:2:5-33`. Returns its bytes
    /// if the context can't be read.
    pub(in crate::commands) fn location(&self, range: SourceRange) -> String {
        let (Ok(start), Ok(end)) = (usize::try_from(range.start), usize::try_from(range.end)) else {
            return String::new();
        };
        let located = self
            .context()
            .and_then(|context| context.locate(SourceId(range.source), start..end));
        located.map_or_else(|| self.bytes(range), |location| location.to_string())
    }

    /// Returns the lines of a range of the context, such as `land.txt:2-3`. Returns its bytes if the
    /// context can't be read, or is so large that reading it would take long.
    pub(in crate::commands) fn lines(&self, range: SourceRange) -> String {
        let places = self.places.get_or_init(|| {
            let started = recording::started_of(self.place.recorded).ok();
            let size: u64 = started
                .iter()
                .flat_map(|started| &started.context)
                .map(|source| source.bytes)
                .sum();
            let context = if size < Places::LARGE { self.context() } else { None };
            let places = context.map(Places::new).unwrap_or_default();
            started.map(|started| places.clone().of_run(started)).unwrap_or(places)
        });
        places.place(range)
    }

    fn bytes(&self, range: SourceRange) -> String {
        let started = recording::started_of(self.place.recorded).ok();
        let source = usize::try_from(range.source).ok();
        let source = source.and_then(|source| started?.context.get(source));
        let name = source.map_or("the context", |source| &*source.name);
        format!("{name}, bytes {} to {}", range.start, range.end)
    }

    /// Returns the error of loading the context, if loading was tried and failed.
    pub(in crate::commands) fn failure(self) -> Option<Failure> {
        self.read.into_inner()?.err()
    }

    /// Warns that locations could not be resolved, if loading the context failed.
    pub(in crate::commands) fn warn(&self, console: Console) {
        if let Some(Err(failure)) = self.read.get() {
            console.warn(&format!("the context is unavailable: {}", failure.line()));
        }
    }
}

/// Shows the request and the reply of a call.
///
/// # Errors
/// [`Failure::NoCall`] if the journal contains no request of the call.
pub(super) fn show(id: &CallId, place: &Place<'_>, with_json: bool, console: Console) -> Result<u8, Failure> {
    let tree = Tree::of(&place.recorded.records);
    let unknown = || Failure::NoCall {
        call: id.to_string(),
        run: tree.started.map(|started| started.run.to_string()).unwrap_or_default(),
    };
    let row = CallRow::all(&tree).find(|row| row.id == *id).ok_or_else(unknown)?;
    let call = tree.call(id).ok_or_else(unknown)?;
    let prompts = RecordedPrompts::of(&place.recorded.records);
    let messages = prompts.journal_messages(id).map_err(|_| unknown())?;
    let context = ContextText::of(place);
    if with_json {
        console.json(&json(&row, call, &messages, &context, &tree))?;
    } else {
        console.result(&text(&row, &messages, &context))?;
    }
    context.warn(console);
    Ok(0)
}

fn text(row: &CallRow<'_>, messages: &[&JournalMessage], context: &ContextText<'_>) -> String {
    let mut facts = vec![format!("call {}", row.id)];
    facts.extend(row.model.map(ToString::to_string));
    facts.push(row.state.to_owned());
    facts.extend(row.elapsed.map(metrics::duration));
    facts.extend(row.cost.map(metrics::cost));
    let mut text = format!("{}\n", facts.join(", "));
    for message in messages {
        let parts = message.parts.iter().map(|part| match part {
            JournalPart::Text(text) => text.to_string(),
            JournalPart::Source(range) => context
                .text(*range)
                .map_or_else(|| format!("[{}]", context.location(*range)), |text| text.to_string()),
        });
        let said: String = parts.collect();
        text.push_str(&ruled(message.role.as_str(), &said));
    }
    match (row.reply, row.error) {
        (Some(reply), _) => text.push_str(&ruled("reply", reply)),
        (None, Some(error)) => text.push_str(&ruled(row.state, error)),
        (None, None) => text.push_str(&ruled("no reply yet", "")),
    }
    text
}

/// Formats a message below a rule with its label, `── system ───…`.
pub(in crate::commands) fn ruled(label: &str, said: &str) -> String {
    const WIDTH: usize = 72;
    let rule = "─".repeat(WIDTH.saturating_sub(label.chars().count()));
    let end = if said.is_empty() || said.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("\n── {label} {rule}\n{said}{end}")
}

fn json(
    row: &CallRow<'_>,
    call: &CallNode<'_>,
    messages: &[&JournalMessage],
    context: &ContextText<'_>,
    tree: &Tree<'_>,
) -> schemas::Messages {
    let part = |part: &JournalPart| match part {
        JournalPart::Text(text) => schemas::Part {
            text: Some(text.to_string()),
            from: None,
        },
        JournalPart::Source(range) => schemas::Part {
            text: context.text(*range).map(|text| text.to_string()),
            from: Some(value(range)),
        },
    };
    let messages = messages.iter().map(|message| schemas::Message {
        role: value(&message.role),
        parts: message.parts.iter().map(part).collect(),
    });
    schemas::Messages {
        run: run_id(tree),
        call: row.id.to_string(),
        kind: row.kind.to_owned(),
        model: row.model.map(value),
        parameters: call.issued.map(|issued| value(&issued.parameters)),
        form: call.issued.and_then(|issued| Some(value(issued.form.as_ref()?))),
        messages: messages.collect(),
        state: row.state.to_owned(),
        reply: call.settled.and_then(|settled| Some(value(settled.outcome.reply()?))),
        error: row.error.map(str::to_owned),
        elapsed_ms: row.elapsed.map(|elapsed| elapsed.0),
    }
}
