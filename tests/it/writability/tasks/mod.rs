//! Generated tasks: a question, a context generated from a seed, and the answer that follows from
//! it.
//!
//! Another seed produces other names, numbers and places, so that a measurement can be repeated on
//! unseen contexts.

mod by_code;
mod by_meaning;
mod seeded;

use serde_json::Value;

use seeded::Seeded;

/// A generated task.
pub(crate) struct Made {
    pub(crate) question: String,
    pub(crate) context: MadeContext,
    /// The expected answer, in the format that the question asks for.
    pub(crate) expected: String,
    /// The comparison method, in the format of `tasks.json`.
    pub(crate) compare: Value,
}

/// The context of a generated task.
pub(crate) enum MadeContext {
    /// One text.
    Text(String),
    /// The files of a folder, by name.
    Folder(Vec<(String, String)>),
    /// A JSON value.
    Json(Value),
}

/// The name and the function of a task generator.
pub(crate) type Maker = (&'static str, fn(&mut Seeded) -> Made);

/// All task generators.
pub(crate) const MAKERS: &[Maker] = &[
    ("harbour-fees", by_code::harbour_fees),
    ("sensor-silence", by_code::sensor_silence),
    ("recipe-cards", by_code::recipe_cards),
    ("release-notes", by_code::release_notes),
    ("ledger-categories", by_code::ledger_categories),
    ("head-count", by_code::head_count),
    ("missing-translations", by_code::missing_translations),
    ("moved-meeting", by_code::moved_meeting),
    ("spare-key-letters", by_meaning::spare_key_letters),
    ("review-moods", by_meaning::review_moods),
    ("ticket-topics", by_meaning::ticket_topics),
    ("otter-interviews", by_meaning::otter_interviews),
];

/// Generates the task with a name from a seed; `None` if there is no such generator.
pub(crate) fn make(name: &str, seed: u64) -> Option<Made> {
    let (_, maker) = MAKERS.iter().find(|(known, _)| *known == name)?;
    let salt = name
        .bytes()
        .fold(seed, |salt, byte| salt.wrapping_mul(131).wrapping_add(u64::from(byte)));
    Some(maker(&mut Seeded::new(salt)))
}
