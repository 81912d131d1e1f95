//! The full-screen mode of the terminal on standard error. The terminal is restored when the mode
//! ends, also after a panic.

use std::io::{self, IsTerminal, Stderr, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use crossterm::cursor::Show;
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rlm_tui::{View, render};

use crate::failure::Failure;

/// Whether the terminal is in full-screen mode.
static IS_OPEN: AtomicBool = AtomicBool::new(false);
/// The messages for standard error that were deferred in full-screen mode. They are written when
/// the mode ends.
static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The live line of progress on standard error, if one is shown. Other output is written above it.
static LIVE_LINE: Mutex<Option<String>> = Mutex::new(None);

/// The terminal in full-screen mode. Dropping it restores the terminal.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stderr>>,
}

impl Screen {
    /// Enters full-screen mode. `what` names the option or command in errors.
    ///
    /// # Errors
    /// [`Failure::NoTerminal`] if standard error is not a terminal, or one without cursor control.
    /// [`Failure::Terminal`] if the system refuses the mode.
    pub fn open(what: &'static str) -> Result<Self, Failure> {
        Self::check(what)?;
        let failed = |cause| Failure::Terminal { cause };
        give_back_at_panic();
        enable_raw_mode().map_err(failed)?;
        IS_OPEN.store(true, Ordering::SeqCst);
        // From here on, dropping `Self` restores the terminal.
        let screen = Terminal::new(CrosstermBackend::new(io::stderr())).and_then(|terminal| {
            execute!(io::stderr(), EnterAlternateScreen)?;
            Ok(Self { terminal })
        });
        screen.map_err(|cause| {
            leave();
            failed(cause)
        })
    }

    /// Checks that standard error is a terminal with cursor control. `what` names the option or
    /// command in the error.
    ///
    /// # Errors
    /// [`Failure::NoTerminal`].
    pub fn check(what: &'static str) -> Result<(), Failure> {
        let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb" || terminal.is_empty());
        if is_dumb || !io::stderr().is_terminal() {
            return Err(Failure::NoTerminal { what });
        }
        Ok(())
    }

    /// Returns the width of the terminal in columns; `None` if it is not known.
    pub fn columns() -> Option<usize> {
        let (columns, _) = crossterm::terminal::size().ok()?;
        (columns > 0).then_some(usize::from(columns))
    }

    /// Draws a view on the full-screen terminal.
    pub fn draw(&mut self, view: &mut View) -> io::Result<()> {
        self.terminal.autoresize()?;
        view.fit(self.terminal.size()?);
        self.terminal.draw(|frame| render(frame, view)).map(|_| ())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Returns `true` if the terminal is in full-screen mode.
pub fn is_open() -> bool {
    IS_OPEN.load(Ordering::SeqCst)
}

/// Returns the cursor to the beginning of its line and clears the line.
const CLEAR_LINE: &str = "\r\x1b[K";

/// Starts to show a live line of progress, above which other output is written.
pub fn begin_live_line() {
    *live_line() = Some(String::new());
}

/// Draws the live line of progress on a terminal of some columns. The line has to be narrower by two
/// columns, since the terminal echoes `^C` behind it. Returns `false` if no live line is shown any
/// more.
pub fn draw_live_line(line: String, columns: usize) -> bool {
    let mut shown = live_line();
    let Some(shown) = shown.as_mut() else {
        return false;
    };
    // A terminal that was made narrower has wrapped the previous line.
    let above = shown.chars().count().saturating_sub(1) / columns.max(1);
    let up = if above > 0 {
        format!("\x1b[{above}A")
    } else {
        String::new()
    };
    // Errors are ignored, since there is no other place to report them.
    let _ = io::stderr().lock().write_all(format!("\r{up}{line}\x1b[J").as_bytes());
    *shown = line;
    true
}

/// Removes the live line of progress, if one is shown.
pub fn end_live_line() {
    if live_line().take().is_some() {
        let _ = io::stderr().lock().write_all(CLEAR_LINE.as_bytes());
    }
}

fn live_line() -> MutexGuard<'static, Option<String>> {
    LIVE_LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves full-screen mode, if it is active: restores the terminal and writes deferred messages.
/// Removes the live line of progress.
pub fn leave() {
    end_live_line();
    if !IS_OPEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Errors are ignored, since there is no other place to report them.
    let _ = execute!(io::stderr(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
    let said = std::mem::take(&mut *SAID.lock().unwrap_or_else(PoisonError::into_inner));
    let _ = io::stderr().write_all(&said);
}

/// Installs a panic hook that restores the terminal before the message is printed, so that the user
/// can see it.
fn give_back_at_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            usual(panic);
        }));
    });
}

/// A writer to standard error that defers output while the terminal is in full-screen mode.
#[derive(Debug, Clone, Copy)]
pub struct BufferedStderr;

impl Write for BufferedStderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if is_open() {
            SAID.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        let line = live_line();
        let mut stderr = io::stderr().lock();
        match line.as_deref().filter(|line| !line.is_empty()) {
            Some(line) => {
                stderr.write_all(CLEAR_LINE.as_bytes())?;
                stderr.write_all(bytes)?;
                stderr.write_all(line.as_bytes())?;
                Ok(bytes.len())
            }
            None => stderr.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
