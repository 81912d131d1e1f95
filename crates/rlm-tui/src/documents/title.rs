//! Creates the title of a row in the tree.

use rlm_model::RunPath;
use rlm_report::diagnosis::{Rating, outcome_name, step_end};
use rlm_report::figures::{counted, grouped};
use rlm_trace::{CallNode, HostAnswer, HostRequest, RecordedOutcome, RequestNode, TurnNode};

use super::{DocumentBuilder, OneRow};
use crate::document::Role;
use crate::place::{Kind, Place};
use crate::progress::activity_words;
use crate::run::{Row, RowId, Tally};
use crate::state::State;
use crate::text::beginning;

/// The minimum and the maximum number of characters of a call's name.
const NAME_CHARS: [usize; 2] = [9, 60];

/// The title of a row in the tree: its state, its text and its duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title {
    pub(crate) state: State,
    pub(crate) pieces: Vec<(Role, String)>,
    /// The duration of the row, up to now if the row is still open.
    pub(crate) time: Option<String>,
}

/// Creates the title of a row in the tree, for about `columns` columns.
pub(crate) fn title(builder: DocumentBuilder<'_>, id: RowId, columns: usize) -> Option<Title> {
    let row = builder.run.row(id)?;
    let tree = builder.run.tree_of(id);
    let mut pieces = Vec::new();
    match row.place.kind() {
        Kind::Run => {
            let question = builder.run.started().map(|started| beginning(&started.question));
            pieces.push((Role::Strong, "run".to_owned()));
            pieces.extend(question.map(|question| (Role::Plain, format!("“{question}”"))));
        }
        Kind::Step { turn } => {
            pieces.push((Role::Strong, format!("step {turn}")));
            let end = tree.with_turn(row, |node| step_pieces(builder, row, node));
            pieces.extend(end.unwrap_or_default());
        }
        Kind::Call(position) => {
            let label = match position.ordinal {
                0 if position.index == 0 => "root model".to_owned(),
                0 => "summary".to_owned(),
                _ => format!("{}.{}", position.ordinal, position.index),
            };
            let [least, most] = NAME_CHARS;
            let room = columns.saturating_sub(label.len() + 2).clamp(least, most);
            let name = builder.call_name(id, room);
            let what = tree.with_call(row, |call| call_pieces(call, &name, position.ordinal == 0));
            pieces.push((Role::Strong, label));
            pieces.extend(what.unwrap_or_default());
        }
        Kind::Request { .. } => pieces.extend(tree.with_request(row, request_pieces).unwrap_or_default()),
        Kind::End => pieces.extend(tree.with_run(row, |run| end_pieces(run.outcome)).unwrap_or_default()),
    }
    Some(Title {
        state: builder.state(row),
        pieces,
        time: builder.time(row),
    })
}

fn step_pieces(builder: DocumentBuilder<'_>, row: &Row, turn: &TurnNode<'_>) -> Vec<(Role, String)> {
    let state = builder.state(row);
    let activity = builder.run.activity();
    let is_current = row.place == Place::of_step(&RunPath::default(), activity.step());
    if is_current && state.is_open() && !builder.is_over {
        let mut pieces = vec![(Role::Plain, activity_words(activity, builder.now).join(" · "))];
        pieces.extend(ended_calls(row.tally));
        return pieces;
    }
    let (role, what) = match (state, turn.program, turn.ran) {
        (State::UnderWay | State::Waiting, None, _) => (Role::Muted, "calling the model"),
        (State::UnderWay | State::Waiting, Some(_), None) => (Role::Muted, "running"),
        (State::InDoubt, ..) => (Role::Fair, "unfinished"),
        _ if turn.program.is_none() && !turn.limits.is_empty() => (Role::Bad, "reached a limit"),
        _ if turn.program.is_none() && state.is_bad() => (Role::Bad, "model failed"),
        _ => step_end_of(turn),
    };
    let mut pieces = vec![(role, what.to_owned())];
    let tally = row.tally;
    if tally.calls > 0 {
        pieces.push((Role::Muted, format!("· {}", counted(tally.calls, "call"))));
    }
    if tally.open > 0 && !builder.is_over {
        pieces.push((Role::Plain, format!("· {} in progress", grouped(tally.open.into()))));
    }
    pieces.extend(ended_calls(tally));
    pieces
}

