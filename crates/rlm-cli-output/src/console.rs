//! Standard output for results, standard error for everything else.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::failure::Failure;
use crate::schemas::OutputObject;
use crate::screen::BufferedStderr;
use crate::text::{one_line, visible};

/// The two ends that a person or a pipe reads: each of them may hold colours or not.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    output: bool,
    error: bool,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

impl Stream {
    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Output => "standard output",
            Self::Error => "standard error",
        }
    }

    /// Tells whether a person reads it.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }
}

impl Console {
    /// Looks at where each end leads to, and at `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and `TERM`, by the rules that help goes by too.
    pub fn detect() -> Self {
        Self {
            output: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            error: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        }
    }

    /// Makes one that shows no colours.
    pub const fn plain() -> Self {
        Self {
            output: false,
            error: false,
        }
    }

    /// Makes one that shows colours.
    #[cfg(test)]
    pub const fn colored() -> Self {
        Self {
            output: true,
            error: true,
        }
    }

    /// Tells whether standard error may hold colours.
    pub const fn has_color(self) -> bool {
        self.error
    }

    /// Returns how a view on standard error looks.
    pub const fn palette(self) -> rlm_tui::Palette {
        if self.error {
            rlm_tui::Palette::Colored
        } else {
            rlm_tui::Palette::Plain
        }
    }

    /// Tells whether an end may hold colours.
    pub const fn has_color_on(self, stream: Stream) -> bool {
        match stream {
            Stream::Output => self.output,
            Stream::Error => self.error,
        }
    }

    /// Tells whether a person reads standard error as it is written, on a terminal that can take back what it shows, and no log is
    /// written between.
    pub fn is_live() -> bool {
        let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        io::stderr().is_terminal() && !is_dumb && !tracing::dispatcher::has_been_set()
    }

    /// Writes a result to standard output: as it is to a pipe or a file, and to a terminal without what that might obey.
    ///
    /// # Errors
    /// [`Failure::Output`] where it can't be written; a reader that has gone is none.
    pub fn result(self, text: &str) -> Result<(), Failure> {
        let mut output = io::stdout().lock();
        let shown = if output.is_terminal() {
            visible(text)
        } else {
            Cow::Borrowed(text)
        };
        written(&mut output, &shown)
    }

    /// Writes a result in which colours stand: whatever others wrote in it is one line each by [`one_line`].
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub fn painted_result(self, text: &str) -> Result<(), Failure> {
        written(&mut io::stdout().lock(), text)
    }

    /// Writes a result and ends its line.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub fn result_line(self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        self.result(&format!("{text}{end}"))
    }

    /// Writes a JSON object and ends its line.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub fn json(self, object: &impl OutputObject) -> Result<(), Failure> {
        self.result_line(&object.object().to_string())
    }

    /// Says something on standard error. Nobody is left to be told where that fails.
    pub fn say(self, line: &str) {
        let end = if line.ends_with('\n') { "" } else { "\n" };
        let _ = BufferedStderr.write_all(format!("{line}{end}").as_bytes());
    }

    /// Says lines on standard error, if there are any.
    pub fn say_all(self, lines: &str) {
        if !lines.is_empty() {
            self.say(lines);
        }
    }

    /// Says something that the user should know, in one line.
    pub fn warn(self, text: &str) {
        self.say(&format!("{} {}", self.painted("33", "warning:"), one_line(text)));
    }

    /// Says in one line what went wrong and what to do.
    pub fn failure(self, failure: &Failure) {
        self.say(&format!("{} {}", self.painted("31", "error:"), failure.line()));
    }

    /// Returns text in an ANSI colour where standard error shows colours.
    pub fn painted(self, code: &str, text: &str) -> String {
        self.painted_on(Stream::Error, code, text)
    }

    /// Returns text in an ANSI colour where an end shows colours.
    pub fn painted_on(self, stream: Stream, code: &str, text: &str) -> String {
        if self.has_color_on(stream) {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

fn written(output: &mut impl Write, text: &str) -> Result<(), Failure> {
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output { cause }),
        _ => Ok(()),
    }
}
