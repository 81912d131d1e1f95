//! Running a recorded run again, without a network, and comparing every step.
//!
//! The journal holds the question, the settings, the templates and the replies; the context is given again and compared by
//! its digest. Everything else is computed anew: prompts are rendered, programs run, limits reached. Each request must have
//! the digest that it had, each program its prints, and the end must be the same end.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use rlm_adapters::ReplayModel;
use rlm_context::{Context, Document};
use rlm_model::{
    BoxFuture, Call, CallId, Digest, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply, RunId,
};
use rlm_policy::Limits;
use rlm_scheduler::{SharedLedger, Sharing};
use rlm_trace::{
    CallOutcome, Canonical, ContextSource, Difference, Ending, Event, Journal, JournalOptions, Record, RecordedRun,
    ReplayIndex, RunStarted, Times, canonical,
};
use serde::Serialize;
use serde_json::Value;
use smol_str::SmolStr;

use crate::constrain::Held;
use crate::error::RunError;
use crate::prompt::{PromptError, Prompts};
use crate::result::RunResult;
use crate::run::{Occurrences, Retrieval, Seat, Seats, recorded_digest};
use crate::runner::{Begin, Runner};
use crate::settings::{LoopSettings, RunSettings};

/// A run that was run again and found to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayReport {
    /// The run's id.
    pub run: RunId,
    /// Its outcome, as recorded; none where the journal is unfinished.
    pub outcome: Option<SmolStr>,
    /// Its answer.
    pub answer: Option<String>,
    /// The events that were compared.
    pub compared: usize,
    /// How far the comparison went.
    pub extent: Extent,
}

/// How far a run can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// To its end.
    Whole,
    /// Up to an event that a clock, a person or the end of a process brought about.
    Until {
        /// The event.
        event: String,
    },
}

/// A run can't be replayed, or is not the run that was recorded.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The journal does not begin with the run's start.
    #[error("the journal does not say how the run began")]
    NoStart,
    /// The settings are not of the form that this release writes.
    #[error("the journal's settings can't be read: {detail}")]
    Settings {
        /// What is wrong.
        detail: String,
    },
    /// The templates can't be used.
    #[error(transparent)]
    Prompts(#[from] PromptError),
    /// The recorded calls can't be used.
    #[error(transparent)]
    Calls(#[from] rlm_adapters::ReplayError),
    /// The context is another one.
    #[error("the context is not that of the run: {detail}")]
    Context {
        /// What differs.
        detail: String,
    },
    /// The run could not be carried out again.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run went otherwise.
    #[error("{difference}{detail}")]
    Differs {
        /// Where the two part.
        difference: Difference,
        /// What the replayed call said, where a request differs.
        detail: String,
    },
}

impl ReplayError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoStart => "replay_no_start",
            Self::Settings { .. } => "replay_settings",
            Self::Prompts(error) => error.code(),
            Self::Calls(_) => "replay_no_calls",
            Self::Context { .. } => "replay_context",
            Self::Run(error) => error.code(),
            Self::Differs { .. } => "replay_differs",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoStart | Self::Calls(_) => "there is nothing to replay in this journal",
            Self::Settings { .. } => "replay it with the release that wrote it",
            Self::Prompts(error) => error.hint(),
            Self::Context { .. } => "give the context that the run was given, unchanged",
            Self::Run(error) => error.hint(),
            Self::Differs { .. } => "the journal was changed, or the run was recorded by another release",
        }
    }
}

/// Runs a recorded run again and compares every step.
///
/// # Errors
/// [`ReplayError::Differs`] names the first step that is not as it was recorded; the others say why nothing was compared.
pub async fn replay(recorded: &RecordedRun, context: &Context) -> Result<ReplayReport, ReplayError> {
    let again = run_again(recorded, context).await?;
    let new = canonical(again.records.iter().map(|record| &**record));
    let (compared, extent) = compare(recorded, new, again.result.message.as_deref())?;
    let ended = recorded.events().find_map(|event| match event {
        Event::Outcome(ended) if event.ends_the_run() => Some(ended),
        _ => None,
    });
    Ok(ReplayReport {
        run: again.result.run,
        outcome: ended.map(|ended| ended.outcome.clone()),
        answer: ended.and_then(|ended| ended.answer.clone()),
        compared,
        extent,
    })
}

