//! A model that answers the calls of an earlier run from that run's journal.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use rlm_model::{
    BoxFuture, Call, Message, Model, ModelError, ModelErrorKind, ModelIdentity, Parameters, Price, ReasoningEffort,
    Reply, ReplyForm, Request,
};
use rlm_trace::{
    CallIssued, Event, JournalMessage, JournalPart, JournalTexts, Millis, ReadError, Record, RecordedCall,
    RecordedOutcome, RecordedPrompts, RecordedRun, ReplayIndex, Withheld,
};

use crate::replay_pace::ReplayPace;
use crate::transport::one_line;

/// The error for a journal that can't be replayed as a model.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The journal can't be read, or was altered.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal contains no model calls.
    #[error("the journal contains no model calls to replay")]
    NoCalls,
    /// The journal contains only digests of the models' replies.
    #[error("the journal contains digests or references instead of replies")]
    Withheld,
}

/// A model that answers from the journal of a recorded run: each call gets its recorded outcome,
/// including failures.
///
/// A call is identified by its id. Its request must equal the recorded one: messages, parameters,
/// and the sample number among equal requests. Otherwise, an error names the call and the
/// difference. If the run was resumed, a call that the resumed run made again has several recorded
/// outcomes; the newest whose request is equal counts.
///
/// ```
/// use rlm_adapters::ReplayModel;
/// use rlm_model::{Call, Model};
/// use rlm_trace::{Event, RecordedPrompts, RecordedRun};
///
/// let recorded = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let model = ReplayModel::of(recorded.clone())?;
/// let first = recorded.events().find_map(|event| match event {
///     Event::Issued(issued) => Some(issued),
///     _ => None,
/// });
/// let issued = first.ok_or("no call")?;
/// let request = RecordedPrompts::of(&recorded.records).request(&issued.id, &|_| None)?;
/// let mut call = Call { id: issued.id.clone(), request_id: issued.request_id, request };
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert!(model.complete(&call).await?.text.contains("```repl"));
///
/// call.request_id.occurrence = 1;
/// let error = model.compare(&call).expect_err("that was not asked");
/// assert_eq!(error.kind.code(), "no_reply");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ReplayModel {
    identity: ModelIdentity,
    /// The states of the recording, newest first: at its end, and each time it was resumed.
    states: Vec<State>,
    run: RecordedRun,
    pace: Option<ReplayPace>,
}

/// The state of a recording after its first records.
struct State {
    records: usize,
    index: ReplayIndex,
}

