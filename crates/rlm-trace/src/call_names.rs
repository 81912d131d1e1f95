//! Names for the calls of a program: what differs between them.
//!
//! The calls of a batch usually have the same instruction and different pieces of the context, so
//! that the beginnings of their prompts are all alike. A call is named by the place of its piece,
//! else by the part of its prompt after the common beginning.

use std::collections::BTreeMap;

use rlm_model::{Position, SourceRange};

use crate::{CallIssued, CallNode, ChildStarted, JournalMessage, JournalPart};

/// The maximum number of bytes of a prompt that are compared with other prompts.
const COMPARED_BYTES: usize = 16_000;
/// The maximum gap in bytes between pieces of the context that are named as one.
const GAP_BYTES: u64 = 2;
/// The text in place of a piece of the context whose place is already in the name.
const PIECE: &str = "[…]";

/// Formats the place of a range of the context, such as `incidents.md:17-20`.
pub type PlaceOf<'a> = dyn Fn(SourceRange) -> String + 'a;

/// The names of a turn's calls.
///
/// ```
/// use rlm_model::{Message, Part, Position, Role, SourceRange};
/// use rlm_trace::{CallNames, CallPrompt, JournalMessage};
///
/// let prompt = |line: u64| {
///     let page = Part {
///         text: "It rained again. ".repeat(10).into(),
///         origin: Some(SourceRange { source: 0, start: line * 170, end: line * 170 + 170 }),
///     };
///     let words = Part { text: "What was the weather in this part?\n".into(), origin: None };
///     CallPrompt::of_message(&JournalMessage::of(&Message { role: Role::User, parts: vec![words, page] }))
/// };
/// let at = |index| Position { turn: 1, ordinal: 1, index };
/// let place = |range: SourceRange| format!("diary.md:{}", range.start / 170 + 1);
///
/// let names = CallNames::new([(at(0), prompt(0)), (at(1), prompt(1))], &place, 40);
/// assert_eq!(names.name(at(1)), "diary.md:2");
/// assert_eq!(names.common(at(1)), Some("What was the weather in this part?"));
///
/// let alone = CallNames::new([(at(0), prompt(4))], &place, 40);
/// assert_eq!(alone.name(at(0)), "diary.md:5 “What was the weather in th…”");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallNames {
    names: BTreeMap<Position, String>,
    /// The common beginning of the prompts of each batch.
    common: BTreeMap<u32, String>,
}

/// The prompt of a call, as far as its name depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallPrompt {
    /// The beginning of the prompt, with `None` in place of each piece of the context.
    parts: Vec<Option<String>>,
    /// The pieces of the context in the prompt, merged if they are adjacent.
    pieces: Vec<SourceRange>,
}

impl CallPrompt {
    /// Returns the prompt of a call, or the question of the child run that it started. `None` if
    /// the call was never issued.
    #[must_use]
    pub fn of_call(call: &CallNode<'_>) -> Option<Self> {
        match (call.child, call.issued) {
            (Some(child), _) => Some(Self::of_child(child)),
            (None, Some(issued)) => Some(Self::of_issued(issued)),
            (None, None) => None,
        }
    }

    /// Returns the prompt of a call that was issued.
    #[must_use]
    pub fn of_issued(issued: &CallIssued) -> Self {
        let prompt = issued.messages.own.last().map(Self::of_message).unwrap_or_default();
        Self {
            pieces: merged(issued.given()),
            ..prompt
        }
    }

    /// Returns the question and the context of a child run.
    #[must_use]
    pub fn of_child(child: &ChildStarted) -> Self {
        Self {
            parts: vec![Some(beginning(&child.question).to_owned())],
            pieces: merged(child.given()),
        }
    }

    /// Returns the prompt in a message.
    #[must_use]
    pub fn of_message(message: &JournalMessage) -> Self {
        let mut left = COMPARED_BYTES;
        let mut parts = Vec::new();
        for part in &message.parts {
            parts.push(match part {
                JournalPart::Source(_) => None,
                JournalPart::Text(text) => {
                    let shown = beginning(text.get(..floor(text, left)).unwrap_or(text));
                    left = left.saturating_sub(shown.len());
                    Some(shown.to_owned())
                }
            });
            if left == 0 {
                break;
            }
        }
        Self {
            parts,
            pieces: merged(message.references().collect()),
        }
    }

