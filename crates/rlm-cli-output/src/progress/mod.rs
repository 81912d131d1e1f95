//! Displays the progress of a run, which is computed from the journal's events as they are written.

mod run_metrics;

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rlm_policy::Limits;
use rlm_trace::{
    AttemptFailed, CallSettled, Event, Journal, LimitHit, Millis, ProgramChecked, ProgramEnd, ProgramRan, Record,
    RecordedOutcome,
};

use crate::console::Console;
use crate::progress::run_metrics::RunMetrics;
use crate::schemas::{self, OutputObject as _, value};
use crate::text::{counted, grouped, one_line, shortened};
use crate::{metrics, run_result, steps};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ProgressKind {
    /// `live` on a terminal, else `lines`
    #[default]
    Auto,
    /// A single line that updates
    Live,
    /// A line per step
    Lines,
    /// A JSON object per step
    Json,
    /// Programs, their output, calls and errors, as they happen
    Steps,
    /// Nothing
    None,
    /// The full-screen view of --tui
    #[value(skip)]
    View,
}

/// The maximum number of characters shown of an error message.
const ERROR_CHARS: usize = 120;
/// The refresh interval of the live line.
const LOOK: Duration = Duration::from_millis(100);
/// The maximum number of characters shown of a model's reply without a program.
const SAID_CHARS: usize = 80;
/// The maximum time without a progress line. After it, the state of the current step is reported.
const SILENCE: Duration = Duration::from_secs(15);

/// The progress display of a run.
#[derive(Default)]
pub struct Progress {
    bar: Option<ProgressBar>,
}

/// The selected format of progress.
enum View {
    Live(ProgressBar),
    Lines,
    Json,
}

/// The state of a progress display.
struct State {
    console: Console,
    view: View,
    /// The number of the latest step, which may have ended.
    newest: u32,
    step: Step,
    so_far: RunMetrics,
    /// The time at which the last progress line was written.
    said: Instant,
    /// The time at which the live line was last redrawn.
    shown: Option<Instant>,
}

/// The state of the current step, for its progress line.
#[derive(Default)]
struct Step {
    number: u32,
    began: Option<Millis>,
    /// The number of calls that were sent, or answered from the cache.
    calls: u64,
    cached: u64,
    failed: u64,
    cancelled: u64,
    not_sent: u64,
    /// The text of the root model's reply.
    said: Option<String>,
    program: Option<Program>,
    has_answer: bool,
}

/// The outcome of a step's program, for its progress line.
struct Program {
    lines: usize,
    end: String,
    printed: usize,
    error: Option<String>,
}

impl Progress {
    /// Starts a progress display for a journal, in the format that the user selected and standard
    /// error supports.
    pub fn follow(journal: &Journal, kind: ProgressKind, limits: &Limits, console: Console) -> Self {
        let view = match kind {
            ProgressKind::None | ProgressKind::View => return Self::default(),
            ProgressKind::Steps => {
                steps::follow(journal, "", console);
                return Self::default();
            }
            ProgressKind::Auto if Console::is_live() => View::Live(bar()),
            ProgressKind::Live => View::Live(bar()),
            ProgressKind::Auto | ProgressKind::Lines => View::Lines,
            ProgressKind::Json => View::Json,
        };
        let bar = match &view {
            View::Live(bar) => Some(bar.clone()),
            View::Lines | View::Json => None,
        };
        let speaks = matches!(view, View::Lines);
        let state = Arc::new(Mutex::new(State {
            console,
            view,
            newest: 0,
            step: Step::default(),
            so_far: RunMetrics::new(limits).with_earlier(journal),
            said: Instant::now(),
            shown: None,
        }));
        if speaks {
            break_silences(Arc::downgrade(&state));
        }
        journal.subscribe(move |record: &Arc<Record>| {
            state.lock().unwrap_or_else(PoisonError::into_inner).add(record);
            ControlFlow::Continue(())
        });
        Self { bar }
    }

    /// Returns a function that prints messages between progress lines while the run is active.
    pub fn speaker(&self, kind: ProgressKind, console: Console) -> impl Fn(&str) + Send + Sync + use<> {
        let bar = self.bar.clone();
        move |text| match (&bar, kind) {
            (_, ProgressKind::None | ProgressKind::Json | ProgressKind::View) => {}
            (Some(bar), _) => bar.println(text),
            (None, _) => console.say(text),
        }
    }

