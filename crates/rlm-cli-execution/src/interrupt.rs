//! Handling of Ctrl-C and SIGTERM: the first one ends the work in good order, the next one ends the process.
//!
//! A journal is written line by line as things happen, so it can be read whenever the process ends. Where nothing goes on that has an
//! end in good order (a context is being read, a question is awaited), the first one ends the process too.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use rlm_cli_output::console::Console;
use rlm_cli_output::screen;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

/// What goes on, by what it is asked to end.
static WORK: Mutex<Option<CancellationToken>> = Mutex::new(None);
/// Whether somebody listens.
static LISTENING: OnceLock<()> = OnceLock::new();

/// What the system asks of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    End,
}

/// Work that ends in good order when somebody wants it; after it, the process ends at once again.
pub struct Work(());

impl Work {
    /// Begins: from now on, the first request to end cancels `cancel`.
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

/// Listens from now on, so that the process does not end without giving the terminal back.
pub fn listen(console: Console) {
    LISTENING.get_or_init(|| {
        let (ready, is_ready) = channel();
        thread::spawn(move || obey(&ready, console));
        // Where nobody can listen, the system ends the process.
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
        // Whoever waits for it is there.
        let _ = ready.send(());
        loop {
            let request = requests.next().await;
            if !cancel_work(request, console) {
                screen::leave();
                std::process::exit(request.exit_code());
            }
        }
    });
}

/// Asks what goes on to end; returns false where there is nothing, or where it was asked before.
fn cancel_work(request: Request, console: Console) -> bool {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(cancel) = work.as_ref().filter(|cancel| !cancel.is_cancelled()) else {
        return false;
    };
    console.say(match request {
        Request::Interrupt => "stopping; press Ctrl-C again to stop at once",
        Request::End => "stopping, as the system asks",
    });
    cancel.cancel();
    if request == Request::End {
        // Nobody stays to look at what came of it.
        screen::leave();
    }
    true
}

impl Request {
    /// Returns the exit code of a process that ends at once: 128 and the signal's number.
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
    fn the_first_request_ends_the_work_and_the_next_one_the_process() {
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
