//! The start of a recorded run, and checks that the supplied context and tools match it.

use std::borrow::Cow;

use rlm_calls::recorded_digest;
use rlm_context::{Context, Document};
use rlm_core::RunSettings;
use rlm_model::{Digest, SourceRange};
use rlm_policy::Limits;
use rlm_trace::{Change, ContextSource, Event, JournalTexts, RecordedRun, RunStarted};
use serde_json::Value;
use sift_text::SourceId;

use crate::error::ReplayError;

/// Returns the start of a recorded run, if its journal holds the texts that a re-execution needs.
pub(crate) fn started_of(recorded: &RecordedRun) -> Result<&RunStarted, ReplayError> {
    let started = recorded.events().find_map(|event| match event {
        Event::RunStarted(started) => Some(&**started),
        _ => None,
    });
    match started {
        None => Err(ReplayError::NoStart),
        Some(started) if started.texts == JournalTexts::Digests => Err(ReplayError::Withheld),
        Some(started) => Ok(started),
    }
}

/// Returns a recorded run with the text of the quotes in its replies restored, if its journal holds
/// references to them.
pub(crate) fn with_quotes<'r>(
    recorded: &'r RecordedRun,
    context: &Context,
) -> Result<Cow<'r, RecordedRun>, ReplayError> {
    if JournalTexts::of(&recorded.records) == JournalTexts::Full {
        return Ok(Cow::Borrowed(recorded));
    }
    let resolve = |range: SourceRange| {
        let bytes = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        Some(context.document(SourceId(range.source))?.as_str().get(bytes)?.into())
    };
    let whole = recorded.with_quotes(&resolve);
    whole.map(Cow::Owned).map_err(|error| ReplayError::Context {
        detail: error.to_string(),
    })
}

/// Parses the limits of a change.
pub(crate) fn limits_of(change: &Change) -> Result<Option<Limits>, ReplayError> {
    let limits = change
        .limits
        .clone()
        .map(|limits| serde_json::from_value(Value::Object(limits)));
    limits.transpose().map_err(|error| ReplayError::Settings {
        detail: error.to_string(),
    })
}

/// Parses the settings of a recorded run.
pub(crate) fn settings_of(started: &RunStarted) -> Result<RunSettings, ReplayError> {
    serde_json::from_value(Value::Object(started.settings.clone())).map_err(|error| ReplayError::Settings {
        detail: error.to_string(),
    })
}

/// Checks that a context is the one of a recorded run.
///
/// ```
/// # use rlm_context::{Context, ContextSpec, LoadOptions, load};
/// # use rlm_runs::check_context;
/// # use rlm_trace::RecordedRun;
/// let recorded = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let folder = LoadOptions { base: Some("../../examples/recorded".into()), ..LoadOptions::default() };
/// let context = load(&[ContextSpec::path("tidewatch")], &folder)?.context;
/// check_context(&recorded, &context)?;
/// assert!(check_context(&recorded, &Context::from_text("something else")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::NoStart`], [`ReplayError::Withheld`], or [`ReplayError::Context`] with the
/// difference.
pub fn check_context(recorded: &RecordedRun, context: &Context) -> Result<(), ReplayError> {
    compare_context(recorded, started_of(recorded)?, context)
}

/// Compares the context's documents with the recorded ones.
pub(crate) fn compare_context(
    recorded: &RecordedRun,
    started: &RunStarted,
    context: &Context,
) -> Result<(), ReplayError> {
    let differs = |detail: String| Err(ReplayError::Context { detail });
    let documents = context.documents();
    if documents.len() != started.context.len() {
        return differs(format!(
            "expected {} documents, got {}",
            started.context.len(),
            documents.len()
        ));
    }
    for (number, (now, then)) in documents.iter().zip(&started.context).enumerate() {
        let name = rlm_prompt::quoted_line(&then.name, 100);
        if now.name() != &then.name {
            let now = rlm_prompt::quoted_line(now.name(), 100);
            return differs(format!("expected document `{name}`, got `{now}`"));
        }
        compare_text(recorded, number, then, now).or_else(|(then, now)| {
            differs(format!(
                "the text of document `{name}` differs: expected {then}, got {now}"
            ))
        })?;
    }
    if is_shown_as(started, context) {
        return Ok(());
    }
    differs("its documents are presented to programs differently".to_owned())
}

/// Returns `true` if a context is presented to programs as in a recorded run. Compares its kind,
/// its separator and its names, which are not part of the comparison by document.
///
/// ```
/// # use rlm_context::Context;
/// # use rlm_runs::is_shown_as;
/// # use rlm_trace::{Event, RecordedRun};
/// let recorded = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let Some(Event::RunStarted(started)) = recorded.events().next() else { unreachable!("it begins so") };
/// let reviews = std::fs::read_to_string("../../examples/recorded/reviews/kettle.jsonl")?;
/// assert!(!is_shown_as(started, &Context::from_text(reviews)), "as a text of no name");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn is_shown_as(started: &RunStarted, context: &Context) -> bool {
    let recorded = |name: &str| started.settings.get(name).and_then(Value::as_str);
    match (recorded("context"), recorded("form")) {
        (Some(digest), _) => digest == context.digest().to_string(),
        (None, Some(form)) => form == context.form_digest().to_string(),
        (None, None) => true,
    }
}

/// Compares a document with the recorded one. On a difference, returns the recorded and the current
/// value.
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
            // A prefix is enough to distinguish two digests.
            let short = |digest: Digest| digest.to_string().chars().take(15).collect();
            Err((short(then), short(now)))
        }
    };
    // Most changes of a file that is not read yet are detected at its ends.
    if let (Some(then), Some(now)) = (then.ends, now.ends_digest()) {
        differs(then, recorded_digest(now))?;
    }
    let later = recorded.events().find_map(|event| match event {
        Event::SourceRead(read) if usize::try_from(read.source) == Ok(number) => Some(read.digest),
        _ => None,
    });
    match then.digest.or(later) {
        Some(then) => differs(then, recorded_digest(now.digest())),
        // The run ended before the file was read.
        None if then.bytes == now.size() => Ok(()),
        None => Err((format!("{} bytes", then.bytes), format!("{} bytes", now.size()))),
    }
}
