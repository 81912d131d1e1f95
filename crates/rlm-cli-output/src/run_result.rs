//! Formats the result of a run as text and as JSON.

use std::path::Path;

use rlm_answer::{Quote, Verdict};
use rlm_core::{AnswerMethod, RunError, RunResult};
use rlm_model::{Cost, Money};
use rlm_policy::{LimitReached, Outcome};
use rlm_report::figures::share;
use rlm_trace::{CoverageSummary, Totals};

use crate::answer_file::AnswerFile;
use crate::console::{Console, Stream, Tone};
use crate::failure::Failure;
use crate::schemas::{self, value};
use crate::screen::Screen;
use crate::text::{counted, journal_name, shortened};
use crate::{markdown, metrics};

/// The maximum number of characters shown of a quote.
const QUOTE_CHARS: usize = 100;
/// The maximum number of citations shown.
const SHOWN_CITATIONS: usize = 5;
/// The maximum number of quotes shown that were not found in the context.
const SHOWN_PLACES: usize = 20;
/// The width of an answer if the terminal doesn't report its own.
const USUAL_COLUMNS: usize = 80;

/// Shows the result of a run: the answer on standard output or in the output file, everything else
/// on standard error. On a terminal, the answer comes first, with its Markdown rendered.
///
/// # Errors
/// [`Failure::Output`], [`Failure::AnswerFile`].
pub fn show(
    result: &RunResult,
    with_json: bool,
    file: Option<&mut AnswerFile>,
    console: Console,
) -> Result<(), Failure> {
    if let (Some(answer), false, None, true) = (&result.answer, with_json, &file, Stream::Output.is_terminal()) {
        return show_on_terminal(result, answer, console);
    }
    say(result, console);
    let written = write(result, with_json, file, console);
    if let (Err(_), Some(_), Some(journal)) = (&written, &result.answer, &result.journal) {
        console.warn_of_outcome(&format!(
            "the answer is stored; to print it again, at no cost: rlm replay {}",
            journal_name(journal)
        ));
    }
    written
}