    /// Ends the progress display: removes the live line, so that later output starts on its own
    /// line.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Starts a thread that reports long steps: it checks every second until the display has ended.
fn break_silences(state: Weak<Mutex<State>>) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_secs(1));
            let Some(state) = state.upgrade() else { return };
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            state.break_silence(Instant::now());
        }
    });
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // The template is a constant, which a test draws.
    if let Ok(style) = ProgressStyle::with_template(LIVE_LINE) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(LOOK);
    bar
}

const LIVE_LINE: &str = "{spinner} {wide_msg} {elapsed}";

impl State {
    fn add(&mut self, record: &Record) {
        self.so_far.add(record);
        let is_in_child = record.event.run().is_some_and(|run| run.depth() > 0);
        match &record.event {
            // For child runs, only calls are counted. Their turns are not steps of the run.
            event if is_in_child && event.call().is_none() => {}
            Event::TurnStarted(turn) => {
                self.newest = turn.turn;
                self.step = Step {
                    number: turn.turn,
                    began: record.at,
                    ..Step::default()
                };
            }
            Event::Issued(call) if is_in_child || !call.id.is_root_model() => {
                self.step.calls = self.step.calls.saturating_add(1);
            }
            // A root call that fails permanently ends the run, which reports the error.
            Event::AttemptFailed(failed) if failed.wait.is_none() && failed.id.is_root_model() => {}
            Event::AttemptFailed(failed) => self.attempt_failed(failed),
            Event::Settled(call) if is_in_child || !call.id.is_root_model() => self.step.settle(call),
            Event::Settled(call) => self.step.said = call.outcome.reply().map(|reply| reply.text.to_string()),
            Event::ProgramChecked(checked) => self.step.program = Some(Program::checked(checked)),
            Event::ProgramRan(ran) => {
                if let Some(program) = &mut self.step.program {
                    program.end(ran);
                }
            }
            Event::Limit(limit) => {
                if let Some(program) = &mut self.step.program {
                    program.met(limit, self.so_far.limits());
                }
            }
            Event::Final(_) => self.step.has_answer = true,
            Event::Observation(_) | Event::Outcome(_) => self.end_step(record.at),
            _ => {}
        }
        if let View::Live(bar) = &self.view
            && self.is_worth_a_look(record)
        {
            bar.set_message(self.live_line());
            self.shown = Some(Instant::now());
        }
    }

    /// Returns `true` if the live line is to be redrawn after an event. If several calls are in
    /// flight, it is redrawn at most once per [`LOOK`].
    fn is_worth_a_look(&self, record: &Record) -> bool {
        let is_of_many = record.event.call().is_some() && self.so_far.in_flight() > 1;
        !is_of_many || self.shown.is_none_or(|shown| shown.elapsed() >= LOOK)
    }

    fn attempt_failed(&mut self, failed: &AttemptFailed) {
        let wait = failed
            .wait
            .map(|wait| format!("; retry after {}", metrics::duration(wait)));
        let message = shortened(&failed.error.message, ERROR_CHARS);
        let (id, attempt) = (&failed.id, failed.attempt);
        self.line(&format!(
            "call {id}, attempt {attempt}: {message}{}",
            wait.unwrap_or_default()
        ));
    }

    /// Writes the progress line of a step that has ended. The last step of a run ends with the run.
    fn end_step(&mut self, at: Option<Millis>) {
        let step = std::mem::take(&mut self.step);
        if step.number == 0 {
            return;
        }
        let elapsed = step
            .began
            .zip(at)
            .map(|(began, at)| Millis(at.0.saturating_sub(began.0)));
        match self.view {
            View::Json => {
                let form = step.json(elapsed, &self.so_far);
                self.console.say(&form.object().to_string());
            }
            View::Live(_) => self.line(&step.line(elapsed)),
            View::Lines => {
                let line = format!("{}; so far {}", step.line(elapsed), self.so_far.taken());
                self.line(&line);
            }
        }
    }