impl ReplayModel {
    /// Loads a replay model from the journal at `path`.
    ///
    /// # Errors
    /// [`RecordingError`] if it can't be read, was altered, or contains no calls.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        Self::of(RecordedRun::read(path)?)
    }

    /// Creates a replay model from a run that was already loaded.
    ///
    /// # Errors
    /// [`RecordingError::NoCalls`] if the run has no calls, [`RecordingError::Withheld`] if its
    /// journal lacks replies.
    pub fn of(run: RecordedRun) -> Result<Self, RecordingError> {
        let states = states(&run.records);
        let index = states
            .first()
            .map(|state| &state.index)
            .ok_or(RecordingError::NoCalls)?;
        let has_quotes = |event: &Event| matches!(event, Event::Settled(settled) if !settled.quoted.is_empty());
        if index.texts() == JournalTexts::Digests || run.events().any(has_quotes) {
            return Err(RecordingError::Withheld);
        }
        let root = index.iter().find(|(id, _)| id.is_root_model());
        let asked = root.or_else(|| index.iter().next());
        let identity = asked.and_then(|(_, recorded)| recorded.model.clone());
        let identity = identity.ok_or(RecordingError::NoCalls)?;
        Ok(Self {
            identity,
            states,
            run,
            pace: None,
        })
    }

    /// Delays each reply by the recorded duration of its call, at a pace. Calls whose duration was
    /// not recorded are answered at once.
    #[must_use]
    pub fn with_pace(mut self, pace: ReplayPace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Returns the time to wait before a call is answered.
    fn delay(&self, call: &Call) -> Duration {
        let recorded = self.recorded(call).ok().and_then(|recorded| recorded.elapsed);
        let delay = recorded.zip(self.pace);
        delay.map_or(Duration::ZERO, |(Millis(millis), pace)| {
            pace.delay(Duration::from_millis(millis))
        })
    }

    fn answer(&self, call: &Call) -> Result<Reply, ModelError> {
        match &self.recorded(call)?.outcome {
            Some(RecordedOutcome::Reply(reply)) => Ok(reply.clone()),
            Some(RecordedOutcome::Failed(error)) => Err(error.clone()),
            Some(RecordedOutcome::Unissued(unissued)) => {
                let message = format!("replay: call {} was not sent: {}", call.id, unissued.message);
                Err(ModelError::new(ModelErrorKind::NoReply, message))
            }
            None => {
                let message = format!("replay: call {} was in flight when the recording ended", call.id);
                Err(ModelError::new(ModelErrorKind::NoReply, message)
                    .with_hint("resume the run instead, which repeats its unfinished calls"))
            }
        }
    }

    /// Checks that the journal holds an equal call, without answering it.
    ///
    /// # Errors
    /// The error of [`complete`](Model::complete) if the recording lacks the call or has a
    /// different one.
    pub fn compare(&self, call: &Call) -> Result<(), ModelError> {
        self.recorded(call).map(drop)
    }

    /// Returns the newest recorded call with the same id and an equal request.
    fn recorded(&self, call: &Call) -> Result<&RecordedCall, ModelError> {
        let mut newest_error = None;
        for state in &self.states {
            let Some(recorded) = state.index.get(&call.id) else {
                continue;
            };
            match self.verify(call, recorded, state) {
                Ok(()) => return Ok(recorded),
                Err(error) => _ = newest_error.get_or_insert(error),
            }
        }
        Err(newest_error.unwrap_or_else(|| differs(format!("replay: call {} is not in the recording", call.id))))
    }

    /// Returns an error if a call differs from the recorded one. The comparison of digests uses the
    /// recorded model, so that a replay doesn't have to name the model.
    fn verify(&self, call: &Call, recorded: &RecordedCall, state: &State) -> Result<(), ModelError> {
        // A call without a request can't be compared.
        let (Some(then), Some(model)) = (recorded.request_id, &recorded.model) else {
            return Ok(());
        };
        let difference = if self.as_issued(call, state).digest(model) != then.digest {
            self.difference(call, state)
        } else if call.request_id.occurrence != then.occurrence {
            let now = call.request_id.occurrence;
            format!(
                "it is sample {now} of its request instead of sample {}",
                then.occurrence
            )
        } else {
            return Ok(());
        };
        Err(differs(format!(
            "replay: call {} differs from the recording: {difference}",
            call.id
        )))
    }

    /// Returns the request as the run issued it, which is what journals record. The budget may have
    /// shortened its output limit since; then its digest is no longer that of its id.
    fn as_issued<'c>(&self, call: &'c Call, state: &State) -> Cow<'c, Request> {
        let mut request = Cow::Borrowed(&call.request);
        if call.request.digest(&self.identity) != call.request_id.digest
            && let Some(issued) = self.issued(call, state)
        {
            request.to_mut().parameters.max_output = issued.parameters.max_output;
        }
        request
    }

    fn difference(&self, call: &Call, state: &State) -> String {
        let prompts = RecordedPrompts::of(self.records(state));
        let then = match prompts.journal_messages(&call.id) {
            Ok(then) => then,
            Err(error) => return error.to_string(),
        };
        let now = &call.request.messages;
        if then.len() != now.len() {
            return format!("it has {} messages instead of {}", now.len(), then.len());
        }
        let messages = then.into_iter().zip(now).enumerate();
        let different = messages.map(|(place, (then, now))| Some((place + 1, message_difference(then, now)?)));
        if let Some((place, difference)) = different.flatten().next() {
            return format!("message {place} {difference}");
        }
        let difference = self.issued(call, state).and_then(|issued| {
            let form = call.request.form.as_ref().map(ReplyForm::recorded);
            parameters_difference(&issued.parameters, &call.request.parameters)
                .or_else(|| (issued.form != form).then(|| "its reply format differs".to_owned()))
        });
        difference.unwrap_or_else(|| "it contains a different piece of the context".to_owned())
    }

    fn issued(&self, call: &Call, state: &State) -> Option<&CallIssued> {
        self.records(state).iter().rev().find_map(|record| match &record.event {
            Event::Issued(issued) if issued.id == call.id => Some(&**issued),
            _ => None,
        })
    }

    fn records(&self, state: &State) -> &[Record] {
        self.run.records.get(..state.records).unwrap_or_default()
    }
}