/// Writes the answer to its file or to standard output, and the JSON object of the result.
fn write(result: &RunResult, with_json: bool, file: Option<&mut AnswerFile>, console: Console) -> Result<(), Failure> {
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

fn show_on_terminal(result: &RunResult, answer: &str, console: Console) -> Result<(), Failure> {
    if let Some(note) = result.partial_note() {
        console.warn_of_outcome(&note);
    }
    let columns = Screen::columns().unwrap_or(USUAL_COLUMNS);
    let shown = markdown::rendered(answer, columns, console);
    let has_facts_there = Stream::Error.is_terminal();
    let before = if has_facts_there { "\n" } else { "" };
    let after = if shown.ends_with('\n') { "" } else { "\n" };
    console.painted_result(&format!("{before}{shown}{after}"))?;
    if has_facts_there {
        console.say("");
    }
    let dim = |line: &str| console.say(&console.toned(Stream::Error, Tone::Muted, line));
    say_citations(result, columns, dim);
    say_doubts(result, console);
    dim(&facts(result));
    Ok(())
}

/// Formats the facts about an answer in one line: `100 % read · 3 steps · 33 calls · $0.24 · 58.9 s
/// · run 20261126-190533-6rng7w`.
fn facts(result: &RunResult) -> String {
    let totals = &result.totals;
    let mut facts = Vec::new();
    if result.coverage.bytes > 0 {
        facts.push(match read_at_once(result) {
            Some(_) => "all read in one call".to_owned(),
            None => format!("{} read", share(result.coverage.covered, result.coverage.bytes)),
        });
    }
    facts.push(counted(totals.turns, "step"));
    facts.push(counted(totals.calls(), "call"));
    facts.push(match totals.cost() {
        // What costs nothing, or an unknown amount, is measured in tokens.
        Cost::Known(Money::ZERO) | Cost::Unknown => counted(totals.usage().total().0, "token"),
        cost => metrics::cost(cost),
    });
    facts.extend(totals.elapsed.map(metrics::duration));
    facts.extend(result.limits_met().map(|limit| format!("reached {limit}")));
    facts.push(format!("run {}", result.run));
    if result.journal.is_none() {
        facts.push("no journal kept".to_owned());
    }
    facts.join(" · ")
}

/// Writes the first citations of an answer in lines of at most `columns` characters, and where the
/// others are listed.
fn say_citations(result: &RunResult, columns: usize, say: impl Fn(&str)) {
    let all = result.citations.len();
    let shown = all.min(SHOWN_CITATIONS);
    for (number, citation) in result.citations.iter().take(shown).enumerate() {
        let place = format!("[{}] {}", number + 1, citation.location());
        let room = columns.saturating_sub(place.chars().count() + 4).clamp(20, QUOTE_CHARS);
        say(&format!("{place} “{}”", shortened(citation.quote.trim(), room)));
    }
    if all > shown {
        let how = match &result.journal {
            Some(journal) => format!("rlm trace {} --why", journal_name(journal)),
            None => "--json lists all".to_owned(),
        };
        say(&format!("… {} of the context in all: {how}", counted(all, "place")));
    }
}

/// Writes the citations, notes, coverage and totals of a run to standard error.
pub fn say(result: &RunResult, console: Console) {
    if let Some(note) = result.partial_note() {
        console.warn_of_outcome(&note);
    }
    say_citations(result, usize::MAX, |line| console.say(line));
    say_doubts(result, console);
    if result.answer.is_none() {
        console.error(result.message.as_deref().unwrap_or("no answer"));
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
    let next = result.journal.as_deref();
    if let Some(command) = next.and_then(|journal| next_command(&result.outcome, journal)) {
        console.say(&command);
    }
}

/// Writes the quotes of an answer that are not confirmed, and the notes about the run.
fn say_doubts(result: &RunResult, console: Console) {
    say_quotes(&result.quotes, Verdict::Unverified, "not in the context:", console);
    say_quotes(&result.quotes, Verdict::NotLookedFor, "not checked:", console);
    for note in &result.notes {
        console.say(&format!("note: {}", shortened(&note.text, 200)));
    }
}

/// Returns what to do about a run without an answer, if there is a command for it: `to resume: rlm
/// resume 20261121-034755-k3f9x2 --max-steps 80`.
pub(crate) fn next_command(outcome: &Outcome, journal: &Path) -> Option<String> {
    let flag = match outcome {
        Outcome::Cancelled | Outcome::ProviderError => String::new(),
        Outcome::Timeout => " --max-seconds N".to_owned(),
        Outcome::BudgetExceeded { limit } => match limit {
            LimitReached::InvalidResponsesExceeded { .. } => {
                let journal = journal_name(journal);
                return Some(format!("to try another model: rlm fork {journal} --at 1 --model MODEL"));
            }
            LimitReached::MaxStepsExceeded { limit } => format!(" --max-steps {}", limit.saturating_mul(2)),
            LimitReached::MaxTokensExceeded { .. } => " --max-tokens N".to_owned(),
            LimitReached::MaxSubcallTokensExceeded { .. } => " --max-subcall-tokens N".to_owned(),
            LimitReached::MaxInputTokensExceeded { .. } => " --max-input-tokens N".to_owned(),
            LimitReached::MaxOutputTokensExceeded { .. } => " --max-output-tokens N".to_owned(),
            LimitReached::CostExceeded { .. } => " --max-cost N".to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    Some(format!("to resume: rlm resume {}{flag}", journal_name(journal)))
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
        .filter(|routed| routed.method == AnswerMethod::Baseline && result.coverage.bytes > 0)?;
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
            limit: match failure.run_error() {
                Some(RunError::Limit { limit, .. }) => Some(value(limit)),
                _ => None,
            },
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
