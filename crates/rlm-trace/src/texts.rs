//! Which texts a journal stores in full: all, only those that can't be recomputed, or none.

use serde::{Deserialize, Serialize};

/// Which texts a journal stores in full, for deployments that must not store all texts of a run.
///
/// All other texts are replaced by their digest and length ([`Withheld`](crate::Withheld)), so that
/// an owner of the text can prove that it matches. The digest doesn't protect a text that can be
/// guessed, such as a yes or no.
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
    /// The journal stores all texts.
    #[default]
    Full,
    /// The journal stores only texts that a replay can't recompute from the context: the question,
    /// prompt templates, model replies and tool results. Digests replace prompts, program output,
    /// answers and messages about these. References replace pieces of the context, in replies too.
    /// Replay, resume and fork need only the context, as always.
    References,
    /// The journal stores no texts, only their digests. It still shows whether it was altered, the
    /// run's totals, and the coverage of the context.
    Digests,
}

impl JournalTexts {
    /// Returns `true` if the journal stores all texts. Takes a reference because serde passes one.
    pub(crate) const fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}
