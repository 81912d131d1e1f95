//! The steps of a run as text, in real time: programs, what they printed, calls, errors, answers.
//!
//! The text is computed from the journal's events. Each event appends lines and none is ever
//! redrawn, so that the output also suits logs and slow connections. Several child runs may be
//! active at once: each block names its run, and is indented by the run's depth.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{
    CallIssued, CallNames, CallNode, CallPrompt, CallSettled, Event, FinalValue, HostAnswered, HostAsked, Journal,
    Observation, ProgramChecked, ProgramEnd, ProgramRan, Record, RecordedRun, RequestNode, Resumed, RunEnded,
    RunStarted, StepKind, TurnStarted, in_force,
};

use crate::console::{Console, Stream};
use crate::places::Places;
use crate::run_facts::facts;
use crate::text::{counted, cut, journal_name, one_line, shortened};
use crate::{highlighting, metrics, step_lines};

/// The maximum number of lines shown of a program.
const PROGRAM_LINES: usize = 100;
/// The maximum number of lines shown of a program's output, or of an answer.
const OUTPUT_LINES: usize = 20;
/// The maximum number of lines shown of a message to a model.
const OBSERVATION_LINES: usize = 6;
/// The maximum number of characters shown of a line.
const LINE_CHARS: usize = 200;
/// The maximum number of characters shown of a reply without a program.
const REPLY_CHARS: usize = 120;

/// Formats the events of a run as lines of text. It keeps the state that later events need.
pub struct Steps {
    console: Console,
    /// The prefix of every line, if several runs are shown at once.
    label: String,
    /// The name of the run in hints about `rlm trace`; `None` if no journal is written.
    trace: Option<String>,
    /// The issue events of calls in flight.
    issued: HashMap<CallId, Arc<Record>>,
    /// The pending requests of programs, such as searches, except for model calls.
    asked: HashMap<(RunPath, u32, u32), Arc<Record>>,
    /// The current turn of each run.
    turns: HashMap<RunPath, Turn>,
    places: Places,
}

/// The number of calls among which a call is named by what differs.
const NAMED_AMONG: usize = 40;
/// The number of folded calls after which a line counts them.
const FOLD_STEP: u64 = 100;

/// The state of the current turn in a run.
#[derive(Default)]
struct Turn {
    is_direct: bool,
    /// The beginning of the root model's reply in this turn.
    reply: String,
    program: Program,
    /// The prompts of the latest calls of the program.
    prompts: VecDeque<(Position, CallPrompt)>,
    /// The number of calls in each batch that were shown, or were answered and are folded.
    answered: HashMap<u32, u64>,
    folded: u64,
    /// The common beginning of the calls that was shown last.
    common: Option<String>,
}

/// The outcome of a turn's program.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Program {
    #[default]
    None,
    Refused,
    Ran(ProgramEnd),
}

/// Writes the steps of a run to standard error as its journal grows, each line with a label in
/// front.
pub fn follow(journal: &Journal, label: &str, places: Places, console: Console) {
    let trace = journal.path().map(journal_name);
    let steps = Mutex::new(Steps::new(console, label.to_owned(), trace, places));
    journal.subscribe(move |record: &Arc<Record>| {
        let lines = steps.lock().unwrap_or_else(PoisonError::into_inner).add(record);
        console.say_all(&lines);
        ControlFlow::Continue(())
    });
}

/// Writes the steps of a recorded run to standard error.
pub fn show(run: &RecordedRun, journal: &Path, places: Places, console: Console) {
    let mut steps = Steps::new(console, String::new(), Some(journal_name(journal)), places);
    for record in in_force(&run.records) {
        console.say_all(&steps.add(&Arc::new(record.clone())));
    }
}

impl Steps {
    /// Creates the display of a run. `trace` is the name of the run for `rlm trace`.
    pub fn new(console: Console, label: String, trace: Option<String>, places: Places) -> Self {
        Self {
            console,
            label,
            trace,
            issued: HashMap::new(),
            asked: HashMap::new(),
            turns: HashMap::new(),
            places,
        }
    }