impl crate::ReachableModel for ReplayModel {}

impl Model for ReplayModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let delay = self.delay(call);
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            self.answer(call)
        })
    }
}

/// Returns the states of a recording, newest first.
fn states(records: &[Record]) -> Vec<State> {
    let resumed = records.iter().enumerate().rev();
    let resumed = resumed.filter(|(_, record)| matches!(record.event, Event::Resumed(_)));
    let ends = std::iter::once(records.len()).chain(resumed.map(|(place, _)| place));
    ends.map(|end| State {
        records: end,
        index: ReplayIndex::of(records.iter().take(end)),
    })
    .collect()
}

fn differs(message: String) -> ModelError {
    ModelError::new(ModelErrorKind::NoReply, message)
        .with_hint("the question, the context, the settings or the prompts differ from those of the recorded run")
}

/// Describes the difference between a recorded message and the current one, as far as the recording
/// contains its text.
fn message_difference(then: &JournalMessage, now: &Message) -> Option<String> {
    if then.role != now.role {
        return Some(format!(
            "is from {} instead of {}",
            now.role.as_str(),
            then.role.as_str()
        ));
    }
    let content = now.content();
    let mut rest = content.as_str();
    for part in &then.parts {
        match part {
            JournalPart::Text(text) => match (after(rest, text), text.parse::<Withheld>()) {
                (Some(after), _) => rest = after,
                (None, Ok(Withheld { bytes, .. })) => {
                    let at = content.len() - rest.len();
                    return Some(format!("differs at byte {at}, where {bytes} bytes are withheld"));
                }
                (None, Err(_)) => return Some(text_difference(text, rest, content.len() - rest.len())),
            },
            JournalPart::Source(range) => {
                let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
                match rest.get(length..) {
                    Some(after) => rest = after,
                    None => return Some("contains a different piece of the context".to_owned()),
                }
            }
        }
    }
    (!rest.is_empty()).then(|| format!("continues with `{}`", one_line(rest, 40)))
}

/// Returns what follows a recorded text in the current one. The recorded text may be a digest.
fn after<'t>(now: &'t str, then: &str) -> Option<&'t str> {
    now.strip_prefix(then).or_else(|| {
        let withheld: Withheld = then.parse().ok()?;
        let (same, after) = now.split_at_checked(usize::try_from(withheld.bytes).ok()?)?;
        withheld.is_of(same).then_some(after)
    })
}

fn text_difference(then: &str, now: &str, before: usize) -> String {
    let same = then
        .char_indices()
        .zip(now.chars())
        .find(|((_, then), now)| then != now);
    let place = same.map_or(then.len().min(now.len()), |((place, _), _)| place);
    let shown = |text: &str| one_line(text.get(place..).unwrap_or_default(), 40);
    format!(
        "has `{}` at byte {} instead of `{}`",
        shown(now),
        before + place,
        shown(then)
    )
}

fn parameters_difference(then: &Parameters, now: &Parameters) -> Option<String> {
    let difference =
        |name: &str, then: String, now: String| (then != now).then(|| format!("its {name} is {now} instead of {then}"));
    difference("output limit", then.max_output.to_string(), now.max_output.to_string())
        .or_else(|| difference("temperature", shown(then.temperature), shown(now.temperature)))
        .or_else(|| difference("seed", shown(then.seed), shown(now.seed)))
        .or_else(|| difference("stop list", format!("{:?}", then.stop), format!("{:?}", now.stop)))
        .or_else(|| {
            let shown = |effort: &Parameters| shown(effort.reasoning_effort.map(ReasoningEffort::as_str));
            difference("reasoning effort", shown(then), shown(now))
        })
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "unset".to_owned(), |value| value.to_string())
}
