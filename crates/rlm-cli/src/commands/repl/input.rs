//! The input of the REPL: a terminal, or lines of a pipe.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, IsTerminal as _, Lines, StdinLock};

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_repl::Reader;

use super::terminal::{InputEvent, SharedNames, Terminal};

/// The name of the file with the input history, in the folder of runs.
const HISTORY: &str = "repl_history.txt";

/// The source from which the REPL reads programs and commands.
pub(super) enum Input {
    Terminal(Box<Terminal>),
    Pipe(Pipe),
}

/// The lines of piped standard input, joined to programs.
pub(super) struct Pipe {
    lines: Lines<StdinLock<'static>>,
    reader: Reader,
    whole: VecDeque<String>,
}

/// Discards what the user has typed on a terminal and no program has read.
pub(super) fn discard_typed_ahead() {
    #[cfg(unix)]
    if io::stdin().is_terminal() {
        // Otherwise the lines run after the program, as if the user had seen its output.
        let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
    }
}

impl Input {
    pub(super) fn open(environment: &Environment, names: &SharedNames, console: Console) -> Self {
        if io::stdin().is_terminal() && io::stderr().is_terminal() {
            let history = folders::data(environment).ok().map(|folder| folder.join(HISTORY));
            return Self::Terminal(Box::new(Terminal::open(history, names, console)));
        }
        Self::Pipe(Pipe {
            lines: io::stdin().lock().lines(),
            reader: Reader::default(),
            whole: VecDeque::new(),
        })
    }

    pub(super) const fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }

    /// Waits for the next program or command of the user.
    ///
    /// # Errors
    /// [`Failure::StandardInput`].
    pub(super) fn next(&mut self) -> Result<InputEvent, Failure> {
        match self {
            Self::Terminal(terminal) => terminal.next(),
            Self::Pipe(pipe) => pipe.next(),
        }
        .map_err(|cause| Failure::StandardInput { cause })
    }
}

impl Pipe {
    fn next(&mut self) -> io::Result<InputEvent> {
        loop {
            if let Some(text) = self.whole.pop_front() {
                return Ok(InputEvent::Entry(text));
            }
            match self.lines.next().transpose()? {
                Some(line) => self.whole.extend(self.reader.take(&line)),
                None => return Ok(self.reader.finish().map_or(InputEvent::End, InputEvent::Entry)),
            }
        }
    }
}
