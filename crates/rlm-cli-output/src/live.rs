//! The full-screen view of a run in the terminal: of a run in this process, or of a journal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rlm_context::Context;
use rlm_trace::{Journal, Millis, Record};
use rlm_tui::{ContextTexts, Host, HostAction, Key, View};
use sift_text::SourceId;
use tokio_util::sync::CancellationToken;

use crate::console::Console;
use crate::failure::Failure;
use crate::places::Places;
use crate::progress::ProgressKind;
use crate::screen::{self, Screen};

/// The time to wait for a key press before the next check for events of the run.
const WAIT: Duration = Duration::from_millis(40);
/// The maximum time of processing events before the view is drawn again.
pub const TAKING: Duration = Duration::from_millis(20);
/// The redraw interval of a view without new events, so that its clocks advance.
const CLOCK: Duration = Duration::from_millis(200);

/// Checks that the terminal can show the full-screen view, if that kind of progress is chosen.
///
/// # Errors
/// [`Failure::NoTerminal`].
pub fn check(kind: ProgressKind, console: Console) -> Result<(), Failure> {
    match kind {
        ProgressKind::View if !console.is_plain() => Screen::check("--tui"),
        _ => Ok(()),
    }
}

/// The full-screen view of a run in this process. The view runs on its own thread.
#[derive(Default)]
pub struct Live {
    shown: Option<Shown>,
}

struct Shown {
    thread: JoinHandle<Result<(), Failure>>,
    /// A flag that closes the view without waiting for the user.
    leave: Arc<AtomicBool>,
}

impl Live {
    /// Opens the full-screen view of a run: first the events of `past`, then new events of the
    /// journal. If the user stops the run, `cancel` is cancelled.
    ///
    /// # Errors
    /// [`Failure::NoTerminal`], [`Failure::Terminal`].
    pub fn show(
        journal: &Journal,
        past: Vec<Record>,
        context: &Context,
        cancel: CancellationToken,
        console: Console,
    ) -> Result<Self, Failure> {
        if console.is_plain() {
            // Progress lines take the place of the view.
            return Ok(Self::default());
        }
        let screen = Screen::open("--tui")?;
        let events = Events {
            past: past.into_iter().map(Arc::new).collect(),
            coming: journal.follow(),
            clock: Clock::default(),
        };
        let view = View::new(Host::Runner)
            .with_texts(texts_of(context.clone()))
            .with_palette(console.palette());
        let leave = Arc::new(AtomicBool::new(false));
        let is_left = Arc::clone(&leave);
        let thread = std::thread::spawn(move || {
            let stop = || cancel.cancel();
            let view = Show { screen, view }.go_on(events, &stop, &is_left)?;
            if !view.is_over() && !cancel.is_cancelled() && !is_left.load(Ordering::Relaxed) {
                console.say("the run continues; Ctrl-C cancels it");
            }
            Ok(())
        });
        Ok(Self {
            shown: Some(Shown { thread, leave }),
        })
    }

    /// Waits until the user leaves the view. Closes the view at once if the run failed.
    pub fn end<T, E>(self, result: &Result<T, E>) {
        if let Some(shown) = self.shown {
            shown.leave.store(result.is_err(), Ordering::Relaxed);
            // An error of the terminal is not an error of the run.
            let _ = shown.thread.join();
        }
    }
}

/// Returns a function that looks up text ranges in a context, for display in the view.
pub fn texts_of(context: Context) -> ContextTexts {
    let places = Places::new(&context);
    let texts = ContextTexts::new(move |range| {
        let document = context.document(SourceId(range.source))?;
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        document.as_str().get(start..end).map(Into::into)
    });
    texts.with_places(move |range| places.lines(range))
}

/// A source of a run's events for the full-screen view.
pub trait Source {
    /// Adds the new events of the run to the view. Returns `true` if there were any.
    fn tell(&mut self, view: &mut View) -> Result<bool, Failure>;
}