    /// Returns the lines to print for an event, each with a line end. The text is empty for many
    /// events.
    pub fn add(&mut self, record: &Arc<Record>) -> String {
        let depth = record.event.run().map_or(0, RunPath::depth);
        let mut block = Block::new(format!("{}{}", self.label, "    ".repeat(depth)));
        match &record.event {
            Event::RunStarted(started) => {
                self.places = std::mem::take(&mut self.places).of_run(started);
                self.run(started, &mut block);
            }
            Event::Resumed(resumed) => block.line(&going_on(resumed)),
            Event::TurnStarted(turn) => self.begin_turn(turn),
            Event::Compacted(compacted) => {
                let step = self.step(&compacted.run, compacted.turn);
                block.line(&format!("{step} {}", step_lines::compacted(compacted)));
            }
            Event::Issued(issued) => self.begin_call(issued, record, &mut block),
            Event::AttemptFailed(failed) => {
                block.line(&format!("call {}: {}", failed.id, step_lines::attempt(failed)));
            }
            Event::Settled(settled) => self.end_call(settled, &mut block),
            Event::Overrun(overrun) => {
                block.line(&format!("call {}: {}", overrun.id, step_lines::overrun(overrun)));
            }
            Event::ChildStarted(child) => {
                self.keep_prompt(&child.id, CallPrompt::of_child(child));
                let names = self.names(&child.id.run);
                block.line(&step_lines::child(&child.id, names.name(child.id.position), child));
            }
            Event::Asked(asked) => self.begin_request(asked, record),
            Event::Answered(answered) => self.end_request(answered, &mut block),
            Event::ProgramChecked(program) => self.program(program, &mut block),
            Event::ProgramRan(ran) => self.end_program(ran, &mut block),
            Event::Observation(told) => self.told(told, &mut block),
            Event::Limit(limit) => block.line(&self.painted(RED, &format!("limit: {}", one_line(&limit.message)))),
            Event::Final(value) => self.answer(value, &mut block),
            Event::Outcome(ended) => self.end_run(ended, &mut block),
            Event::Note(note) => block.line(&format!("note: {}", one_line(&note.text))),
            Event::Changed(change) => {
                let models = change.models.iter().flat_map(|other| &other.models);
                if let Some(used) = models.last() {
                    block.line(&format!("from step {} on, the model is {}", change.turn, used.identity));
                }
            }
            Event::SourceRead(_) | Event::Reached(_) | Event::Unknown(_) => {}
        }
        block.text
    }

    fn run(&self, started: &RunStarted, block: &mut Block) {
        block.line(&self.painted(BOLD, &format!("run {}", started.run)));
        for fact in facts(started) {
            block.line(&fact);
        }
        if let Some(trace) = &self.trace {
            block.line(&self.painted(
                DIM,
                &format!("long texts are truncated; in full: rlm trace {trace} --step STEP|CALL --messages"),
            ));
        }
    }

    fn begin_turn(&mut self, started: &TurnStarted) {
        let turn = Turn {
            is_direct: started.step == StepKind::BaselineCall,
            ..Turn::default()
        };
        self.turns.insert(started.run.clone(), turn);
    }

    fn begin_call(&mut self, issued: &CallIssued, record: &Arc<Record>, block: &mut Block) {
        if issued.id.is_root_model() {
            let step = self.step(&issued.id.run, issued.id.position.turn);
            block.line(&format!("{step} calling {}", issued.model));
        } else {
            self.keep_prompt(&issued.id, CallPrompt::of_issued(issued));
        }
        self.issued.insert(issued.id.clone(), Arc::clone(record));
    }

    fn keep_prompt(&mut self, id: &CallId, prompt: CallPrompt) {
        let prompts = &mut self.turns.entry(id.run.clone()).or_default().prompts;
        prompts.push_back((id.position, prompt));
        if prompts.len() > NAMED_AMONG {
            prompts.pop_front();
        }
    }

    /// Names the latest calls of a run's current program.
    fn names(&self, run: &RunPath) -> CallNames {
        let prompts = self.turns.get(run).map(|turn| turn.prompts.iter().cloned());
        let place = |range| self.places.place(range);
        CallNames::new(prompts.into_iter().flatten(), &place, step_lines::NAME_CHARS)
    }

    /// Counts a call of a batch that was answered. Returns `true` if it is folded: if enough calls
    /// of its batch were shown.
    fn is_folded(&mut self, id: &CallId, block: &mut Block) -> bool {
        let turn = self.turns.entry(id.run.clone()).or_default();
        let answered = turn.answered.entry(id.position.ordinal).or_default();
        *answered += 1;
        if *answered <= step_lines::SHOWN_CALLS as u64 {
            return false;
        }
        turn.folded += 1;
        if turn.folded.is_multiple_of(FOLD_STEP) {
            let line = format!("    … {} answered", counted(turn.folded, "more call"));
            block.line(&self.painted(DIM, &line));
        }
        true
    }

