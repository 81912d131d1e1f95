//! The terminal of standard error as a screen: taken, and given back as it was however the process goes on or ends.

use std::io::{self, IsTerminal, Stderr, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use crossterm::cursor::Show;
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rlm_tui::{View, render};

use crate::failure::Failure;

/// Whether the screen is taken.
static IS_OPEN: AtomicBool = AtomicBool::new(false);
/// What was said on standard error meanwhile: it is shown when the screen is given back.
static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The screen. It is given back when this is dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stderr>>,
}

impl Screen {
    /// Takes the terminal for `what`.
    ///
    /// # Errors
    /// [`Failure::NoTerminal`] where standard error is none, or one that can't be drawn on. [`Failure::Terminal`] where the system
    /// refuses it.
    pub fn open(what: &'static str) -> Result<Self, Failure> {
        Self::check(what)?;
        let failed = |cause| Failure::Terminal { cause };
        give_back_at_panic();
        enable_raw_mode().map_err(failed)?;
        IS_OPEN.store(true, Ordering::SeqCst);
        // From here on it is given back.
        let screen = Terminal::new(CrosstermBackend::new(io::stderr())).and_then(|terminal| {
            execute!(io::stderr(), EnterAlternateScreen)?;
            Ok(Self { terminal })
        });
        screen.map_err(|cause| {
            leave();
            failed(cause)
        })
    }

    /// Looks whether there is a terminal that can be drawn on.
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

    /// Draws a view.
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

/// Tells whether the screen is taken.
pub fn is_open() -> bool {
    IS_OPEN.load(Ordering::SeqCst)
}

/// Gives the terminal back, where it is taken, and shows what was said meanwhile.
pub fn leave() {
    if !IS_OPEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Nobody is left to be told where that fails.
    let _ = execute!(io::stderr(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
    let said = std::mem::take(&mut *SAID.lock().unwrap_or_else(PoisonError::into_inner));
    let _ = io::stderr().write_all(&said);
}

/// A message of a panic stands on the screen that the user sees.
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

/// Standard error for everything but the view: while the screen is taken, what is written waits.
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
        io::stderr().lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