/// Runs a recorded run again and records what it comes to in this release: its prints and costs, and the same replies.
///
/// The journal is written to `path`, which must not exist. Question, settings and templates are those of the recorded run.
///
/// # Errors
/// [`ReplayError::Differs`] if it asks for what was not asked before: nobody has replied to that. The others are as of
/// [`replay`]. Nothing is written then.
pub async fn record_again(recorded: &RecordedRun, context: &Context, path: &Path) -> Result<RunResult, ReplayError> {
    let again = run_again(recorded, context).await?;
    if again.result.message.as_deref().is_some_and(is_about_the_recording) {
        // The comparison names the step where the two part.
        return replay(recorded, context).await.map(|_| again.result);
    }
    let write = || {
        let journal = Journal::create(path, without_times())?;
        again
            .records
            .iter()
            .try_for_each(|record| journal.write(record.event.clone()).map(|_| ()))
    };
    write().map_err(RunError::from)?;
    Ok(again.result)
}

/// Times differ from run to run, and no comparison looks at them.
fn without_times() -> JournalOptions {
    JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }
}

/// A run that was carried out again.
struct Again {
    result: RunResult,
    records: Vec<Arc<Record>>,
}

/// Carries out a recorded run with the replies that it got.
async fn run_again(recorded: &RecordedRun, context: &Context) -> Result<Again, ReplayError> {
    let started = recorded.events().find_map(|event| match event {
        Event::RunStarted(started) => Some(&**started),
        _ => None,
    });
    let started = started.ok_or(ReplayError::NoStart)?;
    compare_context(recorded, started, context)?;
    let settings = settings_of(started)?;
    // They are no documents, so the context that is given again need not have them.
    let context = &context.clone().with_without_text(settings.without_text.clone());
    let runner = runner(recorded, started, &settings)?;
    // The clock of the recorded run can't be replayed; what it brought about is not compared.
    let limits = Limits {
        seconds: None,
        ..settings.limits.clone()
    };
    let journal = Arc::new(Journal::in_memory(without_times()));
    let begin = Begin {
        journal: Arc::clone(&journal),
        cancel: tokio_util::sync::CancellationToken::new(),
        ledger: SharedLedger::new(&limits),
        occurrences: occurrences(recorded),
        retrieval: match settings.search {
            true => Retrieval::Recorded(Arc::new(ReplayIndex::of(&recorded.records))),
            false => Retrieval::Refused,
        },
        held: settings.constrained.map(|way| Held { way, required: false }),
        started: started.clone(),
    };
    let result = runner.begin(&started.question, context, begin).await?;
    let records = journal.records().unwrap_or_default();
    Ok(Again { result, records })
}

/// Tells whether a run ended since a call was not in the recording.
fn is_about_the_recording(message: &str) -> bool {
    message.starts_with("replay:")
}

fn settings_of(started: &RunStarted) -> Result<RunSettings, ReplayError> {
    serde_json::from_value(Value::Object(started.settings.clone())).map_err(|error| ReplayError::Settings {
        detail: error.to_string(),
    })
}

/// Compares the context's documents with those that were recorded.
fn compare_context(recorded: &RecordedRun, started: &RunStarted, context: &Context) -> Result<(), ReplayError> {
    let differs = |detail: String| Err(ReplayError::Context { detail });
    let documents = context.documents();
    if documents.len() != started.context.len() {
        return differs(format!(
            "it has {} documents, and had {}",
            documents.len(),
            started.context.len()
        ));
    }
    for (number, (now, then)) in documents.iter().zip(&started.context).enumerate() {
        let name = crate::prompt::quoted_line(&then.name, 100);
        if now.name() != &then.name {
            let now = crate::prompt::quoted_line(now.name(), 100);
            return differs(format!("the document `{name}` is called `{now}`"));
        }
        compare_text(recorded, number, then, now).or_else(|(then, now)| {
            differs(format!(
                "the document `{name}` has other text: {then} was recorded, {now} is there"
            ))
        })?;
    }
    if is_shown_as(started, context) {
        return Ok(());
    }
    differs("its documents are shown to programs in another way".to_owned())
}

/// Tells whether programs are shown a context as they were in a recorded run: of what is not compared document by document,
/// its kind, its separator, and names.
#[must_use]
pub fn is_shown_as(started: &RunStarted, context: &Context) -> bool {
    let recorded = |name: &str| started.settings.get(name).and_then(Value::as_str);
    match (recorded("context"), recorded("form")) {
        (Some(digest), _) => digest == context.digest().to_string(),
        (None, Some(form)) => form == context.form_digest().to_string(),
        (None, None) => true,
    }
}

