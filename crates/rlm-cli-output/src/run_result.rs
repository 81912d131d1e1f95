//! Formats the result of a run as text and as JSON.

use rlm_answer::{Citation, Quote, Verdict};
use rlm_core::{AnswerMethod, RunError, RunResult};
use rlm_model::Cost;
use rlm_policy::{LimitReached, Outcome};
use rlm_report::figures::share;
use rlm_trace::{CoverageSummary, Totals};

use crate::answer_file::AnswerFile;
use crate::console::Console;
use crate::failure::Failure;
use crate::metrics;
use crate::schemas::{self, value};
use crate::text::{journal_name, shortened};

/// The maximum number of characters shown of a quote.
const QUOTE_CHARS: usize = 100;
/// The maximum number of citations shown, and of quotes that were not found in the context.
const SHOWN_PLACES: usize = 20;

/// Shows the result of a run: the answer on standard output or in the output file, everything else
/// on standard error.
///
/// # Errors
/// [`Failure::Output`], [`Failure::AnswerFile`].
pub fn show(
    result: &RunResult,
    with_json: bool,
    file: Option<&mut AnswerFile>,
    console: Console,
) -> Result<(), Failure> {
    say(result, console);
    let kept = match (file, &result.answer) {
        (Some(file), Some(answer)) => file.write(answer),
        (Some(_), None) => Ok(()),
        (None, Some(answer)) if !with_json => return console.result_line(answer),
        (None, _) => Ok(()),
    };
    if with_json {
        console.json(&json(result))?;
    } else if let (Err(_), Some(answer)) = (&kept, &result.answer) {
        // The answer has cost money, so it is not lost if its file can't be written.
        console.result_line(answer)?;
    }
    kept
}

/// Writes the citations, notes, coverage and totals of a run to standard error.
pub fn say(result: &RunResult, console: Console) {
    if let Some(note) = result.partial_note() {
        console.warn(&note);
    }
    for (number, citation) in result.citations.iter().take(SHOWN_PLACES).enumerate() {
        console.say(&format!("[{}] {}", number + 1, cited(citation)));
    }
    let citations = result.citations.len();
    if citations > SHOWN_PLACES {
        console.say(&format!(
            "{SHOWN_PLACES} of {citations} citations are shown; --json lists all"
        ));
    }
    say_quotes(&result.quotes, Verdict::Unverified, "not in the context:", console);
    say_quotes(&result.quotes, Verdict::NotLookedFor, "not checked:", console);
    for note in &result.notes {
        console.say(&format!("note: {}", shortened(&note.text, 200)));
    }
    if result.answer.is_none() {
        let message = result.message.as_deref().unwrap_or("no answer");
        let error = console.painted("31", "error:");
        console.say(&format!("{error} {}", crate::text::one_line(message)));
    }
    if let Some(coverage) = read_at_once(result).or_else(|| covered(result.coverage)) {
        console.say(&coverage);
    }
    let kept = if result.journal.is_some() {
        ""
    } else {
        ", no journal kept"
    };
    let met = result.limits_met().collect::<Vec<_>>().join(", ");
    let met = if met.is_empty() {
        met
    } else {
        format!(", reached {met}")
    };
    console.say(&format!(
        "{}{met}, run {}{kept}",
        metrics::totals(&result.totals),
        result.run
    ));
    if let Some(journal) = &result.journal
        && result.answer.is_none()
        && result.totals.turns > 0
    {
        console.say(&format!("to see the steps: rlm trace {}", journal_name(journal)));
    }
    if let Some(command) = resume_command(result) {
        console.say(&format!("to resume: {command}"));
    }
}