    fn end_call(&mut self, settled: &CallSettled, block: &mut Block) {
        let record = self.issued.remove(&settled.id);
        let issued = record.as_ref().and_then(|record| match &record.event {
            Event::Issued(issued) => Some(&**issued),
            _ => None,
        });
        let call = CallNode {
            issued,
            settled: Some(settled),
            ..CallNode::default()
        };
        let id = &settled.id;
        if !id.is_root_model() {
            if settled.outcome.reply().is_some() && self.is_folded(id, block) {
                return;
            }
            let names = self.names(&id.run);
            if let Some(common) = names.common(id.position)
                && let Some(turn) = self.turns.get_mut(&id.run)
                && turn.common.as_deref() != Some(common)
            {
                turn.common = Some(common.to_owned());
                block.line(&self.painted(DIM, &step_lines::common(common)));
            }
            let line = step_lines::call(&format!("call {id}"), names.name(id.position), &call);
            block.line(&self.console.toned(Stream::Error, step_lines::call_tone(&call), &line));
            return;
        }
        let turn = self.turns.entry(id.run.clone()).or_default();
        turn.reply = settled
            .outcome
            .reply()
            .map(|reply| shortened(&reply.text, REPLY_CHARS))
            .unwrap_or_default();
        let name = match (id.position.index, turn.is_direct) {
            (0, true) => StepKind::BaselineCall.name(),
            (0, false) => step_lines::ROOT_MODEL,
            _ => "summary",
        };
        let step = self.step(&id.run, id.position.turn);
        let line = step_lines::call(name, "", &call);
        let line = self.console.toned(Stream::Error, step_lines::call_tone(&call), &line);
        block.line(&format!("{step} {line}"));
    }

    fn begin_request(&mut self, asked: &HostAsked, record: &Arc<Record>) {
        let key = (asked.run.clone(), asked.turn, asked.ordinal);
        self.asked.insert(key, Arc::clone(record));
    }

    fn end_request(&mut self, answered: &HostAnswered, block: &mut Block) {
        let key = (answered.run.clone(), answered.turn, answered.ordinal);
        let record = self.asked.remove(&key);
        let asked = record.as_ref().and_then(|record| match &record.event {
            Event::Asked(asked) => Some(asked),
            _ => None,
        });
        block.line(&step_lines::request(&RequestNode {
            asked,
            answered: Some(answered),
            ..RequestNode::default()
        }));
    }

    fn program(&mut self, program: &ProgramChecked, block: &mut Block) {
        let step = self.step(&program.run, program.turn);
        block.line(&format!("{step} {}", step_lines::program(program)));
        let lines = highlighting::lines(&program.source, LINE_CHARS, Stream::Error, self.console);
        let more = lines.len().saturating_sub(PROGRAM_LINES);
        for (number, line) in (1..).zip(lines).take(PROGRAM_LINES) {
            block.line(&format!("{}  {line}", self.painted(DIM, &format!("{number:>5}"))));
        }
        if more > 0 {
            block.line(&self.left_out(more, &program.run, program.turn, Whole::Messages));
        }
        if !program.diagnostics.is_empty() {
            self.turns.entry(program.run.clone()).or_default().program = Program::Refused;
            block.line(&format!("{step} {}", self.painted(RED, "rejected")));
        }
        for diagnostic in &program.diagnostics {
            block.line(&format!(
                "    {}",
                self.painted(RED, &step_lines::diagnostic(diagnostic))
            ));
        }
    }

    fn end_program(&mut self, ran: &ProgramRan, block: &mut Block) {
        self.turns.entry(ran.run.clone()).or_default().program = Program::Ran(ran.end);
        let step = self.step(&ran.run, ran.turn);
        let folded = self.turns.get(&ran.run).map_or(0, |turn| turn.folded);
        if folded > 0 {
            block.line(&self.fold_note(folded));
        }
        let line = self
            .console
            .toned(Stream::Error, step_lines::ran_tone(ran), &step_lines::ran(ran));
        block.line(&format!("{step} {line}"));
        self.excerpt(&ran.stdout, OUTPUT_LINES, (&ran.run, ran.turn, Whole::Events), block);
        if let Some(echo) = &ran.echo {
            self.excerpt(echo, OUTPUT_LINES, (&ran.run, ran.turn, Whole::Events), block);
        }
        if let Some(error) = &ran.error {
            block.line(&format!("    {}", self.painted(RED, &step_lines::error(error))));
        }
    }

    /// Returns the note about calls that were answered and are not shown.
    fn fold_note(&self, calls: u64) -> String {
        let how = self.trace.as_ref().map(|trace| format!(": rlm trace {trace} --calls"));
        let calls = counted(calls, "more call");
        self.painted(DIM, &format!("    … {calls} answered{}", how.unwrap_or_default()))
    }

