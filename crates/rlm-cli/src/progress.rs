//! Progress: a fold over the journal's events as they are written.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rlm_policy::Limits;
use rlm_trace::{AttemptFailed, Event, Following, Journal, Millis, ProgramChecked, ProgramEnd, ProgramRan, Record};

use crate::arguments::ProgressKind;
use crate::console::{Console, counted, grouped, one_line, shortened};
use crate::forms::{self, Form as _, value};
use crate::so_far::SoFar;
use crate::{figures, report, steps};

/// The characters of an error that are shown.
const ERROR_CHARS: usize = 120;
/// How often the live line is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// Of a step that goes on for longer, a line says how it goes.
const SILENCE: Millis = Millis(30_000);

/// Shows a run's progress while it lives.
#[derive(Default)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

/// How progress is shown, once it is decided.
enum View {
    Live(ProgressBar),
    Lines,
    Json,
}

/// What is known of the run so far.
struct State {
    console: Console,
    view: View,
    /// The newest step, which may have ended.
    newest: u32,
    step: Step,
    so_far: SoFar,
    /// When something was said last.
    said: Millis,
    /// When the live line was made last.
    shown: Option<Instant>,
}

/// What is known of the step under way.
#[derive(Default)]
struct Step {
    number: u32,
    began: Option<Millis>,
    calls: u64,
    cached: u64,
    failed: u64,
    program: Option<Program>,
    has_answer: bool,
}

/// What became of a step's program.
struct Program {
    lines: usize,
    end: &'static str,
    printed: usize,
    error: Option<String>,
}

impl Progress {
    /// Follows a journal from now on, in the way that the user wants and standard error allows.
    pub(crate) fn follow(journal: &Journal, kind: ProgressKind, limits: &Limits, console: Console) -> Self {
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
        let state = Mutex::new(State {
            console,
            view,
            newest: 0,
            step: Step::default(),
            so_far: SoFar::new(limits).with_earlier(journal),
            said: Millis(0),
            shown: None,
        });
        journal.subscribe(move |record: &Arc<Record>| {
            state.lock().unwrap_or_else(PoisonError::into_inner).add(record);
            Following::On
        });
        Self { bar }
    }

    /// Returns what says something between its lines, while the run goes on.
    pub(crate) fn speaker(&self, kind: ProgressKind, console: Console) -> impl Fn(&str) + Send + Sync + use<> {
        let bar = self.bar.clone();
        move |text| match (&bar, kind) {
            (_, ProgressKind::None | ProgressKind::Json | ProgressKind::View) => {}
            (Some(bar), _) => bar.println(text),
            (None, _) => console.say(text),
        }
    }

