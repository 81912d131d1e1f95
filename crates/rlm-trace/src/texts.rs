//! Which texts a journal holds: all of them, those that nothing else gives back, or none.

use serde::{Deserialize, Serialize};

/// Which texts a journal holds, for deployments that may not keep all that a run has to do with.
///
/// What is not held is replaced by its digest and its length ([`Withheld`](crate::Withheld)), so that whoever has the text can show that it is the
/// one. The digest of a text that can be guessed can be guessed too: a yes or no is not kept secret by it.
///
/// ```
/// use rlm_model::RunPath;
/// use rlm_trace::{Event, Journal, JournalOptions, JournalTexts, Observation, Withheld};
///
/// let options = JournalOptions { texts: JournalTexts::Digests, ..JournalOptions::default() };
/// let journal = Journal::in_memory(options);
/// let text = "Mr Alder is ill.".to_owned();
/// journal.write(Event::Observation(Observation { run: RunPath::default(), turn: 1, text }))?;
///
/// let kept = &journal.records().unwrap_or_default()[0];
/// let Event::Observation(observation) = &kept.event else { unreachable!("that is what was written") };
/// assert!(observation.text.starts_with("withheld: 16 bytes, b3:"));
/// assert!(observation.text.parse::<Withheld>()?.is_of("Mr Alder is ill."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalTexts {
    /// All of them.
    #[default]
    Full,
    /// Those that a replay can't work out from the context again: the question, prompts' templates, what models reply, and what
    /// tools give. Of what prompts hold and programs print or answer, and of what is said about that, digests stand there; pieces
    /// of the context, in replies too, are references. Replay, resume and fork need the context, as ever, and nothing else.
    References,
    /// None. What can be had is whether the journal was altered, what the run took, and how much of the context was looked at.
    Digests,
}

impl JournalTexts {
    /// serde passes fields by reference.
    pub(crate) const fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}