    /// Returns the text of the prompt in one line.
    fn text(&self) -> String {
        let parts = self.parts.iter().map(|part| part.as_deref().unwrap_or(PIECE));
        one_line(&parts.collect::<String>())
    }
}

/// A call that is being named.
struct Naming {
    position: Position,
    place: Option<String>,
    text: String,
}

impl CallNames {
    /// Names calls of one turn, with at most `width` characters. Calls of a batch with different
    /// prompts have different names.
    pub fn new(calls: impl IntoIterator<Item = (Position, CallPrompt)>, place_of: &PlaceOf<'_>, width: usize) -> Self {
        let mut batches: BTreeMap<u32, Vec<Naming>> = BTreeMap::new();
        for (position, prompt) in calls {
            batches.entry(position.ordinal).or_default().push(Naming {
                position,
                place: place(&prompt.pieces, place_of),
                text: prompt.text(),
            });
        }
        let mut names = Self::default();
        // Calls that a program makes one at a time are compared with each other.
        let (single, batches): (Vec<_>, Vec<_>) = batches.into_iter().partition(|(_, batch)| batch.len() == 1);
        names.add(single.into_iter().flat_map(|(_, batch)| batch).collect(), width);
        for (_, batch) in batches {
            names.add(batch, width);
        }
        names
    }

    /// Returns the name of a call; empty if the call has no prompt.
    #[must_use]
    pub fn name(&self, position: Position) -> &str {
        self.names.get(&position).map_or("", String::as_str)
    }

    /// Returns the common beginning of the prompts of a call's batch, if there is one.
    #[must_use]
    pub fn common(&self, position: Position) -> Option<&str> {
        self.common.get(&position.ordinal).map(String::as_str)
    }

    fn add(&mut self, batch: Vec<Naming>, width: usize) {
        let common = common_beginning(batch.iter().map(|call| call.text.as_str()));
        if let (Some(first), true) = (batch.first(), batch.len() > 1 && common > 0) {
            let text = first.text.get(..common).unwrap_or_default().trim_end();
            let text = text.strip_suffix(PIECE).unwrap_or(text).trim_end();
            if !text.is_empty() {
                for call in &batch {
                    self.common.insert(call.position.ordinal, text.to_owned());
                }
            }
        }
        let mut by_place: BTreeMap<Option<String>, Vec<Naming>> = BTreeMap::new();
        let is_alone = batch.len() == 1;
        for call in batch {
            by_place.entry(call.place.clone()).or_default().push(call);
        }
        let mut named: Vec<(String, Naming)> = Vec::new();
        for (place, calls) in by_place {
            match (place, calls.len()) {
                (Some(place), 1) if !is_alone && common > 0 => {
                    named.extend(calls.into_iter().map(|call| (ending(&place, width), call)));
                }
                (place, _) => add_by_text(&mut named, place.as_deref(), calls, common, width),
            }
        }
        self.add_distinct(named, width);
    }

    /// Adds names, with the number of the call if different calls have the same name.
    fn add_distinct(&mut self, named: Vec<(String, Naming)>, width: usize) {
        let mut by_name: BTreeMap<String, Vec<Naming>> = BTreeMap::new();
        for (name, call) in named {
            by_name.entry(name).or_default().push(call);
        }
        for (name, calls) in by_name {
            let are_equal = calls
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if (&a.place, &a.text) == (&b.place, &b.text)));
            for call in calls {
                let name = if are_equal {
                    name.clone()
                } else {
                    let number = format!(" #{}.{}", call.position.ordinal, call.position.index);
                    shortened(&name, width.saturating_sub(number.chars().count())) + &number
                };
                self.names.insert(call.position, name);
            }
        }
    }
}

