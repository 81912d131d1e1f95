//! Writes results to standard output, and all other messages to standard error.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::failure::Failure;
use crate::schemas::OutputObject;
use crate::screen::BufferedStderr;
use crate::text::{one_line, visible};

/// A writer to the standard streams that knows which of them may contain colours.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    output: bool,
    error: bool,
    /// Whether output has no colours, no line drawing and no lines that update.
    is_plain: bool,
    /// Whether only results, failures and the outcomes of runs are written.
    is_quiet: bool,
}

/// The tone of a text, which a colour or a font weight shows in addition to its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// A heading or a name: bold.
    Strong,
    /// A detail: dim.
    Muted,
    /// A success: green.
    Good,
    /// A warning, or something that was cancelled: yellow.
    Fair,
    /// A failure: red.
    Bad,
}

impl Tone {
    /// Returns the number of the SGR sequence. None of the colours is unreadable on black or on
    /// white.
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Muted => "2",
            Self::Good => "32",
            Self::Fair => "33",
            Self::Bad => "31",
        }
    }
}

/// A standard stream of the process that output is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

impl Stream {
    /// Returns the name of a standard stream as messages show it, such as `standard output`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Output => "standard output",
            Self::Error => "standard error",
        }
    }

    /// Returns `true` if a standard stream is a terminal.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }
}

impl Console {
    /// Detects which standard streams may contain colours: from their terminals, `NO_COLOR`,
    /// `CLICOLOR_FORCE`, `CLICOLOR` and `TERM`, by the same rules as for help texts.
    pub fn detect() -> Self {
        Self {
            output: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            error: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
            is_plain: false,
            is_quiet: false,
        }
    }

    /// Creates a console without colours, line drawing and lines that update, as for a screen
    /// reader.
    pub const fn plain() -> Self {
        Self {
            output: false,
            error: false,
            is_plain: true,
            is_quiet: false,
        }
    }

    /// Creates a console that writes colours to both standard streams.
    #[cfg(test)]
    pub const fn colored() -> Self {
        Self {
            output: true,
            error: true,
            is_plain: false,
            is_quiet: false,
        }
    }

    /// Returns this console without progress, facts, notes and warnings on standard error, if
    /// `is_quiet`. Failures, and outcomes other than a complete answer, are always written.
    #[must_use]
    pub const fn with_quiet(self, is_quiet: bool) -> Self {
        Self { is_quiet, ..self }
    }

    /// Returns `true` if output has no colours, no line drawing and no lines that update.
    pub const fn is_plain(self) -> bool {
        self.is_plain
    }

    /// Returns `true` if standard error may contain colours.
    pub const fn has_color(self) -> bool {
        self.error
    }

    /// Returns the colour palette for terminal views, which are drawn on standard error.
    pub const fn palette(self) -> rlm_tui::Palette {
        if self.error {
            rlm_tui::Palette::Colored
        } else {
            rlm_tui::Palette::Plain
        }
    }

    /// Returns `true` if a standard stream may contain colours.
    pub const fn has_color_on(self, stream: Stream) -> bool {
        match stream {
            Stream::Output => self.output,
            Stream::Error => self.error,
        }
    }

    /// Returns `true` if a live line can be drawn on standard error: it is a terminal that can
    /// redraw lines, and no log is written to it.
    pub fn is_live(self) -> bool {
        let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        !self.is_plain
            && !self.is_quiet
            && io::stderr().is_terminal()
            && !is_dumb
            && !tracing::dispatcher::has_been_set()
    }

    /// Writes a command's result to standard output: unchanged to a pipe or a file, with control
    /// characters escaped to a terminal.
    ///
    /// # Errors
    /// [`Failure::Output`] if writing fails; a closed pipe is not an error.
    pub fn result(self, text: &str) -> Result<(), Failure> {
        let mut output = io::stdout().lock();
        let shown = if output.is_terminal() {
            visible(text)
        } else {
            Cow::Borrowed(text)
        };
        written(&mut output, &shown)
    }

    /// Writes a result that already contains colour codes to standard output. The caller passes all
    /// texts from models and contexts through [`one_line`].
    ///
    /// # Errors
    /// The errors of [`result`](Self::result).
    pub fn painted_result(self, text: &str) -> Result<(), Failure> {
        written(&mut io::stdout().lock(), text)
    }

    /// Writes a command's result to standard output, with a line end unless the result has one.
    ///
    /// # Errors
    /// The errors of [`result`](Self::result).
    pub fn result_line(self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        self.result(&format!("{text}{end}"))
    }

    /// Writes a JSON object and a line end to standard output.
    ///
    /// # Errors
    /// The errors of [`result`](Self::result).
    pub fn json(self, object: &impl OutputObject) -> Result<(), Failure> {
        self.result_line(&object.object().to_string())
    }

    /// Writes a message to standard error, unless the console is quiet. Errors are ignored, since
    /// there is no other place to report them.
    pub fn say(self, line: &str) {
        if !self.is_quiet {
            self.say_always(line);
        }
    }

    /// Writes a message to standard error, even if the console is quiet.
    fn say_always(self, line: &str) {
        let end = if line.ends_with('\n') { "" } else { "\n" };
        let _ = BufferedStderr.write_all(format!("{line}{end}").as_bytes());
    }

    /// Writes lines to standard error; writes nothing if the text is empty.
    pub fn say_all(self, lines: &str) {
        if !lines.is_empty() {
            self.say(lines);
        }
    }

    /// Writes a warning to standard error, in one line, unless the console is quiet.
    pub fn warn(self, text: &str) {
        if !self.is_quiet {
            self.warn_of_outcome(text);
        }
    }

    /// Writes a warning about the outcome of a run to standard error, in one line, even if the
    /// console is quiet.
    pub fn warn_of_outcome(self, text: &str) {
        self.say_always(&format!("{} {}", self.painted("33", "warning:"), one_line(text)));
    }

    /// Writes an error to standard error, in one line.
    pub fn error(self, text: &str) {
        self.say_always(&format!("{} {}", self.painted("31", "error:"), one_line(text)));
    }

    /// Writes the error of a command and its hint to standard error, in one line.
    pub fn failure(self, failure: &Failure) {
        self.error(&failure.line());
    }

    /// Returns text in a tone, if the given standard stream may contain colours.
    pub fn toned(self, stream: Stream, tone: Tone, text: &str) -> String {
        match tone {
            Tone::Plain => text.to_owned(),
            tone => self.painted_on(stream, tone.code(), text),
        }
    }

    /// Returns text in an ANSI colour if standard error may contain colours. `code` is the number
    /// of an SGR sequence, such as 31.
    pub fn painted(self, code: &str, text: &str) -> String {
        self.painted_on(Stream::Error, code, text)
    }

    /// Returns text in an ANSI colour if the given standard stream may contain colours. `code` is
    /// the number of an SGR sequence, such as 31.
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