    /// Takes the live line away, so that what is written next has a line of its own.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // The template is a constant; a test draws it.
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
            // Of child runs, calls are counted; their turns are no steps of the run.
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
            // A root call that fails for good ends the run, which says why.
            Event::AttemptFailed(failed) if failed.wait.is_none() && failed.id.is_root_model() => {}
            Event::AttemptFailed(failed) => self.attempt_failed(failed),
            Event::Settled(call) => {
                self.step.cached = self.step.cached.saturating_add(u64::from(call.cached));
                let has_failed = call.outcome.reply().is_none();
                self.step.failed = self.step.failed.saturating_add(u64::from(has_failed));
            }
            Event::ProgramChecked(checked) => self.step.program = Some(Program::checked(checked)),
            Event::ProgramRan(ran) => {
                if let Some(program) = &mut self.step.program {
                    program.end(ran);
                }
            }
            Event::Final(_) => self.step.has_answer = true,
            Event::Observation(_) | Event::Outcome(_) => self.end_step(record.at),
            _ => {}
        }
        match &self.view {
            View::Live(bar) if self.is_worth_a_look(record) => {
                bar.set_message(self.live_line());
                self.shown = Some(Instant::now());
            }
            View::Live(_) => {}
            View::Lines => self.say_in_between(record.at),
            View::Json => {}
        }
    }

    /// Tells whether the live line is made anew: calls may end by the thousand between two looks at it.
    fn is_worth_a_look(&self, record: &Record) -> bool {
        let is_of_many = record.event.call().is_some() && self.so_far.in_flight() > 1;
        !is_of_many || self.shown.is_none_or(|shown| shown.elapsed() >= LOOK)
    }

    fn attempt_failed(&mut self, failed: &AttemptFailed) {
        let wait = failed
            .wait
            .map(|wait| format!("; again after {}", figures::duration(wait)));
        let message = shortened(&failed.error.message, ERROR_CHARS);
        let (id, attempt) = (&failed.id, failed.attempt);
        self.line(&format!(
            "call {id}, attempt {attempt}: {message}{}",
            wait.unwrap_or_default()
        ));
    }

    /// Shows a step that has ended. A run's last step ends with the run.
    fn end_step(&mut self, at: Option<Millis>) {
        let step = std::mem::take(&mut self.step);
        if step.number == 0 {
            return;
        }
        self.said = at.unwrap_or(self.said);
        let elapsed = step
            .began
            .zip(at)
            .map(|(began, at)| Millis(at.0.saturating_sub(began.0)));
        match self.view {
            View::Json => {
                let form = step.form(elapsed, &self.so_far);
                self.console.say(&form.object().to_string());
            }
            View::Live(_) => self.line(&step.line(elapsed)),
            View::Lines => {
                let line = format!("{}; so far {}", step.line(elapsed), self.so_far.taken());
                self.line(&line);
            }
        }
    }

    /// Says how a long step goes on, where nothing moves.
    fn say_in_between(&mut self, at: Option<Millis>) {
        let Some(at) = at.filter(|at| at.0.saturating_sub(self.said.0) >= SILENCE.0) else {
            return;
        };
        self.said = at;
        let line = format!("step {}: {}", self.newest.max(1), self.under_way());
        self.line(&line);
    }

    fn line(&self, text: &str) {
        match &self.view {
            // Above the live line.
            View::Live(bar) => bar.println(text),
            View::Lines => self.console.say(text),
            View::Json => {}
        }
    }

    fn live_line(&self) -> String {
        let (step, most) = (self.newest.max(1), self.so_far.most_steps());
        format!("step {step} of at most {most}, {}", self.under_way())
    }

    /// `3 calls in flight, 12 done, 1,204 tokens, $0.12 (24 % of $0.50), 12 % covered, 310 tokens/s`.
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
            end: if error.is_some() { "refused" } else { "not run" },
            printed: 0,
            error,
        }
    }

    fn end(&mut self, ran: &ProgramRan) {
        self.end = end_name(ran.end);
        self.printed = ran.stdout.chars().count();
        self.error = ran.error.as_ref().map(|error| match error.line {
            Some(line) => format!("{}: {} (line {line})", error.class, error.message),
            None => format!("{}: {}", error.class, error.message),
        });
    }
}

impl Step {
    fn line(&self, elapsed: Option<Millis>) -> String {
        let mut line = format!("step {}: ", self.number);
        match &self.program {
            None if self.has_answer => line.push_str("the answer"),
            None => line.push_str("no program"),
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
        if self.calls > 0 {
            let _ = write!(line, "; {}", counted(self.calls, "call"));
            for (count, what) in [(self.cached, "cached"), (self.failed, "failed")] {
                if count > 0 {
                    let _ = write!(line, ", {} {what}", grouped(count));
                }
            }
        }
        if let Some(elapsed) = elapsed {
            let _ = write!(line, "; {}", figures::duration(elapsed));
        }
        line
    }

    fn form(&self, elapsed: Option<Millis>, so_far: &SoFar) -> forms::StepProgress {
        let program = self.program.as_ref().map(|program| forms::StepProgram {
            lines: program.lines,
            end: program.end.to_owned(),
            printed: program.printed,
            error: program.error.as_deref().map(one_line),
        });
        forms::StepProgress {
            step: self.number,
            program,
            answer: self.has_answer,
            calls: self.calls,
            cached: self.cached,
            failed: self.failed,
            tokens: so_far.tokens(),
            cost: report::dollars(so_far.cost()),
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
        ProgramEnd::Limit => "met a limit",
        ProgramEnd::Cancelled => "was cancelled",
    }
}
