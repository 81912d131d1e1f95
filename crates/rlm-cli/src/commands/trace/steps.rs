//! Formats the steps of a run as a tree: programs, calls and their results.

use rlm_answer::Verdict;
use rlm_cli_output::outline::Outline;
use rlm_cli_output::run_result::quoted;
use rlm_cli_output::text::{counted, one_line, shortened};
use rlm_cli_output::{metrics, step_lines};
use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{CallNode, Coverage, Ending, FinalValue, RecordedRun, RunNode, StepKind, Totals, Tree, TurnNode};

use super::head::head;
use super::selection::Selection;

/// The maximum number of lines that the tree shows of a program.
const PROGRAM_LINES: usize = 12;
/// The maximum number of characters that the tree shows of a line.
const LINE_CHARS: usize = 100;
/// The maximum number of unconfirmed quotes of an answer that the tree shows.
const QUOTES: usize = 10;
/// The maximum number of calls that the tree shows of a turn.
const CALLS: usize = 50;

/// Returns the outline of a run: a tree with its steps, programs and calls.
pub(super) fn outline(recorded: &RecordedRun, tree: &Tree<'_>, selection: &Selection) -> Outline {
    let totals = Totals::of(&recorded.records);
    let outcome = tree.root().and_then(|root| root.outcome);
    let state = outcome.map_or_else(|| unfinished(recorded.ending), |outcome| outcome.outcome.to_string());
    let id = tree
        .started
        .map_or_else(|| "?".to_owned(), |started| started.run.to_string());
    let mut top = Outline::new(format!("run {id}: {state}, {}", metrics::totals(&totals)));
    if let Some(started) = tree.started {
        top = top.lines(head(started, tree, Coverage::of(&recorded.records).covered()));
    }
    if let Some(root) = tree.root() {
        add_run(&mut top, root, &RunPath::default(), tree, selection);
    }
    if !selection.is_all() {
        top.push(Outline::new("filtered: other steps and calls are not shown"));
    }
    top
}

fn unfinished(ending: Ending) -> String {
    match ending {
        Ending::Torn { dropped, .. } => format!(
            "unfinished (the last line is truncated: {} dropped)",
            metrics::bytes(dropped)
        ),
        Ending::Finished | Ending::Unfinished => "unfinished".to_owned(),
    }
}

fn add_run(into: &mut Outline, run: &RunNode<'_>, path: &RunPath, tree: &Tree<'_>, selection: &Selection) {
    for (number, turn) in run
        .turns
        .iter()
        .filter(|(number, _)| selection.has_step(path, **number))
    {
        into.push(turn_outline(*number, turn, path, tree, selection));
    }
    for note in &run.notes {
        into.push(Outline::new(format!("note: {}", one_line(&note.text))));
    }
    if let Some(ended) = run.outcome {
        let mut line = format!("outcome: {}", ended.outcome);
        if let Some(message) = &ended.message {
            line.push_str(&format!(" ({})", one_line(message)));
        }
        let answer = ended.answer.iter().flat_map(|answer| excerpt(answer, PROGRAM_LINES));
        let mut node = Outline::new(line).lines(answer);
        let last = run.turns.values().rev().find_map(|turn| turn.final_value);
        last.and_then(quotes_outline)
            .into_iter()
            .for_each(|quotes| node.push(quotes));
        into.push(node);
    }
}