/// Compares a document with what was recorded of it. Returns what differs, as it was and as it is.
fn compare_text(
    recorded: &RecordedRun,
    number: usize,
    then: &ContextSource,
    now: &Document,
) -> Result<(), (String, String)> {
    let differs = |then: Digest, now: Digest| {
        if then == now {
            Ok(())
        } else {
            // Enough to tell two apart.
            let short = |digest: Digest| digest.to_string().chars().take(15).collect();
            Err((short(then), short(now)))
        }
    };
    // Most changes of a file that is not read yet are seen at its ends.
    if let (Some(then), Some(now)) = (then.ends, now.ends_digest()) {
        differs(then, recorded_digest(now))?;
    }
    let later = recorded.events().find_map(|event| match event {
        Event::SourceRead(read) if usize::try_from(read.source) == Ok(number) => Some(read.digest),
        _ => None,
    });
    match then.digest.or(later) {
        Some(then) => differs(then, recorded_digest(now.digest())),
        // The run ended before it was read.
        None if then.bytes == now.size() => Ok(()),
        None => Err((format!("{} bytes", then.bytes), format!("{} bytes", now.size()))),
    }
}

/// Makes a runner whose models answer from the recording.
fn runner(recorded: &RecordedRun, started: &RunStarted, settings: &RunSettings) -> Result<Runner, ReplayError> {
    // A run may end before its first call: at a limit, or cancelled.
    let model = match ReplayModel::of(recorded.clone()) {
        Ok(model) => Some(Arc::new(model)),
        Err(rlm_adapters::ReplayError::NoCalls) => None,
        Err(error) => return Err(error.into()),
    };
    let mut seats = started.models.iter().enumerate().map(|(index, used)| {
        let price = settings.prices.get(index).copied().flatten();
        let window = settings.windows.get(index).copied().flatten();
        let counter = settings.counters.get(index).cloned().flatten();
        (used, price, window, counter)
    });
    let mut next = |sampling: &crate::Sampling| {
        let (used, price, window, counter) = seats.next().ok_or_else(|| ReplayError::Settings {
            detail: "a model is missing".to_owned(),
        })?;
        Ok::<_, ReplayError>(Seat {
            model: Arc::new(Recording {
                identity: used.identity.clone(),
                model: model.clone(),
            }),
            price,
            window,
            counter: counter.as_deref().map(tokenizer).transpose()?,
            fallbacks: Arc::default(),
            sampling: sampling.clone(),
        })
    };
    let (root, sub) = (next(&settings.root)?, next(&settings.sub)?);
    let mut named = BTreeMap::new();
    for name in &settings.model_names {
        named.insert(name.clone(), next(&settings.sub)?);
    }
    let (mut recursive, mut by_depth) = (None, BTreeMap::new());
    for depth in &settings.recursive_models {
        let seat = next(&settings.root)?;
        match depth {
            0 => recursive = Some(seat),
            depth => _ = by_depth.insert(*depth, seat),
        }
    }
    let prompts = Prompts::new(started.templates.iter().cloned())?;
    // What is recorded is the end of all attempts.
    let scheduling = rlm_scheduler::Settings {
        max_attempts: 1,
        longest_outage: std::time::Duration::ZERO,
        sharing: Sharing::Nothing,
        ..rlm_scheduler::Settings::default()
    };
    let seats = Seats {
        root,
        sub,
        recursive,
        by_depth,
        named,
    };
    let settings = LoopSettings {
        limits: settings.limits.clone(),
        on_limit: settings.on_limit,
        recursion: settings.recursion,
        guards: settings.guards.clone(),
        finalization: settings.finalization.clone(),
        echo: settings.echo,
        // The replies are there: nothing is waited for.
        run_ahead: rlm_vm::RunAhead::Off,
        tokenizer: settings.tokenizer.as_deref().map(tokenizer).transpose()?,
    };
    Ok(Runner::new(seats, settings, prompts, scheduling, None))
}

/// Finds a tokenizer by the name that a journal holds.
#[cfg(feature = "tokens")]
fn tokenizer(name: &str) -> Result<Arc<dyn rlm_text::Tokenizer>, ReplayError> {
    let encoding: Result<rlm_tokens::Encoding, _> = name.parse();
    encoding
        .map(|encoding| Arc::new(encoding) as Arc<dyn rlm_text::Tokenizer>)
        .map_err(|error| ReplayError::Settings {
            detail: format!("its tokens were counted by {name}: {error}"),
        })
}