/// Returns the numbers of calls that ended without a reply.
fn ended_calls(tally: Tally) -> Vec<(Role, String)> {
    let mut pieces = Vec::new();
    for (count, role, what) in [
        (tally.failed, Role::Bad, "failed"),
        (tally.cancelled, Role::Fair, "cancelled"),
        (tally.not_sent, Role::Fair, "not sent"),
    ] {
        if count > 0 {
            pieces.push((role, format!("· {} {what}", grouped(count.into()))));
        }
    }
    pieces
}

/// Returns the result of a step in one or two words, with the role for displaying it.
pub(super) fn step_end_of(turn: &TurnNode<'_>) -> (Role, &'static str) {
    let (rating, name) = step_end(turn);
    (role_of(rating), name)
}

pub(super) const fn role_of(rating: Rating) -> Role {
    match rating {
        Rating::Good => Role::Good,
        Rating::Fair => Role::Fair,
        Rating::Bad => Role::Bad,
        Rating::Plain => Role::Plain,
    }
}

fn call_pieces(call: &CallNode<'_>, name: &str, is_of_root: bool) -> Vec<(Role, String)> {
    let mut pieces = Vec::new();
    match (call.child, call.issued) {
        (Some(_), _) => pieces.push((Role::Plain, format!("run {name}"))),
        (None, Some(issued)) if is_of_root => pieces.push((Role::Muted, beginning(&issued.model.model))),
        (None, Some(_)) => pieces.push((Role::Plain, name.to_owned())),
        (None, None) => {}
    }
    match call.settled.map(|settled| &settled.outcome) {
        Some(RecordedOutcome::Reply(_)) if is_of_root => {
            if let Some((input, output)) = call.tokens() {
                pieces.push((Role::Muted, format!("{} → {}", grouped(input.0), grouped(output.0))));
            }
        }
        Some(RecordedOutcome::Reply(reply)) => pieces.push((Role::Muted, format!("→ “{}”", beginning(&reply.text)))),
        Some(outcome @ RecordedOutcome::Failed(error)) if outcome.is_stopped() => {
            pieces.push((Role::Muted, format!("→ {}", beginning(&error.message))));
        }
        Some(RecordedOutcome::Failed(error)) => pieces.push((Role::Bad, format!("→ {}", beginning(&error.message)))),
        Some(RecordedOutcome::Unissued(unissued)) => {
            pieces.push((Role::Fair, format!("→ {}", beginning(&unissued.message))))
        }
        None => {
            if let Some(failed) = call.failed_attempts.last() {
                pieces.push((
                    Role::Fair,
                    format!("attempt {}: {}", failed.attempt, beginning(&failed.error.message)),
                ));
            }
        }
    }
    pieces
}

/// Returns the pieces of a host request's title: its name, its arguments and its answer.
pub(super) fn request_pieces(request: &RequestNode<'_>) -> Vec<(Role, String)> {
    let (name, asked) = match request.asked.map(|asked| &asked.request) {
        Some(HostRequest::Search { query, .. }) => ("search".to_owned(), query.as_str()),
        Some(HostRequest::Tool { name, arguments }) => (beginning(name), arguments.as_str()),
        None => ("request".to_owned(), ""),
    };
    let mut pieces = vec![(Role::Strong, name), (Role::Plain, beginning(asked))];
    match request.answered.map(|answered| &answered.answer) {
        Some(HostAnswer::Hits(hits)) => pieces.push((Role::Muted, format!("→ {}", counted(hits.len(), "passage")))),
        Some(HostAnswer::Value(value)) => pieces.push((Role::Muted, format!("→ {}", beginning(value)))),
        Some(HostAnswer::Failed(failure)) => pieces.push((Role::Bad, format!("→ {}", beginning(&failure.message)))),
        None => {}
    }
    pieces
}

fn end_pieces(ended: Option<&rlm_trace::RunEnded>) -> Vec<(Role, String)> {
    let Some(ended) = ended else { return Vec::new() };
    let mut pieces = Vec::new();
    match &ended.answer {
        Some(answer) => {
            pieces.push((Role::Strong, "answer".to_owned()));
            pieces.push((Role::Plain, beginning(answer)));
        }
        None => {
            let name = outcome_name(Some(&ended.outcome)).to_lowercase();
            pieces.push((Role::Bad, name));
            pieces.extend(ended.message.iter().map(|message| (Role::Plain, beginning(message))));
        }
    }
    pieces
}
