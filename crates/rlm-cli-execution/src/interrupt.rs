//! Handles Ctrl-C and SIGTERM: the first signal cancels the current work, the second ends the
//! process.
//!
//! A journal is written line by line as events happen, so it can be read whenever the process ends.
//! If there is no work that can be cancelled, such as while a context is read, the first signal
//! ends the process.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use rlm_cli_output::console::Console;
use rlm_cli_output::screen;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

/// The cancellation token of the current work; `None` if there is no work to cancel.
static WORK: Mutex<Option<CancellationToken>> = Mutex::new(None);
/// Whether the signal handler is installed.
static LISTENING: OnceLock<()> = OnceLock::new();

/// The kind of signal that asks the process to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    /// An interrupt, by Ctrl-C.
    Interrupt,
    /// A request to terminate, by SIGTERM.
    End,
}

/// A guard for work that a signal can cancel. After it is dropped, the first signal ends the
/// process.
pub struct Work(());

impl Work {
    /// Registers work that a signal can cancel: until the guard is dropped, the first signal
    /// cancels `cancel`.
    pub fn begin(cancel: CancellationToken, console: Console) -> Self {
        set(Some(cancel));
        listen(console);
        Self(())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        set(None);
    }
}

/// Installs the signal handler, which restores the terminal before the process ends.
pub fn listen(console: Console) {
    LISTENING.get_or_init(|| {
        let (ready, is_ready) = channel();
        thread::spawn(move || obey(&ready, console));
        // If no handler can be installed, the system's default ends the process.
        let _ = is_ready.recv();
    });
}

fn set(work: Option<CancellationToken>) {
    *WORK.lock().unwrap_or_else(PoisonError::into_inner) = work;
}

fn obey(ready: &Sender<()>, console: Console) {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return;
    };
    runtime.block_on(async {
        let Ok(mut requests) = Requests::listen() else {
            return;
        };
        // Sending does not fail, because `listen` waits for this message.
        let _ = ready.send(());
        loop {
            let request = requests.next().await;
            if !cancel_work(request, console) {
                screen::leave();
                rlm_process::kill_all();
                std::process::exit(request.exit_code());
            }
        }
    });
}

/// Cancels the current work after a signal. Returns `false` if there is no work, or if it is
/// already cancelled.
fn cancel_work(request: Request, console: Console) -> bool {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(cancel) = work.as_ref().filter(|cancel| !cancel.is_cancelled()) else {
        return false;
    };
    console.say(match request {
        Request::Interrupt => "stopping; press Ctrl-C again to stop immediately",
        Request::End => "stopping, as requested by the system",
    });
    cancel.cancel();
    if request == Request::End {
        // No user stays to look at the result.
        screen::leave();
    }
    true
}

impl Request {
    /// Returns the exit code of a process that a signal ends: 128 plus the number of the signal.
    const fn exit_code(self) -> i32 {
        match self {
            Self::Interrupt => 130,
            Self::End => 143,
        }
    }
}

#[cfg(unix)]
struct Requests {
    interrupt: tokio::signal::unix::Signal,
    end: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Requests {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            end: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Request {
        tokio::select! {
            _ = self.interrupt.recv() => Request::Interrupt,
            _ = self.end.recv() => Request::End,
        }
    }
}

#[cfg(windows)]
struct Requests(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Requests {
    fn listen() -> std::io::Result<Self> {
        Ok(Self(tokio::signal::windows::ctrl_c()?))
    }

    async fn next(&mut self) -> Request {
        let _ = self.0.recv().await;
        Request::Interrupt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_interrupt_cancels_work_and_second_ends_the_process() {
        let cancel = CancellationToken::new();
        let console = Console::plain();
        assert!(!cancel_work(Request::Interrupt, console), "nothing goes on");
        let work = Work::begin(cancel.clone(), console);
        assert!(cancel_work(Request::Interrupt, console));
        assert!(cancel.is_cancelled());
        assert!(!cancel_work(Request::Interrupt, console), "it was asked before");
        drop(work);
        assert!(!cancel_work(Request::End, console), "the work is over");
    }
}
