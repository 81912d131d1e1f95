//! Names the calls of a program by what differs between them: the place in the context that each
//! was given, or the part of its prompt after the beginning that all have in common.

use std::collections::{BTreeMap, BTreeSet};

use rlm_model::{CallId, Position, SourceRange};
use rlm_trace::{CallNode, JournalPart, Tree, TurnNode};

use crate::figures::shortened;
use crate::places::Places;
use crate::sources::Texts;

/// The number of characters of a prompt by which calls are grouped.
const ALIKE: usize = 24;
/// The maximum number of characters of a name.
const NAME: usize = 70;
/// The maximum number of characters of a prompt that are compared.
const COMPARED: usize = 2_000;

/// Calls of a program whose prompts begin alike.
#[derive(Debug)]
pub(crate) struct Batch<'t, 'a> {
    /// The beginning that the prompts have in common, as one line.
    pub(crate) common: String,
    pub(crate) calls: Vec<NamedCall<'t, 'a>>,
}

/// A call of a program with its name.
#[derive(Debug)]
pub(crate) struct NamedCall<'t, 'a> {
    pub(crate) position: Position,
    pub(crate) call: &'t CallNode<'a>,
    pub(crate) name: String,
}

/// The naming of calls.
#[derive(Clone, Copy)]
pub(crate) struct Naming<'n, 'a> {
    pub(crate) places: &'n Places<'a>,
    pub(crate) texts: Texts<'a>,
    /// Whether prompts must not be shown.
    pub(crate) is_private: bool,
}

impl<'a> Naming<'_, 'a> {
    /// Returns the names of the calls of all programs of a run and its child runs.
    pub(crate) fn all(self, tree: &Tree<'a>) -> BTreeMap<CallId, String> {
        let mut names = BTreeMap::new();
        for (run, node) in &tree.runs {
            for call in node
                .turns
                .values()
                .flat_map(|turn| self.batches(turn))
                .flat_map(|batch| batch.calls)
            {
                let position = call.position;
                names.insert(
                    CallId {
                        run: run.clone(),
                        position,
                    },
                    call.name,
                );
            }
        }
        names
    }

    /// Groups the calls of a turn's program by the beginnings of their prompts, and names each.
    pub(crate) fn batches<'t>(self, turn: &'t TurnNode<'a>) -> Vec<Batch<'t, 'a>> {
        let mut groups: BTreeMap<Position, Group<'t, 'a>> = BTreeMap::new();
        let mut firsts: BTreeMap<(bool, String), Position> = BTreeMap::new();
        for (position, call) in turn.sub_calls() {
            let prompt = if self.is_private {
                String::new()
            } else {
                prompt(call, &self.texts)
            };
            let beginning: String = prompt.chars().take(ALIKE).collect();
            let first = *firsts.entry((call.child.is_some(), beginning)).or_insert(*position);
            groups.entry(first).or_default().push((*position, call, prompt));
        }
        groups.into_values().map(|group| named(group, self.places)).collect()
    }
}

type Group<'t, 'a> = Vec<(Position, &'t CallNode<'a>, String)>;

fn named<'t, 'a>(group: Group<'t, 'a>, places: &Places<'_>) -> Batch<'t, 'a> {
    let common = common_prefix(group.iter().map(|(_, _, prompt)| prompt.as_str())).to_owned();
    let at: Vec<Option<String>> = group.iter().map(|(_, call, _)| places.names(&given(call))).collect();
    let distinct: BTreeSet<&String> = at.iter().flatten().collect();
    let places_differ = distinct.len() == group.len();
    let is_alone = group.len() == 1;
    let calls = group.into_iter().zip(&at).map(|((position, call, prompt), at)| {
        let rest = shortened(prompt.get(common.len()..).unwrap_or_default(), NAME);
        let name = match at {
            Some(at) if places_differ => at.clone(),
            _ if is_alone || rest.is_empty() => shortened(&prompt, NAME),
            Some(at) => format!("{at}: {rest}"),
            None => rest,
        };
        NamedCall { position, call, name }
    });
    let calls = calls.collect();
    Batch {
        common: shortened(&common, NAME),
        calls,
    }
}

/// Returns the ranges of the context that a call was given.
pub(crate) fn given(call: &CallNode<'_>) -> Vec<SourceRange> {
    let issued = call.issued.map(rlm_trace::CallIssued::given);
    issued
        .or_else(|| call.child.map(rlm_trace::ChildStarted::given))
        .unwrap_or_default()
}

/// Returns the beginning of the prompt of a call.
fn prompt(call: &CallNode<'_>, texts: &Texts<'_>) -> String {
    if let Some(child) = call.child {
        return child.question.chars().take(COMPARED).collect();
    }
    let mut prompt = String::new();
    let parts = call
        .issued
        .and_then(|issued| issued.messages.own.last())
        .map(|message| message.parts.as_slice());
    for part in parts.unwrap_or_default() {
        match part {
            JournalPart::Text(text) => prompt.extend(text.chars().take(COMPARED)),
            JournalPart::Source(range) => prompt.extend(texts.words(*range).unwrap_or("…").chars().take(COMPARED)),
        }
        if prompt.len() >= COMPARED {
            break;
        }
    }
    prompt
}

/// Returns the beginning that all texts have in common, up to the start of a word. Empty for a
/// single text.
fn common_prefix<'s>(texts: impl Iterator<Item = &'s str> + Clone) -> &'s str {
    let mut all = texts.clone();
    let Some(first) = all.next() else { return "" };
    let mut common: Option<usize> = None;
    for text in all {
        let alike = first.chars().zip(text.chars()).take_while(|(a, b)| a == b);
        let bytes = alike.map(|(char, _)| char.len_utf8()).sum();
        common = Some(common.map_or(bytes, |common| common.min(bytes)));
    }
    let prefix = first.get(..common.unwrap_or(0)).unwrap_or_default();
    let is_whole = texts.clone().any(|text| text.len() == prefix.len());
    if is_whole {
        return prefix;
    }
    let end = prefix.rfind(|char: char| !char.is_alphanumeric());
    end.and_then(|at| Some(at + prefix.get(at..)?.chars().next()?.len_utf8()))
        .and_then(|end| prefix.get(..end))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_beginnings_end_before_a_word() {
        let common = |texts: &[&str]| common_prefix(texts.iter().copied()).to_owned();
        assert_eq!(
            common(&["Is it late? order 4711", "Is it late? order 4712"]),
            "Is it late? order "
        );
        assert_eq!(common(&["What is a horse?", "What is a house?"]), "What is a ");
        assert_eq!(common(&["alone"]), "");
        assert_eq!(common(&["same", "same"]), "same");
        assert_eq!(common(&["größer", "größte"]), "");
    }
}