#[cfg(not(feature = "tokens"))]
fn tokenizer(name: &str) -> Result<Arc<dyn rlm_text::Tokenizer>, ReplayError> {
    Err(ReplayError::Settings {
        detail: format!("its tokens were counted by {name}, which this build does not have"),
    })
}

/// A recorded run in the place of one of its models.
struct Recording {
    identity: ModelIdentity,
    model: Option<Arc<ReplayModel>>,
}

impl Model for Recording {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        None
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        match &self.model {
            Some(model) => model.complete(call),
            None => Box::pin(std::future::ready(Err(ModelError::new(
                ModelErrorKind::NoReply,
                format!("replay: call {} is not in the recording", call.id),
            )))),
        }
    }
}

/// Takes the numbers of equal requests from the recording: which of two is the first may hang on which reply came first.
fn occurrences(recorded: &RecordedRun) -> Occurrences {
    let index = ReplayIndex::of(&recorded.records);
    let mut counted: HashMap<Digest, u32> = HashMap::new();
    let mut numbers: BTreeMap<CallId, u32> = BTreeMap::new();
    for (id, call) in index.iter() {
        if let Some(request) = call.request_id {
            numbers.insert(id.clone(), request.occurrence);
            let next = counted.entry(request.digest).or_default();
            *next = (*next).max(request.occurrence.saturating_add(1));
        }
    }
    Occurrences::recorded(numbers, counted)
}

/// Compares the recorded run with the replayed one, as far as it can be.
fn compare(recorded: &RecordedRun, mut new: Canonical, message: Option<&str>) -> Result<(usize, Extent), ReplayError> {
    let mut old = canonical(&recorded.records);
    let index = ReplayIndex::of(&recorded.records);
    let end = old.events.iter().position(|event| is_from_outside(event, &index));
    let unfinished = recorded.ending != Ending::Finished;
    let extent = match end {
        Some(end) => {
            let event = old.events.get(end).map(name_of).unwrap_or_default();
            old.events.truncate(end);
            new.events.truncate(end);
            Extent::Until { event }
        }
        None if unfinished => {
            new.events.truncate(old.events.len());
            Extent::Until {
                event: "the end of the journal".to_owned(),
            }
        }
        None => Extent::Whole,
    };
    match old.first_difference(&new) {
        None => Ok((old.events.len(), extent)),
        Some(difference) => Err(ReplayError::Differs {
            detail: message
                .filter(|text| is_about_the_recording(text))
                .map(|text| format!("; {text}"))
                .unwrap_or_default(),
            difference,
        }),
    }
}

/// Tells whether an event was brought about by a clock, a person, or the end of a process.
fn is_from_outside(event: &rlm_trace::JsonObject, index: &ReplayIndex) -> bool {
    let text = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default();
    let call = || text("id").parse::<CallId>().ok().and_then(|id| index.get(&id));
    match text("kind") {
        "issued" => call().is_none_or(|call| call.outcome.as_ref().is_none_or(ended_from_outside)),
        "asked" => {
            let number = |field: &str| {
                event
                    .get(field)
                    .and_then(Value::as_u64)
                    .and_then(|number| u32::try_from(number).ok())
            };
            let (turn, ordinal) = (
                number("turn").unwrap_or_default(),
                number("ordinal").unwrap_or_default(),
            );
            let run = text("run").parse().unwrap_or_default();
            index
                .request(&run, turn, ordinal)
                .is_none_or(|request| request.answer.is_none())
        }
        "settled" => call()
            .and_then(|call| call.outcome.as_ref())
            .is_some_and(ended_from_outside),
        "program_ran" => text("end") == "cancelled",
        "limit" => text("name") == "DeadlineExceeded",
        "outcome" => matches!(text("outcome"), "cancelled" | "timeout"),
        _ => false,
    }
}

fn ended_from_outside(outcome: &CallOutcome) -> bool {
    match outcome {
        CallOutcome::Reply(_) => false,
        CallOutcome::Failed(error) => error.kind == ModelErrorKind::Cancelled,
        CallOutcome::Unissued(unissued) => matches!(unissued.code.as_str(), "cancelled" | "DeadlineExceeded"),
    }
}

fn name_of(event: &rlm_trace::JsonObject) -> String {
    let field = |name: &str| {
        event
            .get(name)
            .map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
    };
    let kind = field("kind").unwrap_or_default();
    match field("id").or_else(|| field("turn")) {
        Some(place) => format!("{kind} {place}"),
        None => kind,
    }
}