    /// Reports the state of a long step, if no progress line was written for [`SILENCE`].
    fn break_silence(&mut self, now: Instant) {
        if self.step.number > 0 && now.saturating_duration_since(self.said) >= SILENCE {
            self.line(&format!("step {}: {}", self.step.number, self.under_way()));
        }
    }

    fn line(&mut self, text: &str) {
        self.said = Instant::now();
        match &self.view {
            // Prints above the live line.
            View::Live(bar) => bar.println(text),
            View::Lines => self.console.say(text),
            View::Json => {}
        }
    }

    fn live_line(&self) -> String {
        let (step, most) = (self.newest.max(1), self.so_far.most_steps());
        format!("step {step} of at most {most}, {}", self.under_way())
    }

    /// Formats the state of the current step: `3 calls in flight, 12 done, 1,204 tokens, $0.12 (24
    /// % of $0.50), 12 % read, 310 tokens/s`.
    fn under_way(&self) -> String {
        let in_flight = match self.so_far.in_flight() {
            0 => String::new(),
            calls => format!("{} in flight, ", counted(calls, "call")),
        };
        let done = grouped(self.so_far.calls());
        let rate = self.so_far.tokens_per_second();
        let rate = rate.map(|rate| format!(", {} tokens/s", grouped(rate)));
        format!(
            "{in_flight}{done} done, {}{}",
            self.so_far.taken(),
            rate.unwrap_or_default()
        )
    }
}

impl Program {
    fn checked(checked: &ProgramChecked) -> Self {
        let error = checked
            .diagnostics
            .first()
            .map(|first| format!("{} (line {})", first.message, first.line));
        Self {
            lines: checked.source.lines().count(),
            end: if error.is_some() { "rejected" } else { "not run" }.to_owned(),
            printed: 0,
            error,
        }
    }

    fn end(&mut self, ran: &ProgramRan) {
        self.end = end_name(ran.end).to_owned();
        self.printed = ran.stdout.chars().count();
        self.error = ran.error.as_ref().map(|error| match error.line {
            Some(line) => format!("{}: {} (line {line})", error.class, error.message),
            None => format!("{}: {}", error.class, error.message),
        });
    }
}

impl Program {
    /// Records which limit stopped the program.
    fn met(&mut self, limit: &LimitHit, limits: &Limits) {
        let words = limit.words();
        self.end = match &*limit.name {
            "FuelExhausted" => format!("{words} ({} M)", grouped(limits.fuel / 1_000_000)),
            "MemoryExceeded" => format!("{words} ({} MiB)", grouped(limits.memory >> 20)),
            _ => words.to_owned(),
        };
    }
}

impl Step {
    fn settle(&mut self, call: &CallSettled) {
        let count = match &call.outcome {
            RecordedOutcome::Reply(_) if call.cached => &mut self.cached,
            RecordedOutcome::Reply(_) => return,
            outcome @ RecordedOutcome::Failed(_) if outcome.is_stopped() => &mut self.cancelled,
            RecordedOutcome::Failed(_) => &mut self.failed,
            RecordedOutcome::Unissued(_) => &mut self.not_sent,
        };
        *count = count.saturating_add(1);
    }

