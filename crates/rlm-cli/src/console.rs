//! Standard output for results, standard error for everything else.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

pub(crate) use rlm_report::figures::{counted, grouped};

use crate::failure::Failure;
use crate::forms::Form;
use crate::live::screen::Said;

/// The two ends that a person or a pipe reads: each of them may hold colours or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    output: bool,
    error: bool,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Output,
    Error,
}

impl Stream {
    /// Returns its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Output => "standard output",
            Self::Error => "standard error",
        }
    }

    /// Tells whether a person reads it.
    pub(crate) fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }
}

impl Console {
    /// Looks at where each end leads to, and at `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR` and `TERM`, by the rules that help goes by too.
    pub(crate) fn new() -> Self {
        Self {
            output: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            error: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        }
    }

    /// Makes one that shows no colours.
    #[cfg(test)]
    pub(crate) const fn plain() -> Self {
        Self {
            output: false,
            error: false,
        }
    }

    /// Makes one that shows colours.
    #[cfg(test)]
    pub(crate) const fn colored() -> Self {
        Self {
            output: true,
            error: true,
        }
    }

    /// Tells whether standard error may hold colours.
    pub(crate) const fn has_color(self) -> bool {
        self.error
    }

    /// Returns how a view on standard error looks.
    pub(crate) const fn palette(self) -> rlm_tui::Palette {
        if self.error {
            rlm_tui::Palette::Colored
        } else {
            rlm_tui::Palette::Plain
        }
    }

    /// Tells whether an end may hold colours.
    pub(crate) const fn has_color_on(self, stream: Stream) -> bool {
        match stream {
            Stream::Output => self.output,
            Stream::Error => self.error,
        }
    }

    /// Tells whether a person reads standard error as it is written, on a terminal that can take back what it shows, and no log is
    /// written between.
    pub(crate) fn is_live() -> bool {
        let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        io::stderr().is_terminal() && !is_dumb && !tracing::dispatcher::has_been_set()
    }

    /// Writes a result to standard output: as it is to a pipe or a file, and to a terminal without what that might obey.
    ///
    /// # Errors
    /// [`Failure::Output`] where it can't be written; a reader that has gone is none.
    pub(crate) fn result(self, text: &str) -> Result<(), Failure> {
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
    pub(crate) fn painted_result(self, text: &str) -> Result<(), Failure> {
        written(&mut io::stdout().lock(), text)
    }

    /// Writes a result and ends its line.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub(crate) fn result_line(self, text: &str) -> Result<(), Failure> {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        self.result(&format!("{text}{end}"))
    }

    /// Writes a JSON object and ends its line.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub(crate) fn form(self, form: &impl Form) -> Result<(), Failure> {
        self.result_line(&form.object().to_string())
    }

    /// Says something on standard error. Nobody is left to be told where that fails.
    pub(crate) fn say(self, line: &str) {
        let end = if line.ends_with('\n') { "" } else { "\n" };
        let _ = Said.write_all(format!("{line}{end}").as_bytes());
    }

    /// Says lines on standard error, if there are any.
    pub(crate) fn say_all(self, lines: &str) {
        if !lines.is_empty() {
            self.say(lines);
        }
    }

    /// Says something that the user should know, in one line.
    pub(crate) fn warn(self, text: &str) {
        self.say(&format!("{} {}", self.painted("33", "warning:"), one_line(text)));
    }

    /// Says in one line what went wrong and what to do.
    pub(crate) fn failure(self, failure: &Failure) {
        self.say(&format!("{} {}", self.painted("31", "error:"), failure.line()));
    }

    /// Returns text in an ANSI colour where standard error shows colours.
    pub(crate) fn painted(self, code: &str, text: &str) -> String {
        self.painted_on(Stream::Error, code, text)
    }

    /// Returns text in an ANSI colour where an end shows colours.
    pub(crate) fn painted_on(self, stream: Stream, code: &str, text: &str) -> String {
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

/// Returns a text whose control characters are shown in the place of being obeyed; line ends and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let is_obeyed = |char: char| is_obeyed(char) && !matches!(char, '\n' | '\t');
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_obeyed(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

/// Tells whether a terminal may do something at a character: controls, and what turns the direction of the text that follows.
fn is_obeyed(char: char) -> bool {
    char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text as one line that a terminal shows as it is: what it might obey is escaped.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.trim_end().chars() {
        match char {
            '\n' | '\r' | '\t' => line.push(' '),
            control if is_obeyed(control) => line.extend(control.escape_default()),
            other => line.push(other),
        }
    }
    line
}

/// Returns the first `most` characters of a text as one line, with an ellipsis where something is left out.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let line = one_line(text);
    match line.char_indices().nth(most) {
        None => line,
        Some(_) => {
            let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
            short.push('…');
            short
        }
    }
}

/// Returns the first `most` characters of a line that a terminal shows as it is, and says how many are left out.
pub(crate) fn cut(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        None => one_line(line),
        Some((at, _)) => {
            let (shown, rest) = line.split_at(at);
            let more = counted(rest.trim_end().chars().count(), "more character");
            format!("{}… {more}", one_line(shown))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line_and_a_terminal_obeys_nothing_in_it() {
        assert_eq!(one_line("a\nb\u{1b}[31mc\t d\n"), "a b\\u{1b}[31mc  d");
        assert_eq!(visible("a\tb\n\u{1b}]0;x\u{7}"), "a\tb\n\\u{1b}]0;x\\u{7}");
        assert_eq!(visible("user\u{202e} nimda"), "user\\u{202e} nimda");
        assert_eq!(shortened("größer", 6), "größer");
        assert_eq!(shortened("größer\nals", 6), "größe…");
    }
}
