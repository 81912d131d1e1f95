//! Displays the progress of a run, which is computed from the journal's events as they are written.

mod run_metrics;
mod step;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use rlm_policy::Limits;
use rlm_trace::{Activity, AttemptFailed, Event, Journal, Millis, Record, RecordedRun, Resumed, TotalsFold};
use rlm_tui::ProgressFacts;

use crate::console::{Console, Stream};
use crate::live::Clock;
use crate::places::Places;
use crate::progress::run_metrics::RunMetrics;
use crate::progress::step::{ERROR_CHARS, Program, Step};
use crate::schemas::OutputObject as _;
use crate::screen::{self, Screen};
use crate::text::{counted, grouped, one_line, shortened};
use crate::{metrics, run_facts, steps};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ProgressKind {
    /// `live` on a terminal, else `plain`
    #[default]
    Auto,
    /// A single line that updates
    Live,
    /// A line per step, and one every ten seconds of a longer step
    #[value(alias = "lines")]
    Plain,
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

/// The refresh interval of the live line.
const LOOK: Duration = Duration::from_millis(100);
/// The maximum time without a progress line. After it, the state of the current step is reported.
const SILENCE: Duration = Duration::from_secs(10);
/// The maximum number of failed attempts of a step that are shown one by one.
const SHOWN_ATTEMPTS: u64 = 5;
/// The frames of the spinner.
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// The columns of the terminal that the spinner needs, and those at the end that stay free for the
/// terminal's echo of Ctrl-C.
const OTHER_COLUMNS: usize = 5;
/// The width of the live line if the terminal doesn't report its own.
const USUAL_COLUMNS: usize = 80;

/// The progress display of a run.
#[derive(Default)]
pub struct Progress {
    is_live: bool,
    /// The journal's subscription and the thread of the live line end when this is dropped.
    _state: Option<Arc<Mutex<State>>>,
}

/// The selected format of progress.
enum View {
    /// A line that updates, below a line for each step.
    Live,
    /// A line that updates, and nothing else.
    Waiting,
    Lines,
    Json,
}

/// The state of a progress display.
struct State {
    console: Console,
    view: View,
    clock: Clock,
    activity: Activity,
    step: Step,
    so_far: RunMetrics,
    /// The events that a resumed run's journal already contains. They are counted once the run says
    /// which of them it discards.
    earlier: Vec<Record>,
    limits: Limits,
    began: Instant,
    /// The time at which the last progress line was written.
    said: Instant,
}

impl Progress {
    /// Starts a progress display for a journal, in the format that the user selected and standard
    /// error supports. `places` are those of the run's context.
    pub fn follow(journal: &Journal, kind: ProgressKind, limits: &Limits, places: Places, console: Console) -> Self {
        let view = match kind {
            ProgressKind::None => return Self::default(),
            ProgressKind::View if !console.is_plain() => return Self::default(),
            ProgressKind::Steps => {
                steps::follow(journal, "", places, console);
                return Self::default();
            }
            ProgressKind::Auto if console.is_live() => View::Live,
            ProgressKind::Live if !console.is_plain() && Stream::Error.is_terminal() => View::Live,
            ProgressKind::Auto | ProgressKind::Live | ProgressKind::Plain | ProgressKind::View => View::Lines,
            ProgressKind::Json => View::Json,
        };
        // The journal of a new run is still empty.
        let earlier = journal.path().and_then(|path| RecordedRun::read(path).ok());
        let mut state = State::new(view, limits, console);
        state.earlier = earlier.map(|run| run.records).unwrap_or_default();
        Self::start(journal, state)
    }

    /// Starts a live line for one program of a journal that has others too, if standard error can
    /// show one.
    pub fn waiting(journal: &Journal, limits: &Limits, console: Console) -> Self {
        if console.is_live() {
            Self::start(journal, State::new(View::Waiting, limits, console))
        } else {
            Self::default()
        }
    }

    fn start(journal: &Journal, state: State) -> Self {
        let is_live = matches!(state.view, View::Live | View::Waiting);
        if is_live {
            screen::begin_live_line();
        }
        let state = Arc::new(Mutex::new(state));
        keep_current(Arc::downgrade(&state));
        let listener = Arc::downgrade(&state);
        journal.subscribe(move |record: &Arc<Record>| match listener.upgrade() {
            Some(state) => {
                state.lock().unwrap_or_else(PoisonError::into_inner).add(record);
                ControlFlow::Continue(())
            }
            None => ControlFlow::Break(()),
        });
        Self {
            is_live,
            _state: Some(state),
        }
    }

    /// Returns a function that prints messages between progress lines while the run is active.
    pub fn speaker(&self, kind: ProgressKind, console: Console) -> impl Fn(&str) + Send + Sync + use<> {
        move |text| match kind {
            ProgressKind::None | ProgressKind::Json | ProgressKind::View => {}
            _ => console.say(text),
        }
    }

    /// Ends the progress display: removes the live line, so that later output starts on its own
    /// line.
    pub fn end(&self) {
        if self.is_live {
            screen::end_live_line();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// Progress lines of a run that another process carries out, from the events of its journal.
pub struct Follower {
    state: State,
    totals: TotalsFold,
}

impl Follower {
    /// Creates the progress lines of a run whose journal is read from its beginning.
    pub fn new(console: Console) -> Self {
        Self {
            state: State::new(View::Lines, &Limits::default(), console),
            totals: TotalsFold::default(),
        }
    }

    /// Writes the line of an event, if it has one.
    pub fn add(&mut self, record: &Record) {
        self.totals.add(record);
        match &record.event {
            Event::RunStarted(started) => {
                self.state
                    .set_limits(run_facts::setting(started, "limits").unwrap_or_default());
                self.state.console.say(&format!("run {}", started.run));
                for fact in run_facts::facts(started) {
                    self.state.console.say(&fact);
                }
                self.state.add(record);
            }
            Event::Resumed(_) => {
                self.state.line("the run was resumed");
                self.state.activity.add(record);
            }
            _ => self.state.add(record),
        }
        if let Event::Outcome(ended) = &record.event
            && record.event.ends_the_run()
        {
            let message = ended
                .message
                .as_deref()
                .map(|message| format!(": {}", one_line(message)));
            let totals = metrics::totals(&self.totals.totals());
            let message = message.unwrap_or_default();
            self.state.line(&format!("{}{message}; {totals}", ended.outcome));
        }
    }

    /// Reports the state of a long step. To be called at least once a second.
    pub fn refresh(&mut self) {
        self.state.refresh(Instant::now());
    }
}

/// Starts a thread that redraws the live line, or reports long steps, until the display has ended.
fn keep_current(state: Weak<Mutex<State>>) {
    thread::spawn(move || {
        loop {
            thread::sleep(LOOK);
            let Some(state) = state.upgrade() else { return };
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if !state.refresh(Instant::now()) {
                return;
            }
        }
    });
}

impl State {
    fn new(view: View, limits: &Limits, console: Console) -> Self {
        Self {
            console,
            view,
            clock: Clock::default(),
            activity: Activity::default(),
            step: Step::default(),
            so_far: RunMetrics::new(limits),
            earlier: Vec::new(),
            limits: limits.clone(),
            began: Instant::now(),
            said: Instant::now(),
        }
    }

    fn set_limits(&mut self, limits: Limits) {
        self.so_far = RunMetrics::new(&limits);
        self.limits = limits;
    }

    fn add(&mut self, record: &Record) {
        self.clock.heard(record);
        if let Event::Resumed(resumed) = &record.event {
            self.take_up(resumed);
        }
        self.count(record);
        let is_in_child = record.event.run().is_some_and(|run| run.depth() > 0);
        match &record.event {
            // For child runs, only calls are counted. Their turns are not steps of the run.
            event if is_in_child && event.call().is_none() => {}
            // A root call that fails permanently ends the run, which reports the error.
            Event::AttemptFailed(failed) if failed.wait.is_none() && failed.id.is_root_model() => {}
            Event::AttemptFailed(failed) => self.attempt_failed(failed),
            Event::Observation(_) => {
                self.step.program.iter_mut().for_each(Program::went_on);
                self.end_step(record.at);
            }
            Event::Outcome(_) => self.end_step(record.at),
            _ => {}
        }
    }

    /// Counts the events of an earlier process, and says where the run continues.
    fn take_up(&mut self, resumed: &Resumed) {
        let earlier = std::mem::take(&mut self.earlier);
        let in_force = |record: &&Record| !resumed.taken_back.contains(&record.line);
        for record in earlier.iter().filter(in_force) {
            self.count(record);
            if record.event.run().is_some_and(|run| run.depth() == 0)
                && matches!(record.event, Event::Observation(_) | Event::Outcome(_))
            {
                self.step = Step::default();
            }
        }
        self.step.began = None;
        // They are made again.
        let in_doubt = resumed.in_doubt.iter().filter(|id| !id.is_root_model()).count();
        self.step.calls = self.step.calls.saturating_sub(in_doubt as u64);
        let at = match (self.step.number, self.activity.group().filter(|group| !group.is_over())) {
            (0, _) => format!("after step {}", self.activity.step()),
            (step, Some(group)) => {
                let total = counted(group.total, "sub-call");
                format!("at step {step}: {} of {total} already answered", grouped(group.done))
            }
            (step, None) => format!("at step {step}"),
        };
        self.line(&format!("resuming {at}"));
    }

    /// Updates the state with an event, without writing anything.
    fn count(&mut self, record: &Record) {
        self.so_far.add(record);
        self.activity.add(record);
        let is_in_child = record.event.run().is_some_and(|run| run.depth() > 0);
        match &record.event {
            event if is_in_child && event.call().is_none() => {}
            Event::TurnStarted(turn) => {
                self.step = Step {
                    number: turn.turn,
                    began: record.at,
                    ..Step::default()
                };
            }
            Event::Issued(call) if is_in_child || !call.id.is_root_model() => {
                self.step.calls = self.step.calls.saturating_add(1);
            }
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
                    program.met(limit, &self.limits);
                }
            }
            Event::Final(_) => self.step.has_answer = true,
            _ => {}
        }
    }

    /// Reports a failed attempt. On a terminal, the live line shows pauses, and the line of the step
    /// counts the attempts.
    fn attempt_failed(&mut self, failed: &AttemptFailed) {
        self.step.failed_attempts = self.step.failed_attempts.saturating_add(1);
        if self.step.failed_attempts > SHOWN_ATTEMPTS {
            return;
        }
        let wait = failed
            .wait
            .map(|wait| format!("; retry after {}", metrics::duration(wait)));
        let message = shortened(failed.error.message.trim_end_matches('.'), ERROR_CHARS);
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
            View::Live | View::Waiting => self.line(&step.line(elapsed)),
            View::Lines => {
                let line = format!("{}; so far {}", step.line(elapsed), self.so_far.taken());
                self.line(&line);
            }
        }
    }

    /// Redraws the live line, or reports the state of a long step if no progress line was written
    /// for [`SILENCE`]. Returns `false` if the display has ended.
    fn refresh(&mut self, now: Instant) -> bool {
        let facts = ProgressFacts {
            now: self.clock.now(),
            activity: &self.activity,
            ..self.so_far.facts()
        };
        match &self.view {
            View::Live | View::Waiting => {
                let columns = Screen::columns().unwrap_or(USUAL_COLUMNS);
                let frame = now.saturating_duration_since(self.began).as_millis() / LOOK.as_millis();
                let frame = usize::try_from(frame).unwrap_or_default() % SPINNER.len();
                let spinner = SPINNER.get(frame).copied().unwrap_or_default();
                let line = facts.line(columns.saturating_sub(OTHER_COLUMNS));
                screen::draw_live_line(format!("{spinner} {line}"), columns)
            }
            View::Lines => {
                if self.step.number > 0 && now.saturating_duration_since(self.said) >= SILENCE {
                    let sentence = facts.sentence();
                    self.line(&sentence);
                }
                true
            }
            View::Json => false,
        }
    }

    fn line(&mut self, text: &str) {
        self.said = Instant::now();
        match &self.view {
            // Printed above the live line.
            View::Live | View::Lines => self.console.say(text),
            View::Json | View::Waiting => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_step_shows_progress() {
        let mut state = State::new(View::Lines, &Limits::default(), Console::plain());
        state.step.number = 1;
        let begun = state.said;
        state.refresh(begun + SILENCE / 2);
        assert_eq!(state.said, begun);
        state.refresh(begun + SILENCE);
        assert!(state.said > begun, "a line was said");
        let said = state.said;
        state.step = Step::default();
        state.refresh(said + SILENCE);
        assert_eq!(state.said, said, "no step is under way");
    }
}