    /// Shows a message to the model about a malformed reply or a rejected answer. Messages with the
    /// output of a program are not repeated.
    fn told(&self, told: &Observation, block: &mut Block) {
        let step = self.step(&told.run, told.turn);
        let turn = self.turns.get(&told.run);
        match turn.map_or(Program::None, |turn| turn.program) {
            // The diagnostics or the output of the program are already shown.
            Program::Refused | Program::Ran(ProgramEnd::Done | ProgramEnd::Raised | ProgramEnd::Limit) => return,
            Program::Ran(ProgramEnd::Final | ProgramEnd::Cancelled) => {}
            Program::None => {
                let reply = turn.map(|turn| turn.reply.as_str()).unwrap_or_default();
                block.line(&format!("{step} no program was run from the reply “{reply}”"));
            }
        }
        block.line(&format!("{step} message to the model"));
        self.excerpt(
            &told.text,
            OBSERVATION_LINES,
            (&told.run, told.turn, Whole::Events),
            block,
        );
    }

    fn answer(&self, value: &FinalValue, block: &mut Block) {
        let step = self.step(&value.run, value.turn);
        block.line(&format!("{step} {}", self.painted(GREEN, "answer")));
        self.excerpt(
            &value.value,
            OUTPUT_LINES,
            (&value.run, value.turn, Whole::Events),
            block,
        );
    }

    /// Shows the end of a child run. The end of the root run is shown together with its answer.
    fn end_run(&mut self, ended: &RunEnded, block: &mut Block) {
        self.turns.remove(&ended.run);
        if ended.run.depth() == 0 {
            return;
        }
        let outcome = self
            .console
            .toned(Stream::Error, step_lines::outcome_tone(&ended.outcome), &ended.outcome);
        let totals = metrics::totals(&ended.totals);
        let message = ended
            .message
            .as_deref()
            .map(|message| format!(": {}", one_line(message)));
        let message = message.unwrap_or_default();
        block.line(&format!("child run {}: {outcome}{message}, {totals}", ended.run));
    }

    /// Returns the label of a step, such as `step 2:`, or `step 1.1.0/2:` in a child run.
    fn step(&self, run: &RunPath, turn: u32) -> String {
        let step = match run.depth() {
            0 => format!("step {turn}:"),
            _ => format!("step {run}/{turn}:"),
        };
        self.painted(BOLD, &step)
    }

    /// Shows the first lines of a text, each with a mark that the line comes from a model or a
    /// program.
    fn excerpt(&self, text: &str, most: usize, (run, turn, whole): (&RunPath, u32, Whole), block: &mut Block) {
        for line in text.lines().take(most) {
            block.line(&format!("    {} {}", self.painted(DIM, "│"), cut(line, LINE_CHARS)));
        }
        let more = text.lines().count().saturating_sub(most);
        if more > 0 {
            block.line(&self.left_out(more, run, turn, whole));
        }
    }

    /// Returns the note about omitted lines: `… 12 more lines: rlm trace last --step 3 --messages`.
    fn left_out(&self, lines: usize, run: &RunPath, turn: u32, whole: Whole) -> String {
        let lines = counted(lines, "more line");
        let Some(trace) = &self.trace else {
            return self.painted(DIM, &format!("    … {lines}"));
        };
        let position = Position {
            turn,
            ordinal: 0,
            index: 0,
        };
        let place = match run.depth() {
            0 => turn.to_string(),
            _ => CallId {
                run: run.clone(),
                position,
            }
            .to_string(),
        };
        let whole = match whole {
            Whole::Messages => "--messages",
            Whole::Events => "--json",
        };
        self.painted(DIM, &format!("    … {lines}: rlm trace {trace} --step {place} {whole}"))
    }

    fn painted(&self, code: &str, text: &str) -> String {
        self.console.painted(code, text)
    }
}

/// The `rlm trace` option that shows the full text of an excerpt.
#[derive(Debug, Clone, Copy)]
enum Whole {
    Messages,
    Events,
}

/// Text whose lines all start with a common prefix.
struct Block {
    before: String,
    text: String,
}

impl Block {
    const fn new(before: String) -> Self {
        Self {
            before,
            text: String::new(),
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{}", self.before, line.trim_end());
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";

fn going_on(resumed: &Resumed) -> String {
    match resumed.in_doubt.len() {
        0 => "resumed".to_owned(),
        calls => format!("resumed; {} without a reply", counted(calls, "call")),
    }
}
