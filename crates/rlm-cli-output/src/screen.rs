//! The full-screen mode of the terminal on standard error. The terminal is restored when the mode
//! ends, also after a panic.

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

/// Whether the terminal is in full-screen mode.
static IS_OPEN: AtomicBool = AtomicBool::new(false);
/// The messages for standard error that were deferred in full-screen mode. They are written when
/// the mode ends.
static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

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

/// Leaves full-screen mode, if it is active: restores the terminal and writes deferred messages.
pub fn leave() {
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
        io::stderr().lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
