//! Tasks of our own: a question, a context made from a seed, and the answer that follows from how the context was made.
//!
//! Another seed gives other names, numbers and places, so a measurement can be repeated on contexts that nobody has seen.

mod by_code;
mod by_meaning;
mod seeded;

use serde_json::Value;

use seeded::Seeded;

/// A task as its generator makes it.
pub(crate) struct Made {
    pub(crate) question: String,
    pub(crate) context: MadeContext,
    /// The answer, in the form that the question asks for.
    pub(crate) expected: String,
    /// How an answer is compared, as `tasks.json` says it.
    pub(crate) compare: Value,
}

/// What a task's programs read.
pub(crate) enum MadeContext {
    /// One text.
    Text(String),
    /// Files of a folder, by name.
    Folder(Vec<(String, String)>),
    /// A JSON value.
    Json(Value),
}

/// A maker of tasks with its name.
pub(crate) type Maker = (&'static str, fn(&mut Seeded) -> Made);

/// The makers of all tasks.
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

/// Makes a task of the given name from a seed; none where no maker has that name.
pub(crate) fn make(name: &str, seed: u64) -> Option<Made> {
    let (_, maker) = MAKERS.iter().find(|(known, _)| *known == name)?;
    let salt = name
        .bytes()
        .fold(seed, |salt, byte| salt.wrapping_mul(131).wrapping_add(u64::from(byte)));
    Some(maker(&mut Seeded::new(salt)))
}
