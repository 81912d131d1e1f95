//! Formats the steps of a run as a tree: programs, calls and their results.

use std::collections::BTreeMap;

use rlm_answer::Verdict;
use rlm_cli_output::console::{Console, Stream, Tone};
use rlm_cli_output::outline::Outline;
use rlm_cli_output::run_result::quoted;
use rlm_cli_output::text::{counted, grouped, one_line, shortened};
use rlm_cli_output::{highlighting, metrics, step_lines};
use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{
    CallNames, CallNode, CallPrompt, CallState, Coverage, Ending, FinalValue, PlaceOf, RecordedRun, RunNode, StepKind,
    Totals, Tree, TurnNode,
};

use super::head::head;
use super::selection::Selection;

/// The maximum number of lines that the tree shows of a program.
const PROGRAM_LINES: usize = 12;
/// The maximum number of characters that the tree shows of a line.
const LINE_CHARS: usize = 100;
/// The maximum number of unconfirmed quotes of an answer that the tree shows.
const QUOTES: usize = 10;

/// How the tree is shown: which parts, with which names of calls, in which colours.
#[derive(Clone, Copy)]
pub(super) struct TreeView<'v> {
    pub(super) tree: &'v Tree<'v>,
    pub(super) selection: &'v Selection,
    /// Whether all calls of a batch are shown.
    pub(super) has_all_calls: bool,
    /// The place of a range of the context.
    pub(super) place_of: &'v PlaceOf<'v>,
    pub(super) console: Console,
}

impl TreeView<'_> {
    fn toned(self, tone: Tone, text: &str) -> String {
        self.console.toned(Stream::Output, tone, text)
    }
}