/// Returns the outline of an answer's quotes: their counts by verdict, `quotes: 2 in the context, 1
/// not, 1 not looked for`. Its children are the quotes that are not confirmed to occur in the
/// context.
fn quotes_outline(answer: &FinalValue) -> Option<Outline> {
    let of = |verdicts: &[Verdict]| {
        let is_one = |name: &str| verdicts.iter().any(|verdict| verdict.name() == name);
        let quotes = answer.quotes.iter();
        quotes.filter(|quote| is_one(&quote.verdict)).collect::<Vec<_>>()
    };
    let found = of(&[Verdict::Verbatim, Verdict::Verified]);
    let (missing, unsought) = (of(&[Verdict::Unverified]), of(&[Verdict::NotLookedFor]));
    let counts = [
        (found.len(), "in the context"),
        (missing.len(), "not in the context"),
        (unsought.len(), "not checked"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| format!("{count} {what}")).collect();
    if counts.is_empty() {
        return None;
    }
    let mut node = Outline::new(format!("quotes: {}", counts.join(", ")));
    let words = |at: u64, bytes: u64| {
        let start = usize::try_from(at).ok()?;
        answer
            .value
            .get(start..start.checked_add(usize::try_from(bytes).ok()?)?)
    };
    for quote in missing.iter().take(QUOTES) {
        if let Some(words) = words(quote.at, quote.bytes) {
            node.push(Outline::new(format!("not in the context: {}", quoted(words))));
        }
    }
    if let Some(more) = missing.len().checked_sub(QUOTES).filter(|more| *more > 0) {
        node.push(Outline::new(format!("… and {}", counted(more, "more quote"))));
    }
    Some(node)
}

fn turn_outline(number: u32, turn: &TurnNode<'_>, path: &RunPath, tree: &Tree<'_>, selection: &Selection) -> Outline {
    let id = |position: Position| CallId {
        run: path.clone(),
        position,
    };
    let has_program = selection.has_program(path, number);
    let time = turn.span.length().map(|time| format!("  {}", metrics::duration(time)));
    let mut node = Outline::new(format!("step {number}{}", time.unwrap_or_default()));
    if let Some(compacted) = turn.compacted {
        node.push(Outline::new(step_lines::compacted(compacted)));
    }
    if let Some(call) = turn.summary_call() {
        node.push(call_outline("summary", call));
    }
    let root = Position {
        turn: number,
        ordinal: 0,
        index: 0,
    };
    if let Some(call) = turn.root_call().filter(|_| selection.has_call(&id(root))) {
        let name = match turn.step {
            StepKind::RootCall | StepKind::GivenProgram => step_lines::ROOT_MODEL,
            StepKind::BaselineCall => turn.step.name(),
        };
        node.push(call_outline(name, call));
    }
    if let Some(program) = program_outline(turn).filter(|_| has_program) {
        node.push(program);
    }
    let calls = turn.sub_calls();
    let calls: Vec<_> = calls
        .filter(|(position, _)| selection.has_call_or_under(&id(**position)))
        .collect();
    for (position, call) in calls.iter().take(CALLS) {
        let mut call_node = match call.child {
            Some(child) => Outline::new(step_lines::child(position, child)),
            None => call_outline(&format!("call {position}"), call),
        };
        let call = id(**position);
        if let Some(run) = tree.started_by(&call) {
            add_run(&mut call_node, run, &call.child_run(), tree, selection);
        }
        node.push(call_node);
    }
    if let Some(more) = calls.len().checked_sub(CALLS).filter(|more| *more > 0) {
        node.push(Outline::new(format!(
            "… and {}; --calls lists all",
            counted(more, "more call")
        )));
    }
    for request in turn.requests.values().filter(|_| has_program) {
        node.push(Outline::new(step_lines::request(request)));
    }
    for limit in &turn.limits {
        node.push(Outline::new(format!("limit: {}", one_line(&limit.message))));
    }
    for note in &turn.notes {
        node.push(Outline::new(format!("note: {}", one_line(&note.text))));
    }
    node
}

/// Returns the outline of a call, with its failed attempts as children.
fn call_outline(name: &str, call: &CallNode<'_>) -> Outline {
    let mut node = Outline::new(step_lines::call(name, call));
    for attempt in &call.failed_attempts {
        node.push(Outline::new(step_lines::attempt(attempt)));
    }
    if let Some(overrun) = call.overrun {
        node.push(Outline::new(step_lines::overrun(overrun)));
    }
    node
}

fn program_outline(turn: &TurnNode<'_>) -> Option<Outline> {
    let program = turn.program?;
    let how = match turn.ran {
        None if !program.diagnostics.is_empty() => "rejected".to_owned(),
        None => "not run".to_owned(),
        Some(ran) => step_lines::ran(ran),
    };
    let head = format!("{}: {how}", step_lines::program(program));
    let mut node = Outline::new(head).lines(excerpt(&program.source, PROGRAM_LINES));
    for diagnostic in &program.diagnostics {
        node.push(Outline::new(step_lines::diagnostic(diagnostic)));
    }
    if let Some(error) = turn.ran.and_then(|ran| ran.error.as_ref()) {
        node.push(Outline::new(step_lines::error(error)));
    }
    Some(node)
}

/// Returns an excerpt of a text: its first lines, indented.
fn excerpt(text: &str, most: usize) -> Vec<String> {
    // Indentation is part of a program, so leading white space stays.
    let mut lines: Vec<String> = text
        .lines()
        .take(most)
        .map(|line| format!("  {}", shortened(line, LINE_CHARS)))
        .collect();
    let more = text.lines().count().saturating_sub(most);
    if more > 0 {
        lines.push(format!("  … {} more", counted(more, "line")));
    }
    lines
}