    /// Formats the counts of a step's calls: `5 calls, 2 cached`. If calls were stopped, it counts
    /// them too: `22 sent: 12 answered, 10 cancelled; 8 not sent`.
    fn calls(&self) -> Option<String> {
        let listed = |counts: &[(u64, &str)]| {
            let shown = counts.iter().filter(|(count, _)| *count > 0);
            shown
                .map(|(count, what)| format!("{} {what}", grouped(*count)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        if self.cancelled == 0 && self.not_sent == 0 {
            let calls = (self.calls > 0).then(|| counted(self.calls, "call"))?;
            let rest = listed(&[(self.cached, "cached"), (self.failed, "failed")]);
            return Some(
                [calls, rest]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
            );
        }
        let answered = self.calls.saturating_sub(self.cached + self.failed + self.cancelled);
        let ends = listed(&[
            (answered, "answered"),
            (self.cached, "cached"),
            (self.failed, "failed"),
            (self.cancelled, "cancelled"),
        ]);
        let sent = format!(
            "{} sent{}{ends}",
            grouped(self.calls),
            if ends.is_empty() { "" } else { ": " }
        );
        Some(match self.not_sent {
            0 => sent,
            count => format!("{sent}; {} not sent", grouped(count)),
        })
    }

    fn line(&self, elapsed: Option<Millis>) -> String {
        let mut line = format!("step {}: ", self.number);
        match &self.program {
            None if self.has_answer => line.push_str("answer"),
            None => {
                line.push_str("no program");
                if let Some(said) = self.said.as_deref().filter(|said| !said.trim().is_empty()) {
                    let _ = write!(line, ": “{}”", shortened(said.trim(), SAID_CHARS));
                }
            }
            Some(program) => {
                let _ = write!(line, "{}, {}", counted(program.lines, "line"), program.end);
                if let Some(error) = &program.error {
                    let _ = write!(line, ": {}", shortened(error, ERROR_CHARS));
                }
                if program.printed > 0 {
                    let _ = write!(line, ", printed {}", counted(program.printed, "character"));
                }
            }
        }
        if let Some(calls) = self.calls() {
            let _ = write!(line, "; {calls}");
        }
        if let Some(elapsed) = elapsed {
            let _ = write!(line, "; {}", metrics::duration(elapsed));
        }
        line
    }

    fn json(&self, elapsed: Option<Millis>, so_far: &RunMetrics) -> schemas::StepProgress {
        let program = self.program.as_ref().map(|program| schemas::StepProgram {
            lines: program.lines,
            end: program.end.clone(),
            printed: program.printed,
            error: program.error.as_deref().map(one_line),
        });
        schemas::StepProgress {
            step: self.number,
            program,
            answer: self.has_answer,
            calls: self.calls,
            cached: self.cached,
            failed: self.failed,
            cancelled: self.cancelled,
            not_sent: self.not_sent,
            tokens: so_far.tokens(),
            cost: run_result::dollars(so_far.cost()),
            coverage: value(&so_far.covered()),
            elapsed_ms: elapsed.map(|elapsed| elapsed.0),
        }
    }
}

const fn end_name(end: ProgramEnd) -> &'static str {
    match end {
        ProgramEnd::Done => "ran",
        ProgramEnd::Raised => "raised",
        ProgramEnd::Final => "gave the answer",
        ProgramEnd::Limit => "reached a limit",
        ProgramEnd::Cancelled => "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_summary_distinguishes_cancelled_from_failed_calls() {
        let step = |calls, cached, failed, cancelled, not_sent| Step {
            number: 2,
            calls,
            cached,
            failed,
            cancelled,
            not_sent,
            has_answer: true,
            ..Step::default()
        };
        let lines = [
            step(0, 0, 0, 0, 0),
            step(49, 3, 2, 0, 0),
            step(22, 0, 0, 10, 8),
            step(9, 1, 2, 3, 0),
            step(0, 0, 0, 0, 8),
        ];
        insta::assert_snapshot!(lines.map(|step| step.line(None)).join("\n"), @r"
        step 2: answer
        step 2: answer; 49 calls, 3 cached, 2 failed
        step 2: answer; 22 sent: 12 answered, 10 cancelled; 8 not sent
        step 2: answer; 9 sent: 3 answered, 1 cached, 2 failed, 3 cancelled
        step 2: answer; 0 sent; 8 not sent
        ");
    }

    #[test]
    fn long_step_shows_progress() {
        let begun = Instant::now();
        let mut state = State {
            console: Console::detect(),
            view: View::Lines,
            newest: 1,
            step: Step {
                number: 1,
                ..Step::default()
            },
            so_far: RunMetrics::new(&Limits::default()),
            said: begun,
            shown: None,
        };
        state.break_silence(begun + SILENCE / 2);
        assert_eq!(state.said, begun);
        state.break_silence(begun + SILENCE);
        assert!(state.said > begun, "a line was said");
        let said = state.said;
        state.step = Step::default();
        state.break_silence(said + SILENCE);
        assert_eq!(state.said, said, "no step is under way");
    }

    #[test]
    fn step_without_a_program_shows_the_reply_text() {
        let step = Step {
            number: 1,
            said: Some("I'm sorry, but I can't help\nwith that request.".to_owned()),
            ..Step::default()
        };
        insta::assert_snapshot!(step.line(None), @"step 1: no program: “I'm sorry, but I can't help with that request.”");
    }
}
