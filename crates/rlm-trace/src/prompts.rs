//! The prompts that each model received, rendered verbatim from a journal.

use std::collections::BTreeMap;
use std::sync::Arc;

use rlm_model::{CallId, Message, RecordedForm, ReplyForm, Request, SourceRange};

use crate::{CallIssued, Event, JournalMessage, JournalTexts, Record, UnresolvedSource};

/// An index of the requests in a journal, which renders the prompts that models received. Borrows
/// the journal's events.
///
/// ```
/// use rlm_model::CallId;
/// use rlm_trace::{RecordedPromptError, RecordedPrompts, RecordedRun};
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let context = std::fs::read_to_string("../../examples/recorded/reviews/kettle.jsonl")?;
/// let prompts = RecordedPrompts::of(&run.records);
/// // The first call of the first turn's program, as the sub-model received it.
/// let request = prompts.request(&"1.1.0".parse()?, &|range| {
///     Some(context.get(range.start as usize..range.end as usize)?.into())
/// })?;
/// assert_eq!(request.messages.len(), 2);
/// assert!(request.messages[1].content().contains(&context[31..112]));
///
/// let none = prompts.journal_messages(&CallId::root(9, 0, 0));
/// assert!(matches!(none, Err(RecordedPromptError::UnknownCall { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RecordedPrompts<'a> {
    /// The requests, keyed by call id and line, since a call that was issued again after a resume
    /// occurs twice.
    calls: BTreeMap<(&'a CallId, u64), &'a CallIssued>,
    texts: JournalTexts,
}

/// An error of rendering a request from a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordedPromptError {
    /// The journal holds no request of the call.
    #[error("no request of call {call} in the journal")]
    UnknownCall {
        /// The id of the call.
        call: CallId,
    },
    /// The request repeats messages of an earlier call that the journal does not hold.
    #[error("the request of call {call} repeats messages of call {earlier}, which are not in the journal before it")]
    BrokenRepeat {
        /// The id of the call whose request was to be rendered.
        call: CallId,
        /// The id of the earlier call that the request repeats.
        earlier: CallId,
    },
    /// The journal holds only digests of the request's texts.
    #[error("the journal contains digests instead of the messages of call {call}")]
    Withheld {
        /// The id of the call.
        call: CallId,
    },
    /// The request refers to a range of the context whose text is not available.
    #[error(transparent)]
    Unresolved(#[from] UnresolvedSource),
}

impl RecordedPromptError {
    /// Returns a suggestion for the user on how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::UnknownCall { .. } => "`rlm trace RUN --calls` lists its calls",
            Self::BrokenRepeat { .. } => "rlm does not write such journals: read it with the program that wrote it",
            Self::Withheld { .. } => "record journals with --journal-texts full to recreate their requests",
            Self::Unresolved(_) => "give the context of the recorded run, unchanged",
        }
    }
}

impl<'a> RecordedPrompts<'a> {
    /// Indexes the requests in a journal's records.
    pub fn of(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut prompts = Self::default();
        for record in records {
            match &record.event {
                Event::Issued(call) => _ = prompts.calls.insert((&call.id, record.line), &**call),
                Event::RunStarted(started) => prompts.texts = started.texts,
                _ => {}
            }
        }
        prompts
    }

    /// Renders the request of a call, as the model received it. If the call was issued again,
    /// returns its last request. The grammar that constrained the reply is missing, since journals
    /// only hold its name. `resolve` returns the text of a range of the context, or `None` if there
    /// is no such range.
    ///
    /// # Errors
    /// See [`RecordedPromptError`].
    pub fn request(
        &self,
        id: &CallId,
        resolve: &dyn Fn(SourceRange) -> Option<Arc<str>>,
    ) -> Result<Request, RecordedPromptError> {
        let unknown = || RecordedPromptError::UnknownCall { call: id.clone() };
        let (_, call) = self.issued_before(id, u64::MAX).ok_or_else(unknown)?;
        if self.texts != JournalTexts::Full {
            return Err(RecordedPromptError::Withheld { call: id.clone() });
        }
        let messages = self.journal_messages(id)?;
        let messages = messages.into_iter().map(|message| message.render(resolve));
        let messages = messages.collect::<Result<Vec<Message>, UnresolvedSource>>()?;
        let form = match &call.form {
            Some(RecordedForm::Json(schema)) => Some(ReplyForm::Json(Arc::new(schema.clone()))),
            Some(RecordedForm::Grammar { .. }) | None => None,
        };
        Ok(Request::new(messages, call.parameters.clone()).with_form(form))
    }

    /// Returns all messages of a call's request in their stored form, the repeated ones first.
    ///
    /// # Errors
    /// [`RecordedPromptError::UnknownCall`], [`RecordedPromptError::BrokenRepeat`].
    pub fn journal_messages(&self, id: &CallId) -> Result<Vec<&'a JournalMessage>, RecordedPromptError> {
        let unknown = || RecordedPromptError::UnknownCall { call: id.clone() };
        let (mut line, mut call) = self.issued_before(id, u64::MAX).ok_or_else(unknown)?;
        // From the last messages to the first. Each step goes to an earlier line, so that the loop
        // ends for any journal.
        let mut segments: Vec<&'a [JournalMessage]> = vec![&call.messages.own];
        while let Some(repeated) = &call.messages.repeated {
            let broken = || RecordedPromptError::BrokenRepeat {
                call: call.id.clone(),
                earlier: repeated.call.clone(),
            };
            let mut wanted = repeated.messages as usize;
            (line, call) = self.issued_before(&repeated.call, line).ok_or_else(broken)?;
            // If fewer messages are needed than the earlier call itself repeats, all of them are in
            // a still earlier call.
            while let Some(further) = call
                .messages
                .repeated
                .as_ref()
                .filter(|further| wanted <= further.messages as usize)
            {
                (line, call) = self.issued_before(&further.call, line).ok_or_else(broken)?;
            }
            let before = call
                .messages
                .repeated
                .as_ref()
                .map_or(0, |further| further.messages as usize);
            wanted = wanted.saturating_sub(before);
            segments.push(call.messages.own.get(..wanted).ok_or_else(broken)?);
        }
        Ok(segments.into_iter().rev().flatten().collect())
    }

    fn issued_before(&self, id: &CallId, line: u64) -> Option<(u64, &'a CallIssued)> {
        let mut earlier = self.calls.range((id, 0)..(id, line));
        let ((_, line), call) = earlier.next_back()?;
        Some((*line, call))
    }
}