/// Names calls at the same place, or at none, by what their prompts have after the first `common`
/// bytes. Among calls whose names are cut before they differ, it starts later.
fn add_by_text(
    named: &mut Vec<(String, Naming)>,
    place: Option<&str>,
    calls: Vec<Naming>,
    common: usize,
    width: usize,
) {
    let mut left = vec![(calls, common)];
    while let Some((calls, common)) = left.pop() {
        let mut by_name: BTreeMap<String, Vec<Naming>> = BTreeMap::new();
        for call in calls {
            let name = name_of(place, &call.text, common, width);
            by_name.entry(name).or_default().push(call);
        }
        for (name, calls) in by_name {
            let longer = common_beginning(calls.iter().map(|call| call.text.as_str()));
            let are_equal = calls.windows(2).all(|pair| matches!(pair, [a, b] if a.text == b.text));
            if longer > common && !are_equal {
                left.push((calls, longer));
            } else {
                named.extend(calls.into_iter().map(|call| (name.clone(), call)));
            }
        }
    }
}

/// Returns the name of a call at a place by its prompt, without the prompt's first bytes.
fn name_of(place: Option<&str>, text: &str, common: usize, width: usize) -> String {
    let rest = text.get(common..).unwrap_or_default().trim_start();
    // The place says which piece follows.
    let rest = rest
        .strip_suffix(PIECE)
        .filter(|_| place.is_some())
        .unwrap_or(rest)
        .trim_end();
    let mark = if common > 0 { "…" } else { "" };
    let place = place.map(|place| ending(place, width.saturating_sub(8).max(width / 2)) + " ");
    let place = place.unwrap_or_default();
    let room = width.saturating_sub(place.chars().count() + 2);
    let said = shortened(&format!("{mark}{rest}"), room);
    match said.as_str() {
        "" | "…" if !place.is_empty() => place.trim_end().to_owned(),
        said => format!("{place}“{said}”"),
    }
}

/// Returns the length in bytes of the texts' common beginning, up to a word boundary. A text alone
/// has nothing in common.
fn common_beginning<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> usize {
    let Some(first) = texts.clone().next().filter(|_| texts.clone().count() > 1) else {
        return 0;
    };
    let common = |text: &str| {
        let pairs = first.char_indices().zip(text.chars());
        let differs = pairs.clone().find(|((_, a), b)| a != b).map(|((at, _), _)| at);
        differs.unwrap_or_else(|| first.len().min(text.len()))
    };
    let end = texts.map(common).min().unwrap_or(0);
    if end == first.len() {
        return end;
    }
    // A number or a word is shown whole.
    let begun = first.get(..end).unwrap_or_default();
    begun
        .rfind(|char: char| !char.is_alphanumeric())
        .and_then(|at| begun.get(at..)?.chars().next().map(|char| at + char.len_utf8()))
        .unwrap_or(0)
}

fn place(pieces: &[SourceRange], place_of: &PlaceOf<'_>) -> Option<String> {
    let (first, more) = pieces.split_first()?;
    let place = place_of(*first);
    Some(match more.len() {
        0 => place,
        more => format!("{place} +{more}"),
    })
}

fn merged(pieces: Vec<SourceRange>) -> Vec<SourceRange> {
    let mut merged: Vec<SourceRange> = Vec::new();
    for piece in pieces {
        match merged.last_mut() {
            Some(last)
                if last.source == piece.source
                    && (last.end..=last.end.saturating_add(GAP_BYTES)).contains(&piece.start) =>
            {
                last.end = piece.end;
            }
            _ => merged.push(piece),
        }
    }
    merged
}

fn beginning(text: &str) -> &str {
    text.get(..floor(text, COMPARED_BYTES)).unwrap_or(text)
}

/// Returns the largest boundary of a character that is not above `most`.
fn floor(text: &str, most: usize) -> usize {
    text.floor_char_boundary(most)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the first `most` characters of a line, the last of which is an ellipsis if it was cut.
fn shortened(line: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let kept = line.chars().take(most.saturating_sub(1));
    kept.chain((most > 0).then_some('…')).collect()
}

/// Returns the last `most` characters of a place, since files in one folder differ at the end.
fn ending(place: &str, most: usize) -> String {
    let chars = place.chars().count();
    if chars <= most {
        return place.to_owned();
    }
    let kept = place.chars().skip(chars - most.saturating_sub(1));
    (most > 0).then_some('…').into_iter().chain(kept).collect()
}