/// The event source for a run in this process: recorded events, then new events of the journal.
struct Events {
    past: Vec<Arc<Record>>,
    coming: Receiver<Arc<Record>>,
    clock: Clock,
}

impl Source for Events {
    fn tell(&mut self, view: &mut View) -> Result<bool, Failure> {
        let began = Instant::now();
        let mut is_news = false;
        for record in std::mem::take(&mut self.past).into_iter().chain(self.coming.try_iter()) {
            self.clock.heard(&record);
            view.add(record);
            is_news = true;
            if began.elapsed() > TAKING {
                break;
            }
        }
        view.tick(self.clock.now());
        Ok(is_news)
    }
}

/// The clock of a run, in the time of its journal. Between events, the time advances by the local
/// clock.
#[derive(Default)]
pub struct Clock {
    last: Option<(Millis, Instant)>,
}

impl Clock {
    /// Sets the clock to the time of an event.
    pub fn heard(&mut self, record: &Record) {
        if let Some(at) = record.at {
            self.last = Some((at, Instant::now()));
        }
    }

    /// Returns the current time of the run: that of the last event, plus the time since it was
    /// received.
    pub fn now(&self) -> Millis {
        let since = |(at, heard): (Millis, Instant)| {
            let passed = u64::try_from(heard.elapsed().as_millis()).unwrap_or(u64::MAX);
            Millis(at.0.saturating_add(passed))
        };
        self.last.map(since).unwrap_or_default()
    }
}

/// The full-screen view and its event loop.
pub struct Show {
    /// The terminal on which the view is drawn.
    pub screen: Screen,
    /// The state of the view, which is updated by events and keys.
    pub view: View,
}

impl Show {
    /// Runs the event loop of the view: shows events and handles keys until the user leaves or
    /// `leave` is set. Returns the last state of the view, and restores the terminal.
    pub fn go_on(mut self, mut source: impl Source, stop: &dyn Fn(), leave: &AtomicBool) -> Result<View, Failure> {
        let mut drawn: Option<Instant> = None;
        while !leave.load(Ordering::Relaxed) && screen::is_open() {
            let is_news = source.tell(&mut self.view)?;
            let is_late = drawn.is_none_or(|drawn| drawn.elapsed() >= CLOCK);
            if is_news || drawn.is_none() || (is_late && !self.view.is_over()) {
                self.draw()?;
                drawn = Some(Instant::now());
            }
            if !event::poll(WAIT).map_err(terminal)? {
                continue;
            }
            match event::read().map_err(terminal)? {
                Event::Key(pressed) => match key(pressed).and_then(|key| self.view.press(key)) {
                    Some(HostAction::Leave) => break,
                    Some(HostAction::Stop) => stop(),
                    Some(HostAction::StopAndLeave) => {
                        stop();
                        break;
                    }
                    Some(HostAction::Abort) => {
                        screen::leave();
                        rlm_process::kill_all();
                        std::process::exit(130);
                    }
                    None => {}
                },
                Event::Resize(..) => {}
                _ => continue,
            }
            drawn = None;
        }
        Ok(self.view)
    }

    fn draw(&mut self) -> Result<(), Failure> {
        self.screen.draw(&mut self.view).map_err(terminal)
    }
}

fn terminal(cause: io::Error) -> Failure {
    Failure::Terminal { cause }
}

fn key(pressed: KeyEvent) -> Option<Key> {
    if pressed.kind == KeyEventKind::Release {
        return None;
    }
    let is_control = pressed.modifiers.contains(KeyModifiers::CONTROL);
    Some(match pressed.code {
        KeyCode::Char('c') if is_control => Key::Interrupt,
        KeyCode::Char('d' | 'f') if is_control => Key::PageDown,
        KeyCode::Char('u' | 'b') if is_control => Key::PageUp,
        KeyCode::Char(_) if is_control => return None,
        KeyCode::Char(char) => Key::Char(char),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Tab | KeyCode::BackTab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}