/// Returns the outline of a run: a tree with its steps, programs and calls.
pub(super) fn outline(recorded: &RecordedRun, view: TreeView<'_>) -> Outline {
    let TreeView { tree, selection, .. } = view;
    let totals = Totals::of(&recorded.records);
    let outcome = tree.root().and_then(|root| root.outcome);
    let state = outcome.map_or_else(|| unfinished(recorded.ending), |outcome| outcome.outcome.to_string());
    let id = tree
        .started
        .map_or_else(|| "?".to_owned(), |started| started.run.to_string());
    let state = match outcome {
        Some(outcome) => view.toned(step_lines::outcome_tone(&outcome.outcome), &state),
        None => view.toned(Tone::Fair, &state),
    };
    let name = view.toned(Tone::Strong, &format!("run {id}"));
    let mut top = Outline::new(format!("{name}: {state}, {}", metrics::totals(&totals)));
    if let Some(started) = tree.started {
        top = top.lines(head(started, tree, Coverage::of(&recorded.records).covered()));
    }
    if let Some(root) = tree.root() {
        add_run(&mut top, root, &RunPath::default(), view);
    }
    if !selection.is_all() {
        let note = match selection.is_empty() {
            true => selection.nothing(),
            false => "filtered: other steps and calls are not shown",
        };
        top.push(Outline::new(note));
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

fn add_run(into: &mut Outline, run: &RunNode<'_>, path: &RunPath, view: TreeView<'_>) {
    let selection = view.selection;
    for (number, turn) in run
        .turns
        .iter()
        .filter(|(number, _)| selection.has_step(path, **number))
    {
        into.push(turn_outline(*number, turn, path, view));
    }
    for note in &run.notes {
        into.push(Outline::new(format!("note: {}", one_line(&note.text))));
    }
    if let Some(ended) = run.outcome {
        let outcome = view.toned(step_lines::outcome_tone(&ended.outcome), &ended.outcome);
        let mut line = format!("outcome: {outcome}");
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

fn turn_outline(number: u32, turn: &TurnNode<'_>, path: &RunPath, view: TreeView<'_>) -> Outline {
    let selection = view.selection;
    let has_program = selection.has_program(path, number);
    let time = turn.span.length().map(|time| format!("  {}", metrics::duration(time)));
    let name = view.toned(Tone::Strong, &format!("step {number}"));
    let mut node = Outline::new(format!("{name}{}", time.unwrap_or_default()));
    if let Some(compacted) = turn.compacted {
        node.push(Outline::new(step_lines::compacted(compacted)));
    }
    if let Some(call) = turn.summary_call() {
        node.push(call_outline("summary", "", call, view));
    }
    let root = CallId {
        run: path.clone(),
        position: Position {
            turn: number,
            ordinal: 0,
            index: 0,
        },
    };
    if let Some(call) = turn.root_call().filter(|_| selection.has_call(&root)) {
        let name = match turn.step {
            StepKind::RootCall | StepKind::GivenProgram => step_lines::ROOT_MODEL,
            StepKind::BaselineCall => turn.step.name(),
        };
        node.push(call_outline(name, "", call, view));
    }
    if let Some(program) = program_outline(turn, view).filter(|_| has_program) {
        node.push(program);
    }
    add_calls(&mut node, turn, path, view);
    for request in turn.requests.values().filter(|_| has_program) {
        node.push(Outline::new(step_lines::request(request)));
    }
    for limit in &turn.limits {
        let line = format!("limit: {}", one_line(&limit.message));
        node.push(Outline::new(view.toned(Tone::Bad, &line)));
    }
    for note in &turn.notes {
        node.push(Outline::new(format!("note: {}", one_line(&note.text))));
    }
    node
}

/// Adds the calls of a turn's program. Of each batch, the first calls are shown, and all that were
/// not simply answered.
fn add_calls(node: &mut Outline, turn: &TurnNode<'_>, path: &RunPath, view: TreeView<'_>) {
    let prompts = turn
        .sub_calls()
        .filter_map(|(position, call)| Some((*position, CallPrompt::of_call(call)?)));
    let names = CallNames::new(prompts, view.place_of, step_lines::NAME_CHARS);
    let has_all = view.has_all_calls || !view.selection.is_all();
    let mut batches: BTreeMap<u32, usize> = BTreeMap::new();
    let mut folded: BTreeMap<&str, usize> = BTreeMap::new();
    let mut said: Option<&str> = None;
    for (position, call) in turn.sub_calls() {
        let id = CallId {
            run: path.clone(),
            position: *position,
        };
        if !view.selection.has_call_or_under(&id) {
            continue;
        }
        let before = batches.entry(position.ordinal).or_default();
        let plain = match call.state() {
            _ if call.child.is_some() || !call.failed_attempts.is_empty() => None,
            CallState::Replied => Some("answered"),
            CallState::Cancelled(_) => Some("cancelled"),
            CallState::Unissued(_) => Some("not sent"),
            CallState::Open | CallState::Failed(_) => None,
        };
        *before += 1;
        if let Some(state) = plain.filter(|_| *before > step_lines::SHOWN_CALLS && !has_all) {
            *folded.entry(state).or_default() += 1;
            continue;
        }
        let common = names.common(*position);
        if let Some(common) = common.filter(|_| common != said) {
            said = Some(common);
            node.push(Outline::new(view.toned(Tone::Muted, &step_lines::common(common))));
        }
        let name = names.name(*position);
        let mut call_node = match call.child {
            Some(child) => Outline::new(step_lines::child(position, name, child)),
            None => call_outline(&format!("call {position}"), name, call, view),
        };
        if let Some(run) = view.tree.started_by(&id) {
            add_run(&mut call_node, run, &id.child_run(), view);
        }
        node.push(call_node);
    }
    if let Some(line) = folded_line(&folded) {
        node.push(Outline::new(view.toned(Tone::Muted, &line)));
    }
}

/// Returns the line for the calls that are not shown, by state: `… 14 more calls answered`, `… 18 more
/// calls: 10 cancelled, 8 not sent`. `None` if there are none.
fn folded_line(folded: &BTreeMap<&str, usize>) -> Option<String> {
    let all = counted(folded.values().sum::<usize>(), "more call");
    let what = match folded.iter().collect::<Vec<_>>().as_slice() {
        [] => return None,
        [(state, _)] => format!("{all} {state}"),
        states => {
            let states = states
                .iter()
                .map(|(state, count)| format!("{} {state}", grouped(**count as u64)));
            format!("{all}: {}", states.collect::<Vec<_>>().join(", "))
        }
    };
    Some(format!("… {what}; --all lists them"))
}

/// Returns the outline of a call, with its failed attempts as children.
fn call_outline(name: &str, what: &str, call: &CallNode<'_>, view: TreeView<'_>) -> Outline {
    let line = step_lines::call(name, what, call);
    let mut node = Outline::new(view.toned(step_lines::call_tone(call), &line));
    for attempt in &call.failed_attempts {
        node.push(Outline::new(view.toned(Tone::Fair, &step_lines::attempt(attempt))));
    }
    if let Some(overrun) = call.overrun {
        node.push(Outline::new(step_lines::overrun(overrun)));
    }
    node
}

fn program_outline(turn: &TurnNode<'_>, view: TreeView<'_>) -> Option<Outline> {
    let program = turn.program?;
    let how = match turn.ran {
        None if !program.diagnostics.is_empty() => view.toned(Tone::Bad, "rejected"),
        None => view.toned(Tone::Fair, "not finished"),
        Some(ran) => view.toned(step_lines::ran_tone(ran), &step_lines::ran(ran)),
    };
    let head = format!("{}: {how}", step_lines::program(program));
    let lines = highlighting::lines(&program.source, LINE_CHARS, Stream::Output, view.console);
    let more = lines.len().saturating_sub(PROGRAM_LINES);
    let mut shown: Vec<String> = lines
        .into_iter()
        .take(PROGRAM_LINES)
        .map(|line| format!("  {line}"))
        .collect();
    if more > 0 {
        shown.push(view.toned(Tone::Muted, &format!("  … {}", counted(more, "more line"))));
    }
    let mut node = Outline::new(head).lines(shown);
    for diagnostic in &program.diagnostics {
        node.push(Outline::new(view.toned(Tone::Bad, &step_lines::diagnostic(diagnostic))));
    }
    if let Some(error) = turn.ran.and_then(|ran| ran.error.as_ref()) {
        node.push(Outline::new(view.toned(Tone::Bad, &step_lines::error(error))));
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
        lines.push(format!("  … {}", counted(more, "more line")));
    }
    lines
}