/// Returns the command that may continue a run without an answer, if any: `rlm resume
/// 20261121-034755-k3f9x2 --max-steps 80`.
fn resume_command(result: &RunResult) -> Option<String> {
    let flag = match &result.outcome {
        Outcome::Cancelled | Outcome::ProviderError => String::new(),
        Outcome::Timeout => " --max-seconds N".to_owned(),
        Outcome::BudgetExceeded { limit } => match limit {
            LimitReached::MaxStepsExceeded { limit } => format!(" --max-steps {}", limit.saturating_mul(2)),
            LimitReached::MaxTokensExceeded { .. } => " --max-tokens N".to_owned(),
            LimitReached::MaxSubcallTokensExceeded { .. } => " --max-subcall-tokens N".to_owned(),
            LimitReached::MaxOutputTokensExceeded { .. } => " --max-output-tokens N".to_owned(),
            LimitReached::CostExceeded { .. } => " --max-cost N".to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    Some(format!("rlm resume {}{flag}", journal_name(result.journal.as_ref()?)))
}

/// Formats a citation as `docs/a.md:12:5-19 “quoted words”`, whose location terminals and editors
/// can open; with a page as `a.pdf:p3:12:5-19`.
fn cited(citation: &Citation) -> String {
    format!("{} {}", citation.location(), quoted(&citation.quote))
}

/// Returns text in quotation marks, truncated to one line.
pub fn quoted(words: &str) -> String {
    format!("“{}”", shortened(words.trim(), QUOTE_CHARS))
}

/// Writes those quotes of the answer that have the given verdict to standard error. They are not
/// confirmed to occur in the context.
fn say_quotes(quotes: &[Quote], verdict: Verdict, label: &str, console: Console) {
    let quotes: Vec<&Quote> = quotes.iter().filter(|quote| quote.verdict == verdict).collect();
    let label = console.painted("33", label);
    for quote in quotes.iter().take(SHOWN_PLACES) {
        console.say(&format!("{label} {}", quoted(&quote.quote)));
    }
    say_more(quotes.len(), console);
}

fn say_more(count: usize, console: Console) {
    if count > SHOWN_PLACES {
        console.say(&format!("and {} more; --json lists all", count - SHOWN_PLACES));
    }
}

/// Formats the coverage of an answer without programs, for which one call read the whole context:
/// `coverage: all of 3 kB was read in one call (the context has 2,850 characters, fewer than
/// 8,000)`.
fn read_at_once(result: &RunResult) -> Option<String> {
    let routed = result
        .routed
        .as_ref()
        .filter(|routed| routed.method == AnswerMethod::Baseline)?;
    let size = metrics::bytes(result.coverage.bytes);
    Some(format!(
        "coverage: all of {size} was read in one call ({})",
        routed.reason
    ))
}

/// Formats how much of the context was read: `coverage: 12 % of 3.4 MB; sub-calls read 2 %,
/// programs 11 %`. Returns `None` if there is no context.
pub fn covered(coverage: CoverageSummary) -> Option<String> {
    let CoverageSummary {
        bytes,
        covered,
        read,
        scanned,
    } = coverage;
    let share = |part| share(part, bytes);
    let size = metrics::bytes(bytes);
    match covered {
        _ if bytes == 0 => None,
        0 => Some(format!("coverage: none of {size} was read")),
        _ => Some(format!(
            "coverage: {} of {size}; sub-calls read {}, programs {}",
            share(covered),
            share(read),
            share(scanned)
        )),
    }
}

/// Returns the JSON object of a run's result.
pub fn json(result: &RunResult) -> schemas::Run {
    let totals = &result.totals;
    schemas::Run {
        outcome: result.outcome.name().to_owned(),
        answer: result.answer.clone(),
        citations: result.citations.iter().map(value).collect(),
        quotes: result.quotes.iter().map(value).collect(),
        coverage: Some(value(&result.coverage)),
        breakdown: Some(value(&result.breakdown)),
        run: Some(result.run.to_string()),
        journal: result.journal.clone(),
        message: result.message.clone(),
        limit: result.outcome.limit().map(value),
        limits_met: result.limits_met().map(str::to_owned).collect(),
        notes: result.notes.iter().map(value).collect(),
        without_text: result.without_text.iter().map(value).collect(),
        method: result.routed.as_ref().map(|routed| routed.method.name().to_owned()),
        reason: result.routed.as_ref().map(|routed| routed.reason.clone()),
        tokens_used: result.routed.as_ref().map(|_| totals.usage().total().0),
        rejected: result.rejected.as_ref().map(value),
        ..used(totals)
    }
}

/// Returns the JSON object of a run in which only steps, calls, usage and costs are set.
fn used(totals: &Totals) -> schemas::Run {
    let usage = totals.usage();
    schemas::Run {
        steps: totals.turns,
        calls: totals.calls(),
        cached: totals.root.cached.saturating_add(totals.sub.cached),
        usage: schemas::RunUsage {
            input: usage.input.0,
            cached_input: usage.cached_input.0,
            output: usage.output.0,
            reasoning: usage.reasoning.0,
            estimated: usage.estimated,
        },
        cost: dollars(totals.cost()),
        seconds: totals.elapsed.map(|elapsed| elapsed.0 as f64 / 1e3),
        ..schemas::Run::default()
    }
}

/// Returns the JSON object of a run that could not be started or resumed, or that ended by an
/// error. It has the fields of [`json`] and an `error`.
pub fn failure_json(failure: &Failure) -> schemas::Run {
    let failed = failed(failure.outcome(), error_of(failure));
    match failure {
        Failure::StoppedRun(stopped) => schemas::Run {
            outcome: failed.outcome,
            message: failed.message,
            error: failed.error,
            run: Some(stopped.run.to_string()),
            journal: Some(stopped.journal.clone()),
            ..used(&stopped.totals)
        },
        _ => failed,
    }
}

/// Returns the JSON object of an error: its code, message and hint.
pub fn error_of(failure: &Failure) -> schemas::Error {
    schemas::Error {
        code: failure.code().to_owned(),
        message: failure.to_string(),
        hint: failure.hint(),
    }
}

/// Returns the JSON object of a run that failed: the partial result if a limit ended the run, or
/// else an object with an `error`.
pub fn run_error_json(error: &RunError) -> schemas::Run {
    match error {
        RunError::Limit { partial, .. } => json(partial),
        error => failed(
            error.outcome(),
            schemas::Error {
                code: error.code().to_owned(),
                message: error.to_string(),
                hint: Some(error.hint().to_owned()),
            },
        ),
    }
}

/// Returns the JSON object of a run that failed with the given error.
fn failed(outcome: Outcome, error: schemas::Error) -> schemas::Run {
    schemas::Run {
        outcome: outcome.name().to_owned(),
        message: Some(error.message.clone()),
        cost: dollars(Totals::default().cost()),
        error: Some(error),
        ..schemas::Run::default()
    }
}

/// Converts a cost to dollars; `None` if the cost is unknown. All other code counts money in whole
/// micro-dollars.
pub fn dollars(cost: Cost) -> Option<f64> {
    match cost {
        Cost::Known(money) => Some(money.0 as f64 / 1e6),
        Cost::Unknown => None,
    }
}
